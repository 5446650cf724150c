"""A topic in five steps 说 议 理 晒 评, as data (VOT-03).

Source: 001:24 "“说、议、理、晒、评”协商五步法" names the steps and defines none; what each asks for is the reading of
the requirement. A stage says what the topic waits for, and the step that ends it leaves a dated line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.consultation.rating import RatingFigures, RatingTerms
from miniprogram_api.consultation.refusals import CompanyDoesNotConvene
from miniprogram_api.kernel.access import Permission, Role
from miniprogram_api.kernel.clock import start_of
from miniprogram_api.kernel.place import PlaceInEstate
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Collection


class Stage(StrEnum):
    """What a topic waits for."""

    SAY = "say"  # neighbours' support
    DISCUSS = "discuss"  # a resolution
    HANDLE = "handle"  # the tasks
    SHOW = "show"  # the result to be published
    RATE = "rate"  # residents' ratings
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


FIVE_STEPS = (Stage.SAY, Stage.DISCUSS, Stage.HANDLE, Stage.SHOW, Stage.RATE)

STAGE_LABELS: dict[Stage, str] = {
    Stage.SAY: "说",
    Stage.DISCUSS: "议",
    Stage.HANDLE: "理",
    Stage.SHOW: "晒",
    Stage.RATE: "评",
    Stage.CLOSED: "已办结",
    Stage.WITHDRAWN: "已撤回",
}

_S = Stage
_SAY, _DISCUSS, _HANDLE, _SHOW, _RATE = (frozenset({stage}) for stage in FIVE_STEPS)
_LEAD = Permission.CONSULTATION_LEAD

CONSULTATION = Workflow(
    "consultation",
    _S.SAY,
    (
        Transition("gather", "附议达到户数", _SAY, _S.DISCUSS),
        Transition("take_up", "提交商议", _SAY, _S.DISCUSS, _LEAD, frozenset({"reason"})),
        Transition("withdraw", "撤回", _SAY, _S.WITHDRAWN, Permission.CONSULTATION_PROPOSE, frozenset({"reason"})),
        Transition("link_ballot", "发起表决", _DISCUSS, _S.DISCUSS, _LEAD, frozenset({"ballot"})),
        Transition(
            "resolve",
            "形成决议",
            _DISCUSS,
            _S.HANDLE,
            _LEAD,
            frozenset({"resolution", "responsible", "joint_action_id"}),
        ),
        Transition("assign", "更换负责人", _HANDLE, _S.HANDLE, _LEAD, frozenset({"responsible"})),
        Transition("add_task", "分派任务", _HANDLE, _S.HANDLE, _LEAD, frozenset({"task"})),
        Transition(
            "do_task", "完成任务", _HANDLE, _S.HANDLE, Permission.CONSULTATION_READ, frozenset({"task_id", "note"})
        ),
        Transition("finish", "办理完成", _HANDLE, _S.SHOW, _LEAD, frozenset({"note"})),
        Transition("publish", "公布结果", _SHOW, _S.RATE, _LEAD, frozenset({"result"})),
        Transition("close", "评议通过", _RATE, _S.CLOSED, requires=frozenset({"figures"})),
        Transition("send_back", "退回再议", _RATE, _S.DISCUSS, requires=frozenset({"figures"})),
    ),
)
"""say -> discuss -> handle -> show -> rate -> closed, or back to discuss; no step passes over a stage."""


CONVENERS = frozenset({Role.COMMITTEE, Role.COMMUNITY})


def may_convene(roles: Collection[Role]) -> None:
    """Let committee and community decide what is taken up and how it is done, or raise CompanyDoesNotConvene."""
    if CONVENERS.isdisjoint(roles):
        raise CompanyDoesNotConvene


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for something: a name, and the account of whoever has one."""

    name: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """The survey or owners' vote that a discussion asks for, as the room of ballots calls it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to be done by somebody until a day; ``told_late`` says that people were told it is late."""

    id: str
    text: str
    due_on: date
    responsible: Responsible
    work_order_id: str | None = None
    done_at: datetime | None = None
    done_by_name: str = ""
    note: str = ""
    told_late: bool = False

    @property
    def due_at(self) -> datetime:
        """The instant at which the day given has passed."""
        return start_of(self.due_on + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it, for all residents: words, photos, and what it cost in fen."""

    text: str
    cost_fen: int
    photo_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hand:
    """Who takes a step, and when; ``step_id`` is the same each time the same step is sent."""

    by: str
    name: str
    at: datetime
    step_id: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of an estate; everything from ``ballot`` on is of this round.

    ``needed`` is how many rooms must support it, as the estate had it set when the topic was proposed. ``supporters``
    are the rooms that do. ``terms`` are how it is rated, ``rating_over`` says that no rating is taken any more.
    ``last_step`` is the id of the newest step.
    """

    id: str
    estate_id: str
    title: str
    text: str
    proposer_id: str | None
    proposer_name: str
    proposed_at: datetime
    needed: int
    last_step: str
    stage_since: datetime
    stage: Stage = Stage.SAY
    round: int = 1
    steps: int = 1
    photo_ids: tuple[str, ...] = ()
    place: PlaceInEstate | None = None
    work_order_id: str | None = None
    supporters: tuple[str, ...] = ()
    ballot: Ballot | None = None
    resolution: str | None = None
    joint_action_id: str | None = None
    responsible: Responsible | None = None
    tasks: tuple[Task, ...] = ()
    result: Result | None = None
    terms: RatingTerms | None = None
    rating_over: bool = False
    figures: RatingFigures | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is in one of the five steps."""
        return self.stage in FIVE_STEPS

    @property
    def due_at(self) -> datetime | None:
        """The next instant at which the clock has something to do: a task is late, or rating is over."""
        if self.stage is Stage.RATE and self.terms is not None:
            return self.terms.until
        if self.stage is not Stage.HANDLE:
            return None
        waiting = (task.due_at for task in self.tasks if task.done_at is None and not task.told_late)
        return min(waiting, default=None)

    def takes_ratings(self, now: datetime) -> bool:
        """Say whether residents may rate now."""
        in_time = self.terms is not None and now < self.terms.until
        return self.stage is Stage.RATE and in_time and not self.rating_over


@dataclass(frozen=True, slots=True)
class Line:
    """One step as everybody of the estate may read it: who, when, what was filled in, to which stage it led."""

    id: str
    topic_id: str
    estate_id: str
    number: int
    name: str
    round: int
    stage: Stage
    by: str
    by_name: str
    at: datetime
    reason: str | None = None
    ballot: Ballot | None = None
    resolution: str | None = None
    joint_action_id: str | None = None
    responsible: Responsible | None = None
    task: Task | None = None
    task_id: str | None = None
    note: str | None = None
    result: Result | None = None
    figures: RatingFigures | None = None
    version: int = 0
