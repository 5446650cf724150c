"""Messages as people see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from miniprogram_api.kernel.notice import NoticeKind
from miniprogram_api.messaging.rules import Message, MessageState


class MessageShown(msgspec.Struct, frozen=True):
    """One message of one's inbox; ``page`` is the mini-program page it opens."""

    id: str
    kind: NoticeKind
    title: str
    text: str
    page: str
    created_at: datetime
    read_at: datetime | None = None

    @classmethod
    def of(cls, message: Message) -> MessageShown:
        """Return the message as its owner sees it."""
        return cls(
            message.id, message.kind, message.title, message.text, message.page, message.created_at, message.read_at
        )


class Unread(msgspec.Struct, frozen=True):
    """How many messages wait to be read."""

    count: int


class GrantMessages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The kinds a person just accepted in ``wx.requestSubscribeMessage``."""

    accepted: Annotated[list[NoticeKind], msgspec.Meta(min_length=1, max_length=10)]


class MessageTemplate(msgspec.Struct, frozen=True):
    """A kind of message and the id to ask WeChat's consent for."""

    kind: NoticeKind
    template_id: str


class AllowanceLeft(msgspec.Struct, frozen=True):
    """How many WeChat messages of a kind may still be sent."""

    kind: NoticeKind
    left: int


class UndeliveredMessage(msgspec.Struct, frozen=True):
    """A message that WeChat did not take: somebody should tell the person in another way."""

    id: str
    account_id: str
    kind: NoticeKind
    title: str
    created_at: datetime
    state: MessageState
    reason: str

    @classmethod
    def of(cls, message: Message) -> UndeliveredMessage:
        """Return the message as the work list shows it: without its text, which is for its owner."""
        return cls(
            message.id,
            message.account_id,
            message.kind,
            message.title,
            message.created_at,
            message.state,
            message.reason or "",
        )


class PersonToTell(msgspec.Struct, frozen=True):
    """Whom a message did not reach, and the number to call; none where the person never proved one."""

    name: str
    phone: str | None


class SeenTo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the person was told instead."""

    note: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
