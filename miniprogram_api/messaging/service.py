"""Tell people: write to their inbox, send through WeChat, and keep what could not be delivered in sight."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from miniprogram_api.kernel.errors import Conflict, Problem, Unavailable
from miniprogram_api.messaging.rules import Allowance, Message, MessageState, MessageUnknown, Template, message_for
from miniprogram_api.messaging.store import ALLOWANCE, MESSAGE, Inboxes
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
    from miniprogram_api.kernel.page import Page

T = TypeVar("T")

_READ_AT_ONCE = 50
_TRIES = 4


class Queue(Protocol):
    """Where messages wait to be sent."""

    def put(self, account_id: str, message_id: str) -> None:
        """Hand one message on; handing it on twice is harmless."""
        ...


class Addresses(Protocol):
    """Who stands behind a recipient, and where WeChat reaches them."""

    def accounts_of(self, to: Recipient) -> Iterable[str]:
        """Return the accounts a notice goes to."""
        ...

    def wants(self, account_id: str, kind: NoticeKind) -> bool:
        """Say whether the person wants notices of the kind."""
        ...

    def openid_of(self, account_id: str) -> str | None:
        """Return the person's WeChat id, or None when the account is gone."""
        ...

    def person_of(self, account_id: str) -> tuple[str, str | None]:
        """Return the name that others read and the proved number; both empty when the account is gone."""
        ...


class Sender(Protocol):
    """The part of WeChat that sends."""

    def send_subscribe_message(self, openid: str, template_id: str, data: Mapping[str, str], page: str) -> str:
        """Send one subscribe message."""
        ...


class _AlreadyWritten(Conflict):
    """The event has reached this inbox before."""


class Messages:
    """Inboxes and what leaves them."""

    def __init__(
        self,
        inboxes: Inboxes,
        queue: Queue,
        addresses: Addresses,
        sender: Sender,
        templates: Callable[[], Mapping[NoticeKind, Template]],
    ) -> None:
        self._inboxes = inboxes
        self._queue = queue
        self._addresses = addresses
        self._sender = sender
        self._templates = templates

    def tell(self, notice: Notice, at: datetime) -> int:
        """Write a notice of an event that happened ``at`` into each recipient's inbox and queue it for WeChat.

        It may run any number of times for one event: the inbox holds it once, and a message that still waits is
        queued again, because the first time may have ended between the two.
        """
        told = 0
        for account_id in self._addresses.accounts_of(notice.to):
            if not self._addresses.wants(account_id, notice.kind):
                continue
            message = message_for(notice, account_id, at)
            act = Transaction("system", "tell", at)
            act.add(MESSAGE, message, otherwise=_AlreadyWritten)
            with suppress(_AlreadyWritten):
                self._inboxes.commit(act)
            self._queue.put(account_id, message.id)
            told += 1
        return told

    def deliver(self, account_id: str, message_id: str, now: datetime) -> MessageState:
        """Send one waiting message through WeChat and record what became of it.

        Sending comes first and the record second: a crash between them, or two deliveries at the same moment, may send
        twice, but a message is never lost.

        Raises:
            MessageUnknown: the message is gone, with its owner.
            Unavailable: WeChat is busy; the queue tries again.
        """
        message = self._inboxes.find(account_id, message_id)
        if message is None:
            raise MessageUnknown
        if message.state is not MessageState.WAITING:
            return message.state
        template = self._templates().get(message.kind)
        allowance = self._inboxes.find_allowance(account_id, message.kind)
        openid = self._addresses.openid_of(account_id)
        if template is None or allowance is None or allowance.left == 0 or openid is None:
            return self._record(message, MessageState.INBOX_ONLY, now)
        try:
            self._sender.send_subscribe_message(openid, template.id, template.data(message), message.page)
        except Unavailable:
            raise
        except Problem as refusal:
            if refusal.code == "subscription_refused":
                return self._record(message, MessageState.INBOX_ONLY, now, Allowance.refused)
            return self._record(message, MessageState.UNDELIVERED, now, reason=refusal.code)
        return self._record(message, MessageState.SENT, now, Allowance.used)

    def give_up(self, account_id: str, message_id: str, now: datetime) -> None:
        """Mark a message that WeChat did not take after all tries, so that a person sees it."""
        message = self._inboxes.find(account_id, message_id)
        if message is not None and message.state is MessageState.WAITING:
            self._record(message, MessageState.UNDELIVERED, now, reason="no_answer")

    def _record(
        self,
        message: Message,
        state: MessageState,
        now: datetime,
        spend: Callable[[Allowance], Allowance] | None = None,
        reason: str | None = None,
    ) -> MessageState:
        """Write down what became of a message, whatever its owner reads or grants in the same moment."""

        def settle() -> MessageState:
            current = self._inboxes.find(message.account_id, message.id)
            if current is None:
                raise MessageUnknown
            if current.state is not MessageState.WAITING:
                return current.state
            act = Transaction("system", "deliver", now)
            act.change(MESSAGE, current, replace(current, state=state, reason=reason))
            held = self._inboxes.find_allowance(message.account_id, message.kind)
            if spend is not None and held is not None:
                act.change(ALLOWANCE, held, spend(held))
            self._inboxes.commit(act)
            return state

        return _once_more_if_changed(settle)

    def grant(self, account_id: str, kinds: Iterable[NoticeKind], key: str, now: datetime) -> dict[NoticeKind, int]:
        """Count one consent to a subscribe message for each kind; the same key counts once."""
        wanted = tuple(dict.fromkeys(kinds))

        def count() -> dict[NoticeKind, int]:
            left: dict[NoticeKind, int] = {}
            act = Transaction(account_id, "grant_messages", now)
            for kind in wanted:
                held = self._inboxes.find_allowance(account_id, kind)
                granted = (held or Allowance(account_id, kind)).granted(key)
                left[kind] = granted.left
                if held is None:
                    act.add(ALLOWANCE, granted)
                elif granted != held:
                    act.change(ALLOWANCE, held, granted)
            self._inboxes.commit(act)
            return left

        return _once_more_if_changed(count)

    def templates(self) -> Mapping[NoticeKind, Template]:
        """Return the template of each kind that this mini program has."""
        return self._templates()

    def list_inbox(self, account_id: str, limit: int, cursor: str | None) -> Page[Message]:
        """List a person's messages, newest first."""
        return self._inboxes.list_newest(account_id, limit, cursor)

    def count_unread(self, account_id: str) -> int:
        """Return how many messages a person has not read."""
        return self._inboxes.count_unread(account_id)

    def read(self, account_id: str, message_id: str, now: datetime) -> Message:
        """Mark one message read; reading it again changes nothing.

        Raises:
            MessageUnknown: it is not in this inbox.
        """

        def mark() -> Message:
            message = self._inboxes.find(account_id, message_id)
            if message is None:
                raise MessageUnknown
            if message.read_at is not None:
                return message
            return self._mark_read((message,), account_id, now)[0]

        return _once_more_if_changed(mark)

    def read_all(self, account_id: str, now: datetime) -> int:
        """Mark up to 50 of the oldest unread messages read and return how many are still unread.

        What was just marked is subtracted here, because the count comes from an index that follows a moment later.
        """
        unread = self._inboxes.count_unread(account_id)

        def mark() -> int:
            return len(self._mark_read(self._inboxes.list_unread(account_id, _READ_AT_ONCE), account_id, now))

        return max(unread - _once_more_if_changed(mark), 0)

    def _mark_read(self, messages: Iterable[Message], account_id: str, now: datetime) -> list[Message]:
        act = Transaction(account_id, "read_message", now)
        read = [act.change(MESSAGE, message, replace(message, read_at=now)) for message in messages]
        self._inboxes.commit(act)
        return read

    def list_undelivered(self, estate_id: str, limit: int, cursor: str | None) -> Page[Message]:
        """List the messages of an estate that WeChat did not take and nobody has seen to."""
        return self._inboxes.list_undelivered(estate_id, limit, cursor)

    def person_to_tell(self, estate_id: str, account_id: str, message_id: str) -> tuple[str, str | None]:
        """Return whom a message did not reach, with the number to call, while nobody has seen to it.

        Raises:
            MessageUnknown: no such message of this estate waits to be seen to.
        """
        message = self._inboxes.find(account_id, message_id)
        if message is None or message.estate_id != estate_id or message.state is not MessageState.UNDELIVERED:
            raise MessageUnknown
        return self._addresses.person_of(account_id)

    def see_to(self, estate_id: str, account_id: str, message_id: str, note: str, by: str, now: datetime) -> Message:
        """Record that somebody told the person in another way (by telephone, at the door).

        Raises:
            MessageUnknown: there is no such message of this estate.
        """
        message = self._inboxes.find(account_id, message_id)
        if message is None or message.estate_id != estate_id:
            raise MessageUnknown
        if message.state is not MessageState.UNDELIVERED:
            return message
        act = Transaction(by, "see_to_message", now)
        seen = replace(message, state=MessageState.SEEN_TO, seen_to_by=by, seen_to_note=note)
        seen = act.change(MESSAGE, message, seen)
        self._inboxes.commit(act)
        return seen


def _once_more_if_changed(act: Callable[[], T]) -> T:
    """Do an act that reads what it changes, again when somebody else changed it in between.

    Raises:
        Conflict: it was changed each time.
    """
    for _ in range(_TRIES - 1):
        with suppress(Conflict):
            return act()
    return act()
