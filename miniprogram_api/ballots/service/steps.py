"""One step of a ballot with its line of history, as one act: the only place that moves a ballot's state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import BALLOT as WORKFLOW
from miniprogram_api.ballots.ballot import Ballot, Hand
from miniprogram_api.ballots.objections import Step
from miniprogram_api.ballots.refusals import BallotMoved
from miniprogram_api.ballots.store import BALLOT, STEP
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from miniprogram_api.ballots.store import BallotStore


def the_clock(now: datetime) -> Hand:
    """Return the hand of what nobody does."""
    return Hand("system", "系统", now)


def take_step(
    store: BallotStore,
    before: Ballot,
    name: str,
    hand: Hand,
    step_id: str,
    change: Callable[[Ballot], Ballot],
    reason: str = "",
    along: Callable[[Transaction, Ballot], None] | None = None,
) -> Ballot:
    """Write a ballot as ``change`` makes it, in the state the step leads to; ``along`` adds to the same act.

    Raises:
        IllegalTransition, SamePersonRefused, InputMissing: see the workflow.
        BallotMoved: somebody else took a step at the same moment.
    """
    given, participants = {"reason": reason}, {"drafter": before.drafted.by}
    step = WORKFLOW.step(before.state, name, given=given, actor=hand.by, participants=participants)
    act = Transaction(hand.by, f"{name}_ballot", hand.at)
    after = act.change(BALLOT, before, replace(change(before), state=step.target), otherwise=BallotMoved)
    line = Step(step_id, before.estate_id, before.id, after.version, name, step.label, hand, reason)
    act.add(STEP, line, otherwise=BallotMoved)
    if along is not None:
        along(act, after)
    store.commit(act)
    return after
