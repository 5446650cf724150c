"""Neither we nor our simulator invented the protocol: another implementation understands both, and both it."""

from __future__ import annotations

import base64
import gzip
from datetime import date

import pytest
import requests

from local.wechat_simulator.pay.identities import private_pem, public_pem, rsa_key
from miniprogram_api.wechat.pay.bill import fen
from miniprogram_api.wechat.pay.errors import NotificationRefused, PayBusy
from miniprogram_api.wechat.pay.facts import RefundOrder, RefundStatus
from tests.wechat.pay.conftest import PAYER, an_order

pytestmark = pytest.mark.row("INT-13")


@pytest.fixture
def our_public_key(wechat) -> str:
    return public_pem(rsa_key(wechat("credentials")["mchid"]))


@pytest.mark.parametrize(
    "ask",
    [
        lambda pay: pay.order(an_order(attach="账单一号")),
        lambda pay: pay.query("pay_0001"),
        lambda pay: pay.refund(RefundOrder("pay_0001", "ref_1", 1, 2, reason="多收")),
    ],
    ids=["order", "query", "refund"],
)
def test_it_accepts_our_authorization(connect, receiver, independent, our_public_key, ask):
    receiver.handle = lambda _: 500
    with pytest.raises(PayBusy):
        ask(connect(addresses=(receiver.base_url,)))
    sent = receiver.arrived[0]
    question = {
        "header": sent.headers["Authorization"],
        "method": sent.method,
        "target": sent.target,
        "body": sent.body.decode(),
        "publicKey": our_public_key,
    }
    assert independent("authorization", **question)["valid"] is True
    assert independent("authorization", **{**question, "target": sent.target + "&x"})["valid"] is False


def test_it_accepts_our_pay_sign(pay, independent, our_public_key, wechat, clock):
    request = pay.request_payment(pay.order(an_order()), clock()).arguments()
    appid = wechat("credentials")["appid"]
    assert independent("paySign", appid=appid, request=request, publicKey=our_public_key)["valid"] is True
    assert independent("paySign", appid="wx1", request=request, publicKey=our_public_key)["valid"] is False


def test_it_opens_what_the_simulator_notifies(paid, receiver, independent, wechat):
    number = paid()
    wechat("deliver_all")
    told, known = receiver.arrived[0], wechat("credentials")
    opened = independent(
        "openNotice",
        headers=told.headers,
        body=told.body.decode(),
        publicKey=known["public_key"],
        apiv3Key=known["apiv3_key"],
    )
    assert opened["valid"] is True
    assert (opened["plain"]["out_trade_no"], opened["plain"]["amount"]["total"]) == (number, 12345)


def a_notice(known, clock, **changes):
    return {
        "apiv3Key": known["apiv3_key"],
        "privateKey": private_pem(rsa_key("platform")),
        "serial": known["public_key_id"],
        "timestamp": int(clock().timestamp()),
    } | changes


def test_we_accept_the_payment_it_notifies(pay, independent, wechat, clock):
    plain = {
        "mchid": "1900006511",
        "appid": "wx1",
        "out_trade_no": "pay_0009",
        "transaction_id": "4200000000000000000000000001",
        "trade_state": "SUCCESS",
        "success_time": "2026-12-01T12:00:00+08:00",
        "payer": {"openid": PAYER},
        "amount": {"total": 7, "payer_total": 6, "currency": "CNY", "payer_currency": "CNY"},
        "attach": "流动物业",
    }
    envelope = {"id": "n-1", "create_time": "2026-12-01T12:00:01+08:00", "event_type": "TRANSACTION.SUCCESS"}
    known = wechat("credentials")
    notice = independent(
        "makeNotice", plain=plain, envelope=envelope, originalType="transaction", **a_notice(known, clock)
    )
    told = pay.read_notification(notice["headers"], notice["body"].encode(), clock())
    assert (told.id, told.content.out_trade_no, told.content.attach) == ("n-1", "pay_0009", "流动物业")
    assert (told.content.total_fen, told.content.payer_total_fen) == (7, 6)
    forged = {**notice["headers"], "Wechatpay-Nonce": "another"}
    with pytest.raises(NotificationRefused):
        pay.read_notification(forged, notice["body"].encode(), clock())


def test_we_accept_the_refund_it_notifies(pay, independent, wechat, clock):
    plain = {
        "mchid": "1900006511",
        "out_trade_no": "pay_0009",
        "transaction_id": "42",
        "out_refund_no": "ref_1",
        "refund_id": "50",
        "refund_status": "ABNORMAL",
        "user_received_account": "招商银行信用卡0403",
        "amount": {"total": 7, "refund": 3, "payer_total": 7, "payer_refund": 3},
    }
    envelope = {"id": "n-2", "create_time": "2026-12-01T12:00:01+08:00", "event_type": "REFUND.ABNORMAL"}
    known = wechat("credentials")
    notice = independent("makeNotice", plain=plain, envelope=envelope, originalType="refund", **a_notice(known, clock))
    told = pay.read_notification(notice["headers"], notice["body"].encode(), clock())
    assert (told.content.status, told.content.refund_fen) == (RefundStatus.ABNORMAL, 3)


def test_it_reads_the_same_bill(pay, paid, independent, wechat, go_to, monkeypatch):
    go_to("2026-12-01 12:00")
    number = paid("pay_0001", 10001)
    wechat("seed_paid", count=20, total=1)
    pay.refund(RefundOrder(number, "ref_1", 29, 10001))
    wechat("deliver_all")
    go_to("2026-12-02 10:00")
    files = []
    ask = pay._transport.ask
    monkeypatch.setattr(pay._transport, "ask", lambda call: files.append(ask(call)) or files[-1])

    ours = pay.trade_bill(date(2026, 12, 1))
    theirs = independent("bill", file=base64.b64encode(gzip.decompress(files[-1])).decode())

    assert len(ours.rows) == len(theirs["rows"]) == 22
    for our, their in zip(ours.rows, theirs["rows"], strict=True):
        assert (our.out_trade_no, our.transaction_id) == (their["商户订单号"], their["微信订单号"])
        assert (our.order_fen, our.refund_fen) == (fen(their["订单金额"]), fen(their["退款金额"]))
    assert theirs["summary"]["总交易单数"] == "22.0"
    assert ours.totals.order_fen == fen(theirs["summary"]["订单总金额"]) == 10001 + sum(range(1, 21))


def test_its_whole_client_works_with_the_simulator_by_both_keys(independent, simulator, wechat):
    """Its client checks every answer's signature and time itself, and refuses what does not fit."""
    known = wechat("credentials")
    certs = {
        known["public_key_id"]: known["public_key"],
        known["platform_certificate_serial"]: known["platform_certificate"],
    }
    for number, wanted in enumerate(certs):
        order = {
            "mchid": known["mchid"],
            "appid": known["appid"],
            "description": "物业费",
            "out_trade_no": f"other_{number}",
            "notify_url": "https://wy.example.cn/notify",
            "amount": {"total": 1},
            "payer": {"openid": PAYER},
        }
        done = independent(
            "client",
            baseURL=f"{simulator.base_url}/",
            mchid=known["mchid"],
            serial=known["certificate_serial"],
            privateKey=known["private_key"],
            certs=certs,
            wanted=wanted,
            order=order,
        )
        assert done["prepay_id"].startswith("wx")
        assert (done["trade_state"], done["closed"]) == ("NOTPAY", 204)
    assert requests.get(f"{simulator.base_url}/v3/bill/tradebill", timeout=5).status_code == 401
