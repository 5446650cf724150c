"""Look after the tree and the estates with their buildings and rooms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from miniprogram_api.estates.addresses import new_building
from miniprogram_api.estates.rules import (
    AlreadyThere,
    Building,
    BuildingUnknown,
    ChangedMeanwhile,
    Company,
    Estate,
    EstateMisplaced,
    Room,
    RoomBound,
    RoomUnknown,
    RosterBusy,
    ServiceMode,
    Unit,
    UnitLevel,
    check_flags,
    unit_below,
)
from miniprogram_api.estates.service.writing import commit_new, seen
from miniprogram_api.estates.store import BUILDING, ESTATE, ROOM, UNIT
from miniprogram_api.kernel.access import Permission, PlaceUnknown, Principal, Territory, demand
from miniprogram_api.kernel.ids import derived_id, secret_token
from miniprogram_api.kernel.privacy import PhoneUnreadable, parse_mobile
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from miniprogram_api.estates.store import Register
    from miniprogram_api.facilities.rules import Facility
    from miniprogram_api.facilities.service import Facilities
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.sealing import Sealer

LOCATOR_LENGTH = 6
_JOINED = "、"


class Bindings(Protocol):
    """What households know of rooms."""

    def bound_rooms(self, estate_id: str, room_ids: Iterable[str]) -> frozenset[str]:
        """Return those of the rooms to which somebody is bound, or asks to be."""
        ...


class Faces(Protocol):
    """What the wall cards of an estate show of it."""

    def create_face(self, act: Transaction, estate: Estate) -> None:
        """Add to the act that cards of a new estate show its name and community."""
        ...

    def show_estate(self, act: Transaction, estate: Estate) -> None:
        """Add to the act that cards show the present name, community and community telephone."""
        ...


class Estates:
    """The registers on which every other room rests.

    ``bindings`` and ``faces`` are asked for when needed, since those rooms rest on this one.
    """

    def __init__(
        self,
        register: Register,
        sealer: Sealer,
        facilities: Facilities,
        bindings: Callable[[], Bindings],
        faces: Callable[[], Faces],
    ) -> None:
        self._register = register
        self._sealer = sealer
        self._facilities = facilities
        self._bindings = bindings
        self._faces = faces

    # Reading

    def get_estate(self, estate_id: str) -> Estate:
        """Return an estate.

        Raises:
            PlaceUnknown: there is none of that id.
        """
        estate = self._register.find_estate(estate_id)
        if estate is None:
            raise PlaceUnknown
        return estate

    def get_unit(self, unit_id: str) -> Unit:
        """Return a unit of the tree, or raise PlaceUnknown."""
        unit = self._register.find_unit(unit_id)
        if unit is None:
            raise PlaceUnknown
        return unit

    def get_company(self, company_id: str) -> Company:
        """Return a company, or raise PlaceUnknown."""
        company = self._register.find_company(company_id)
        if company is None:
            raise PlaceUnknown
        return company

    def get_building(self, estate_id: str, building_id: str) -> Building:
        """Return a building of the estate, or raise BuildingUnknown."""
        building = self._register.find_building(estate_id, building_id)
        if building is None:
            raise BuildingUnknown
        return building

    def get_room(self, estate_id: str, room_id: str) -> Room:
        """Return a room of the estate, or raise RoomUnknown; an ended room is none."""
        room = self._register.find_room(estate_id, room_id)
        if room is None or room.ended_at is not None:
            raise RoomUnknown
        return room

    def get_facility(self, estate_id: str, facility_id: str) -> Facility:
        """Return a facility of the estate, or raise FacilityUnknown."""
        return self._facilities.get_facility(estate_id, facility_id)

    def access_estate_by_id(self, principal: Principal, permission: Permission, estate_id: str) -> Estate:
        """Return an estate in which the person may do the act.

        Raises:
            PlaceUnknown: there is none, or the person does not belong there.
            NotAllowed: the person belongs there, but may not do this.
        """
        estate = self.get_estate(estate_id)
        demand(principal, permission, estate.territory)
        return estate

    def territory_of_estate(self, estate_id: str) -> Territory:
        """Return where an estate lies, or raise PlaceUnknown."""
        return self.get_estate(estate_id).territory

    def list_units_below(self, parent_id: str, limit: int, cursor: str | None) -> Page[Unit]:
        """List the units directly below one."""
        return self._register.list_units_below(parent_id, limit, cursor)

    def list_cities(self, principal: Principal, limit: int, cursor: str | None) -> Page[Unit]:
        """List the roots of the tree, for those whose scope is everywhere."""
        demand(principal, Permission.ORG_READ, Territory())
        return self._register.list_units_below("", limit, cursor)

    def list_estates_below(self, territory: Territory, limit: int, cursor: str | None) -> Page[Estate]:
        """List the estates anywhere below the unit of the territory, in tree order (IDR-08)."""
        return self._register.list_estates_below(territory.units, limit, cursor)

    def list_estates_of_company(self, company_id: str, limit: int, cursor: str | None) -> Page[Estate]:
        """List the estates a company looks after now (IDR-20)."""
        return self._register.list_estates_of_company(company_id, limit, cursor)

    def list_buildings(self, estate_id: str) -> list[Building]:
        """List the buildings of an estate with their entrances (EST-02)."""
        return self._register.list_buildings(estate_id)

    def list_buildings_after(self, estate_id: str, building_id: str, limit: int) -> list[Building]:
        """List the buildings whose id comes after one, by id, for jobs that go from one to the next."""
        return self._register.list_buildings_after(estate_id, building_id, limit)

    def list_rooms(self, estate_id: str, building_id: str, limit: int, cursor: str | None) -> Page[Room]:
        """List the rooms of a building in walking order; residents' data is sealed in them."""
        return self._register.list_rooms(estate_id, building_id, limit, cursor)

    def list_all_rooms(self, estate_id: str) -> list[Room]:
        """List every room of an estate, building by building."""
        return [room for building in self.list_buildings(estate_id) for room in self.list_rooms_of(building)]

    def list_rooms_of(self, building: Building) -> list[Room]:
        """List every room of a building in walking order."""
        return self._register.list_all_rooms(building.estate_id, building.id)

    def find_rooms(self, estate_id: str, room_ids: Iterable[str]) -> dict[str, Room]:
        """Return the rooms, ended ones too, that exist among the ids."""
        return self._register.find_rooms(estate_id, room_ids)

    def find_buildings(self, estate_id: str, building_ids: Iterable[str]) -> dict[str, Building]:
        """Return the buildings that exist among the ids."""
        return self._register.find_buildings(estate_id, building_ids)

    # The tree and the estates

    def create_city(self, principal: Principal, key: str, name: str, phone: str | None, now: datetime) -> Unit:
        """Plant the root of a tree; only a scope that reaches everywhere may (IDR-08)."""
        demand(principal, Permission.ORG_EDIT, Territory())
        unit_id = derived_id("unit", principal.account_id, "create_city", key)
        city = Unit(unit_id, UnitLevel.CITY, name, (unit_id,), phone, now)
        return self._add_unit(principal.account_id, city, now)

    def create_unit(
        self, by: str, key: str, parent_id: str, *, level: UnitLevel, name: str, phone: str | None, now: datetime
    ) -> Unit:
        """Add a unit directly below another; UnitMisplaced when its level may not stand there (IDR-08)."""
        unit_id = derived_id("unit", by, "create_unit", parent_id, key)
        return self._add_unit(by, unit_below(self.get_unit(parent_id), unit_id, level, name, phone, now), now)

    def _add_unit(self, by: str, unit: Unit, now: datetime) -> Unit:
        act = Transaction(by, "create_unit", now)
        act.add(UNIT, unit, otherwise=AlreadyThere)
        return commit_new(self._register.commit, act, lambda: self._register.find_unit(unit.id), unit, "created_at")

    def edit_unit(self, by: str, unit_id: str, version: int, changes: dict[str, Any], now: datetime) -> Unit:
        """Rename a unit or change its telephone; ChangedMeanwhile when the editor saw an older version."""
        unit = self.get_unit(unit_id)
        act = Transaction(by, "edit_unit", now)
        after = act.change(UNIT, seen(unit, version), replace(unit, **changes), otherwise=ChangedMeanwhile)
        self._register.commit(act)
        return after

    def follow_unit(self, before: Unit | None, after: Unit | None, at: datetime) -> None:
        """Let the cards of all estates of a community show its new name or telephone (CARD-02).

        Follows from the table's stream: a community may have more estates than one act takes, and showing the same
        twice changes nothing.
        """
        if before is None or after is None or (before.name, before.phone) == (after.name, after.phone):
            return
        cursor: str | None = None
        while after.level is UnitLevel.COMMUNITY:
            page = self._register.list_estates_below(after.path, 100, cursor)
            for estate in page.items:
                act = Transaction("system", "show_community", at)
                self._faces().show_estate(act, estate)
                self._register.commit(act)
            cursor = page.next
            if cursor is None:
                return

    def create_estate(
        self, by: str, key: str, unit_id: str, *, name: str, address: str, facts: dict[str, Any], now: datetime
    ) -> Estate:
        """Enter an estate below a community (EST-01).

        Raises:
            EstateMisplaced: the unit is no community.
            FlagsUnclear: the type flags contradict each other.
        """
        unit = self.get_unit(unit_id)
        if unit.level is not UnitLevel.COMMUNITY:
            raise EstateMisplaced
        estate_id = derived_id("est", by, "create_estate", unit_id, key)
        estate = Estate(estate_id, name, address, unit.path, secret_token(LOCATOR_LENGTH), now, **facts)
        check_flags(estate.flags)
        act = Transaction(by, "create_estate", now)
        act.add(ESTATE, estate, otherwise=AlreadyThere)
        self._faces().create_face(act, estate)
        return commit_new(
            self._register.commit, act, lambda: self._register.find_estate(estate_id), estate, "created_at", "locator"
        )

    def edit_estate(self, by: str, estate_id: str, version: int, changes: dict[str, Any], now: datetime) -> Estate:
        """Change facts of an estate; what they were before stays in the audit trail (EST-01)."""
        estate = self.get_estate(estate_id)
        after = replace(estate, **changes)
        check_flags(after.flags)
        act = Transaction(by, "edit_estate", now)
        after = act.change(ESTATE, seen(estate, version), after, otherwise=ChangedMeanwhile)
        if after.name != estate.name:
            self._faces().show_estate(act, after)
        self._register.commit(act)
        return after

    def begin_service(self, act: Transaction, estate: Estate, company_id: str, filing_id: str, on: date) -> Estate:
        """Add to the act that a filed contract takes effect: the estate lies in the company's hands (EST-04)."""
        return act.change(ESTATE, estate, estate.served_by(company_id, filing_id, on), otherwise=ChangedMeanwhile)

    def end_service(self, act: Transaction, estate: Estate, on: date) -> Estate:
        """Add to the act that the contract is over: staff of the company reach the estate no more (EST-04)."""
        return act.change(ESTATE, estate, estate.unserved(on), otherwise=ChangedMeanwhile)

    def adopt_mode(self, act: Transaction, estate_id: str, mode: ServiceMode, on: date) -> Estate:
        """Add to the act that the owners chose how the estate is served, from a day on (EST-12, VOT-22)."""
        estate = self.get_estate(estate_id)
        chosen = replace(estate, service_mode=mode, service_mode_since=on)
        return act.change(ESTATE, estate, chosen, otherwise=ChangedMeanwhile)

    # Buildings and rooms

    def add_building(self, by: str, building: Building, now: datetime) -> Building:
        """Add a building by hand; AlreadyThere when one of that name differs."""
        act = Transaction(by, "add_building", now)
        act.add(BUILDING, building, otherwise=AlreadyThere)
        return commit_new(
            self._register.commit, act, lambda: self._register.find_building(building.estate_id, building.id), building
        )

    def edit_building(
        self, by: str, before: Building, version: int, changes: dict[str, Any], now: datetime
    ) -> Building:
        """Change the entrances, floors or lift of a building; its name is its identity and stays."""
        facts = {"entrances": before.entrances, "floors": before.floors, "has_lift": before.has_lift} | changes
        after = replace(new_building(before.estate_id, before.name, **facts), version=before.version)
        act = Transaction(by, "edit_building", now)
        after = act.change(BUILDING, seen(before, version), after, otherwise=ChangedMeanwhile)
        self._register.commit(act)
        return after

    def add_room(
        self, by: str, building: Building, room: Room, names: tuple[str, ...], phones: tuple[str, ...], now: datetime
    ) -> Room:
        """Add a room by hand, or bring an ended one back; the estate then counts one household more (EST-02).

        Raises:
            AlreadyThere: a room at that address differs.
            RosterBusy: a roster import is being written.
        """
        estate = self._free_estate(building.estate_id)
        there = self._register.find_room(building.estate_id, room.id)
        room = self.with_owner(room, names, phones, there)
        if there is not None and there.ended_at is None:
            if replace(room, version=there.version) == there:
                return there
            raise AlreadyThere
        act = Transaction(by, "add_room", now)
        entrances = (*building.entrances, room.entrance)
        widened = new_building(building.estate_id, building.name, entrances, building.floors, building.has_lift)
        changed = [] if widened.entrances == building.entrances else [(building, widened)]
        self.revise_rooms(act, estate, buildings=changed, rooms=[(there, room)])
        self._register.commit(act)
        return self.get_room(building.estate_id, room.id)

    def edit_room(self, by: str, estate_id: str, room_id: str, changes: dict[str, Any], now: datetime) -> Room:
        """Change facts of a room by hand, owners as a whole; its address is its identity and stays.

        Raises:
            RoomUnknown: the estate has no such room.
            ChangedMeanwhile: the editor saw an older ``version``.
            RosterBusy: a roster import is being written.
        """
        estate = self._free_estate(estate_id)
        before = seen(self.get_room(estate_id, room_id), changes.pop("version"))
        names, phones = self.owner_of(before)
        names, phones = changes.pop("owner_names", names), changes.pop("owner_phones", phones)
        after = self.with_owner(replace(before, **changes), tuple(names), tuple(phones), before)
        act = Transaction(by, "edit_room", now)
        self.revise_rooms(act, estate, rooms=[(before, after)])
        self._register.commit(act)
        return self.get_room(estate_id, room_id)

    def end_room(self, by: str, estate_id: str, room_id: str, now: datetime) -> None:
        """End a room that no longer exists; RoomBound while somebody is bound to it, RosterBusy during an import."""
        room, estate = self.get_room(estate_id, room_id), self._free_estate(estate_id)
        if self.bound_rooms(estate_id, [room_id]):
            raise RoomBound
        act = Transaction(by, "end_room", now)
        self.revise_rooms(act, estate, rooms=[(room, replace(room, ended_at=now))])
        self._register.commit(act)

    def bound_rooms(self, estate_id: str, room_ids: Iterable[str]) -> frozenset[str]:
        """Return those of the rooms to which somebody is bound, or asks to be."""
        return self._bindings().bound_rooms(estate_id, room_ids)

    def revise_rooms(
        self,
        act: Transaction,
        estate: Estate,
        *,
        buildings: Iterable[tuple[Building | None, Building]] = (),
        rooms: Iterable[tuple[Room | None, Room]] = (),
        importing: str | None = None,
    ) -> Estate:
        """Add changes of buildings and rooms to the act, with the number of households that follows (EST-02).

        Each pair is what stood before (None: nothing) and what stands after. ``importing`` names the roster import
        that holds the register of rooms from now on.
        """
        more = 0
        for old, new in buildings:
            _put(act, BUILDING, old, new)
        for before, after in rooms:
            more += (after.ended_at is None) - (before is not None and before.ended_at is None)
            _put(act, ROOM, before, after)
        counted = replace(
            estate,
            households=estate.households + more,
            roster_revision=estate.roster_revision + 1,
            importing=importing,
        )
        return act.change(ESTATE, estate, counted, otherwise=ChangedMeanwhile)

    def with_owner(
        self, room: Room, names: tuple[str, ...], phones: tuple[str, ...], before: Room | None = None
    ) -> Room:
        """Return the room with its owners' names and telephones sealed, and findable by their mobile numbers.

        Sealing one text twice gives two results, so the seals of ``before`` are kept where they say the same.
        """
        old_names, old_phones = self.owner_of(before) if before else ((), ())
        if before is not None and names == old_names:
            room = replace(room, owner_name=before.owner_name)
        else:
            room = replace(room, owner_name=self._sealer.seal(_JOINED.join(names), "name") if names else None)
        if before is not None and phones == old_phones:
            return replace(room, owner_phone=before.owner_phone, owner_phone_indexes=before.owner_phone_indexes)
        return replace(
            room,
            owner_phone=self._sealer.seal(_JOINED.join(phones), "phone") if phones else None,
            owner_phone_indexes=tuple(self._sealer.index(phone, "phone") for phone in phones if _is_mobile(phone)),
        )

    def owner_of(self, room: Room) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the owners' names and telephones of a room, opened."""
        names = self._sealer.open(room.owner_name, "name") if room.owner_name else ""
        phones = self._sealer.open(room.owner_phone, "phone") if room.owner_phone else ""
        return tuple(filter(None, names.split(_JOINED))), tuple(filter(None, phones.split(_JOINED)))

    def _free_estate(self, estate_id: str) -> Estate:
        estate = self.get_estate(estate_id)
        if estate.importing is not None:
            raise RosterBusy
        return estate


def _put(act: Transaction, kind: Any, before: Any, after: Any) -> None:
    if before is None:
        act.add(kind, after, otherwise=ChangedMeanwhile)
    elif before != after:
        act.change(kind, before, after, otherwise=ChangedMeanwhile)


def _is_mobile(phone: str) -> bool:
    try:
        return bool(parse_mobile(phone))
    except PhoneUnreadable:
        return False
