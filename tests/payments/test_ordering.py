"""An order on its way to WeChat: whatever is lost between, the same call again goes on where it stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from miniprogram_api.payments.order import Wanted
from tests.faults.crash import Crash, CrashPoint, Cut
from tests.payments.house import build_house


@pytest.mark.row("FEE-02", "INT-13")
@pytest.mark.parametrize(
    "fault",
    [
        {"drop": True},
        {"when": "after", "drop": True},
        {"status": 500},
        {"when": "after", "status": 500},
        {"signature": "signtest"},
    ],
    ids=str,
)
def test_when_wechat_does_not_answer_the_same_call_again_is_the_same_order(house, start, fault) -> None:
    owner, bill = house.owner_of("101"), house.bill()
    house.wechat("fault", operation="order", **fault)
    assert start(owner, bill.id, status=503)["code"] in {"pay_busy", "pay_signature_refused"}
    started = start(owner, bill.id)
    (order,) = house.container.payment_ordering.list_estate(house.estate_id, 5, None).items
    assert (started["order"]["id"], order.state) == (order.out_trade_no, "prepared")
    known = [one for one in house.wechat("orders")["orders"] if one["out_trade_no"] == order.out_trade_no]
    assert [len(one["prepay_ids"]) for one in known] == [1]


@pytest.mark.row("FEE-02")
@pytest.mark.parametrize("cut", [Cut(1, False), Cut(1, True), Cut(2, False), Cut(2, True)], ids=str)
def test_a_process_that_dies_while_ordering_leaves_one_order(house, start, cut) -> None:
    owner, bill = house.owner_of("101"), house.bill()
    principal = house.container.identity.principal(owner.token, house.clock())
    crashes, table = CrashPoint(), house.container.table
    wanted = Wanted((bill.id,))
    with crashes.before(table), crashes.armed(cut), pytest.raises(Crash):
        house.container.payment_ordering.start(principal, house.estate_id, wanted, "pay-once-0001", house.clock())
    started = start(owner, bill.id)
    (order,) = house.container.payment_ordering.list_estate(house.estate_id, 5, None).items
    assert started["order"]["id"] == order.out_trade_no == house.see(bill).paying.out_trade_no


@pytest.mark.row("FEE-02")
def test_whoever_acts_last_gets_to_pay(house, start, pay) -> None:
    first, second, bill = house.owner_of("101"), house.owner_of("101"), house.bill()
    begun = start(first, bill.id)
    started = start(second, bill.id)
    assert pay(begun) == "requestPayment:fail 订单已关闭"
    assert start(first, bill.id, status=409)["code"] == "payment_order_ended"
    assert pay(started) == "requestPayment:ok"


@pytest.mark.row("FEE-02")
def test_what_the_other_phone_has_paid_is_settled_and_not_ordered_again(house, start, pay) -> None:
    first, second, bill = house.owner_of("101"), house.owner_of("101"), house.bill()
    pay(start(first, bill.id))
    assert start(second, bill.id, status=409)["code"] == "nothing_due"
    assert house.see(bill).state == "paid"
    assert start(first, bill.id, status=409)["code"] == "paid_already"


@pytest.mark.row("FEE-02")
def test_nobody_pays_for_rooms_that_are_not_theirs(house, start) -> None:
    owner, bill = house.owner_of("102"), house.bill()
    assert start(owner, bill.id, status=404)["code"] == "bill_unknown"
    prepay = [{"room_id": bill.room_id, "fen": 100}]
    assert start(owner, prepay=prepay, status=404)["code"] == "bill_unknown"
    assert start(owner, status=422)["code"] == "nothing_chosen"


@pytest.mark.row("INT-13")
def test_a_company_that_pays_itself_names_no_sub_merchant(settings, clock, simulator) -> None:
    """FP_PAY_MODE=direct: the deployment is the company's own merchant."""
    known = simulator.control("pay", act="credentials", provider=False)
    ours = replace(
        settings.pay,
        mchid=known["mchid"],
        certificate_serial=known["certificate_serial"],
        service_provider=False,
        public_key_id=known["public_key_id"],
        second_key_id="",
    )
    house = build_house(replace(settings, pay=ours), clock, simulator, container_of=_with_keys(known))
    owner, bill = house.owner_of("101"), house.bill()
    principal = house.container.identity.principal(owner.token, clock())
    ordering = house.container.payment_ordering
    order, _ = ordering.start(principal, house.estate_id, Wanted((bill.id,)), "pay-once-0001", clock())
    assert (order.mchid, order.sub_mchid) == (known["mchid"], None)
    house.wechat("user_pays", out_trade_no=order.out_trade_no)
    assert ordering.confirm(principal, house.estate_id, order.out_trade_no, clock()).state == "paid"
    assert house.balances() == {"wechat": 5192, "company_fees": -5192}


def _with_keys(known: dict):
    """A container whose parameter store holds this merchant's keys."""
    from miniprogram_api.container import Container

    secrets = {
        "wechat-pay-private-key": known["private_key"],
        "wechat-pay-apiv3-key": known["apiv3_key"],
        "wechat-pay-public-key": known["public_key"],
    }

    def build(settings, clock) -> Container:
        container = Container(settings, clock)
        stored = container.parameters.secret
        container.parameters.secret = lambda name: secrets.get(name) or stored(name)
        return container

    return build
