"""What is told to us through the function: kept before it is acknowledged, and without effect unless it is WeChat's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from local.wechat_simulator.pay.notices import FORGERIES
from miniprogram_api.kernel.errors import Unavailable
from miniprogram_api.storage.handing_on import NotHandedOn
from miniprogram_api.storage.table import StoreUnavailable
from tests.functions.entry_points import entry_point
from tests.payments.house import PayingHouse, build_house, forget_notices
from tests.wechat.pay.notify_receiver import NotifyReceiver

if TYPE_CHECKING:
    from miniprogram_api.payments.notification import StoredNotification


@pytest.fixture
def receiver():
    with NotifyReceiver() as running:
        yield running


@pytest.fixture
def house(settings, clock, simulator, receiver, monkeypatch) -> PayingHouse:
    """A house that WeChat's notices reach through their function."""
    forget_notices(simulator)
    house = build_house(settings, clock, simulator, receiver.base_url)
    notify = entry_point("pay_notify", house.container, monkeypatch)

    def answer(delivery) -> int:
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        return int(notify({"headers": headers, "body": delivery.body.decode()})["statusCode"])

    receiver.handle = answer
    return house


@pytest.fixture
def told(house, start, pay):
    """A payment is made and told of as planned; gives the bill, the number, and how each attempt was answered."""

    def go(**plan) -> tuple:
        bill = house.bill()
        started = start(house.owner_of("101"), bill.id)
        house.meet_clocks()
        if plan:
            house.wechat("next_notice", **plan)
        pay(started)
        house.pass_seconds(60)
        house.wechat("deliver_due")
        attempts = house.wechat("attempts")["attempts"]
        return bill, started["order"]["id"], [one["status"] for one in attempts]

    return go


def kept(house) -> StoredNotification | None:
    """The notification as it lies in the table."""
    return house.container._payment_store.find_notification(house.wechat("attempts")["attempts"][-1]["id"])


@pytest.mark.row("FEE-02", "INT-13")
def test_a_notification_is_kept_and_handed_on_before_it_is_acknowledged(house, told) -> None:
    bill, number, statuses = told()
    assert statuses == [204]
    stored = kept(house)
    assert (stored.out_trade_no, stored.told_fen, stored.sub_mchid) == (number, 5192, house.sub_mchid)
    assert house.queue.waiting == [{"do": "settle", "out_trade_no": number, "notification_id": stored.id}]
    assert house.see(bill).state == "issued", "what a notification says is not what is booked"
    house.work()
    assert house.see(bill).state == "paid"


@pytest.mark.row("FEE-02", "INT-13")
@pytest.mark.parametrize("plan", [*({"forge": one} for one in FORGERIES), {"signed_ago_seconds": 400}, {"signtest": 1}],
                         ids=str)  # fmt: skip
def test_what_is_not_provably_wechats_and_fresh_changes_nothing(house, told, plan) -> None:
    bill, number, statuses = told(**plan)
    assert statuses == [401]
    assert (kept(house), house.queue.waiting) == (None, [])
    assert house.container._payment_store.find_order(number).state == "prepared"
    assert house.see(bill).payments == ()


@pytest.mark.row("INT-13")
def test_the_bytes_of_an_old_notification_are_refused_after_five_minutes(house, told) -> None:
    told()
    house.work()
    index = len(house.wechat("attempts")["attempts"]) - 1
    assert house.wechat("replay", index=index)["status"] == 204, "the same bytes within five minutes do no harm"
    house.clock.advance(timedelta(minutes=6))
    assert house.wechat("replay", index=index)["status"] == 401


@pytest.mark.row("FEE-02")
def test_a_notification_that_comes_thrice_is_booked_once(house, told) -> None:
    bill, number, statuses = told(copies=3)
    assert (statuses, len(house.queue.waiting)) == ([204] * 3, 3)
    house.work()
    assert [paid.ref for paid in house.see(bill).payments] == [number]
    assert house.balances() == {"wechat": 5192, "company_fees": -5192}


@pytest.mark.row("INT-13")
@pytest.mark.parametrize("percent", [0, 100])
def test_both_keys_count_while_wechat_changes_over(house, told, percent) -> None:
    house.wechat("keys", callbacks_by_public_key_percent=percent)
    bill, _, statuses = told()
    house.wechat("keys", callbacks_by_public_key_percent=100)
    house.work()
    assert (statuses, house.see(bill).state) == ([204], "paid")


@pytest.mark.row("FEE-02")
@pytest.mark.parametrize("changes", [{"amount.total": 1}, {"sub_mchid": "1900008512"}], ids=str)
def test_what_was_asked_is_booked_and_a_notification_that_differs_is_noted(house, told, changes) -> None:
    bill, number, _ = told(changes=changes)
    house.work()
    assert (house.see(bill).paid_fen, house.balances()["wechat"]) == (5192, 5192)
    (noted,) = house.container.remedies.list_open(house.estate_id, 5, None).items
    assert (noted.kind, noted.out_trade_no, noted.in_suspense) == ("notice_differs", number, False)


@pytest.mark.row("FEE-02")
@pytest.mark.parametrize("broken", ["table", "queue"])
def test_what_could_not_be_kept_or_handed_on_is_not_acknowledged(house, told, monkeypatch, broken) -> None:
    def fail(*_: object) -> None:
        raise StoreUnavailable if broken == "table" else NotHandedOn

    with monkeypatch.context() as breaking:
        bill, number, _ = told(drop=True)
        target = (house.container._payment_store, "commit") if broken == "table" else (house.queue, "put")
        breaking.setattr(*target, fail)
        order = next(one for one in house.simulator._server.pay.world.orders.values() if one.out_trade_no == number)
        url = order.request["notify_url"]
        house.simulator._server.pay.notices.tell(
            order.merchant, url, "TRANSACTION.SUCCESS", "transaction", order.facts()
        )
        house.pass_seconds(60)
        house.wechat("deliver_due")
        assert house.wechat("attempts")["attempts"][-1]["status"] == 500
    house.pass_seconds(60)
    house.wechat("deliver_due")
    assert house.wechat("attempts")["attempts"][-1]["status"] == 204, "WeChat sends it again"
    house.work()
    assert house.see(bill).state == "paid"


def test_what_a_notification_tells_is_tried_again_until_it_is_done(house, told, monkeypatch) -> None:
    bill, *_ = told()
    settle = entry_point("settle_payments", house.container, monkeypatch)
    house.wechat("fault", operation="query", times=2, status=500)
    (work,) = house.queue.waiting
    with pytest.raises(Unavailable):
        settle(work)
    assert settle(work) == "settle"
    assert house.see(bill).state == "paid"
