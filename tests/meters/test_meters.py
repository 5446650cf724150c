"""Meters over HTTP: installed, read once a month, corrected in the open, and what they make of a bill."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from miniprogram_api.billing.bill import Bill
from miniprogram_api.billing.store import BILL
from miniprogram_api.kernel.charge import BillKind, ChargeLine
from miniprogram_api.kernel.period import Period
from miniprogram_api.storage.transaction import Transaction
from tests.neighbours import MeetInTheMiddle, at_once
from tests.tariffs.conftest import SERVICE

METER = {"kind": "water", "serial": "A1", "digits": 5, "installed_on": "2026-10-01", "first_value": 10_000}
WATER = {
    **SERVICE,
    "code": "water",
    "label": "水费",
    "kind": "utility",
    "pricing": {"method": "metered", "price": 38_500, "unit": "吨", "meter": "water"},
}


def path(office, building_id, rest="meters"):
    return office.path(f"buildings/{building_id}/{rest}")


def install(office, room, key="meter-key-1", **changed):
    body = {**METER, "room_id": room.id, **changed}
    return office.client.post(path(office, room.building_id), json=body, who=office.clerk, key=key)


def enter(office, room, meter_id, value, month="2026-11", who=None, **more):
    place = path(office, room.building_id, f"meters/{meter_id}/readings/{month}")
    return office.client.put(place, json={"value": value, **more}, who=who or office.clerk)


def correct(office, room, meter_id, value, reason="看错", month="2026-11"):
    place = path(office, room.building_id, f"meters/{meter_id}/readings/{month}/correction")
    return office.client.post(place, json={"reading": {"value": value}, "reason": reason}, who=office.clerk)


@pytest.mark.row("FEE-01")
def test_a_reading_with_its_photo_becomes_a_line_that_shows_both(office, desk, container) -> None:
    office.in_force(WATER)
    room = office.rooms[0]
    meter_id = install(office, room).json["id"]
    assert office.charges(room, "utility")["problems"][0]["code"] == "reading_missing"
    photo = desk.accepted(office.clerk, office.estate_id)
    entered = enter(office, room, meter_id, 22_500, photo_id=photo)
    assert (entered.status_code, entered.json["used"], entered.json["unusual"]) == (200, 12_500, False)
    (line,) = office.charges(room, "utility")["lines"]
    # 12.5 x 3.85 = 48.125
    assert (line["fen"], line["basis"]) == (4813, "水表A1 10 → 22.5；12.5吨 × 3.85元/吨")
    book = container.tariffs.book_for(office.estate_id, BillKind.UTILITY, Period.parse("2026-11"))
    facts = container.tariffs.facts_for(book, [room])[0]
    assert book.charge(facts).lines[0].photo_id == photo


def test_the_same_reading_again_is_one_and_another_is_refused(office) -> None:
    room = office.rooms[0]
    meter_id = install(office, room).json["id"]
    first = enter(office, room, meter_id, 22_500)
    assert enter(office, room, meter_id, 22_500).json == first.json
    other = enter(office, room, meter_id, 23_000)
    assert (other.status_code, other.json["code"]) == (409, "already_read")


def test_two_people_reading_a_meter_at_once_leave_one_reading(office, container, monkeypatch) -> None:
    room = office.rooms[0]
    meter_id = install(office, room).json["id"]
    store = container.meters._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"read_meter"}, 2))
    answers = at_once(
        lambda: enter(office, room, meter_id, 22_500),
        lambda: enter(office, room, meter_id, 30_000, who=office.manager),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    entered = next(answer.json["value"] for answer in answers if answer.status_code == 200)
    round_ = office.client.get(path(office, room.building_id, "meter-rounds/2026-11"), who=office.clerk).json
    assert [one["value"] for one in round_["readings"]] == [entered]


def test_a_round_names_the_rooms_that_are_still_to_be_read(office) -> None:
    first, second = office.rooms[:2]
    one, _ = install(office, first).json["id"], install(office, second, "meter-key-2", serial="A2").json["id"]
    enter(office, first, one, 22_500)
    place = path(office, first.building_id, "meter-rounds/2026-11")
    shown = office.client.get(place, who=office.clerk).json
    assert [reading["place"] for reading in shown["readings"]] == [first.label]
    assert [meter["place"] for meter in shown["unread"]] == [second.label]
    assert office.client.get(place.replace("2026-11", "2026-Q4"), who=office.clerk).status_code == 422


def test_a_lower_reading_a_full_dial_and_an_outlier(office) -> None:
    room = office.rooms[0]
    meter_id = install(office, room, first_value=99_990_000).json["id"]
    assert enter(office, room, meter_id, 5_000).json["code"] == "reading_lower"
    assert enter(office, room, meter_id, 100_000_000).json["code"] == "reading_impossible"
    over = enter(office, room, meter_id, 5_000, ran_over=True).json
    assert (over["used"], over["unusual"]) == (15_000, False)
    much = enter(office, room, meter_id, 51_000, month="2026-12").json
    assert (much["used"], much["unusual"]) == (46_000, True)


def test_a_correction_keeps_both_versions(office) -> None:
    room = office.rooms[0]
    meter_id = install(office, room).json["id"]
    assert correct(office, room, meter_id, 5).json["code"] == "reading_unknown"
    enter(office, room, meter_id, 225_000)
    fixed = correct(office, room, meter_id, 22_500, "多录一个0").json
    assert (fixed["used"], fixed["earlier"][0]["value"], fixed["earlier"][0]["reason"]) == (
        12_500,
        225_000,
        "多录一个0",
    )
    listing = office.client.get(path(office, room.building_id, f"meters/{meter_id}/readings"), who=office.clerk)
    assert [(one["month"], one["value"]) for one in listing.json["items"]] == [("2026-11", 22_500)]
    enter(office, room, meter_id, 30_000, month="2026-12")
    assert correct(office, room, meter_id, 22_600).json["code"] == "reading_settled"


def bill(office, room, tariff_id, **changed):
    line = ChargeLine("water", "水费", 4813, tariff_id=tariff_id)
    facts = {
        "estate_id": office.estate_id,
        "room_id": room.id,
        "room_label": room.label,
        "building_id": room.building_id,
        "room_order": room.order,
        "company_id": "cmp_1",
        "kind": BillKind.UTILITY,
        "period": "2026-11",
        "number": 1,
        "lines": (line,),
        "issued_at": datetime(2026, 12, 1, tzinfo=UTC),
        "due_on": date(2026, 12, 31),
    }
    return Bill(**{**facts, **changed})


@pytest.mark.row("FEE-01")
def test_a_reading_that_a_bill_rests_on_is_corrected_only_after_the_bill_is_void(office, container) -> None:
    tariff = office.in_force(WATER)
    room = office.rooms[0]
    meter_id = install(office, room).json["id"]
    enter(office, room, meter_id, 225_000)
    act = Transaction("system", "test_setup", datetime(2026, 12, 1, tzinfo=UTC))
    issued = bill(office, room, tariff["id"], period="2026-Q4")
    act.add(BILL, issued)
    act.add(BILL, bill(office, room, "tariff_other", number=2))
    container.table.commit(act)
    refused = correct(office, room, meter_id, 22_500)
    assert (refused.status_code, refused.json["code"]) == (409, "reading_billed")
    void = Transaction("system", "test_void", datetime(2026, 12, 2, tzinfo=UTC))
    container.bills.write(void, issued, bill(office, room, tariff["id"], period="2026-Q4", void_reason="抄错"))
    container.table.commit(void)
    assert correct(office, room, meter_id, 22_500).status_code == 200


def test_a_replaced_meter_adds_to_the_new_one(office, clock) -> None:
    office.in_force(WATER)
    room = office.rooms[0]
    old = install(office, room).json["id"]
    removal = {"removed_on": "2026-11-10", "reading": {"value": 13_000}}
    place = path(office, room.building_id, f"meters/{old}/removal")
    assert office.client.post(place, json=removal, who=office.clerk).json["used"] == 3_000
    assert office.client.post(place, json=removal, who=office.clerk).json["code"] == "meter_removed"
    clock.advance(timedelta(minutes=1))
    new = install(office, room, "meter-key-2", serial="B2", installed_on="2026-11-10", first_value=0).json["id"]
    assert office.charges(room, "utility")["problems"][0]["code"] == "reading_missing"
    enter(office, room, new, 7_000)
    (line,) = office.charges(room, "utility")["lines"]
    assert (line["fen"], line["basis"]) == (3850, "水表A1 10 → 13，水表B2 0 → 7；10吨 × 3.85元/吨")


def test_a_meter_is_installed_once_where_it_is_said_to_be(office) -> None:
    room, other = office.rooms[0], office.rooms[2]
    one = install(office, room)
    enter(office, room, one.json["id"], 22_500)
    again = install(office, room)
    assert (again.status_code, again.json["id"], again.json["last_value"]) == (201, one.json["id"], 22_500)
    assert install(office, room, serial="A9").json["code"] == "meter_there"
    assert install(office, room, "meter-key-2", room_id=other.id).json["code"] == "meter_misplaced"
    assert install(office, room, "meter-key-3", room_id="room_unknown").json["code"] == "room_unknown"
    assert install(office, room, "meter-key-4", first_value=10**9).json["code"] == "reading_impossible"


def test_a_common_part_has_a_meter_with_a_name(office) -> None:
    common = path(office, "common")
    body = {**METER, "kind": "electricity", "place": "小区路灯"}
    made = office.client.post(common, json=body, who=office.clerk, key="meter-key-1")
    assert (made.status_code, made.json["place"], made.json["kind_label"]) == (201, "小区路灯", "电表")
    unnamed = office.client.post(common, json=METER, who=office.clerk, key="meter-key-2")
    assert unnamed.json["code"] == "meter_misplaced"
    unknown = office.client.post(path(office, "bld_unknown"), json=body, who=office.clerk, key="meter-key-3")
    assert unknown.json["code"] == "building_unknown"
    assert len(office.client.get(common, who=office.clerk).json["items"]) == 1


@pytest.mark.row("FEE-04")
def test_a_shared_cost_follows_what_the_meters_counted(office, desk) -> None:
    office.in_force({**SERVICE, "code": "shared_water", "kind": "utility", "pricing": {"method": "shared"}})
    first, second = office.rooms[:2]
    for number, (room, value) in enumerate(((first, 13_000), (second, 17_000))):
        meter_id = install(office, room, f"meter-key-{number}", serial=f"A{number}").json["id"]
        enter(office, room, meter_id, value)
    cost = {
        "kind": "utility",
        "charge": "shared_water",
        "label": "二次供水电费",
        "period": "2026-11",
        "total_fen": 1001,
        "by": "usage",
        "meter": "water",
        "photo_ids": [desk.accepted(office.clerk, office.estate_id)],
        "buildings": [first.building_id],
    }
    entered = office.client.post(office.path("shared-costs"), json=cost, who=office.clerk, key="share-key-1").json
    place = office.path(f"shared-costs/2026-11/{entered['id']}")
    shown = office.client.get(f"{place}?building_id={first.building_id}", who=office.clerk).json
    # 1001 x 3/10 and 1001 x 7/10
    assert shown["parts"] == {first.id: 300, second.id: 701}
