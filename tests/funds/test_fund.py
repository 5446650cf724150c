"""The maintenance fund by estate, building and room, to the fen (FND-06)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.funds import maintenance
from miniprogram_api.funds.maintenance import RoomFund, RoomFundMoved, split
from miniprogram_api.funds.notices import room_fund_notices
from miniprogram_api.funds.service import fund
from miniprogram_api.funds.store import ROOM_FUND
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.storage import fund_keys
from miniprogram_api.storage.transaction import Transaction
from tests.funds.test_spending import ask, step
from tests.neighbours import MeetInTheMiddle, at_once

pytestmark = pytest.mark.row("FND-06")


def receive(office, place: str, fen: int, kind: str = "deposit", key: str | None = None, **changed):
    body = {"kind": kind, "place_id": place, "fen": fen, "summary": "维修资金交存", "on": "2026-11-23", **changed}
    return office.post("/maintenance-fund/movements", office.finance, key, **body)


def parts(office, rooms: list[str]) -> list[int]:
    return [office.get(f"/maintenance-fund/rooms/{room}").json["fen"] for room in rooms]


@pytest.fixture
def place(office) -> str:
    return office.place("maintenance")


def test_interest_falls_on_the_rooms_by_area_and_no_fen_is_lost(office, place) -> None:
    rooms = office.rooms(5000, 3000, 2000)
    assert receive(office, place, 1_000_00).json["reached"] == 3
    assert parts(office, rooms) == [50_000, 30_000, 20_000]
    assert receive(office, place, 101, "interest", summary="三季度利息").status_code == 201
    # 50.5, 30.3 and 20.2 fen: one fen is left over and goes to the largest remainder.
    assert parts(office, rooms) == [50_051, 30_030, 20_020]
    shown = office.get("/maintenance-fund", office.owner).json
    assert (shown["fen"], shown["undivided_fen"], [one["fen"] for one in shown["buildings"]]) == (100_101, 0, [100_101])
    assert office.balances() == {f"bank:{place}": 100_101, "maintenance": -100_101}


def test_no_room_concerned_is_without_an_area(office, place) -> None:
    rooms = office.rooms(5000, 0)
    refused = receive(office, place, 1_000_00)
    assert (refused.status_code, refused.json["code"]) == (409, "area_missing")
    assert refused.json["detail"]["rooms"] == ["1号楼1单元201"]
    assert office.get("/maintenance-fund").json["fen"] == 0
    assert receive(office, place, 1_000_00, key="fund-key-2", room_ids=rooms[:1]).status_code == 201
    assert parts(office, rooms[:1]) == [100_000]


def test_a_building_bears_its_own_repair(office, place) -> None:
    first, second = office.rooms(6000, 4000), office.rooms(10_000, building="2号楼")
    receive(office, place, 400_000)
    building = office.get(f"/maintenance-fund/rooms/{first[0]}").json["building_id"]
    request = ask(
        office,
        place,
        30_001,
        purpose="maintenance",
        item="repair_structure",
        building_ids=[building],
        reason="屋面维修",
    ).json["id"]
    step(office, request, "approval", office.chair, decision_id=office.decided(Matter.FUND_USE))
    paid = step(office, request, "payment", office.finance, on="2026-11-23")
    assert paid.status_code == 200
    # 60 % and 40 % of 30,001 fen are 18,000.6 and 12,000.4.
    assert parts(office, [*first, *second]) == [120_000 - 18_001, 80_000 - 12_000, 200_000]
    shown = office.get("/maintenance-fund").json
    assert (shown["fen"], shown["undivided_fen"]) == (369_999, 0)
    newest, oldest = office.get(f"/maintenance-fund/rooms/{first[0]}/movements").json["items"]
    assert {newest["fen"], oldest["fen"]} == {-18_001, 120_000}


def test_more_rooms_than_one_request_takes_are_reached_by_the_clock(
    office, place, container, clock, monkeypatch
) -> None:
    monkeypatch.setattr(maintenance, "ROOMS_AT_ONCE", 2)
    monkeypatch.setattr(fund, "_PIECES_AT_ONCE", 1)
    rooms = office.rooms(*[1000] * 5)
    answer = receive(office, place, 503, key="fund-many-1").json
    assert (answer["rooms"], answer["reached"]) == (5, 2)
    half = office.get("/maintenance-fund").json
    assert (half["fen"], half["undivided_fen"]) == (503, 301), "what waits stands in the book as not divided yet"
    assert receive(office, place, 503, key="fund-many-1").json["reached"] == 4, "the same request goes on"
    container.maintenance_fund.sweep(clock())
    assert parts(office, rooms) == [101, 101, 101, 100, 100]
    container.maintenance_fund.sweep(clock())
    assert office.get("/maintenance-fund").json["undivided_fen"] == 0


def test_a_crash_between_the_pieces_loses_and_doubles_nothing(office, place, container, clock, monkeypatch) -> None:
    monkeypatch.setattr(maintenance, "ROOMS_AT_ONCE", 2)
    rooms = office.rooms(*[1000] * 5)
    store = container.maintenance_fund._store
    commit, seen = store.commit, []

    def crash(act):
        seen.append(act.verb)
        if seen.count("allocate_maintenance_fund") == 2:
            commit(act)
            raise RoomFundMoved
        commit(act)

    monkeypatch.setattr(store, "commit", crash)
    receive(office, place, 500)
    monkeypatch.setattr(store, "commit", commit)
    container.maintenance_fund.sweep(clock())
    assert parts(office, rooms) == [100] * 5


def test_a_payment_moves_a_room_s_part_once(office, container, clock) -> None:
    (room,) = office.rooms(5000)
    building = container.estates.find_rooms(office.estate_id, [room])[room].building_id

    def pay(source: str, fen: int) -> None:
        act = Transaction("system", "test_payment", clock())
        container.maintenance_fund.maintenance_part(act, office.estate_id, building, room, fen, source)
        container.table.commit(act)

    pay("pay_1", 100_00)
    pay("pay_2", 20_00)
    with pytest.raises(RoomFundMoved):
        pay("pay_1", 100_00)
    assert parts(office, [room]) == [12_000]


def test_two_payments_at_once_for_one_room_lose_nothing(office, container, clock) -> None:
    (room,) = office.rooms(5000)
    building = container.estates.find_rooms(office.estate_id, [room])[room].building_id
    commit = MeetInTheMiddle(container.table.commit, {"test_payment"}, 2)

    def pay(source: str) -> bool:
        act = Transaction("system", "test_payment", clock())
        container.maintenance_fund.maintenance_part(act, office.estate_id, building, room, 100, source)
        try:
            commit(act)
        except RoomFundMoved:
            return False
        return True

    done = at_once(lambda: pay("pay_1"), lambda: pay("pay_2"))
    assert sorted(done) == [False, True]
    assert parts(office, [room]) == [100]


def test_people_read_their_own_part_only(office, place, people, world) -> None:
    mine, other = office.rooms(5000, 5000)
    receive(office, place, 100)
    owner = people.resident(world.estate, Role.OWNER, mine)
    assert office.get(f"/maintenance-fund/rooms/{mine}", owner).json["fen"] == 50
    foreign = office.get(f"/maintenance-fund/rooms/{other}", owner)
    unknown = office.get("/maintenance-fund/rooms/room_0", owner)
    assert (
        (foreign.status_code, foreign.json["code"])
        == (unknown.status_code, unknown.json["code"])
        == (
            404,
            "room_fund_unknown",
        )
    )
    everybody = office.get("/maintenance-fund/buildings/bld_0", owner)
    assert everybody.status_code == 403


def test_the_owners_are_told_when_their_part_falls_below_the_line_of_the_estate(office, place, container) -> None:
    (room,) = office.rooms(5000)
    assert office.put("/fund-settings", office.manager, answer_days=7, low_balance_fen=30_000).status_code == 200
    receive(office, place, 30_000)
    building = office.get(f"/maintenance-fund/rooms/{room}").json["building_id"]
    key = fund_keys.room_fund(office.estate_id, building, room)
    before = container.table.find(ROOM_FUND, key)
    (listed,) = office.get(f"/maintenance-fund/buildings/{building}").json["items"]
    assert not listed["low"]
    request = ask(office, place, 1, purpose="maintenance", item="repair_lift").json["id"]
    step(office, request, "approval", office.chair, decision_id=office.decided(Matter.FUND_USE))
    step(office, request, "payment", office.finance, on="2026-11-23")
    after = container.table.find(ROOM_FUND, key)
    (notice,) = room_fund_notices(before, after)
    assert (notice.to.room_id, notice.to.estate_id) == (room, office.estate_id)
    assert "299.99" in notice.text
    assert room_fund_notices(after, after) == ()
    assert office.get("/maintenance-fund").json["buildings"][0]["low_rooms"] == 1


def test_a_use_cannot_be_booked_as_a_movement_and_rooms_without_area_bear_nothing(office, place) -> None:
    none = receive(office, place, 100)
    assert (none.status_code, none.json["code"]) == (422, "no_rooms_concerned")
    office.rooms(5000)
    use = receive(office, place, 100, "use")
    assert (use.status_code, use.json["code"]) == (422, "fund_item_unknown")
    by_hand = office.book(place, 100, purpose="maintenance", item="fund_deposit")
    assert (by_hand.status_code, by_hand.json["code"]) == (422, "fund_use_refused")


@given(
    fen=st.integers(-(10**10), 10**10),
    areas=st.lists(st.integers(0, 10**6), min_size=1, max_size=60).filter(any),
)
def test_shares_sum_to_the_whole_and_are_within_a_fen_of_the_exact_ones(fen, areas) -> None:
    shares = split(fen, [("b", str(number), area) for number, area in enumerate(areas)])
    assert sum(share.fen for share in shares) == fen
    for share, area in zip(shares, areas, strict=True):
        assert abs(Fraction(fen * area, sum(areas)) - share.fen) < 1


def test_a_part_is_low_below_the_line_and_not_on_it() -> None:
    assert not RoomFund("e", "b", "r", 50_000).is_low
    assert RoomFund("e", "b", "r", 49_999).is_low
