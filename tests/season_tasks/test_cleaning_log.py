"""What was cleaned and disinfected, for everybody of the estate to read (REP-15)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.kernel.access import Role
from tests.photos.conftest import jpeg_with_place

pytestmark = pytest.mark.row("REP-15")

LINE = {"kind": "disinfection", "area": "2号楼电梯", "method": "84 消毒液擦拭"}


def log(client, who, estate_id: str, once: str = "clean-key-1", **changed):
    return client.post(f"/v1/estates/{estate_id}/cleaning-log", json={**LINE, **changed}, who=who, key=once)


def read(client, who, estate_id: str) -> list[dict]:
    return list(client.get(f"/v1/estates/{estate_id}/cleaning-log", who=who).json["items"])


def test_residents_read_area_method_person_time_and_photo_newest_first(client, world, people, desk, clock) -> None:
    estate_id, worker = world.estate.id, people.staff(world.estate, Role.GUARD)
    photo_id = desk.accepted(worker, estate_id)
    assert log(client, worker, estate_id, photo_ids=[photo_id]).status_code == 201
    clock.advance(timedelta(hours=1))
    log(client, worker, estate_id, "clean-key-2", kind="garbage", area="东门垃圾站", method="清运")
    newest, first = read(client, people.resident(world.estate), estate_id)
    assert (newest["kind_label"], newest["area"]) == ("垃圾清运", "东门垃圾站")
    assert (first["kind_label"], first["area"], first["method"]) == ("消杀", "2号楼电梯", "84 消毒液擦拭")
    assert first["by_name"].startswith("测试")
    assert first["at"] == "2026-11-23T02:00:00Z"
    assert first["photos"][0]["links"]["small"].startswith("http")


def test_a_line_sent_twice_stands_once_even_a_while_later(client, world, people, desk, clock) -> None:
    estate_id, worker = world.estate.id, people.staff(world.estate, Role.GUARD)
    photo_id = desk.ask(worker, estate_id, jpeg_with_place())["photo_id"]
    first = log(client, worker, estate_id, photo_ids=[photo_id])
    clock.advance(timedelta(seconds=7))
    again = log(client, worker, estate_id, photo_ids=[photo_id])
    assert (again.status_code, again.json["id"]) == (201, first.json["id"])
    other = log(client, worker, estate_id, area="别处")
    assert (other.status_code, other.json["code"]) == (409, "season_key_reused")
    assert len(read(client, worker, estate_id)) == 1


def test_a_finished_disinfection_task_is_a_line_of_the_log(client, world, people, desk) -> None:
    estate_id, worker = world.estate.id, people.staff(world.estate, Role.REPAIRER)
    body = {"kind": "disinfection", "due_at": "2026-11-23T18:00:00+08:00"}
    task_id = client.post(
        f"/v1/estates/{estate_id}/season-tasks", json=body, who=people.staff(world.estate), key="task-key-1"
    ).json["task"]["id"]
    photos = [desk.ask(worker, estate_id, jpeg_with_place())["photo_id"] for _ in range(2)]
    path = f"/v1/estates/{estate_id}/season-tasks/{task_id}"
    client.post(f"{path}/start", json={"photo_ids": photos[:1]}, who=worker)
    vague = client.post(f"{path}/finish", json={"photo_ids": photos[1:]}, who=worker)
    assert (vague.status_code, vague.json["code"]) == (422, "cleaning_log_incomplete")
    assert read(client, worker, estate_id) == []
    done = {"photo_ids": photos[1:], "area": "全部楼道", "method": "喷洒"}
    assert client.post(f"{path}/finish", json=done, who=worker).status_code == 200
    (line,) = read(client, people.resident(world.estate), estate_id)
    assert (line["kind"], line["area"], [photo["id"] for photo in line["photos"]]) == (
        "disinfection",
        "全部楼道",
        photos[1:],
    )
