"""The simulated WeChat Pay seen from outside with a plain HTTP client, against the documented behaviour."""

from __future__ import annotations

import base64
import itertools
import json
import secrets
import threading

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from local.wechat_simulator import WeChatSimulator
from tests.wechat.pay.notify_receiver import NotifyReceiver

PAYER = "oLucheng0000000000000000001a"
JSAPI = "/v3/pay/transactions/jsapi"
ORDERS = "/v3/pay/transactions/out-trade-no"
REFUNDS = "/v3/refund/domestic/refunds"


@pytest.fixture
def simulator():
    with WeChatSimulator() as running:
        running.control("visit", openid=PAYER)
        yield running


@pytest.fixture
def receiver():
    with NotifyReceiver() as running:
        yield running


class Merchant:
    """Signs by hand, as the signing page of WeChat Pay describes it."""

    def __init__(self, simulator: WeChatSimulator, provider: bool = False) -> None:
        self.simulator, self.base = simulator, simulator.base_url
        self.known = self.desk("credentials", provider=provider)
        self.key = load_pem_private_key(self.known["private_key"].encode(), None)

    def desk(self, act: str, **body):
        return self.simulator.control("pay", act=act, **body)

    def ask(self, method: str, target: str, body=None, wanted: str | None = None, instead=None) -> requests.Response:
        """``instead``: what is signed instead of what is sent."""
        content = "" if body is None else json.dumps(body)
        signed = {
            "method": method,
            "target": target,
            "timestamp": str(int(self.simulator.world.clock.now())),
            "nonce_str": secrets.token_hex(16),
            "body": content,
            "mchid": self.known["mchid"],
            "serial_no": self.known["certificate_serial"],
        } | (instead or {})
        message = "".join(f"{signed[one]}\n" for one in ("method", "target", "timestamp", "nonce_str", "body"))
        signature = base64.b64encode(self.key.sign(message.encode(), PKCS1v15(), SHA256())).decode()
        named = {"signature": signature} | {
            one: signed[one] for one in ("mchid", "nonce_str", "timestamp", "serial_no")
        }
        authorization = "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{name}="{value}"' for name, value in named.items())
        headers = {"Authorization": signed.get("authorization", authorization)}
        headers["Wechatpay-Serial"] = self.known["public_key_id"] if wanted is None else wanted
        return requests.request(
            method, self.base + target, data=content.encode(), headers=headers, timeout=5, allow_redirects=False
        )

    def order(self, **changes):
        return self.ask("POST", JSAPI, self.an_order(**changes))

    def an_order(self, **changes):
        return {
            "appid": self.known["appid"],
            "mchid": self.known["mchid"],
            "description": "物业费",
            "out_trade_no": "pay_0001",
            "notify_url": "https://wy.example.cn/notify",
            "amount": {"total": 100},
            "payer": {"openid": PAYER},
        } | changes


@pytest.fixture
def merchant(simulator):
    return Merchant(simulator)


def verify(answer: requests.Response, pem: str) -> None:
    """The answer is signed by this key, as the verifying page describes it."""
    if "CERTIFICATE" in pem:
        key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    else:
        key = load_pem_public_key(pem.encode())
    named = answer.headers
    message = f"{named['Wechatpay-Timestamp']}\n{named['Wechatpay-Nonce']}\n".encode() + answer.content + b"\n"
    key.verify(base64.b64decode(named["Wechatpay-Signature"]), message, PKCS1v15(), SHA256())


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUT"},
        {"target": JSAPI + "?a=b"},
        {"body": "{}"},
        {"mchid": "1900000000"},
        {"serial_no": "4" * 40},
        {"timestamp": "1"},
        {"timestamp": "now"},
        {"authorization": ""},
        {"authorization": "Bearer x"},
        {"authorization": 'WECHATPAY2-SHA256-RSA2048 mchid="1900006511"'},
    ],
    ids=str,
)
def test_an_authorization_that_is_not_exactly_right_is_refused(merchant, changes):
    refused = merchant.ask("POST", JSAPI, merchant.an_order(), instead=changes)
    assert (refused.status_code, refused.json()["code"]) == (401, "SIGN_ERROR")


def test_five_minutes_of_skew_are_allowed(merchant, simulator):
    now = int(simulator.world.clock.now())
    assert merchant.ask("POST", JSAPI, merchant.an_order(), instead={"timestamp": str(now - 298)}).status_code == 200
    refused = merchant.ask("POST", JSAPI, merchant.an_order(), instead={"timestamp": str(now - 302)})
    assert "不得超过5分钟" in refused.json()["message"]


def test_answers_are_signed_by_the_key_the_request_names_even_without_a_body(merchant):
    by_key, by_certificate = merchant.known["public_key_id"], merchant.known["platform_certificate_serial"]
    for wanted, pem in ((by_key, "public_key"), (by_certificate, "platform_certificate"), ("", "platform_certificate")):
        placed = merchant.ask("POST", JSAPI, merchant.an_order(), wanted=wanted)
        assert placed.headers["Wechatpay-Serial"] == (wanted or by_certificate)
        verify(placed, merchant.known[pem])
        missing = merchant.ask("GET", f"{ORDERS}/pay_none?mchid={merchant.known['mchid']}", wanted=wanted)
        assert (missing.status_code, missing.json()["code"]) == (404, "ORDER_NOT_EXIST")
        verify(missing, merchant.known[pem])
    closed = merchant.ask("POST", f"{ORDERS}/pay_0001/close", {"mchid": merchant.known["mchid"]})
    assert (closed.status_code, closed.content) == (204, b"")
    verify(closed, merchant.known["public_key"])
    assert merchant.ask("POST", JSAPI, merchant.an_order(), wanted="PUB_KEY_ID_0").status_code == 400


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"out_trade_no": "short"}, 400, "PARAM_ERROR"),
        ({"out_trade_no": "x" * 33}, 400, "PARAM_ERROR"),
        ({"out_trade_no": "pay 0001"}, 400, "PARAM_ERROR"),
        ({"description": "费" * 128}, 400, "PARAM_ERROR"),
        ({"attach": "x" * 129}, 400, "PARAM_ERROR"),
        ({"amount": {"total": 0}}, 400, "PARAM_ERROR"),
        ({"amount": {"total": 1.5}}, 400, "PARAM_ERROR"),
        ({"amount": {"total": "1"}}, 400, "PARAM_ERROR"),
        ({"notify_url": "http://wy.example.cn/notify"}, 400, "PARAM_ERROR"),
        ({"notify_url": "https://wy.example.cn/notify?a=b"}, 400, "PARAM_ERROR"),
        ({"notify_url": None}, 400, "PARAM_ERROR"),
        ({"time_expire": "2026-12-01 12:00"}, 400, "PARAM_ERROR"),
        ({"time_expire": "2099-12-01T12:00:00+08:00"}, 400, "PARAM_ERROR"),
        ({"mchid": "1900000000"}, 400, "PARAM_ERROR"),
        ({"appid": "wx1"}, 400, "APPID_MCHID_NOT_MATCH"),
        ({"payer": {"openid": "oNobody"}}, 500, "OPENID_MISMATCH"),
    ],
    ids=str,
)
def test_orders_that_are_not_right_are_refused(merchant, changes, status, code):
    refused = merchant.order(**changes)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_each_kind_of_merchant_has_its_own_addresses(simulator, merchant):
    provider = Merchant(simulator, provider=True)
    assert provider.order().json()["code"] == "NO_AUTH"
    assert merchant.ask("POST", "/v3/pay/partner/transactions/jsapi", merchant.an_order()).json()["code"] == "NO_AUTH"
    partner = {
        "sp_appid": provider.known["appid"],
        "sp_mchid": provider.known["mchid"],
        "payer": {"sp_openid": PAYER},
    }
    order = {name: value for name, value in provider.an_order().items() if name not in ("appid", "mchid")} | partner
    missing = provider.ask("POST", "/v3/pay/partner/transactions/jsapi", order)
    assert missing.json()["code"] == "PARAM_ERROR"
    order["sub_mchid"] = provider.known["sub_mchids"][0]
    assert provider.ask("POST", "/v3/pay/partner/transactions/jsapi", order).status_code == 200


def test_what_the_payer_can_do(merchant, simulator):
    prepay_id = merchant.order().json()["prepay_id"]
    assert merchant.desk("user_pays", prepay_id=prepay_id, how="cancel")["result"] == "requestPayment:fail cancel"
    simulator.control("clock", advance_seconds=7200)
    assert merchant.desk("user_pays", prepay_id=prepay_id)["result"] == "requestPayment:fail 支付已过期"
    second = merchant.order().json()["prepay_id"]
    merchant.order(out_trade_no="pay_0002")
    assert merchant.desk("user_pays", out_trade_no="pay_0002")["result"] == "requestPayment:ok"
    # The earlier attempt is still open: the bill would be paid twice.
    assert merchant.desk("user_pays", prepay_id=second)["result"] == "requestPayment:ok"
    assert merchant.desk("user_pays", prepay_id=second)["result"] == "requestPayment:fail 该订单已支付"


def test_money_can_move_after_closing_when_told_so(merchant):
    prepay_id = merchant.order().json()["prepay_id"]
    mchid = merchant.known["mchid"]
    merchant.ask("POST", f"{ORDERS}/pay_0001/close", {"mchid": mchid})
    assert merchant.desk("user_pays", prepay_id=prepay_id, even_if_closed=True)["result"] == "requestPayment:ok"
    assert merchant.ask("GET", f"{ORDERS}/pay_0001?mchid={mchid}").json()["trade_state"] == "SUCCESS"


def test_whether_closing_burns_a_number_can_be_switched(merchant):
    closing = {"mchid": merchant.known["mchid"]}
    merchant.desk("closing", burns_unknown_numbers=False)
    assert merchant.ask("POST", f"{ORDERS}/pay_0001/close", closing).json()["code"] == "ORDER_NOT_EXIST"
    assert merchant.order().status_code == 200
    merchant.desk("closing", burns_unknown_numbers=True)
    assert merchant.ask("POST", f"{ORDERS}/pay_0002/close", closing).status_code == 204
    assert merchant.order(out_trade_no="pay_0002").json()["code"] == "ORDER_CLOSED"


def told_about(merchant, receiver, number: str = "pay_0001") -> None:
    merchant.order(out_trade_no=number, notify_url=f"{receiver.base_url}/notify")
    merchant.desk("user_pays", out_trade_no=number)


def test_retries_follow_wechats_schedule_to_the_second(merchant, receiver):
    """15s 15s 30s 3m 10m 20m 30m 30m 30m 60m 3h 3h 3h 6h 6h: 24 hours and 4 minutes in all."""
    receiver.handle = lambda _: 500
    told_about(merchant, receiver)
    merchant.desk("deliver_all")
    moments = [attempt["at"] for attempt in merchant.desk("attempts")["attempts"]]
    pauses = [round(later - earlier) for earlier, later in itertools.pairwise(moments)]
    assert len(moments) == len(receiver.arrived) == 16
    expected = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]
    assert all(abs(pause - wanted) <= 1 for pause, wanted in zip(pauses, expected, strict=True)), pauses
    assert sum(expected) == 24 * 3600 + 4 * 60


@pytest.mark.parametrize(("status", "attempts"), [(200, 1), (204, 1), (201, 2), (302, 2), (401, 2), (500, 2)])
def test_only_200_and_204_end_the_retries(merchant, receiver, status, attempts):
    statuses = [status, 204]
    receiver.handle = lambda _: statuses.pop(0)
    told_about(merchant, receiver)
    merchant.desk("deliver_all")
    assert [delivery.target for delivery in receiver.arrived] == ["/notify"] * attempts


def test_an_answer_that_comes_too_late_is_none(merchant, receiver):
    statuses = [0, 204]
    receiver.handle = lambda _: statuses.pop(0)
    assert merchant.simulator._server.pay.notices.timeout_seconds == 5.0
    merchant.desk("timeout", seconds=0.2)
    told_about(merchant, receiver)
    merchant.desk("deliver_all")
    assert [attempt["status"] for attempt in merchant.desk("attempts")["attempts"]] == [None, 204]


def test_every_retry_is_signed_anew_unless_told_otherwise(merchant, receiver):
    receiver.handle = lambda _: 500 if len(receiver.arrived) < 3 else 204
    told_about(merchant, receiver)
    merchant.desk("next_notice", keep_signature=True)
    told_about(merchant, receiver, "pay_0002")
    merchant.desk("deliver_all")
    by_body = [delivery.body for delivery in receiver.arrived]
    assert len(by_body) == 4
    assert len(set(by_body)) == 3


def test_copies_at_once_are_really_at_once(merchant, receiver):
    together = threading.Barrier(4)
    receiver.handle = lambda _: 204 if together.wait(5) >= 0 else 500
    merchant.desk("next_notice", concurrent=4)
    told_about(merchant, receiver)
    merchant.desk("deliver_due")
    assert [attempt["status"] for attempt in merchant.desk("attempts")["attempts"]] == [204] * 4


def test_nothing_is_sent_before_it_is_due(merchant, simulator, receiver):
    merchant.desk("next_notice", delay_seconds=60)
    told_about(merchant, receiver)
    assert merchant.desk("deliver_due") == {"done": 0}
    simulator.control("clock", advance_seconds=61)
    assert merchant.desk("deliver_due") == {"done": 1}


def test_notices_can_send_themselves_in_shortened_time(merchant, receiver):
    arrived = threading.Event()
    receiver.handle = lambda _: (arrived.set() or 204) if len(receiver.arrived) == 4 else 500
    merchant.desk("automatic", speed=600)
    told_about(merchant, receiver)
    assert arrived.wait(10)


def test_who_is_told_can_ask_before_answering(merchant, receiver):
    """The product queries WeChat while WeChat waits for its answer: nothing may be locked meanwhile."""
    asked = []

    def handle(_):
        asked.append(merchant.ask("GET", f"{ORDERS}/pay_0001?mchid={merchant.known['mchid']}").json()["trade_state"])
        return 204

    receiver.handle = handle
    told_about(merchant, receiver)
    merchant.desk("deliver_all")
    assert asked == ["SUCCESS"]


def test_a_refund_is_not_made_of_money_that_is_not_there(merchant, receiver):
    told_about(merchant, receiver)
    refund = {
        "out_trade_no": "pay_0001",
        "out_refund_no": "ref_1",
        "amount": {"refund": 60, "total": 100, "currency": "CNY"},
    }
    accepted = merchant.ask("POST", REFUNDS, refund)
    assert (accepted.status_code, accepted.json()["status"]) == (200, "PROCESSING")
    more = merchant.ask("POST", REFUNDS, refund | {"out_refund_no": "ref_2"})
    assert (more.status_code, more.json()["code"]) == (400, "INVALID_REQUEST")
    merchant.desk("end_refund", out_refund_no="ref_1", status="CLOSED")
    merchant.desk("end_refund", out_refund_no="ref_1", status="SUCCESS")  # what has ended has ended for good
    (known,) = merchant.desk("refunds")["refunds"]
    assert (known["out_refund_no"], known["status"], known["fen"]) == ("ref_1", "CLOSED", 60)
    assert merchant.ask("POST", REFUNDS, refund | {"out_refund_no": "ref_2"}).status_code == 200


def test_a_bill_can_be_fetched_for_five_minutes_and_the_file_is_not_signed(merchant, simulator):
    merchant.desk("seed_paid", count=1, total=1)
    today = merchant.simulator._server.pay.world.day()
    simulator.control("clock", advance_seconds=86400 * 2)
    applied = merchant.ask("GET", f"/v3/bill/tradebill?bill_date={today:%Y-%m-%d}&bill_type=ALL").json()
    target = applied["download_url"].removeprefix(simulator.base_url)
    file = merchant.ask("GET", target)
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert "Wechatpay-Signature" not in file.headers
    assert requests.get(applied["download_url"], timeout=5).status_code == 401
    simulator.control("clock", advance_seconds=300)
    assert merchant.ask("GET", target).status_code == 400


def test_the_self_test_echoes(merchant, receiver):
    asked = {"echo_message": "早上好", "notify_url": f"{receiver.base_url}/echo"}
    answer = merchant.ask("POST", "/v3/security/echo", asked)
    assert answer.json() == {"echo_message": "早上好"}
    merchant.desk("deliver_all")
    assert json.loads(receiver.arrived[0].body)["event_type"] == "SECURITY_ECHO.SUCCESS"


def test_the_desk_is_reached_over_the_wire_and_says_what_it_does_not_know(simulator):
    def desk(**body):
        return requests.post(f"{simulator.base_url}/_sim/pay", json=body, timeout=5)

    assert desk(act="credentials").json()["mchid"] == "1900006511"
    assert desk(act="orders").json() == {"orders": []}
    assert desk(act="no such").status_code == 404
    assert desk(act="user_pays", out_trade_no="pay_none").status_code == 404
    assert desk(act="next_notice", forge="magic").status_code == 400
    assert desk(act="fault", operation="magic").status_code == 400
    assert desk(act="orders", unexpected=1).status_code == 400
    assert desk().status_code == 400
