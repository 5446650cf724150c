"""Open a case, let five parties report, close it when all have done their part, publish what came of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.kernel.access import NEIGHBOURS
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.linkage.catalogue import PARTY_LABELS, Party
from miniprogram_api.linkage.rules import (
    CASE_LIFE,
    SLOT_LIFE,
    Case,
    CaseChanged,
    CaseState,
    CaseUnknown,
    NotOfHere,
    Participant,
    PartyMissing,
    Result,
    Slot,
    SlotState,
    Step,
    check_slots,
    may_fill,
)
from miniprogram_api.linkage.store import CASE, PARTICIPANT, STEP, LinkageStore
from miniprogram_api.storage import keys
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown


class CasePhotos(Protocol):
    """The part of the photos that a case needs."""

    def attach(self, act: Transaction, estate_id: str, photo_ids: tuple[str, ...], owner: str, purpose: str) -> None:
        """Bind uploaded photos to the thing written by the same act."""
        ...

    def show(self, estate_id: str, photo_ids: Iterable[str]) -> list[PhotoShown]:
        """Return what people see of the photos."""
        ...


class Linkage:
    """The linkage cases of all estates."""

    def __init__(self, store: LinkageStore, photos: CasePhotos) -> None:
        self._store = store
        self._photos = photos

    def open_case(
        self, principal: Principal, key: str, estate_id: str, *, kind: str, title: str, description: str,
        slots: Iterable[Slot], photo_ids: tuple[str, ...], now: datetime,
    ) -> Case:  # fmt: skip
        """Open a matter with all five parties named, each with a person, a task and a date (CARD-04).

        Raises:
            PartyMissing: one of the five is missing or its date is past.
            CaseChanged: the key belongs to another case.
        """
        case_id = derived_id("link", principal.account_id, "open_case", estate_id, key)
        case = Case(
            case_id, estate_id, kind, title, description, check_slots(slots, now), principal.account_id, now, photo_ids
        )
        act = Transaction(principal.account_id, "open_linkage_case", now)
        act.add(CASE, case, otherwise=CaseChanged)
        act.add(STEP, _step(case, principal, now, "发起", text=title))
        self._photos.attach(act, estate_id, photo_ids, case_id, "linkage_before")
        try:
            self._store.commit(act)
        except CaseChanged:
            found = self.access_case_by_id(estate_id, case_id)
            if (found.kind, found.title, found.description) != (kind, title, description):
                raise
            return found
        return case

    def photos_of(self, estate_id: str, case_id: str) -> list[PhotoShown]:
        """Return the photos from before and after the work, for everybody who sees the case (CARD-09)."""
        case = self.access_case_by_id(estate_id, case_id)
        return self._photos.show(estate_id, (*case.before_photo_ids, *case.after_photo_ids))

    def assign(self, principal: Principal, estate_id: str, case_id: str, slot: Slot, now: datetime) -> Case:
        """Give a party's part to another person, with another task or date, while it is open.

        Raises:
            CaseUnknown, CaseChanged, IllegalTransition.
            PartyMissing: the date is past.
        """
        case = self.access_case_by_id(estate_id, case_id)
        if slot.due_at <= now:
            raise PartyMissing
        checked = case.step_slot("assign", slot.party, now)
        kept = checked.slot(slot.party)
        after = checked.with_slot(replace(slot, result=kept.result))
        return self._write(principal, case, after, now, SLOT_LIFE.named("assign").label, slot.party, slot.task)

    def report(
        self, principal: Principal, territory: Territory, estate_id: str, case_id: str, party: Party, result: Result,
        now: datetime, *, done: bool,
    ) -> Case:  # fmt: skip
        """Report what a party brought in so far, or that its part is done; said again, nothing changes (CARD-04).

        Raises:
            CaseUnknown, CaseChanged, IllegalTransition.
            PartyOfOthers: another party answers for this slot.
            ResultRefused: it is not yet what the part asks for.
        """
        may_fill(party, principal.roles_in(territory))
        case = self.access_case_by_id(estate_id, case_id)
        if party is Party.RESIDENTS:
            result = replace(result, participants=self._store.count_participants(estate_id, case_id))
        slot = case.slot(party)
        if done and slot.state is SlotState.DONE and slot.result == result:
            return case
        name = "finish" if done else "report"
        after = case.step_slot(name, party, now, result=result)
        return self._write(principal, case, after, now, SLOT_LIFE.named(name).label, party, result.record)

    def waive(
        self, principal: Principal, estate_id: str, case_id: str, party: Party, reason: str, now: datetime
    ) -> Case:
        """Say that a party is not needed in this matter, and why (CARD-04).

        Raises:
            CaseUnknown, CaseChanged, IllegalTransition, InputMissing.
        """
        return self._step_slot(principal, estate_id, case_id, party, "waive", reason, now)

    def reopen(
        self, principal: Principal, estate_id: str, case_id: str, party: Party, reason: str, now: datetime
    ) -> Case:
        """Take a party's part up again before the case is closed.

        Raises:
            CaseUnknown, CaseChanged, IllegalTransition, InputMissing.
        """
        return self._step_slot(principal, estate_id, case_id, party, "reopen", reason, now)

    def close(
        self,
        principal: Principal,
        estate_id: str,
        case_id: str,
        summary: str,
        photo_ids: tuple[str, ...],
        now: datetime,
    ) -> Case:
        """Close the case when all five parties are done or not needed, with photos from after the work (CARD-09).

        Raises:
            CaseUnknown, CaseChanged, IllegalTransition, InputMissing.
            PartiesUnfinished: a party still owes its part.
        """
        case = self.access_case_by_id(estate_id, case_id)
        after = case.close(summary, photo_ids, now)
        return self._write(principal, case, after, now, CASE_LIFE.named("close").label, None, summary, photo_ids)

    def publish(self, principal: Principal, estate_id: str, case_id: str, now: datetime) -> Case:
        """Publish the result; published again, nothing changes.

        Raises:
            CaseUnknown, CaseChanged.
            IllegalTransition: the case is still open.
        """
        case = self.access_case_by_id(estate_id, case_id)
        if case.state is CaseState.PUBLISHED:
            return case
        return self._write(principal, case, case.publish(now), now, CASE_LIFE.named("publish").label, None, "")

    def take_part(
        self, principal: Principal, territory: Territory, estate_id: str, case_id: str, wish: str, now: datetime
    ) -> Participant:
        """Take part as a resident of the estate: once a person, while the case is open (CARD-04 居民参与).

        Raises:
            NotOfHere: the person is no resident here.
            CaseUnknown: the estate has no such case.
            CaseChanged: the case is closed.
        """
        if NEIGHBOURS.isdisjoint(principal.roles_in(territory)):
            raise NotOfHere
        self.access_case_by_id(estate_id, case_id)
        one = Participant(estate_id, case_id, principal.account_id, principal.display_name, now, wish)
        act = Transaction(principal.account_id, "take_part", now)
        closed = CaseChanged("该联动事项已结案，不能再报名。")
        act.require(keys.linkage_case(estate_id, case_id), otherwise=closed, state=CaseState.OPENED.value)
        act.add(PARTICIPANT, one, otherwise=_AlreadyIn)
        try:
            self._store.commit(act)
        except _AlreadyIn:
            return self._store.find_participant(estate_id, case_id, principal.account_id) or one
        return one

    def access_case_by_id(self, estate_id: str, case_id: str) -> Case:
        """Return a case of the estate that the guard checked, or raise CaseUnknown."""
        case = self._store.find_case(estate_id, case_id)
        if case is None:
            raise CaseUnknown
        return case

    def read_case(self, estate_id: str, case_id: str) -> tuple[Case, list[Step]]:
        """Return a case with its timeline, or raise CaseUnknown."""
        case, steps = self._store.find_with_steps(estate_id, case_id)
        if case is None:
            raise CaseUnknown
        return case, steps

    def list_cases(self, estate_id: str, limit: int, cursor: str | None, now: datetime) -> Page[Case]:
        """List the cases of an estate, the newest first."""
        return self._store.list_cases(estate_id, limit, cursor, now)

    def list_participants(self, estate_id: str, case_id: str, limit: int, cursor: str | None) -> Page[Participant]:
        """List those who take part in a case of the estate, or raise CaseUnknown."""
        self.access_case_by_id(estate_id, case_id)
        return self._store.list_participants(estate_id, case_id, limit, cursor)

    def sweep(self, now: datetime) -> int:
        """Mark parties whose date has passed, so that they and the community are told; returns how many cases."""
        done = 0
        for case in self._store.each_due(now):
            act = Transaction("system", "mark_linkage_overdue", now)
            act.change(CASE, case, case.with_overdue(now), otherwise=CaseChanged)
            with suppress(Conflict):  # a party reported in this very moment
                self._store.commit(act)
                done += 1
        return done

    def _step_slot(
        self, principal: Principal, estate_id: str, case_id: str, party: Party, name: str, reason: str, now: datetime
    ) -> Case:
        case = self.access_case_by_id(estate_id, case_id)
        after = case.step_slot(name, party, now, reason=reason)
        return self._write(principal, case, after, now, SLOT_LIFE.named(name).label, party, reason)

    def _write(
        self, principal: Principal, before: Case, after: Case, now: datetime, label: str, party: Party | None,
        text: str, photo_ids: tuple[str, ...] = (),
    ) -> Case:  # fmt: skip
        act = Transaction(principal.account_id, "change_linkage_case", now)
        changed = act.change(CASE, before, after, otherwise=CaseChanged)
        act.add(STEP, _step(changed, principal, now, label, party, text), otherwise=CaseChanged)
        self._photos.attach(act, after.estate_id, photo_ids, after.id, "linkage_after")
        self._store.commit(act)
        return changed


class _AlreadyIn(Conflict):
    """The person takes part already."""


def _step(
    case: Case, principal: Principal, now: datetime, label: str, party: Party | None = None, text: str = ""
) -> Step:
    named = label if party is None else f"{PARTY_LABELS[party]}：{label}"
    return Step(
        case.estate_id, case.id, case.version, now, principal.account_id, principal.display_name, named, party, text
    )
