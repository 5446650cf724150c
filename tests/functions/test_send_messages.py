"""The queue of messages: each record on its own, and what cannot be sent ends where a person sees it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from local.pump import Pump
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.messaging.rules import TRIES, MessageState
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


def test_at_its_last_try_a_message_is_given_up_and_sets_off_the_alarm(send, inbox, capsys) -> None:
    inbox.allows(2)
    ids = [inbox.told() for _ in range(2)]
    inbox.simulator.control("fault", endpoint=SEND, errcode=-1, errmsg="system error")
    event = queue_event(*(body(inbox, one) for one in ids), tries=TRIES)
    assert failed(send(event)) == []
    assert '"NeedsAPerson"' in capsys.readouterr().out
    states = {message.id: message.state for message in inbox.messages}
    assert [states[one] for one in ids] == [MessageState.UNDELIVERED, MessageState.SENT]
    assert failed(send(event)) == [], "and again, nothing"
    assert {message.version for message in inbox.undelivered()} == {1}


@pytest.mark.parametrize(("minutes", "calls"), [(14, 0), (16, 2)])
def test_messages_that_waited_long_set_off_the_alarm(send, inbox, capsys, minutes, calls) -> None:
    """Sent in the end or not: whoever waits so long is not the only one."""
    inbox.allows(1)
    inbox.simulator.control("fault", endpoint=SEND, errcode=-1, errmsg="system error")
    event = (body(inbox, inbox.told()), body(inbox, inbox.told()))
    send(queue_event(*event, sent=inbox.container.clock() - timedelta(minutes=minutes)))
    assert capsys.readouterr().out.count('"what":"message_waited"') == calls


def test_one_that_cannot_even_be_given_up_stays_in_the_queue(send, inbox, monkeypatch) -> None:
    """The queue sets it aside in the end, with those nobody can read."""
    message_id = inbox.told()

    def refuse(*_: object) -> None:
        raise Conflict

    for verb in ("deliver", "give_up"):
        monkeypatch.setattr(inbox.container.messages, verb, refuse)
    assert failed(send(queue_event("garbage", body(inbox, message_id), tries=TRIES))) == ["m0", "m1"]


def test_a_busy_hour_ends_in_the_undelivered_list(engine, resources, container, inbox, monkeypatch, tmp_path) -> None:
    """The whole way: five tries from the queue, then the estate's list."""
    send = entry_point("send_messages", container, monkeypatch)
    tries: list[str] = []

    def invoke(function: str, event):
        if function != "send_messages":
            return {}
        mine = [one for one in event["Records"] if json.loads(one["body"])["account_id"] == inbox.account_id]
        tries.extend(one["attributes"]["ApproximateReceiveCount"] for one in mine)
        return send(json.loads(json.dumps({"Records": mine})))

    pump = Pump(engine, resources, tmp_path / "pump.json", invoke)
    pump.pass_over_the_stream()
    inbox.allows(1)
    message_id = inbox.told()
    inbox.simulator.control("fault", endpoint=SEND, times=5, errcode=-1, errmsg="system error")
    pump.drain()
    assert tries == ["1", "2", "3", "4", "5"]
    (waiting,) = inbox.undelivered()
    assert (waiting.id, waiting.state, waiting.reason) == (message_id, MessageState.UNDELIVERED, "no_answer")
    assert inbox.received == []
