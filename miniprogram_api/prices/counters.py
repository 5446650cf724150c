"""Counter-offers of owners 业主还价: one a room and round, and what they say together (FEE-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role, Scope, ScopeKind
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.money import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from miniprogram_api.kernel.access import Principal

FEWEST_SHOWN = 3
"""Below this many answers only their number is shown, so that nobody's own figure can be read off."""

_OWNERS = frozenset({Role.OWNER, Role.CO_OWNER})


class CounterRoomUnknown(NotFound):
    """The room does not exist, or the person does not own it (the answer is the same)."""

    code = "counter_room_unknown"
    message = "没有找到您名下的该房屋，请在“我的房屋”中核对。"


class CounterUnknown(NotFound):
    """The room has made no counter-offer in this round."""

    code = "counter_unknown"
    message = "该房屋本轮还没有还价，可在截止前提交。"


class CounterMet(Conflict):
    """Another owner of the room wrote at the same moment."""

    code = "counter_met"
    message = "该房屋的还价刚刚有更新，请刷新后再提交。"


class CounteringClosed(Conflict):
    """The round of counter-offers has not begun or is over."""

    code = "countering_closed"
    message = "当前不在业主还价期，不能提交还价，请查看最新进度。"


@dataclass(frozen=True, slots=True)
class Counter:
    """What the owners of one room would pay, in 0.0001 yuan a month and unit, and why.

    The id follows from the talk and the room, and does not tell the room to whoever pages through the list.
    """

    id: str
    talk_id: str
    estate_id: str
    round: int
    room_id: str
    price: int
    reason: str
    by: str
    at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Below which price a quarter, half and three quarters of the counter-offers lie."""

    lower: int
    median: int
    upper: int


@dataclass(frozen=True, slots=True)
class CounterFigures:
    """What the counter-offers of a round say together; ``share`` is the rooms that answered in tenths of a percent."""

    count: int
    rooms: int
    share: int | None
    quartiles: Quartiles | None


def figures(prices: Sequence[int], rooms: int) -> CounterFigures:
    """Return the figures of the counter-offers of an estate with so many rooms.

    A quartile between two prices is interpolated between them exactly, then rounded to 0.0001 yuan.
    """
    count = len(prices)
    share = rounded(Fraction(count * 1000, rooms)) if rooms else None
    if count < FEWEST_SHOWN:
        return CounterFigures(count, rooms, share, None)
    ordered = sorted(prices)
    lower, median, upper = (_quantile(ordered, Fraction(quarter, 4)) for quarter in (1, 2, 3))
    return CounterFigures(count, rooms, share, Quartiles(lower, median, upper))


def _quantile(ordered: Sequence[int], part: Fraction) -> int:
    place = (len(ordered) - 1) * part
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return rounded(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def owned_rooms(principal: Principal, estate_id: str) -> frozenset[str]:
    """Return the rooms of the estate that this person owns; living in a room gives no voice in its price."""
    return frozenset(
        grant.room_id
        for grant in principal.grants
        if grant.role in _OWNERS and grant.room_id is not None and grant.scope == Scope(ScopeKind.ESTATE, estate_id)
    )
