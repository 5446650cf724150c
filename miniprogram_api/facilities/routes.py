"""The facilities of an estate over HTTP."""

from __future__ import annotations

import msgspec

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.facilities.rules import (
    FacilityBuildingUnknown,
    FacilityChanged,
    FacilityExists,
    FacilityUnknown,
)
from miniprogram_api.facilities.schemas import FacilityChanges, FacilityCheck, FacilityShown, NewFacility
from miniprogram_api.facilities.service import Facilities
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.page import Page

routes = Routes("facilities", tag="共用设施")

_BASE = "/v1/estates/<estate_id>/facilities"
_CHANGE = (FacilityUnknown, FacilityChanged, FacilityBuildingUnknown)


def _page(page: Page[FacilityShown]) -> PageOf[FacilityShown]:
    return PageOf(list(page.items), page.next)


@routes.get(_BASE, guard=in_estate(Permission.ESTATE_READ))
def list_facilities(call: Call, estate_id: str, query: ListQuery) -> PageOf[FacilityShown]:
    """List the common parts and facilities of an estate (EST-13)."""
    return _page(call.service(Facilities).list_facilities(estate_id, query.limit, query.cursor).map(FacilityShown.of))


@routes.get("/v1/estates/<estate_id>/facilities-due", guard=in_estate(Permission.PATROL_READ))
def list_facilities_due(call: Call, estate_id: str, query: ListQuery) -> PageOf[FacilityShown]:
    """List what is due for upkeep today or was before, longest overdue first."""
    due = call.service(Facilities).list_due(estate_id, call.now, query.limit, query.cursor)
    return _page(due.map(FacilityShown.of))


@routes.post(
    _BASE,
    guard=in_estate(Permission.FACILITY_EDIT),
    status=201,
    repeatable=True,
    errors=(FacilityExists, FacilityBuildingUnknown),
)
def add_facility(call: Call, estate_id: str, body: NewFacility) -> FacilityShown:
    """Register a common part or facility."""
    facts = msgspec.structs.asdict(body)
    kind, place = facts.pop("kind"), facts.pop("place")
    by = call.principal.account_id
    return FacilityShown.of(
        call.service(Facilities).add_facility(
            by, call.key, estate_id, kind=kind, place=place, facts=facts, now=call.now
        )
    )


@routes.get(f"{_BASE}/<facility_id>", guard=in_estate(Permission.ESTATE_READ), errors=(FacilityUnknown,))
def read_facility(call: Call, estate_id: str, facility_id: str) -> FacilityShown:
    """Return one facility."""
    return FacilityShown.of(call.service(Facilities).get_facility(estate_id, facility_id))


@routes.get(
    "/v1/estates/<estate_id>/facility-codes/<token>",
    guard=in_estate(Permission.ESTATE_READ),
    errors=(FacilityUnknown,),
)
def read_facility_by_code(call: Call, estate_id: str, token: str) -> FacilityShown:
    """Return the facility on which a QR code was scanned."""
    return FacilityShown.of(call.service(Facilities).get_by_token(estate_id, token))


@routes.patch(f"{_BASE}/<facility_id>", guard=in_estate(Permission.FACILITY_EDIT), errors=_CHANGE)
def edit_facility(call: Call, estate_id: str, facility_id: str, body: FacilityChanges) -> FacilityShown:
    """Change facts of a facility, or take it out of use."""
    changes = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not msgspec.UNSET}
    version = changes.pop("version")
    by = call.principal.account_id
    return FacilityShown.of(
        call.service(Facilities).edit_facility(by, estate_id, facility_id, version, changes, call.now)
    )


@routes.post(f"{_BASE}/<facility_id>/checks", guard=in_estate(Permission.PATROL_CHECK), errors=_CHANGE)
def check_facility(call: Call, estate_id: str, facility_id: str, body: FacilityCheck) -> FacilityShown:
    """Record that it was looked after today; the next due date follows (EST-13)."""
    by = call.principal.account_id
    return FacilityShown.of(
        call.service(Facilities).record_check(by, estate_id, facility_id, body.version, body.state, body.note, call.now)
    )
