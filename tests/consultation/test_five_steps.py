"""说 议 理 晒 评: five dated stages, none skipped, everybody reads who did what (VOT-03, story S7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.kernel.access import Role
from tests.consultation.conftest import code
from tests.world import build_world

DAYS = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-12-04"]
"""A stage a day, then seven days of rating: our default."""


@pytest.mark.row("VOT-03", "VOT-05")
def test_a_topic_goes_through_five_dated_stages_with_three_signatures(consulting) -> None:
    topic_id = consulting.proposed()
    consulting.wait(days=1)
    for number in range(1, 6):
        answer = consulting.support(topic_id, number)
    assert (answer.json["stage"], answer.json["stage_label"], answer.json["supporters"]) == ("discuss", "议", 5)
    action_id = consulting.discussed(topic_id)
    consulting.wait(days=1)
    assert consulting.resolve(topic_id, action_id).json["topic"]["stage"] == "handle"
    task_id = consulting.task(topic_id).json["tasks"][0]["id"]
    consulting.step(topic_id, f"tasks/{task_id}/completion", {"note": "灯已装好"}, Role.MANAGER)
    consulting.wait(days=1)
    consulting.step(topic_id, "completion", {"note": "全部完成"}, Role.MANAGER)
    consulting.wait(days=1)
    shown = consulting.publish(topic_id)
    assert (shown.json["result"]["cost_fen"], len(shown.json["result"]["photo_ids"])) == (358_050, 1)
    for number, mark in ((1, 5), (2, 4), (3, 3)):
        assert consulting.rate(topic_id, number, mark).status_code == 200
    consulting.wait(days=7)

    read = consulting.read(topic_id)
    gone = [(one["label"], one["began_at"][:10], one["ended_at"][:10]) for one in read["passages"]]
    assert gone == list(zip("说议理晒评", DAYS[:-1], DAYS[1:], strict=True))
    assert [(line["number"], line["label"]) for line in read["lines"]] == list(
        enumerate(
            ["发起", "附议达到户数", "形成决议", "分派任务", "完成任务", "办理完成", "公布结果", "评议通过"], start=1
        )
    )
    assert all(line["by_name"] and line["at"] for line in read["lines"])
    assert (read["topic"]["stage"], read["figures"]) == ("closed", {"count": 3, "total": 12, "counts": [0, 0, 1, 1, 1]})
    signed = consulting.client.get(
        f"{consulting.estate}/joint-actions/{read['joint_action_id']}", who=consulting.who(Role.TENANT)
    ).json
    assert [party["signed"] for party in signed["action"]["parties"]] == [True] * 3


STEPS_OF = {
    "say": {"take-up", "withdrawal"},
    "discuss": {"ballot", "resolution"},
    "handle": {"responsible", "tasks", "completion"},
    "show": {"result"},
    "rate": set(),
}
"""Which steps people take in a stage, as the requirement tells it."""


@pytest.mark.row("VOT-03")
@pytest.mark.parametrize("stage", STEPS_OF)
def test_no_stage_is_skipped(consulting, stage) -> None:
    roads = {
        "say": consulting.proposed,
        "discuss": consulting.discussing,
        "handle": consulting.handling,
        "show": consulting.showing,
        "rate": consulting.rating,
    }
    topic_id = roads[stage]()
    elsewhere = consulting.discussed(consulting.discussing())
    consulting.knows_ballot("bal_1", "路灯意见征求")
    bodies = {
        "withdrawal": {"reason": "暂不需要"},
        "take-up": {"reason": "多户反映"},
        "ballot": {"ballot_id": "bal_1"},
        "resolution": {"resolution": "加装", "joint_action_id": elsewhere, "responsible": {"name": "李工"}},
        "responsible": {"name": "王工"},
        "tasks": {"text": "再装一盏", "due_on": "2026-12-01", "responsible": {"name": "张师傅"}},
        "completion": {"note": "全部完成"},
        "result": {"text": "已完成", "cost_fen": 0, "photo_ids": ["photo_x"]},
    }
    for step in set(bodies) - STEPS_OF[stage]:
        who = Role.OWNER if step == "withdrawal" else Role.COMMITTEE
        assert code(consulting.step(topic_id, step, bodies[step], who)) == (409, "illegal_transition"), step
    if stage != "say":
        assert code(consulting.support(topic_id, 9)) == (409, "consultation_support_over")
    if stage != "rate":
        assert code(consulting.rate(topic_id, 1, 5)) == (409, "consultation_rating_over")
    assert consulting.stored(topic_id).stage == stage


def test_proposing_twice_with_one_key_is_one_topic(consulting) -> None:
    first = consulting.propose(key="propose-once")
    again = consulting.propose(key="propose-once")
    assert (again.status_code, again.json) == (201, first.json)
    assert code(consulting.propose(key="propose-once", title="别的事情")) == (409, "consultation_key_reused")
    items = consulting.client.get(consulting.path, who=consulting.who(Role.TENANT)).json["items"]
    assert [item["id"] for item in items] == [first.json["topic"]["id"]]


@pytest.mark.parametrize("role", [Role.TENANT, Role.BUILDING_HEAD, Role.COMMITTEE, Role.COMMUNITY])
def test_any_resident_and_those_who_speak_for_them_propose(consulting, role) -> None:
    assert consulting.propose(role).status_code == 201


@pytest.mark.row("VOT-03")
def test_a_proposal_names_a_place_and_an_order_of_the_estate_and_no_other(consulting, container) -> None:
    order = consulting.order()
    foreign = consulting.order(build_world(container))
    place = {"label": "3号楼1单元门前"}
    made = consulting.propose(work_order_id=order, place=place)
    assert (made.status_code, made.json["work_order_id"], made.json["place"]["label"]) == (201, order, "3号楼1单元门前")
    assert code(consulting.propose(work_order_id=foreign)) == (404, "consultation_link_unknown")
    for name in ("building_id", "facility_id"):
        unknown = consulting.propose(place={**place, name: "nowhere_1"})
        assert code(unknown) == (404, "consultation_link_unknown")
    assert consulting.propose(place={**place, "room_id": "room_1"}).status_code == 422, (
        "nothing inside a home is public"
    )


def test_lists_show_all_topics_or_those_of_one_stage_newest_first(consulting) -> None:
    first = consulting.discussing()
    consulting.clock.advance(timedelta(minutes=1))
    second = consulting.proposed()
    owner = consulting.who(Role.OWNER)

    def listed(query: str) -> list[str]:
        return [one["id"] for one in consulting.client.get(f"{consulting.path}{query}", who=owner).json["items"]]

    assert listed("") == [second, first]
    assert (listed("?stage=say"), listed("?stage=discuss"), listed("?stage=rate")) == ([second], [first], [])
    assert consulting.client.get(f"{consulting.path}?stage=nothing", who=owner).status_code == 422


def test_a_proposer_withdraws_what_nobody_took_up_and_nobody_else_does(consulting) -> None:
    topic_id = consulting.proposed()
    reason = {"reason": "已经解决"}
    assert code(consulting.step(topic_id, "withdrawal", reason, Role.TENANT)) == (403, "consultation_not_proposer")
    done = consulting.step(topic_id, "withdrawal", reason, Role.OWNER, key="withdraw-once")
    assert (done.json["topic"]["stage"], done.json["lines"][-1]["text"]) == ("withdrawn", "已经解决")
    again = consulting.step(topic_id, "withdrawal", reason, Role.OWNER, key="withdraw-once")
    assert again.json == done.json
    assert code(consulting.support(topic_id, 1)) == (409, "consultation_support_over")
    assert code(consulting.step(topic_id, "words", {"text": "为什么撤回"}, Role.TENANT)) == (409, "consultation_over")


@pytest.mark.row("VOT-03")
def test_a_discussion_names_a_ballot_that_the_estate_has(consulting) -> None:
    consulting.knows_ballot("bal_1", "路灯意见征求")
    topic_id = consulting.discussing()
    linked = consulting.step(topic_id, "ballot", {"ballot_id": "bal_1"}, key="ballot-once")
    assert linked.json["ballot"] == {"id": "bal_1", "title": "路灯意见征求"}
    assert consulting.step(topic_id, "ballot", {"ballot_id": "bal_1"}, key="ballot-once").json == linked.json
    unknown = consulting.step(topic_id, "ballot", {"ballot_id": "bal_2"})
    assert code(unknown) == (404, "consultation_ballot_unknown")


def test_a_ballot_that_the_room_of_ballots_does_not_know_is_not_found(consulting) -> None:
    answer = consulting.step(consulting.discussing(), "ballot", {"ballot_id": "bal_1"})
    assert code(answer) == (404, "consultation_ballot_unknown")


def test_a_foreign_topic_and_a_missing_one_are_the_same(consulting, container, people) -> None:
    topic_id = consulting.proposed()
    abroad = build_world(container)
    neighbour = people.resident(abroad.estate)
    path = f"/v1/estates/{abroad.estate.id}/consultations"
    foreign = consulting.client.get(f"{path}/{topic_id}", who=neighbour)
    missing = consulting.client.get(f"{path}/consult_unknown", who=neighbour)
    assert code(foreign) == code(missing) == (404, "consultation_unknown")


def test_settings_are_ours_until_committee_or_community_set_them(consulting) -> None:
    path = f"{consulting.estate}/consultation-settings"
    ours = {"supporters": 5, "rating_days": 7, "bar_tenths": 30, "fewest_ratings": 3}
    assert consulting.client.get(path, who=consulting.who(Role.TENANT)).json == {**ours, "set_by": None}
    old = consulting.proposed()
    wanted = {"supporters": 2, "rating_days": 3, "bar_tenths": 35, "fewest_ratings": 1}
    refused = consulting.client.put(path, json=wanted, who=consulting.who(Role.MANAGER))
    assert code(refused) == (403, "consultation_company_does_not_convene")
    for who in (Role.COMMITTEE, Role.COMMUNITY):
        answer = consulting.client.put(path, json=wanted, who=consulting.who(who))
        assert (answer.status_code, answer.json["supporters"], bool(answer.json["set_by"])) == (200, 2, True)
    new = consulting.proposed()
    consulting.support(old, 1)
    consulting.support(new, 1)
    assert consulting.support(old, 2).json["stage"] == "say", "proposed under the old number"
    assert consulting.support(new, 2).json["stage"] == "discuss"
