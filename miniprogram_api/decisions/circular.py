"""A circular 通告全体业主: what every owner of an estate is told about a decision, room by room (VOT-15, PUB-03).

Owners with an account are told online. After a rescission the others are a list of doors, so that the notice provably
reaches everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.decisions.decision import MAKER_LABELS, DecisionState, Mark
from miniprogram_api.decisions.refusals import VisitDayWrong
from miniprogram_api.kernel.clock import date_of, spoken

if TYPE_CHECKING:
    from miniprogram_api.decisions.decision import Decision


@dataclass(frozen=True, slots=True)
class Circular:
    """What is told of the step that led to the state ``event``, and how far it has come.

    ``told`` counts rooms told online, ``doors`` rooms to be visited; ``building_id`` is the last building it is through
    with, ``cursor`` continues in the one after.
    """

    estate_id: str
    decision_id: str
    event: DecisionState
    title: str
    text: str
    made_at: datetime
    building_id: str = ""
    cursor: str | None = None
    told: int = 0
    doors: int = 0
    complete: bool = False
    version: int = 0

    @property
    def needs_doors(self) -> bool:
        """Whether rooms that nobody reads online for are visited."""
        return self.event is DecisionState.RESCINDED


@dataclass(frozen=True, slots=True)
class Visit:
    """On which day somebody told the owner at the door."""

    on: date
    mark: Mark


@dataclass(frozen=True, slots=True)
class RoomTold:
    """That one room was told of a step online, or is to be visited; ``order`` is its place on the way."""

    estate_id: str
    decision_id: str
    event: DecisionState
    room_id: str
    building_id: str
    label: str
    order: str
    title: str
    text: str
    at: datetime
    online: bool
    visit: Visit | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to knock."""
        return not self.online and self.visit is None


def circular_of(decision: Decision, at: datetime) -> Circular:
    """Return what all owners are told of the state a decision has come to."""
    title, text = _WORDS[decision.state](decision)
    return Circular(decision.estate_id, decision.id, decision.state, title, text, at)


def visit_of(told: RoomTold, on: date, mark: Mark) -> Visit:
    """Return a visit; VisitDayWrong when it lies before what it told of, or ahead."""
    if not date_of(told.at) <= on <= date_of(mark.at):
        raise VisitDayWrong
    return Visit(on, mark)


def _recorded(decision: Decision) -> tuple[str, str]:
    return "决定公示", f"{MAKER_LABELS[decision.maker]}于{spoken(decision.decided_on)}决定：{decision.title}。"


def _ordered(decision: Decision) -> tuple[str, str]:
    order = decision.order
    if order is None:
        raise ValueError("a decision to be corrected has an order")
    text = f"“{decision.title}”违反{order.ground.clause}，已责令在{spoken(order.due_on)}前整改：{order.text}"
    return "决定被责令整改", text


def _corrected(decision: Decision) -> tuple[str, str]:
    correction = decision.correction
    if correction is None:
        raise ValueError("a corrected decision has a correction")
    return "决定已整改", f"“{decision.title}”已完成整改，继续有效：{correction.text}"


def _rescinded(decision: Decision) -> tuple[str, str]:
    rescission = decision.rescission
    if rescission is None:
        raise ValueError("a rescinded decision has a rescission")
    text = f"“{decision.title}”违反{rescission.ground.clause}，已被撤销，不再有效：{rescission.reason}"
    return "决定被撤销", text


_WORDS = {
    DecisionState.IN_FORCE: _recorded,
    DecisionState.CORRECTION_ORDERED: _ordered,
    DecisionState.CORRECTED: _corrected,
    DecisionState.RESCINDED: _rescinded,
}
