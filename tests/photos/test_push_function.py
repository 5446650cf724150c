"""WeChat's message push at its own function: the address check, judgements, forgeries."""

from __future__ import annotations

import base64

import pytest

from miniprogram_api.kernel.photo import PhotoState
from tests.photos.conftest import push_event


def get_event(query: dict[str, str]) -> dict:
    return {"version": "2.0", "requestContext": {"http": {"method": "GET"}}, "queryStringParameters": query}


def test_the_console_finds_our_address(desk) -> None:
    desk.receiver.answer_check = lambda query: desk.take_push(get_event(query), None)["body"]
    assert desk.simulator.control("push_check") == {"ok": True}


def test_an_address_check_signed_with_another_token_is_refused(desk) -> None:
    query = {"signature": "0" * 40, "timestamp": "1764000000", "nonce": "1", "echostr": "123"}
    answer = desk.take_push(get_event(query), None)
    assert (answer["statusCode"], answer["body"]) == (403, "push_refused")


@pytest.mark.row("REP-01")
@pytest.mark.parametrize("forge", ["signature", "appid", "body", "plaintext"])
def test_a_forged_judgement_has_no_effect(desk, world, resident, forge) -> None:
    photo_id = desk.upload(resident, world.estate.id)
    desk.receiver.take()
    trace = desk.stored(world.estate.id, photo_id).trace_id
    event = {"MsgType": "event", "Event": "wxa_media_check", "FromUserName": "o1", "CreateTime": 1764000000,
             "trace_id": trace, "version": 2, "errcode": 0, "result": {"suggest": "pass", "label": 100}}  # fmt: skip
    desk.simulator.control("event", event=event, forge=forge)
    assert desk.judged()["statusCode"] == 403
    assert desk.stored(world.estate.id, photo_id).state is PhotoState.CHECKING
    desk.simulator.control("event", event=event)
    assert desk.judged()["statusCode"] == 200
    assert desk.stored(world.estate.id, photo_id).state is PhotoState.ACCEPTED


@pytest.mark.parametrize(
    "event",
    [
        {"Event": "wxa_media_check", "trace_id": "nobody-knows", "errcode": 0, "result": {"suggest": "pass"}},
        {"Event": "wxa_media_check"},
        {"Event": "subscribe_msg_change_event", "List": {"TemplateId": "t", "SubscribeStatusString": "reject"}},
        {"Event": "something_new"},
        {},
    ],
)
def test_what_we_do_not_need_is_acknowledged(desk, event) -> None:
    desk.simulator.control("event", event={"MsgType": "event", "FromUserName": "o1", "CreateTime": 1764000000, **event})
    assert desk.judged() == {
        "statusCode": 200, "headers": {"content-type": "text/plain; charset=utf-8"}, "body": "success",
    }  # fmt: skip


def test_one_push_delivered_three_times_in_two_encodings_counts_once(desk, world, resident) -> None:
    photo_id = desk.upload(resident, world.estate.id)
    event = push_event(desk.receiver.take())
    sealed = {**event, "body": base64.b64encode(event["body"].encode()).decode(), "isBase64Encoded": True}
    for delivered in (event, sealed, event):
        assert desk.take_push(delivered, None)["body"] == "success"
    photo = desk.stored(world.estate.id, photo_id)
    changes = photo.version
    desk.take_push(event, None)
    assert (photo.state, desk.stored(world.estate.id, photo_id).version) == (PhotoState.ACCEPTED, changes)


def test_a_picture_wechat_could_not_fetch_goes_to_a_person(desk, world, resident) -> None:
    photo_id = desk.upload(resident, world.estate.id)
    desk.receiver.take()
    trace = desk.stored(world.estate.id, photo_id).trace_id
    event = {"MsgType": "event", "Event": "wxa_media_check", "FromUserName": "o1", "CreateTime": 1764000000,
             "trace_id": trace, "errcode": 4294966288, "errmsg": "download error", "detail": []}  # fmt: skip
    desk.simulator.control("event", event=event)
    desk.judged()
    assert desk.stored(world.estate.id, photo_id).state is PhotoState.TO_DECIDE
