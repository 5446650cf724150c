"""A notification that another implementation signed and encrypted goes all the way into the books."""

from __future__ import annotations

import pytest

from local.wechat_simulator.pay.identities import private_pem, rsa_key
from miniprogram_api.payments.order import Wanted
from tests.functions.entry_points import entry_point
from tests.interop.conftest import independent
from tests.payments.house import build_house

__all__ = ["independent"]


@pytest.mark.row("INT-13", "FEE-02")
def test_a_callback_made_by_another_implementation_is_settled(independent, settings, clock, simulator, monkeypatch):
    house = build_house(settings, clock, simulator)
    owner, bill = house.owner_of("101"), house.bill(5192)
    principal = house.container.identity.principal(owner.token, clock())
    order, _ = house.container.payment_ordering.start(
        principal, house.estate_id, Wanted((bill.id,)), "another-implementation", clock()
    )
    house.wechat("next_notice", drop=True)
    assert house.wechat("user_pays", out_trade_no=order.out_trade_no)["result"] == "requestPayment:ok"
    (said,) = [one for one in house.wechat("orders")["orders"] if one["out_trade_no"] == order.out_trade_no]
    known = house.wechat("credentials", provider=True)
    plain = {name: value for name, value in said.items() if name != "prepay_ids"}
    envelope = {"id": "other-1", "create_time": said["success_time"], "event_type": "TRANSACTION.SUCCESS"}
    notice = independent(
        "makeNotice",
        plain=plain,
        envelope=envelope,
        originalType="transaction",
        apiv3Key=known["apiv3_key"],
        privateKey=private_pem(rsa_key("platform")),
        serial=known["public_key_id"],
        timestamp=int(clock().timestamp()),
    )
    notify = entry_point("pay_notify", house.container, monkeypatch)
    event = {"headers": {name.lower(): value for name, value in notice["headers"].items()}, "body": notice["body"]}
    assert notify(event) == {"statusCode": 204}
    settle = entry_point("settle_payments", house.container, monkeypatch)
    assert [settle(work) for work in house.queue.waiting] == ["settle"]
    assert house.see(bill).state == "paid"
    assert house.balances() == {"wechat": 5192, "company_fees": -5192}
    forged = {**event, "headers": {**event["headers"], "wechatpay-nonce": "another"}}
    assert notify(forged)["statusCode"] == 401
