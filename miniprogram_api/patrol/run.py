"""One walk of a route on one day: what was scanned and seen, in which order, and what was missed (REP-11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.patrol.rules import ChecklistIncomplete, Point, PointNotOnRoute, PointScanned, Route

if TYPE_CHECKING:
    from collections.abc import Iterable


class RunState(StrEnum):
    """How far a walk came."""

    OPEN = "open"
    COMPLETE = "complete"
    MISSED = "missed"  # its time ended with points nobody scanned


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to one item of a point's list."""

    item: str
    fine: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """One point scanned. Positions are rounded to 0.0001 degree (about 10 m): enough to tell the place, no trace.

    ``in_order`` says that every earlier point of the route had been scanned, ``in_time`` that the window was open.
    ``act_id`` is the request that made it; ``work_order_id`` the finding handed on.
    """

    point_id: str
    by: str
    by_name: str
    at: datetime
    in_order: bool
    in_time: bool
    act_id: str
    results: tuple[Checked, ...] = ()
    photo_ids: tuple[str, ...] = ()
    note: str = ""
    latitude_e4: int | None = None
    longitude_e4: int | None = None
    work_order_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A point as it was called on the day of the walk."""

    point_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Run:
    """The walk of one route on one day. ``missed`` are the points nobody had scanned when its time ended."""

    estate_id: str
    route_id: str
    route_name: str
    run_on: date
    starts_at: datetime
    ends_at: datetime
    stops: tuple[Stop, ...]
    state: RunState = RunState.OPEN
    scans: tuple[Scan, ...] = ()
    missed: tuple[str, ...] = ()
    version: int = 0

    @property
    def left(self) -> tuple[Stop, ...]:
        """Return the points not scanned yet, in the order of the route."""
        done = {scan.point_id for scan in self.scans}
        return tuple(stop for stop in self.stops if stop.point_id not in done)

    def scan_by(self, act_id: str) -> Scan | None:
        """Return what a request did before, or None."""
        return next((scan for scan in self.scans if scan.act_id == act_id), None)

    def check_scannable(self, point_id: str) -> None:
        """Make sure the point can be scanned now.

        Raises:
            PointNotOnRoute: the route does not lead past it.
            PointScanned: somebody has scanned it on this walk.
        """
        if point_id not in {stop.point_id for stop in self.stops}:
            raise PointNotOnRoute
        if point_id not in {stop.point_id for stop in self.left}:
            raise PointScanned

    def with_scan(self, scan: Scan) -> Run:
        """Return the walk after a scan, with its order and time judged; a missed walk stays missed.

        Raises:
            PointNotOnRoute, PointScanned: see check_scannable.
        """
        self.check_scannable(scan.point_id)
        in_order = self.left[0].point_id == scan.point_id
        in_time = self.starts_at <= scan.at < self.ends_at
        after = replace(self, scans=(*self.scans, replace(scan, in_order=in_order, in_time=in_time)))
        return replace(after, state=RunState.COMPLETE) if after.state is RunState.OPEN and not after.left else after

    def ended(self) -> Run:
        """Return the walk when its time is over."""
        if self.state is not RunState.OPEN:
            return self
        return replace(self, state=RunState.MISSED, missed=tuple(stop.point_id for stop in self.left))


def run_of(route: Route, points: Iterable[Point], run_on: date) -> Run:
    """Return the walk of a route on a day before anything was scanned."""
    names = {point.id: point.name for point in points}
    stops = tuple(Stop(point_id, names.get(point_id, "")) for point_id in route.point_ids)
    return Run(route.estate_id, route.id, route.name, run_on, *route.plan.window_on(run_on), stops)


def check_answers(point: Point, results: tuple[Checked, ...]) -> None:
    """Make sure that every item of the point's list is answered once.

    Raises:
        ChecklistIncomplete: one is missing, answered twice, or none of the list.
    """
    if sorted(result.item for result in results) != sorted(point.checklist):
        raise ChecklistIncomplete
