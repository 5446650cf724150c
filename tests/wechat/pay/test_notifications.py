"""What is told to us: believed when it is provably WeChat's and fresh, else refused without any effect."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from local.wechat_simulator.pay.identities import rsa_key, sign
from miniprogram_api.wechat.pay.errors import (
    NotificationRefused,
    NotificationRepeated,
    NotificationUnreadable,
    PayMisconfigured,
)
from miniprogram_api.wechat.pay.facts import Notification, Payment, Refund, RefundOrder, RefundStatus

from .conftest import COMPANY, PAYER, an_order
from .notify_receiver import Reader


@pytest.fixture
def reader(pay, clock, receiver) -> Reader:
    receiver.handle = Reader(pay, clock)
    return receiver.handle


def outcomes(reader: Reader) -> list[str]:
    """Each delivery's outcome: "read", or why it was refused."""
    return ["read" if isinstance(one, Notification) else str(one.detail.get("reason")) for one in reader.outcomes]


@pytest.mark.row("FEE-02")
@pytest.mark.row("INT-13")
def test_a_payment_is_told_with_all_that_settlement_compares(reader, paid, wechat, receiver):
    paid("pay_0001", 12345, attach="bill_01")
    wechat("deliver_all")

    (told,) = reader.outcomes
    assert (told.event_type, receiver.arrived[0].target) == ("TRANSACTION.SUCCESS", "/payment")
    assert isinstance(told.content, Payment)
    assert (told.content.out_trade_no, told.content.total_fen, told.content.currency) == ("pay_0001", 12345, "CNY")
    assert (told.content.openid, told.content.attach) == (PAYER, "bill_01")
    assert told.content.mchid == wechat("credentials")["mchid"]


def test_the_payment_of_a_company_names_it(connect, clock, receiver, wechat):
    pay = connect(provider=True)
    receiver.handle = Reader(pay, clock)
    pay.order(an_order(sub_mchid=COMPANY))
    wechat("user_pays", out_trade_no="pay_0001")
    wechat("deliver_all")
    (told,) = receiver.handle.outcomes
    assert (told.content.mchid, told.content.sub_mchid) == ("1900007511", COMPANY)


@pytest.mark.parametrize("ending", ["SUCCESS", "ABNORMAL", "CLOSED"])
def test_the_end_of_a_refund_is_told_at_its_own_address(reader, pay, paid, wechat, receiver, ending):
    wechat("refunds_end", endings=[ending])
    pay.refund(RefundOrder(paid(), "ref_1", 45, 12345))
    wechat("deliver_all")

    told = reader.outcomes[-1]
    assert (told.event_type, receiver.arrived[-1].target) == (f"REFUND.{ending}", "/refund")
    assert isinstance(told.content, Refund)
    assert (told.content.status, told.content.refund_fen) == (RefundStatus(ending), 45)
    assert told.content.mchid == wechat("credentials")["mchid"]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({}, ["read"]),
        ({"empty_associated_data": True}, ["read"]),
        ({"delay_seconds": 3600}, ["read"]),
        ({"copies": 3}, ["read"] * 3),
        ({"concurrent": 5}, ["read"] * 5),
        ({"drop": True}, []),
        ({"signtest": 2}, ["signature", "signature", "read"]),
        ({"forge": "signature"}, ["signature"] * 16),
        ({"forge": "key"}, ["signature"] * 16),
        ({"forge": "body"}, ["signature"] * 16),
        ({"forge": "serial"}, ["serial"] * 16),
        ({"forge": "cipher"}, ["cipher"] * 16),
        ({"forge": "headers"}, ["signature type"] * 16),
        ({"forge": "type"}, ["signature type"] * 16),
        ({"signed_ago_seconds": 30 * 86400}, ["time"] * 16),
    ],
    ids=str,
)
def test_every_way_a_notice_can_go_wrong_has_its_outcome(reader, paid, wechat, plan, expected):
    """A refused one is sent sixteen times in all, over 24 hours and 4 minutes, and never believed."""
    wechat("next_notice", **plan)
    paid()
    wechat("deliver_all")
    assert outcomes(reader) == expected
    assert {type(one) for one in reader.outcomes} <= {Notification, NotificationRefused}


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"amount.total": 1}, "total_fen", 1),
        ({"mchid": "1900000009"}, "mchid", "1900000009"),
        ({"appid": "wx00000000000000ff"}, "appid", "wx00000000000000ff"),
        ({"out_trade_no": "pay_other"}, "out_trade_no", "pay_other"),
        ({"payer.openid": "oOther"}, "openid", "oOther"),
        ({"amount.currency": "USD"}, "currency", "USD"),
    ],
    ids=str,
)
def test_facts_that_do_not_fit_reach_settlement_as_they_are(reader, paid, wechat, changes, field, value):
    """They are WeChat's word: refusing them here would lose a payment that has to be booked or returned."""
    wechat("next_notice", changes=changes)
    paid()
    wechat("deliver_all")
    assert getattr(reader.outcomes[0].content, field) == value


@pytest.mark.parametrize(
    "changes",
    [
        {"amount.total": "12345"},
        {"amount.total": 123.45},
        {"amount.total": True},
        {"amount.total": -1},
        {"amount": None},
        {"trade_state": "PAID"},
        {"transaction_id": ""},
        {"success_time": "2026-12-01 12:00:00"},
        {"success_time": "noon"},
        {"payer": "oA"},
        {"mchid": 1900006511},
    ],
    ids=str,
)
def test_a_notice_of_wechats_that_lacks_what_it_must_say_is_kept_for_a_person(reader, paid, wechat, changes):
    wechat("next_notice", changes=changes)
    paid()
    wechat("deliver_due")
    (problem,) = reader.outcomes
    assert type(problem) is NotificationUnreadable
    assert wechat("attempts")["attempts"][0]["status"] == 500


def test_notices_in_the_wrong_order_are_each_read(reader, pay, paid, wechat):
    for number in ("pay_0001", "pay_0002", "pay_0003"):
        paid(number)
    wechat("reverse_waiting")
    wechat("deliver_all")
    assert [one.content.out_trade_no for one in reader.outcomes] == ["pay_0003", "pay_0002", "pay_0001"]


@pytest.mark.parametrize(
    ("seconds", "is_read"),
    [(299, True), (300, False), (301, False), (-299, True), (-300, False), (-301, False), (30 * 86400, False)],
)
def test_the_window_is_five_minutes_to_either_side(pay, paid, wechat, receiver, seconds, is_read):
    paid()
    wechat("deliver_all")
    told = receiver.arrived[0]
    now = datetime.fromtimestamp(int(told.headers["Wechatpay-Timestamp"]) + seconds, UTC)
    if is_read:
        assert pay.read_notification(told.headers, told.body, now).content.total_fen == 12345
    else:
        with pytest.raises(NotificationRefused) as refused:
            pay.read_notification(told.headers, told.body, now)
        assert refused.value.detail == {"reason": "time"}


def test_a_replay_within_the_window_is_known_by_its_id_and_later_refused(simulator, pay, paid, wechat, receiver, clock):
    kept: set[str] = set()
    seen, repeated = [], []

    def is_new(notification_id: str) -> bool:
        seen.append(notification_id)
        fresh = notification_id not in kept
        kept.add(notification_id)
        return fresh

    def handle(delivery) -> int:
        try:
            pay.read_notification(delivery.headers, delivery.body, clock(), is_new)
        except NotificationRefused:
            return 401
        except NotificationRepeated as again:
            repeated.append(again.detail["notification_id"])
            return 204
        return 200

    receiver.handle = handle
    paid()
    wechat("deliver_all")
    assert wechat("replay", index=0)["status"] == 204
    simulator.control("clock", advance_seconds=301)
    assert wechat("replay", index=0)["status"] == 401
    assert seen == repeated * 2


def test_should_wechat_not_sign_retries_anew_only_the_first_five_minutes_help(reader, paid, wechat, receiver):
    """Whether retries are signed anew is not documented; if not, the sweep that queries orders has to find these."""
    wechat("next_notice", keep_signature=True)
    receiver.handle = lambda delivery: reader(delivery) and 500
    paid()
    wechat("deliver_all")
    assert outcomes(reader) == ["read"] * 5 + ["time"] * 11


def test_one_altered_sign_anywhere_is_refused(pay, paid, wechat, receiver, clock):
    paid()
    wechat("deliver_all")
    told, now = receiver.arrived[0], clock()
    body = told.body
    signed = {name: value for name, value in told.headers.items() if name.startswith("Wechatpay-")}
    assert len(signed) == 5
    pay.read_notification(told.headers, body, now)

    altered = [(told.headers, body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]) for at in range(len(body))]
    altered += [(told.headers, body[:at] + body[at + 1 :]) for at in range(0, len(body), 7)]
    altered += [(told.headers, body + b" "), (told.headers, b" " + body), (told.headers, b""), (told.headers, b"{}")]
    for name, value in signed.items():
        others = [value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :] for at in range(len(value))]
        others += [value[:at] + value[at + 1 :] for at in range(len(value))]
        others += [value[:at] + "!" + value[at:] for at in range(0, len(value) + 1, 5)]
        others += [value + " ", value.swapcase(), value + "=", value + "\n", ""]
        altered += [({**told.headers, name: other}, body) for other in others if other != value]
        altered.append(({kept: one for kept, one in told.headers.items() if kept != name}, body))

    for headers, content in altered:
        with pytest.raises(NotificationRefused):
            pay.read_notification(headers, content, now)
    assert len(altered) > 2000


@pytest.mark.parametrize("spelled", [str.lower, str.upper, str.title], ids=["HTTP API", "upper", "REST API"])
def test_header_names_come_in_any_case(pay, paid, wechat, receiver, clock, spelled):
    paid()
    wechat("deliver_all")
    told = receiver.arrived[0]
    headers = {spelled(name): value for name, value in told.headers.items()}
    assert pay.read_notification(headers, told.body, clock()).content.total_fen == 12345


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xff\xfe", "encoding"),
        (b"[]", "resource"),
        (b"null", "resource"),
        (b'{"resource": 1}', "resource"),
        (b'{"resource": {}}', "algorithm"),
        (b'{"resource": {"algorithm": "AEAD_AES_256_GCM"}}', "resource"),
        (b'{"resource": {"algorithm": "AEAD_AES_256_GCM", "nonce": "1", "ciphertext": "x"}}', "cipher"),
        (b"x" * 100, "not JSON"),
        (b"x" * 70_000, "too large"),
    ],
    ids=lambda one: repr(one[:60]),
)
def test_strange_bodies_are_refused_even_when_signed(pay, wechat, clock, body, reason):
    known, timestamp = wechat("credentials"), str(int(clock().timestamp()))
    text = body.decode("utf-8", "replace")
    headers = {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": "n",
        "Wechatpay-Serial": known["public_key_id"],
        "Wechatpay-Signature": sign(rsa_key("platform"), timestamp, "n", text),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }
    with pytest.raises(NotificationRefused) as refused:
        pay.read_notification(headers, body, clock())
    assert refused.value.detail == {"reason": reason}


def test_during_the_switch_both_keys_are_accepted_and_after_it_only_the_new_one(connect, clock, receiver, wechat):
    known = wechat("credentials")
    new = {known["public_key_id"]: lambda: known["public_key"]}
    old = {known["platform_certificate_serial"]: lambda: known["platform_certificate"]}
    switching, switched = connect(platform_keys={**new, **old}), connect(platform_keys=new)
    receiver.handle = Reader(switching, clock)
    wechat("keys", callbacks_by_public_key_percent=50)
    for number in range(4):
        switching.order(an_order(f"pay_000{number}"))
        wechat("user_pays", out_trade_no=f"pay_000{number}")
        wechat("deliver_all")

    assert outcomes(receiver.handle) == ["read"] * 4
    serials = [delivery.headers["Wechatpay-Serial"] for delivery in receiver.arrived]
    assert {serials.count(one) for one in (known["public_key_id"], known["platform_certificate_serial"])} == {2}
    for delivery in receiver.arrived:
        by_certificate = delivery.headers["Wechatpay-Serial"] == known["platform_certificate_serial"]
        if by_certificate:
            with pytest.raises(NotificationRefused):
                switched.read_notification(delivery.headers, delivery.body, clock())
        else:
            switched.read_notification(delivery.headers, delivery.body, clock())


def test_before_the_switch_answers_are_signed_by_the_certificate(connect, wechat):
    known = wechat("credentials")
    pay = connect(platform_keys={known["platform_certificate_serial"]: lambda: known["platform_certificate"]})
    assert pay.order(an_order())
    pay.close("pay_0001")


def test_a_new_public_key_is_refused_until_it_is_set_and_both_work_then(connect, pay, clock, receiver, wechat):
    before = wechat("credentials")
    pay.order(an_order())
    wechat("keys", new_platform_public_key=True)
    after = wechat("credentials")
    receiver.handle = Reader(pay, clock)
    wechat("user_pays", out_trade_no="pay_0001")
    wechat("deliver_due")
    both = {one["public_key_id"]: (lambda one=one: one["public_key"]) for one in (after, before)}
    receiver.handle.pay = connect(platform_keys=both)
    wechat("deliver_all")
    assert outcomes(receiver.handle) == ["serial", "read"]


def test_the_wrong_apiv3_key_refuses_everything(connect, paid, wechat, receiver, clock):
    paid()
    wechat("deliver_all")
    told = receiver.arrived[0]
    with pytest.raises(NotificationRefused) as refused:
        connect(apiv3_key=lambda: "0" * 32).read_notification(told.headers, told.body, clock())
    assert refused.value.detail == {"reason": "cipher"}
    with pytest.raises(PayMisconfigured):
        connect(apiv3_key=lambda: "too short").read_notification(told.headers, told.body, clock())


def test_reading_a_forged_notice_asks_wechat_nothing(pay, paid, wechat):
    wechat("next_notice", forge="serial")
    paid()
    before = wechat("calls")["calls"]
    wechat("deliver_all")
    assert wechat("calls")["calls"] == before
