"""When people are told of a bill and reminded of it: never at night, no step twice (FEE-11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of, shanghai, start_of

if TYPE_CHECKING:
    from miniprogram_api.billing.bill import Bill

OPENS, CLOSES = time(9), time(20)
"""Nobody is told of money at night (Shanghai time; our own)."""

ISSUED = "issued"
"""The mark of a bill whose household was told that it was issued."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One reminder: so many days after the due day, before it when negative."""

    name: str
    days: int


STAGES = (
    Stage("before", -3),
    Stage("overdue_1", 1),
    Stage("overdue_15", 15),
    Stage("overdue_30", 30),
    Stage("overdue_60", 60),
)
"""The steps, ours: no text gives any. Each is taken once for a due day."""


@dataclass(frozen=True, slots=True)
class ReminderChoice:
    """Whether a person wants to be reminded of fees; of the bill itself everybody is told."""

    account_id: str
    wanted: bool
    version: int = 0


def payable_by(bill: Bill) -> date:
    """Return the day by which the next payment is due: of an instalment plan, the first part not paid in full."""
    agreed = 0
    for part in bill.plan:
        agreed += part.fen
        if bill.paid_fen < agreed:
            return part.due_on
    return bill.due_on


def payable_fen(bill: Bill) -> int:
    """Return what is to be paid by that day, in fen: of an instalment plan what its parts up to then lack, else all."""
    by = payable_by(bill)
    agreed = sum(part.fen for part in bill.plan if part.due_on <= by)
    if by != bill.due_on and agreed > bill.paid_fen:
        return agreed - bill.paid_fen
    return bill.total_fen - bill.paid_fen + bill.late_fee_fen - bill.late_fee_paid_fen


def next_notice(bill: Bill, after: datetime) -> datetime | None:
    """Return when people are next told of the bill, at 09:00; None when it is paid or nothing is left to say.

    Of a bill they do not know yet they are told on the first morning, of the others on later days.
    """
    if not bill.is_open:
        return None
    if ISSUED not in bill.told:
        first = date_of(after) + timedelta(days=shanghai(after).time() >= OPENS)
        return start_of(first) + timedelta(hours=OPENS.hour)
    due, today = payable_by(bill), date_of(after)
    days = (due + timedelta(days=stage.days) for stage in STAGES)
    coming = min((day for day in days if day > today), default=None)
    return None if coming is None else start_of(coming) + timedelta(hours=OPENS.hour)


def announced(bill: Bill, now: datetime) -> Bill:
    """Return a new bill as it is written: its household is told at once by day, and in the morning after a night."""
    known = replace(bill, told=(*bill.told, ISSUED)) if may_remind(now) else bill
    return replace(known, next_notice_at=next_notice(known, now))


def may_remind(now: datetime) -> bool:
    """Say whether people may be reminded at this hour."""
    return OPENS <= shanghai(now).time() < CLOSES


def reminded(bill: Bill, now: datetime) -> Bill:
    """Return the bill with the newest stage that has come marked as told, and the next one planned.

    Stages that were missed are marked too: nobody is reminded twice on one day.
    """
    due, today = payable_by(bill), date_of(now)
    come = [ISSUED, *(_mark(due, stage) for stage in STAGES if due + timedelta(days=stage.days) <= today)]
    new = tuple(mark for mark in come if mark not in bill.told)
    told = replace(bill, told=(*bill.told, *new)) if bill.is_open else bill
    return replace(told, next_notice_at=next_notice(told, now))


def _mark(due: date, stage: Stage) -> str:
    return f"{due.isoformat()}:{stage.name}"
