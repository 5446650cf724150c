"""Who sees what (REP-01, design section 8)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.kernel.access import Role
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.work_orders.refusals import StillHolding
from miniprogram_api.work_orders.service.personal import WorkOrderRecords
from tests.world import build_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.work_orders.conftest import Scene


@pytest.mark.row("REP-01")
def test_a_leak_at_home_is_seen_by_reporter_handler_and_desk_only(scene: Scene) -> None:
    order = scene.open(scene.at_home(contact="13812345678"))
    roles = (Role.COMMITTEE, Role.BUILDING_HEAD, Role.COMMUNITY, Role.STREET, Role.BUREAU, Role.COMPANY_ADMIN,
             Role.REPAIRER, Role.GUARD, Role.FINANCE, Role.REGISTERED)  # fmt: skip
    hidden = [scene.neighbour, *(scene.people.holding(role, scene.world) for role in roles)]
    for person in hidden:
        assert scene.read(order, person).status_code == 404
        board = scene.client.get(scene.orders, who=scene.again(person))
        assert board.status_code in {403, 404} or board.get_json()["items"] == []
        assert scene.step(order, person, "withdraw").status_code == 404
    assert scene.read(order, scene.reporter).get_json()["phone"] == "13812345678"
    assert scene.read(order, scene.manager).get_json()["phone"] == "138****5678"
    scene.must(order, scene.manager, "accept", scope="owners_own", scope_reason="户内")
    scene.must(order, scene.manager, "assign", to_account_id=scene.repairer.account_id)
    assert scene.read(order, scene.repairer).status_code == 200


@pytest.mark.row("REP-04")
def test_the_level_it_climbed_to_sees_a_leak_at_home(scene: Scene, sweep: Callable[[], int]) -> None:
    order = scene.open(scene.at_home())
    assert scene.read(order, scene.community).status_code == 404
    scene.clock.advance(timedelta(hours=4 + 24))  # ours: accepted within 4 hours, escalated 24 hours later
    sweep()
    assert scene.read(order, scene.community).get_json()["level"] == "community"
    assert scene.read(order, scene.people.official(scene.world.street)).status_code == 404


@pytest.mark.row("REP-01")
def test_neighbours_see_progress_on_common_parts_without_any_person(scene: Scene) -> None:
    order = scene.open(scene.at_common_part(text="找张三修灯", contact="13812345678"))
    scene.accept(order)
    seen = scene.read(order, scene.neighbour)
    shown = seen.get_json()
    assert (shown["state_label"], shown["whole"]) == ("已受理", False)
    assert [line["label"] for line in shown["timeline"]] == ["提交", "受理"]
    told = seen.get_data(as_text=True)
    assert not any(word in told for word in ("张三", "138", "测试", "合同约定"))
    assert scene.step(order, scene.neighbour, "withdraw").status_code == 404


def test_an_order_of_another_estate_is_not_there(scene: Scene) -> None:
    order = scene.open()
    elsewhere = build_world(scene.container)
    stranger_manager = scene.people.staff(elsewhere.estate)
    foreign = f"/v1/estates/{elsewhere.estate.id}/work-orders/{order['id']}"
    assert scene.client.get(foreign, who=stranger_manager).status_code == 404
    assert scene.read(order, stranger_manager).status_code == 404


@pytest.mark.row("REP-02")
def test_the_reporter_sees_the_whole_timeline_and_who_holds_it_now(scene: Scene) -> None:
    order = scene.open()
    assert scene.read(order, scene.reporter).get_json()["holder"] == "项目经理、调度"
    scene.accept(order)
    name = scene.client.get("/v1/me", who=scene.again(scene.dispatcher)).get_json()["display_name"]
    shown = scene.read(order, scene.reporter).get_json()
    assert (shown["holder"], shown["timeline"][-1]["by"]) == (name, name)
    held = scene.client.get("/v1/me/held-work-orders", who=scene.again(scene.dispatcher)).get_json()["items"]
    assert [line["id"] for line in held] == [order["id"]]


def test_who_leaves_takes_their_reports_along_and_leaves_the_matter_without_a_person(scene: Scene) -> None:
    records = WorkOrderRecords(scene.container.work_orders._orders, scene.container.sealer)
    order = scene.open(scene.at_common_part(contact="13812345678"))
    (exported,) = records.export_of(scene.reporter.account_id)
    assert (exported["text"], exported["phone"]) == ("楼道灯不亮", "13812345678")
    scene.accept(order)
    with pytest.raises(StillHolding):
        records.part_with(Transaction("system", "test", scene.clock()), scene.dispatcher.account_id)
    for _ in range(2):
        records.forget(scene.reporter.account_id, scene.clock())
    assert records.export_of(scene.reporter.account_id) == []
    assert scene.read(order, scene.reporter).get_json()["whole"] is False
    assert "phone" not in {name for name, value in scene.read(order, scene.manager).get_json().items() if value}
