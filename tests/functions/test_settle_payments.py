"""Work on payments: done once each, and what cannot be done now goes back alone."""

from __future__ import annotations

import pytest

from miniprogram_api.payments.order import Wanted
from tests.functions.entry_points import entry_point, failed, queue_event
from tests.payments.house import build_house


@pytest.fixture
def house(settings, clock, simulator):
    return build_house(settings, clock, simulator)


@pytest.fixture
def settle(house, monkeypatch):
    return entry_point("settle_payments", house.container, monkeypatch)


def a_paid_order(house, key: str, period: str) -> str:
    owner, bill = house.owner_of("101"), house.bill(5192, period=period)
    principal = house.container.identity.principal(owner.token, house.clock())
    order, _ = house.container.payment_ordering.start(
        principal, house.estate_id, Wanted((bill.id,)), key, house.clock()
    )
    house.wechat("next_notice", drop=True)
    house.wechat("user_pays", out_trade_no=order.out_trade_no)
    return order.out_trade_no


@pytest.mark.row("FEE-02")
def test_only_what_wechat_was_too_busy_for_goes_back(house, settle) -> None:
    first, second = a_paid_order(house, "settle-first", "2026-10"), a_paid_order(house, "settle-second", "2026-11")
    house.wechat("fault", operation="query", times=2, status=500)
    work = [{"do": "settle", "out_trade_no": number} for number in (first, second)]
    answer = settle(queue_event(*work))
    assert failed(answer) == ["m0"]
    assert house.balances() == {"wechat": 5192, "company_fees": -5192}
    assert failed(settle(queue_event(work[0]))) == []
    assert house.balances() == {"wechat": 10384, "company_fees": -10384}


@pytest.mark.parametrize("work", [{"do": "dance"}, {"do": "settle", "out_trade_no": "pay_unknown"}, {}])
def test_work_nobody_understands_fails_alone_and_ends_with_a_person(house, settle, work) -> None:
    number = a_paid_order(house, "settle-beside", "2026-11")
    answer = settle(queue_event(work, {"do": "settle", "out_trade_no": number}))
    assert failed(answer) == ["m0"]
    assert house.balances() == {"wechat": 5192, "company_fees": -5192}


@pytest.mark.row("FEE-02")
def test_a_refund_that_is_none_of_ours_is_left_to_the_morning_s_bill(house, settle) -> None:
    """Somebody gave money back in WeChat's console: it is told, nothing is booked from hearsay, the queue goes on."""
    number = a_paid_order(house, "settle-console", "2026-11")
    told = {"do": "refund", "out_trade_no": number, "refund_id": "made_in_the_console"}
    assert failed(settle(queue_event(told, {"do": "settle", "out_trade_no": number}))) == []
    assert house.balances() == {"wechat": 5192, "company_fees": -5192}


@pytest.mark.row("INT-13")
def test_after_a_deployment_the_keys_are_proved_without_money(house, settle) -> None:
    assert failed(settle(queue_event({"do": "check_keys"}))) == []
    house.wechat("fault", operation="echo", times=1, status=401)
    assert failed(settle(queue_event({"do": "check_keys"}))) == ["m0"]
