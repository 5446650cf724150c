"""评: one mark a room until the time is over; an average below the bar sends the topic back to 议 (VOT-03)."""

from __future__ import annotations

import pytest

from miniprogram_api.consultation.refusals import ConsultationMoved
from miniprogram_api.kernel.access import Role
from tests.consultation.conftest import code
from tests.neighbours import MeetInTheMiddle, at_once


@pytest.mark.row("VOT-03")
@pytest.mark.parametrize(
    ("marks", "stage", "number"),
    [
        ((3, 3, 3), "closed", 1),  # 9 of 3: exactly 3.0 is not below
        ((2, 3, 3), "discuss", 2),  # 8 of 3: 2.67
        ((1, 1), "closed", 1),  # two rooms are fewer than three
        ((), "closed", 1),
        ((5, 1, 2, 3), "discuss", 2),  # 11 of 4: 2.75
    ],
)
def test_an_average_below_three_of_at_least_three_rooms_sends_a_topic_back(consulting, marks, stage, number) -> None:
    topic_id = consulting.rating()
    for room, mark in enumerate(marks, start=1):
        assert consulting.rate(topic_id, room, mark).status_code == 200
    consulting.wait(days=7, seconds=-1)
    assert consulting.read(topic_id)["topic"]["stage"] == "rate", "a second before seven days"
    consulting.wait(seconds=1)
    read = consulting.read(topic_id)
    assert (read["topic"]["stage"], read["topic"]["round"]) == (stage, number)
    last = read["lines"][-1]
    assert (last["figures"]["count"], last["figures"]["total"], last["round"]) == (len(marks), sum(marks), 1)


@pytest.mark.row("VOT-03")
def test_a_topic_that_was_sent_back_goes_through_all_steps_again_and_history_stays(consulting) -> None:
    topic_id = consulting.rating()
    first_action = consulting.read(topic_id)["joint_action_id"]
    for room in (1, 2, 3):
        consulting.rate(topic_id, room, 1)
    consulting.wait(days=7)
    back = consulting.read(topic_id)
    gone = {name: back[name] for name in ("resolution", "joint_action_id", "responsible", "result", "terms", "figures")}
    assert set(gone.values()) == {None}
    assert (back["tasks"], back["lines"][-1]["label"]) == ([], "退回再议")
    old = consulting.resolve(topic_id, first_action)
    assert code(old) == (409, "consultation_not_discussed_together"), "the discussion of the round before"
    second = consulting.record(topic_id, held_on="2026-11-30").json["action"]["id"]
    for party in ("community", "committee", "company"):
        consulting.sign(second, party)
    assert consulting.resolve(topic_id, second).status_code == 200
    task_id = consulting.task(topic_id).json["tasks"][0]["id"]
    consulting.step(topic_id, f"tasks/{task_id}/completion", {"note": "重装"}, Role.MANAGER)
    consulting.step(topic_id, "completion", {"note": "全部完成"}, Role.MANAGER)
    assert consulting.publish(topic_id).status_code == 200
    unrated = consulting.client.get(f"{consulting.path}/{topic_id}/ratings/room_1", who=consulting.neighbour(1))
    assert code(unrated) == (404, "consultation_rating_unknown"), "each round is rated anew"
    consulting.rate(topic_id, 1, 5)
    consulting.wait(days=7)
    read = consulting.read(topic_id)
    assert [(one["round"], one["label"]) for one in read["passages"]] == [
        (1, "说"), (1, "议"), (1, "理"), (1, "晒"), (1, "评"), (2, "议"), (2, "理"), (2, "晒"), (2, "评"),
    ]  # fmt: skip
    assert [line["figures"]["total"] for line in read["lines"] if line["figures"]] == [3, 5]
    assert [line["cost_fen"] for line in read["lines"] if line["cost_fen"] is not None] == [358_050, 358_050]


@pytest.mark.row("VOT-03")
def test_a_room_has_one_mark_that_it_may_change(consulting) -> None:
    topic_id = consulting.rating()
    family = consulting.people.resident(consulting.world.estate, Role.FAMILY, "room_1")
    path = f"{consulting.path}/{topic_id}/ratings/room_1"
    assert code(consulting.client.get(path, who=family)) == (404, "consultation_rating_unknown")
    for mark, who in ((1, None), (1, None), (2, family), (5, None)):
        assert consulting.rate(topic_id, 1, mark, who).json["mark"] == mark
    assert consulting.client.get(path, who=family).json["mark"] == 5
    assert consulting.rate(topic_id, 1, 6).status_code == 422
    assert consulting.rate(topic_id, 1, 0).status_code == 422
    assert code(consulting.rate(topic_id, 2, 5, family)) == (404, "consultation_room_unknown")
    consulting.wait(days=7)
    assert consulting.read(topic_id)["figures"] == {"count": 1, "total": 5, "counts": [0, 0, 0, 0, 1]}


def test_marks_are_not_shown_while_residents_rate(consulting) -> None:
    topic_id = consulting.rating()
    consulting.rate(topic_id, 1, 1)
    assert consulting.read(topic_id)["figures"] is None


@pytest.mark.row("VOT-03")
def test_no_mark_is_taken_when_the_time_is_over_swept_or_not(consulting) -> None:
    topic_id = consulting.rating()
    consulting.clock.advance(consulting.stored(topic_id).terms.until - consulting.clock())
    assert consulting.read(topic_id)["takes_ratings"] is False
    assert code(consulting.rate(topic_id, 1, 1)) == (409, "consultation_rating_over")


def test_the_terms_of_a_rating_are_those_of_the_day_the_result_was_published(consulting) -> None:
    path, strict = f"{consulting.estate}/consultation-settings", {"rating_days": 2, "bar_tenths": 45}
    body = {"supporters": 5, "fewest_ratings": 1, **strict}
    consulting.client.put(path, json=body, who=consulting.who(Role.COMMITTEE))
    topic_id = consulting.rating()
    consulting.client.put(path, json={**body, "bar_tenths": 10}, who=consulting.who(Role.COMMITTEE))
    consulting.rate(topic_id, 1, 4)
    consulting.wait(days=2)
    assert consulting.read(topic_id)["topic"]["stage"] == "discuss", "4.0 is below the 4.5 of that day"


@pytest.mark.row("VOT-03")
def test_a_mark_that_arrives_while_the_marks_are_counted_is_refused_and_not_lost_in_silence(consulting) -> None:
    topic_id = consulting.rating()
    for room in (1, 2):
        consulting.rate(topic_id, room, 1)
    rated, store = consulting.stored(topic_id), consulting.container._consultation_store
    commit, neighbour = store.commit, consulting.neighbour(3)

    def counted_first(act) -> None:
        """The mark was given in time and found everything open; then the clock was faster."""
        store.commit = commit
        if act.verb == "rate_topic":
            consulting.container.consultation_sweep._end_rating(rated, rated.terms.until)
        commit(act)

    store.commit = counted_first
    assert code(consulting.rate(topic_id, 3, 1, neighbour)) == (409, "consultation_rating_over")
    assert consulting.read(topic_id)["figures"] == {"count": 2, "total": 2, "counts": [2, 0, 0, 0, 0]}
    assert len(store.all_ratings(rated)) == 2


def test_counting_that_was_cut_off_goes_on_with_the_next_run(consulting) -> None:
    topic_id = consulting.rating()
    for room in (1, 2, 3):
        consulting.rate(topic_id, room, 1)
    store = consulting.container._consultation_store
    commit, until = store.commit, consulting.stored(topic_id).terms.until

    def cut(act) -> None:
        if act.verb == "judge_topic":
            raise ConsultationMoved
        commit(act)

    store.commit = cut
    consulting.clock.set(until)
    consulting.container.consultation_sweep.sweep(until)
    topic = consulting.stored(topic_id)
    assert (topic.stage, topic.rating_over) == ("rate", True)
    store.commit = commit
    consulting.wait()
    assert consulting.read(topic_id)["topic"]["stage"] == "discuss"


def test_two_of_a_room_who_rate_at_the_same_moment_leave_one_mark(consulting) -> None:
    topic_id = consulting.rating()
    owner = consulting.neighbour(1)
    family = consulting.people.resident(consulting.world.estate, Role.FAMILY, "room_1")
    store = consulting.container._consultation_store
    store.commit = MeetInTheMiddle(store.commit, {"rate_topic"}, 2)
    answers = at_once(lambda: consulting.rate(topic_id, 1, 5, owner), lambda: consulting.rate(topic_id, 1, 2, family))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {code(answer) for answer in answers if answer.status_code == 409} == {(409, "consultation_rating_met")}
