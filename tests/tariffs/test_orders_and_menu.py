"""What households order beside the package (FEE-05, FEE-08), and the standards behind it (FEE-15)."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.access import Role
from tests.tariffs.conftest import PARKING, SERVICE

WINDOWS = {
    "code": "menu_windows",
    "label": "擦窗",
    "kind": "service",
    "pricing": {"method": "per_count", "price": 300_000, "unit": "次"},
    "valid_from": "2026-01-01",
    "basis": "菜单式收费方案",
    "decision": "2026年业主大会第3号决定",
    "frequency": "每月1次",
    "standard": "内外玻璃无水渍",
}
PACKAGE = {
    **SERVICE,
    "label": "三级服务套餐",
    "grade": "grade_3",
    "decision": "2026年业主大会第3号决定",
    "pricing": {
        "method": "grade_menu",
        "items": [
            {"item_id": "cleaning", "label": "楼道保洁", "price": 4000},
            {"item_id": "guarding", "label": "秩序维护", "price": 2000},
        ],
    },
}
STANDARD = {
    "valid_from": "2026-01-01",
    "document": "城市住宅物业服务等级标准（样例）",
    "items": [
        {
            "id": "cleaning",
            "name": "楼道保洁",
            "content": "楼道清扫、扶手擦拭",
            "frequency": "每日1次",
            "measure": "无明显垃圾",
            "proof": "保洁照片",
        },
        {
            "id": "guarding",
            "name": "秩序维护",
            "content": "门岗值守、巡逻",
            "frequency": "每2小时巡逻1次",
            "measure": "巡更点到位",
            "proof": "巡更记录",
        },
    ],
    "grades": [
        {"id": "grade_2", "label": "二级", "items": ["cleaning"]},
        {"id": "grade_3", "label": "三级", "items": ["cleaning", "guarding"]},
    ],
}


def order(office, who, room, charge, count=1, first_on="2026-12-01", kind="charge-orders", key="order-key-1", **more):
    body = {"charge": charge, "count": count, "first_on": first_on, **more}
    return office.client.post(office.path(f"rooms/{room.id}/{kind}"), json=body, who=who, key=key)


def end(office, who, room, order_id, last_on, kind="charge-orders"):
    path = office.path(f"rooms/{room.id}/{kind}/{order_id}/end")
    return office.client.post(path, json={"last_on": last_on}, who=who)


@pytest.mark.row("FEE-05")
def test_a_space_let_to_a_room_stands_on_its_parking_bill_and_not_on_that_of_service(office) -> None:
    office.in_force(SERVICE)
    office.in_force(PARKING)
    room, other = office.rooms[:2]
    let = order(office, office.clerk, room, "parking_open", 2, note="B12、B13")
    assert (let.status_code, let.json["kind"], let.json["note"]) == (201, "parking", "B12、B13")
    parking = office.charges(room, "parking", "2026-12")
    assert [(line["charge"], line["fen"]) for line in parking["lines"]] == [("parking_open", 30_000)]
    service = office.charges(room, "service", "2026-12")
    assert ([line["charge"] for line in service["lines"]], service["problems"]) == (["service_base"], [])
    assert office.charges(other, "parking", "2026-12")["lines"] == []


@pytest.mark.row("FEE-08")
def test_a_household_orders_from_the_menu_and_pays_package_and_items(office, people, world) -> None:
    office.in_force(PACKAGE)
    office.in_force(WINDOWS)
    room = office.rooms[0]
    owner = people.resident(world.estate, room_id=room.id)
    placed = order(office, owner, room, "menu_windows", 2, kind="menu-orders")
    assert (placed.status_code, placed.json["label"]) == (201, "擦窗")
    assert order(office, owner, room, "menu_windows", 2, kind="menu-orders").json == placed.json
    december = office.charges(room, period="2026-12")
    # 86.53 x 0.60 + 2 x 30
    assert (december["total_fen"], december["problems"]) == (5192 + 6000, [])
    listed = office.client.get(office.path(f"rooms/{room.id}/menu-orders"), who=owner)
    assert [one["id"] for one in listed.json["items"]] == [placed.json["id"]]


@pytest.mark.row("FEE-08")
def test_the_menu_shows_package_and_items_with_frequency_measure_and_the_decision(office, people, world) -> None:
    bureau = people.official(world.district)
    published = office.client.post(f"/v1/units/{world.district.id}/service-standards", json=STANDARD, who=bureau)
    assert published.status_code == 201, published.json
    office.in_force(PACKAGE)
    office.in_force(WINDOWS)
    menu = office.client.get(office.path("menu"), who=people.resident(world.estate)).json
    (package,), (option,) = menu["packages"], menu["options"]
    assert (package["price"], package["grade"], package["decision"]) == (6000, "grade_3", PACKAGE["decision"])
    assert [one["standard"]["frequency"] for one in package["items"]] == ["每日1次", "每2小时巡逻1次"]
    assert (option["price_words"], option["frequency"], option["standard"]) == (
        "30.00元/次·月",
        "每月1次",
        "内外玻璃无水渍",
    )
    undecided = office.draft(WINDOWS, decision="")
    assert (undecided.status_code, undecided.json["code"]) == (422, "decision_missing")


@pytest.mark.row("FEE-15")
def test_a_grade_is_a_set_of_quantified_items_and_a_package_holds_all_of_them(office, people, world) -> None:
    path, bureau = f"/v1/units/{world.district.id}/service-standards", people.official(world.district)
    assert (
        office.client.get(office.path("service-standard"), who=office.clerk).json["code"] == "service_standard_unknown"
    )
    office.client.post(path, json=STANDARD, who=bureau)
    shown = office.client.get(office.path("service-standard"), who=people.resident(world.estate, Role.TENANT)).json
    assert shown["items"] == STANDARD["items"]
    assert shown["grades"] == STANDARD["grades"]
    only_cleaning = {"method": "grade_menu", "items": PACKAGE["pricing"]["items"][:1]}
    lacking = office.draft(PACKAGE, pricing=only_cleaning)
    assert (lacking.status_code, lacking.json["code"]) == (422, "package_incomplete")
    assert office.draft(PACKAGE, pricing=only_cleaning, grade="grade_2").status_code == 201
    invented = {"method": "grade_menu", "items": [{"item_id": "pool", "label": "泳池", "price": 1}]}
    assert office.draft(PACKAGE, pricing=invented, grade="").json["code"] == "package_incomplete"


@pytest.mark.row("FEE-15")
def test_a_standard_is_never_edited_and_the_nearest_unit_counts(office, people, world) -> None:
    city, district = (f"/v1/units/{unit.id}/service-standards" for unit in (world.city, world.district))
    client, bureau = office.client, people.official(world.city)
    assert client.post(city, json=STANDARD, who=bureau).status_code == 201
    assert client.post(city, json=STANDARD, who=bureau).status_code == 201
    changed = {**STANDARD, "document": "另一文件"}
    assert client.post(city, json=changed, who=bureau).json["code"] == "service_standard_there"
    client.post(city, json={**changed, "valid_from": "2027-01-01"}, who=bureau)
    newest = client.get(city, who=bureau).json["items"]
    assert [one["valid_from"] for one in newest] == ["2027-01-01", "2026-01-01"]
    client.post(district, json={**STANDARD, "document": "区标准"}, who=people.official(world.district))
    assert client.get(office.path("service-standard"), who=office.clerk).json["document"] == "区标准"


@pytest.mark.parametrize("wrong", [{"items": STANDARD["items"][:1]}, {"grades": STANDARD["grades"] * 2}])
def test_a_standard_that_contradicts_itself_is_refused(office, people, world, wrong) -> None:
    path = f"/v1/units/{world.district.id}/service-standards"
    refused = office.client.post(path, json={**STANDARD, **wrong}, who=people.official(world.district))
    assert (refused.status_code, refused.json["code"]) == (422, "service_standard_unclear")


def test_residents_order_only_from_the_menu_and_only_for_their_own_room(office, people, world) -> None:
    office.in_force(PARKING)
    office.in_force(WINDOWS)
    own, other = office.rooms[:2]
    owner = people.resident(world.estate, room_id=own.id)
    assert order(office, owner, own, "parking_open", kind="menu-orders").json["code"] == "charge_not_offered"
    assert order(office, owner, other, "menu_windows", kind="menu-orders").json["code"] == "order_unknown"
    let = order(office, office.clerk, own, "parking_open").json
    assert end(office, owner, own, let["id"], "2026-12-31", "menu-orders").json["code"] == "order_unknown"
    listing = office.client.get(office.path(f"rooms/{other.id}/menu-orders"), who=owner)
    assert (listing.status_code, listing.json["code"]) == (404, "order_unknown")


def test_only_what_is_offered_on_the_day_to_this_room_can_be_ordered(office) -> None:
    here, elsewhere = office.rooms[0], office.rooms[2]
    office.in_force(PARKING, scope={"buildings": [here.building_id]}, valid_from="2026-12-10")
    office.in_force(SERVICE)
    assert order(office, office.clerk, here, "parking_open").json["code"] == "charge_not_offered"
    assert order(office, office.clerk, elsewhere, "parking_open", first_on="2026-12-10").status_code == 409
    assert order(office, office.clerk, here, "service_base").json["code"] == "charge_not_offered"
    assert order(office, office.clerk, here, "parking_open", first_on="2026-12-10").status_code == 201


def test_an_order_neither_begins_nor_ends_in_the_past(office) -> None:
    office.in_force(PARKING)
    room = office.rooms[0]
    assert order(office, office.clerk, room, "parking_open", first_on="2026-11-22").json["code"] == "order_backdated"
    let = order(office, office.clerk, room, "parking_open", first_on="2026-11-23").json
    assert end(office, office.clerk, room, let["id"], "2026-11-21").json["code"] == "order_backdated"
    for _ in range(2):
        assert end(office, office.clerk, room, let["id"], "2026-11-30").json["last_on"] == "2026-11-30"
    assert end(office, office.clerk, room, let["id"], "2026-12-31").json["code"] == "order_backdated"
    # 150 x 8/30
    assert office.charges(room, "parking")["total_fen"] == 4000
    called_off = end(office, office.clerk, room, let["id"], "2026-11-22")
    assert called_off.status_code == 200
    assert office.charges(room, "parking")["lines"] == []
