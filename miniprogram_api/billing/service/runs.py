"""Work out a period building by building, show what would be issued, and issue exactly that (FEE-01)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import Bill, LateFeeTerms, bill_id
from miniprogram_api.billing.collection import Ageing, next_night
from miniprogram_api.billing.drafting import RoomDraft, Tally, Trouble, fingerprint_of, tally_of
from miniprogram_api.billing.run import (
    GOING,
    BillRun,
    IssueTerms,
    NoCompany,
    PeriodBilled,
    RunHasProblems,
    RunMoved,
    RunPart,
    RunStale,
    RunState,
    RunUnknown,
    cancelled,
    drafted_anew,
    due_day,
    months_to_bill,
    part_of,
    period_before,
    previewed,
    published,
    publishing,
    returned,
    with_issued,
    with_part,
)
from miniprogram_api.billing.store import AGEING, BILL, BILL_RUN, BILLED, RUN_PART, BillStore, FigureStore
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict, Problem
from miniprogram_api.kernel.period import Period
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.charging import Abatement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from miniprogram_api.estates.rules import Building, Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.charge import BillKind
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.tariffs.charging import ChargeBook
    from miniprogram_api.tariffs.service import Tariffs

BILLS_AT_ONCE = 48
"""Bills of one transaction."""

ROOMS_PER_CALL = 2_000
"""After so many rooms a call ends and says how far it came; the next call or the sweep goes on."""

ROOMS_NAMED = 20
_PARTS_AT_ONCE = 25
BUILDINGS_AHEAD = 40
"""Buildings read at a time: a call never reads all of a large estate, and a small one is read at once."""

_STUCK_AFTER = timedelta(minutes=1)
_STUCK_AT_ONCE = 5
_MEETINGS = 5


class _ThereAlready(Conflict):
    """A bill of the piece was written before: by a try that broke off, or by somebody else just now."""


class BillRuns:
    """The runs of all estates."""

    def __init__(self, store: BillStore, figures: FigureStore, estates: Estates, tariffs: Tariffs) -> None:
        self._store = store
        self._figures = figures
        self._estates = estates
        self._tariffs = tariffs

    def get_run(self, estate_id: str, run_id: str) -> BillRun:
        """Return a run of the estate, or raise RunUnknown."""
        run = self._store.find_run(estate_id, run_id)
        if run is None:
            raise RunUnknown
        return run

    def list_runs(self, estate_id: str, limit: int, cursor: str | None) -> Page[BillRun]:
        """List the runs of an estate, the latest period first."""
        return self._store.list_runs(estate_id, limit, cursor)

    def list_parts(self, estate_id: str, run_id: str, limit: int, cursor: str | None) -> Page[RunPart]:
        """List what the present draft says, building by building, or raise RunUnknown."""
        return self._store.list_parts(self.get_run(estate_id, run_id), limit, cursor)

    # Steps that a person takes

    def draft(self, principal: Principal, estate_id: str, period: Period, kind: BillKind, now: datetime) -> BillRun:
        """Begin a draft of a period, or another one in place of an earlier draft, and work out its first buildings.

        Raises:
            NoCompany: nobody is under contract.
            PeriodBilled: a month of the period was billed by another run.
            IllegalTransition: the run is being published, or was.
            RunMoved: somebody else took a step at the same moment.
        """
        estate = self._served(estate_id)
        book = self._tariffs.book_for(estate_id, kind, period)
        by, name, fingerprint = principal.account_id, principal.display_name, _fingerprint(estate, book)
        run = BillRun(estate_id, str(period), kind, RunState.DRAFT, by, name, now, now, fingerprint)
        months_to_bill(run, self._store.find_billed(run))
        before = self._store.find_run(estate_id, run.id)
        act = Transaction(by, "draft_bill_run", now)
        if before is None:
            act.add(BILL_RUN, run, otherwise=RunMoved)
        else:
            run = act.change(BILL_RUN, before, drafted_anew(before, by, name, fingerprint, now), otherwise=RunMoved)
        self._store.commit(act)
        return self._continue(run, now)

    def go_on(self, estate_id: str, run_id: str, now: datetime) -> BillRun:
        """Go on with a run that computes or publishes; one that waits for a person is returned as it is.

        Raises:
            RunUnknown, RunStale, RunMoved: see there.
        """
        return self._continue(self.get_run(estate_id, run_id), now)

    def publish(self, principal: Principal, estate_id: str, run_id: str, now: datetime) -> BillRun:
        """Issue the bills of a previewed run, or go on issuing; one that is published is returned as it is.

        Raises:
            RunHasProblems: rooms cannot be billed; the first of them are named.
            RunStale: what decides the amounts changed since the preview; the run must be drafted again.
            PeriodBilled: a month of the period was billed by another run.
            NothingToBill, NoCompany, IllegalTransition, RunUnknown, RunMoved: see there.
        """
        run = self.get_run(estate_id, run_id)
        if run.state in {RunState.PUBLISHING, RunState.PUBLISHED}:
            return self._continue(run, now)
        if run.tally.problems:
            raise RunHasProblems(problems=run.tally.problems, rooms=self._troubled(run))
        estate = self._served(estate_id)
        after = publishing(run, principal.account_id, principal.display_name, self._terms(estate, now), now)
        book = self._tariffs.book_for(estate_id, run.kind, Period.parse(run.period))
        if _fingerprint(estate, book) != run.fingerprint:
            raise RunStale
        act = Transaction(principal.account_id, "publish_bill_run", now)
        for month in months_to_bill(run, self._store.find_billed(run)):
            act.add(BILLED, month, otherwise=PeriodBilled)
        after = act.change(BILL_RUN, run, after, otherwise=RunMoved)
        if self._figures.find_ageing(estate_id) is None:
            act.add(AGEING, Ageing(estate_id, next_night(now)), otherwise=RunMoved)
        self._store.commit(act)
        return self._continue(after, now)

    def cancel(self, principal: Principal, estate_id: str, run_id: str, now: datetime) -> BillRun:
        """Call a run off that was not published; repeating it changes nothing.

        Raises:
            RunUnknown, IllegalTransition, RunMoved: see there.
        """
        run = self.get_run(estate_id, run_id)
        if run.state is RunState.CANCELLED:
            return run
        return self._write("cancel_bill_run", run, cancelled(run, principal.account_id, now), now, principal.account_id)

    def sweep(self, now: datetime) -> int:
        """Go on with runs that made no progress for a minute; return how many were looked after."""
        stuck = self._store.list_runs_stuck(now - _STUCK_AFTER, _STUCK_AT_ONCE)
        refused: Problem | None = None
        for run in stuck:
            try:
                self.go_on(run.estate_id, run.id, now)
            except RunStale:  # it is a draft again, and whoever published it finds it so
                continue
            except Problem as problem:
                refused = refused or problem
        if refused is not None:
            raise refused
        return len(stuck)

    # Building by building

    def _continue(self, run: BillRun, now: datetime) -> BillRun:
        """Go on until the run is through, or the call has done its share; each building ends with one write."""
        if run.state not in GOING:
            return run
        book = self._tariffs.book_for(run.estate_id, run.kind, Period.parse(run.period))
        ahead: list[Building] = []
        rooms = meetings = 0
        while run.state in GOING and rooms < ROOMS_PER_CALL:
            ahead = [building for building in ahead if building.id > run.reached]
            ahead = ahead or self._estates.list_buildings_after(run.estate_id, run.reached, BUILDINGS_AHEAD)
            building = ahead[0] if ahead else None
            try:
                after, count = self._step(run, book, building, now)
            except RunMoved:  # a request and the sweep met on one building: see how far the other came
                meetings += 1
                if meetings == _MEETINGS:
                    raise
                after, count = self.get_run(run.estate_id, run.id), 0
            run, rooms = after, rooms + count
        return run

    def _step(self, run: BillRun, book: ChargeBook, building: Building | None, now: datetime) -> tuple[BillRun, int]:
        if run.state is RunState.DRAFT:
            if building is None:
                return self._write("preview_bill_run", run, previewed(run, now), now), 0
            return self._draft_building(run, book, building, now)
        if building is None:
            return self._write("finish_bill_run", run, published(run, now), now), 0
        return self._issue_building(run, book, building, now)

    def _draft_building(self, run: BillRun, book: ChargeBook, building: Building, now: datetime) -> tuple[BillRun, int]:
        drafts = self._compared(run, self._drafts(book, building))
        part = part_of(run, building.id, building.name, drafts)
        act = Transaction("system", "draft_bills", now)
        act.add(RUN_PART, part, otherwise=RunMoved)
        after = act.change(BILL_RUN, run, with_part(run, part, now), otherwise=RunMoved)
        self._store.commit(act)
        return after, len(drafts)

    def _issue_building(self, run: BillRun, book: ChargeBook, building: Building, now: datetime) -> tuple[BillRun, int]:
        drafts = self._drafts(book, building)
        part = self._store.find_part(run, building.id)
        if part is None or part.fingerprint != fingerprint_of(drafts):
            self._write("return_bill_run", run, returned(run, now), now)
            raise RunStale
        bills = [run.bill_of(draft) for draft in drafts if draft.lines]
        for start in range(0, len(bills), BILLS_AT_ONCE):
            self._issue(bills[start : start + BILLS_AT_ONCE], now)
        counted = self._count(run, bills, without=len(drafts) - len(bills))
        return self._write("issue_bills", run, with_issued(run, building.id, counted, now), now), len(drafts)

    def _issue(self, bills: Sequence[Bill], now: datetime) -> None:
        """Write bills that are not there, in one act; what is there already stays as it is."""
        missing = list(bills)
        for _ in range(_MEETINGS):
            act = Transaction("system", "issue_bills", now)
            for bill in missing:
                act.add(BILL, bill, otherwise=_ThereAlready)
            try:
                self._store.commit(act)
                return
            except _ThereAlready:
                there = self._store.find_bills(bills[0].estate_id, (bill.id for bill in missing))
                missing = [bill for bill in missing if bill.id not in there]
        raise RunMoved

    def _count(self, run: BillRun, bills: Sequence[Bill], *, without: int) -> Tally:
        """Count what stands in the table, read consistently, not what was meant to be written."""
        there = self._store.find_bills(run.estate_id, (bill.id for bill in bills)).values()
        return replace(tally_of(bill.lines for bill in there), without=without)

    def _drafts(self, book: ChargeBook, building: Building) -> list[RoomDraft]:
        """Work out what each room of a building would pay."""
        rooms = self._estates.list_rooms_of(building)
        abated: dict[str, list[Abatement]] = {}
        for one in self._store.list_abated(building.estate_id, building.id):
            reduction = Abatement(one.ref, frozenset(one.charges), one.percent, one.first_on, one.last_on, one.reason)
            abated.setdefault(one.room_id, []).append(reduction)
        drafts = []
        for room, facts in zip(rooms, self._tariffs.facts_for(book, rooms), strict=True):
            charged = book.charge(replace(facts, abatements=tuple(abated.get(room.id, ()))))
            problems = tuple(Trouble(one.code, one.room_label, one.text) for one in charged.problems)
            place = (room.id, room.label, room.building_id, room.order, room.area)
            drafts.append(RoomDraft(*place, charged.lines, problems))
        return drafts

    def _compared(self, run: BillRun, drafts: Sequence[RoomDraft]) -> list[RoomDraft]:
        """Return the drafts with what the same rooms were billed for the period before."""
        before = str(period_before(Period.parse(run.period)))
        ids = {draft.room_id: bill_id(draft.room_id, before, run.kind, 1) for draft in drafts}
        bills = self._store.find_bills(run.estate_id, ids.values())
        totals = {bill.room_id: sum(line.fen for line in bill.lines) for bill in bills.values()}
        return [replace(draft, before_fen=totals.get(draft.room_id)) for draft in drafts]

    def _troubled(self, run: BillRun) -> list[str]:
        """Return the first rooms of a draft that cannot be billed."""
        rooms: list[str] = []
        cursor: str | None = None
        while len(rooms) < ROOMS_NAMED:
            page = self._store.list_parts(run, _PARTS_AT_ONCE, cursor)
            rooms += [problem.room_label for part in page.items for problem in part.problems]
            cursor = page.next
            if cursor is None:
                break
        return rooms[:ROOMS_NAMED]

    def _served(self, estate_id: str) -> Estate:
        estate = self._estates.get_estate(estate_id)
        if estate.company_id is None:
            raise NoCompany
        return estate

    def _terms(self, estate: Estate, now: datetime) -> IssueTerms:
        settings = self._tariffs.fee_settings(estate.id)
        late = settings.late_fee
        terms = None if late is None else LateFeeTerms(late.ppm_per_day, late.grace_days, late.cap_percent)
        return IssueTerms(estate.company_id or "", due_day(date_of(now), settings.due_day_offset), terms)

    def _write(self, verb: str, run: BillRun, after: BillRun, now: datetime, by: str = "system") -> BillRun:
        act = Transaction(by, verb, now)
        after = act.change(BILL_RUN, run, after, otherwise=RunMoved)
        self._store.commit(act)
        return after


def _fingerprint(estate: Estate, book: ChargeBook) -> str:
    """Return a hash of the tariffs and of the state of the rooms: what a preview is good for."""
    return hashlib.sha256(f"{estate.roster_revision}:{book.fingerprint}".encode()).hexdigest()
