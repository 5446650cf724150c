"""Money that does not fit: each kind stands in suspense until a person gives it a place, and nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from miniprogram_api.billing.bill import Paid, Reduction
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.charge import Means
from miniprogram_api.payments.store import ORDER
from miniprogram_api.storage.transaction import Transaction


@pytest.fixture
def finance(house):
    return house.staff(Role.FINANCE)


@pytest.fixture
def exceptions(house, client, finance):
    return lambda: client.get(f"{house.path}/payment-exceptions", who=finance).json["items"]


@pytest.fixture
def resolve(post, finance):
    def go(exception: dict, remedy: str, status: int = 200, **body) -> dict:
        path = f"payment-exceptions/{exception['id']}/resolution"
        return post(path, finance, status, remedy=remedy, note="已与业主核对", **body)

    return go


@pytest.fixture
def settle(house):
    return lambda started: house.container.settlement.settle(started["order"]["id"], house.clock())


def change_bill(house, bill, **changes) -> None:
    act = Transaction("acc_manager", "change_bill", house.clock())
    before = house.see(bill)
    house.bills.write(act, before, replace(before, **changes))
    house.container.table.commit(act)


@pytest.fixture
def after_close(house, client, start, pay, settle):
    """A payment of 5192 fen that came although its order was closed."""

    def go(bill) -> dict:
        owner = house.owner_of("101")
        started = start(owner, bill.id)
        client.post(f"{house.path}/payment-orders/{started['order']['id']}/cancellation", who=owner)
        assert pay(started, even_if_closed=True) == "requestPayment:ok"
        settle(started)
        return started

    return go


@pytest.mark.row("FEE-02")
def test_what_came_after_the_close_pays_the_bill_when_a_person_says_so(house, after_close, exceptions, resolve) -> None:
    bill = house.bill(5192)
    started = after_close(bill)
    assert house.see(bill).state == "issued"
    (found,) = exceptions()
    assert (found["kind"], found["left_fen"], found["remedies"]) == (
        "paid_after_close",
        5192,
        ["pay_bills", "prepay", "refund"],
    )
    assert house.balances() == {"wechat": 5192, "suspense": -5192}
    done = resolve(found, "pay_bills", bill_ids=[bill.id])
    assert resolve(found, "pay_bills", bill_ids=[bill.id]) == done, "repeating it finds it done"
    assert (house.see(bill).state, exceptions()) == ("paid", [])
    assert house.balances() == {"wechat": 5192, "suspense": 0, "company_fees": -5192}
    order = house.container._payment_store.find_order(started["order"]["id"])
    assert (order.suspense_fen, order.applied[0].bill_id, len(order.receipts)) == (0, bill.id, 1)


@pytest.mark.row("FEE-02")
def test_what_is_left_after_the_bills_is_prepaid(house, after_close, exceptions, resolve) -> None:
    bill, small = house.bill(5192), house.bill(1000, "102")
    after_close(bill)
    (found,) = exceptions()
    assert resolve(found, "pay_bills", 422, bill_ids=[small.id])["code"] == "remedy_refused", "4192 would have no place"
    resolve(found, "pay_bills", bill_ids=[small.id], room_id=bill.room_id)
    assert house.see(small).state == "paid"
    assert house.balances() == {"wechat": 5192, "suspense": 0, "company_fees": -1000, "prepaid": -4192}


@pytest.mark.row("FEE-02")
def test_a_remedy_must_be_one_of_the_kind(house, after_close, exceptions, resolve) -> None:
    after_close(house.bill(5192))
    (found,) = exceptions()
    for remedy in ("pay_out", "note"):
        assert resolve(found, remedy, 422)["code"] == "remedy_refused"
    assert resolve(found, "pay_bills", 404, bill_ids=["bill_x_2026-11_service_1"])["code"] == "bill_unknown"
    assert exceptions() == [found]


@pytest.mark.row("FEE-02")
@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"void_reason": "开错了"}, "bill_changed"),
        ({"reductions": (Reduction("adj_1", 1, "减免"),)}, "bill_changed"),
        ({"reductions": (Reduction("adj_1", 5192, "减免"),)}, "bill_changed"),
    ],
    ids=["void", "a fen less", "let off"],
)
def test_a_bill_that_changed_while_it_was_paid_takes_nothing(
    house, start, pay, settle, exceptions, changes, kind
) -> None:
    bill = house.bill(5192)
    started = start(house.owner_of("101"), bill.id)
    change_bill(house, bill, **changes)
    pay(started)
    settle(started)
    (found,) = exceptions()
    assert (found["kind"], found["left_fen"], house.see(bill).payments) == (kind, 5192, ())
    assert house.balances() == {"wechat": 5192, "suspense": -5192}


@pytest.mark.row("FEE-02")
@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"appid": "wx_of_others"}, "wrong_merchant"),
        ({"payer_index": "somebody else"}, "wrong_payer"),
        ({"lines": "a fen more"}, "wrong_amount"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_payment_that_is_not_what_was_ordered_is_not_taken_apart(
    house, start, pay, settle, exceptions, changes, kind
) -> None:
    """As if the order had been for something else than WeChat says was paid."""
    bill = house.bill(5192)
    started = start(house.owner_of("101"), bill.id)
    order = house.container._payment_store.find_order(started["order"]["id"])
    if "lines" in changes:
        changes = {"lines": (replace(order.lines[0], fen=5193),)}
    act = Transaction("system", "test_setup", house.clock())
    act.change(ORDER, order, replace(order, **changes))
    house.container.table.commit(act)
    pay(started)
    settle(started)
    (found,) = exceptions()
    assert (found["kind"], found["left_fen"]) == (kind, 5192)
    assert (house.see(bill).payments, house.balances()) == ((), {"wechat": 5192, "suspense": -5192})


@pytest.mark.row("FEE-02")
def test_what_is_paid_twice_goes_back_by_itself(house, start, pay, settle, exceptions) -> None:
    bill = house.bill(5192)
    started = start(house.owner_of("101"), bill.id)
    pay(started)
    house.clock.advance(timedelta(minutes=31))
    house.meet_clocks()
    change_bill(house, bill, payments=(Paid("off_cash", Means.CASH, 5192, 0, house.clock()),))
    order = settle(started)
    assert (order.suspense_fen, order.refunding_fen, order.state_label) == (5192, 5192, "退款中")
    (refund,) = house.container.refunds.list_of(order.out_trade_no)
    assert (refund.state, refund.reason, refund.decided_by) == ("approved", "重复支付", "system")
    for minutes in (0, 6):
        house.clock.advance(timedelta(minutes=minutes))
        house.meet_clocks()
        house.wechat("deliver_due")
        refund = house.container.paying_back.carry_on(order.out_trade_no, refund.id, house.clock())
    assert refund.state == "succeeded"
    assert exceptions() == []
    assert house.balances() == {"wechat": 0, "suspense": 0}


@pytest.mark.row("FEE-02")
def test_two_people_who_see_to_one_exception_do_it_once(house, after_close, exceptions, resolve, post) -> None:
    bill = house.bill(5192)
    after_close(bill)
    (found,) = exceptions()
    resolve(found, "prepay", room_id=bill.room_id)
    path = f"payment-exceptions/{found['id']}/resolution"
    refused = post(path, house.staff(), 409, remedy="pay_bills", note="核对过", bill_ids=[bill.id])
    assert refused["code"] == "payment_exception_moved"
    assert house.balances() == {"wechat": 5192, "suspense": 0, "prepaid": -5192}


@pytest.mark.row("FEE-02")
def test_money_of_nobody_stands_with_the_company_and_is_paid_out(house, client) -> None:
    head = house.people.company_admin(house.world.company)
    house.wechat("seed_paid", count=1, total=777, provider=True, sub_mchid=house.sub_mchid)
    assert house.container.settlement.take_stray("seeded000000", house.sub_mchid, house.clock())
    assert house.container.settlement.take_stray("seeded000000", house.sub_mchid, house.clock()), "told again"
    path = f"/v1/companies/{house.company_id}/payment-exceptions"
    (found,) = client.get(path, who=head).json["items"]
    assert (found["kind"], found["left_fen"], found["remedies"]) == ("unknown_order", 777, ["pay_out"])
    body = {"remedy": "pay_out", "note": "已查明并退还", "paid_out_in_cash": True}
    answer = client.post(f"{path}/{found['id']}/resolution", who=head, json=body)
    assert (answer.status_code, client.get(path, who=head).json["items"]) == (200, [])
    assert house.balances(house.company_id) == {"wechat": 777, "suspense": 0, "cash": -777}
    assert not house.container.settlement.take_stray("seeded000000", "1799999999", house.clock()), "no company's"
    assert not house.container.settlement.take_stray("pay_of_nobody", house.sub_mchid, house.clock())
