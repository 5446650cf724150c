"""Whatever order steps come in, money of a decision adds up, and nothing rests on one that does not hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from miniprogram_api.decisions.circular import circular_of
from miniprogram_api.decisions.decision import (
    Correction,
    Decision,
    DecisionState,
    Ground,
    GroundKind,
    Maker,
    Mark,
    Order,
    Rescission,
    answered,
    confirmed,
    ordered,
    rescinded,
)
from miniprogram_api.decisions.refusals import OrderDueWrong, OverDecided
from miniprogram_api.decisions.store import DECISION
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHAIR, STREET = Mark("acc_chair", "主任", NOW), Mark("acc_street", "街道", NOW)
GROUND = Ground(GroundKind.LAW, "民法典第二百七十八条")
BOUND = 1_000


def fresh() -> Decision:
    return Decision(
        "dec_1", "est_1", Maker.ASSEMBLY, Matter.OTHER, "换锁", "同意", date(2026, 11, 22), CHAIR, amount_fen=BOUND
    )


class Case(RuleBasedStateMachine):
    """One decision, every step in every state."""

    def __init__(self) -> None:
        super().__init__()
        self.decision, self.taken, self.seen = fresh(), 0, [DecisionState.IN_FORCE]

    def _step(self, make, *sources: DecisionState) -> None:
        before = self.decision
        if before.state not in sources:
            with pytest.raises(IllegalTransition):
                make(before)
            return
        try:
            self.decision = make(before)
        except InputMissing:  # nothing was answered yet
            return
        if self.decision.state is not before.state:
            self.seen.append(self.decision.state)
            assert circular_of(self.decision, NOW).event is self.decision.state

    @rule()
    def order(self) -> None:
        order = Order(GROUND, "整改", date(2026, 12, 1), STREET)
        self._step(lambda one: ordered(one, order), DecisionState.IN_FORCE)

    @rule()
    def answer(self) -> None:
        self._step(lambda one: answered(one, Correction("已改", (), CHAIR)), DecisionState.CORRECTION_ORDERED)

    @rule()
    def confirm(self) -> None:
        self._step(lambda one: confirmed(one, STREET), DecisionState.CORRECTION_ORDERED)

    @rule()
    def rescind(self) -> None:
        rescission = Rescission(GROUND, "违法", STREET)
        self._step(lambda one: rescinded(one, rescission), *(set(DecisionState) - {DecisionState.RESCINDED}))

    @rule(fen=st.integers(1, BOUND + 1))
    def take(self, fen: int) -> None:
        try:
            self.decision = self.decision.taken(fen)
        except OverDecided:
            assert self.taken + fen > BOUND
        else:
            self.taken += fen

    @invariant()
    def money_adds_up(self) -> None:
        assert self.decision.used_fen == self.taken <= BOUND

    @invariant()
    def it_holds_unless_ordered_or_rescinded(self) -> None:
        assert self.decision.holds == (
            self.decision.state not in {DecisionState.CORRECTION_ORDERED, DecisionState.RESCINDED}
        )
        assert len(set(self.seen)) == len(self.seen), "no state is come to twice, so a state names its circular"

    @invariant()
    def it_reads_back_as_it_was_written(self) -> None:
        assert DECISION.entity_of(DECISION.body(self.decision)) == self.decision


TestCase = Case.TestCase


def test_who_corrected_does_not_confirm() -> None:
    order = Order(GROUND, "整改", date(2026, 12, 1), STREET)
    waiting = answered(ordered(fresh(), order), Correction("已改", (), STREET))
    with pytest.raises(SamePersonRefused):
        confirmed(waiting, STREET)


def test_an_order_is_late_after_its_last_day_in_china_and_only_until_it_is_answered() -> None:
    order = Order(GROUND, "整改", date(2026, 12, 1), STREET)
    waiting = ordered(fresh(), order)
    assert waiting.waits_until == date(2026, 12, 1)
    assert DECISION.indexes(waiting)["gsi2"].sk == "2026-12-01T16:00:00.000Z#dec_1"
    done = answered(waiting, Correction("已改", (), CHAIR))
    assert (done.waits_until, "gsi2" in DECISION.indexes(done)) == (None, False)
    with pytest.raises(OrderDueWrong):
        ordered(fresh(), Order(GROUND, "整改", (NOW + timedelta(hours=1)).date(), STREET))
