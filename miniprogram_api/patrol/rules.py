"""Where a patrol goes and when: points, routes and their plan (REP-11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import date_of, start_of
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.place import PlaceInEstate

CODE_PREFIX = "patrol:"
"""What a printed code begins with, so that a phone's camera does not take it for an address."""


class PointUnknown(NotFound):
    """The estate has no such point, or its printed code was replaced (the answer is the same for a foreign one)."""

    code = "patrol_point_unknown"
    message = "没有找到该巡检点，请确认二维码是否为本小区最新的。"


class RouteUnknown(NotFound):
    """The estate has no such route."""

    code = "patrol_route_unknown"
    message = "没有找到该巡检路线，请刷新路线列表。"


class RunUnknown(NotFound):
    """Nobody walked the route on that day, and none was missed."""

    code = "patrol_run_unknown"
    message = "没有找到这次巡检记录，请刷新列表。"


class PatrolChanged(Conflict):
    """Somebody else changed the point, the route or the run at the same moment."""

    code = "patrol_changed"
    message = "内容刚刚被更新，请刷新后再操作。"


class PatrolKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "patrol_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class PointNotOnRoute(Conflict):
    """The point is real, but the route does not lead past it."""

    code = "patrol_point_not_on_route"
    message = "该巡检点不在这条路线上，请核对路线。"


class PointScanned(Conflict):
    """The point was scanned on this walk already."""

    code = "patrol_point_scanned"
    message = "该巡检点本次已打卡，请前往下一个点。"


class RouteStopped(Conflict):
    """The route is not walked any more."""

    code = "patrol_route_stopped"
    message = "该巡检路线已停用，请选择其他路线。"


class ChecklistIncomplete(Invalid):
    """Every item of the point's list is answered once."""

    code = "patrol_checklist_incomplete"
    message = "请把该巡检点的检查项逐项填写完整。"


class PointMisplaced(Invalid):
    """A point lies at a common part or a facility of the estate, never in a home."""

    code = "patrol_point_misplaced"
    message = "巡检点只能设在本小区的公共部位或设施，请重新选择位置。"


class RouteUnclear(Invalid):
    """A route names a point twice or one that is not there, or nobody who walks it."""

    code = "patrol_route_unclear"
    message = "路线的巡检点重复或已停用，请检查后重新提交。"


@dataclass(frozen=True, slots=True)
class Point:
    """One stop of patrols. ``secret`` is the part of its printed code that nobody can guess and that is replaceable."""

    id: str
    estate_id: str
    name: str
    place: PlaceInEstate
    checklist: tuple[str, ...]
    secret: str
    retired: bool = False
    version: int = 0

    @property
    def printed(self) -> str:
        """Return the text inside the printed code."""
        return f"{CODE_PREFIX}{self.id}.{self.secret}"


def read_code(text: str) -> tuple[str, str]:
    """Return the point and the secret that a scanned text names.

    Raises:
        PointUnknown: it is no patrol code.
    """
    point_id, dot, secret = text.removeprefix(CODE_PREFIX).partition(".")
    if not text.startswith(CODE_PREFIX) or not dot or not point_id or not secret:
        raise PointUnknown
    return point_id, secret


@dataclass(frozen=True, slots=True)
class Plan:
    """When a route is walked: on which weekdays (1 Monday to 7 Sunday), from which minute of the day in China.

    The window is ``minutes`` long and may reach past midnight; the walk belongs to the day it began.
    """

    weekdays: tuple[int, ...]
    start_minute: int
    minutes: int

    def window_on(self, day: date) -> tuple[datetime, datetime]:
        """Return the instants between which the walk of a day must be done."""
        begins = start_of(day) + timedelta(minutes=self.start_minute)
        return begins, begins + timedelta(minutes=self.minutes)

    def holds_on(self, day: date) -> bool:
        """Say whether the route is walked on the day."""
        return day.isoweekday() in self.weekdays

    def next_after(self, day: date) -> date:
        """Return the first planned day after ``day``."""
        return next(later for later in (day + timedelta(days=n) for n in range(1, 8)) if self.holds_on(later))

    def day_of(self, now: datetime) -> date:
        """Return the day to which a walk at the instant belongs: yesterday while its planned window is still open."""
        yesterday = date_of(now) - timedelta(days=1)
        still_open = self.holds_on(yesterday) and now < self.window_on(yesterday)[1]
        return yesterday if still_open else date_of(now)


@dataclass(frozen=True, slots=True)
class Route:
    """Points in the order they are walked, with a plan and who walks: one person, or whoever holds a role.

    ``next_run_on`` is the planned day whose walk has not been judged yet.
    """

    id: str
    estate_id: str
    name: str
    point_ids: tuple[str, ...]
    plan: Plan
    next_run_on: date
    person_id: str | None = None
    role: Role | None = None
    stopped: bool = False
    version: int = 0

    @property
    def due_at(self) -> datetime:
        """Return the instant at which the next planned walk must be done."""
        return self.plan.window_on(self.next_run_on)[1]

    def planned_from(self, now: datetime) -> Route:
        """Return the route with its next planned walk: the first whose window is still open."""
        today = date_of(now)
        planned = self.plan.holds_on(today) and now < self.plan.window_on(today)[1]
        return replace(self, next_run_on=today if planned else self.plan.next_after(today))
