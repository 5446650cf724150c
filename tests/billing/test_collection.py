"""The collection rate is counted from the bills, by amount and by rooms; nobody is named (FEE-12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.billing.bill import Paid
from miniprogram_api.billing.collection import aged, counted, percent
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.charge import Means
from tests.billing.estate import issued, pay, with_rooms
from tests.billing.test_reminding import ISSUED_AT, a_bill

pytestmark = pytest.mark.row("FEE-12")


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(58, 92, "63.04"), (0, 5, "0.00"), (5, 5, "100.00"), (99_999, 100_000, "99.99"), (1, 3, "33.33"), (0, 0, None)],
)
def test_a_rate_has_two_decimals_and_is_never_rounded_up(part, whole, said) -> None:
    assert percent(part, whole) == said


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_rate_is_the_exact_one_cut_after_two_decimals(part: int, whole: int) -> None:
    said = percent(part, whole)
    assert said is not None
    left = Fraction(part * 100, whole) - Fraction(said)
    assert 0 <= left < Fraction(1, 100)


def with_paid(bill, fen: int):
    return replace(bill, payments=(Paid("p", Means.CASH, fen, 0, ISSUED_AT),)) if fen else bill


@given(st.lists(st.lists(st.tuples(st.integers(0, 5192), st.booleans()), min_size=1, max_size=3), max_size=8))
def test_counting_agrees_with_counting_room_by_room(rooms) -> None:
    by_room = [
        [
            replace(
                with_paid(a_bill(room_id=f"room_{at}", number=number + 1), fen), void_reason="误开" if void else None
            )
            for number, (fen, void) in enumerate(bills)
        ]
        for at, bills in enumerate(rooms)
    ]
    live = [[bill for bill in bills if bill.void_reason is None] for bills in by_room]
    live = [bills for bills in live if bills]
    total = counted(bill for bills in by_room for bill in bills)
    assert (total.rooms, total.bills) == (len(live), sum(map(len, live)))
    assert total.due_fen == 5192 * total.bills
    assert total.paid_fen == sum(bill.paid_fen for bills in live for bill in bills)
    assert total.rooms_paid == sum(all(bill.paid_fen == 5192 for bill in bills) for bills in live)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (90, 2), (91, 3), (365, 3), (366, 4), (2000, 4)],
)
def test_arrears_fall_into_ages_at_the_right_day(days, bucket) -> None:
    bill = with_paid(a_bill(), 192)
    buckets = aged([bill, with_paid(a_bill(), 5192)], bill.due_on + timedelta(days=days))
    assert [(one.bills, one.fen) for one in buckets] == [(int(at == bucket), 5000 * (at == bucket)) for at in range(5)]


@pytest.fixture
def estate(client, container, world, people, tariffs):
    """Four rooms billed; one paid in full, one in part."""
    rooms = with_rooms(container, world.estate.id, buildings=1, rooms=4)
    issued(container, client, people.staff(world.estate), world.estate.id)
    for room, fen in zip(rooms, (5192, 1000), strict=False):
        (bill,) = container.bills.list_room(world.estate.id, room.id)
        pay(container, world.estate.id, bill, fen, Means.CASH, f"cash-{room.id}")
    return world.estate


RATE = {
    "bills": 4,
    "due_fen": 20768,
    "paid_fen": 6192,
    "rooms": 4,
    "rooms_paid": 1,
    "rate_by_amount": "29.81",  # 6192 / 20768 = 0.298151
    "rate_by_rooms": "25.00",
}


def test_estate_company_and_unit_see_the_same_figures(client, people, world, estate) -> None:
    manager, committee = people.staff(estate), people.neighbour(estate, Role.COMMITTEE)
    recounted = client.post(f"/v1/estates/{estate.id}/collection/recount", who=manager).json
    assert recounted["buckets"][0] == {"name": "not_due", "label": "未到期", "bills": 3, "fen": 14576}
    figures = client.get(f"/v1/estates/{estate.id}/collection", who=committee).json["items"]
    assert [(one["period"], one["counted"]) for one in figures] == [("2026-11", RATE)]
    query = "collection?period=2026-11"
    company = client.get(f"/v1/companies/{world.company.id}/{query}", who=people.company_admin(world.company)).json
    assert (company["total"], company["estates"][0]["counted"]) == (RATE, RATE)
    unit = client.get(f"/v1/units/{world.community.id}/{query}", who=people.official(world.community)).json
    assert unit["items"] == [{"estate_id": estate.id, "estate": estate.name, "counted": RATE}]


def test_every_night_everything_is_counted_again(client, container, people, estate, clock) -> None:
    container.collection_figures.sweep(clock())
    path = f"/v1/estates/{estate.id}/collection"
    assert client.get(path, who=people.staff(estate)).json["items"] == []
    clock.set(clock() + timedelta(hours=16))  # 02:00 of the next night in China
    while container.collection_figures.sweep(clock()):
        pass
    manager = people.staff(estate)
    assert client.get(path, who=manager).json["items"][0]["counted"] == RATE
    ageing = container.collection_figures.find_ageing(estate.id)
    assert (ageing.next_at - clock()) == timedelta(hours=24)
    assert date(2026, 11, 24) == ageing.counted_at.date() + timedelta(days=1)


def test_no_figure_names_a_room_or_a_person(client, people, world, estate) -> None:
    client.post(f"/v1/estates/{estate.id}/collection/recount", who=people.staff(estate))
    committee = people.neighbour(estate, Role.COMMITTEE)
    for path in (f"/v1/estates/{estate.id}/collection", f"/v1/estates/{estate.id}/collection/ageing"):
        assert "单元" not in client.get(path, who=committee).get_data(as_text=True)
    unit = f"/v1/units/{world.community.id}/collection?period=2026-11"
    assert "单元" not in client.get(unit, who=people.official(world.community)).get_data(as_text=True)
