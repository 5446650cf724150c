"""The registers over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from miniprogram_api.edge.guards import in_company, in_estate, in_unit, signed_in
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.estates.addresses import new_building, new_room
from miniprogram_api.estates.credit_code import CreditCodeUnreadable
from miniprogram_api.estates.rules import (
    AlreadyThere,
    BuildingUnknown,
    ChangedMeanwhile,
    EstateMisplaced,
    FlagsUnclear,
    Room,
    RoomBound,
    RoomUnknown,
    RosterBusy,
    UnitMisplaced,
)
from miniprogram_api.estates.schemas import (
    BuildingChanges,
    BuildingList,
    BuildingShown,
    CompanyChanges,
    CompanyExit,
    CompanyShown,
    EstateChanges,
    EstateLine,
    EstateOfCity,
    EstateShown,
    NewBuilding,
    NewCity,
    NewCompany,
    NewEstate,
    NewRoom,
    NewUnit,
    RoomChanges,
    RoomShown,
    UnitChanges,
    UnitShown,
)
from miniprogram_api.estates.service import Estates
from miniprogram_api.estates.service.companies import Companies
from miniprogram_api.kernel.access import NotAllowed, Permission, PlaceUnknown
from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing

routes = Routes("estates", tag="小区")

_BUILDING = "/v1/estates/<estate_id>/buildings/<building_id>"
_ROOM = "/v1/estates/<estate_id>/rooms/<room_id>"


def _given(body: msgspec.Struct) -> dict[str, Any]:
    """Return the fields that were sent, lists in the form the register keeps."""
    sent = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not msgspec.UNSET}
    if "flags" in sent:
        sent["flags"] = tuple(flag.flagged() for flag in sent["flags"])
    if "contacts" in sent:
        sent["contacts"] = tuple(contact.contact() for contact in sent["contacts"])
    if "entrances" in sent:
        sent["entrances"] = tuple(sent["entrances"])
    if sent.get("area", AREA_UNKNOWN) is None:
        sent["area"] = AREA_UNKNOWN
    return sent


# The organisation tree


@routes.get("/v1/units", guard=signed_in(), errors=(NotAllowed, PlaceUnknown))
def list_cities(call: Call, query: ListQuery) -> PageOf[UnitShown]:
    """List the roots of the tree, for those whose scope is everywhere (IDR-08)."""
    page = call.service(Estates).list_cities(call.principal, query.limit, query.cursor)
    return PageOf([UnitShown.of(unit) for unit in page.items], page.next)


@routes.post(
    "/v1/units", guard=signed_in(), status=201, repeatable=True, errors=(NotAllowed, PlaceUnknown, AlreadyThere)
)
def create_city(call: Call, body: NewCity) -> UnitShown:
    """Plant the root of a tree: a city."""
    return UnitShown.of(call.service(Estates).create_city(call.principal, call.key, body.name, body.phone, call.now))


@routes.get("/v1/units/<unit_id>", guard=in_unit(Permission.ORG_READ))
def read_unit(call: Call, unit_id: str) -> UnitShown:
    """Return a unit of the tree."""
    return UnitShown.of(call.service(Estates).get_unit(unit_id))


@routes.get("/v1/units/<unit_id>/units", guard=in_unit(Permission.ORG_READ))
def list_units(call: Call, unit_id: str, query: ListQuery) -> PageOf[UnitShown]:
    """List the units directly below one."""
    page = call.service(Estates).list_units_below(unit_id, query.limit, query.cursor)
    return PageOf([UnitShown.of(unit) for unit in page.items], page.next)


@routes.post(
    "/v1/units/<unit_id>/units",
    guard=in_unit(Permission.ORG_EDIT),
    status=201,
    repeatable=True,
    errors=(UnitMisplaced, AlreadyThere),
)
def create_unit(call: Call, unit_id: str, body: NewUnit) -> UnitShown:
    """Add a unit directly below another."""
    by = call.principal.account_id
    return UnitShown.of(
        call.service(Estates).create_unit(
            by, call.key, unit_id, level=body.level, name=body.name, phone=body.phone, now=call.now
        )
    )


@routes.patch("/v1/units/<unit_id>", guard=in_unit(Permission.ORG_EDIT), errors=(ChangedMeanwhile,))
def edit_unit(call: Call, unit_id: str, body: UnitChanges) -> UnitShown:
    """Rename a unit or change its telephone."""
    changes = _given(body)
    version = changes.pop("version")
    return UnitShown.of(call.service(Estates).edit_unit(call.principal.account_id, unit_id, version, changes, call.now))


# Estates


@routes.get("/v1/units/<unit_id>/estates", guard=in_unit(Permission.ORG_READ))
def list_estates_below(call: Call, unit_id: str, query: ListQuery) -> PageOf[EstateLine]:  # noqa: ARG001  the guard read it
    """List the estates anywhere below a unit, in tree order."""
    page = call.service(Estates).list_estates_below(call.territory, query.limit, query.cursor)
    return PageOf([EstateLine.of(estate) for estate in page.items], page.next)


@routes.get("/v1/companies/<company_id>/estates", guard=in_company(Permission.COMPANY_READ))
def list_estates_of_company(call: Call, company_id: str, query: ListQuery) -> PageOf[EstateLine]:
    """List the estates a company looks after now (IDR-20)."""
    page = call.service(Estates).list_estates_of_company(company_id, query.limit, query.cursor)
    return PageOf([EstateLine.of(estate) for estate in page.items], page.next)


@routes.get("/v1/companies/<company_id>/city-estates", guard=in_company(Permission.FILING_SUBMIT))
def list_estates_of_city(call: Call, company_id: str, query: ListQuery) -> PageOf[EstateOfCity]:
    """List the estates of a company's city by name and address, to submit a filing for one (EST-04)."""
    page = call.service(Companies).list_estates_of_city(company_id, query.limit, query.cursor)
    lines = [EstateOfCity(one.id, one.name, one.address, one.company_id is not None) for one in page.items]
    return PageOf(lines, page.next)


@routes.post(
    "/v1/units/<unit_id>/estates",
    guard=in_unit(Permission.ESTATE_CREATE),
    status=201,
    repeatable=True,
    errors=(EstateMisplaced, FlagsUnclear, AlreadyThere),
)
def create_estate(call: Call, unit_id: str, body: NewEstate) -> EstateShown:
    """Enter an estate below a community (EST-01)."""
    facts = _given(body)
    name, address = facts.pop("name"), facts.pop("address")
    by = call.principal.account_id
    return EstateShown.of(
        call.service(Estates).create_estate(
            by, call.key, unit_id, name=name, address=address, facts=facts, now=call.now
        )
    )


@routes.get("/v1/estates/<estate_id>", guard=in_estate(Permission.ESTATE_READ))
def read_estate(call: Call, estate_id: str) -> EstateShown:
    """Return an estate."""
    return EstateShown.of(call.service(Estates).get_estate(estate_id))


@routes.patch(
    "/v1/estates/<estate_id>", guard=in_estate(Permission.ESTATE_EDIT), errors=(ChangedMeanwhile, FlagsUnclear)
)
def edit_estate(call: Call, estate_id: str, body: EstateChanges) -> EstateShown:
    """Change facts of an estate; what they were stays in the audit trail (EST-01)."""
    changes = _given(body)
    version = changes.pop("version")
    return EstateShown.of(
        call.service(Estates).edit_estate(call.principal.account_id, estate_id, version, changes, call.now)
    )


# Companies


@routes.get("/v1/units/<unit_id>/companies", guard=in_unit(Permission.ORG_READ))
def list_companies(call: Call, unit_id: str, query: ListQuery) -> PageOf[CompanyShown]:  # noqa: ARG001  the guard read it
    """List the companies registered in the city of a unit (EST-03)."""
    page = call.service(Companies).list_companies(call.territory, query.limit, query.cursor)
    return PageOf([CompanyShown.of(company) for company in page.items], page.next)


@routes.post(
    "/v1/units/<unit_id>/companies",
    guard=in_unit(Permission.COMPANY_EDIT),
    status=201,
    repeatable=True,
    errors=(AlreadyThere, CreditCodeUnreadable),
)
def create_company(call: Call, unit_id: str, body: NewCompany) -> CompanyShown:
    """Draft the registration of a company (EST-03)."""
    facts = _given(body)
    name, code, hotline = (facts.pop(field) for field in ("name", "credit_code", "hotline"))
    by = call.principal.account_id
    return CompanyShown.of(
        call.service(Companies).create_company(
            by, call.key, unit_id, name=name, code=code, hotline=hotline, facts=facts, now=call.now
        )
    )


@routes.get("/v1/companies/<company_id>", guard=in_company(Permission.COMPANY_READ))
def read_company(call: Call, company_id: str) -> CompanyShown:
    """Return a company."""
    return CompanyShown.of(call.service(Estates).get_company(company_id))


@routes.patch("/v1/companies/<company_id>", guard=in_company(Permission.COMPANY_EDIT), errors=(ChangedMeanwhile,))
def edit_company(call: Call, company_id: str, body: CompanyChanges) -> CompanyShown:
    """Change facts of a company."""
    changes = _given(body)
    version = changes.pop("version")
    return CompanyShown.of(
        call.service(Companies).edit_company(call.principal.account_id, company_id, version, changes, call.now)
    )


_STEP = (IllegalTransition, InputMissing, ChangedMeanwhile)


@routes.post("/v1/companies/<company_id>/report", guard=in_company(Permission.COMPANY_EDIT), errors=_STEP)
def report_company(call: Call, company_id: str) -> CompanyShown:
    """Report a drafted registration to the bureau (报备)."""
    by = call.principal.account_id
    return CompanyShown.of(call.service(Companies).step_company(by, company_id, "report", call.now))


@routes.post("/v1/companies/<company_id>/confirm", guard=in_company(Permission.COMPANY_CONFIRM), errors=_STEP)
def confirm_company(call: Call, company_id: str) -> CompanyShown:
    """Confirm a reported registration."""
    by = call.principal.account_id
    return CompanyShown.of(call.service(Companies).step_company(by, company_id, "confirm", call.now))


@routes.post("/v1/companies/<company_id>/exit", guard=in_company(Permission.COMPANY_CONFIRM), errors=_STEP)
def end_company(call: Call, company_id: str, body: CompanyExit) -> CompanyShown:
    """Record that a company left; its filed contracts run until they end or are ended."""
    by = call.principal.account_id
    return CompanyShown.of(call.service(Companies).step_company(by, company_id, "exit", call.now, body.reason))


# Buildings and rooms


@routes.get("/v1/estates/<estate_id>/buildings", guard=in_estate(Permission.ESTATE_READ))
def list_buildings(call: Call, estate_id: str) -> BuildingList:
    """List the buildings of an estate with their entrances (EST-02)."""
    return BuildingList([BuildingShown.of(building) for building in call.service(Estates).list_buildings(estate_id)])


@routes.post(
    "/v1/estates/<estate_id>/buildings",
    guard=in_estate(Permission.ESTATE_EDIT),
    status=201,
    errors=(AlreadyThere,),
)
def add_building(call: Call, estate_id: str, body: NewBuilding) -> BuildingShown:
    """Add a building by hand; its name is its identity, so adding it again changes nothing."""
    building = new_building(estate_id, body.name, tuple(body.entrances), body.floors, body.has_lift)
    return BuildingShown.of(call.service(Estates).add_building(call.principal.account_id, building, call.now))


@routes.patch(_BUILDING, guard=in_estate(Permission.ESTATE_EDIT), errors=(BuildingUnknown, ChangedMeanwhile))
def edit_building(call: Call, estate_id: str, building_id: str, body: BuildingChanges) -> BuildingShown:
    """Change the entrances, floors or lift of a building."""
    changes, estates = _given(body), call.service(Estates)
    version, before = changes.pop("version"), estates.get_building(estate_id, building_id)
    return BuildingShown.of(estates.edit_building(call.principal.account_id, before, version, changes, call.now))


@routes.get(f"{_BUILDING}/rooms", guard=in_estate(Permission.ROSTER_READ), errors=(BuildingUnknown,))
def list_rooms(call: Call, estate_id: str, building_id: str, query: ListQuery) -> PageOf[RoomShown]:
    """List the rooms of a building in walking order, residents' data masked."""
    estates = call.service(Estates)
    page = estates.list_rooms(estate_id, building_id, query.limit, query.cursor)
    return PageOf([_shown(estates, room) for room in page.items], page.next)


@routes.post(
    f"{_BUILDING}/rooms",
    guard=in_estate(Permission.ROSTER_IMPORT),
    status=201,
    errors=(BuildingUnknown, AlreadyThere, RosterBusy, ChangedMeanwhile),
)
def add_room(call: Call, estate_id: str, building_id: str, body: NewRoom) -> RoomShown:
    """Add a room by hand; its address is its identity, so adding it again changes nothing."""
    estates = call.service(Estates)
    building = estates.get_building(estate_id, building_id)
    area = AREA_UNKNOWN if body.area is None else body.area
    room = new_room(estate_id, building.name, body.entrance, body.number, area=area, floor=body.floor)
    room = replace(room, has_lift=body.has_lift, note=body.note)
    room = replace(room, use=body.use, unsold=body.unsold, area_source=body.area_source)
    names, phones = tuple(body.owner_names), tuple(body.owner_phones)
    return _shown(estates, estates.add_room(call.principal.account_id, building, room, names, phones, call.now))


@routes.get(_ROOM, guard=in_estate(Permission.ROSTER_READ), errors=(RoomUnknown,))
def read_room(call: Call, estate_id: str, room_id: str) -> RoomShown:
    """Return a room, residents' data masked."""
    estates = call.service(Estates)
    return _shown(estates, estates.get_room(estate_id, room_id))


@routes.patch(_ROOM, guard=in_estate(Permission.ROSTER_IMPORT), errors=(RoomUnknown, RosterBusy, ChangedMeanwhile))
def edit_room(call: Call, estate_id: str, room_id: str, body: RoomChanges) -> RoomShown:
    """Change the area, floor, lift, use, sale, owners or note of a room by hand."""
    estates, changes = call.service(Estates), _given(body)
    return _shown(estates, estates.edit_room(call.principal.account_id, estate_id, room_id, changes, call.now))


@routes.delete(
    _ROOM,
    guard=in_estate(Permission.ROSTER_IMPORT),
    errors=(RoomUnknown, RoomBound, RosterBusy, ChangedMeanwhile),
)
def end_room(call: Call, estate_id: str, room_id: str) -> None:
    """End a room that no longer exists and to which nobody is bound; it stays on record."""
    call.service(Estates).end_room(call.principal.account_id, estate_id, room_id, call.now)


def _shown(estates: Estates, room: Room) -> RoomShown:
    return RoomShown.of(room, *estates.owner_of(room))
