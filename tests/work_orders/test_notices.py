"""Who is told what when an order changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import NoticeKind
from miniprogram_api.work_orders.events import fall_due
from miniprogram_api.work_orders.moves import take_step
from miniprogram_api.work_orders.notices import notices
from miniprogram_api.work_orders.rules import Order, OrderState
from tests.work_orders.made import CATEGORY, DESK, EVERYTHING, OPENED, WORKER, order

if TYPE_CHECKING:
    from miniprogram_api.work_orders.effects import Actor


def told(before: Order, name: str, actor: Actor) -> dict[str, NoticeKind]:
    after, _ = take_step(before, name, EVERYTHING, actor, OPENED, CATEGORY)
    return {_who(notice.to.account_id, notice.to.roles): notice.kind for notice in notices(before, after)}


def _who(account_id: str | None, roles: frozenset[Role]) -> str:
    return account_id or "+".join(sorted(roles))


@pytest.mark.row("REP-02")
def test_each_step_reaches_those_it_concerns_and_nobody_twice() -> None:
    followed = order(followers=("neighbour",))
    assert told(followed, "accept", DESK) == {"reporter": NoticeKind.WORK_ORDER, "neighbour": NoticeKind.WORK_ORDER}
    accepted = order(OrderState.ACCEPTED)
    assert told(accepted, "assign", DESK)["worker"] is NoticeKind.ASSIGNMENT
    handling = order(OrderState.IN_HANDLING, handler_id="worker")
    assert "dispatcher+manager" in told(handling, "handled", WORKER)


@pytest.mark.row("REP-04")
def test_an_escalation_reaches_the_level_above() -> None:
    late = order(progress=2, overdue=True)
    happened = fall_due(late, CATEGORY, OPENED.replace(hour=5))
    assert happened is not None
    (to_level, to_reporter) = sorted(notices(late, happened[0]), key=lambda notice: notice.kind)
    assert (to_level.to.unit_id, to_level.to.roles) == ("community", {Role.COMMUNITY})
    assert to_reporter.to.account_id == "reporter"


@pytest.mark.row("REP-03")
def test_the_reporter_of_a_merged_order_learns_where_it_went_on() -> None:
    merged, _ = take_step(order(), "merge", EVERYTHING, DESK, OPENED, CATEGORY)
    (notice,) = notices(order(), merged)
    assert (notice.to.account_id, "WO_2" in notice.text) == ("reporter", True)


def test_a_change_without_a_step_tells_nobody_and_an_event_has_one_name() -> None:
    assert notices(order(), replace(order(), followers=("neighbour",))) == ()
    first, second = (notices(None, order())[0].identity for _ in range(2))
    assert first == second
