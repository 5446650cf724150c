"""Walk a route: scan its points, answer their lists, hand findings on as work orders, see what was missed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.patrol.rules import (
    PatrolChanged,
    PointUnknown,
    Route,
    RouteStopped,
    RouteUnknown,
    RunUnknown,
    read_code,
)
from miniprogram_api.patrol.run import Checked, Run, Scan, check_answers, run_of
from miniprogram_api.patrol.store import ROUTE, RUN, PatrolStore
from miniprogram_api.storage.keys import SHARDS
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.work_orders.opening import Opening
from miniprogram_api.work_orders.rules import OrderKind, Source, Urgency

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.patrol.rules import Point
    from miniprogram_api.photos.service import Photos
    from miniprogram_api.work_orders.service.intake import WorkOrderIntake

_MEETINGS = 5
"""How often a scan is tried anew when two people scan points of one walk at once."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at the point, as a repair to be done; its photos go to the work order."""

    category: str
    text: str
    urgency: str = Urgency.NORMAL
    photo_ids: tuple[str, ...] = ()


class Patrol:
    """Walks of all estates (REP-11)."""

    def __init__(self, store: PatrolStore, photos: Photos, intake: WorkOrderIntake) -> None:
        self._store = store
        self._photos = photos
        self._intake = intake

    def scan(
        self,
        principal: Principal,
        territory: Territory,
        estate_id: str,
        route_id: str,
        code: str,
        key: str,
        now: datetime,
        *,
        results: tuple[Checked, ...],
        note: str = "",
        photo_ids: tuple[str, ...] = (),
        position_e6: tuple[int, int] | None = None,
        finding: Finding | None = None,
    ) -> Run:
        """Record a scan at a point; a finding becomes a work order in the same tap (REP-11).

        Scanning out of order is allowed and kept in sight. Repeating a scan with its key changes nothing.

        Raises:
            RouteUnknown, RouteStopped: there is no such route, or it is walked no more.
            PointUnknown: the code is none of this estate's, or an old one.
            PointNotOnRoute, PointScanned, ChecklistIncomplete: see there.
            PhotoNotYours: a photo cannot be used.
            Problem: the work order was refused; nothing was recorded then.
        """
        route = self._store.find_route(estate_id, route_id)
        if route is None:
            raise RouteUnknown
        act_id = derived_id("scan", principal.account_id, estate_id, route_id, key)
        run_on = route.plan.day_of(now)
        run = self._store.find_run(estate_id, route_id, run_on)
        if run is not None and run.scan_by(act_id) is not None:
            return run
        point = self._scannable(route, run, code, results)
        scan = Scan(
            point.id, principal.account_id, principal.display_name, now, False, False, act_id, results, photo_ids, note
        )
        if position_e6 is not None:
            latitude, longitude = (round(value / 100) for value in position_e6)
            scan = replace(scan, latitude_e4=latitude, longitude_e4=longitude)
        if finding is not None:
            # The order comes first and is found again by its key, so a crash before the scan is healed by a repeat.
            order_id = self._open(principal, territory, point, finding, key, now)
            scan = replace(scan, work_order_id=order_id)
        return self._record(route, run_on, scan, now)

    def _scannable(self, route: Route, run: Run | None, code: str, results: tuple[Checked, ...]) -> Point:
        if route.stopped:
            raise RouteStopped
        point_id, secret = read_code(code)
        point = self._store.find_point(route.estate_id, point_id)
        if point is None or point.secret != secret or point.retired:
            raise PointUnknown
        (run or run_of(route, (), route.next_run_on)).check_scannable(point.id)
        check_answers(point, results)
        return point

    def _open(
        self, principal: Principal, territory: Territory, point: Point, finding: Finding, key: str, now: datetime
    ) -> str:
        opening = Opening(
            kind=OrderKind.REPAIR,
            category=finding.category,
            place=point.place,
            text=finding.text,
            source=Source.PATROL,
            photo_ids=finding.photo_ids,
            urgency=Urgency(finding.urgency),
        )
        return self._intake.open_work_order(principal, territory, opening, key, now).order.id

    def _record(self, route: Route, run_on: date, scan: Scan, now: datetime) -> Run:
        for _ in range(_MEETINGS):
            run = self._store.find_run(route.estate_id, route.id, run_on)
            if run is not None and run.scan_by(scan.act_id) is not None:
                return run
            act = Transaction(scan.by, "scan_patrol_point", now)
            if run is None:
                points = self._store.find_points(route.estate_id, route.point_ids)
                after = run_of(route, points, run_on).with_scan(scan)
                act.add(RUN, after, otherwise=PatrolChanged)
            else:
                after = act.change(RUN, run, run.with_scan(scan), otherwise=PatrolChanged)
            self._photos.attach(act, route.estate_id, scan.photo_ids, scan.act_id, "patrol_scan")
            with suppress(PatrolChanged):
                self._store.commit(act)
                return after
        raise PatrolChanged

    def get_run(self, estate_id: str, route_id: str, run_on: date) -> tuple[Run, list[PhotoShown]]:
        """Return the walk of a route on a day with what is shown of its photos, or raise RunUnknown."""
        run = self._store.find_run(estate_id, route_id, run_on)
        if run is None:
            raise RunUnknown
        return run, self._photos.show(estate_id, [photo_id for scan in run.scans for photo_id in scan.photo_ids])

    def list_runs(self, estate_id: str, limit: int, cursor: str | None) -> Page[Run]:
        """List the walks of an estate, newest day first."""
        return self._store.list_runs(estate_id, limit, cursor)

    def sweep(self, now: datetime) -> int:
        """End the planned walks whose time is over and keep which points nobody scanned; return how many ended."""
        ended = 0
        for shard in range(SHARDS):
            for route in self._store.list_routes_due(shard, now):
                with suppress(Conflict):  # somebody scans or plans at this moment; the next run sees to it
                    self._end(route, now)
                    ended += 1
        return ended

    def _end(self, route: Route, now: datetime) -> None:
        run = self._store.find_run(route.estate_id, route.id, route.next_run_on)
        act = Transaction("system", "end_patrol_run", now)
        act.change(ROUTE, route, replace(route, next_run_on=route.plan.next_after(route.next_run_on)))
        if run is None:
            points = self._store.find_points(route.estate_id, route.point_ids)
            act.add(RUN, run_of(route, points, route.next_run_on).ended())
        elif run.ended() is not run:
            act.change(RUN, run, run.ended())
        self._store.commit(act)
