"""The upkeep of facilities: a record with photo, the next due date, the overdue list the committee sees (REP-12)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.kernel.access import Role
from tests.photos.conftest import jpeg_with_place

pytestmark = pytest.mark.row("REP-12")


@pytest.fixture
def tank(patrol) -> dict:
    body = {"kind": "septic_tank", "place": "2号楼北侧", "cycle_days": 90, "last_checked_on": "2026-08-24"}
    answer = patrol.client.post(patrol.path("facilities"), json=body, who=patrol.manager, key="facility-key-1")
    return dict(answer.json)


def due(patrol, who) -> list[str]:
    return [one["id"] for one in patrol.client.get(patrol.path("facilities-due"), who=who).json["items"]]


def record(patrol, tank: dict, who=None, **body):
    path = patrol.path(f"facilities/{tank['id']}/upkeep")
    return patrol.client.post(
        path, json={"version": tank["version"], "state": "in_use", **body}, who=who or patrol.patroller
    )


def test_upkeep_is_recorded_with_photo_and_due_again_a_cycle_later(patrol, desk, tank, people, clock) -> None:
    committee = people.neighbour(patrol.world.estate, Role.COMMITTEE)
    clock.advance(timedelta(minutes=1))
    assert tank["due_on"] == "2026-11-22", "90 days after 24 August"
    assert due(patrol, committee) == [tank["id"]]
    photo_id = desk.accepted(patrol.patroller, patrol.world.estate.id)
    done = record(patrol, tank, note="已清掏", photo_ids=[photo_id])
    assert (done.status_code, done.json["next_due_on"]) == (201, "2027-02-21")
    assert due(patrol, committee) == []
    path = patrol.path(f"facilities/{tank['id']}/upkeep")
    (line,) = patrol.client.get(path, who=committee).json["items"]
    assert (line["done_on"], line["note"], line["photos"][0]["state"]) == ("2026-11-23", "已清掏", "accepted")


def test_one_visit_is_recorded_once(patrol, tank) -> None:
    assert record(patrol, tank, note="一").status_code == 201
    again = record(patrol, tank, note="二")
    assert (again.status_code, again.json["code"]) == (409, "facility_changed")
    path = patrol.path(f"facilities/{tank['id']}/upkeep")
    assert [line["note"] for line in patrol.client.get(path, who=patrol.manager).json["items"]] == ["一"]


def test_a_record_with_a_photo_that_is_not_ones_own_changes_nothing(patrol, desk, tank) -> None:
    photo_id = desk.ask(patrol.manager, patrol.world.estate.id, jpeg_with_place())["photo_id"]
    refused = record(patrol, tank, photo_ids=[photo_id])
    assert (refused.status_code, refused.json["code"]) == (404, "photo_not_yours")
    shown = patrol.client.get(patrol.path(f"facilities/{tank['id']}"), who=patrol.manager).json
    assert (shown["due_on"], shown["version"]) == (tank["due_on"], tank["version"])
