"""Money goes to the company it is owed to, and into the fund of the room that paid it."""

from dataclasses import replace

import pytest

from miniprogram_api.billing.store import BILL
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.storage.transaction import Transaction


def of_another_company(house, bill):
    """The bill as a company left it behind whose contract has ended."""
    act = Transaction("system", "test_setup", house.clock())
    after = act.change(BILL, bill, replace(bill, company_id="cmp_before"))
    house.container.table.commit(act)
    return after


@pytest.mark.row("FEE-02")
def test_arrears_of_a_company_that_left_are_never_paid_to_the_next(house, start) -> None:
    owner = house.owner_of("101")
    old, new = of_another_company(house, house.bill(period="2026-09")), house.bill()
    assert start(owner, old.id, new.id, status=409)["code"] == "several_companies"
    assert start(owner, old.id, key="pay-only-the-old", status=409)["code"] == "payment_not_set_up"
    assert start(owner, new.id, key="pay-only-the-new")["order"]["total_fen"] == 5192


def test_the_counter_takes_no_money_for_a_company_that_left(house, client, people) -> None:
    old = of_another_company(house, house.bill(period="2026-09"))
    body = {
        "room_id": old.room_id,
        "means": "cash",
        "parts": [{"bill_id": old.id}],
        "payer_name": "王小明",
        "paid_on": "2026-11-23",
        "paper_number": "A-0001",
        "photo_id": "photo_1",
    }
    answer = client.post(f"{house.path}/counter-payments", who=house.staff(), key="counter-of-another", json=body)
    assert (answer.status_code, answer.json["code"]) == (409, "another_companys_bill")


@pytest.mark.row("FND-06")
def test_what_a_room_pays_into_the_maintenance_fund_is_that_rooms(house, start, pay) -> None:
    owner, bill = house.owner_of("101"), house.bill(30000, kind=BillKind.FUND)
    started = start(owner, bill.id)
    pay(started)
    house.container.settlement.settle(started["order"]["id"], house.clock())
    room = house.room("101")
    assert house.balances() == {"wechat": 30000, f"maintenance:{room.building_id}/{room.id}": -30000}
    page = house.container.maintenance_fund.list_rooms(house.estate_id, room.building_id, 20, None)
    assert [(one.room_id, one.fen) for one in page.items] == [(room.id, 30000)]
