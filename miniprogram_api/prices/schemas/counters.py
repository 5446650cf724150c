"""What owners send and see of their counter-offers, and what those who negotiate see of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.prices.schemas.prices import Price

if TYPE_CHECKING:
    from miniprogram_api.prices.counters import Counter


class PutCounter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the owners of a room would pay, and why."""

    price: Price
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class OwnCounter(msgspec.Struct, frozen=True):
    """What one's own room offers in this round."""

    room_id: str
    round: int
    price: int
    reason: str
    at: datetime

    @classmethod
    def of(cls, counter: Counter) -> OwnCounter:
        """Return what an owner sees of it."""
        return cls(counter.room_id, counter.round, counter.price, counter.reason, counter.at)


class CounterLine(msgspec.Struct, frozen=True):
    """A counter-offer as those who negotiate see it: a price and its reason, without the room."""

    price: int
    reason: str
    at: datetime

    @classmethod
    def of(cls, counter: Counter) -> CounterLine:
        """Return what is shown of it."""
        return cls(counter.price, counter.reason, counter.at)
