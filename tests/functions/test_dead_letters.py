"""Dead letters become visible."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.messaging.rules import MessageState
from tests.functions.entry_points import entry_point, failed, queue_event


@pytest.fixture
def bury(container, monkeypatch):
    return entry_point("dead_letters", container, monkeypatch)


def test_each_dead_letter_is_marked_once_and_sets_off_the_alarm(bury, inbox, capsys) -> None:
    ids = [inbox.told(), inbox.told()]
    event = queue_event(*({"account_id": inbox.account_id, "message_id": one} for one in [*ids, "msg_none"]))
    assert failed(bury(event)) == []
    assert '"NeedsAPerson"' in capsys.readouterr().out
    assert failed(bury(event)) == []
    assert {message.id for message in inbox.undelivered()} == set(ids)
    assert {message.version for message in inbox.undelivered()} == {1}


def test_one_that_cannot_be_marked_stays_a_dead_letter(bury, inbox, monkeypatch) -> None:
    first, second = inbox.told(), inbox.told()
    give_up = inbox.container.messages.give_up

    def refuse_first(account_id: str, message_id: str, now: object) -> None:
        if message_id == first:
            raise Conflict
        give_up(account_id, message_id, now)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox.container.messages, "give_up", refuse_first)
    event = queue_event("garbage", *({"account_id": inbox.account_id, "message_id": one} for one in (first, second)))
    assert failed(bury(event)) == ["m0", "m1"]
    assert {message.id: message.state for message in inbox.messages}[second] is MessageState.UNDELIVERED
