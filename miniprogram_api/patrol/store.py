"""Where points, routes, walks and upkeep records lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.patrol.rules import Point, PointMisplaced, Route, RouteUnclear
from miniprogram_api.patrol.run import Run
from miniprogram_api.patrol.upkeep import UpkeepRecord
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.place import PlaceInEstate
    from miniprogram_api.storage.kinds import Key
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction

_DUE_AT_ONCE = 25


def _route_indexes(route: Route) -> dict[str, Key]:
    return {} if route.stopped else {"gsi1": keys.patrol_due(keys.shard_of(route.id), route.due_at, route.id)}


POINT = Kind("patrol_point", Point, lambda point: keys.patrol_point(point.estate_id, point.id))
ROUTE = Kind("patrol_route", Route, lambda route: keys.patrol_route(route.estate_id, route.id), _route_indexes)
RUN = Kind("patrol_run", Run, lambda run: keys.patrol_run(run.estate_id, run.route_id, run.run_on))
UPKEEP = Kind(
    "upkeep_record", UpkeepRecord, lambda record: keys.upkeep_record(record.estate_id, record.facility_id, record.id)
)


class PatrolStore:
    """Points, routes, walks and upkeep records in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_point(self, estate_id: str, point_id: str) -> Point | None:
        """Return a point of the estate, or None."""
        return self._table.find(POINT, keys.patrol_point(estate_id, point_id))

    def find_points(self, estate_id: str, point_ids: Iterable[str]) -> list[Point]:
        """Return those of the points that exist, in one round trip."""
        return list(self._table.find_all(POINT, (keys.patrol_point(estate_id, one) for one in point_ids)).values())

    def find_route(self, estate_id: str, route_id: str) -> Route | None:
        """Return a route of the estate, or None."""
        return self._table.find(ROUTE, keys.patrol_route(estate_id, route_id))

    def find_run(self, estate_id: str, route_id: str, run_on: date) -> Run | None:
        """Return the walk of a route on a day, or None."""
        return self._table.find(RUN, keys.patrol_run(estate_id, route_id, run_on))

    def list_points(self, estate_id: str, limit: int, cursor: str | None) -> Page[Point]:
        """List the points of an estate."""
        pk, prefix = keys.patrol_point(estate_id, "")
        return self._table.page(POINT, pk, prefix=prefix, limit=limit, cursor=cursor)

    def list_routes(self, estate_id: str, limit: int, cursor: str | None) -> Page[Route]:
        """List the routes of an estate."""
        pk, prefix = keys.patrol_route(estate_id, "")
        return self._table.page(ROUTE, pk, prefix=prefix, limit=limit, cursor=cursor)

    def list_runs(self, estate_id: str, limit: int, cursor: str | None) -> Page[Run]:
        """List the walks of an estate, newest day first."""
        pk = keys.patrol_runs(estate_id)
        return self._table.page(RUN, pk, limit=limit, cursor=cursor, newest_first=True)

    def list_routes_due(self, shard: int, now: datetime) -> tuple[Route, ...]:
        """List routes of one shard whose planned walk must be done by now."""
        pk, latest = keys.patrol_due(shard, now, "~")
        return self._table.page(ROUTE, pk, index="gsi1", between=("0", latest), limit=_DUE_AT_ONCE).items

    def find_upkeep(self, estate_id: str, facility_id: str, record_id: str) -> UpkeepRecord | None:
        """Return one record of upkeep, or None."""
        return self._table.find(UPKEEP, keys.upkeep_record(estate_id, facility_id, record_id))

    def list_upkeep(self, estate_id: str, facility_id: str, limit: int, cursor: str | None) -> Page[UpkeepRecord]:
        """List the upkeep of one facility, newest first."""
        pk = keys.upkeep_record(estate_id, facility_id, "").pk
        return self._table.page(UPKEEP, pk, limit=limit, cursor=cursor, newest_first=True)

    def require_place(self, act: Transaction, estate_id: str, place: PlaceInEstate) -> None:
        """Let the act happen only if the estate has the building and the facility that the place names."""
        if place.building_id is not None:
            act.require(keys.building(estate_id, place.building_id), otherwise=PointMisplaced)
        if place.facility_id is not None:
            act.require(keys.facility(estate_id, place.facility_id), otherwise=PointMisplaced)

    def require_points(self, act: Transaction, estate_id: str, point_ids: Iterable[str]) -> None:
        """Let the act happen only if the estate has all the points and none was retired."""
        for point_id in point_ids:
            act.require(keys.patrol_point(estate_id, point_id), otherwise=RouteUnclear, retired=False)
