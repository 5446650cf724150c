"""What the orders of a month add up to, recounted from the orders themselves (REP-08, REP-09, CARD-10)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from miniprogram_api.work_orders.rules import Order, OrderState

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Figures:
    """The orders opened in a period. Marks are sums over ``rated`` orders, so that an average stays exact."""

    opened: int
    answered: int
    answer_minutes: int
    closed: int
    reopened: int
    overdue: int
    rated: int
    speed: int
    quality: int
    attitude: int
    by_scope: dict[str, int]
    by_category: dict[str, int]
    by_source: dict[str, int]
    by_vendor: dict[str, int]

    @property
    def first_answer_minutes(self) -> int | None:
        """Return the mean number of whole minutes until somebody accepted or answered."""
        return self.answer_minutes // self.answered if self.answered else None

    @property
    def closed_permille(self) -> int | None:
        """Return how many of a thousand were closed, rounded down."""
        return self.closed * 1000 // self.opened if self.opened else None

    @property
    def satisfaction_hundredths(self) -> int | None:
        """Return the mean of all marks in hundredths of a mark (``437`` is 4.37), rounded down."""
        return (self.speed + self.quality + self.attitude) * 100 // (3 * self.rated) if self.rated else None


def count(orders: Iterable[Order]) -> Figures:
    """Add up orders; those withdrawn, merged into another or turned into a repair are not counted."""
    gone = {OrderState.WITHDRAWN, OrderState.MERGED, OrderState.CONVERTED}
    counted = [order for order in orders if order.state not in gone]
    waits = [_minutes(order.opened_at, order.first_answered_at) for order in counted if order.first_answered_at]
    ratings = [order.rating for order in counted if order.rating is not None]
    return Figures(
        opened=len(counted),
        answered=len(waits),
        answer_minutes=sum(waits),
        closed=sum(order.state is OrderState.CLOSED for order in counted),
        reopened=sum(order.loop > 1 for order in counted),
        overdue=sum(order.overdue for order in counted),
        rated=len(ratings),
        speed=sum(rating.speed for rating in ratings),
        quality=sum(rating.quality for rating in ratings),
        attitude=sum(rating.attitude for rating in ratings),
        by_scope=dict(Counter(order.scope.value for order in counted if order.scope is not None)),
        by_category=dict(Counter(order.category for order in counted)),
        by_source=dict(Counter(order.source.value for order in counted)),
        by_vendor=dict(Counter(order.vendor_id for order in counted if order.vendor_id is not None)),
    )


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start) / timedelta(minutes=1))
