"""What people see of bills and runs, and send to begin one."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from miniprogram_api.billing.bill import Bill, BillState, Origin, Paid
from miniprogram_api.billing.reminding import payable_by
from miniprogram_api.billing.run import RUN_LABELS, BillRun, RunPart, RunState
from miniprogram_api.billing.schemas.arrears import PeriodText, RateQuery
from miniprogram_api.kernel.charge import BILL_KIND_LABELS, MEANS_LABELS, BillKind, ChargeLine, Means
from miniprogram_api.kernel.clock import date_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.billing.drafting import Tally


_STATE_LABELS = {
    BillState.ISSUED: "待缴",
    BillState.PART_PAID: "部分缴纳",
    BillState.PAID: "已缴清",
    BillState.VOID: "已作废",
}


class NewRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which period of which kind is to be billed: ``2026-11``, ``2026-Q4``, ``2026-H2`` or ``2026``."""

    period: PeriodText
    kind: BillKind


class ChargeTotalShown(msgspec.Struct, frozen=True):
    """What one charge adds up to, and on how many bills it stands."""

    charge: str
    label: str
    fen: int
    bills: int


class TallyShown(msgspec.Struct, frozen=True):
    """What bills add up to; ``without`` counts rooms that have nothing to pay."""

    rooms: int
    without: int
    fen: int
    charges: list[ChargeTotalShown]
    outliers: int
    problems: int

    @classmethod
    def of(cls, tally: Tally) -> TallyShown:
        """Return what is shown of a tally."""
        charges = [ChargeTotalShown(one.charge, one.label, one.fen, one.bills) for one in tally.charges]
        return cls(tally.rooms, tally.without, tally.fen, charges, tally.outliers, tally.problems)


class BillRunShown(msgspec.Struct, frozen=True):
    """One run: ``tally`` is the draft, ``issued`` was counted from the bills written."""

    id: str
    period: str
    kind: BillKind
    kind_label: str
    state: RunState
    state_label: str
    revision: int
    made_by_name: str
    made_at: datetime
    tally: TallyShown
    issued: TallyShown
    published_by_name: str
    issued_at: datetime | None = None
    due_on: date | None = None

    @classmethod
    def of(cls, run: BillRun) -> BillRunShown:
        """Return what is shown of a run."""
        return cls(
            id=run.id,
            period=run.period,
            kind=run.kind,
            kind_label=BILL_KIND_LABELS[run.kind],
            state=run.state,
            state_label=RUN_LABELS[run.state],
            revision=run.revision,
            made_by_name=run.made_by_name,
            made_at=run.made_at,
            tally=TallyShown.of(run.tally),
            issued=TallyShown.of(run.issued),
            published_by_name=run.published_by_name,
            issued_at=run.issued_at,
            due_on=run.due_on,
        )


class OutlierShown(msgspec.Struct, frozen=True):
    """A room whose amount is more than three times, or less than a third of, what is usual."""

    room: str
    fen: int
    usual_fen: int


class TroubleShown(msgspec.Struct, frozen=True):
    """Why a room cannot be billed."""

    code: str
    room: str
    text: str


class RunPartShown(msgspec.Struct, frozen=True):
    """What a draft says of one building; lists are cut at 50, the counts in the tally are whole."""

    building_id: str
    building: str
    tally: TallyShown
    outliers: list[OutlierShown]
    problems: list[TroubleShown]

    @classmethod
    def of(cls, part: RunPart) -> RunPartShown:
        """Return what is shown of a building."""
        return cls(
            part.building_id,
            part.building,
            TallyShown.of(part.tally),
            [OutlierShown(one.room_label, one.fen, one.usual_fen) for one in part.outliers],
            [TroubleShown(one.code, one.room_label, one.text) for one in part.problems],
        )


class PeriodQuery(RateQuery, frozen=True):
    """Which bills: of a period and kind, and in which state."""

    state: BillState | None = None


class LineShown(msgspec.Struct, frozen=True):
    """One line of a bill: what for, how much of it, at which price, and the working in one sentence."""

    charge: str
    label: str
    fen: int
    quantity: str
    unit_price: str
    basis: str
    tariff_id: str | None = None
    photo_id: str | None = None

    @classmethod
    def of(cls, line: ChargeLine) -> LineShown:
        """Return what is shown of a line."""
        return cls(
            line.charge,
            line.label,
            line.fen,
            line.quantity,
            line.unit_price,
            line.basis,
            line.tariff_id,
            line.photo_id,
        )


class PaidShown(msgspec.Struct, frozen=True):
    """One payment; negative where money went back."""

    means: Means
    means_label: str
    fen: int
    late_fee_fen: int
    at: datetime

    @classmethod
    def of(cls, paid: Paid) -> PaidShown:
        """Return what is shown of a payment."""
        return cls(paid.means, MEANS_LABELS[paid.means], paid.fen, paid.late_fee_fen, paid.at)


class ReductionShown(msgspec.Struct, frozen=True):
    """What was taken off, and why."""

    fen: int
    reason: str


class InstalmentShown(msgspec.Struct, frozen=True):
    """One part of an instalment plan."""

    due_on: date
    fen: int


class BillLine(msgspec.Struct, frozen=True):
    """One bill in a list; ``due_fen`` is what is to be paid today, ``late_fee_fen`` the part of it that is late fee."""

    id: str
    room_id: str
    room: str
    kind: BillKind
    kind_label: str
    period: str
    state: BillState
    state_label: str
    origin: Origin
    total_fen: int
    paid_fen: int
    due_fen: int
    late_fee_fen: int
    due_on: date
    payable_by: date
    overdue_days: int
    issued_at: datetime
    being_paid: bool

    @classmethod
    def of(cls, bill: Bill, now: datetime) -> BillLine:
        """Return the line of a bill as it stands today."""
        today = date_of(now)
        due, payable = bill.due(today), payable_by(bill)
        return cls(
            id=bill.id,
            room_id=bill.room_id,
            room=bill.room_label,
            kind=bill.kind,
            kind_label=BILL_KIND_LABELS[bill.kind],
            period=bill.period,
            state=bill.state,
            state_label=_STATE_LABELS[bill.state],
            origin=bill.origin,
            total_fen=bill.total_fen,
            paid_fen=bill.paid_fen,
            due_fen=due.fen,
            late_fee_fen=due.late_fee_fen,
            due_on=bill.due_on,
            payable_by=payable,
            overdue_days=max((today - payable).days, 0) if bill.is_open else 0,
            issued_at=bill.issued_at,
            being_paid=bill.being_paid(now) is not None,
        )


class BillShown(msgspec.Struct, frozen=True):
    """One bill with its lines, their working, and what happened to it."""

    bill: BillLine
    lines: list[LineShown]
    reductions: list[ReductionShown]
    payments: list[PaidShown]
    plan: list[InstalmentShown]
    void_reason: str | None = None
    replaced_by: str | None = None
    replaces: str | None = None

    @classmethod
    def of(cls, bill: Bill, now: datetime) -> BillShown:
        """Return what is shown of a bill."""
        return cls(
            BillLine.of(bill, now),
            [LineShown.of(line) for line in bill.lines],
            [ReductionShown(one.fen, one.reason) for one in bill.reductions],
            [PaidShown.of(one) for one in bill.payments],
            [InstalmentShown(one.due_on, one.fen) for one in bill.plan],
            bill.void_reason,
            bill.replaced_by,
            bill.replaces,
        )


class RoomBills(msgspec.Struct, frozen=True):
    """What a room owes today, the longest due first, and its bills before, the latest period first."""

    due_fen: int
    late_fee_fen: int
    overdue_fen: int
    open: list[BillShown]
    history: list[BillLine]

    @classmethod
    def of(cls, bills: Iterable[Bill], now: datetime) -> RoomBills:
        """Return the account of a room."""
        listed = list(bills)
        opened = sorted((bill for bill in listed if bill.is_open), key=lambda bill: (bill.due_on, bill.id))
        history = sorted((bill for bill in listed if not bill.is_open), key=lambda bill: bill.period, reverse=True)
        shown = [BillShown.of(bill, now) for bill in opened]
        return cls(
            due_fen=sum(one.bill.due_fen for one in shown),
            late_fee_fen=sum(one.bill.late_fee_fen for one in shown),
            overdue_fen=sum(one.bill.due_fen for one in shown if one.bill.overdue_days),
            open=shown,
            history=[BillLine.of(bill, now) for bill in history],
        )


class PrepaidUsed(msgspec.Struct, frozen=True):
    """How many fen of the room's prepaid money just paid bills."""

    used_fen: int


class ReminderSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether one wants to be reminded of fees; of a bill itself everybody is told."""

    wanted: bool
