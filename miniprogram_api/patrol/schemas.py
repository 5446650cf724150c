"""What people send and see of patrols and upkeep."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from miniprogram_api.patrol.rules import Plan, Point, Route
from miniprogram_api.patrol.run import Checked, Run, RunState, Scan

if TYPE_CHECKING:
    from miniprogram_api.patrol.upkeep import UpkeepRecord

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Note = Annotated[str, msgspec.Meta(max_length=100)]
Item = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Checklist = Annotated[tuple[Item, ...], msgspec.Meta(max_length=12)]
PhotoIds = Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)]
PointIds = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=40)]
Version = Annotated[int, msgspec.Meta(ge=0)]
Latitude = Annotated[int, msgspec.Meta(ge=-90_000_000, le=90_000_000)]
Longitude = Annotated[int, msgspec.Meta(ge=-180_000_000, le=180_000_000)]


class PointPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a point is: a common part or a facility, as exact as it is known."""

    kind: PlaceKind
    label: Name
    building_id: Id | None = None
    entrance: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    facility_id: Id | None = None

    def place(self) -> PlaceInEstate:
        """Return the place as the house speaks of it."""
        return PlaceInEstate(
            self.kind, self.label, self.building_id, self.entrance, room_id=None, facility_id=self.facility_id
        )


class NewPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A point to set up, with what is looked at there."""

    name: Name
    place: PointPlace
    checklist: Checklist = ()


class PointChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new name and list of a point; ``version`` is the one the editor saw."""

    version: Version
    name: Name
    checklist: Checklist = ()


class SeenVersion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version the editor saw."""

    version: Version


class PointShown(msgspec.Struct, frozen=True):
    """A point; its code is read only on the spot."""

    id: str
    name: str
    place: PlaceInEstate
    checklist: tuple[str, ...]
    retired: bool
    version: int

    @classmethod
    def of(cls, point: Point) -> PointShown:
        """Return what is shown of a point."""
        return cls(point.id, point.name, point.place, point.checklist, point.retired, point.version)


class PlanShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weekdays 1 (Monday) to 7, the minute of the day (in China) at which the window opens, and its length."""

    weekdays: Annotated[tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...], msgspec.Meta(min_length=1, max_length=7)]
    start_minute: Annotated[int, msgspec.Meta(ge=0, le=1439)]
    minutes: Annotated[int, msgspec.Meta(ge=10, le=1440)]

    def plan(self) -> Plan:
        """Return the plan with each weekday once, in order."""
        return Plan(tuple(sorted(set(self.weekdays))), self.start_minute, self.minutes)


class NewRoute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route to set up: its points in order, when it is walked, and by whom."""

    name: Name
    point_ids: PointIds
    plan: PlanShown
    person_id: Id | None = None
    role: Role | None = None


class RouteChanges(NewRoute, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole route as it shall be; ``version`` is the one the editor saw."""

    version: Version
    stopped: bool = False


class RouteShown(msgspec.Struct, frozen=True):
    """A route with its next planned walk."""

    id: str
    name: str
    point_ids: tuple[str, ...]
    plan: PlanShown
    next_run_on: date
    stopped: bool
    version: int
    person_id: str | None = None
    role: Role | None = None

    @classmethod
    def of(cls, route: Route) -> RouteShown:
        """Return what is shown of a route."""
        plan = PlanShown(route.plan.weekdays, route.plan.start_minute, route.plan.minutes)
        return cls(
            route.id,
            route.name,
            route.point_ids,
            plan,
            route.next_run_on,
            route.stopped,
            route.version,
            route.person_id,
            route.role,
        )


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to one item of the point's list."""

    item: Item
    fine: bool
    note: Note = ""

    def checked(self) -> Checked:
        """Return the answer as the house speaks of it."""
        return Checked(self.item, self.fine, self.note)


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the phone says it is, in millionths of a degree; it is stored rounded to about 10 m."""

    latitude_e6: Latitude
    longitude_e6: Longitude


class FindingUrgency(StrEnum):
    """How soon the repair must be done."""

    NORMAL = "normal"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class NewFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong, as a work order: its category, text, urgency and photos of its own."""

    category: Id
    text: Annotated[str, msgspec.Meta(min_length=2, max_length=500)]
    urgency: FindingUrgency = FindingUrgency.NORMAL
    photo_ids: PhotoIds = ()


class NewScan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code scanned at a point, every item of its list answered, and what was found."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    results: Annotated[tuple[Answer, ...], msgspec.Meta(max_length=12)] = ()
    note: Note = ""
    photo_ids: PhotoIds = ()
    position: Position | None = None
    finding: NewFinding | None = None


class StopShown(msgspec.Struct, frozen=True):
    """One point of a walk: scanned by whom and when, in order and in time, with what was seen; or missed."""

    point_id: str
    name: str
    missed: bool
    by_name: str | None = None
    at: datetime | None = None
    in_order: bool | None = None
    in_time: bool | None = None
    results: tuple[Checked, ...] = ()
    photos: tuple[PhotoShown, ...] = ()
    note: str = ""
    latitude_e4: int | None = None
    longitude_e4: int | None = None
    work_order_id: str | None = None


class RunLine(msgspec.Struct, frozen=True):
    """One walk in a list: how many of its points were scanned and missed."""

    route_id: str
    route_name: str
    run_on: date
    state: RunState
    points: int
    scanned: int
    missed: int
    out_of_order: int

    @classmethod
    def of(cls, run: Run) -> RunLine:
        """Return the line of a walk."""
        out_of_order = sum(not scan.in_order for scan in run.scans)
        return cls(
            run.route_id,
            run.route_name,
            run.run_on,
            run.state,
            len(run.stops),
            len(run.scans),
            len(run.missed),
            out_of_order,
        )


class RunShown(msgspec.Struct, frozen=True):
    """One walk with all its points in the order of the route."""

    route_id: str
    route_name: str
    run_on: date
    state: RunState
    starts_at: datetime
    ends_at: datetime
    stops: tuple[StopShown, ...]

    @classmethod
    def of(cls, run: Run, photos: list[PhotoShown]) -> RunShown:
        """Return what is shown of a walk."""
        by_point = {scan.point_id: scan for scan in run.scans}
        by_id = {photo.id: photo for photo in photos}
        stops = tuple(
            _stop(stop.point_id, stop.name, stop.point_id in run.missed, by_point.get(stop.point_id), by_id)
            for stop in run.stops
        )
        return cls(run.route_id, run.route_name, run.run_on, run.state, run.starts_at, run.ends_at, stops)


def _stop(point_id: str, name: str, missed: bool, scan: Scan | None, photos: dict[str, PhotoShown]) -> StopShown:
    if scan is None:
        return StopShown(point_id, name, missed)
    return StopShown(
        point_id,
        name,
        missed,
        scan.by_name,
        scan.at,
        scan.in_order,
        scan.in_time,
        scan.results,
        tuple(photos[photo_id] for photo_id in scan.photo_ids if photo_id in photos),
        scan.note,
        scan.latitude_e4,
        scan.longitude_e4,
        scan.work_order_id,
    )


class FacilityCondition(StrEnum):
    """How the facility was left."""

    IN_USE = "in_use"
    FAULTY = "faulty"
    STOPPED = "stopped"


class NewUpkeep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was done at a facility today; ``version`` is the facility's as the person saw it."""

    version: Version
    state: FacilityCondition
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""
    photo_ids: PhotoIds = ()


class UpkeepShown(msgspec.Struct, frozen=True):
    """One record of upkeep, and when the facility was due again."""

    id: str
    done_on: date
    by_name: str
    state: str
    note: str
    photos: tuple[PhotoShown, ...]
    next_due_on: date | None = None

    @classmethod
    def of(cls, record: UpkeepRecord, photos: list[PhotoShown]) -> UpkeepShown:
        """Return what is shown of a record."""
        own = tuple(photo for photo in photos if photo.id in record.photo_ids)
        return cls(record.id, record.done_on, record.by_name, record.state, record.note, own, record.next_due_on)
