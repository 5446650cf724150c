"""理 and 晒: somebody answers, tasks are done until their day, the result is shown with photos and cost (VOT-03)."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.access import Role
from tests.consultation.conftest import code
from tests.neighbours import MeetInTheMiddle, at_once


@pytest.mark.row("VOT-03")
def test_a_topic_is_done_only_when_there_were_tasks_and_all_are_done(consulting) -> None:
    topic_id, order = consulting.handling(), consulting.order()
    note = {"note": "全部完成"}
    assert code(consulting.step(topic_id, "completion", note)) == (409, "consultation_tasks_unfinished")
    first = consulting.task(topic_id, work_order_id=order).json["tasks"][0]["id"]
    second = consulting.task(topic_id).json["tasks"][1]["id"]
    done = consulting.step(topic_id, f"tasks/{first}/completion", {"note": "已采购"}, Role.MANAGER)
    task = done.json["tasks"][0]
    assert (task["done"], task["note"], task["done_at"][:10], task["work_order_id"]) == (
        True,
        "已采购",
        "2026-11-23",
        order,
    )
    early = consulting.step(topic_id, "completion", note)
    assert code(early) == (409, "consultation_tasks_unfinished")
    assert early.json["detail"]["tasks"] == [second]
    consulting.step(topic_id, f"tasks/{second}/completion", {"note": "已安装"}, Role.MANAGER)
    assert consulting.step(topic_id, "completion", note).json["topic"]["stage"] == "show"


def test_a_task_is_given_once_and_done_once(consulting) -> None:
    topic_id = consulting.handling()
    given = consulting.task(topic_id, key="task-once-1")
    assert (given.status_code, consulting.task(topic_id, key="task-once-1").json) == (201, given.json)
    assert code(consulting.task(topic_id, key="task-once-1", text="别的任务")) == (409, "consultation_key_reused")
    path = f"tasks/{given.json['tasks'][0]['id']}/completion"
    done = consulting.step(topic_id, path, {"note": "已装好"}, Role.MANAGER, key="done-once-1")
    assert consulting.step(topic_id, path, {"note": "已装好"}, Role.MANAGER, key="done-once-1").json == done.json
    assert code(consulting.step(topic_id, path, {"note": "又装了"}, Role.MANAGER)) == (409, "consultation_task_done")
    unknown = consulting.step(topic_id, "tasks/ctask_unknown/completion", {"note": "已装好"}, Role.MANAGER)
    assert code(unknown) == (404, "consultation_task_unknown")


def test_what_is_refused_of_a_task(consulting) -> None:
    topic_id = consulting.handling()
    assert code(consulting.task(topic_id, due_on="2026-11-22")) == (422, "consultation_task_day_wrong")
    assert consulting.task(topic_id, due_on="2026-11-23").status_code == 201, "today is early enough"
    unknown = consulting.task(topic_id, work_order_id="wo_unknown")
    assert code(unknown) == (404, "consultation_link_unknown")
    stranger = {"name": "路人", "account_id": consulting.people.stranger().account_id}
    assert code(consulting.task(topic_id, responsible=stranger)) == (404, "consultation_responsible_unknown")
    answers = [consulting.task(topic_id).status_code for _ in range(20)]
    assert answers == [201] * 19 + [409], "twenty tasks a round"


def test_a_task_is_reported_by_who_has_it_answers_for_the_topic_or_leads(consulting) -> None:
    repairer, guard = consulting.who(Role.REPAIRER), consulting.who(Role.GUARD)
    patroller = consulting.who(Role.PATROLLER)
    topic_id = consulting.handling()
    consulting.step(topic_id, "responsible", {"name": "保安队长", "account_id": guard.account_id})
    given = {"name": "张师傅", "account_id": repairer.account_id}
    ids = [consulting.task(topic_id, responsible=given).json["tasks"][-1]["id"] for _ in range(3)]

    def done(number: int, who) -> object:
        return consulting.step(topic_id, f"tasks/{ids[number]}/completion", {"note": "已装好"}, who)

    for outsider in (patroller, consulting.who(Role.OWNER)):
        assert code(done(0, outsider)) == (403, "consultation_task_of_others")
    assert [done(0, repairer).status_code, done(1, guard).status_code, done(2, Role.COMMUNITY).status_code] == [200] * 3


def test_a_topic_always_has_somebody_responsible_once_it_is_resolved(consulting) -> None:
    topic_id = consulting.discussing()
    action_id = consulting.discussed(topic_id)
    nobody = consulting.resolve(topic_id, action_id, responsible={"name": ""})
    assert nobody.status_code == 422
    assert consulting.resolve(topic_id, action_id).json["responsible"] == "李工"
    changed = consulting.step(topic_id, "responsible", {"name": "王工"}, Role.COMMUNITY, key="assign-once")
    assert (changed.json["responsible"], changed.json["lines"][-1]["responsible"]) == ("王工", "王工")
    again = consulting.step(topic_id, "responsible", {"name": "王工"}, Role.COMMUNITY, key="assign-once")
    assert again.json == changed.json
    assert [line["responsible"] for line in again.json["lines"] if line["name"] == "resolve"] == ["李工"]


@pytest.mark.row("VOT-03")
def test_a_late_task_is_marked_once_after_its_day_and_stays_open(consulting) -> None:
    topic_id = consulting.handling()
    consulting.task(topic_id, due_on="2026-11-24")
    consulting.wait(days=1, seconds=14 * 3600 - 1)
    assert not consulting.stored(topic_id).tasks[0].told_late, "a second before midnight of the 24th in China"
    consulting.wait(seconds=1)
    late = consulting.stored(topic_id)
    assert late.tasks[0].told_late
    consulting.wait(days=1)
    assert consulting.stored(topic_id) == late, "told once"
    read = consulting.read(topic_id)
    assert [task["late"] for task in read["tasks"]] == [True]
    done = consulting.step(topic_id, f"tasks/{late.tasks[0].id}/completion", {"note": "补完"}, Role.MANAGER)
    assert [task["late"] for task in done.json["tasks"]] == [False]


@pytest.mark.row("VOT-03")
def test_a_result_is_shown_with_photos_and_cost_to_all_residents(consulting) -> None:
    topic_id = consulting.showing()
    bare = consulting.publish(topic_id, photo_ids=[])
    assert (code(bare), bare.json["detail"]["missing"]) == ((422, "input_missing"), ["photo_ids"])
    foreign = consulting.publish(topic_id, photo_ids=[consulting.photo(consulting.who(Role.OWNER))])
    assert foreign.status_code == 404, "somebody else's photo"
    photo_id = consulting.photo(consulting.who(Role.MANAGER))
    shown = consulting.publish(topic_id, photo_ids=[photo_id], key="publish-once")
    assert consulting.publish(topic_id, photo_ids=[photo_id], key="publish-once").json == shown.json
    for role in (Role.OWNER, Role.TENANT, Role.FAMILY):
        read = consulting.read(topic_id, role)
        assert read["result"] == {"text": "两盏路灯已亮", "cost_fen": 358_050, "photo_ids": [photo_id]}
        assert [photo["id"] for photo in read["photos"]] == [photo_id]


def test_two_tasks_reported_at_the_same_moment_do_not_swallow_each_other(consulting) -> None:
    topic_id = consulting.handling()
    ids = [consulting.task(topic_id).json["tasks"][-1]["id"] for _ in range(2)]
    store, manager = consulting.container._consultation_store, consulting.who(Role.MANAGER)
    commit = store.commit
    store.commit = MeetInTheMiddle(commit, {"consultation_do_task"}, 2)

    def done(number: int):
        return consulting.step(topic_id, f"tasks/{ids[number]}/completion", {"note": "已装好"}, manager)

    answers = at_once(lambda: done(0), lambda: done(1))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    store.commit = commit
    loser = 0 if answers[0].status_code == 409 else 1
    assert code(answers[loser]) == (409, "consultation_moved")
    assert done(loser).status_code == 200
    assert [task["done"] for task in consulting.read(topic_id)["tasks"]] == [True, True]


def test_one_request_delivered_twice_at_the_same_moment_is_one_step(consulting) -> None:
    topic_id = consulting.handling()
    store = consulting.container._consultation_store
    store.commit = MeetInTheMiddle(store.commit, {"consultation_add_task"}, 2)
    consulting.who(Role.MANAGER)
    answers = at_once(*[lambda: consulting.task(topic_id, key="task-twice-1")] * 2)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(consulting.read(topic_id)["tasks"]) == 1
