"""Work on payments: done now, found again by the sweep, or tried again by Lambda."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.kernel.errors import Problem, Unavailable
from miniprogram_api.payments.order import OrderMissing, Wanted
from tests.functions.entry_points import entry_point
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
def test_what_wechat_was_too_busy_for_is_let_go_where_the_sweep_finds_it_again(house, settle) -> None:
    number = a_paid_order(house, "settle-first", "2026-10")
    work = {"do": "settle", "out_trade_no": number}
    house.wechat("fault", operation="query", times=2, status=500)
    assert settle(work) is None
    assert house.balances() == {}
    house.clock.advance(timedelta(minutes=3))
    house.meet_clocks()
    house.container.payment_work.sweep(house.clock())
    assert work in house.queue.waiting
    assert settle(work) == "settle"
    assert house.balances() == {"wechat": 5192, "company_fees": -5192}


@pytest.mark.parametrize(
    "work",
    [{"do": "check_keys"}, {"do": "settle", "out_trade_no": "pay_1", "notification_id": "ntf_1"}, {"do": "dance"}],
)
def test_what_no_sweep_finds_again_is_left_to_lambda_to_try(house, settle, monkeypatch, work) -> None:
    def busy(*_: object) -> str:
        raise Unavailable

    monkeypatch.setattr(house.container.payment_work, "do", busy)
    with pytest.raises(Unavailable):
        settle(work)


@pytest.mark.parametrize("work", [{"do": "dance"}, {"do": "settle", "out_trade_no": "pay_unknown"}, {}])
def test_work_nobody_understands_ends_with_a_person(settle, work) -> None:
    with pytest.raises((KeyError, OrderMissing)):
        settle(work)


@pytest.mark.row("FEE-02")
def test_a_refund_that_is_none_of_ours_is_left_to_the_morning_s_bill(house, settle) -> None:
    """Somebody gave money back in WeChat's console: it is told, and nothing is booked from hearsay."""
    number = a_paid_order(house, "settle-console", "2026-11")
    told = {"do": "refund", "out_trade_no": number, "refund_id": "made_in_the_console"}
    assert settle(told) == "unknown"
    assert house.balances() == {}


@pytest.mark.row("INT-13")
def test_after_a_deployment_the_keys_are_proved_without_money(house, settle) -> None:
    assert settle({"do": "check_keys"}) == "check_keys"
    house.wechat("fault", operation="echo", times=1, status=401)
    with pytest.raises(Problem):
        settle({"do": "check_keys"})
