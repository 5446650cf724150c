"""Every state against every step, in both loops, compared with what is written here by hand."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing
from miniprogram_api.work_orders.effects import SWEEPER, Actor, Given
from miniprogram_api.work_orders.loop import LOOPS
from miniprogram_api.work_orders.moves import take_step
from miniprogram_api.work_orders.refusals import WrongPerson
from miniprogram_api.work_orders.rules import OrderKind, OrderState
from tests.work_orders.made import CATEGORY, DESK, EVERYTHING, OPENED, OTHER, REPORTER, WORKER, order

# Requirements section 4: submitted -> 受理 -> 处置 -> handled -> 核查 -> 登记 -> 反馈, with the side paths of REP-02.
REPAIR = {
    "submitted": {"accept": "accepted", "ask": "returned", "reject": "rejected", "withdraw": "withdrawn",
                  "merge": "merged"},
    "returned": {"reply": "submitted", "withdraw": "withdrawn", "merge": "merged", "lapse": "rejected"},
    "accepted": {"assign": "assigned", "grab": "in_handling", "send_vendor": "in_handling", "transfer": "accepted",
                 "hand_over": "with_operator", "ask": "returned", "reject": "rejected", "withdraw": "withdrawn",
                 "merge": "merged"},
    "assigned": {"take": "in_handling", "decline": "accepted", "transfer": "accepted", "withdraw": "withdrawn",
                 "merge": "merged"},
    "in_handling": {"handled": "handled", "pause": "paused", "hand_over": "with_operator", "transfer": "accepted"},
    "paused": {"resume": "in_handling"},
    "with_operator": {"operator_answered": "in_handling"},
    "handled": {"verify": "verified", "send_back": "in_handling"},
    "verified": {"register": "registered"},
    "registered": {"confirm": "closed", "feed_back": "closed", "auto_close": "closed", "reopen": "submitted"},
    "closed": {"reopen": "submitted"},
    "rejected": {"reopen": "submitted"},
    "withdrawn": {},
    "merged": {},
    "answered": {},
    "converted": {},
}  # fmt: skip
FEEDBACK = {
    "submitted": {"answer": "answered", "ask": "returned", "withdraw": "withdrawn", "merge": "merged",
                  "convert": "converted"},
    "returned": {"reply": "submitted", "withdraw": "withdrawn", "merge": "merged", "lapse": "rejected"},
    "answered": {"confirm": "closed", "feed_back": "closed", "auto_close": "closed", "reopen": "submitted",
                 "convert": "converted"},
    "closed": {"reopen": "submitted"},
    "rejected": {"reopen": "submitted"},
}  # fmt: skip

BY_REPORTER = {"reply", "withdraw", "confirm", "reopen"}
BY_SYSTEM = {"lapse", "auto_close"}
BY_WORKER = {"take", "decline", "handled", "pause", "resume"}
REQUIRED = {
    "accept": {"scope", "scope_reason"}, "ask": {"note"}, "reply": {"note"}, "reject": {"note"}, "lapse": {"note"},
    "merge": {"into"}, "assign": {"to_account_id"}, "decline": {"note"}, "send_vendor": {"vendor_id"},
    "transfer": {"note", "to_account_id"}, "hand_over": {"operator", "operator_contact", "until_on"},
    "operator_answered": {"note"}, "pause": {"note", "until_on"}, "handled": {"note", "photo_ids"},
    "verify": {"note"}, "send_back": {"note"}, "register": {"note", "payer", "payer_reason"}, "feed_back": {"note"},
    "reopen": {"note"}, "answer": {"note"}, "convert": {"category", "note"},
}  # fmt: skip
PAIRS = [
    (kind, state, step)
    for kind, loop in LOOPS.items()
    for state in OrderState
    for step in sorted({transition.name for transition in loop.transitions})
]


def actor_of(step: str) -> Actor:
    if step in BY_REPORTER:
        return REPORTER
    if step in BY_SYSTEM:
        return SWEEPER
    return WORKER if step in BY_WORKER else DESK


@pytest.mark.row("REP-02")
@pytest.mark.parametrize(("kind", "state", "step"), PAIRS)
def test_every_step_is_taken_from_its_states_and_refused_from_all_others(
    kind: OrderKind, state: OrderState, step: str
) -> None:
    target = (REPAIR if kind is OrderKind.REPAIR else FEEDBACK).get(state.value, {}).get(step)
    before = order(state, kind=kind, handler_id="worker", handler_name="王师傅", hands=("worker",))
    if target is None:
        with pytest.raises(IllegalTransition) as refused:
            take_step(before, step, EVERYTHING, actor_of(step), OPENED, CATEGORY)
        assert "刷新后查看" in refused.value.message
        return
    after, line = take_step(before, step, EVERYTHING, actor_of(step), OPENED, CATEGORY)
    assert (after.state.value, line.state.value) == (target, target)
    assert (line.number, after.steps) == (2, 2)
    assert (after.holder is not None) == after.is_open


@pytest.mark.row("REP-02")
@pytest.mark.parametrize(("kind", "step"), sorted({(kind, step) for kind, _, step in PAIRS}))
def test_each_step_names_all_it_lacks(kind: OrderKind, step: str) -> None:
    states = REPAIR if kind is OrderKind.REPAIR else FEEDBACK
    state = next(OrderState(name) for name, steps in states.items() if step in steps)
    before = order(state, kind=kind, handler_id="worker")
    if step not in REQUIRED:
        take_step(before, step, Given(), actor_of(step), OPENED, CATEGORY)
        return
    with pytest.raises(InputMissing) as refused:
        take_step(before, step, Given(), actor_of(step), OPENED, CATEGORY)
    assert set(refused.value.detail["missing"]) == REQUIRED[step]  # type: ignore[call-overload]


@pytest.mark.row("REP-02")
@pytest.mark.parametrize("step", sorted(BY_REPORTER | {"take", "decline"}))
def test_a_step_that_belongs_to_somebody_is_refused_to_others(step: str) -> None:
    state = next(OrderState(name) for name, steps in REPAIR.items() if step in steps)
    with pytest.raises(WrongPerson):
        take_step(order(state, handler_id="worker"), step, EVERYTHING, OTHER, OPENED, CATEGORY)
