"""Bring a circular to every room, and tick off the doors at which somebody had to knock (VOT-15, PUB-03)."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.decisions.circular import Circular, RoomTold, Visit, visit_of
from miniprogram_api.decisions.decision import DecisionState, Mark
from miniprogram_api.decisions.refusals import DecisionMoved, DoorNotListed
from miniprogram_api.decisions.store import CIRCULAR, ROOM_TOLD
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.cursor import CursorStale
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.decisions.store import DecisionStore
    from miniprogram_api.estates.rules import Room
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page

ROOMS_AT_ONCE = 50
PAGES_AT_ONCE = 20
"""A run of the sweep comes to 1,000 rooms; an estate of 100,000 takes a night."""


class Owners(Protocol):
    """The part of the households that this room needs."""

    def owners_of_room(self, estate_id: str, room_id: str) -> list[str]:
        """List the accounts that own a room now."""
        ...


class DecisionCirculars:
    """What all owners are told of decisions."""

    def __init__(self, store: DecisionStore, estates: Estates, owners: Owners) -> None:
        self._store = store
        self._estates = estates
        self._owners = owners

    def find(self, estate_id: str, decision_id: str, event: DecisionState) -> Circular | None:
        """Return what was told of a step, and how far it has come, or None."""
        return self._store.find_circular(estate_id, decision_id, event)

    def doors_left(self, circular: Circular) -> int:
        """Return at how many doors somebody still has to knock."""
        return self._store.count_doors(circular.estate_id, circular.decision_id) if circular.needs_doors else 0

    def list_rooms(self, estate_id: str, decision_id: str, limit: int, cursor: str | None) -> Page[RoomTold]:
        """List every room with how it was told of the rescission."""
        return self._store.list_rooms(estate_id, decision_id, DecisionState.RESCINDED, limit, cursor)

    def list_doors(self, estate_id: str, decision_id: str, limit: int, cursor: str | None) -> Page[RoomTold]:
        """List the doors at which somebody still has to knock, in walking order."""
        return self._store.list_doors(estate_id, decision_id, limit, cursor)

    def visit(
        self, principal: Principal, estate_id: str, decision_id: str, room_id: str, on: date, now: datetime
    ) -> RoomTold:
        """Tick off that the owner was told at the door; the first tick stands.

        Raises:
            DoorNotListed, VisitDayWrong: see there.
        """
        before = self._store.find_room(estate_id, decision_id, DecisionState.RESCINDED, room_id)
        if before is None or before.online:
            raise DoorNotListed
        if before.visit is not None:
            return before
        visit: Visit = visit_of(before, on, Mark(principal.account_id, principal.display_name, now))
        act = Transaction(principal.account_id, "tell_at_the_door", now)
        after = act.change(ROOM_TOLD, before, replace(before, visit=visit), otherwise=DecisionMoved)
        self._store.commit(act)
        return after

    def sweep(self, now: datetime) -> int:
        """Bring open circulars to the next rooms, taking turns; return how many pages were gone through."""
        pages, waiting = 0, deque(self._store.list_circulars_open())
        while waiting and pages < PAGES_AT_ONCE:
            after = self._go_on(waiting.popleft(), now)
            pages += 1
            if after is not None and not after.complete:
                waiting.append(after)
        return pages

    def _go_on(self, circular: Circular, now: datetime) -> Circular | None:
        """Come to the next rooms, all of them and the place reached in one act; None when somebody else did."""
        act = Transaction("system", "bring_circular", now)
        try:
            after, rooms = self._next(circular, now)
        except CursorStale:  # the key that signs it was changed since: go through this building again
            after, rooms = replace(circular, cursor=None), []
        for told in rooms:
            act.add(ROOM_TOLD, told)
        after = act.change(CIRCULAR, circular, after)
        try:
            self._store.commit(act)
        except Conflict:
            return None
        return after

    def _next(self, circular: Circular, now: datetime) -> tuple[Circular, list[RoomTold]]:
        buildings = self._estates.list_buildings_after(circular.estate_id, circular.building_id, 1)
        if not buildings:
            return replace(circular, complete=True), []
        page = self._estates.list_rooms(circular.estate_id, buildings[0].id, ROOMS_AT_ONCE, circular.cursor)
        living = [room for room in page.items if room.ended_at is None]
        there = self._store.rooms_told(circular, [room.id for room in living])
        told = [self._told(circular, room, now) for room in living if room.id not in there]
        rooms = [one for one in told if one.online or circular.needs_doors]
        online = sum(1 for one in rooms if one.online)
        after = replace(
            circular,
            building_id=buildings[0].id if page.next is None else circular.building_id,
            cursor=page.next,
            told=circular.told + online,
            doors=circular.doors + len(rooms) - online,
        )
        return after, rooms

    def _told(self, circular: Circular, room: Room, now: datetime) -> RoomTold:
        """Return how a room is told: online when an owner of it is bound; a tenant's account is nobody to rely on."""
        return RoomTold(
            estate_id=circular.estate_id,
            decision_id=circular.decision_id,
            event=circular.event,
            room_id=room.id,
            building_id=room.building_id,
            label=room.label,
            order=room.order,
            title=circular.title,
            text=circular.text,
            at=now,
            online=bool(self._owners.owners_of_room(circular.estate_id, room.id)),
        )
