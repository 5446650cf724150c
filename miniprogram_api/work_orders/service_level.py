"""What is due when: warning, overdue, the next level, reminders, automatic closing. Pure; instants to the second.

The number of hours is the estate's setting (REP-04, trap 6). The days below are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import start_of
from miniprogram_api.work_orders.rules import Level, Order, OrderState

if TYPE_CHECKING:
    from miniprogram_api.work_orders.category import Category

AUTO_CLOSE = timedelta(days=7)
"""A registered result that its reporter does not answer is closed after seven days."""

REOPEN_WITHIN = timedelta(days=15)
"""A finished order can be reopened by its reporter for fifteen days; later a new one is opened."""

REMIND_EVERY = timedelta(days=7)
"""A matter that waits outside is asked about again every seven days after its reminder date."""

URGE_EVERY = timedelta(hours=1)

REOPENED_TOO_OFTEN = 3
"""The loop in which a matter goes to the next level at once: reopened twice (REP-04)."""

NEXT_LEVEL: dict[Level, Level] = {Level.ESTATE: Level.COMMUNITY, Level.COMMUNITY: Level.STREET}

STOPPED = frozenset({OrderState.RETURNED, OrderState.PAUSED, OrderState.WITH_OPERATOR})
"""While an order waits for somebody outside, its time does not run."""

_TO_CLOSE = frozenset(
    {OrderState.ACCEPTED, OrderState.ASSIGNED, OrderState.IN_HANDLING, OrderState.HANDLED, OrderState.VERIFIED}
)
_TO_CONFIRM = frozenset({OrderState.REGISTERED, OrderState.ANSWERED})


class Event(StrEnum):
    """What falls due."""

    WARN = "warn"
    OVERDUE = "overdue"
    ESCALATE = "escalate"
    REMIND = "remind"
    LAPSE = "lapse"
    AUTO_CLOSE = "auto_close"


@dataclass(frozen=True, slots=True)
class Due:
    """One event and its instant."""

    at: datetime
    event: Event


def phase_of(state: OrderState) -> str | None:
    """Return which limit runs in a state: ``accept``, ``close`` or none."""
    if state is OrderState.SUBMITTED:
        return "accept"
    return "close" if state in _TO_CLOSE else None


def limit_of(order: Order, category: Category) -> datetime | None:
    """Return the instant by which the order must be accepted or closed, or None while its time does not run."""
    phase = phase_of(order.state)
    if phase is None:
        return None
    minutes = category.accept_minutes if phase == "accept" else category.close_minutes
    return order.loop_started_at + timedelta(minutes=minutes, seconds=order.stopped_seconds)


def next_due(order: Order, category: Category) -> Due | None:
    """Return the next thing that falls due for an order, or None when nothing does."""
    limit = limit_of(order, category)
    if limit is not None:
        warn, further = timedelta(minutes=category.warn_minutes), timedelta(minutes=category.escalate_minutes)
        events = (
            Due(limit - warn, Event.WARN),
            Due(limit, Event.OVERDUE),
            Due(limit + further, Event.ESCALATE),
            Due(limit + 2 * further, Event.ESCALATE),
        )
        return events[order.progress] if order.progress < len(events) else None
    if order.state is OrderState.RETURNED:
        return Due(order.state_since + AUTO_CLOSE, Event.LAPSE)
    if order.state in _TO_CONFIRM:
        return Due(order.state_since + AUTO_CLOSE, Event.AUTO_CLOSE)
    remind_on = remind_date(order)
    return None if remind_on is None else Due(start_of(remind_on) + order.reminders * REMIND_EVERY, Event.REMIND)


def remind_date(order: Order) -> date | None:
    """Return the date on which somebody outside is to be asked again."""
    if order.state is OrderState.PAUSED:
        return order.paused_until
    if order.state is OrderState.WITH_OPERATOR and order.operator is not None:
        return order.operator.remind_on
    return None
