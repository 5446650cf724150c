"""Steps of a process: none is skipped, none is taken by the wrong person, none without what it needs."""

from __future__ import annotations

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.workflow import (
    IllegalTransition,
    InputMissing,
    SamePersonRefused,
    Transition,
    Workflow,
)


class S(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    CLOSED = "closed"


WORK = Workflow(
    "work",
    S.OPEN,
    (
        Transition("take", "受理", frozenset({S.OPEN}), S.TAKEN),
        Transition("finish", "办结", frozenset({S.TAKEN}), S.DONE, requires=frozenset({"note"})),
        Transition("verify", "核查", frozenset({S.DONE}), S.CLOSED, not_by=frozenset({"handler"})),
        Transition("send_back", "退回", frozenset({S.DONE, S.TAKEN}), S.OPEN, requires=frozenset({"note"})),
    ),
)
ORDER = {S.OPEN: 0, S.TAKEN: 1, S.DONE: 2, S.CLOSED: 3}
"""How many steps forward from the start each state lies, counted in the list above."""


class Walk(RuleBasedStateMachine):
    """Anybody tries any step at any time; progress is never more than one step at once."""

    def __init__(self) -> None:
        super().__init__()
        self.state: S = WORK.initial
        self.handler: str | None = None

    @rule(
        name=st.sampled_from(["take", "finish", "verify", "send_back"]),
        actor=st.sampled_from(["wang", "li"]),
        note=st.sampled_from(["", "  ", "换了阀门"]),
    )
    def try_a_step(self, name: str, actor: str, note: str) -> None:
        try:
            took_part = {"handler": self.handler}
            taken = WORK.step(self.state, name, given={"note": note}, actor=actor, participants=took_part)
        except (IllegalTransition, InputMissing, SamePersonRefused):
            return
        assert self.state in taken.sources
        assert ORDER[taken.target] <= ORDER[self.state] + 1
        assert not (name == "verify" and actor == self.handler)
        assert not (name in {"finish", "send_back"} and not note.strip())
        if name == "take":
            self.handler = actor
        self.state = taken.target

    @precondition(lambda self: self.state is S.CLOSED)
    @invariant()
    def nothing_leaves_the_end(self) -> None:
        assert WORK.is_final(self.state)
        assert WORK.open_to(self.state) == ()


TestWalk = Walk.TestCase


@given(st.sampled_from(S), st.sampled_from(WORK.transitions))
def test_a_step_starts_only_where_the_process_says(state: S, step: Transition[S]) -> None:
    take = {"given": {"note": "好"}, "actor": "li", "participants": {}}
    if state in step.sources:
        assert WORK.step(state, step.name, **take).target is step.target
    else:
        with pytest.raises(IllegalTransition) as refused:
            WORK.step(state, step.name, **take)
        assert refused.value.detail == {"state": state.value, "step": step.name}


@pytest.mark.row("REP-02")
def test_nobody_verifies_their_own_work() -> None:
    with pytest.raises(SamePersonRefused):
        WORK.step(S.DONE, "verify", given={}, actor="wang", participants={"handler": "wang"})
    assert WORK.step(S.DONE, "verify", given={}, actor="li", participants={"handler": "wang"}).target is S.CLOSED


@pytest.mark.parametrize("nothing", [None, "", "   ", "\n", [], (), {}])
def test_what_is_blank_was_not_given(nothing: object) -> None:
    with pytest.raises(InputMissing) as refused:
        WORK.step(S.TAKEN, "finish", given={"note": nothing}, actor="li", participants={})
    assert refused.value.detail["missing"] == ["note"]


@pytest.mark.parametrize("answer", [False, 0, "好", ["photo_1"]])
def test_no_and_zero_are_answers(answer: object) -> None:
    assert WORK.step(S.TAKEN, "finish", given={"note": answer}, actor="li", participants={}).target is S.DONE


def test_a_process_with_two_steps_of_one_name_does_not_start() -> None:
    with pytest.raises(ValueError, match="work: two steps"):
        Workflow("work", S.OPEN, (WORK.transitions[0], WORK.transitions[0]))


def test_an_unknown_step_is_a_fault_of_the_code() -> None:
    with pytest.raises(KeyError):
        WORK.named("jump")


GUARDED = Workflow(
    "guarded",
    S.OPEN,
    (
        Transition("take", "受理", frozenset({S.OPEN}), S.TAKEN, Permission.WORK_ORDER_READ),
        Transition(
            "verify", "核查", frozenset({S.OPEN}), S.DONE, Permission.ESTATE_READ, not_by=frozenset({"handler"})
        ),
        Transition("expire", "过期", frozenset({S.OPEN}), S.CLOSED),
        Transition("close", "关闭", frozenset({S.DONE}), S.CLOSED, Permission.ESTATE_READ),
    ),
)


def test_somebody_is_offered_the_steps_that_they_may_take_and_no_other() -> None:
    def names(may: set[Permission], actor: str) -> list[str]:
        return [one.name for one in GUARDED.offered(S.OPEN, may.__contains__, actor, {"handler": "wang"})]

    everything = {Permission.WORK_ORDER_READ, Permission.ESTATE_READ}
    assert names(everything, "li") == ["take", "verify"]
    assert names(everything, "wang") == ["take"], "nobody verifies their own work"
    assert names({Permission.ESTATE_READ}, "li") == ["verify"]
    assert names(set(), "li") == []
