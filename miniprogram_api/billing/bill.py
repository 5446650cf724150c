"""One bill of one room: its lines, what was paid on it, what is still due, and the late fee where there is one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from miniprogram_api.kernel.charge import BillKind, ChargeLine, Means
from miniprogram_api.kernel.clock import date_of, start_of
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.money import rounded

PPM = 1_000_000


class BillUnknown(NotFound):
    """The room has no such bill, or it is not one of this person's rooms (the answer is the same)."""

    code = "bill_unknown"
    message = "没有找到该账单，请刷新账单列表。"


class BillChanged(Conflict):
    """The bill was paid, reduced or voided in the meantime."""

    code = "bill_changed"
    message = "账单刚刚有变化，请刷新后再操作。"


class NothingDue(Conflict):
    """There is nothing (more) to pay on the bill."""

    code = "nothing_due"
    message = "该账单已结清，无需再付。"


class TooMuch(Conflict):
    """More was to be paid on the bill than is due on it."""

    code = "more_than_due"
    message = "金额超过账单应缴金额，请核对后重新填写。"


class BillBeingPaid(Conflict):
    """Somebody has a payment under way for the bill; it ends by itself within minutes."""

    code = "bill_being_paid"
    message = "该账单正在支付中，请稍候几分钟再试。"


class BillState(StrEnum):
    """Where a bill stands; being overdue is a matter of the date, not a state of its own."""

    ISSUED = "issued"
    PART_PAID = "part_paid"
    PAID = "paid"
    VOID = "void"


class Origin(StrEnum):
    """Where a bill comes from."""

    RUN = "run"  # a period was issued
    ARREARS = "arrears"  # owed from before this software (期初欠费)
    REPLACEMENT = "replacement"  # in place of a voided one
    SINGLE = "single"  # one charge, written by hand


@dataclass(frozen=True, slots=True)
class LateFeeTerms:
    """How a late fee 违约金 grows: parts per million a day after ``grace_days`` past the due day, up to a cap.

    ``cap_percent`` is of the unpaid principal's bill; a bill without terms never grows (FEE: off by default).
    """

    ppm_per_day: int
    grace_days: int
    cap_percent: int


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment on a bill, or, with negative amounts, one taken back.

    ``ref`` is what it came from and counts once: the number of a payment order, an offline payment, a refund.
    ``fen`` went to what the bill is for, ``late_fee_fen`` to its late fee.
    """

    ref: str
    means: Means
    fen: int
    late_fee_fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reduction:
    """An approved reduction of a bill after it was issued; ``ref`` is the request it comes from."""

    ref: str
    fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class Paying:
    """An open payment order on the bill: whose, and until when WeChat takes money for it."""

    out_trade_no: str
    account_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of an instalment plan 分期: how much of the bill is to be paid by which day (FEE-14)."""

    due_on: date
    fen: int


@dataclass(frozen=True, slots=True)
class Due:
    """What is due on a bill on a day, in fen."""

    principal_fen: int
    late_fee_fen: int

    @property
    def fen(self) -> int:
        """Return both together."""
        return self.principal_fen + self.late_fee_fen


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill 账单. Its identity is (room, period, kind, number): a run that is repeated finds it there.

    ``number`` is 1 for the first of its kind and period and counts replacements. ``late_fee_fen`` is what had grown by
    ``late_fee_until``. ``told`` names the notices already made, ``next_notice_at`` when the next is due (FEE-11). An
    agreed ``plan`` of instalments moves ``due_on`` to its last day.
    """

    estate_id: str
    room_id: str
    room_label: str
    building_id: str
    room_order: str
    company_id: str
    kind: BillKind
    period: str
    number: int
    lines: tuple[ChargeLine, ...]
    issued_at: datetime
    due_on: date
    origin: Origin = Origin.RUN
    source: str = ""
    late_fee_terms: LateFeeTerms | None = None
    late_fee_fen: int = 0
    late_fee_until: date | None = None
    reductions: tuple[Reduction, ...] = ()
    payments: tuple[Paid, ...] = ()
    paying: Paying | None = None
    void_reason: str | None = None
    replaced_by: str | None = None
    replaces: str | None = None
    told: tuple[str, ...] = ()
    next_notice_at: datetime | None = None
    plan: tuple[Instalment, ...] = ()
    version: int = 0

    @property
    def id(self) -> str:
        """Return the id, which says where the bill lies."""
        return bill_id(self.room_id, self.period, self.kind, self.number)

    @property
    def total_fen(self) -> int:
        """Return what the bill is for, reductions taken off, late fee not counted."""
        return sum(line.fen for line in self.lines) - sum(one.fen for one in self.reductions)

    @property
    def paid_fen(self) -> int:
        """Return what was paid of that."""
        return sum(one.fen for one in self.payments)

    @property
    def late_fee_paid_fen(self) -> int:
        """Return what was paid of the late fee."""
        return sum(one.late_fee_fen for one in self.payments)

    @property
    def state(self) -> BillState:
        """Return where the bill stands."""
        if self.void_reason is not None:
            return BillState.VOID
        if self.total_fen <= self.paid_fen and self.late_fee_fen <= self.late_fee_paid_fen:
            return BillState.PAID
        return BillState.PART_PAID if self.paid_fen or self.late_fee_paid_fen else BillState.ISSUED

    @property
    def is_open(self) -> bool:
        """Say whether something is still to be paid."""
        return self.state in {BillState.ISSUED, BillState.PART_PAID}

    def is_overdue(self, on: date) -> bool:
        """Say whether the due day has passed while something is to be paid."""
        return self.is_open and on > self.due_on

    def being_paid(self, now: datetime) -> Paying | None:
        """Return the payment order that is open for the bill now, or None."""
        return self.paying if self.paying is not None and now < self.paying.until else None

    def due(self, on: date) -> Due:
        """Return what is to be paid on a day, the late fee grown until then."""
        grown = assessed(self, on)
        if not grown.is_open:
            return Due(0, 0)
        return Due(grown.total_fen - grown.paid_fen, grown.late_fee_fen - grown.late_fee_paid_fen)


def bill_id(room_id: str, period: str, kind: BillKind, number: int) -> str:
    """Return the id of a bill."""
    return f"bill_{room_id}_{period}_{kind.value}_{number}"


def parse_bill_id(text: str) -> tuple[str, str, BillKind, int]:
    """Return room, period, kind and number of a bill's id.

    Raises:
        BillUnknown: it is no bill's id.
    """
    parts = text.removeprefix("bill_").rsplit("_", 3)
    if not text.startswith("bill_") or len(parts) != 4 or not parts[3].isdecimal() or len(parts[3]) > 3:
        raise BillUnknown
    try:
        return parts[0], parts[1], BillKind(parts[2]), int(parts[3])
    except ValueError:
        raise BillUnknown from None


def assessed(bill: Bill, on: date) -> Bill:
    """Return the bill with its late fee grown until the day; without terms, or once it is paid, nothing grows."""
    terms = bill.late_fee_terms
    if terms is None or bill.void_reason is not None:
        return bill
    begins = bill.due_on + timedelta(days=terms.grace_days)
    since = max(begins, bill.late_fee_until or begins)
    days, principal = (on - since).days, bill.total_fen - bill.paid_fen
    if days <= 0:
        return bill
    grown = rounded(Fraction(max(principal, 0) * terms.ppm_per_day * days, PPM))
    cap = bill.total_fen * terms.cap_percent // 100
    return replace(bill, late_fee_fen=max(min(bill.late_fee_fen + grown, cap), bill.late_fee_fen), late_fee_until=on)


def with_payment(bill: Bill, paid: Paid, as_of: date) -> Bill:
    """Return the bill with a payment; ``as_of`` is the day for which the payer was told the amount.

    Raises:
        NothingDue: it is paid or void, or this very payment stands on it already.
        TooMuch: the payment is larger than what is due.
    """
    if any(one.ref == paid.ref for one in bill.payments):
        raise NothingDue
    grown = assessed(bill, as_of)
    due = grown.due(as_of)
    if not grown.is_open:
        raise NothingDue
    if paid.fen > due.principal_fen or paid.late_fee_fen > due.late_fee_fen:
        raise TooMuch(due_fen=due.fen)
    paying = None if grown.paying is not None and grown.paying.out_trade_no == paid.ref else grown.paying
    return settled(replace(grown, payments=(*grown.payments, paid), paying=paying))


def with_money_back(bill: Bill, back: Paid) -> Bill:
    """Return the bill with money taken back from it (amounts negative), so that it is due again unless reduced too.

    A bill that is open again is reminded of again, from the next morning on.

    Raises:
        BillChanged: more would be taken back than was paid, or this was taken back already.
    """
    if any(one.ref == back.ref for one in bill.payments):
        raise BillChanged
    if bill.paid_fen + back.fen < 0 or bill.late_fee_paid_fen + back.late_fee_fen < 0:
        raise BillChanged
    next_morning = start_of(date_of(back.at) + timedelta(days=1)) + timedelta(hours=9)
    return settled(
        replace(bill, payments=(*bill.payments, back), next_notice_at=bill.next_notice_at or next_morning),
    )


def settled(bill: Bill) -> Bill:
    """Return the bill without what only an open one has (a next notice)."""
    return bill if bill.is_open else replace(bill, next_notice_at=None)


def split(due: Due, fen: int) -> tuple[int, int]:
    """Return how much of a sum goes to the principal and how much to the late fee: the principal first.

    Our own rule, kinder than 民法典 art. 561 (interest first), which an agreement may replace.

    Raises:
        TooMuch: the sum is larger than what is due.
    """
    if fen > due.fen:
        raise TooMuch(due_fen=due.fen)
    principal = min(fen, due.principal_fen)
    return principal, fen - principal
