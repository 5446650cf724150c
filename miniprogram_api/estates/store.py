"""Where units, estates, buildings, rooms and companies lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.estates.rules import Building, Company, CreditCodeGuard, Estate, Room, Unit
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table


def _estate_indexes(estate: Estate) -> dict[str, Key]:
    entries = {"gsi1": keys.estate_below(estate.units, estate.id)}
    if estate.company_id is not None:
        entries["gsi2"] = keys.estate_of_company(estate.company_id, estate.id)
    return entries


def _unit_indexes(unit: Unit) -> dict[str, Key]:
    return {"gsi1": keys.unit_below(unit.path[-2] if len(unit.path) > 1 else "", unit.id)}


def _room_indexes(room: Room) -> dict[str, Key]:
    if room.ended_at is not None:
        return {}
    return {"gsi1": keys.room_of_building(room.estate_id, room.building_id, room.order, room.id)}


UNIT = Kind("unit", Unit, lambda unit: keys.unit(unit.id), _unit_indexes)
ESTATE = Kind("estate", Estate, lambda estate: keys.estate(estate.id), _estate_indexes)
COMPANY = Kind(
    "company",
    Company,
    lambda company: keys.company(company.id),
    lambda company: {"gsi1": keys.company_in(company.units[0], company.id)},
)
CREDIT_CODE = Kind("credit_code", CreditCodeGuard, lambda guard: keys.credit_code(guard.code))
BUILDING = Kind("building", Building, lambda building: keys.building(building.estate_id, building.id))
ROOM = Kind("room", Room, lambda room: keys.room(room.estate_id, room.id), _room_indexes)


class Register:
    """Units, estates, buildings, rooms and companies in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_unit(self, unit_id: str) -> Unit | None:
        """Return a unit of the tree, or None."""
        return self._table.find(UNIT, keys.unit(unit_id))

    def find_estate(self, estate_id: str) -> Estate | None:
        """Return an estate, or None."""
        return self._table.find(ESTATE, keys.estate(estate_id))

    def find_company(self, company_id: str) -> Company | None:
        """Return a company, or None."""
        return self._table.find(COMPANY, keys.company(company_id))

    def find_building(self, estate_id: str, building_id: str) -> Building | None:
        """Return a building, or None."""
        return self._table.find(BUILDING, keys.building(estate_id, building_id))

    def find_room(self, estate_id: str, room_id: str) -> Room | None:
        """Return a room, ended or not, or None."""
        return self._table.find(ROOM, keys.room(estate_id, room_id))

    def find_buildings(self, estate_id: str, building_ids: Iterable[str]) -> dict[str, Building]:
        """Return the buildings that exist among the ids, one round trip a hundred."""
        found = self._table.find_all(BUILDING, [keys.building(estate_id, identity) for identity in building_ids])
        return {building.id: building for building in found.values()}

    def find_rooms(self, estate_id: str, room_ids: Iterable[str]) -> dict[str, Room]:
        """Return the rooms, ended ones too, that exist among the ids, one round trip a hundred."""
        found = self._table.find_all(ROOM, [keys.room(estate_id, identity) for identity in room_ids])
        return {room.id: room for room in found.values()}

    def list_units_below(self, parent_id: str, limit: int, cursor: str | None) -> Page[Unit]:
        """List the units directly below one; the cities have the empty parent."""
        return self._table.page(UNIT, keys.unit_below(parent_id, "").pk, index="gsi1", limit=limit, cursor=cursor)

    def list_estates_below(self, path: tuple[str, ...], limit: int, cursor: str | None) -> Page[Estate]:
        """List the estates anywhere below a unit, in tree order: one query by the prefix of the path."""
        whole = keys.estate_below(path, "")
        return self._table.page(ESTATE, whole.pk, index="gsi1", prefix=whole.sk, limit=limit, cursor=cursor)

    def list_estates_of_company(self, company_id: str, limit: int, cursor: str | None) -> Page[Estate]:
        """List the estates under contract with a company now."""
        pk = keys.estate_of_company(company_id, "").pk
        return self._table.page(ESTATE, pk, index="gsi2", limit=limit, cursor=cursor)

    def list_companies(self, city_id: str, limit: int, cursor: str | None) -> Page[Company]:
        """List the companies registered in a city."""
        return self._table.page(COMPANY, keys.company_in(city_id, "").pk, index="gsi1", limit=limit, cursor=cursor)

    def list_buildings(self, estate_id: str) -> list[Building]:
        """List the buildings of an estate; an estate has some hundreds at most."""
        return self._table.all_of(BUILDING, keys.building(estate_id, "").pk)

    def list_buildings_after(self, estate_id: str, building_id: str, limit: int) -> list[Building]:
        """List the buildings whose id comes after one, by id; all from the first with an empty id."""
        key = keys.building(estate_id, building_id)
        beyond = (f"{key.sk}\x00", "BUILDING#~")
        return list(self._table.page(BUILDING, key.pk, between=beyond, limit=limit).items)

    def list_rooms(self, estate_id: str, building_id: str, limit: int, cursor: str | None) -> Page[Room]:
        """List the rooms of a building in walking order."""
        pk = keys.room_of_building(estate_id, building_id, "", "").pk
        return self._table.page(ROOM, pk, index="gsi1", limit=limit, cursor=cursor)

    def list_all_rooms(self, estate_id: str, building_id: str) -> list[Room]:
        """List every room of a building; a building has some hundreds at most."""
        return self._table.all_of(ROOM, keys.room_of_building(estate_id, building_id, "", "").pk, index="gsi1")
