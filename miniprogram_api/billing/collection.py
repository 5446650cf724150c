"""How much of what was billed is paid 收缴率, by amount and by rooms, and how old the rest is (FEE-12)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.clock import date_of, start_of
from miniprogram_api.kernel.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.billing.bill import Bill

MOST_ROOMS_AT_ONCE = 2_000
NIGHT_HOUR = 2
COUNTED_DAYS = 400
"""Every night the figures of periods that ended within so many days are counted again, and those with arrears."""


class CountedAtNight(TooLarge):
    """The estate is too large to be counted within a request."""

    code = "counted_at_night"
    message = "该小区房屋超过 2000 套，数字每天夜间自动更新，请明天查看。"


@dataclass(frozen=True, slots=True)
class Counted:
    """Bills of some rooms: what they are for, what was paid of it, and how many rooms paid all of theirs."""

    bills: int = 0
    due_fen: int = 0
    paid_fen: int = 0
    rooms: int = 0
    rooms_paid: int = 0

    def plus(self, other: Counted) -> Counted:
        """Return both together."""
        return Counted(
            self.bills + other.bills,
            self.due_fen + other.due_fen,
            self.paid_fen + other.paid_fen,
            self.rooms + other.rooms,
            self.rooms_paid + other.rooms_paid,
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """What was counted of one period and kind of an estate, and when."""

    estate_id: str
    period: str
    kind: BillKind
    counted: Counted
    counted_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class Bucket:
    """Arrears of one age."""

    name: str
    label: str
    bills: int
    fen: int


AGES: tuple[tuple[str, str, int | None], ...] = (
    ("not_due", "未到期", 0),
    ("days_1_30", "逾期 1-30 天", 30),
    ("days_31_90", "逾期 31-90 天", 90),
    ("days_91_365", "逾期 91-365 天", 365),
    ("over_365", "逾期一年以上", None),
)
"""Name, label, and the last day past due that belongs to it."""


@dataclass(frozen=True, slots=True)
class Ageing:
    """How old the unpaid bills of an estate are; ``next_at`` is when they are counted again."""

    estate_id: str
    next_at: datetime
    buckets: tuple[Bucket, ...] = ()
    counted_at: datetime | None = None
    version: int = 0


def counted(bills: Iterable[Bill]) -> Counted:
    """Count bills that come in the order of their rooms; void ones do not count."""
    total, room_id, room_paid = Counted(), "", True
    for bill in bills:
        if bill.void_reason is not None:
            continue
        if bill.room_id != room_id:
            total = _closed(total, room_id, room_paid)
            room_id, room_paid = bill.room_id, True
        room_paid = room_paid and not bill.is_open
        total = total.plus(Counted(1, bill.total_fen, bill.paid_fen))
    return _closed(total, room_id, room_paid)


def _closed(total: Counted, room_id: str, room_paid: bool) -> Counted:
    return total.plus(Counted(rooms=1, rooms_paid=int(room_paid))) if room_id else total


def percent(part: int, whole: int) -> str | None:
    """Return a rate with two decimals, cut and not rounded up: only what is paid in full says 100.00.

    None where there is nothing to pay.
    """
    if whole <= 0:
        return None
    hundredths = part * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def aged(bills: Iterable[Bill], today: date) -> tuple[Bucket, ...]:
    """Return the open bills by how many days they are past due, in fen of what they are for (late fees apart)."""
    buckets = [Bucket(name, label, 0, 0) for name, label, _ in AGES]
    for bill in bills:
        if not bill.is_open:
            continue
        days = (today - bill.due_on).days
        at = next(at for at, (_, _, last) in enumerate(AGES) if last is None or days <= last)
        there = buckets[at]
        buckets[at] = replace(there, bills=there.bills + 1, fen=there.fen + bill.total_fen - bill.paid_fen)
    return tuple(buckets)


def next_night(now: datetime) -> datetime:
    """Return two o'clock of the coming night in China."""
    return start_of(date_of(now) + timedelta(days=1)) + timedelta(hours=NIGHT_HOUR)
