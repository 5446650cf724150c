"""A day of snow: ordered for one estate or for all below a unit, done with photos at both ends (REP-14)."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from miniprogram_api.estates.store import ESTATE
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.season_tasks import service
from miniprogram_api.season_tasks.notices import notices
from miniprogram_api.storage import keys
from miniprogram_api.storage.transaction import Transaction
from tests.photos.conftest import jpeg_with_place

pytestmark = pytest.mark.row("REP-14")

SNOW = {"kind": "snow", "text": "主路和单元门口", "due_at": "2026-11-23T14:00:00+08:00"}
"""Four hours after the tests' Monday 10:00."""


def order(client, who, estate_id: str, once: str = "snow-key-1", **changed):
    return client.post(f"/v1/estates/{estate_id}/season-tasks", json={**SNOW, **changed}, who=who, key=once)


def step(client, who, estate_id: str, task_id: str, name: str, **body):
    return client.post(f"/v1/estates/{estate_id}/season-tasks/{task_id}/{name}", json=body, who=who)


def more_estates(container, world, count: int) -> list[str]:
    made = []
    for number in range(count):
        estate = replace(
            world.estate, id=new_id("est", container.clock()), name=f"小区{number}", locator=f"L{number:05d}"
        )
        act = Transaction("system", "test_setup", container.clock())
        act.add(ESTATE, estate)
        container.table.commit(act)
        made.append(estate.id)
    return made


def stored(container, estate_id: str, task_id: str):
    return container.season_tasks.get_task(estate_id, task_id)


def test_snow_is_cleared_with_photos_and_the_hours_are_counted(client, world, people, desk, clock) -> None:
    estate_id = world.estate.id
    manager, worker = people.staff(world.estate), people.staff(world.estate, Role.REPAIRER)
    task = order(client, manager, estate_id).json["task"]
    before_photo, after_photo = desk.accepted(worker, estate_id), desk.accepted(worker, estate_id)
    clock.advance(timedelta(minutes=20))
    begun = step(client, worker, estate_id, task["id"], "start", photo_ids=[before_photo])
    assert (begun.status_code, begun.json["task"]["state"]) == (200, "started")
    clock.advance(timedelta(minutes=70))
    step(client, worker, estate_id, task["id"], "finish", photo_ids=[after_photo], note="已清完")
    resident = people.resident(world.estate)
    shown = client.get(f"/v1/estates/{estate_id}/season-tasks/{task['id']}", who=resident).json
    assert (shown["task"]["state_label"], shown["task"]["minutes_to_done"], shown["task"]["late"]) == (
        "已完成",
        90,
        False,
    )
    assert [photo["id"] for photo in shown["started"]["photos"]] == [before_photo]
    assert shown["finished"]["photos"][0]["links"]["full"].startswith("http")


def test_no_step_is_skipped_repeated_or_taken_without_a_photo(client, world, people, desk) -> None:
    estate_id, worker = world.estate.id, people.staff(world.estate, Role.REPAIRER)
    task_id = order(client, people.staff(world.estate), estate_id).json["task"]["id"]
    photo, other = (desk.ask(worker, estate_id, jpeg_with_place())["photo_id"] for _ in range(2))
    early = step(client, worker, estate_id, task_id, "finish", photo_ids=[photo])
    assert (early.status_code, early.json["code"]) == (409, "illegal_transition")
    assert step(client, worker, estate_id, task_id, "start", photo_ids=[]).status_code == 422
    first = step(client, worker, estate_id, task_id, "start", photo_ids=[photo])
    again = step(client, worker, estate_id, task_id, "start", photo_ids=[photo])
    assert (again.status_code, again.json) == (200, first.json)
    second = step(client, worker, estate_id, task_id, "start", photo_ids=[other])
    assert (second.status_code, second.json["code"]) == (409, "illegal_transition")
    used = step(client, worker, estate_id, task_id, "finish", photo_ids=[photo])
    assert (used.status_code, used.json["code"]) == (404, "photo_not_yours"), "the photo from before proves no finish"


def test_two_workers_begin_at_once_and_one_does(client, world, people, desk) -> None:
    estate_id = world.estate.id
    task_id = order(client, people.staff(world.estate), estate_id).json["task"]["id"]
    workers = [people.staff(world.estate, Role.REPAIRER) for _ in range(3)]
    photos = [desk.ask(worker, estate_id, jpeg_with_place())["photo_id"] for worker in workers]

    def begin(number: int) -> int:
        return step(client, workers[number], estate_id, task_id, "start", photo_ids=[photos[number]]).status_code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(begin, range(3))) == [200, 409, 409]


def test_an_official_reaches_every_estate_below_once(client, world, people, container) -> None:
    estate_ids = {world.estate.id, *more_estates(container, world, 4)}
    official = people.official(world.street)
    path = f"/v1/units/{world.street.id}/season-orders"
    first = client.post(path, json=SNOW, who=official, key="snow-key-1")
    assert (first.status_code, first.json["reached"], first.json["complete"]) == (201, 5, True)
    again = client.post(path, json=SNOW, who=official, key="snow-key-1")
    assert again.json == first.json
    tasks = client.get(f"{path}/{first.json['id']}/tasks?limit=100", who=official).json["items"]
    assert sorted(task["estate_id"] for task in tasks) == sorted(estate_ids)
    other = client.post(path, json={**SNOW, "kind": "flood"}, who=official, key="snow-key-1")
    assert (other.status_code, other.json["code"]) == (409, "season_key_reused")
    sideways = client.get(f"/v1/units/{world.community.id}/season-orders/{first.json['id']}/tasks", who=official)
    assert sideways.status_code == 404


def test_a_large_order_goes_on_by_the_clock_and_survives_a_crash(
    client, world, people, container, clock, monkeypatch
) -> None:
    estate_ids = {world.estate.id, *more_estates(container, world, 10)}
    monkeypatch.setattr(service, "ESTATES_AT_ONCE", 2)
    official = people.official(world.district)
    path = f"/v1/units/{world.district.id}/season-orders"
    given = client.post(path, json=SNOW, who=official, key="snow-key-1").json
    assert (given["reached"], given["complete"]) == (6, False)
    given_task, calls = container.season_tasks._give, []

    def crash(*arguments):
        calls.append(given_task(*arguments))
        raise SystemError("the machine stopped")

    with monkeypatch.context() as broken:
        broken.setattr(container.season_tasks, "_give", crash)
        with pytest.raises(SystemError):
            container.season_tasks.sweep(clock())
    assert len(calls) == 1
    container.season_tasks.sweep(clock())
    (shown,) = client.get(path, who=official).json["items"]
    assert (shown["reached"], shown["complete"]) == (11, True)
    tasks = client.get(f"{path}/{given['id']}/tasks?limit=100", who=official).json["items"]
    assert sorted(task["estate_id"] for task in tasks) == sorted(estate_ids), "each estate has its one task"


def test_a_signed_cursor_that_no_longer_holds_begins_again(
    client, world, people, container, clock, monkeypatch
) -> None:
    more_estates(container, world, 7)
    monkeypatch.setattr(service, "ESTATES_AT_ONCE", 2)
    official = people.official(world.district)
    path = f"/v1/units/{world.district.id}/season-orders"
    given = client.post(path, json=SNOW, who=official, key="snow-key-1").json
    found = container.season_tasks.get_order(world.district.id, given["id"])
    act = Transaction("system", "test_setup", clock())
    act.change(service.ORDER, found, replace(found, cursor="AAAA"))
    container.table.commit(act)
    for _ in range(2):
        container.season_tasks.sweep(clock())
    (shown,) = client.get(path, who=official).json["items"]
    assert (shown["reached"], shown["complete"]) == (8, True)


def test_who_is_late_is_told_of_once_and_who_ordered_it_too(client, world, people, container, clock) -> None:
    manager = people.staff(world.estate)
    task_id = order(client, manager, world.estate.id).json["task"]["id"]
    before = stored(container, world.estate.id, task_id)
    clock.advance(timedelta(hours=4) - timedelta(seconds=1))
    container.season_tasks.sweep(clock())
    assert not stored(container, world.estate.id, task_id).told_late
    clock.advance(timedelta(seconds=1))
    container.season_tasks.sweep(clock())
    after = stored(container, world.estate.id, task_id)
    told = notices(before, after)
    assert [(notice.title, notice.to.account_id) for notice in told] == [
        ("清雪超时", None),
        ("清雪超时", manager.account_id),
    ]
    assert "11月23日 14:00" in told[0].text
    container.season_tasks.sweep(clock())
    assert stored(container, world.estate.id, task_id) == after
    assert notices(after, after) == ()


def test_the_desk_hears_of_the_order_and_the_orderer_of_the_finish(client, world, people, desk, container) -> None:
    manager, worker = people.staff(world.estate), people.staff(world.estate, Role.REPAIRER)
    task_id = order(client, manager, world.estate.id).json["task"]["id"]
    ordered = stored(container, world.estate.id, task_id)
    (first,) = notices(None, ordered)
    assert (first.title, first.to.roles) == ("清雪任务", {Role.MANAGER, Role.DISPATCHER})
    desk.follow(None, desk.item(keys.season_task(world.estate.id, task_id)))
    assert desk.inbox(manager) == [("清雪任务", "请于11月23日 14:00前完成清雪。")]
    for name in ("start", "finish"):
        photo = desk.ask(worker, world.estate.id, jpeg_with_place())["photo_id"]
        step(client, worker, world.estate.id, task_id, name, photo_ids=[photo])
    (last,) = notices(ordered, stored(container, world.estate.id, task_id))
    assert (last.title, last.to.account_id) == ("清雪完成", manager.account_id)


def test_an_order_by_mistake_is_called_off_and_no_longer_late(client, world, people, container, clock) -> None:
    manager = people.staff(world.estate)
    task_id = order(client, manager, world.estate.id).json["task"]["id"]
    assert step(client, manager, world.estate.id, task_id, "cancellation", reason="").status_code == 422
    off = step(client, manager, world.estate.id, task_id, "cancellation", reason="雪停了")
    assert (off.json["task"]["state"], off.json["reason"]) == ("cancelled", "雪停了")
    clock.advance(timedelta(hours=5))
    container.season_tasks.sweep(clock())
    assert not stored(container, world.estate.id, task_id).told_late


def test_what_cannot_be_done_in_time_any_more_is_not_ordered(client, world, people) -> None:
    late = order(client, people.staff(world.estate), world.estate.id, due_at="2026-11-23T10:00:00+08:00")
    assert (late.status_code, late.json["code"]) == (422, "season_due_in_the_past")


def test_the_same_order_sent_twice_is_one_task(client, world, people) -> None:
    manager, once = people.staff(world.estate), secrets.token_hex(8)
    assert order(client, manager, world.estate.id, once).json == order(client, manager, world.estate.id, once).json
    other = order(client, manager, world.estate.id, once, text="别处")
    assert (other.status_code, other.json["code"]) == (409, "season_key_reused")
    listed = client.get(f"/v1/estates/{world.estate.id}/season-tasks", who=manager).json["items"]
    assert len(listed) == 1
