"""Random people take random steps at random times; what must always hold, holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from miniprogram_api.kernel.errors import Problem
from miniprogram_api.work_orders.events import called_back, fall_due, instruct, rate, reply_to_rating, urge
from miniprogram_api.work_orders.loop import FEEDBACK_LOOP, REPAIR_LOOP
from miniprogram_api.work_orders.moves import Request, take_step
from miniprogram_api.work_orders.rules import Order, OrderKind, OrderState, Rating, Step
from tests.work_orders.made import CATEGORY, DESK, EVERYTHING, OPENED, OTHER, REPORTER, WORKER, order

if TYPE_CHECKING:
    from miniprogram_api.work_orders.effects import Actor

PEOPLE = st.sampled_from([REPORTER, DESK, WORKER, OTHER])
STEPS = st.sampled_from(sorted({step.name for loop in (REPAIR_LOOP, FEEDBACK_LOOP) for step in loop.transitions}))
ENDED = {"closed", "rejected", "withdrawn", "merged", "converted"}
ON_THE_WAY = ("accepted", "in_handling", "handled", "verified", "registered")


class OneOrder(RuleBasedStateMachine):
    """One order, from its opening on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = OPENED
        self.order: Order = order()
        self.timeline: list[Step] = []
        self.states_of_loop: list[str] = []
        self.ratings = 0

    @initialize(kind=st.sampled_from([OrderKind.REPAIR, OrderKind.REPAIR, OrderKind.FEEDBACK]))
    def opened(self, kind: OrderKind) -> None:
        self.order = order(kind=kind)

    def _keep(self, taken: tuple[Order, Step | None]) -> None:
        before, (self.order, step) = self.order, taken
        if step is None:
            return
        self.timeline.append(step)
        if self.order.loop != before.loop:
            self.states_of_loop = []
        self.states_of_loop.append(str(step.state))
        self.ratings += step.name == "rate"

    def _try(self, act: Any) -> None:
        before = self.order
        try:
            self._keep(act())
        except Problem:
            assert self.order is before

    @rule(name=STEPS, actor=PEOPLE)
    def step(self, name: str, actor: Actor) -> None:
        self._try(lambda: take_step(self.order, name, EVERYTHING, actor, self.now, CATEGORY))

    @rule()
    def next_on_the_way(self) -> None:
        """The step that somebody would sensibly take, so that long ways are walked often."""
        sensible = {
            "submitted": ("accept", DESK), "accepted": ("assign", DESK), "assigned": ("take", WORKER),
            "in_handling": ("handled", WORKER), "handled": ("verify", OTHER), "verified": ("register", DESK),
            "registered": ("confirm", REPORTER), "closed": ("reopen", REPORTER),
        }  # fmt: skip
        if self.order.state.value in sensible:
            name, actor = sensible[self.order.state.value]
            self.step(name, actor)

    @rule(hours=st.integers(1, 24 * 9))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        while (happened := fall_due(self.order, CATEGORY, self.now)) is not None:
            self._keep(happened)

    @rule(actor=PEOPLE, mark=st.integers(1, 5))
    def rated(self, actor: Actor, mark: int) -> None:
        self._try(lambda: rate(self.order, Rating(mark, 3, 3, "", actor.account_id, self.now), actor, self.now))

    @rule(actor=PEOPLE)
    def said(self, actor: Actor) -> None:
        self._try(lambda: urge(self.order, actor, self.now))
        self._try(lambda: reply_to_rating(self.order, "谢谢", actor, self.now))
        self._try(lambda: called_back(self.order, "已回访", actor, self.now))
        self._try(lambda: instruct(self.order, "请抓紧", actor, self.now, Request()))

    @invariant()
    def somebody_holds_it_exactly_while_it_is_open(self) -> None:
        holder = self.order.holder
        assert (holder is None) == (self.order.state.value in ENDED)
        assert holder is None or holder.account_id or (holder.roles and (holder.estate_id or holder.unit_id))
        assert holder is None or holder.name

    @invariant()
    def the_timeline_has_no_gap(self) -> None:
        assert [step.number for step in self.timeline] == list(range(2, len(self.timeline) + 2))
        assert self.order.steps == len(self.timeline) + 1

    @invariant()
    def nobody_verified_their_own_work(self) -> None:
        by_loop: dict[int, set[str]] = {}
        for step in self.timeline:
            if step.name in {"handled", "take", "grab"}:
                by_loop.setdefault(step.loop, set()).add(step.by)
            if step.name == "verify":
                assert step.by not in by_loop[step.loop]

    @invariant()
    def rated_at_most_once(self) -> None:
        assert self.ratings <= 1

    @invariant()
    def closed_only_after_every_one_of_the_five_steps(self) -> None:
        if self.order.state is OrderState.CLOSED and self.order.kind is OrderKind.REPAIR:
            walked = iter(self.states_of_loop)
            assert all(state in walked for state in ON_THE_WAY), self.states_of_loop
            times = [self.order.accepted_at, self.order.handled_at, self.order.verified_at, self.order.registered_at]
            assert all(times)

    @invariant()
    def what_waits_has_a_time_at_which_somebody_looks(self) -> None:
        if self.order.state in {OrderState.REGISTERED, OrderState.RETURNED, OrderState.PAUSED}:
            assert self.order.next_look_at is not None


OneOrder.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestOneOrder = pytest.mark.row("REP-02")(OneOrder.TestCase)
