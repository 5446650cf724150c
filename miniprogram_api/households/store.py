"""Where household bindings lie: in the partition of their room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.households.rules import BindingDecided, Occupancy, OccupancyState
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction

_OCCUPANCIES = "OCCUPANCY#"


def _indexes(occupancy: Occupancy) -> dict[str, Key]:
    entries = {"gsi2": keys.occupancy_of_account(occupancy.account_id, occupancy.estate_id, occupancy.room_id)}
    if occupancy.state is OccupancyState.WAITING:
        entries["gsi1"] = keys.bindings_waiting(occupancy.estate_id, occupancy.asked_at, occupancy.account_id)
    return entries


OCCUPANCY = Kind(
    "occupancy", Occupancy, lambda one: keys.occupancy(one.estate_id, one.room_id, one.account_id), _indexes
)


class Bindings:
    """Household bindings in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, estate_id: str, room_id: str, account_id: str) -> Occupancy | None:
        """Return the binding of a person to a room, whatever its state, or None."""
        return self._table.find(OCCUPANCY, keys.occupancy(estate_id, room_id, account_id))

    def require_room(self, act: Transaction, estate_id: str, room_id: str, version: int) -> None:
        """Let the act happen only while the room is as it was read."""
        act.require(keys.room(estate_id, room_id), version=version, otherwise=BindingDecided)

    def list_room(self, estate_id: str, room_id: str) -> list[Occupancy]:
        """Return everybody who is, was or asks to be bound to a room."""
        return self._table.all_of(OCCUPANCY, keys.room(estate_id, room_id).pk, prefix=_OCCUPANCIES)

    def list_waiting(self, estate_id: str, limit: int, cursor: str | None) -> Page[Occupancy]:
        """List the bindings of an estate that wait for a decision, oldest first."""
        pk = keys.bindings_of(estate_id)
        return self._table.page(OCCUPANCY, pk, index="gsi1", limit=limit, cursor=cursor)

    def list_account(self, account_id: str) -> list[Occupancy]:
        """Return every binding a person has or had."""
        return self._table.all_of(OCCUPANCY, keys.occupancy_of_account(account_id, "", "").pk, index="gsi2")
