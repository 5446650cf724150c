"""What falls due, at instants worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.work_orders.events import fall_due
from miniprogram_api.work_orders.moves import take_step
from miniprogram_api.work_orders.rules import Level, Order, OrderState
from tests.work_orders.made import CATEGORY, DESK, EVERYTHING, OPENED, REPORTER, UNITS, WORKER, order

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.work_orders.conftest import Scene

# Opened at 10:00; limits of the category made for these tests: accept in 60 minutes, close in 600, warn 10 before,
# escalate every 120 after.
AT_10_50 = datetime(2026, 11, 23, 2, 50, tzinfo=UTC)
AT_11_00 = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
AT_13_00 = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
AT_15_00 = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def all_due(found: Order, now: datetime) -> tuple[Order, list[str]]:
    """Do everything that is due, and name the steps."""
    names = []
    while (happened := fall_due(found, CATEGORY, now)) is not None:
        found, step = happened
        names += [step.name] if step is not None else []
    return found, names


@pytest.mark.row("REP-04")
def test_an_order_nobody_accepts_climbs_estate_community_street() -> None:
    waiting, names = all_due(order(), AT_10_50 - SECOND)
    assert names == []
    assert waiting.next_look_at == AT_10_50
    waiting, names = all_due(waiting, AT_10_50)
    assert (names, waiting.overdue, waiting.level) == (["warn"], False, Level.ESTATE)
    assert all_due(waiting, AT_11_00 - SECOND)[1] == []
    waiting, names = all_due(waiting, AT_11_00)
    assert (names, waiting.overdue, waiting.level) == (["overdue"], True, Level.ESTATE)
    assert all_due(waiting, AT_13_00 - SECOND)[1] == []
    waiting, names = all_due(waiting, AT_13_00)
    assert (names, waiting.level) == (["escalate"], Level.COMMUNITY)
    assert waiting.holder is not None
    assert waiting.holder.unit_id == "community"
    assert all_due(waiting, AT_15_00 - SECOND)[1] == []
    waiting, names = all_due(waiting, AT_15_00)
    assert (names, waiting.level) == (["escalate"], Level.STREET)
    assert waiting.holder is not None
    assert waiting.holder.unit_id == "street"
    assert all_due(waiting, AT_15_00 + timedelta(days=400)) == (waiting, [])


@pytest.mark.row("REP-04")
def test_a_sweep_that_was_late_does_everything_once() -> None:
    late, names = all_due(order(), AT_15_00 + timedelta(days=1))
    assert names == ["warn", "overdue", "escalate", "escalate"]
    assert all_due(late, AT_15_00 + timedelta(days=1))[1] == []


@pytest.mark.row("REP-04")
def test_after_acceptance_the_limit_for_closing_runs_from_the_opening() -> None:
    accepted, _ = take_step(order(), "accept", EVERYTHING, DESK, AT_11_00, CATEGORY)
    # 600 minutes after 10:00 is 20:00; the warning comes at 19:50.
    assert accepted.next_look_at == datetime(2026, 11, 23, 11, 50, tzinfo=UTC)
    assert all_due(accepted, datetime(2026, 11, 23, 12, 0, tzinfo=UTC))[1] == ["warn", "overdue"]


@pytest.mark.row("REP-04")
def test_time_spent_waiting_for_the_reporter_does_not_count() -> None:
    asked, _ = take_step(order(), "ask", EVERYTHING, DESK, OPENED + timedelta(minutes=30), CATEGORY)
    back, _ = take_step(asked, "reply", EVERYTHING, REPORTER, OPENED + timedelta(days=2), CATEGORY)
    # 30 of 60 minutes were used; the warning is due 10 minutes before the remaining 30 are over.
    assert back.next_look_at == OPENED + timedelta(days=2, minutes=20)


@pytest.mark.row("REP-04")
def test_reopened_twice_goes_to_the_next_level_at_once() -> None:
    closed = order(OrderState.CLOSED, loop=1)
    once, _ = take_step(closed, "reopen", EVERYTHING, REPORTER, OPENED, CATEGORY)
    assert (once.loop, once.level) == (2, Level.ESTATE)
    twice, _ = take_step(order(OrderState.CLOSED, loop=2), "reopen", EVERYTHING, REPORTER, OPENED, CATEGORY)
    assert (twice.loop, twice.level) == (3, Level.COMMUNITY)
    assert twice.holder is not None
    assert twice.holder.unit_id == "community"


@pytest.mark.row("REP-04")
def test_an_estate_whose_tree_ends_at_the_community_stops_there() -> None:
    lonely, names = all_due(order(units=UNITS[-1:]), AT_15_00)
    assert (names, lonely.level) == (["warn", "overdue", "escalate"], Level.COMMUNITY)


def test_a_paused_order_is_reminded_on_its_date_and_weekly_after() -> None:
    handling = order(OrderState.IN_HANDLING, handler_id="worker")
    paused, _ = take_step(handling, "pause", EVERYTHING, WORKER, OPENED, CATEGORY)
    assert paused.paused_until == date(2026, 12, 1)
    midnight = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)  # 2026-12-01 00:00 in China
    assert all_due(paused, midnight - SECOND)[1] == []
    reminded, names = all_due(paused, midnight)
    assert names == ["remind"]
    assert all_due(reminded, midnight + timedelta(days=7) - SECOND)[1] == []
    assert all_due(reminded, midnight + timedelta(days=7))[1] == ["remind"]


@pytest.mark.row("REP-02")
@pytest.mark.parametrize(("state", "outcome"), [(OrderState.REGISTERED, "closed"), (OrderState.RETURNED, "rejected")])
def test_silence_of_exactly_seven_days_ends_an_order(state: OrderState, outcome: str) -> None:
    silent = order(state)
    assert all_due(silent, OPENED + timedelta(days=7) - SECOND)[0].state is state
    assert all_due(silent, OPENED + timedelta(days=7))[0].state.value == outcome


@pytest.mark.row("REP-02")
def test_the_sweep_closes_a_registered_order_after_seven_days(scene: Scene, sweep: Callable[[], int]) -> None:
    order = scene.open()
    scene.register(order)
    scene.clock.advance(timedelta(days=7) - SECOND)
    sweep()
    assert scene.read(order, scene.reporter).get_json()["state"] == "registered"
    scene.clock.advance(SECOND)
    sweep()
    sweep()
    closed = scene.read(order, scene.reporter).get_json()
    assert closed["state"] == "closed"
    assert [line["name"] for line in closed["timeline"]][-2:] == ["register", "auto_close"]


@pytest.mark.row("REP-04")
def test_the_estate_sets_its_own_limits_and_the_sweep_follows_them(scene: Scene, sweep: Callable[[], int]) -> None:
    path = f"/v1/estates/{scene.world.estate.id}/work-order-categories/lighting"
    limits = {"name": "照明", "accept_minutes": 30, "close_minutes": 300, "warn_minutes": 5, "escalate_minutes": 60}
    assert scene.client.put(path, json=limits, who=scene.reporter).status_code == 403
    assert scene.client.put(path, json={**limits, "warn_minutes": 30}, who=scene.manager).status_code == 422
    set_by = scene.client.put(path, json=limits, who=scene.manager).get_json()["settings_by"]
    assert set_by.startswith("测试")
    order = scene.open()
    scene.clock.advance(timedelta(minutes=90) - SECOND)
    sweep()
    sweep()
    waiting = scene.read(order, scene.manager).get_json()
    assert (waiting["level"], waiting["overdue"]) == ("estate", True)
    scene.clock.advance(SECOND)
    sweep()
    climbed = scene.read(order, scene.manager).get_json()
    assert (climbed["level"], climbed["holder"]) == ("community", "社区")
    held = scene.client.get(
        f"/v1/units/{scene.world.community.id}/held-work-orders", who=scene.again(scene.community)
    ).get_json()
    assert [line["id"] for line in held["items"]] == [order["id"]]
    instructed = scene.client.post(
        f"{scene.orders}/{order['id']}/instructions", json={"text": "今天必须受理"}, who=scene.again(scene.community),
        key="instruction-1",
    )  # fmt: skip
    assert instructed.get_json()["holder"] == "项目经理、调度"


@pytest.mark.row("REP-16")
def test_the_catalogue_names_the_nuisances_of_the_texts_and_an_estate_adds_its_own(scene: Scene) -> None:
    path = f"/v1/estates/{scene.world.estate.id}/work-order-categories"
    names = [category["name"] for category in scene.client.get(path, who=scene.reporter).get_json()]
    for word in ("单元门", "小广告", "积水", "杂物", "垃圾", "化粪池", "照明", "渗漏", "电梯", "供水", "供电", "燃气"):
        assert any(word in name for name in names), word
    unknown = scene.post_order(scene.at_common_part(category="own_cellar"))
    assert (unknown.status_code, unknown.get_json()["code"]) == (422, "category_unknown")
    limits = {"name": "地下室", "accept_minutes": 60, "close_minutes": 600, "warn_minutes": 5, "escalate_minutes": 60}
    assert scene.client.put(f"{path}/own_cellar", json=limits, who=scene.manager).status_code == 200
    assert scene.post_order(scene.at_common_part(category="own_cellar")).status_code == 201
