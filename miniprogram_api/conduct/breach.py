"""A breach of faith 违约失信 of a committee member, for the personal credit record (VOT-13, 000:131).

recorded -> heard -> upheld or withdrawn; against an upheld one the member may appeal once, and then it is upheld for
good or withdrawn. Only what stands for good goes to the credit authority.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from miniprogram_api.conduct.history import Hand, Line, Said, Seat, line, step_of
from miniprogram_api.conduct.refusals import AppealOver
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.workflow import Transition, Workflow

APPEAL_DAYS = 15
"""For how many days the member may appeal. OURS: the source names neither an appeal nor its time."""


class BreachState(StrEnum):
    """How far a record is."""

    RECORDED = "recorded"
    HEARD = "heard"
    UPHELD = "upheld"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"


STATE_LABELS: dict[BreachState, str] = {
    BreachState.RECORDED: "待陈述",
    BreachState.HEARD: "待认定",
    BreachState.UPHELD: "已认定",
    BreachState.APPEALED: "申诉中",
    BreachState.WITHDRAWN: "已撤销",
}

_S = BreachState
_CHECK = Permission.CONDUCT_CHECK
_TEXT = frozenset({"text"})
_APART = frozenset({"member", "recorder"})

BREACH_LIFE: Workflow[BreachState] = Workflow(
    "breach_record",
    _S.RECORDED,
    (
        Transition("state", "本人陈述", frozenset({_S.RECORDED}), _S.HEARD, None, _TEXT),
        Transition("hear", "听取陈述", frozenset({_S.RECORDED}), _S.HEARD, _CHECK, _TEXT, frozenset({"member"})),
        Transition("uphold", "认定", frozenset({_S.HEARD, _S.APPEALED}), _S.UPHELD, _CHECK, _TEXT, _APART),
        Transition("appeal", "申诉", frozenset({_S.UPHELD}), _S.APPEALED, None, _TEXT),
        Transition(
            "withdraw",
            "撤销",
            frozenset({_S.RECORDED, _S.HEARD, _S.UPHELD, _S.APPEALED}),
            _S.WITHDRAWN,
            _CHECK,
            _TEXT,
            _APART,
        ),
    ),
)
"""Whoever recorded it does not decide on it."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One record; ``appeal_until`` is the first instant at which an upheld one can no more be appealed against."""

    id: str
    seat: Seat
    fact: str
    photo_ids: tuple[str, ...]
    recorded_by: str
    recorded_at: datetime
    history: tuple[Line, ...]
    state: BreachState = BreachState.RECORDED
    appealed: bool = False
    upheld_at: datetime | None = None
    appeal_until: datetime | None = None
    version: int = 0

    @property
    def estate_id(self) -> str:
        """Where it happened."""
        return self.seat.estate_id

    def stands(self, now: datetime) -> bool:
        """Say whether it stands for good: upheld, and no appeal is possible any more."""
        over = self.appealed or self.appeal_until is None or now >= self.appeal_until
        return self.state is BreachState.UPHELD and over

    def said(self, *names: str) -> str:
        """Return what was filled in with the latest step of one of the names."""
        return next((one.said.text for one in reversed(self.history) if one.name in names), "")

    def step_of(self, step_id: str) -> Line | None:
        """Return the step that was sent before under this id, or None."""
        return step_of(self.history, step_id)


def recorded(breach_id: str, seat: Seat, said: Said, hand: Hand) -> Breach:
    """Return a new record: what the member did, with proof."""
    first = line("record", "登记", said, hand)
    return Breach(breach_id, seat, said.text, said.photo_ids, hand.by, hand.at, (first,))


def stepped(breach: Breach, name: str, said: Said, hand: Hand) -> Breach:
    """Return the record after one step.

    Raises:
        IllegalTransition, SamePersonRefused, InputMissing: see the workflow.
        AppealOver: the second appeal, or one too late.
    """
    participants = {"recorder": breach.recorded_by, "member": breach.seat.account_id}
    given = {"text": said.text}
    transition = BREACH_LIFE.step(breach.state, name, given=given, actor=hand.by, participants=participants)
    changes: dict[str, Any] = {"state": transition.target}
    if name == "uphold":
        changes |= {"upheld_at": hand.at, "appeal_until": hand.at + timedelta(days=APPEAL_DAYS)}
    if name == "appeal":
        if breach.stands(hand.at):
            raise AppealOver
        changes["appealed"] = True
    return replace(breach, history=(*breach.history, line(name, transition.label, said, hand)), **changes)
