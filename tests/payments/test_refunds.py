"""Refunds: one asks, another approves; the money leaves its place at once, and the payer's hands last."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.charge import BillKind


@pytest.fixture
def finance(house):
    return house.staff(Role.FINANCE)


@pytest.fixture
def manager(house):
    return house.staff(Role.MANAGER)


@pytest.fixture
def ask(house, post, finance):
    """The finance desk asks for a refund of the bills of an order, or of prepaid money."""

    def go(number: str, *parts: dict, origin: str = "bills", status: int = 201, key: str = "refund-once-1") -> dict:
        body = {"origin": origin, "parts": list(parts), "reason": "多收了"}
        return post(f"payments/{number}/refunds", finance, status, key, **body)

    return go


@pytest.fixture
def decide(post, manager):
    def go(refund: dict, who=None, status: int = 200, **body) -> dict:
        path = f"payments/{refund['order_id']}/refunds/{refund['id']}/decision"
        return post(path, who or manager, status, **(body or {"approve": True}))

    return go


@pytest.fixture
def arrive(house, sweep):
    """What waits gets done, WeChat ends the refund, and what it says when asked gets booked."""

    def go() -> None:
        house.work()
        house.pass_seconds(30)
        house.wechat("deliver_due")
        sweep(6)

    return go


def part(bill, fen: int, late: int = 0) -> dict:
    return {"room_id": bill.room_id, "bill_id": bill.id, "fen": fen, "late_fee_fen": late}


def shown(client, house, number: str, who) -> dict:
    return client.get(f"{house.path}/payments/{number}", who=who).json


@pytest.mark.row("FEE-02")
def test_a_whole_refund_makes_the_bill_due_again_and_its_receipt_void(house, client, paid, ask, decide, arrive) -> None:
    owner, bill = house.owner_of("101"), house.bill(5192)
    number = paid(owner, bill.id)
    refund = ask(number, part(bill, 5192))
    assert (refund["state"], house.see(bill).state) == ("asked", "paid")
    assert decide(refund)["state"] == "approved"
    assert (house.see(bill).state, house.see(bill).paid_fen) == ("issued", 0)
    assert house.balances() == {"wechat": 5192, "company_fees": 0, "suspense": -5192}
    arrive()
    detail = shown(client, house, number, house.staff())
    assert (detail["refunds"][0]["state"], detail["order"]["state_label"]) == ("succeeded", "已退款")
    assert detail["refunds"][0]["received_account"] == "支付用户零钱"
    assert house.balances() == {"wechat": 0, "company_fees": 0, "suspense": 0}
    receipt = house.container.receipts.get_receipt(detail["order"]["receipt_ids"][0])
    assert (receipt.state, receipt.left_fen) == ("void", 0)


@pytest.mark.row("FEE-02")
def test_a_part_goes_back_and_never_more_than_the_order_paid_there(house, paid, ask, decide, arrive) -> None:
    """Another payment stands on the same bill, and another bill on the same order: neither is given back by mistake."""
    owner = house.owner_of("101")
    bill, other = house.bill(5192), house.bill(9000, kind=BillKind.PARKING)
    number = paid(owner, bill.id, other.id)
    ask(number, part(bill, 5193), status=409)
    first = ask(number, part(bill, 3000))
    assert ask(number, part(bill, 3000))["id"] == first["id"], "the same call again is the same refund"
    assert ask(number, part(bill, 1), status=409)["code"] == "payment_key_reused"
    refused = ask(number, part(bill, 2193), status=409, key="refund-once-2")
    assert refused["code"] == "not_refundable", (
        "5192 came, 3000 are held: 2192 are left there, though 11192 of the order"
    )
    decide(first)
    arrive()
    assert (house.see(bill).state, house.see(bill).due(bill.due_on).fen) == ("part_paid", 3000)
    assert house.see(other).state == "paid"
    assert house.balances() == {"wechat": 11192, "company_fees": -2192, "parking_gross": -9000, "suspense": 0}


@pytest.mark.row("FEE-02")
@pytest.mark.parametrize("case", ["suspense", "late fee of prepaid money", "nothing", "twice", "prepaid as a bill"])
def test_what_no_place_holds_is_not_given_back(house, paid, ask, case) -> None:
    owner, bill = house.owner_of("101"), house.bill(5192)
    number = paid(owner, bill.id, prepay=[{"room_id": bill.room_id, "fen": 1000}])
    prepaid = {"room_id": bill.room_id, "fen": 400}
    origin, parts = {
        "suspense": ("suspense", [part(bill, 5192)]),
        "late fee of prepaid money": ("prepaid", [{**prepaid, "late_fee_fen": 100}]),
        "nothing": ("bills", [part(bill, 0)]),
        "twice": ("bills", [part(bill, 100), part(bill, 100)]),
        "prepaid as a bill": ("bills", [prepaid]),
    }[case]
    assert ask(number, *parts, origin=origin, status=409)["code"] == "not_refundable"
    assert house.container.refunds.list_of(number) == []


@pytest.mark.row("FEE-02")
def test_prepaid_money_goes_back_unless_it_was_spent(house, paid, ask, decide, arrive) -> None:
    owner, room = house.owner_of("101"), house.room("101")
    number = paid(owner, prepay=[{"room_id": room.id, "fen": 1000}])
    refund = ask(number, {"room_id": room.id, "fen": 1000}, origin="prepaid")
    house.bill(700)
    house.container.prepaid_offsets.apply("system", "系统", house.estate_id, room.id, house.clock())
    assert decide(refund, status=409)["code"] == "not_enough_prepaid"
    decide(refund, approve=False, reason="已抵扣账单")
    second = ask(number, {"room_id": room.id, "fen": 300}, origin="prepaid", key="refund-once-2")
    decide(second)
    arrive()
    assert house.container.wallets.wallet_of(house.estate_id, room.id).prepaid_fen == 0
    assert house.balances() == {"wechat": 700, "prepaid": 0, "company_fees": -700, "suspense": 0}


@pytest.mark.row("FEE-02")
def test_who_asked_does_not_approve_and_who_declines_says_why(house, client, paid, decide, post, manager) -> None:
    bill = house.bill(5192)
    number = paid(house.owner_of("101"), bill.id)
    body = {"origin": "bills", "parts": [part(bill, 5192)], "reason": "多收了"}
    refund = post(f"payments/{number}/refunds", manager, 201, "refund-once-1", **body)
    assert decide(refund, status=403)["code"] == "same_person_refused"
    other = house.staff(Role.MANAGER)
    assert decide(refund, other, 422, approve=False)["code"] == "input_missing"
    assert decide(refund, other, approve=False, reason="不应退")["decline_reason"] == "不应退"
    assert decide(refund, other, 409)["code"] == "illegal_transition"
    order = shown(client, house, number, other)["order"]
    assert (order["refunding_fen"], house.see(bill).state) == (0, "paid")


@pytest.mark.row("FEE-02")
def test_a_refund_that_wechat_closes_waits_in_suspense_and_is_sent_again(
    house, client, paid, ask, decide, arrive, post, finance
) -> None:
    bill = house.bill(5192)
    number = paid(house.owner_of("101"), bill.id)
    house.wechat("refunds_end", endings=["CLOSED"])
    decide(ask(number, part(bill, 5192)))
    arrive()
    order = shown(client, house, number, finance)["order"]
    assert (order["refunding_fen"], order["suspense_fen"], order["refunded_fen"]) == (0, 5192, 0)
    (failed,) = client.get(f"{house.path}/payment-exceptions", who=finance).json["items"]
    assert (failed["kind"], failed["left_fen"]) == ("refund_failed", 5192)
    receipt = house.container.receipts.get_receipt(order["receipt_ids"][0])
    assert receipt.left_fen == 0, "the receipt no longer stands for money that is on no bill"
    resolution = f"payment-exceptions/{failed['id']}/resolution"
    waiting = post(resolution, finance, remedy="refund", note="再退一次")
    assert waiting["resolved_at"] is None
    decide({"id": waiting["refund_id"], "order_id": number})
    arrive()
    after = shown(client, house, number, finance)["order"]
    assert (after["suspense_fen"], after["refunded_fen"], after["state_label"]) == (0, 5192, "已退款")
    assert client.get(f"{house.path}/payment-exceptions", who=finance).json["items"] == []
    assert house.balances() == {"wechat": 0, "company_fees": 0, "suspense": 0}


@pytest.mark.row("FEE-02")
def test_without_balance_a_refund_waits_under_its_number_and_its_exception_ends_with_it(
    house, client, paid, ask, decide, arrive, finance
) -> None:
    bill = house.bill(5192)
    number = paid(house.owner_of("101"), bill.id)
    house.wechat("balance", mchid=house.sub_mchid, fen=0)
    decide(ask(number, part(bill, 5192)))
    arrive()
    arrive()
    exceptions = f"{house.path}/payment-exceptions"
    (stuck,) = client.get(exceptions, who=finance).json["items"]
    assert (stuck["kind"], stuck["kind_label"]) == ("refund_stuck", "退款余额不足")
    house.wechat("balance", mchid=house.sub_mchid, fen=5192)
    arrive()
    arrive()
    (refund,) = shown(client, house, number, finance)["refunds"]
    assert refund["state"] == "succeeded"
    assert client.get(exceptions, who=finance).json["items"] == []


def test_a_refund_that_wechat_knows_in_other_words_is_not_failed(house, paid, ask, decide) -> None:
    """Its answer was lost, and our address changed before it was sent again: WeChat keeps what it got first."""
    bill = house.bill(5192)
    number = paid(house.owner_of("101"), bill.id)
    refund = decide(ask(number, part(bill, 5192)))
    house.wechat("fault", operation="refund", when="after", drop=True)
    with pytest.raises(Exception, match="繁忙"):
        house.work()
    for known in house.simulator._server.pay.world.refunds.values():
        known.request["notify_url"] = "https://before.example.cn/wechat/pay/refunds"
    house.pass_seconds(30)
    after = house.container.paying_back.carry_on(number, refund["id"], house.clock())
    assert after.state == "processing"
