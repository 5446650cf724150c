"""A shared cost is split to the last fen, confirmed by a second person, and charged once (FEE-04)."""

from __future__ import annotations

import pytest

from tests.tariffs.conftest import SERVICE

pytestmark = pytest.mark.row("FEE-04")

POWER = {
    "code": "shared_power",
    "label": "公摊电费",
    "kind": "utility",
    "pricing": {"method": "shared"},
    "valid_from": "2026-01-01",
    "basis": "物业服务合同第七条",
}


@pytest.fixture
def enter(office, desk):
    """Enter the public electricity of building 2 in November."""

    def entering(key="share-key-1", photo_id=None, **changed):
        photo_id = photo_id or desk.accepted(office.clerk, office.estate_id)
        cost = {
            "kind": "utility",
            "charge": "shared_power",
            "label": "2号楼公共电费",
            "period": "2026-11",
            "total_fen": 10_001,
            "by": "area",
            "photo_ids": [photo_id],
            "buildings": [office.rooms[2].building_id],
        }
        return office.client.post(office.path("shared-costs"), json={**cost, **changed}, who=office.clerk, key=key)

    return entering


def step(office, cost, name, who, **body):
    path = office.path(f"shared-costs/{cost['period']}/{cost['id']}/{name}")
    return office.client.post(path, json=body or None, who=who)


def parts(office, cost, building_id):
    path = office.path(f"shared-costs/{cost['period']}/{cost['id']}?building_id={building_id}")
    return office.client.get(path, who=office.clerk).json["parts"]


def test_the_parts_sum_to_the_invoice_and_stand_on_bills_once_confirmed(office, enter) -> None:
    office.in_force(POWER)
    entered = enter()
    assert (entered.status_code, entered.json["rooms"], entered.json["state"]) == (201, 2, "entered")
    big, small = office.rooms[2:]
    # 10001 x 8653/13653 = 6338.46.., 10001 x 5000/13653 = 3662.53..: the fen left over goes to the larger remainder
    assert parts(office, entered.json, big.building_id) == {big.id: 6338, small.id: 3663}
    assert office.charges(big, "utility")["lines"] == []
    assert step(office, entered.json, "confirmation", office.manager).json["state"] == "confirmed"
    lines = [office.charges(room, "utility")["lines"] for room in office.rooms]
    assert [line[0]["fen"] if line else 0 for line in lines] == [0, 0, 6338, 3663]
    assert lines[2][0]["basis"] == "2026年11月 2号楼公共电费共100.01元，按建筑面积分摊；本户分摊 63.38元"
    assert office.charges(big, "utility", "2026-12")["lines"] == []
    assert office.charges(big, "service")["lines"] == []


def test_who_entered_it_does_not_confirm_it(office, enter, desk) -> None:
    office.in_force(POWER)
    photo = desk.accepted(office.manager, office.estate_id)
    office.clerk, office.manager = office.manager, office.clerk
    entered = enter(photo_id=photo).json
    assert step(office, entered, "confirmation", office.clerk).json["code"] == "same_person_refused"


def test_the_whole_estate_bears_a_cost_by_room(office, enter) -> None:
    office.in_force(POWER)
    entered = enter(by="room", buildings=[], total_fen=10).json
    assert entered["rooms"] == 4
    both = {building: parts(office, entered, building) for building in entered["buildings"]}
    shares = sorted(fen for own in both.values() for fen in own.values())
    assert shares == [2, 2, 3, 3]


def test_by_usage_every_meter_must_be_read(office, enter) -> None:
    office.in_force(POWER)
    refused = enter(by="usage", meter="electricity")
    assert (refused.status_code, refused.json["code"]) == (409, "usage_unknown")
    assert refused.json["detail"]["rooms"] == [room.label for room in office.rooms[2:]]
    assert enter(by="usage", key="share-key-2").json["code"] == "nothing_to_share_by"


def test_by_area_every_room_must_have_one(office, enter) -> None:
    office.in_force(POWER)
    room = office.rooms[3]
    path = office.path(f"rooms/{room.id}")
    assert office.client.patch(path, json={"version": 0, "area": None}, who=office.manager).status_code == 200
    refused = enter()
    assert (refused.status_code, refused.json["code"]) == (409, "area_missing")
    assert refused.json["detail"]["rooms"] == [room.label]
    assert enter(by="room", key="share-key-2").status_code == 201


def test_without_a_tariff_for_it_nothing_is_shared(office, enter) -> None:
    office.in_force(SERVICE)
    assert enter().json["code"] == "charge_not_offered"
    assert enter(charge="service_base", kind="service", key="share-key-2").json["code"] == "charge_not_offered"


def test_the_same_request_is_one_cost_and_a_confirmed_one_is_not_withdrawn(office, enter, desk) -> None:
    office.in_force(POWER)
    photo = desk.accepted(office.clerk, office.estate_id)
    first = enter(photo_id=photo).json
    assert enter(photo_id=photo).json == first
    assert enter(photo_id=photo, total_fen=20_000).json["code"] == "shared_cost_moved"
    assert len(office.client.get(office.path("shared-costs?period=2026"), who=office.clerk).json["items"]) == 1
    step(office, first, "confirmation", office.manager)
    refused = step(office, first, "withdrawal", office.clerk, reason="录错")
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")


def test_a_cost_of_a_quarter_is_on_no_bill_of_a_month(office, enter) -> None:
    office.in_force(POWER)
    entered = enter(period="2026-Q4").json
    step(office, entered, "confirmation", office.manager)
    room = office.rooms[2]
    assert office.charges(room, "utility", "2026-10")["lines"] == []
    assert office.charges(room, "utility", "2026-Q4")["total_fen"] == 6338
