"""What neighbours see of an order on common parts, and which of it may be the same matter (REP-01, REP-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from miniprogram_api.kernel.place import PlaceKind
from miniprogram_api.work_orders.rules import Level, Order, OrderKind, OrderState

if TYPE_CHECKING:
    from collections.abc import Iterable

SIMILAR_WITHIN = timedelta(days=14)
"""An open matter older than this is hardly the same one; ours."""

_HIDDEN = frozenset({OrderState.WITHDRAWN, OrderState.CONVERTED})


@dataclass(frozen=True, slots=True)
class BulletinLine:
    """One line: no text, photo or person. ``order_version`` is the version of the order it was made of."""

    estate_id: str
    order_id: str
    number: str
    category: str
    building_id: str | None
    entrance: str | None
    facility_id: str | None
    state: OrderState
    loop: int
    opened_at: datetime
    closed_at: datetime | None
    level: Level
    overdue: bool
    followers: int
    is_open: bool
    shown: bool
    order_version: int
    version: int = 0


def line_of(order: Order) -> BulletinLine | None:
    """Return the line of an order, or None when it is none of the neighbours' business (in a home, or feedback)."""
    if order.kind is OrderKind.FEEDBACK or order.place.kind is PlaceKind.HOME:
        return None
    return BulletinLine(
        order.estate_id, order.id, order.number, order.category, order.place.building_id, order.place.entrance,
        order.place.facility_id, order.state, order.loop, order.opened_at, order.closed_at, order.level,
        order.overdue, len(order.followers), order.is_open, order.state not in _HIDDEN, order.version,
    )  # fmt: skip


def similar(
    lines: Iterable[BulletinLine], category: str, building_id: str | None, entrance: str | None, now: datetime
) -> list[BulletinLine]:
    """Return the lines that may be the same matter: same category and building, still open, opened in 14 days.

    A line or a question without an entrance matches every entrance of the building.
    """
    return [
        line
        for line in lines
        if line.is_open
        and line.category == category
        and line.building_id == building_id
        and (entrance is None or line.entrance is None or line.entrance == entrance)
        and line.opened_at > now - SIMILAR_WITHIN
    ]
