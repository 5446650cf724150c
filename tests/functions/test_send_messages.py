"""The queue of messages: each record on its own, and what cannot be sent ends where a person sees it."""

from __future__ import annotations

import json

import pytest

from local.pump import Pump
from miniprogram_api.messaging.rules import MessageState
from tests.functions.entry_points import entry_point, failed, queue_event
from tests.messaging.test_delivery import SEND


@pytest.fixture
def send(container, monkeypatch):
    return entry_point("send_messages", container, monkeypatch)


def body(inbox, message_id: str) -> dict[str, str]:
    return {"account_id": inbox.account_id, "message_id": message_id}


def test_only_what_wechat_was_too_busy_for_goes_back(send, inbox) -> None:
    inbox.allows(3)
    ids = [inbox.told() for _ in range(3)]
    inbox.simulator.control("fault", endpoint=SEND, errcode=45009, errmsg="reach max api daily quota limit")
    answer = send(queue_event(*(body(inbox, one) for one in ids)))
    assert failed(answer) == ["m0"]
    states = {message.id: message.state for message in inbox.messages}
    assert [states[one] for one in ids] == [MessageState.WAITING, MessageState.SENT, MessageState.SENT]


def test_a_message_that_is_gone_is_done_with(send, inbox) -> None:
    assert failed(send(queue_event(body(inbox, "msg_none")))) == []


@pytest.mark.parametrize("garbage", ["not json", "{}", "[]", '{"account_id": "acc_1"}', "null"])
def test_a_record_nobody_can_read_does_not_hold_up_the_others(send, inbox, garbage) -> None:
    inbox.allows(1)
    message_id = inbox.told()
    assert failed(send(queue_event(garbage, body(inbox, message_id)))) == ["m0"]
    assert inbox.messages[0].state is MessageState.SENT


def test_a_busy_hour_ends_in_the_undelivered_list(engine, resources, container, inbox, monkeypatch, tmp_path) -> None:
    """The whole way: five tries from the queue, the dead letters, the estate's list."""
    handlers = {name: entry_point(name, container, monkeypatch) for name in ("send_messages", "dead_letters")}
    tries: list[str] = []

    def invoke(function: str, event):
        if function not in handlers:
            return {}
        mine = [one for one in event["Records"] if json.loads(one["body"])["account_id"] == inbox.account_id]
        tries.extend([function] * len(mine))
        return handlers[function](json.loads(json.dumps({"Records": mine})))

    pump = Pump(engine, resources, tmp_path / "pump.json", invoke)
    pump.pass_over_the_stream()
    inbox.allows(1)
    message_id = inbox.told()
    inbox.simulator.control("fault", endpoint=SEND, times=5, errcode=-1, errmsg="system error")
    pump.drain()
    assert tries == ["send_messages"] * 5 + ["dead_letters"]
    (waiting,) = inbox.undelivered()
    assert (waiting.id, waiting.state, waiting.reason) == (message_id, MessageState.UNDELIVERED, "no_answer")
    assert inbox.received == []
