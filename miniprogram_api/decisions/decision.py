"""A decision 共同决定 and its supervision by the street (VOT-15; 物业管理条例 art. 19; Changzhi 003:81).

in force -> 责令限期整改 -> corrected / 撤销 rescinded; a rescission may also come at once. While a decision has to be
corrected, nothing rests on it: money that left could not be called back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.decisions.refusals import DecisionDayWrong, DecisionElsewhere, OrderDueWrong, OverDecided
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


class Maker(StrEnum):
    """Who decided."""

    ASSEMBLY = "assembly"
    COMMITTEE = "committee"


MAKER_LABELS: dict[Maker, str] = {Maker.ASSEMBLY: "业主大会", Maker.COMMITTEE: "业主委员会（物业管理委员会）"}


class DecisionState(StrEnum):
    """Whether a decision holds."""

    IN_FORCE = "in_force"
    CORRECTION_ORDERED = "correction_ordered"
    CORRECTED = "corrected"
    RESCINDED = "rescinded"


STATE_LABELS: dict[DecisionState, str] = {
    DecisionState.IN_FORCE: "有效",
    DecisionState.CORRECTION_ORDERED: "责令整改中",
    DecisionState.CORRECTED: "整改后有效",
    DecisionState.RESCINDED: "已撤销",
}

HOLDING = frozenset({DecisionState.IN_FORCE, DecisionState.CORRECTED})
"""States in which other things may rest on a decision."""


class GroundKind(StrEnum):
    """What a decision offends against (003:81 违反法律法规和议事规则、管理规约)."""

    LAW = "law"
    RULES_OF_PROCEDURE = "rules_of_procedure"
    COVENANT = "covenant"


GROUND_LABELS: dict[GroundKind, str] = {
    GroundKind.LAW: "法律法规",
    GroundKind.RULES_OF_PROCEDURE: "业主大会议事规则",
    GroundKind.COVENANT: "管理规约",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Who did something, and when."""

    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BallotQuestion:
    """The question of a published ballot that was adopted; ``number`` counts from 1."""

    ballot_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Minutes:
    """How a committee decided, with photos of the signed paper."""

    text: str
    photo_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """The provision offended against, with the clause (民法典第二百七十八条)."""

    kind: GroundKind
    clause: str


@dataclass(frozen=True, slots=True)
class Order:
    """What the street wants corrected, until the end of which day."""

    ground: Ground
    text: str
    due_on: date
    given: Mark


@dataclass(frozen=True, slots=True)
class Correction:
    """What was corrected, in the words of whoever decided."""

    text: str
    photo_ids: tuple[str, ...]
    given: Mark


@dataclass(frozen=True, slots=True)
class Rescission:
    """Why the street rescinded."""

    ground: Ground
    reason: str
    given: Mark


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of an estate's owners or committee.

    ``chosen`` are the winning options in words, ``amount_fen`` is up to how much money it covers and ``used_fen`` how
    much of it requests have taken, ``building_ids`` are the buildings it is about (none: all). An assembly's decision
    comes from a ``ballot``, a committee's from ``minutes``. ``told_late`` says that people were told that the order is
    overdue.
    """

    id: str
    estate_id: str
    maker: Maker
    matter: Matter
    title: str
    text: str
    decided_on: date
    recorded: Mark
    chosen: tuple[str, ...] = ()
    amount_fen: int | None = None
    used_fen: int = 0
    building_ids: tuple[str, ...] = ()
    ballot: BallotQuestion | None = None
    minutes: Minutes | None = None
    state: DecisionState = DecisionState.IN_FORCE
    order: Order | None = None
    correction: Correction | None = None
    confirmed: Mark | None = None
    rescission: Rescission | None = None
    told_late: bool = False
    version: int = 0

    @property
    def holds(self) -> bool:
        """Whether other things may rest on it now."""
        return self.state in HOLDING

    @property
    def waits_until(self) -> date | None:
        """The last day for the answer to an order, while that answer is missing and nobody was told that it is late."""
        waiting = self.state is DecisionState.CORRECTION_ORDERED and self.correction is None and not self.told_late
        return self.order.due_on if waiting and self.order is not None else None

    def require_about(self, building_ids: AbstractSet[str]) -> None:
        """Make sure that it is about these buildings (none: all of the estate), or raise DecisionElsewhere."""
        if self.building_ids and not (building_ids and building_ids <= set(self.building_ids)):
            raise DecisionElsewhere

    def taken(self, fen: int) -> Decision:
        """Return it with so much more of its money taken; OverDecided when that passes its bound."""
        used = self.used_fen + fen
        if self.amount_fen is not None and used > self.amount_fen:
            raise OverDecided(left_fen=self.amount_fen - self.used_fen)
        return replace(self, used_fen=used)


def decision_id(ballot_id: str, number: int) -> str:
    """Return the id of what was decided by one question of a ballot, so that publishing twice finds it there."""
    return derived_id("dec", ballot_id, str(number))


_S = DecisionState
SUPERVISION: Workflow[DecisionState] = Workflow(
    "decision",
    _S.IN_FORCE,
    (
        Transition(
            "order",
            "责令整改",
            frozenset({_S.IN_FORCE}),
            _S.CORRECTION_ORDERED,
            Permission.DECISION_ORDER,
            frozenset({"clause", "text"}),
        ),
        Transition(
            "answer",
            "提交整改情况",
            frozenset({_S.CORRECTION_ORDERED}),
            _S.CORRECTION_ORDERED,
            Permission.DECISION_CORRECT,
            frozenset({"text"}),
        ),
        Transition(
            "confirm",
            "确认整改",
            frozenset({_S.CORRECTION_ORDERED}),
            _S.CORRECTED,
            Permission.DECISION_ORDER,
            frozenset({"correction"}),
            not_by=frozenset({"corrector"}),
        ),
        Transition(
            "rescind",
            "撤销决定",
            frozenset(_S) - {_S.RESCINDED},
            _S.RESCINDED,
            Permission.DECISION_ORDER,
            frozenset({"clause", "reason"}),
        ),
    ),
)


def recorded(decision: Decision) -> Decision:
    """Return a decision that may be entered into the register; DecisionDayWrong when it lies ahead."""
    if decision.decided_on > date_of(decision.recorded.at):
        raise DecisionDayWrong
    return decision


def ordered(decision: Decision, order: Order) -> Decision:
    """Return the decision that has to be corrected.

    Raises:
        OrderDueWrong: no day is left for it.
        IllegalTransition, InputMissing: see the workflow.
    """
    state = _step(decision, "order", order.given, clause=order.ground.clause, text=order.text)
    if order.due_on <= date_of(order.given.at):
        raise OrderDueWrong
    return replace(decision, state=state, order=order)


def answered(decision: Decision, correction: Correction) -> Decision:
    """Return the decision with what was corrected; until the street confirms, a better answer replaces the last."""
    state = _step(decision, "answer", correction.given, text=correction.text)
    return replace(decision, state=state, correction=correction)


def confirmed(decision: Decision, mark: Mark) -> Decision:
    """Return the decision that holds again; InputMissing while nothing was answered."""
    state = _step(decision, "confirm", mark, correction=decision.correction)
    return replace(decision, state=state, confirmed=mark)


def rescinded(decision: Decision, rescission: Rescission) -> Decision:
    """Return the decision that holds no more."""
    clause, reason = rescission.ground.clause, rescission.reason
    state = _step(decision, "rescind", rescission.given, clause=clause, reason=reason)
    return replace(decision, state=state, rescission=rescission)


def _step(decision: Decision, name: str, mark: Mark, **given: object) -> DecisionState:
    corrector = None if decision.correction is None else decision.correction.given.by
    step = SUPERVISION.step(decision.state, name, given=given, actor=mark.by, participants={"corrector": corrector})
    return step.target
