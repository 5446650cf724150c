"""Rating once after closing, with reply and call-back (REP-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.work_orders.conftest import Scene

GOOD = {"speed": 5, "quality": 4, "attitude": 5, "text": "很快"}


@pytest.mark.row("REP-09")
def test_an_order_is_rated_once_by_its_reporter_after_closing(scene: Scene) -> None:
    order = scene.open()
    path = f"{scene.orders}/{order['id']}/rating"
    early = scene.client.post(path, json=GOOD, who=scene.reporter)
    assert (early.status_code, early.get_json()["code"]) == (409, "not_ratable")
    scene.close(order)
    assert scene.client.post(path, json=GOOD, who=scene.manager).status_code == 403
    assert scene.client.post(path, json={**GOOD, "speed": 6}, who=scene.reporter).status_code == 422
    rated = scene.client.post(path, json=GOOD, who=scene.reporter).get_json()
    assert (rated["rating"]["quality"], rated["call_back_waits"]) == (4, False)
    twice = scene.client.post(path, json=GOOD, who=scene.reporter)
    assert (twice.status_code, twice.get_json()["code"]) == (409, "already_rated")
    reply = scene.client.post(f"{path}/reply", json={"text": "谢谢"}, who=scene.manager).get_json()
    assert reply["rating"]["reply"] == "谢谢"
    assert scene.client.post(f"{path}/reply", json={"text": "再谢"}, who=scene.manager).status_code == 409
    figures = scene.client.get(f"{scene.orders}/figures?month=2026-11", who=scene.manager).get_json()
    assert (figures["rated"], figures["satisfaction_hundredths"], figures["closed_permille"]) == (1, 466, 1000)


@pytest.mark.row("REP-09")
def test_a_low_mark_becomes_a_call_back_of_the_community(scene: Scene) -> None:
    order = scene.open()
    scene.close(order)
    low = {"speed": 2, "quality": 4, "attitude": 5}
    assert scene.client.post(f"{scene.orders}/{order['id']}/rating", json=low, who=scene.reporter).status_code == 200
    queue = f"/v1/units/{scene.world.community.id}/held-work-orders"
    waiting = scene.client.get(queue, who=scene.community).get_json()["items"]
    assert [line["id"] for line in waiting] == [order["id"]]
    path = f"{scene.orders}/{order['id']}/call-back"
    assert scene.client.post(path, json={"text": "没问题"}, who=scene.manager).status_code == 403
    called = scene.client.post(path, json={"text": "来得太慢，已道歉"}, who=scene.community).get_json()
    assert called["call_back_waits"] is False
    assert scene.client.get(queue, who=scene.community).get_json()["items"] == []
    assert scene.client.post(path, json={"text": "再打"}, who=scene.community).status_code == 409
    assert scene.must(order, scene.reporter, "reopen", note="又不亮了")["loop"] == 2
