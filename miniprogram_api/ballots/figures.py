"""How many took part so far: rooms, area, and heads once each; never what anybody chose.

Each vote is added in two places: to the figure of its building, which says where somebody still has to go round, and to
one of a fixed number of parts, which add up to the whole: so the whole costs the same to read in an estate of any size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from zlib import crc32

from miniprogram_api.ballots.deliveries import Contact

PARTS = 16
"""Votes come from the stream, a few of its shards at a time: more would only be more to read."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Votes of one building or one part. ``heads`` counts a person where a room of theirs voted first.

    ``delivered``, ``refused`` and ``absent`` are the rooms somebody tried to tell, by what came of it (VOT-04).
    """

    estate_id: str
    ballot_id: str
    building_id: str | None
    part: int | None
    rooms: int = 0
    area: int = 0
    heads: int = 0
    delivered: int = 0
    refused: int = 0
    absent: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class CountedRoom:
    """Mark: the vote of a room has been added to the figures."""

    estate_id: str
    ballot_id: str
    room_id: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class CountedContact:
    """What of telling a room is in the figures; ``seen`` is the version of the delivery that was added last."""

    estate_id: str
    ballot_id: str
    room_id: str
    contact: Contact
    seen: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class CountedHead:
    """Mark: the person has been added to the figures."""

    estate_id: str
    ballot_id: str
    head: str
    version: int = 0


def part_of(room_id: str) -> int:
    """Return the part that a room's vote is added to."""
    return crc32(room_id.encode()) % PARTS


def with_contact(figure: Figure, contact: Contact, by: int) -> Figure:
    """Return the figure with one room more or less of what came of telling it."""
    match contact:
        case Contact.DELIVERED:
            return replace(figure, delivered=figure.delivered + by)
        case Contact.REFUSED:
            return replace(figure, refused=figure.refused + by)
        case Contact.ABSENT:
            return replace(figure, absent=figure.absent + by)
