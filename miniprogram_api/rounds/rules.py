"""Teams and their visits: planned -> checked in -> completed, or missed, or cancelled (CARD-08)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of, shanghai, start_of
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DAY_MINUTES = 24 * 60
MOST_WEEKS = 12


class TeamUnknown(NotFound):
    """The company has no such team."""

    code = "round_team_unknown"
    message = "没有找到该流动服务队，请刷新后重试。"


class VisitUnknown(NotFound):
    """The estate has no such visit."""

    code = "visit_unknown"
    message = "没有找到这次上门服务，请刷新后重试。"


class TaskUnknown(NotFound):
    """The visit has no task of that number."""

    code = "visit_task_unknown"
    message = "没有找到这项任务，请刷新后重试。"


class EstateNotOnRound(Invalid):
    """The estate is not under contract with the company, or not on the team's round."""

    code = "estate_not_on_round"
    message = "该小区不在这支队伍的服务范围内，请先把小区加入队伍。"


class VisitTimeRefused(Invalid):
    """The visit ends before it begins, or lies in the past."""

    code = "visit_time_refused"
    message = "上门时间有误，请选择今天以后的日期，且结束时间晚于开始时间。"


class CardOfElsewhere(Invalid):
    """The scanned card does not belong to the estate of the visit."""

    code = "card_of_elsewhere"
    message = "扫描的不是本小区的服务卡，请到小区现场扫描墙上的服务卡签到。"


class NotTheDay(Conflict):
    """Checking in is possible on the day of the visit only."""

    code = "visit_not_today"
    message = "只能在上门当天签到，请核对上门日期。"


class VisitChanged(Conflict):
    """Somebody else changed the visit or the plan at the same moment."""

    code = "visit_changed"
    message = "上门安排刚刚被他人更新，请刷新后再试。"


class TeamChanged(Conflict):
    """Somebody else changed the team at the same moment."""

    code = "round_team_changed"
    message = "队伍信息刚刚被他人更新，请刷新后再试。"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a team."""

    account_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    """A mobile team of a company and the estates on its round."""

    id: str
    company_id: str
    name: str
    phone: str
    members: tuple[Member, ...]
    estate_ids: tuple[str, ...]
    version: int = 0


class VisitState(StrEnum):
    """How far a visit is."""

    PLANNED = "planned"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    MISSED = "missed"
    CANCELLED = "cancelled"


COMING = frozenset({VisitState.PLANNED, VisitState.CHECKED_IN})

VISIT_LIFE = Workflow(
    "visit",
    VisitState.PLANNED,
    (
        Transition(
            "check_in",
            "到场签到",
            frozenset({VisitState.PLANNED}),
            VisitState.CHECKED_IN,
            Permission.ROUND_CHECK_IN,
            frozenset({"card_id"}),
        ),
        Transition(
            "complete",
            "完成服务",
            frozenset({VisitState.CHECKED_IN}),
            VisitState.COMPLETED,
            Permission.ROUND_CHECK_IN,
            frozenset({"summary"}),
        ),
        Transition("miss", "未到场", frozenset({VisitState.PLANNED}), VisitState.MISSED),
        Transition(
            "cancel",
            "取消",
            frozenset({VisitState.PLANNED}),
            VisitState.CANCELLED,
            Permission.ROUND_PLAN,
            frozenset({"reason"}),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class VisitTask:
    """One thing to do during a visit, and what became of it."""

    name: str
    done_by: str | None = None
    done_at: datetime | None = None
    note: str = ""
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a team at an estate; ``start`` and ``end`` are minutes of that day in China."""

    id: str
    estate_id: str
    company_id: str
    team_id: str
    team_name: str
    member_ids: tuple[str, ...]
    visit_on: date
    start: int
    end: int
    purpose: str
    tasks: tuple[VisitTask, ...]
    planned_by: str
    state: VisitState = VisitState.PLANNED
    card_id: str | None = None
    checked_in_by: str | None = None
    checked_in_at: datetime | None = None
    completed_at: datetime | None = None
    summary: str | None = None
    reason: str | None = None
    version: int = 0

    @property
    def missed_at(self) -> datetime:
        """The instant from which a visit without check-in counts as missed: the end of its day."""
        return start_of(self.visit_on + timedelta(days=1))

    def step(self, name: str, actor: str, given: Mapping[str, object]) -> Visit:
        """Return the visit after one step; what was given fills the fields of the same names.

        Raises:
            IllegalTransition: the visit's state does not allow the step.
            InputMissing: the step needs something that was not given.
        """
        transition = VISIT_LIFE.step(self.state, name, given=given, actor=actor, participants={})
        return replace(self, state=transition.target, **dict(given))  # type: ignore[arg-type]

    def with_task_done(self, number: int, task: VisitTask) -> Visit:
        """Return the visit with its task ``number`` (from 1) done."""
        tasks = (*self.tasks[: number - 1], task, *self.tasks[number:])
        return replace(self, tasks=tasks)


def visit_id(visit_on: date, *identity: str) -> str:
    """Return the id of a visit: it sorts by its day, and repeating the act that planned it gives the same."""
    return derived_id(f"visit_{visit_on:%Y%m%d}", *identity)


def days_of(first: date, weeks: int) -> tuple[date, ...]:
    """Return the days of a weekly plan."""
    return tuple(first + timedelta(weeks=week) for week in range(weeks))


def check_time(visit_on: date, start: int, end: int, now: datetime) -> None:
    """Refuse a visit that ends before it begins or whose end has passed.

    Raises:
        VisitTimeRefused: it does.
    """
    local = shanghai(now)
    over = visit_on < date_of(now) or (visit_on == date_of(now) and end <= local.hour * 60 + local.minute)
    if not 0 <= start < end <= DAY_MINUTES or over:
        raise VisitTimeRefused


def next_of(visits: Iterable[Visit], now: datetime) -> Visit | None:
    """Return the visit that residents may expect next: the earliest one still to come or going on now."""
    local = shanghai(now)
    present = (local.date(), local.hour * 60 + local.minute)
    coming = [visit for visit in visits if visit.state in COMING and (visit.visit_on, visit.end) > present]
    return min(coming, key=lambda visit: (visit.visit_on, visit.start, visit.id), default=None)
