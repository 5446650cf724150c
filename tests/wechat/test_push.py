"""The vectors are those of WeChat's message push page; forged pushes come from the simulator's own cipher."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from local.wechat_simulator.push_desk import as_xml, encrypt, sign
from miniprogram_api.wechat.errors import PushRefused
from miniprogram_api.wechat.push import (
    MessagePush,
    PushEvent,
    SubscriptionChange,
    parse_media_check,
    parse_subscription_changes,
)
from miniprogram_api.wechat.verdicts import MediaVerdict, Suggestion

from .conftest import PERSON
from .push_receiver import PushReceiver

TOKEN = "AAAAA"
AES_KEY = "A" * 43
APPID = "wxba5fad812f8e6fb9"
ENCRYPT = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8"
    "XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32I"
    "Ijdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
PLAINTEXT = (
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
    '"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)
SAFE_QUERY = {
    "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
    "timestamp": "1714112445",
    "nonce": "415670741",
    "openid": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
    "encrypt_type": "aes",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
}
SAFE_BODY = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": ENCRYPT}).encode()


def message_push(*, safe: bool = True, appid: str = APPID, key: str = AES_KEY) -> MessagePush:
    return MessagePush(
        appid=appid,
        token=lambda: TOKEN,
        encoding_aes_key=(lambda: key) if safe else None,
        clock=lambda: datetime.fromtimestamp(1714112450, UTC),
    )


def sealed(message: str, appid: str = APPID, token: str = TOKEN) -> tuple[dict[str, str], bytes]:
    cipher = encrypt(message, appid, AES_KEY, "0123456789abcdef")
    query = {"timestamp": "1714112445", "nonce": "7", "msg_signature": sign(token, "1714112445", "7", cipher)}
    return query, json.dumps({"Encrypt": cipher}).encode()


class TestOfficialVectors:
    def test_the_address_check_is_answered_with_its_echostr(self):
        query = {
            "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
            "timestamp": "1714036504",
            "nonce": "1514711492",
            "echostr": "4375120948345356249",
        }
        assert message_push().answer_address_check(query) == "4375120948345356249"
        for name in ("signature", "timestamp", "nonce"):
            with pytest.raises(PushRefused):
                message_push().answer_address_check({**query, name: query[name][:-1] + "0"})

    def test_safe_mode(self):
        event = message_push().open(SAFE_QUERY, SAFE_BODY)
        assert event.fields == json.loads(PLAINTEXT)
        assert (event.name, event.openid) == ("debug_demo", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY")

    def test_plaintext_mode(self):
        query = {
            "signature": "899cf89e464efb63f54ddac96b0a0a235f53aa78",
            "timestamp": "1714037059",
            "nonce": "486452656",
        }
        assert message_push(safe=False).open(query, PLAINTEXT.encode()).name == "debug_demo"

    def test_the_simulators_own_cipher_makes_the_same_text(self):
        assert encrypt(PLAINTEXT, APPID, AES_KEY, "a8eedb185eb2fecf") == ENCRYPT


class TestRefused:
    @pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
    def test_an_altered_or_missing_query(self, name):
        without = {key: value for key, value in SAFE_QUERY.items() if key != name}
        for query in (without, {**SAFE_QUERY, name: "1714112446"}, {**SAFE_QUERY, name: "\u6d41\ud83d"}):
            with pytest.raises(PushRefused) as refused:
                message_push().open(query, SAFE_BODY)
            assert refused.value.detail == {"reason": "signature"}

    def test_the_plain_signature_does_not_open_safe_mode(self):
        with pytest.raises(PushRefused):
            message_push().open({**SAFE_QUERY, "msg_signature": SAFE_QUERY["signature"]}, SAFE_BODY)

    def test_an_altered_body(self):
        altered = ENCRYPT[:100] + ("A" if ENCRYPT[100] != "A" else "B") + ENCRYPT[101:]
        with pytest.raises(PushRefused):
            message_push().open(SAFE_QUERY, json.dumps({"Encrypt": altered}).encode())

    def test_an_unencrypted_body_with_a_good_signature_when_safe_mode_is_set(self):
        query = {**SAFE_QUERY, "signature": sign(TOKEN, "1714112445", "415670741")}
        with pytest.raises(PushRefused) as refused:
            message_push().open(query, PLAINTEXT.encode())
        assert refused.value.detail == {"reason": "not encrypted"}

    def test_a_push_for_another_mini_program(self):
        query, body = sealed(PLAINTEXT, appid="wx0000000000000001")
        with pytest.raises(PushRefused) as refused:
            message_push().open(query, body)
        assert refused.value.detail == {"reason": "another mini program"}
        assert message_push(appid="wx0000000000000001").open(query, body).name == "debug_demo"

    def test_a_forgers_token(self):
        with pytest.raises(PushRefused):
            message_push().open(*sealed(PLAINTEXT, token="BBBBB"))

    @pytest.mark.parametrize("key", ["B" * 43, "short", ""])
    def test_our_own_wrong_key_is_a_refusal_and_no_crash(self, key):
        with pytest.raises(PushRefused):
            message_push(key=key).open(SAFE_QUERY, SAFE_BODY)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"null",
            b"[1]",
            b"\xff\xfe",
            b"<xml>",
            b"<other/>",
            b"[" * 100_000,
            b'<!DOCTYPE a [<!ENTITY e "x">]><xml><Encrypt>&e;</Encrypt></xml>',
            b'{"Encrypt": {"a": 1}}',
            b'{"Encrypt": "not base64 %%"}',
            b" " * (256 * 1024 + 1),
        ],
    )
    @pytest.mark.parametrize("safe", [True, False])
    def test_rubbish(self, body, safe):
        query = {**SAFE_QUERY, "signature": "0" * 40}
        with pytest.raises(PushRefused):
            message_push(safe=safe).open(query, body)

    def test_rubbish_that_is_well_signed(self):
        for message in ("rubbish", "[]", ""):
            with pytest.raises(PushRefused):
                message_push().open(*sealed(message))
        cipher = "AAAA"
        query = {"timestamp": "1", "nonce": "2", "msg_signature": sign(TOKEN, "1", "2", cipher)}
        with pytest.raises(PushRefused):
            message_push().open(query, json.dumps({"Encrypt": cipher}).encode())


def media_event(**fields) -> PushEvent:
    whole = {"trace_id": "t-1", "errcode": 0, "result": {"suggest": "pass", "label": 100}, **fields}
    return PushEvent("wxa_media_check", PERSON, 1714112445, whole)


class TestMediaVerdict:
    @pytest.mark.row("REP-01")
    def test_a_clean_picture(self):
        verdict = parse_media_check(media_event())
        assert verdict == MediaVerdict("t-1", Suggestion.PASS, 100, 0)
        assert verdict.is_clean

    @pytest.mark.parametrize("suggest", ["risky", "review", "", "Pass", None])
    def test_a_picture_that_is_not_let_through(self, suggest):
        assert not parse_media_check(media_event(result={"suggest": suggest, "label": "20002"})).is_clean

    @pytest.mark.parametrize("errcode", [-1008, 4294966288, "4294966288"])
    def test_a_picture_that_could_not_be_fetched_is_not_clean_whatever_else_is_said(self, errcode):
        verdict = parse_media_check(media_event(errcode=errcode))
        assert (verdict.errcode, verdict.suggest, verdict.is_clean) == (-1008, Suggestion.REVIEW, False)

    def test_an_event_of_version_1_is_not_clean(self):
        event = PushEvent("wxa_media_check", PERSON, 1, {"trace_id": "t-1", "isrisky": 0, "status_code": 0})
        assert not parse_media_check(event).is_clean

    def test_another_event_is_none(self):
        with pytest.raises(ValueError, match="media check"):
            parse_media_check(PushEvent("debug_demo", PERSON, 1, {"trace_id": "t-1"}))
        with pytest.raises(ValueError, match="media check"):
            parse_media_check(media_event(trace_id=""))

    def test_the_same_event_delivered_twice_has_one_identity(self):
        query, body = sealed(PLAINTEXT)
        first, again = message_push().open(SAFE_QUERY, SAFE_BODY), message_push().open(query, body)
        assert first.identity == again.identity
        assert media_event().identity == "t-1"


ACCEPTED = {"TemplateId": "tA", "SubscribeStatusString": "accept", "PopupScene": "0"}
REJECTED = {"TemplateId": "tB", "SubscribeStatusString": "reject", "PopupScene": "0"}
SENT = {"TemplateId": "tA", "MsgID": "4100000000000000001", "ErrorCode": "0", "ErrorStatus": "success"}


class TestSubscriptionChanges:
    @pytest.mark.parametrize("xml", [False, True])
    @pytest.mark.parametrize(
        ("name", "entries", "expected"),
        [
            ("subscribe_msg_popup_event", ACCEPTED, [("tA", "accept", "", 0)]),
            ("subscribe_msg_popup_event", [ACCEPTED], [("tA", "accept", "", 0)]),
            ("subscribe_msg_popup_event", [ACCEPTED, REJECTED], [("tA", "accept", "", 0), ("tB", "reject", "", 0)]),
            ("subscribe_msg_change_event", REJECTED, [("tB", "reject", "", 0)]),
            ("subscribe_msg_sent_event", SENT, [("tA", "success", "4100000000000000001", 0)]),
        ],
    )
    def test_one_entry_or_several_in_json_or_xml(self, xml, name, entries, expected):
        event = {"FromUserName": PERSON, "CreateTime": "1714112445", "Event": name, "List": entries}
        opened = message_push().open(*sealed(as_xml(event) if xml else json.dumps(event)))
        assert parse_subscription_changes(opened) == [SubscriptionChange(*one) for one in expected]
        assert (opened.openid, opened.created_at) == (PERSON, 1714112445)

    def test_another_event_is_none(self):
        with pytest.raises(ValueError, match="subscribe event"):
            parse_subscription_changes(media_event())


class TestAgainstTheSimulator:
    @pytest.fixture
    def receiver(self):
        with PushReceiver() as receiver:
            yield receiver

    @pytest.fixture
    def product(self, simulator, clock):
        return MessagePush(appid=simulator.appid, token=lambda: TOKEN, encoding_aes_key=lambda: AES_KEY, clock=clock)

    @pytest.mark.parametrize("body_format", ["json", "xml"])
    @pytest.mark.row("REP-01")
    def test_a_checked_picture_comes_back_with_its_verdict(self, simulator, wechat, receiver, product, body_format):
        simulator.control(
            "push", url=receiver.url, token=TOKEN, encoding_aes_key=AES_KEY, body_format=body_format, delay_seconds=0
        )
        simulator.control("visit", openid=PERSON)
        receiver.photo = b"\xff\xd8\xff a leaking pipe"
        judged = {}
        for suggest, label in (("risky", 20002), ("pass", 100)):
            simulator.control("content", next_image=[suggest, label])
            trace_id = wechat.check_image(PERSON, f"{receiver.base_url}/photo.jpg", 2)
            delivery = receiver.take()
            judged[suggest] = parse_media_check(product.open(delivery.query, delivery.body))
            assert judged[suggest] == MediaVerdict(trace_id, Suggestion(suggest), label, 0)
        assert [judged[suggest].is_clean for suggest in ("risky", "pass")] == [False, True]

    def test_a_picture_wechat_cannot_fetch_is_told_later(self, simulator, wechat, receiver, product):
        simulator.control("push", url=receiver.url, token=TOKEN, encoding_aes_key=AES_KEY, delay_seconds=0)
        simulator.control("visit", openid=PERSON)
        trace_id = wechat.check_image(PERSON, f"{simulator.base_url}/nothing.jpg", 2)
        delivery = receiver.take()
        verdict = parse_media_check(product.open(delivery.query, delivery.body))
        assert verdict == MediaVerdict(trace_id, Suggestion.REVIEW, 0, -1008)

    def test_forged_pushes_are_refused(self, simulator, receiver, product):
        simulator.control("push", url=receiver.url, token=TOKEN, encoding_aes_key=AES_KEY, delay_seconds=0)
        event = {"Event": "wxa_media_check", "trace_id": "t-1", "errcode": 0, "FromUserName": PERSON}
        for forge in ("signature", "appid", "body", "plaintext"):
            simulator.control("event", event=event, forge=forge)
            delivery = receiver.take()
            with pytest.raises(PushRefused):
                product.open(delivery.query, delivery.body)
        simulator.control("event", event=event)
        delivery = receiver.take()
        assert product.open(delivery.query, delivery.body).identity == "t-1"

    def test_an_old_push_is_opened_and_noted(self, simulator, receiver, product, caplog):
        simulator.control("push", url=receiver.url, token=TOKEN, encoding_aes_key=AES_KEY, delay_seconds=0)
        simulator.control("event", event={"Event": "debug_demo", "FromUserName": PERSON, "CreateTime": 1})
        delivery = receiver.take()
        product.open(delivery.query, delivery.body)
        assert caplog.text == ""
        simulator.control("clock", advance_seconds=400)
        product.open(delivery.query, delivery.body)
        assert "signed 40" in caplog.text

    def test_the_consoles_check_of_the_address(self, simulator, receiver, product):
        simulator.control("push", url=receiver.url, token=TOKEN, encoding_aes_key=AES_KEY)
        receiver.answer_check = product.answer_address_check
        assert simulator.control("push_check") == {"ok": True}
        receiver.answer_check = lambda query: f'"{query["echostr"]}"'
        assert simulator.control("push_check") == {"ok": False}
