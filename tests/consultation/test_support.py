"""Neighbours support a topic: one voice a room, taken back while it is in 说, counted when they meet (VOT-03)."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.access import Role
from tests.consultation.conftest import code
from tests.neighbours import MeetInTheMiddle, at_once


@pytest.mark.row("VOT-03")
def test_five_rooms_take_a_topic_to_discussion_and_four_do_not(consulting) -> None:
    topic_id = consulting.proposed()
    stages = [consulting.support(topic_id, number).json["stage"] for number in range(1, 6)]
    assert stages == ["say"] * 4 + ["discuss"], "our default: five rooms"
    line = consulting.read(topic_id)["lines"][-1]
    assert (line["name"], line["by_name"]) == ("gather", "邻居附议")
    assert code(consulting.support(topic_id, 6)) == (409, "consultation_support_over")


@pytest.mark.row("VOT-03")
def test_a_room_supports_once_whoever_of_it_taps_how_often(consulting) -> None:
    topic_id, family = consulting.proposed(), consulting.people.resident(consulting.world.estate, Role.FAMILY, "room_1")
    counts = [
        consulting.support(topic_id, 1).json["supporters"],
        consulting.support(topic_id, 1).json["supporters"],
        consulting.support(topic_id, 1, family).json["supporters"],
        consulting.support(topic_id, 2).json["supporters"],
    ]
    assert counts == [1, 1, 1, 2]


@pytest.mark.row("VOT-03")
def test_support_is_taken_back_while_a_topic_is_in_its_first_step(consulting) -> None:
    topic_id = consulting.proposed()
    consulting.support(topic_id, 1)
    consulting.support(topic_id, 2)
    path, neighbour = f"{consulting.path}/{topic_id}/supporters/room_1", consulting.neighbour(1)
    for _ in range(2):
        taken = consulting.client.delete(path, who=neighbour)
        assert (taken.status_code, taken.json["supporters"], taken.json["supported"]) == (200, 1, False)
    assert consulting.support(topic_id, 1).json["supported"] is True
    consulting.step(topic_id, "take-up", {"reason": "多户反映"})
    assert code(consulting.client.delete(path, who=neighbour)) == (409, "consultation_support_over")


def test_one_supports_with_ones_own_room_and_not_ones_own_topic(consulting) -> None:
    topic_id = consulting.proposed()
    assert code(consulting.support(topic_id, 2, consulting.neighbour(1))) == (404, "consultation_room_unknown")
    assert code(consulting.support(topic_id, 1, consulting.who(Role.COMMITTEE))) == (404, "consultation_room_unknown")
    path = f"{consulting.path}/{topic_id}/supporters/room_test"
    assert code(consulting.client.put(path, who=consulting.who(Role.OWNER))) == (409, "consultation_own_topic")
    assert consulting.read(topic_id)["topic"]["supporters"] == 0
    path = f"{consulting.path}/consult_unknown/supporters/room_1"
    assert code(consulting.client.put(path, who=consulting.neighbour(1))) == (404, "consultation_unknown")


@pytest.mark.row("VOT-03")
def test_committee_and_community_take_a_topic_up_with_a_reason_the_company_does_not(consulting) -> None:
    for role in (Role.COMMITTEE, Role.COMMUNITY):
        topic_id = consulting.proposed()
        company = consulting.step(topic_id, "take-up", {"reason": "我们来办"}, Role.MANAGER)
        assert code(company) == (403, "consultation_company_does_not_convene")
        assert consulting.step(topic_id, "take-up", {"reason": ""}, role).status_code == 422
        taken = consulting.step(topic_id, "take-up", {"reason": "多户反映"}, role, key="take-up-once")
        assert (taken.json["topic"]["stage"], taken.json["lines"][-1]["text"]) == ("discuss", "多户反映")
        again = consulting.step(topic_id, "take-up", {"reason": "多户反映"}, role, key="take-up-once")
        assert again.json == taken.json, "sent twice, taken up once"
        other = consulting.step(topic_id, "take-up", {"reason": "别的原因"}, role, key="take-up-once")
        assert code(other) == (409, "consultation_key_reused")


@pytest.mark.row("VOT-03")
def test_neighbours_who_tap_at_the_same_moment_are_all_counted_and_the_step_is_taken_once(consulting) -> None:
    topic_id = consulting.proposed()
    for number in range(1, 4):
        consulting.support(topic_id, number)
    store = consulting.container._consultation_store
    store.commit = MeetInTheMiddle(store.commit, {"support_topic"}, 2)
    fourth, fifth = consulting.neighbour(4), consulting.neighbour(5)
    answers = at_once(lambda: consulting.support(topic_id, 4, fourth), lambda: consulting.support(topic_id, 5, fifth))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted(answer.json["supporters"] for answer in answers) == [4, 5]
    read = consulting.read(topic_id)
    assert [line["name"] for line in read["lines"]] == ["propose", "gather"]
    assert (read["topic"]["stage"], read["topic"]["supporters"]) == ("discuss", 5)


@pytest.mark.row("VOT-03")
def test_two_of_one_room_at_the_same_moment_are_one_voice(consulting) -> None:
    topic_id, estate = consulting.proposed(), consulting.world.estate
    store = consulting.container._consultation_store
    store.commit = MeetInTheMiddle(store.commit, {"support_topic"}, 2)
    owner, family = consulting.neighbour(1), consulting.people.resident(estate, Role.FAMILY, "room_1")
    answers = at_once(lambda: consulting.support(topic_id, 1, owner), lambda: consulting.support(topic_id, 1, family))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert consulting.read(topic_id)["topic"]["supporters"] == 1


def test_taking_up_and_the_last_support_at_the_same_moment_are_one_step(consulting) -> None:
    topic_id = consulting.proposed()
    for number in range(1, 5):
        consulting.support(topic_id, number)
    store = consulting.container._consultation_store
    store.commit = MeetInTheMiddle(store.commit, {"support_topic", "consultation_take_up"}, 2)
    fifth, committee = consulting.neighbour(5), consulting.who(Role.COMMITTEE)
    answers = at_once(
        lambda: consulting.support(topic_id, 5, fifth),
        lambda: consulting.step(topic_id, "take-up", {"reason": "多户反映"}, committee),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert [line["stage"] for line in consulting.read(topic_id)["lines"]] == ["say", "discuss"]
