"""Assigning, grabbing, the rota, third parties; and two people at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from miniprogram_api.kernel.access import Role
from tests.work_orders.conftest import Scene, fresh_key

VENDOR = {
    "name": "平房管道疏通", "licence_no": "91230100MA1TEST00X", "contact_name": "赵师傅",
    "contact_phone": "13900000000",
    "services": ["septic"], "prices": [{"item": "化粪池清掏", "unit": "次", "fen": 80000}],
}  # fmt: skip


def at_once(*acts: Any) -> list[Any]:
    """Let several people act at the same moment."""
    gate = threading.Barrier(len(acts))
    answers: list[Any] = []

    def run(act: Any) -> None:
        gate.wait()
        answers.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.row("REP-02")
def test_of_two_who_act_at_once_exactly_one_wins(scene: Scene) -> None:
    second = scene.people.staff(scene.world.estate, Role.REPAIRER)
    for _ in range(5):
        order = scene.open()
        scene.accept(order)
        answers = at_once(
            lambda: scene.step(order, scene.repairer, "grab"),  # noqa: B023  run before the next turn
            lambda: scene.step(order, second, "grab"),  # noqa: B023
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        (loser,) = (answer.get_json() for answer in answers if answer.status_code == 409)
        assert loser["code"] in {"work_order_moved", "illegal_transition"}
        assert "刷新" in loser["message"]
        assert scene.read(order, scene.manager).get_json()["steps_taken"] == 3


@pytest.mark.row("REP-01")
def test_the_same_request_twice_at_once_opens_one_order(scene: Scene) -> None:
    key = fresh_key()
    answers = at_once(lambda: scene.post_order(key=key), lambda: scene.post_order(key=key))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()


@pytest.mark.row("REP-06")
def test_neighbours_who_follow_at_once_are_all_kept(scene: Scene) -> None:
    order = scene.open()
    followers = [scene.people.resident(scene.world.estate) for _ in range(3)]
    path = f"{scene.orders}/{order['id']}/follow"
    answers = at_once(*[lambda one=one: scene.client.put(path, who=one) for one in followers])
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert scene.read(order, scene.manager).get_json()["followers"] == 3


@pytest.mark.row("REP-06")
def test_the_rota_gives_the_job_to_whoever_holds_fewest(scene: Scene) -> None:
    other = scene.people.staff(scene.world.estate, Role.REPAIRER)
    names = {}
    for person in (scene.repairer, other):
        names[person.account_id] = scene.client.get("/v1/me", who=person).get_json()["display_name"]
    given = []
    for _ in range(4):
        order = scene.open()
        scene.accept(order)
        given.append(scene.must(order, scene.dispatcher, "rotate")["handler"])
    assert sorted(given[:2]) == sorted(names.values())
    assert sorted(given[2:]) == sorted(names.values())


@pytest.mark.row("REP-06")
def test_an_assignment_is_declined_with_a_reason_by_the_assignee_alone(scene: Scene) -> None:
    order = scene.open()
    scene.accept(order)
    scene.must(order, scene.dispatcher, "assign", to_account_id=scene.repairer.account_id)
    assert scene.step(order, scene.people.staff(scene.world.estate, Role.GUARD), "take").status_code == 403
    assert scene.step(order, scene.repairer, "decline").status_code == 422
    declined = scene.must(order, scene.repairer, "decline", note="今天请假")
    assert (declined["state"], declined["holder"]) == ("accepted", "项目经理、调度")
    nobody = scene.step(order, scene.dispatcher, "assign", to_account_id=scene.neighbour.account_id)
    assert (nobody.status_code, nobody.get_json()["code"]) == (422, "staff_unknown")


@pytest.mark.row("REP-06")
def test_a_third_party_worker_sees_and_does_one_job_by_its_link(scene: Scene) -> None:
    vendors = f"/v1/estates/{scene.world.estate.id}/vendors"
    vendor = scene.client.post(vendors, json=VENDOR, who=scene.manager, key="vendor-key-1").get_json()
    assert scene.client.post(vendors, json=VENDOR, who=scene.manager, key="vendor-key-1").get_json() == vendor
    order = scene.open(scene.at_common_part(category="septic", text="化粪池满了", contact="13812345678"))
    scene.accept(order)
    key = fresh_key()
    sent = scene.step(order, scene.dispatcher, "send_vendor", key=key, vendor_id=vendor["id"]).get_json()
    token = sent["job_token"]
    again = scene.step(order, scene.dispatcher, "send_vendor", key=key, vendor_id=vendor["id"]).get_json()
    assert again["job_token"] == token
    worker = scene.people.stranger()
    job = scene.client.get(f"/v1/jobs/{token}", who=worker)
    assert job.get_json()["estate_id"] == scene.world.estate.id
    assert job.get_json()["text"] == "化粪池满了"
    assert "138" not in job.get_data(as_text=True)
    other = token[:-1] + ("1" if token[-1] == "0" else "0")
    assert scene.client.get(f"/v1/jobs/{other}", who=worker).status_code == 404
    assert scene.read(order, worker).status_code == 404
    note = {"note": "车已到", "photo_ids": [scene.photo(worker)]}
    assert scene.client.post(f"/v1/jobs/{token}/notes", json=note, who=worker, key="job-note-1").status_code == 200
    bare = scene.client.post(f"/v1/jobs/{token}/handled", json={"note": "清掏完成"}, who=worker, key="job-done-0")
    assert bare.status_code == 422
    done = {"note": "清掏完成", "photo_ids": [scene.photo(worker)]}
    handled = scene.client.post(f"/v1/jobs/{token}/handled", json=done, who=worker, key="job-done-1")
    assert handled.get_json()["state"] == "handled"
    timeline = scene.read(order, scene.manager).get_json()["timeline"]
    assert [(line["label"], line["by"]) for line in timeline[-2:]] == [
        ("第三方说明", VENDOR["name"]), ("处置完成", VENDOR["name"]),
    ]  # fmt: skip
    assert scene.step(order, scene.dispatcher, "verify", note="看过").status_code == 403
    scene.must(order, scene.manager, "verify", note="看过")
    scene.must(order, scene.manager, "register", note="清掏一次", payer="maintenance_fund", payer_reason="业主同意")
    scene.must(order, scene.reporter, "confirm")
    assert scene.client.get(f"/v1/jobs/{token}", who=worker).status_code == 404
    rating = {"speed": 5, "quality": 4, "attitude": 4}
    scene.client.post(f"{scene.orders}/{order['id']}/rating", json=rating, who=scene.reporter)
    listed = scene.client.get(vendors, who=scene.manager).get_json()["items"]
    assert [(one["rated"], one["rating_hundredths"]) for one in listed] == [(1, 433)]


@pytest.mark.row("REP-08")
def test_scope_and_payer_are_kept_with_their_reasons(scene: Scene) -> None:
    order = scene.open()
    refused = scene.step(order, scene.dispatcher, "accept", scope="government_task")
    assert refused.get_json()["detail"]["missing"] == ["scope_reason"]
    accepted = scene.must(order, scene.dispatcher, "accept", scope="government_task", scope_reason="文明创建")
    assert (accepted["scope"], accepted["scope_reason"]) == ("government_task", "文明创建")
    path = f"{scene.orders}/figures?month=2026-11"
    assert scene.client.get(path, who=scene.manager).get_json()["by_scope"] == {"government_task": 1}


@pytest.mark.row("REP-06")
def test_who_chooses_sees_how_many_each_has_in_hand(scene: Scene) -> None:
    order = scene.open()
    scene.accept(order)
    scene.must(order, scene.dispatcher, "assign", to_account_id=scene.repairer.account_id)
    hands = scene.client.get(f"{scene.orders}/hands", who=scene.dispatcher).get_json()
    held = {one["account_id"]: (one["roles"], one["open_orders"]) for one in hands}
    assert held[scene.repairer.account_id] == (["repairer"], 1)
    assert held[scene.manager.account_id] == (["manager"], 0)
    assert hands[-1]["account_id"] == scene.repairer.account_id
    assert scene.client.get(f"{scene.orders}/hands", who=scene.repairer).status_code == 403
