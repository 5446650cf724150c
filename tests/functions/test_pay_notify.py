"""What WeChat Pay is answered: 204 only when the notification is kept and handed on, else it comes again."""

from __future__ import annotations

import base64
import json

import pytest

from miniprogram_api.payments.order import Wanted
from miniprogram_api.storage.handing_on import NotHandedOn
from tests.functions.entry_points import entry_point
from tests.payments.house import build_house
from tests.wechat.pay.notify_receiver import NotifyReceiver


@pytest.fixture
def told(settings, clock, simulator):
    """A payment, and the notification WeChat sends of it: (house, API Gateway's event)."""
    with NotifyReceiver(lambda _: 500) as receiver:
        house = build_house(settings, clock, simulator, public_url=receiver.base_url)
        owner, bill = house.owner_of("101"), house.bill(5192)
        principal = house.container.identity.principal(owner.token, clock())
        order, _ = house.container.payment_ordering.start(
            principal, house.estate_id, Wanted((bill.id,)), "pay-notify", clock()
        )
        house.wechat("user_pays", out_trade_no=order.out_trade_no)
        house.wechat("deliver_next")
        (delivery,) = [one for one in receiver.arrived if one.target == "/wechat/pay/payments"]
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    return house, {"headers": headers, "body": delivery.body.decode(), "isBase64Encoded": False}


@pytest.fixture
def notify(told, monkeypatch):
    return entry_point("pay_notify", told[0].container, monkeypatch)


@pytest.mark.row("INT-13")
def test_a_genuine_one_is_kept_and_handed_on(told, notify) -> None:
    house, event = told
    assert notify(event) == {"statusCode": 204}
    (work,) = house.queue.waiting
    assert work["do"] == "settle"
    assert house.work() == 1
    assert house.balances() == {"wechat": 5192, "company_fees": -5192}


def test_one_that_arrives_as_base64_is_read_byte_by_byte(told, notify) -> None:
    _, event = told
    encoded = base64.b64encode(event["body"].encode()).decode()
    assert notify({**event, "body": encoded, "isBase64Encoded": True}) == {"statusCode": 204}


@pytest.mark.row("INT-13")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("wechatpay-signature", "WECHATPAY/SIGNTEST/" + "A" * 300),
        ("wechatpay-serial", "PUB_KEY_ID_0000000000000000000000000000"),
        ("wechatpay-timestamp", "1000000000"),
        ("wechatpay-nonce", "another"),
        ("wechatpay-signature-type", "WECHATPAY2-SM2-WITH-SM3"),
    ],
)
def test_one_that_is_not_provably_wechats_is_refused_and_changes_nothing(told, notify, name, value) -> None:
    house, event = told
    answer = notify({**event, "headers": {**event["headers"], name: value}})
    assert answer["statusCode"] == 401
    assert json.loads(answer["body"])["code"] == "FAIL"
    assert house.queue.waiting == []
    assert house.balances() == {}


def test_a_body_that_was_reworded_on_the_way_is_refused(told, notify) -> None:
    _, event = told
    reworded = json.dumps(json.loads(event["body"]))
    assert notify({**event, "body": reworded})["statusCode"] == 401


def test_one_that_cannot_be_handed_on_is_not_acknowledged_and_comes_again(told, notify, monkeypatch) -> None:
    house, event = told

    def broken(_work) -> None:
        raise NotHandedOn

    with monkeypatch.context() as patch:
        patch.setattr(house.queue, "put", broken)
        assert notify(event)["statusCode"] == 500
    assert notify(event) == {"statusCode": 204}, "the second time finds it kept, and hands it on"
    assert len(house.queue.waiting) == 1
