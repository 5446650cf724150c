"""Tell all owners of an estate something, building by building, and list the rooms nobody could be told in (S11)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.conduct.refusals import OwnerNoticeUnknown
from miniprogram_api.conduct.store import OWNER_NOTICE, OWNER_NOTICE_PART
from miniprogram_api.conduct.telling import ROOMS_A_PART, Door, OwnerNotice, OwnerNoticePart
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.conduct.store import NoticeStore
    from miniprogram_api.conduct.telling import Told
    from miniprogram_api.estates.rules import Building
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page

_BUILDINGS_A_RUN = 5


class Owners(Protocol):
    """The part of the households that this room needs."""

    def owners_of_room(self, estate_id: str, room_id: str) -> list[str]:
        """List the accounts that own a room now."""
        ...


class OwnersTold:
    """What all owners of an estate are told by this room."""

    def __init__(self, store: NoticeStore, estates: Estates, households: Owners) -> None:
        self._store = store
        self._estates = estates
        self._households = households

    def begin(self, act: Transaction, estate_id: str, notice_id: str, told: Told) -> None:
        """Add to the act that all owners will be told; the clock's job does it, however often it is interrupted."""
        act.add(OWNER_NOTICE, OwnerNotice(notice_id, estate_id, told, act.at))

    def access_notice_by_id(self, estate_id: str, notice_id: str) -> OwnerNotice:
        """Return how far a notice has come, or raise OwnerNoticeUnknown."""
        notice = self._store.find(estate_id, notice_id)
        if notice is None:
            raise OwnerNoticeUnknown
        return notice

    def list_unreached(self, notice: OwnerNotice, limit: int, cursor: str | None) -> Page[OwnerNoticePart]:
        """List, building by building, the rooms to which nobody is bound: for door visits."""
        return self._store.list_parts(notice.estate_id, notice.id, limit, cursor)

    def sweep(self, now: datetime) -> int:
        """Tell some more buildings of every notice that has not gone everywhere; return how many buildings."""
        return sum(self._go_on(notice, now) for notice in self._store.due(now))

    def _go_on(self, notice: OwnerNotice, now: datetime) -> int:
        buildings = self._estates.list_buildings_after(notice.estate_id, notice.after, _BUILDINGS_A_RUN)
        with suppress(Conflict):  # another run is at it
            for building in buildings:
                parts = self._parts(notice, building)
                act = Transaction("system", "tell_owners", now)
                for part in parts:
                    act.add(OWNER_NOTICE_PART, part)
                notice = act.change(OWNER_NOTICE, notice, notice.went_to(parts, building.id))
                self._store.commit(act)
            if len(buildings) < _BUILDINGS_A_RUN:
                act = Transaction("system", "tell_owners", now)
                act.change(OWNER_NOTICE, notice, replace(notice, done_at=now))
                self._store.commit(act)
        return len(buildings)

    def _parts(self, notice: OwnerNotice, building: Building) -> tuple[OwnerNoticePart, ...]:
        rooms = [room for room in self._estates.list_rooms_of(building) if room.ended_at is None]
        parts = []
        for number, start in enumerate(range(0, len(rooms), ROOMS_A_PART)):
            some = rooms[start : start + ROOMS_A_PART]
            bound = {room.id for room in some if self._households.owners_of_room(notice.estate_id, room.id)}
            parts.append(
                OwnerNoticePart(
                    estate_id=notice.estate_id,
                    notice_id=notice.id,
                    building_id=building.id,
                    number=number,
                    told=notice.told,
                    room_ids=tuple(room.id for room in some if room.id in bound),
                    unreached=tuple(Door(room.id, room.label) for room in some if room.id not in bound),
                )
            )
        return tuple(parts)
