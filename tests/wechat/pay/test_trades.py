"""Orders, payments, refunds: what WeChat documents, met over a real socket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.wechat.pay.errors import (
    NotEnoughBalance,
    OrderClosed,
    OrderPaid,
    OrderUnknown,
    ParametersDiffer,
    PayBusy,
    PayerMismatch,
    PayMisconfigured,
    RefundRefused,
    RefundUnknown,
)
from miniprogram_api.wechat.pay.facts import PayOrder, RefundOrder, RefundStatus, TradeState
from miniprogram_api.wechat.pay.transport import get

from .conftest import COMPANY, PAYER, an_order


@pytest.mark.row("FEE-02")
@pytest.mark.row("INT-13")
def test_an_order_is_paid_with_our_signature_and_read_back_to_the_last_fen(pay, wechat, clock):
    prepay_id = pay.order(an_order(total=12345, attach="bill_01"))
    assert pay.query("pay_0001").state is TradeState.NOTPAY

    request = pay.request_payment(prepay_id, clock()).arguments()
    assert set(request) == {"timeStamp", "nonceStr", "package", "signType", "paySign"}
    assert wechat("user_pays", request_payment=request)["result"] == "requestPayment:ok"

    trade = pay.query("pay_0001")
    assert trade.state is TradeState.SUCCESS
    assert (trade.payment.total_fen, trade.payment.payer_total_fen, trade.payment.currency) == (12345, 12345, "CNY")
    assert (trade.payment.openid, trade.payment.attach) == (PAYER, "bill_01")
    assert trade.payment.sub_mchid is None
    assert abs(trade.payment.paid_at - clock()) < timedelta(seconds=5)


def test_arguments_altered_by_one_letter_do_not_pay(pay, wechat, clock):
    request = pay.request_payment(pay.order(an_order()), clock()).arguments()
    request["nonceStr"] = ("0" if request["nonceStr"][0] != "0" else "1") + request["nonceStr"][1:]
    assert wechat("user_pays", request_payment=request)["result"] == "requestPayment:fail 支付验证签名失败"


def test_the_same_order_again_gives_the_same_prepay_id_until_two_hours_are_over(simulator, pay):
    first = pay.order(an_order())
    assert pay.order(an_order()) == first
    simulator.control("clock", advance_seconds=2 * 3600)
    assert pay.order(an_order()) != first


@pytest.mark.parametrize(
    "change", [{"total_fen": 12346}, {"description": "车位费"}, {"attach": "x"}, {"openid": "oOther"}], ids=str
)
def test_the_same_number_with_other_contents_is_refused(simulator, pay, change):
    simulator.control("visit", openid="oOther")
    pay.order(an_order())
    with pytest.raises(ParametersDiffer):
        pay.order(an_order(**change))


def test_a_paid_number_is_not_ordered_or_closed_again(pay, paid):
    number = paid()
    with pytest.raises(OrderPaid):
        pay.order(an_order(number))
    with pytest.raises(OrderPaid):
        pay.close(number)


def test_a_closed_order_cannot_be_paid_and_closing_it_again_is_done(pay, wechat):
    prepay_id = pay.order(an_order())
    pay.close("pay_0001")
    pay.close("pay_0001")
    assert pay.query("pay_0001").state is TradeState.CLOSED
    assert wechat("user_pays", prepay_id=prepay_id)["result"] == "requestPayment:fail 订单已关闭"
    with pytest.raises(OrderClosed):
        pay.order(an_order())


def test_closing_is_done_also_when_wechat_says_the_order_is_closed(pay, wechat):
    wechat("fault", operation="close", status=400, code="ORDER_CLOSED")
    assert pay.close("pay_0001") is None


def test_an_answer_about_another_order_is_not_believed(pay, paid, monkeypatch):
    paid("pay_0001")
    pay.order(an_order("pay_0002"))
    ask, about = pay._transport.ask, get("query", f"{pay._trade('pay_0001')}", **pay._ids(None))
    monkeypatch.setattr(pay._transport, "ask", lambda _: ask(about))
    with pytest.raises(PayBusy):
        pay.query("pay_0002")


def test_closing_a_number_never_ordered_burns_it(pay):
    pay.close("pay_never")
    with pytest.raises(OrderClosed):
        pay.order(an_order("pay_never"))
    with pytest.raises(OrderUnknown):
        pay.query("pay_never")


def test_a_stranger_is_not_a_payer(pay):
    with pytest.raises(PayerMismatch):
        pay.order(an_order(openid="oNobody"))


def test_time_to_pay_ends_when_we_said(simulator, pay, wechat, clock):
    prepay_id = pay.order(an_order(expires_at=clock() + timedelta(minutes=30)))
    simulator.control("clock", advance_seconds=30 * 60)
    assert wechat("user_pays", prepay_id=prepay_id)["result"] == "requestPayment:fail 支付已过期"


@pytest.mark.row("FEE-02")
def test_a_part_and_then_the_rest_are_refunded_once_each(pay, paid, wechat):
    number = paid(total=1000)
    part = RefundOrder(number, "ref_1", 300, 1000, reason="多收")
    first = pay.refund(part)
    assert (first.status, first.refund_fen, first.total_fen) == (RefundStatus.PROCESSING, 300, 1000)
    assert pay.refund(part).refund_id == first.refund_id

    wechat("deliver_all")
    pay.refund(RefundOrder(number, "ref_2", 700, 1000))

    done = pay.query_refund("ref_1")
    assert (done.status, done.refund_fen, done.payer_refund_fen) == (RefundStatus.SUCCESS, 300, 300)
    assert done.succeeded_at is not None
    assert pay.query(number).state is TradeState.REFUND
    assert pay.query(number).payment.total_fen == 1000
    with pytest.raises(RefundRefused):
        pay.refund(RefundOrder(number, "ref_3", 1, 1000))


def test_refunds_wechat_does_not_take_each_have_their_outcome(simulator, pay, paid, wechat):
    number = paid(total=1000)
    mchid = wechat("credentials")["mchid"]
    wechat("balance", mchid=mchid, fen=299)
    with pytest.raises(NotEnoughBalance):
        pay.refund(RefundOrder(number, "ref_1", 300, 1000))
    wechat("balance", mchid=mchid, fen=300)
    pay.refund(RefundOrder(number, "ref_1", 300, 1000))
    with pytest.raises(ParametersDiffer):
        pay.refund(RefundOrder(number, "ref_1", 299, 1000))
    with pytest.raises(RefundRefused):
        pay.refund(RefundOrder(number, "ref_2", 1, 999))
    with pytest.raises(OrderUnknown):
        pay.refund(RefundOrder("pay_none", "ref_3", 1, 1000))
    with pytest.raises(RefundUnknown):
        pay.query_refund("ref_none")
    pay.order(an_order("pay_0002"))
    with pytest.raises(RefundRefused):
        pay.refund(RefundOrder("pay_0002", "ref_4", 1, 12345))
    simulator.control("clock", advance_seconds=366 * 86400)
    with pytest.raises(RefundRefused):
        pay.refund(RefundOrder(number, "ref_5", 1, 1000))


def test_an_order_is_refunded_in_fifty_parts_at_most(pay, paid):
    number = paid(total=1000)
    for part in range(50):
        pay.refund(RefundOrder(number, f"ref_{part}", 1, 1000))
    with pytest.raises(RefundRefused):
        pay.refund(RefundOrder(number, "ref_50", 1, 1000))


@pytest.mark.parametrize("ending", ["ABNORMAL", "CLOSED"])
def test_a_refund_that_fails_says_how(pay, paid, wechat, ending):
    wechat("refunds_end", endings=[ending])
    pay.refund(RefundOrder(paid(), "ref_1", 1, 12345))
    wechat("deliver_all")
    refund = pay.query_refund("ref_1")
    assert (refund.status, refund.succeeded_at) == (RefundStatus(ending), None)


def test_the_money_of_a_company_goes_to_the_company(connect, wechat, clock):
    pay = connect(provider=True)
    prepay_id = pay.order(an_order(sub_mchid=COMPANY))
    request = pay.request_payment(prepay_id, clock()).arguments()
    assert wechat("user_pays", request_payment=request)["result"] == "requestPayment:ok"

    payment = pay.query("pay_0001", COMPANY).payment
    assert (payment.mchid, payment.sub_mchid, payment.openid) == ("1900007511", COMPANY, PAYER)
    refund = pay.refund(RefundOrder("pay_0001", "ref_1", 5, 12345, sub_mchid=COMPANY))
    assert pay.query_refund("ref_1", COMPANY).refund_id == refund.refund_id
    with pytest.raises(OrderUnknown):
        pay.query("pay_0001", "1900008512")
    with pytest.raises(OrderPaid):
        pay.close("pay_0001", COMPANY)


def test_a_company_that_is_not_ours_is_refused(connect):
    with pytest.raises(PayMisconfigured) as failed:
        connect(provider=True).order(an_order(sub_mchid="1900009999"))
    assert failed.value.detail["wechat_code"] == "NO_AUTH"


@pytest.mark.parametrize(("provider", "sub_mchid"), [(True, None), (False, COMPANY)])
def test_whose_money_it_is_is_never_left_open(connect, wechat, provider, sub_mchid):
    pay = connect(provider=provider)
    for ask in (
        lambda: pay.order(an_order(sub_mchid=sub_mchid)),
        lambda: pay.query("pay_0001", sub_mchid),
        lambda: pay.close("pay_0001", sub_mchid),
        lambda: pay.refund(RefundOrder("pay_0001", "r", 1, 1, sub_mchid)),
        lambda: pay.query_refund("r", sub_mchid),
    ):
        with pytest.raises(ValueError, match="sub_mchid"):
            ask()
    assert wechat("calls")["calls"] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"out_trade_no": "short"},
        {"out_trade_no": "x" * 33},
        {"out_trade_no": "pay|0001"},
        {"out_trade_no": "pay/0001"},
        {"out_trade_no": "pay_0001\n"},
        {"total_fen": 0},
        {"total_fen": -1},
        {"total_fen": 1.0},
        {"total_fen": True},
        {"description": ""},
        {"description": "费" * 128},
        {"description": "物业费,`0.01"},
        {"description": "物业\n费"},
        {"attach": "x" * 129},
    ],
    ids=str,
)
def test_an_order_wechat_would_refuse_is_not_made(fields):
    given = {"out_trade_no": "pay_0001", "description": "物业费", "total_fen": 1, "openid": PAYER}
    with pytest.raises(ValueError, match=r"order number|total_fen|description|attach"):
        PayOrder(**(given | fields))


@pytest.mark.parametrize(("refund", "total"), [(0, 10), (11, 10), (1, 0), (1.5, 10)])
def test_a_refund_is_something_and_not_more_than_the_order(refund, total):
    with pytest.raises(ValueError, match=r"fen|more than"):
        RefundOrder("pay_0001", "ref_1", refund, total)


def test_the_self_test_proves_the_keys_of_both_sides(pay, wechat, receiver):
    pay.check_keys("早上好", notify=True)
    wechat("deliver_due")
    notification = pay.read_notification(receiver.arrived[0].headers, receiver.arrived[0].body, pay._clock())
    assert (notification.event_type, notification.content) == ("SECURITY_ECHO.SUCCESS", None)
