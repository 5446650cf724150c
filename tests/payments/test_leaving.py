"""Who leaves takes their payments along; the money stays, without them (design section 8)."""

import pytest

from miniprogram_api.payments.service.personal import PaymentRecords, PaymentUnderWay
from miniprogram_api.payments.store import PaymentStore
from miniprogram_api.storage.transaction import Transaction


@pytest.mark.row("FEE-02")
def test_nobody_leaves_while_money_is_on_its_way_and_what_was_paid_stays(house, client, start, pay) -> None:
    owner, bill = house.owner_of("101"), house.bill(5192)
    started = start(owner, bill.id)
    refused = client.delete("/v1/me", who=owner)
    assert (refused.status_code, refused.json["code"]) == (409, "payment_under_way")
    records = PaymentRecords(PaymentStore(house.container.table))
    act = Transaction(owner.account_id, "leave", house.clock())
    with pytest.raises(PaymentUnderWay):
        records.part_with(act, owner.account_id)
    pay(started)
    client.post(f"{house.path}/payment-orders/{started['order']['id']}/confirmation", who=owner)
    (mine,) = client.get("/v1/me/export", who=owner).json["records"]["payments"]
    assert (mine["fen"], mine["state"]) == (5192, "已支付")
    records.part_with(act, owner.account_id)
    for _ in range(2):  # leaving may be repeated after a crash
        records.forget(owner.account_id, house.clock())
    order = house.container.refunds.access_order_by_id(house.estate_id, started["order"]["id"])
    assert (order.account_id, order.payer_name, order.payer_index) == ("", "", "")
    assert (order.paid_fen, house.see(bill).state) == (5192, "paid")
