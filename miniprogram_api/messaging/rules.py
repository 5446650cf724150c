"""What becomes of a message: waiting -> sent, or inbox only, or undelivered until a person saw to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from miniprogram_api.kernel.clock import shanghai
from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.kernel.ids import event_id
from miniprogram_api.kernel.notice import Notice, NoticeKind

TRIES = 5
"""How often a message is tried; then it is given up, and a person sees it. The queue has room for a few tries more."""

WAITED_TOO_LONG = timedelta(minutes=15)
"""A message that is sent, or tried, so long after it was queued calls a person: something holds all of them up."""

KEYS_REMEMBERED = 20
"""How many grants of subscribe messages are remembered by their key, so that a repeated one counts once."""


class MessageUnknown(NotFound):
    """There is no such message in this inbox."""

    code = "message_unknown"
    message = "消息不存在或已删除。"


class MessageState(StrEnum):
    """How far a message came beyond the inbox, where it always is."""

    WAITING = "waiting"  # to be sent through WeChat
    SENT = "sent"
    INBOX_ONLY = "inbox_only"  # the person granted no WeChat message of this kind
    UNDELIVERED = "undelivered"  # WeChat refused or stayed silent; a person must see to it
    SEEN_TO = "seen_to"  # somebody told the person in another way


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person. ``values`` fills the WeChat template by meaning, not by WeChat's key names."""

    id: str
    account_id: str
    kind: NoticeKind
    title: str
    text: str
    page: str
    created_at: datetime
    state: MessageState = MessageState.WAITING
    estate_id: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    read_at: datetime | None = None
    reason: str | None = None
    seen_to_by: str | None = None
    seen_to_note: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many more subscribe messages of a kind a person accepts; each consent is counted once by its key."""

    account_id: str
    kind: NoticeKind
    left: int = 0
    keys: tuple[str, ...] = ()
    version: int = 0

    def granted(self, key: str) -> Allowance:
        """Return the allowance after one more consent; a consent counted before changes nothing."""
        if key in self.keys:
            return self
        return replace(self, left=self.left + 1, keys=(*self.keys, key)[-KEYS_REMEMBERED:])

    def used(self) -> Allowance:
        """Return the allowance after one message was sent."""
        return replace(self, left=max(self.left - 1, 0))

    def refused(self) -> Allowance:
        """Return the allowance after WeChat said that nothing is left (43101)."""
        return replace(self, left=0)


def message_for(notice: Notice, account_id: str, at: datetime) -> Message:
    """Return the message a notice becomes for one person; the same event gives the same message."""
    return Message(
        id=event_id("msg", at, account_id, notice.identity),
        account_id=account_id,
        kind=notice.kind,
        title=notice.title,
        text=notice.text,
        page=notice.page,
        created_at=at,
        estate_id=notice.estate_id,
        values=dict(notice.values),
    )


@dataclass(frozen=True, slots=True)
class Template:
    """One subscribe-message template of the mini program: its id, and which meaning each of its keys shows."""

    id: str
    fields: dict[str, str]

    def data(self, message: Message) -> dict[str, str]:
        """Return the values by WeChat's key names; a meaning the message lacks is empty, and shown as 见详情.

        ``title``, ``text`` and ``at`` (when it happened, in China) are known of every message.
        """
        at = shanghai(message.created_at).strftime("%Y-%m-%d %H:%M")
        known = {"title": message.title, "text": message.text, "at": at, **message.values}
        return {key: known.get(meaning, "") for key, meaning in self.fields.items()}
