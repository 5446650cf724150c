"""Where decisions lie, and who was told of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from miniprogram_api.decisions.circular import Circular, RoomTold
from miniprogram_api.decisions.decision import Decision, DecisionState
from miniprogram_api.decisions.refusals import DecisionNotInForce
from miniprogram_api.kernel.clock import start_of
from miniprogram_api.storage import decision_keys, keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_PER_SHARD = 25
_CIRCULARS_AT_ONCE = 20


def _decision_indexes(decision: Decision) -> dict[str, Key]:
    entries = {"gsi1": decision_keys.decision_in_time(decision.estate_id, decision.decided_on, decision.id)}
    if decision.waits_until is not None:
        late_from = start_of(decision.waits_until + timedelta(days=1))
        entries["gsi2"] = decision_keys.decision_due(keys.shard_of(decision.id), late_from, decision.id)
    return entries


def _circular_key(circular: Circular) -> Key:
    return decision_keys.decision_circular(circular.estate_id, circular.decision_id, circular.event)


def _circular_indexes(circular: Circular) -> dict[str, Key]:
    if circular.complete:
        return {}
    return {"gsi1": decision_keys.decision_circular_open(circular.made_at, circular.decision_id)}


def _room_key(told: RoomTold) -> Key:
    return decision_keys.decision_room(told.estate_id, told.decision_id, told.event, told.room_id)


def _room_indexes(told: RoomTold) -> dict[str, Key]:
    if not told.is_open:
        return {}
    door = decision_keys.decision_door(told.estate_id, told.decision_id, told.building_id, told.order, told.room_id)
    return {"gsi1": door}


DECISION = Kind("decision", Decision, lambda one: decision_keys.decision(one.estate_id, one.id), _decision_indexes)
CIRCULAR = Kind("decision_circular", Circular, _circular_key, _circular_indexes)
ROOM_TOLD = Kind("decision_room", RoomTold, _room_key, _room_indexes)


class DecisionStore:
    """Decisions, circulars and the rooms they came to."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, estate_id: str, decision_id: str) -> Decision | None:
        """Return a decision of the estate, or None."""
        return self._table.find(DECISION, decision_keys.decision(estate_id, decision_id))

    def list_decisions(self, estate_id: str, limit: int, cursor: str | None) -> Page[Decision]:
        """List the decisions of an estate, newest first."""
        pk = decision_keys.decision_in_time(estate_id, _ANY_TIME.date(), "").pk
        return self._table.page(DECISION, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def require(self, act: Transaction, decision: Decision) -> None:
        """Let an act happen only while the decision is in the state it was read in."""
        key = decision_keys.decision(decision.estate_id, decision.id)
        act.require(key, otherwise=DecisionNotInForce, state=decision.state)

    def list_late(self, now: datetime) -> Iterator[Decision]:
        """Yield decisions whose time to correct them is over and of which nobody was told."""
        for shard in range(keys.SHARDS):
            pk = decision_keys.decision_due(shard, now, "").pk
            yield from self._table.page(DECISION, pk, index="gsi2", between=keys.until(now), limit=_PER_SHARD).items

    def find_circular(self, estate_id: str, decision_id: str, event: DecisionState) -> Circular | None:
        """Return what was told of a step, or None."""
        return self._table.find(CIRCULAR, decision_keys.decision_circular(estate_id, decision_id, event))

    def list_circulars_open(self) -> tuple[Circular, ...]:
        """List circulars that have not come to every room yet, the oldest first."""
        pk = decision_keys.decision_circular_open(_ANY_TIME, "").pk
        return self._table.page(CIRCULAR, pk, index="gsi1", limit=_CIRCULARS_AT_ONCE).items

    def rooms_told(self, circular: Circular, room_ids: Iterable[str]) -> frozenset[str]:
        """Return those of the rooms that a circular has come to."""
        estate_id, decision_id, event = circular.estate_id, circular.decision_id, circular.event
        wanted = (decision_keys.decision_room(estate_id, decision_id, event, room_id) for room_id in room_ids)
        return frozenset(told.room_id for told in self._table.find_all(ROOM_TOLD, wanted).values())

    def find_room(self, estate_id: str, decision_id: str, event: DecisionState, room_id: str) -> RoomTold | None:
        """Return how a room was told of a step, or None."""
        return self._table.find(ROOM_TOLD, decision_keys.decision_room(estate_id, decision_id, event, room_id))

    def list_rooms(
        self, estate_id: str, decision_id: str, event: DecisionState, limit: int, cursor: str | None
    ) -> Page[RoomTold]:
        """List how the rooms were told of a step."""
        pk, prefix = decision_keys.decision_room(estate_id, decision_id, event, "")
        return self._table.page(ROOM_TOLD, pk, prefix=prefix, limit=limit, cursor=cursor)

    def list_doors(self, estate_id: str, decision_id: str, limit: int, cursor: str | None) -> Page[RoomTold]:
        """List the doors at which somebody still has to knock, building by building in walking order."""
        pk = decision_keys.decision_door(estate_id, decision_id, "", "", "").pk
        return self._table.page(ROOM_TOLD, pk, index="gsi1", limit=limit, cursor=cursor)

    def count_doors(self, estate_id: str, decision_id: str) -> int:
        """Return at how many doors somebody still has to knock."""
        pk = decision_keys.decision_door(estate_id, decision_id, "", "", "").pk
        return self._table.count(pk, index="gsi1")
