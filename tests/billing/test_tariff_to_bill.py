"""With the real tariffs: a period from an approved tariff to a bill whose working a resident can check by hand."""

from __future__ import annotations

import pytest

from tests.tariffs.conftest import PARKING, SERVICE, office

__all__ = ["office"]

pytestmark = pytest.mark.row("FEE-01")


def run(office, kind: str = "service", period: str = "2026-11") -> dict:
    begun = office.client.post(office.path("bill-runs"), json={"period": period, "kind": kind}, who=office.manager)
    assert begun.status_code == 201, begun.json
    return dict(begun.json)


def publish(office, run_id: str):
    return office.client.post(office.path(f"bill-runs/{run_id}/publication"), who=office.manager)


def test_an_approved_tariff_becomes_a_bill_with_its_working(office, people, world) -> None:
    tariff = office.in_force(SERVICE)
    assert run(office)["tally"]["fen"] == 2 * (5192 + 3000)
    assert publish(office, "2026-11_service").json["issued"]["rooms"] == 4
    owner = people.resident(world.estate, room_id=office.rooms[0].id)
    own = office.client.get(office.path(f"rooms/{office.rooms[0].id}/bills"), who=owner).json
    (line,) = own["open"][0]["lines"]
    assert (line["fen"], line["tariff_id"]) == (5192, tariff["id"])
    assert "86.53㎡" in line["basis"]
    assert "0.60元" in line["basis"]


def test_a_room_that_lost_its_area_stops_the_run_and_is_named(office) -> None:
    office.in_force(SERVICE)
    room = office.rooms[1]
    path = office.path(f"rooms/{room.id}")
    assert office.client.patch(path, json={"version": 0, "area": None}, who=office.manager).status_code == 200
    assert run(office)["tally"]["problems"] == 1
    refused = publish(office, "2026-11_service")
    assert (refused.status_code, refused.json["code"]) == (409, "bill_run_has_problems")
    assert refused.json["detail"] == {"problems": 1, "rooms": [room.label]}


def test_a_tariff_that_changes_after_the_preview_sends_it_back_to_the_desk(office) -> None:
    first = office.in_force(SERVICE)
    run(office, period="2026-12")
    ended = office.step(first["id"], "end", office.manager, last_on="2026-12-15", reason="调价")
    assert ended.status_code == 200, ended.json
    office.in_force({**SERVICE, "valid_from": "2026-12-16", "pricing": {"method": "area_price", "price": 9000}})
    refused = publish(office, "2026-12_service")
    assert (refused.status_code, refused.json["code"]) == (409, "bill_run_stale")
    # Fifteen days at 0.60 and sixteen at 0.90 yuan: 86.53 x 23.4 / 31 = 65.316, 50 x 23.4 / 31 = 37.742.
    assert run(office, period="2026-12")["tally"]["fen"] == 2 * (6532 + 3774)


@pytest.mark.row("FEE-05")
def test_parking_is_a_bill_of_its_own_and_rooms_without_a_space_get_none(office) -> None:
    office.in_force(PARKING)
    made = run(office, "parking")
    assert (made["tally"]["rooms"], made["tally"]["without"]) == (0, 4)
    refused = publish(office, "2026-11_parking")
    assert (refused.status_code, refused.json["code"]) == (409, "nothing_to_bill")
