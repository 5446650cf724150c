"""Who is told: taken up, your turn to sign, a task and its lateness, the result, sent back; nobody twice."""

from __future__ import annotations

import pytest

from miniprogram_api.consultation.notices import joint_notices, notices
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import NoticeKind
from miniprogram_api.storage import consultation_keys


def told(before, after) -> dict[str, set[object]]:
    """Whom a change reaches, by title: an account, a room, or roles."""
    found: dict[str, set[object]] = {}
    for notice in notices(before, after):
        assert notice.kind is NoticeKind.CONSULTATION
        to = notice.to
        found.setdefault(notice.title, set()).add(to.account_id or to.room_id or to.roles)
    return found


LEADERS = frozenset({Role.COMMITTEE, Role.MANAGER, Role.COMMUNITY})


@pytest.mark.row("VOT-03")
def test_a_topic_that_is_taken_up_reaches_who_proposed_supports_and_leads(consulting) -> None:
    topic_id = consulting.proposed()
    assert notices(None, consulting.stored(topic_id)) == ()
    consulting.support(topic_id, 1)
    before = consulting.stored(topic_id)
    consulting.step(topic_id, "take-up", {"reason": "多户反映"})
    owner = consulting.who(Role.OWNER).account_id
    assert told(before, consulting.stored(topic_id)) == {"议题进入商议": {LEADERS, owner, "room_1"}}


@pytest.mark.row("VOT-03")
def test_who_is_responsible_has_a_task_or_is_late_is_told_once(consulting) -> None:
    topic_id = consulting.handling()
    manager, repairer = consulting.who(Role.MANAGER).account_id, consulting.who(Role.REPAIRER).account_id
    states = [consulting.stored(topic_id)]

    def seen() -> dict[str, set[object]]:
        states.append(consulting.stored(topic_id))
        return told(states[-2], states[-1])

    consulting.step(topic_id, "responsible", {"name": "王经理", "account_id": manager})
    assert seen() == {"协商议题由您负责": {manager}}
    consulting.task(topic_id, due_on="2026-11-23", responsible={"name": "张师傅", "account_id": repairer})
    assert seen() == {"协商任务": {repairer}}
    consulting.wait(days=1)
    assert seen() == {"协商任务超期": {repairer, manager, frozenset({Role.COMMUNITY})}}
    consulting.wait(days=1)
    assert seen() == {}


@pytest.mark.row("VOT-03")
def test_result_and_return_reach_those_who_wait_for_them(consulting) -> None:
    topic_id = consulting.showing()
    before = consulting.stored(topic_id)
    consulting.publish(topic_id)
    rated = consulting.stored(topic_id)
    owner = consulting.who(Role.OWNER).account_id
    assert told(before, rated) == {"办理结果已公布": {LEADERS, owner}}
    for number in (1, 2, 3):
        consulting.rate(topic_id, number, 1)
    consulting.wait(days=7)
    assert told(rated, consulting.stored(topic_id)) == {"议题退回再议": {LEADERS, owner}}


@pytest.mark.row("VOT-05")
def test_the_three_parties_are_told_of_their_turn_to_sign_and_of_the_third_signature(consulting) -> None:
    estate_id = consulting.world.estate.id
    action_id = consulting.record(None).json["action"]["id"]
    states = [consulting.container.joint_actions.access_action_by_id(estate_id, action_id)]
    (first,) = joint_notices(None, states[0])
    assert (first.title, first.to.roles, first.to.estate_id) == ("三方联议待签署", LEADERS, estate_id)
    titles = []
    for party in ("community", "committee", "company"):
        consulting.sign(action_id, party)
        states.append(consulting.container.joint_actions.access_action_by_id(estate_id, action_id))
        titles.append([notice.title for notice in joint_notices(states[-2], states[-1])])
    assert titles == [[], [], ["三方联议已完成"]]


def test_the_messages_arrive_and_who_is_reached_twice_reads_once(consulting, desk) -> None:
    topic_id, estate_id = consulting.proposed(), consulting.world.estate.id
    topic_key = consultation_keys.consultation(estate_id, topic_id)
    before = desk.item(topic_key)
    consulting.step(topic_id, "take-up", {"reason": "多户反映"}, Role.COMMUNITY)
    for _ in range(2):
        desk.follow(before, desk.item(topic_key))
    action_id = consulting.record(topic_id).json["action"]["id"]
    desk.follow(None, desk.item(consultation_keys.joint_action(estate_id, action_id)))
    read = {
        role: [title for title, _ in desk.inbox(consulting.who(role))]
        for role in (Role.OWNER, Role.COMMITTEE, Role.COMMUNITY, Role.TENANT)
    }
    both = ["三方联议待签署", "议题进入商议"]
    assert (read[Role.OWNER], sorted(read[Role.COMMITTEE]), sorted(read[Role.COMMUNITY])) == (
        ["议题进入商议"],
        sorted(both),
        sorted(both),
    )
    assert read[Role.TENANT] == [], "nobody loops over residents"
