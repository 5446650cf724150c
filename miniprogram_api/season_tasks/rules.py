"""A task of the season: ordered, started and finished with photos, for one estate or all below a unit (REP-14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.workflow import Transition, Workflow


class SeasonKind(StrEnum):
    """What the season asks for; a new kind is a line here and in the labels."""

    SNOW = "snow"
    ICE = "ice"
    FLOOD = "flood"
    WIND = "wind"
    LEAVES = "leaves"
    WEEDING = "weeding"
    PESTS = "pests"
    DISINFECTION = "disinfection"
    HEATING = "heating"
    OTHER = "other"


KIND_LABELS: dict[SeasonKind, str] = {
    SeasonKind.SNOW: "清雪",
    SeasonKind.ICE: "除冰防滑",
    SeasonKind.FLOOD: "防汛",
    SeasonKind.WIND: "防风",
    SeasonKind.LEAVES: "清扫落叶",
    SeasonKind.WEEDING: "除草",
    SeasonKind.PESTS: "除四害",
    SeasonKind.DISINFECTION: "消杀",
    SeasonKind.HEATING: "供暖巡查",
    SeasonKind.OTHER: "其他",
}

LOGGED = frozenset({SeasonKind.DISINFECTION, SeasonKind.PESTS})
"""Finishing such a task is a line of the cleaning and disinfection log (REP-15)."""


class TaskState(StrEnum):
    """How far a task came."""

    ORDERED = "ordered"
    STARTED = "started"
    FINISHED = "finished"
    CANCELLED = "cancelled"


STATE_LABELS: dict[TaskState, str] = {
    TaskState.ORDERED: "待开始",
    TaskState.STARTED: "进行中",
    TaskState.FINISHED: "已完成",
    TaskState.CANCELLED: "已取消",
}


class SeasonTaskUnknown(NotFound):
    """The estate has no such task."""

    code = "season_task_unknown"
    message = "没有找到该任务，请刷新任务列表。"


class SeasonOrderUnknown(NotFound):
    """The unit gave no such order."""

    code = "season_order_unknown"
    message = "没有找到该任务安排，请刷新列表。"


class SeasonTaskMoved(Conflict):
    """Somebody else took a step at the same moment."""

    code = "season_task_moved"
    message = "该任务刚刚有了新进展，请刷新后再操作。"


class SeasonKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "season_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class DueInThePast(Invalid):
    """A task must be done in the future."""

    code = "season_due_in_the_past"
    message = "完成时限应晚于现在，请重新选择。"


class LogIncomplete(Invalid):
    """A line of the log says where and how."""

    code = "cleaning_log_incomplete"
    message = "请填写消杀区域和方式。"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done, and by when."""

    kind: SeasonKind
    text: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """One end of the work: who was there, when, with which photos."""

    by: str
    by_name: str
    at: datetime
    photo_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeasonTask:
    """One task at one estate. ``order_id`` and ``unit_id`` name the official order it comes from, if any.

    ``told_late`` says that people were told of its lateness.
    """

    id: str
    estate_id: str
    estate_name: str
    wanted: Wanted
    ordered_by: str
    ordered_by_name: str
    ordered_at: datetime
    state: TaskState = TaskState.ORDERED
    order_id: str | None = None
    unit_id: str | None = None
    started: Mark | None = None
    finished: Mark | None = None
    note: str = ""
    reason: str | None = None
    told_late: bool = False
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done."""
        return self.state in {TaskState.ORDERED, TaskState.STARTED}

    @property
    def minutes_to_done(self) -> int | None:
        """Return the whole minutes from the order to the finish, or None before it."""
        return None if self.finished is None else int((self.finished.at - self.ordered_at).total_seconds() // 60)

    def is_late(self, now: datetime) -> bool:
        """Say whether it was not done in time."""
        done_at = self.finished.at if self.finished is not None else now
        return self.state is not TaskState.CANCELLED and done_at > self.wanted.due_at


SEASON_TASK: Workflow[TaskState] = Workflow(
    "season_task",
    TaskState.ORDERED,
    (
        Transition(
            "start",
            "开始",
            frozenset({TaskState.ORDERED}),
            TaskState.STARTED,
            Permission.SEASON_TASK_DO,
            requires=frozenset({"photos"}),
        ),
        Transition(
            "finish",
            "完成",
            frozenset({TaskState.STARTED}),
            TaskState.FINISHED,
            Permission.SEASON_TASK_DO,
            requires=frozenset({"photos"}),
        ),
        Transition(
            "cancel",
            "取消",
            frozenset({TaskState.ORDERED, TaskState.STARTED}),
            TaskState.CANCELLED,
            Permission.SEASON_TASK_ORDER,
            requires=frozenset({"reason"}),
        ),
    ),
)
"""ordered -> started -> finished, with a photo at both ends; an order given by mistake is cancelled (REP-14)."""


def started(task: SeasonTask, mark: Mark) -> SeasonTask:
    """Return the task after somebody began it.

    Raises:
        IllegalTransition: it was begun, finished or cancelled before.
        InputMissing: there is no photo.
    """
    return replace(_stepped(task, "start", mark.by, photos=mark.photo_ids), started=mark)


def finished(task: SeasonTask, mark: Mark, note: str) -> SeasonTask:
    """Return the task after it was done.

    Raises:
        IllegalTransition: it was not begun, or is over.
        InputMissing: there is no photo.
    """
    return replace(_stepped(task, "finish", mark.by, photos=mark.photo_ids), finished=mark, note=note)


def cancelled(task: SeasonTask, by: str, reason: str) -> SeasonTask:
    """Return the task after it was called off.

    Raises:
        IllegalTransition: it is over.
        InputMissing: there is no reason.
    """
    return replace(_stepped(task, "cancel", by, reason=reason), reason=reason)


def _stepped(task: SeasonTask, name: str, by: str, **given: object) -> SeasonTask:
    return replace(task, state=SEASON_TASK.step(task.state, name, given=given, actor=by, participants={}).target)


@dataclass(frozen=True, slots=True)
class SeasonOrder:
    """An official's order to every estate below a unit. ``cursor`` is how far it was passed on, until ``spread``."""

    id: str
    unit_id: str
    units: tuple[str, ...]
    wanted: Wanted
    ordered_by: str
    ordered_by_name: str
    ordered_at: datetime
    reached: int = 0
    cursor: str | None = None
    spread: bool = False
    version: int = 0

    def task_for(self, estate_id: str, estate_name: str) -> SeasonTask:
        """Return the one task that this order gives to an estate, however often it is passed on."""
        return SeasonTask(
            derived_id("season", self.id, estate_id),
            estate_id,
            estate_name,
            self.wanted,
            self.ordered_by,
            self.ordered_by_name,
            self.ordered_at,
            order_id=self.id,
            unit_id=self.unit_id,
        )


class CleaningKind(StrEnum):
    """What the log holds (REP-15)."""

    CLEANING = "cleaning"
    DISINFECTION = "disinfection"
    GARBAGE = "garbage"


CLEANING_LABELS: dict[CleaningKind, str] = {
    CleaningKind.CLEANING: "保洁",
    CleaningKind.DISINFECTION: "消杀",
    CleaningKind.GARBAGE: "垃圾清运",
}


@dataclass(frozen=True, slots=True)
class CleaningRecord:
    """One line of the log: which area, how, by whom, when, with photos; published to everybody of the estate."""

    id: str
    estate_id: str
    kind: CleaningKind
    area: str
    method: str
    by: str
    by_name: str
    at: datetime
    photo_ids: tuple[str, ...] = ()
    task_id: str | None = None
    version: int = 0
