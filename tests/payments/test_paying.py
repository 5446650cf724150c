"""From chosen bills to paid ones: what the resident taps, what WeChat says, what the books hold."""

import pytest

from miniprogram_api.kernel.charge import BillKind

OK = "requestPayment:ok"


@pytest.mark.row("FEE-02")
def test_a_bill_is_paid_by_confirmation(house, client, start, pay) -> None:
    owner, bill = house.owner_of("101"), house.bill(5192)
    started = start(owner, bill.id)
    assert started["order"]["total_fen"] == 5192
    assert pay(started) == OK
    assert house.see(bill).paid_fen == 0, "nothing is paid before WeChat says so when asked"
    path = f"{house.path}/payment-orders/{started['order']['id']}/confirmation"
    done = client.post(path, who=owner).json
    assert (done["state"], done["paid_fen"], done["state_label"]) == ("paid", 5192, "已支付")
    assert house.see(bill).state == "paid"
    assert house.balances() == {"wechat": 5192, "company_fees": -5192}
    (receipt_id,) = done["receipt_ids"]
    receipt = house.container.receipts.get_receipt(receipt_id)
    assert (receipt.number, receipt.draft.total_fen) == (1, 5192)
    assert client.post(path, who=owner).json == done, "asked again, nothing is booked again"
    assert house.balances() == {"wechat": 5192, "company_fees": -5192}


@pytest.mark.row("FEE-02", "FEE-05")
def test_one_order_pays_many_bills_of_several_rooms_and_each_kind_becomes_its_owners(house, client, start, pay) -> None:
    owner = house.owner_of("101", "102")
    bills = [house.bill(5192), house.bill(8000, kind=BillKind.PARKING), house.bill(3300, "102", BillKind.UTILITY)]
    room = house.room("102")
    started = start(owner, *(bill.id for bill in bills), prepay=[{"room_id": room.id, "fen": 10000}])
    assert started["order"]["total_fen"] == 5192 + 8000 + 3300 + 10000
    assert pay(started) == OK
    house.container.settlement.settle(started["order"]["id"], house.clock())
    assert [house.see(bill).state for bill in bills] == ["paid"] * 3
    assert house.balances() == {
        "wechat": 26492,
        "company_fees": -5192,
        "parking_gross": -8000,
        "passed_on": -3300,
        "prepaid": -10000,
    }
    assert house.container.wallets.wallet_of(house.estate_id, room.id).prepaid_fen == 10000


def test_the_same_call_again_goes_on_under_the_same_number(house, start) -> None:
    owner, bill = house.owner_of("101"), house.bill()
    first = start(owner, bill.id)
    again = start(owner, bill.id)
    assert again["order"]["id"] == first["order"]["id"]
    assert again["request_payment"]["package"] == first["request_payment"]["package"]
    other = house.bill(700, kind=BillKind.PARKING)
    assert start(owner, other.id, status=409)["code"] == "payment_key_reused"
