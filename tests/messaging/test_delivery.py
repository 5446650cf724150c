"""What becomes of a message between the inbox and WeChat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.identity.store import ACCOUNT
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import NoticeKind, Recipient
from miniprogram_api.messaging.rules import MessageState, MessageUnknown
from miniprogram_api.storage import keys
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wechat.errors import TemplateArgumentInvalid, WeChatBusy
from tests.messaging.inbox import KIND

if TYPE_CHECKING:
    from tests.messaging.inbox import Inbox

SEND = "/cgi-bin/message/subscribe/send"


def test_an_event_told_twice_is_one_entry(inbox: Inbox) -> None:
    notice = inbox.notice()
    for _ in range(3):
        inbox.container.messages.tell(notice, inbox.now)
    (message,) = inbox.messages
    assert (message.title, message.text, message.state) == ("工单进度", "师傅已上门", MessageState.WAITING)
    assert inbox.container.messages.count_unread(inbox.account_id) == 1


def test_two_events_at_one_instant_are_two_entries(inbox: Inbox) -> None:
    inbox.told()
    inbox.told()
    assert len(inbox.messages) == 2


def test_a_group_is_told_one_by_one(inbox: Inbox, people, world) -> None:
    managers = [people.staff(world.estate, Role.MANAGER) for _ in range(2)]
    dispatcher, guard = people.staff(world.estate, Role.DISPATCHER), people.staff(world.estate, Role.GUARD)
    desk = Recipient(estate_id=world.estate.id, roles=frozenset({Role.MANAGER, Role.DISPATCHER}))
    told = inbox.container.messages.tell(inbox.notice(to=desk), inbox.now)
    reached = [
        person.account_id
        for person in (*managers, dispatcher, guard, inbox.person)
        if inbox.container.messages.list_inbox(person.account_id, 10, None).items
    ]
    assert told == 3
    assert reached == [*(manager.account_id for manager in managers), dispatcher.account_id]


def test_without_consent_a_message_stays_in_the_inbox(inbox: Inbox) -> None:
    message_id = inbox.told()
    assert inbox.deliver(message_id) is MessageState.INBOX_ONLY
    assert inbox.received == []
    assert inbox.undelivered() == []
    assert len(inbox.messages) == 1


def test_one_consent_is_one_message(inbox: Inbox) -> None:
    inbox.allows(1)
    first, second = inbox.told(), inbox.told()
    assert [inbox.deliver(first), inbox.deliver(second)] == [MessageState.SENT, MessageState.INBOX_ONLY]
    (received,) = inbox.received
    assert received["page"] == "pages/work-order/index?id=wo_1"
    # Monday 10:00 in China, in WeChat's own way of writing a time.
    assert {key: entry["value"] for key, entry in received["data"].items()} == {
        "thing1": "工单进度", "phrase2": "处理中", "time3": "2026年11月23日 10:00", "thing4": "师傅已上门",
    }  # fmt: skip
    assert inbox.left == 0


def test_a_message_delivered_again_is_not_sent_again(inbox: Inbox) -> None:
    inbox.allows(3)
    message_id = inbox.told()
    assert [inbox.deliver(message_id) for _ in range(3)] == [MessageState.SENT] * 3
    assert len(inbox.received) == 1
    assert inbox.left == 2


def test_wechat_knows_of_no_consent(inbox: Inbox) -> None:
    """43101: the person switched messages off in WeChat itself, so our count was wrong."""
    inbox.allows(2, in_wechat=0)
    assert inbox.deliver(inbox.told()) is MessageState.INBOX_ONLY
    assert inbox.left == 0
    assert inbox.undelivered() == []


def test_a_message_wechat_refuses_stays_in_sight_until_somebody_saw_to_it(inbox: Inbox, people, world) -> None:
    inbox.allows(1)
    inbox.simulator.control("fault", endpoint=SEND, errcode=47003, errmsg="argument invalid! data.thing1.value invalid")
    message_id = inbox.told()
    assert inbox.deliver(message_id) is MessageState.UNDELIVERED
    (waiting,) = inbox.undelivered()
    assert (waiting.id, waiting.reason) == (message_id, TemplateArgumentInvalid.code)
    assert inbox.left == 1, "nothing was sent, so nothing was used up"
    manager = people.staff(world.estate, Role.MANAGER)
    messages = inbox.container.messages
    seen = messages.see_to(world.estate.id, inbox.account_id, message_id, "已电话告知", manager.account_id, inbox.now)
    assert (seen.state, seen.seen_to_by, seen.seen_to_note) == (MessageState.SEEN_TO, manager.account_id, "已电话告知")
    assert inbox.undelivered() == []
    again = messages.see_to(world.estate.id, inbox.account_id, message_id, "又一次", "acc_other", inbox.now)
    assert again == seen


def test_a_busy_wechat_leaves_the_message_waiting(inbox: Inbox) -> None:
    inbox.allows(1)
    message_id = inbox.told()
    inbox.simulator.control("fault", endpoint=SEND, errcode=-1, errmsg="system error")
    with pytest.raises(WeChatBusy):
        inbox.deliver(message_id)
    assert inbox.messages[0].state is MessageState.WAITING
    assert inbox.left == 1
    assert inbox.deliver(message_id) is MessageState.SENT


def test_after_the_last_try_a_person_sees_it(inbox: Inbox) -> None:
    message_id = inbox.told()
    inbox.container.messages.give_up(inbox.account_id, message_id, inbox.now)
    (waiting,) = inbox.undelivered()
    assert (waiting.id, waiting.reason) == (message_id, "no_answer")


def test_giving_up_comes_too_late_for_what_was_sent(inbox: Inbox) -> None:
    inbox.allows(1)
    message_id = inbox.told()
    inbox.deliver(message_id)
    inbox.container.messages.give_up(inbox.account_id, message_id, inbox.now)
    assert inbox.messages[0].state is MessageState.SENT
    inbox.container.messages.give_up(inbox.account_id, "msg_none", inbox.now)


def test_a_kind_without_template_stays_in_the_inbox(inbox: Inbox, monkeypatch) -> None:
    inbox.allows(1)
    monkeypatch.setattr(inbox.container.messages, "_templates", dict)
    assert inbox.deliver(inbox.told()) is MessageState.INBOX_ONLY
    assert inbox.received == []


def test_a_deleted_account_is_not_written_to(inbox: Inbox) -> None:
    inbox.allows(1)
    message_id = inbox.told()
    account = inbox.container.table.find(ACCOUNT, keys.account(inbox.account_id))
    act = Transaction(inbox.account_id, "cancel", inbox.now)
    act.change(ACCOUNT, account, account.cancelled())
    inbox.container.table.commit(act)
    assert inbox.deliver(message_id) is MessageState.INBOX_ONLY
    assert inbox.received == []


def test_a_message_that_is_gone_is_unknown(inbox: Inbox) -> None:
    with pytest.raises(MessageUnknown):
        inbox.deliver("msg_none")


def test_reading_while_wechat_sends_does_not_send_twice(inbox: Inbox, monkeypatch) -> None:
    """The record fails because the person read the message meanwhile: it is recorded again, not sent again."""
    inbox.allows(2)
    message_id = inbox.told()
    send = inbox.container.wechat.send_subscribe_message

    def send_while_they_read(*args: object) -> str:
        inbox.container.messages.read(inbox.account_id, message_id, inbox.now)
        inbox.container.messages.grant(inbox.account_id, [KIND], "meanwhile-1", inbox.now)
        return send(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox.container.wechat, "send_subscribe_message", send_while_they_read)
    assert inbox.deliver(message_id) is MessageState.SENT
    (message,) = inbox.messages
    assert (message.state, message.read_at) == (MessageState.SENT, inbox.now)
    assert (len(inbox.received), inbox.left) == (1, 2)


def test_two_deliveries_at_once_may_send_twice_but_count_once(inbox: Inbox, monkeypatch) -> None:
    """The honest promise is at least once: SQS seldom hands one message to two, and WeChat's count bounds the harm."""
    inbox.allows(2)
    message_id = inbox.told()
    send, both = inbox.container.wechat.send_subscribe_message, Barrier(2)

    def send_together(*args: object) -> str:
        both.wait(10)
        return send(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox.container.wechat, "send_subscribe_message", send_together)
    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(inbox.deliver, [message_id] * 2))
    assert states == [MessageState.SENT] * 2
    assert (len(inbox.received), inbox.left) == (2, 1)


# Consents


def test_a_consent_counts_once_by_its_key(inbox: Inbox) -> None:
    messages = inbox.container.messages
    for _ in range(3):
        assert messages.grant(inbox.account_id, [KIND, KIND, NoticeKind.ROUND], "key-00001", inbox.now) == {
            KIND: 1,
            NoticeKind.ROUND: 1,
        }
    assert messages.grant(inbox.account_id, [KIND], "key-00002", inbox.now) == {KIND: 2}


def test_consents_given_at_once_all_count(inbox: Inbox) -> None:
    start = Barrier(3)

    def tap(number: int) -> None:
        start.wait(10)
        inbox.container.messages.grant(inbox.account_id, [KIND], f"key-{number:05}", inbox.now)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(tap, range(3)))
    assert inbox.left == 3


def test_the_same_consent_sent_twice_at_once_counts_once(inbox: Inbox) -> None:
    start = Barrier(2)

    def tap(_: int) -> None:
        start.wait(10)
        inbox.container.messages.grant(inbox.account_id, [KIND], "key-00001", inbox.now)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tap, range(2)))
    assert inbox.left == 1


def test_messages_of_later_events_stand_first(inbox: Inbox) -> None:
    first = inbox.told()
    inbox.container.clock.advance(timedelta(milliseconds=1))  # type: ignore[attr-defined]
    second = inbox.told()
    assert [message.id for message in inbox.messages] == [second, first]
