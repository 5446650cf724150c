"""Where facilities lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.facilities.rules import Facility, FacilityBuildingUnknown
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from datetime import date

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction


def _indexes(facility: Facility) -> dict[str, Key]:
    entries = {"gsi3": keys.facility_token(facility.token)}
    if facility.due_on is not None:
        entries["gsi2"] = keys.facility_upkeep(facility.estate_id, facility.due_on, facility.id)
        if facility.is_to_remind:
            entries["gsi1"] = keys.facility_due(keys.shard_of(facility.id), facility.due_on, facility.id)
    return entries


FACILITY = Kind("facility", Facility, lambda facility: keys.facility(facility.estate_id, facility.id), _indexes)


class FacilityStore:
    """Facilities in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, estate_id: str, facility_id: str) -> Facility | None:
        """Return a facility, or None."""
        return self._table.find(FACILITY, keys.facility(estate_id, facility_id))

    def find_by_token(self, token: str) -> Facility | None:
        """Return the facility whose QR code holds the token, or None."""
        found = self._table.page(FACILITY, keys.facility_token(token).pk, index="gsi3", limit=1).items
        return found[0] if found else None

    def list_of_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[Facility]:
        """List the facilities of an estate."""
        return self._table.page(FACILITY, keys.facility(estate_id, "").pk, limit=limit, cursor=cursor)

    def list_due(self, estate_id: str, until: date, limit: int, cursor: str | None) -> Page[Facility]:
        """List the facilities of an estate whose upkeep is due on or before a day, longest overdue first."""
        whole = keys.facility_upkeep(estate_id, until, "~")
        return self._table.page(FACILITY, whole.pk, index="gsi2", between=("0", whole.sk), limit=limit, cursor=cursor)

    def list_to_remind(self, shard: int, until: date, limit: int) -> tuple[Facility, ...]:
        """List facilities of one shard that are due and of which nobody was told."""
        whole = keys.facility_due(shard, until, "~")
        return self._table.page(FACILITY, whole.pk, index="gsi1", between=("0", whole.sk), limit=limit).items

    def require_building(self, act: Transaction, estate_id: str, building_id: str) -> None:
        """Let the act happen only if the estate has the building."""
        act.require(keys.building(estate_id, building_id), otherwise=FacilityBuildingUnknown)
