"""Every way a call can fail has one outcome; what may have happened is never tried twice; nothing secret is said."""

from __future__ import annotations

import logging
import socket
from datetime import date, timedelta

import pytest

from miniprogram_api.kernel.errors import Problem
from miniprogram_api.wechat.pay import errors
from miniprogram_api.wechat.pay.errors import (
    BillNotReady,
    FrequencyLimited,
    NoStatement,
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
    SignatureRefused,
    TradeRefused,
)
from miniprogram_api.wechat.pay.facts import RefundOrder

from .conftest import PAYER, an_order

ASK = {
    "order": lambda pay: pay.order(an_order()),
    "query": lambda pay: pay.query("pay_0001"),
    "close": lambda pay: pay.close("pay_0001"),
    "refund": lambda pay: pay.refund(RefundOrder("pay_0001", "ref_1", 1, 12345)),
    "query_refund": lambda pay: pay.query_refund("ref_1"),
    "trade_bill": lambda pay: pay.trade_bill(date(2026, 12, 1)),
    "echo": lambda pay: pay.check_keys("hello"),
}
READING = ("query", "query_refund", "trade_bill")
SAID = [
    ("order", 400, "ORDERPAID", "该订单已支付", OrderPaid),
    ("order", 403, "ORDERPAID", "该订单已支付", OrderPaid),
    ("order", 400, "INVALID_REQUEST", "该订单已支付", OrderPaid),
    ("order", 400, "INVALID_REQUEST", "订单已关闭", OrderClosed),
    ("order", 400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致", ParametersDiffer),
    ("order", 400, "INVALID_REQUEST", "无效请求", PayMisconfigured),
    ("order", 400, "ORDER_CLOSED", "", OrderClosed),
    ("order", 403, "OUT_TRADE_NO_USED", "商户订单号重复", ParametersDiffer),
    ("order", 500, "OPENID_MISMATCH", "openid和appid不匹配", PayerMismatch),
    ("order", 403, "TRADE_ERROR", "", TradeRefused),
    ("order", 403, "RULE_LIMIT", "", TradeRefused),
    ("order", 400, "PARAM_ERROR", "", PayMisconfigured),
    ("order", 400, "APPID_MCHID_NOT_MATCH", "", PayMisconfigured),
    ("order", 400, "MCH_NOT_EXISTS", "", PayMisconfigured),
    ("order", 403, "NO_AUTH", "", PayMisconfigured),
    ("order", 403, "ACCOUNT_ERROR", "", PayMisconfigured),
    ("order", 401, "SIGN_ERROR", "", PayMisconfigured),
    ("order", 429, "FREQUENCY_LIMITED", "", FrequencyLimited),
    ("order", 429, "RATELIMIT_EXCEEDED", "", FrequencyLimited),
    ("order", 429, "SOMETHING_NEW", "", FrequencyLimited),
    ("order", 500, "SYSTEM_ERROR", "", PayBusy),
    ("order", 502, "SOMETHING_NEW", "", PayBusy),
    ("order", 418, "SOMETHING_NEW", "", PayMisconfigured),
    ("query", 404, "ORDER_NOT_EXIST", "", OrderUnknown),
    ("query", 404, "ORDERNOTEXIST", "", OrderUnknown),
    ("close", 404, "ORDER_NOT_EXIST", "", OrderUnknown),
    ("close", 400, "ORDERPAID", "", OrderPaid),
    ("refund", 403, "NOT_ENOUGH", "", NotEnoughBalance),
    ("refund", 400, "INVALID_REQUEST", "申请退款金额大于订单可退金额", RefundRefused),
    ("refund", 400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致", ParametersDiffer),
    ("refund", 403, "TRADE_ERROR", "", RefundRefused),
    ("refund", 403, "RULE_LIMIT", "", RefundRefused),
    ("refund", 403, "USER_ACCOUNT_ABNORMAL", "", RefundRefused),
    ("refund", 404, "RESOURCE_NOT_EXISTS", "", OrderUnknown),
    ("refund", 404, "MCH_NOT_EXISTS", "", PayMisconfigured),
    ("query_refund", 404, "RESOURCE_NOT_EXISTS", "", RefundUnknown),
    ("trade_bill", 400, "NO_STATEMENT_EXIST", "", NoStatement),
    ("trade_bill", 400, "STATEMENT_CREATING", "", BillNotReady),
]


@pytest.mark.parametrize(("operation", "status", "code", "message", "outcome"), SAID)
def test_what_wechat_says_becomes_one_outcome(pay, wechat, operation, status, code, message, outcome):
    wechat("fault", operation=operation, times=2, status=status, code=code, message=message)
    with pytest.raises(Problem) as failed:
        ASK[operation](pay)
    assert type(failed.value) is outcome
    assert failed.value.detail["wechat_code"] == code
    assert len(failed.value.detail["request_id"]) == 32


@pytest.mark.parametrize("operation", ASK)
@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"drop": True}, {"drop": True, "when": "after"}, {"signature": "signtest"}], ids=str
)
def test_what_only_reads_is_asked_once_more_and_what_acts_is_not(pay, paid, wechat, go_to, operation, fault):
    go_to("2026-12-01 12:00")
    paid()
    if operation == "query_refund":
        pay.refund(RefundOrder("pay_0001", "ref_1", 1, 12345))
    fresh = {"order": lambda pay: pay.order(an_order("pay_0002")), "close": lambda pay: pay.close("pay_0002")}
    ask = {**ASK, **fresh}[operation]
    go_to("2026-12-02 12:00")
    before = wechat("calls")["calls"].count(operation)
    wechat("fault", operation=operation, **fault)
    if operation in READING:
        ask(pay)
    else:
        with pytest.raises(PayBusy):
            ask(pay)
    assert wechat("calls")["calls"].count(operation) - before == (2 if operation in READING else 1)


def test_an_order_that_exists_although_wechat_failed_is_found_by_the_same_number(pay, wechat):
    wechat("fault", operation="order", when="after", status=500)
    with pytest.raises(PayBusy):
        pay.order(an_order())
    (order,) = wechat("orders")["orders"]
    assert [pay.order(an_order())] == order["prepay_ids"]


def test_a_refund_that_happened_although_we_waited_in_vain_is_not_made_twice(connect, paid, wechat):
    number, pay = paid(), connect(timeouts=(1.0, 0.2))
    wechat("fault", operation="refund", when="after", delay_seconds=5)
    with pytest.raises(PayBusy) as failed:
        pay.refund(RefundOrder(number, "ref_1", 1, 12345))
    assert failed.value.detail["reason"] == "ReadTimeoutError"
    known = pay.query_refund("ref_1")
    assert pay.refund(RefundOrder(number, "ref_1", 1, 12345)).refund_id == known.refund_id


@pytest.mark.parametrize(
    ("operation", "signature"),
    [
        *(("order", one) for one in ("signtest", "unknown_serial", "old", "altered", "none")),
        *(("query", one) for one in ("signtest", "unknown_serial", "old", "altered", "none")),
        *(("close", one) for one in ("signtest", "unknown_serial", "old", "none")),
    ],
)
def test_an_answer_that_is_not_provably_wechats_is_not_believed(pay, wechat, operation, signature):
    pay.order(an_order())
    wechat("fault", operation=operation, times=2, signature=signature)
    with pytest.raises(SignatureRefused):
        ASK[operation](pay)


def test_a_call_that_never_left_goes_to_the_second_address(connect, simulator, wechat):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        pay = connect(addresses=(dead, simulator.base_url))
        assert pay.order(an_order()).startswith("wx")
        with pytest.raises(PayBusy) as failed:
            connect(addresses=(dead,)).order(an_order())
    assert failed.value.detail["reason"] == "NewConnectionError"
    assert wechat("calls")["calls"] == ["order"]


def test_an_answer_that_moves_us_elsewhere_is_not_followed(connect, receiver):
    receiver.handle = lambda _: 302
    with pytest.raises(PayMisconfigured):
        connect(addresses=(receiver.base_url,)).query("pay_0001")
    assert [delivery.target.partition("?")[0] for delivery in receiver.arrived] == [
        "/v3/pay/transactions/out-trade-no/pay_0001"
    ]


@pytest.mark.parametrize(("skew", "outcome"), [(-301, PayMisconfigured), (301, PayMisconfigured), (-298, None)])
def test_a_clock_that_is_five_minutes_off_is_refused_by_wechat(connect, clock, skew, outcome):
    pay = connect(clock=lambda: clock() + timedelta(seconds=skew))
    if outcome is None:
        assert pay.order(an_order())
    else:
        with pytest.raises(outcome) as failed:
            pay.order(an_order())
        assert failed.value.detail["wechat_code"] == "SIGN_ERROR"


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        ("order", {"status": 400, "code": "PARAM_ERROR", "message": f"openid {PAYER} 不合法"}),
        ("order", {"status": 500}),
        ("order", {"drop": True}),
        ("order", {"signature": "altered"}),
        ("query", {"status": 404, "code": "ORDER_NOT_EXIST"}),
        ("refund", {"status": 403, "code": "NOT_ENOUGH"}),
    ],
    ids=str,
)
def test_a_failure_says_what_happened_but_nothing_secret(pay, wechat, caplog, operation, fault):
    caplog.set_level(logging.DEBUG)
    wechat("fault", operation=operation, times=2, **fault)
    with pytest.raises(Problem) as failed:
        ASK[operation](pay)
    said, failure = caplog.text, failed.value
    while failure is not None:
        said += f"{failure!s} {failure!r} {vars(failure)}"
        failure = failure.__cause__ or failure.__context__
    said += repr(pay) + repr(vars(pay)) + repr(an_order())
    known = wechat("credentials")
    secrets = [known["apiv3_key"], known["private_key"].splitlines()[3], PAYER, "WECHATPAY2-SHA256", "signature="]
    assert [secret for secret in secrets if secret in said] == []
    assert failed.value.detail["operation"] == operation


def test_wechats_words_reach_the_log_only_when_they_look_like_codes():
    answer = {"code": "drop table\n", "message": "x", "detail": {"field": "/payer/openid oSecret"}}
    problem = errors.problem_for("order", 400, answer, "id\nforged line")
    assert (problem.detail["wechat_code"], problem.detail["field"], problem.detail["request_id"]) == ("", "", "")


def test_every_outcome_speaks_chinese_and_has_a_code_of_its_own():
    outcomes = [one for one in vars(errors).values() if isinstance(one, type) and one.__module__ == errors.__name__]
    assert len(outcomes) > 15
    assert len({one.code for one in outcomes}) == len(outcomes)
    for one in outcomes:
        assert "message" in vars(one) or one is SignatureRefused
        assert all(not sign.isascii() for sign in one.message)
