"""Where bills and what stands around them lie in the table."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.billing.adjusting import Abated, Adjustment, AdjustmentState
from miniprogram_api.billing.arrears import ArrearsImport, ArrearsPlan, ArrearsState
from miniprogram_api.billing.bill import Bill, parse_bill_id
from miniprogram_api.billing.care import Contact, RoomCare
from miniprogram_api.billing.collection import Ageing, Figure
from miniprogram_api.billing.reminding import ReminderChoice
from miniprogram_api.billing.run import GOING, Billed, BillRun, RunPart
from miniprogram_api.kernel.period import Period
from miniprogram_api.storage import fee_keys
from miniprogram_api.storage.keys import SHARDS, until
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.objects import Objects
    from miniprogram_api.storage.table import Table

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_PAGE = 500


def _bill_indexes(bill: Bill) -> dict[str, Key]:
    order = f"{bill.building_id}#{bill.room_order}"
    entries = {"gsi1": fee_keys.bill_of_period(bill.estate_id, bill.period, bill.kind.value, order, bill.id)}
    if bill.is_open:
        entries["gsi2"] = fee_keys.bill_unpaid(bill.estate_id, bill.due_on, bill.id)
        if bill.next_notice_at is not None:
            entries["gsi3"] = fee_keys.bill_notice(bill.next_notice_at, bill.id)
    return entries


def _run_indexes(run: BillRun) -> dict[str, Key]:
    if run.state not in GOING:
        return {}
    return {"gsi1": fee_keys.bill_run_going(run.progress_at, run.estate_id, run.id)}


def _adjustment_indexes(one: Adjustment) -> dict[str, Key]:
    entries = {"gsi1": fee_keys.bill_adjustment_in_time(one.estate_id, one.asked_at, one.id)}
    if one.state is AdjustmentState.ASKED:
        entries["gsi2"] = fee_keys.bill_adjustment_waiting(one.estate_id, one.asked_at, one.id)
    return entries


def _import_indexes(found: ArrearsImport) -> dict[str, Key]:
    if found.state is not ArrearsState.APPLYING or found.progress_at is None:
        return {}
    return {"gsi1": fee_keys.arrears_import_going(found.progress_at, found.estate_id, found.id)}


BILL = Kind(
    "bill",
    Bill,
    lambda bill: fee_keys.bill(bill.estate_id, bill.room_id, bill.period, bill.kind.value, bill.number),
    _bill_indexes,
)
BILL_RUN = Kind("bill_run", BillRun, lambda run: fee_keys.bill_run(run.estate_id, run.id), _run_indexes)
RUN_PART = Kind(
    "bill_run_part",
    RunPart,
    lambda part: fee_keys.bill_run_part(part.estate_id, part.run_id, part.revision, part.building_id),
)
BILLED = Kind("billed_month", Billed, lambda one: fee_keys.billed_month(one.estate_id, one.kind.value, one.month))
ABATED = Kind("abatement", Abated, lambda one: fee_keys.abatement(one.estate_id, one.building_id, one.room_id, one.ref))
ADJUSTMENT = Kind(
    "bill_adjustment",
    Adjustment,
    lambda one: fee_keys.bill_adjustment(one.estate_id, one.id),
    _adjustment_indexes,
)
CHOICE = Kind("fee_reminder_choice", ReminderChoice, lambda one: fee_keys.fee_reminder_choice(one.account_id))
ARREARS_IMPORT = Kind(
    "arrears_import", ArrearsImport, lambda one: fee_keys.arrears_import(one.estate_id, one.id), _import_indexes
)
CARE = Kind(
    "room_care",
    RoomCare,
    lambda one: fee_keys.room_care(one.estate_id, one.room_id),
    lambda one: {"gsi1": fee_keys.room_care_by_reason(one.estate_id, one.reason.value, one.room_id)},
)
CONTACT = Kind(
    "care_contact",
    Contact,
    lambda one: fee_keys.care_contact(one.estate_id, one.room_id, one.id),
    lambda one: {"gsi1": fee_keys.care_contact_in_time(one.estate_id, one.room_id, one.at, one.id)},
)
FIGURE = Kind(
    "collection_figure", Figure, lambda one: fee_keys.collection_figure(one.estate_id, one.period, one.kind.value)
)
AGEING = Kind(
    "collection_ageing",
    Ageing,
    lambda one: fee_keys.collection_ageing(one.estate_id),
    lambda one: {"gsi1": fee_keys.collection_due(one.next_at, one.estate_id)},
)
_PLAN = Kind("arrears_plan", ArrearsPlan, lambda _: Key("", ""))


class BillStore:
    """Bills in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_bills(self, estate_id: str, bill_ids: Iterable[str]) -> dict[str, Bill]:
        """Return the bills of the estate by id, those that exist, in one consistent round trip a hundred."""
        found = self._table.find_all(BILL, (_key_of(estate_id, bill_id) for bill_id in bill_ids))
        return {bill.id: bill for bill in found.values()}

    def list_room(self, estate_id: str, room_id: str) -> list[Bill]:
        """List the bills of a room by period, read consistently."""
        return self._table.all_of(BILL, fee_keys.bills_of_room(estate_id, room_id))

    def list_period(self, estate_id: str, period: str, kind: str, limit: int, cursor: str | None) -> Page[Bill]:
        """List the bills of a period and kind in the order of the rooms."""
        pk = fee_keys.bill_of_period(estate_id, period, kind, "", "").pk
        return self._table.page(BILL, pk, index="gsi1", limit=limit, cursor=cursor)

    def each_of_period(self, estate_id: str, period: str, kind: str) -> Iterator[Bill]:
        """Yield every bill of a period and kind in the order of the rooms, a page at a time."""
        cursor = None
        while True:
            page = self.list_period(estate_id, period, kind, _PAGE, cursor)
            yield from page.items
            if page.next is None:
                return
            cursor = page.next

    def list_unpaid(self, estate_id: str, limit: int, cursor: str | None) -> Page[Bill]:
        """List bills on which something is due, the longest due first."""
        pk = fee_keys.bill_unpaid(estate_id, date.min, "").pk
        return self._table.page(BILL, pk, index="gsi2", limit=limit, cursor=cursor)

    def each_unpaid(self, estate_id: str) -> Iterator[Bill]:
        """Yield every bill on which something is due, a page at a time."""
        cursor = None
        while True:
            page = self.list_unpaid(estate_id, _PAGE, cursor)
            yield from page.items
            if page.next is None:
                return
            cursor = page.next

    def each_to_remind(self, now: datetime, limit: int) -> Iterator[Bill]:
        """Yield bills whose next notice is due, at most so many of each shard."""
        for shard in range(SHARDS):
            pk = fee_keys.bill_notices(shard)
            yield from self._table.page(BILL, pk, index="gsi3", between=until(now), limit=limit).items

    # Runs

    def find_run(self, estate_id: str, run_id: str) -> BillRun | None:
        """Return a run of the estate, or None."""
        return self._table.find(BILL_RUN, fee_keys.bill_run(estate_id, run_id))

    def list_runs(self, estate_id: str, limit: int, cursor: str | None) -> Page[BillRun]:
        """List the runs of an estate, the latest period first."""
        pk = fee_keys.bill_runs_of(estate_id)
        return self._table.page(BILL_RUN, pk, limit=limit, cursor=cursor, newest_first=True)

    def list_runs_stuck(self, since: datetime, limit: int) -> tuple[BillRun, ...]:
        """List runs that should go on and made no progress since an instant."""
        pk = fee_keys.bill_run_going(since, "", "").pk
        return self._table.page(BILL_RUN, pk, index="gsi1", between=until(since), limit=limit).items

    def find_billed(self, run: BillRun) -> list[Billed]:
        """Return which runs bill the months of a run's period, read consistently."""
        months = Period.parse(run.period).each_month()
        wanted = (fee_keys.billed_month(run.estate_id, run.kind.value, str(month)) for month in months)
        return list(self._table.find_all(BILLED, wanted).values())

    def find_part(self, run: BillRun, building_id: str) -> RunPart | None:
        """Return what the run's present draft says of a building, or None."""
        key = fee_keys.bill_run_part(run.estate_id, run.id, run.revision, building_id)
        return self._table.find(RUN_PART, key)

    def list_parts(self, run: BillRun, limit: int, cursor: str | None) -> Page[RunPart]:
        """List what the run's present draft says, building by building."""
        pk, sk = fee_keys.bill_run_part(run.estate_id, run.id, run.revision, "")
        return self._table.page(RUN_PART, pk, prefix=sk, limit=limit, cursor=cursor)

    # Adjustments

    def list_abated(self, estate_id: str, building_id: str) -> list[Abated]:
        """List the approved abatements of a building's rooms, read consistently."""
        return self._table.all_of(ABATED, fee_keys.abatements_of(estate_id), prefix=f"{building_id}#")

    def find_abated(self, estate_id: str, building_id: str, room_id: str, ref: str) -> Abated | None:
        """Return an approved abatement, or None."""
        return self._table.find(ABATED, fee_keys.abatement(estate_id, building_id, room_id, ref))

    def find_adjustment(self, estate_id: str, adjustment_id: str) -> Adjustment | None:
        """Return a request, or None."""
        return self._table.find(ADJUSTMENT, fee_keys.bill_adjustment(estate_id, adjustment_id))

    def list_adjustments(self, estate_id: str, limit: int, cursor: str | None, *, waiting: bool) -> Page[Adjustment]:
        """List requests: those that wait, oldest first, or all, newest first."""
        if waiting:
            pk = fee_keys.bill_adjustment_waiting(estate_id, _ANY_TIME, "").pk
            return self._table.page(ADJUSTMENT, pk, index="gsi2", limit=limit, cursor=cursor)
        pk = fee_keys.bill_adjustment_in_time(estate_id, _ANY_TIME, "").pk
        return self._table.page(ADJUSTMENT, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    # Reminders

    def find_choice(self, account_id: str) -> ReminderChoice | None:
        """Return what a person chose, or None when they never did."""
        return self._table.find(CHOICE, fee_keys.fee_reminder_choice(account_id))


class ArrearsStore:
    """What was owed before, and the care for rooms in arrears."""

    def __init__(self, table: Table, files: Objects) -> None:
        self._table = table
        self._files = files
        self.commit = table.commit

    def find_import(self, estate_id: str, import_id: str) -> ArrearsImport | None:
        """Return an import, or None."""
        return self._table.find(ARREARS_IMPORT, fee_keys.arrears_import(estate_id, import_id))

    def list_imports_stuck(self, since: datetime, limit: int) -> tuple[ArrearsImport, ...]:
        """List imports that are being written and made no progress since an instant."""
        pk = fee_keys.arrears_import_going(since, "", "").pk
        return self._table.page(ARREARS_IMPORT, pk, index="gsi1", between=until(since), limit=limit).items

    def save_plan(self, found: ArrearsImport, plan: ArrearsPlan) -> None:
        """Keep what is to be written; the plan of one file is always the same."""
        text = json.dumps(_PLAN.body(plan), ensure_ascii=False, separators=(",", ":"))
        self._files.write(_file(found), text.encode(), "application/json")

    def load_plan(self, found: ArrearsImport) -> ArrearsPlan:
        """Return what is to be written, or raise ObjectMissing."""
        return _PLAN.entity_of(json.loads(self._files.read(_file(found))))

    def drop_plan(self, found: ArrearsImport) -> None:
        """Forget a plan that was written."""
        self._files.remove(_file(found))

    def find_care(self, estate_id: str, room_id: str) -> RoomCare | None:
        """Return why a room does not pay, or None when nobody wrote it down."""
        return self._table.find(CARE, fee_keys.room_care(estate_id, room_id))

    def list_care(self, estate_id: str, reason: str, limit: int, cursor: str | None) -> Page[RoomCare]:
        """List the rooms that are looked after for one reason."""
        pk, sk = fee_keys.room_care_by_reason(estate_id, reason, "")
        return self._table.page(CARE, pk, index="gsi1", prefix=sk, limit=limit, cursor=cursor)

    def find_contact(self, one: Contact) -> Contact | None:
        """Return a conversation, or None."""
        return self._table.find(CONTACT, CONTACT.key(one))

    def list_contacts(self, estate_id: str, room_id: str, limit: int, cursor: str | None) -> Page[Contact]:
        """List the conversations of a room, newest first."""
        pk = fee_keys.care_contact_in_time(estate_id, room_id, _ANY_TIME, "").pk
        return self._table.page(CONTACT, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)


class FigureStore:
    """What was counted."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_figures(self, wanted: Iterable[tuple[str, str, str]]) -> list[Figure]:
        """Return the figures that exist of (estate, period, kind), one round trip a hundred."""
        return list(self._table.find_all(FIGURE, (fee_keys.collection_figure(*one) for one in wanted)).values())

    def list_figures(self, estate_id: str, limit: int, cursor: str | None) -> Page[Figure]:
        """List the figures of an estate, the latest period first."""
        pk, prefix = fee_keys.collection_of(estate_id), "FIGURE#"
        return self._table.page(FIGURE, pk, prefix=prefix, limit=limit, cursor=cursor, newest_first=True)

    def find_ageing(self, estate_id: str) -> Ageing | None:
        """Return how old an estate's arrears are, or None when nothing was ever issued."""
        return self._table.find(AGEING, fee_keys.collection_ageing(estate_id))

    def list_due(self, now: datetime, limit: int) -> tuple[Ageing, ...]:
        """List estates whose figures are to be counted again."""
        pk = fee_keys.collection_due(now, "").pk
        return self._table.page(AGEING, pk, index="gsi1", between=until(now), limit=limit).items


def _key_of(estate_id: str, bill_id: str) -> Key:
    room_id, period, kind, number = parse_bill_id(bill_id)
    return fee_keys.bill(estate_id, room_id, period, kind.value, number)


def _file(found: ArrearsImport) -> str:
    return f"arrears/{found.estate_id}/{found.id}/{found.digest[:16]}"
