"""Prepaid money pays bills by itself: the oldest due first, exactly as far as it goes, once (FEE-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from miniprogram_api.billing.bill import BillState, Paying
from miniprogram_api.billing.store import BILL
from miniprogram_api.kernel.access import Role
from miniprogram_api.storage import fee_keys
from miniprogram_api.storage.transaction import Transaction
from tests.billing.estate import book_of, issued, prepay, with_rooms
from tests.neighbours import MeetInTheMiddle, at_once

pytestmark = pytest.mark.row("FEE-01")

ONE_ROOM = 5192


@pytest.fixture
def room(client, container, world, people, tariffs, clock):
    """A room with the bills of two months."""
    (room,) = with_rooms(container, world.estate.id, buildings=1, rooms=1)
    for period in ("2026-10", "2026-11"):
        issued(container, client, people.staff(world.estate), world.estate.id, period)
        clock.advance(timedelta(days=1))
    return room


def bills(container, room):
    return container.bills.list_room(room.estate_id, room.id)


def test_it_goes_to_the_oldest_bill_and_the_book_balances(client, container, people, world, room) -> None:
    prepay(container, room.estate_id, room.id, 7000, "prepay-1")
    owner = people.resident(world.estate, room_id=room.id)
    path = f"/v1/estates/{room.estate_id}/rooms/{room.id}/prepaid-use"
    assert client.post(path, who=owner).json == {"used_fen": 7000}
    assert client.post(path, who=owner).json == {"used_fen": 0}
    october, november = bills(container, room)
    assert (october.state, november.state, november.paid_fen) == (BillState.PAID, BillState.PART_PAID, 7000 - ONE_ROOM)
    assert book_of(container, room.estate_id) == {"cash": 7000, "company_fees": -7000}


def test_a_bill_just_issued_is_paid_when_the_stream_tells_of_it(container, room) -> None:
    prepay(container, room.estate_id, room.id, 2 * ONE_ROOM, "prepay-1")
    for bill in bills(container, room):
        for _ in range(2):
            container.prepaid_offsets.follow(None, bill, bill.issued_at)
    assert [bill.state for bill in bills(container, room)] == [BillState.PAID, BillState.PAID]
    assert container.wallets.wallet_of(room.estate_id, room.id).prepaid_fen == 0


def test_the_stream_itself_pays_a_new_bill(container, room, desk) -> None:
    prepay(container, room.estate_id, room.id, ONE_ROOM, "prepay-1")
    october = bills(container, room)[0]
    key = fee_keys.bill(room.estate_id, room.id, october.period, october.kind.value, october.number)
    image = desk.item(key)
    for _ in range(2):
        desk.follow(None, image)
    assert [bill.state for bill in bills(container, room)] == [BillState.PAID, BillState.ISSUED]


def test_two_at_once_spend_each_fen_once(container, room, clock) -> None:
    prepay(container, room.estate_id, room.id, 7000, "prepay-1")
    container.prepaid_offsets._store.commit = MeetInTheMiddle(container.table.commit, {"apply_prepaid"}, 2)
    apply = container.prepaid_offsets.apply
    used = at_once(*(lambda: apply("system", "系统", room.estate_id, room.id, clock()) for _ in range(2)))
    assert sum(used) == 7000
    assert sum(bill.paid_fen for bill in bills(container, room)) == 7000
    assert book_of(container, room.estate_id) == {"cash": 7000, "company_fees": -7000}


def test_a_bill_somebody_pays_just_now_is_left_alone(container, room, clock) -> None:
    prepay(container, room.estate_id, room.id, 7000, "prepay-1")
    october = bills(container, room)[0]
    act = Transaction("system", "test_order", clock())
    act.change(BILL, october, replace(october, paying=Paying("pay-1", "acc", clock() + timedelta(minutes=15))))
    container.table.commit(act)
    assert container.prepaid_offsets.apply("system", "系统", room.estate_id, room.id, clock()) == ONE_ROOM
    assert [bill.paid_fen for bill in bills(container, room)] == [0, ONE_ROOM]


def test_only_the_household_and_the_cashier_may_use_it(client, people, world, room) -> None:
    stranger = people.resident(world.estate, room_id="room_other")
    foreign = client.post(f"/v1/estates/{room.estate_id}/rooms/{room.id}/prepaid-use", who=stranger)
    assert (foreign.status_code, foreign.json["code"]) == (404, "room_unknown")
    finance = people.staff(world.estate, Role.FINANCE)
    path = f"/v1/estates/{room.estate_id}/room-accounts/{room.id}/prepaid-use"
    assert client.post(path, who=finance).json == {"used_fen": 0}
