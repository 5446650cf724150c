"""Patrols and the upkeep of facilities over HTTP."""

from __future__ import annotations

from datetime import date

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, Content, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from miniprogram_api.patrol.rules import (
    ChecklistIncomplete,
    PatrolChanged,
    PatrolKeyReused,
    PointMisplaced,
    PointNotOnRoute,
    PointScanned,
    PointUnknown,
    RouteStopped,
    RouteUnclear,
    RouteUnknown,
    RunUnknown,
)
from miniprogram_api.patrol.schemas import (
    NewPoint,
    NewRoute,
    NewScan,
    NewUpkeep,
    PointChanges,
    PointShown,
    RouteChanges,
    RouteShown,
    RunLine,
    RunShown,
    SeenVersion,
    UpkeepShown,
)
from miniprogram_api.patrol.service import Finding, Patrol, PatrolPlanning, Upkeep

routes = Routes("patrol", tag="巡检")

_POINTS = "/v1/estates/<estate_id>/patrol-points"
_ROUTES = "/v1/estates/<estate_id>/patrol-routes"
_RUNS = "/v1/estates/<estate_id>/patrol-runs"
_CHANGE_POINT = (PointUnknown, PatrolChanged)


@routes.get(_POINTS, guard=in_estate(Permission.PATROL_READ))
def list_patrol_points(call: Call, estate_id: str, query: ListQuery) -> PageOf[PointShown]:
    """List the points of an estate (REP-11)."""
    page = call.service(PatrolPlanning).list_points(estate_id, query.limit, query.cursor)
    return PageOf([PointShown.of(point) for point in page.items], page.next)


@routes.post(
    _POINTS,
    guard=in_estate(Permission.PATROL_PLAN),
    status=201,
    repeatable=True,
    errors=(PointMisplaced, PatrolKeyReused),
)
def add_patrol_point(call: Call, estate_id: str, body: NewPoint) -> PointShown:
    """Set up a point with what is looked at there (REP-11)."""
    point = call.service(PatrolPlanning).add_point(
        call.principal.account_id,
        call.key,
        estate_id,
        name=body.name,
        place=body.place.place(),
        checklist=tuple(dict.fromkeys(body.checklist)),
        now=call.now,
    )
    return PointShown.of(point)


@routes.put(f"{_POINTS}/<point_id>", guard=in_estate(Permission.PATROL_PLAN), errors=_CHANGE_POINT)
def edit_patrol_point(call: Call, estate_id: str, point_id: str, body: PointChanges) -> PointShown:
    """Change what a point is called and what is looked at there."""
    by, checklist = call.principal.account_id, tuple(dict.fromkeys(body.checklist))
    planning = call.service(PatrolPlanning)
    return PointShown.of(planning.edit_point(by, estate_id, point_id, body.version, body.name, checklist, call.now))


@routes.post(f"{_POINTS}/<point_id>/retirement", guard=in_estate(Permission.PATROL_PLAN), errors=_CHANGE_POINT)
def retire_patrol_point(call: Call, estate_id: str, point_id: str, body: SeenVersion) -> PointShown:
    """Take a point out of use."""
    by = call.principal.account_id
    return PointShown.of(call.service(PatrolPlanning).retire_point(by, estate_id, point_id, body.version, call.now))


@routes.post(f"{_POINTS}/<point_id>/code", guard=in_estate(Permission.PATROL_PLAN), errors=_CHANGE_POINT)
def renew_patrol_code(call: Call, estate_id: str, point_id: str, body: SeenVersion) -> PointShown:
    """Replace a point's code, when it was lost or copied; the printed one is dead at once."""
    by = call.principal.account_id
    return PointShown.of(call.service(PatrolPlanning).renew_code(by, estate_id, point_id, body.version, call.now))


@routes.get(
    f"{_POINTS}/<point_id>/code",
    guard=in_estate(Permission.PATROL_PLAN),
    errors=(PointUnknown,),
    produces=("image/png",),
)
def print_patrol_code(call: Call, estate_id: str, point_id: str) -> Content:
    """Return the code of a point as a picture to print (REP-11)."""
    return Content(call.service(PatrolPlanning).print_code(estate_id, point_id), "image/png")


@routes.get(_ROUTES, guard=in_estate(Permission.PATROL_READ))
def list_patrol_routes(call: Call, estate_id: str, query: ListQuery) -> PageOf[RouteShown]:
    """List the routes of an estate with their next planned walk (REP-11)."""
    page = call.service(PatrolPlanning).list_routes(estate_id, query.limit, query.cursor)
    return PageOf([RouteShown.of(route) for route in page.items], page.next)


@routes.post(
    _ROUTES,
    guard=in_estate(Permission.PATROL_PLAN),
    status=201,
    repeatable=True,
    errors=(RouteUnclear, PatrolKeyReused),
)
def add_patrol_route(call: Call, estate_id: str, body: NewRoute) -> RouteShown:
    """Set up a route: its points in order, when it is walked, and by whom (REP-11)."""
    route = call.service(PatrolPlanning).add_route(
        call.principal.account_id,
        call.key,
        estate_id,
        name=body.name,
        point_ids=body.point_ids,
        plan=body.plan.plan(),
        person_id=body.person_id,
        role=body.role,
        now=call.now,
    )
    return RouteShown.of(route)


@routes.put(
    f"{_ROUTES}/<route_id>",
    guard=in_estate(Permission.PATROL_PLAN),
    errors=(RouteUnknown, RouteUnclear, PatrolChanged),
)
def edit_patrol_route(call: Call, estate_id: str, route_id: str, body: RouteChanges) -> RouteShown:
    """Replace a route's points, plan and person, or stop it."""
    route = call.service(PatrolPlanning).edit_route(
        call.principal.account_id,
        estate_id,
        route_id,
        body.version,
        name=body.name,
        point_ids=body.point_ids,
        plan=body.plan.plan(),
        person_id=body.person_id,
        role=body.role,
        stopped=body.stopped,
        now=call.now,
    )
    return RouteShown.of(route)


@routes.post(
    f"{_ROUTES}/<route_id>/scans",
    guard=in_estate(Permission.PATROL_CHECK),
    repeatable=True,
    errors=(
        RouteUnknown,
        RouteStopped,
        PointUnknown,
        PointNotOnRoute,
        PointScanned,
        ChecklistIncomplete,
        PatrolChanged,
        # What the work order of a finding, or a photo, may be refused for.
        Invalid,
        Forbidden,
        NotFound,
        Conflict,
    ),
)
def scan_patrol_point(call: Call, estate_id: str, route_id: str, body: NewScan) -> RunShown:
    """Record that one stands before a point of a route and what is seen there; a finding becomes a work order."""
    found, stands = body.finding, body.position
    run = call.service(Patrol).scan(
        call.principal,
        call.territory,
        estate_id,
        route_id,
        body.code,
        call.key,
        call.now,
        results=tuple(answer.checked() for answer in body.results),
        note=body.note,
        photo_ids=body.photo_ids,
        position_e6=None if stands is None else (stands.latitude_e6, stands.longitude_e6),
        finding=None if found is None else Finding(found.category, found.text, found.urgency, found.photo_ids),
    )
    return RunShown.of(*call.service(Patrol).get_run(estate_id, route_id, run.run_on))


@routes.get(_RUNS, guard=in_estate(Permission.PATROL_READ))
def list_patrol_runs(call: Call, estate_id: str, query: ListQuery) -> PageOf[RunLine]:
    """List the walks of an estate, newest day first (REP-11)."""
    page = call.service(Patrol).list_runs(estate_id, query.limit, query.cursor)
    return PageOf([RunLine.of(run) for run in page.items], page.next)


@routes.get(f"{_ROUTES}/<route_id>/runs/<run_on>", guard=in_estate(Permission.PATROL_READ), errors=(RunUnknown,))
def read_patrol_run(call: Call, estate_id: str, route_id: str, run_on: str) -> RunShown:
    """Return one walk with all its points; ``run_on`` is a date such as 2026-11-23."""
    return RunShown.of(*call.service(Patrol).get_run(estate_id, route_id, _day(run_on)))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RunUnknown from None


@routes.get("/v1/estates/<estate_id>/facilities/<facility_id>/upkeep", guard=in_estate(Permission.PATROL_READ))
def list_upkeep(call: Call, estate_id: str, facility_id: str, query: ListQuery) -> PageOf[UpkeepShown]:
    """List how a facility was looked after, newest first (REP-12)."""
    page, photos = call.service(Upkeep).list_records(estate_id, facility_id, query.limit, query.cursor)
    return PageOf([UpkeepShown.of(record, photos) for record in page.items], page.next)


@routes.post(
    "/v1/estates/<estate_id>/facilities/<facility_id>/upkeep",
    guard=in_estate(Permission.PATROL_CHECK),
    status=201,
    errors=(NotFound, Conflict),
)
def record_upkeep(call: Call, estate_id: str, facility_id: str, body: NewUpkeep) -> UpkeepShown:
    """Record that a facility was looked after today; it is due again a cycle later (REP-12)."""
    record = call.service(Upkeep).record(
        call.principal, estate_id, facility_id, body.version, body.state.value, body.note, body.photo_ids, call.now
    )
    return UpkeepShown.of(record, [])
