"""The five-step closed loop over HTTP (story S2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.work_orders.conftest import Scene, fresh_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import Person

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def stamp(answer: dict[str, object]) -> datetime:
    return datetime.fromisoformat(str(answer))


@pytest.mark.row("REP-02")
def test_the_whole_loop_leaves_five_time_stamps_in_order(scene: Scene) -> None:
    order = scene.open()
    hour = timedelta(hours=1)
    scene.clock.advance(hour)
    scene.accept(order)
    scene.clock.advance(hour)
    scene.handle(order)
    scene.clock.advance(hour)
    scene.must(order, scene.manager, "verify", note="现场已亮")
    scene.clock.advance(hour)
    scene.must(order, scene.dispatcher, "register", note="更换灯泡1只", payer="company", payer_reason="合同内")
    scene.clock.advance(hour)
    closed = scene.must(order, scene.reporter, "confirm")
    names = ("accepted_at", "handled_at", "verified_at", "registered_at", "closed_at")
    assert [stamp(closed["times"][name]) for name in names] == [START + n * hour for n in range(1, 6)]
    assert closed["state"] == "closed"
    assert [line["number"] for line in closed["timeline"]] == list(range(1, 9))
    labels = ["提交", "受理", "派单", "接单", "处置完成", "核查通过", "登记", "确认办结"]
    assert [line["label"] for line in closed["timeline"]] == labels


@pytest.mark.row("REP-02")
def test_nobody_verifies_their_own_work(scene: Scene) -> None:
    order = scene.open()
    scene.accept(order)
    scene.must(order, scene.manager, "grab")
    scene.must(order, scene.manager, "handled", note="已修", photo_ids=[scene.photo(scene.manager)])
    refused = scene.step(order, scene.manager, "verify", note="好了")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "same_person_refused")
    assert scene.must(order, scene.dispatcher, "verify", note="看过")["state"] == "verified"


@pytest.mark.row("REP-02")
def test_an_earlier_hand_in_the_same_loop_does_not_verify_either(scene: Scene) -> None:
    order = scene.open()
    scene.accept(order)
    scene.must(order, scene.manager, "grab")
    scene.must(order, scene.dispatcher, "transfer", note="换人", to_account_id=scene.repairer.account_id)
    scene.handle(order)
    assert scene.step(order, scene.manager, "verify", note="好了").status_code == 403


@pytest.mark.row("REP-02")
def test_done_without_a_photo_is_refused_and_changes_nothing(scene: Scene) -> None:
    order = scene.open()
    scene.accept(order)
    scene.must(order, scene.repairer, "grab")
    refused = scene.step(order, scene.repairer, "handled", note="已修")
    assert refused.status_code == 422
    assert refused.get_json()["detail"]["missing"] == ["photo_ids"]
    assert scene.read(order, scene.reporter).get_json()["state"] == "in_handling"


@pytest.mark.row("REP-02")
def test_reopened_both_loops_are_visible_and_too_late_is_too_late(scene: Scene) -> None:
    order = scene.open()
    scene.close(order)
    again = scene.must(order, scene.reporter, "reopen", note="又不亮了")
    assert (again["state"], again["loop"]) == ("submitted", 2)
    closed = scene.close(order)
    assert {line["loop"] for line in closed["timeline"]} == {1, 2}
    scene.clock.advance(timedelta(days=15, seconds=1))
    late = scene.step(order, scene.reporter, "reopen", note="又不亮了")
    assert (late.status_code, late.get_json()["code"]) == (409, "reopen_too_late")


@pytest.mark.row("REP-02")
def test_returned_paused_transferred_and_withdrawn(scene: Scene) -> None:
    order = scene.open()
    assert scene.must(order, scene.manager, "ask", note="请说明几层")["state"] == "returned"
    assert scene.step(order, scene.neighbour, "reply", note="三层").status_code == 404
    assert scene.must(order, scene.reporter, "reply", note="三层")["holder"] == "项目经理、调度"
    scene.accept(order)
    scene.must(order, scene.repairer, "grab")
    assert scene.must(order, scene.repairer, "pause", note="等配件", until_on="2026-11-30")["state"] == "paused"
    assert scene.must(order, scene.repairer, "resume")["state"] == "in_handling"
    moved = scene.must(order, scene.manager, "transfer", note="改派", to_account_id=scene.dispatcher.account_id)
    assert moved["state"] == "accepted"
    gone = scene.must(order, scene.reporter, "withdraw")
    assert gone["state"] == "withdrawn"
    assert gone["holder"] is None


@pytest.mark.row("REP-02")
def test_the_reporter_urges_once_an_hour(scene: Scene) -> None:
    order = scene.open()
    path = f"{scene.orders}/{order['id']}/urges"
    assert scene.client.post(path, who=scene.reporter).get_json()["urges"] == 1
    scene.clock.advance(timedelta(minutes=59, seconds=59))
    assert scene.client.post(path, who=scene.reporter).status_code == 429
    scene.clock.advance(timedelta(seconds=1))
    assert scene.client.post(path, who=scene.reporter).get_json()["urges"] == 2
    assert scene.client.post(path, who=scene.manager).status_code == 403


@pytest.mark.row("REP-02")
def test_a_step_seen_too_late_is_refused(scene: Scene) -> None:
    order = scene.open()
    scene.accept(order)
    stale = scene.step(order, scene.manager, "reject", note="不在范围", seen_steps=order["steps_taken"])
    assert (stale.status_code, stale.get_json()["code"]) == (409, "work_order_moved")


def test_the_same_key_takes_a_step_once_and_other_content_is_refused(scene: Scene) -> None:
    order = scene.open()
    key = fresh_key()
    first = scene.step(order, scene.manager, "ask", note="请说明几层", key=key)
    again = scene.step(order, scene.manager, "ask", note="请说明几层", key=key)
    assert first.get_json() == again.get_json()
    other = scene.step(order, scene.manager, "reject", note="不是我们的", key=key)
    assert (other.status_code, other.get_json()["code"]) == (409, "key_reused")


@pytest.mark.row("REP-07")
def test_a_matter_of_the_operator_is_handed_over_reminded_and_answered(scene: Scene, sweep: Callable[[], int]) -> None:
    order = scene.open(scene.at_common_part(category="water"))
    accepted = scene.must(
        order, scene.dispatcher, "accept", scope="professional_operator", scope_reason="供水管网归供水公司"
    )
    assert accepted["proposed_payer"] == "third_party"
    with_operator = scene.must(
        order, scene.dispatcher, "hand_over", operator="供水公司", operator_contact="96900", until_on="2026-11-25"
    )
    assert (with_operator["state"], with_operator["operator"]) == ("with_operator", "供水公司")
    scene.clock.set(datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC))  # 23:59:59 on the 24th in China
    sweep()
    assert scene.read(order, scene.manager).get_json()["timeline"][-1]["label"] == "转专营单位"
    scene.clock.advance(timedelta(seconds=1))
    sweep()
    sweep()
    labels = [line["label"] for line in scene.read(order, scene.manager).get_json()["timeline"]]
    assert labels[-2:] == ["转专营单位", "到期跟进提醒"]
    answered = scene.must(order, scene.dispatcher, "operator_answered", note="已派抢修队修复")
    assert (answered["state"], answered["operator_answer"]) == ("in_handling", "已派抢修队修复")


@pytest.mark.row("REP-02")
def test_the_order_says_which_steps_its_reader_may_take(scene: Scene) -> None:
    def offered(person: Person) -> dict[str, list[str]]:
        return {step["name"]: step["needs"] for step in scene.read(order, person).get_json()["next_steps"]}

    order = scene.open(scene.at_common_part())
    assert offered(scene.reporter) == {"withdraw": []}
    assert offered(scene.manager)["accept"] == ["scope", "scope_reason"]
    assert "withdraw" not in offered(scene.manager)
    assert offered(scene.neighbour) == {}
    scene.accept(order)
    scene.must(order, scene.manager, "assign", to_account_id=scene.repairer.account_id)
    assert set(offered(scene.repairer)) == {"take", "decline"}
    scene.must(order, scene.repairer, "take")
    photo = scene.photo(scene.repairer)
    scene.must(order, scene.repairer, "handled", note="修好了", photo_ids=[photo])
    # Nobody verifies their own work (REP-02).
    assert offered(scene.repairer) == {}
    assert {"verify", "send_back"} <= set(offered(scene.manager))


@pytest.mark.row("REP-01")
def test_who_sees_an_order_whole_sees_its_photos_and_neighbours_see_none(scene: Scene) -> None:
    before = scene.photo(scene.reporter)
    order = scene.open(scene.at_common_part(photo_ids=[before]))
    photos = f"{scene.orders}/{order['id']}/photos"
    assert [one["id"] for one in scene.client.get(photos, who=scene.manager).get_json()] == [before]
    assert scene.client.get(photos, who=scene.neighbour).get_json() == []
    assert scene.client.get(photos, who=scene.people.stranger()).status_code in {403, 404}


@pytest.mark.row("REP-04")
def test_the_open_orders_come_in_one_answer_overdue_first(scene: Scene, sweep: Callable[[], int]) -> None:
    late = scene.open(scene.at_common_part(text="楼道灯不亮"))
    scene.close(scene.open(scene.at_common_part(text="已经办完")))
    scene.clock.advance(timedelta(days=3))
    sweep()
    fresh = scene.open(scene.at_common_part(text="刚刚报的"))
    listed = scene.client.get(f"{scene.orders}/open", who=scene.again(scene.manager)).get_json()
    assert [(one["id"], one["overdue"]) for one in listed] == [(late["id"], True), (fresh["id"], False)]
    home = scene.open(scene.at_home())
    seen = scene.client.get(f"{scene.orders}/open", who=scene.again(scene.repairer)).get_json()
    assert home["id"] not in {one["id"] for one in seen}
    assert scene.client.get(f"{scene.orders}/open", who=scene.again(scene.neighbour)).status_code == 403


@pytest.mark.row("REP-09")
def test_an_answer_says_who_may_reply_to_a_rating_and_who_calls_back(scene: Scene) -> None:
    order = scene.open()
    scene.close(order)
    marks = {"speed": 1, "quality": 2, "attitude": 3, "text": "又灭了"}
    path = f"{scene.orders}/{order['id']}"
    assert scene.client.post(f"{path}/rating", json=marks, who=scene.again(scene.reporter)).status_code == 200

    def acts(who: Person) -> list[str]:
        return list(scene.client.get(path, who=scene.again(who)).get_json()["acts"])

    assert acts(scene.manager) == ["reply_to_rating"]
    assert acts(scene.community) == ["call_back"]
    assert acts(scene.reporter) == []
    said = {"text": "已回访"}
    assert scene.client.post(f"{path}/call-back", json=said, who=scene.again(scene.community)).status_code == 200
    assert acts(scene.community) == []
