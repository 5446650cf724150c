"""Something that all owners of an estate are told: building by building, and who could not be reached (S11).

Rooms nobody is bound to are kept with their address, for door visits 入户告知.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

ROOMS_A_PART = 50
"""Rooms told by one write: what follows from it ends well within the time of one delivery of the stream."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said: title and text in Chinese, the mini-program page it opens."""

    title: str
    text: str
    page: str


@dataclass(frozen=True, slots=True)
class OwnerNotice:
    """One message to all owners; ``after`` is the last building it went to, the figures count so far."""

    id: str
    estate_id: str
    told: Told
    begun_at: datetime
    after: str = ""
    rooms: int = 0
    unreached: int = 0
    done_at: datetime | None = None
    version: int = 0

    def went_to(self, parts: tuple[OwnerNoticePart, ...], building_id: str) -> OwnerNotice:
        """Return the notice after one more building."""
        rooms = sum(len(part.room_ids) for part in parts)
        unreached = sum(len(part.unreached) for part in parts)
        return replace(self, after=building_id, rooms=self.rooms + rooms, unreached=self.unreached + unreached)


@dataclass(frozen=True, slots=True)
class Door:
    """A room to visit."""

    room_id: str
    label: str


@dataclass(frozen=True, slots=True)
class OwnerNoticePart:
    """Some rooms of one building that were told, and those to visit."""

    estate_id: str
    notice_id: str
    building_id: str
    number: int
    told: Told
    room_ids: tuple[str, ...]
    unreached: tuple[Door, ...]
    version: int = 0
