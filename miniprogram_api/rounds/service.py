"""Plan visits, check in by the card on the wall, say what was done; the cards show what comes next."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from miniprogram_api.cards.face import NextVisit
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.workflow import IllegalTransition
from miniprogram_api.rounds.rules import (
    CardOfElsewhere,
    EstateNotOnRound,
    Member,
    NotTheDay,
    TaskUnknown,
    Team,
    TeamChanged,
    TeamUnknown,
    Visit,
    VisitChanged,
    VisitState,
    VisitTask,
    VisitUnknown,
    check_time,
    days_of,
    next_of,
    visit_id,
)
from miniprogram_api.rounds.store import TEAM, VISIT, RoundStore
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from miniprogram_api.cards.service import Cards
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown


class TaskPhotos(Protocol):
    """The part of the photos that a visit needs."""

    def attach(self, act: Transaction, estate_id: str, photo_ids: tuple[str, ...], owner: str, purpose: str) -> None:
        """Bind uploaded photos to the thing written by the same act."""
        ...

    def show(self, estate_id: str, photo_ids: Iterable[str]) -> list[PhotoShown]:
        """Return what people see of the photos."""
        ...


_TEAMS_A_PAGE = 100


class Rounds:
    """The rounds of all companies."""

    def __init__(self, store: RoundStore, estates: Estates, cards: Cards, photos: TaskPhotos) -> None:
        self._store = store
        self._estates = estates
        self._cards = cards
        self._photos = photos

    # Teams

    def create_team(
        self, by: str, key: str, company_id: str, *, name: str, phone: str, members: tuple[Member, ...],
        estate_ids: tuple[str, ...], now: datetime,
    ) -> Team:  # fmt: skip
        """Found a team; the estates on its round are under contract with its company (CARD-08).

        Raises:
            EstateNotOnRound: one of the estates is not.
            TeamChanged: the key belongs to another team.
        """
        self._check_estates(company_id, estate_ids)
        team = Team(
            derived_id("team", by, "create_team", company_id, key), company_id, name, phone, members, estate_ids
        )
        act = Transaction(by, "create_round_team", now)
        act.add(TEAM, team, otherwise=TeamChanged)
        try:
            self._store.commit(act)
        except TeamChanged:
            if self.access_team_by_id(company_id, team.id) != team:
                raise
        return team

    def edit_team(
        self, by: str, company_id: str, team_id: str, *, name: str, phone: str, members: tuple[Member, ...],
        estate_ids: tuple[str, ...], now: datetime,
    ) -> Team:  # fmt: skip
        """Replace name, phone, people and estates of a team; visits already planned stay as they are.

        Raises:
            TeamUnknown: the company has no such team.
            EstateNotOnRound: one of the estates is not under contract with the company.
            TeamChanged: somebody else was faster.
        """
        team = self.access_team_by_id(company_id, team_id)
        self._check_estates(company_id, estate_ids)
        act = Transaction(by, "edit_round_team", now)
        after = replace(team, name=name, phone=phone, members=members, estate_ids=estate_ids)
        changed = act.change(TEAM, team, after, otherwise=TeamChanged)
        self._store.commit(act)
        return changed

    def access_team_by_id(self, company_id: str, team_id: str) -> Team:
        """Return a team of the company that the guard checked, or raise TeamUnknown."""
        team = self._store.find_team(company_id, team_id)
        if team is None:
            raise TeamUnknown
        return team

    def list_teams(self, company_id: str, limit: int, cursor: str | None) -> Page[Team]:
        """List the teams of a company."""
        return self._store.list_teams(company_id, limit, cursor)

    def teams_of(self, estate_id: str, company_id: str | None) -> list[Team]:
        """Return the teams of the company under contract that have the estate on their round."""
        found: list[Team] = []
        cursor: str | None = None
        while company_id is not None:
            page = self._store.list_teams(company_id, _TEAMS_A_PAGE, cursor)
            found += [team for team in page.items if estate_id in team.estate_ids]
            cursor = page.next
            if cursor is None:
                break
        return found

    def _check_estates(self, company_id: str, estate_ids: tuple[str, ...]) -> None:
        for estate_id in estate_ids:
            if self._estates.get_estate(estate_id).company_id != company_id:
                raise EstateNotOnRound

    # Visits

    def plan(
        self, by: str, key: str, estate_id: str, *, team_id: str, visit_on: date, start: int, end: int, purpose: str,
        tasks: Sequence[str], weeks: int, now: datetime,
    ) -> list[Visit]:  # fmt: skip
        """Plan a visit, or the same one for some weeks; the cards show the next one from this act on (CARD-08).

        Raises:
            VisitTimeRefused: it is in the past or ends before it begins.
            TeamUnknown: the company under contract has no such team.
            EstateNotOnRound: the estate is not on the team's round.
            VisitChanged: the plan of the estate was changed at the same moment.
        """
        estate = self._estates.get_estate(estate_id)
        check_time(visit_on, start, end, now)
        team = self.access_team_by_id(estate.company_id or "", team_id)
        if estate_id not in team.estate_ids:
            raise EstateNotOnRound
        visits = [
            Visit(
                visit_id(day, by, "plan_visit", estate_id, key), estate_id, team.company_id, team.id, team.name,
                tuple(member.account_id for member in team.members), day, start, end, purpose,
                tuple(VisitTask(task) for task in tasks), by,
            )
            for day in days_of(visit_on, weeks)
        ]  # fmt: skip
        already = self._store.find_visit(estate_id, visits[0].id)
        if already is not None:
            return self._planned_before(visits)
        act = Transaction(by, "plan_visit", now)
        for visit in visits:
            act.add(VISIT, visit, otherwise=VisitChanged)
        self._commit(act, estate_id, visits, now)
        return visits

    def _planned_before(self, visits: list[Visit]) -> list[Visit]:
        found = [self.access_visit_by_id(visit.estate_id, visit.id) for visit in visits]
        wanted = [(one.team_id, one.start, one.end, one.purpose, len(one.tasks)) for one in visits]
        if [(one.team_id, one.start, one.end, one.purpose, len(one.tasks)) for one in found] != wanted:
            raise VisitChanged
        return found

    def cancel(self, by: str, estate_id: str, visit_id: str, reason: str, now: datetime) -> Visit:
        """Cancel a planned visit; the cards show the one after it from this act on.

        Raises:
            VisitUnknown, IllegalTransition, VisitChanged.
        """
        return self._step(by, self.access_visit_by_id(estate_id, visit_id), "cancel", now, reason=reason)

    def check_in(self, by: str, estate_id: str, visit_id: str, token: str, now: datetime) -> Visit:
        """Check in at the estate by scanning one of its cards, on the day of the visit (CARD-08).

        Raises:
            VisitUnknown, CardUnknown, IllegalTransition, VisitChanged.
            CardOfElsewhere: the card hangs at another estate.
            NotTheDay: the visit is on another day.
        """
        visit = self.access_visit_by_id(estate_id, visit_id)
        place = self._cards.place_of(token)
        if place.estate_id != estate_id:
            raise CardOfElsewhere
        if date_of(now) != visit.visit_on:
            raise NotTheDay
        given = {"card_id": place.card_id, "checked_in_by": by, "checked_in_at": now}
        return self._step(by, visit, "check_in", now, **given)

    def finish_task(
        self, by: str, estate_id: str, visit_id: str, number: int, note: str, photo_ids: tuple[str, ...], now: datetime
    ) -> Visit:
        """Say that one task of a visit is done, with photos (CARD-08). Said again, nothing changes.

        Raises:
            VisitUnknown, TaskUnknown, VisitChanged.
            IllegalTransition: nobody has checked in, or the visit is over.
        """
        visit = self.access_visit_by_id(estate_id, visit_id)
        if not 1 <= number <= len(visit.tasks):
            raise TaskUnknown
        task = visit.tasks[number - 1]
        if task.done_at is not None:
            return visit
        if visit.state is not VisitState.CHECKED_IN:
            raise IllegalTransition(state=str(visit.state), step="finish_task")
        act = Transaction(by, "finish_visit_task", now)
        done = replace(task, done_by=by, done_at=now, note=note, photo_ids=photo_ids)
        changed = act.change(VISIT, visit, visit.with_task_done(number, done), otherwise=VisitChanged)
        self._photos.attach(act, estate_id, photo_ids, visit.id, "visit")
        self._store.commit(act)
        return changed

    def complete(self, by: str, estate_id: str, visit_id: str, summary: str, now: datetime) -> Visit:
        """End a visit with a word on what was done; the cards show the next one from this act on.

        Raises:
            VisitUnknown, IllegalTransition, VisitChanged.
        """
        visit = self.access_visit_by_id(estate_id, visit_id)
        return self._step(by, visit, "complete", now, summary=summary, completed_at=now)

    def access_visit_by_id(self, estate_id: str, visit_id: str) -> Visit:
        """Return a visit of the estate that the guard checked, or raise VisitUnknown."""
        visit = self._store.find_visit(estate_id, visit_id)
        if visit is None:
            raise VisitUnknown
        return visit

    def photos_of(self, estate_id: str, visit_id: str) -> list[PhotoShown]:
        """Return the photos of all tasks of a visit, for everybody who sees the visit (CARD-08)."""
        visit = self.access_visit_by_id(estate_id, visit_id)
        return self._photos.show(estate_id, [one for task in visit.tasks for one in task.photo_ids])

    def list_visits(self, estate_id: str, limit: int, cursor: str | None) -> Page[Visit]:
        """List the visits of an estate, the latest day first."""
        return self._store.list_visits(estate_id, limit, cursor)

    def list_of_company(self, company_id: str, first: date, last: date, limit: int, cursor: str | None) -> Page[Visit]:
        """List the visit calendar of a company between two days."""
        return self._store.list_of_company(company_id, first, last, limit, cursor)

    def sweep(self, now: datetime) -> int:
        """Mark planned visits whose day is over as missed; returns how many."""
        missed = 0
        for visit in self._store.each_due(now):
            with suppress(Conflict):  # somebody checked in or cancelled in this very moment
                self._step("system", visit, "miss", now)
                missed += 1
        return missed

    def _step(self, by: str, visit: Visit, name: str, now: datetime, **given: Any) -> Visit:
        after = visit.step(name, by, given)
        act = Transaction(by, f"{name}_visit", now)
        changed = act.change(VISIT, visit, after, otherwise=VisitChanged)
        self._commit(act, visit.estate_id, [changed], now)
        return changed

    def _commit(self, act: Transaction, estate_id: str, changed: list[Visit], now: datetime) -> None:
        """Write visits and, in the same act, what the cards of the estate show as the next one."""
        estate = self._estates.get_estate(estate_id)
        known = {visit.id: visit for visit in (*self._store.list_from(estate_id, date_of(now)), *changed)}
        following = next_of(known.values(), now)
        shown = None
        if following is not None:
            shown = NextVisit(following.id, following.visit_on, following.start, following.end, following.purpose)
        self._cards.show_next_visit(act, estate, shown)
        self._store.commit(act)
