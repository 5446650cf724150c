"""Where messages lie: one partition per person, with queues for what is unread and what WeChat did not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.messaging.rules import Allowance, Message, MessageState
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.notice import NoticeKind
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table


def _indexes(message: Message) -> dict[str, Key]:
    entries: dict[str, Key] = {}
    if message.read_at is None:
        entries["gsi1"] = keys.message_unread(message.account_id, message.id)
    if message.state is MessageState.UNDELIVERED and message.estate_id is not None:
        entries["gsi2"] = keys.message_undelivered(message.estate_id, message.id)
    return entries


MESSAGE = Kind("message", Message, lambda message: keys.message(message.account_id, message.id), _indexes)
ALLOWANCE = Kind("allowance", Allowance, lambda held: keys.message_allowance(held.account_id, held.kind))


class Inboxes:
    """Messages and allowances in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, account_id: str, message_id: str) -> Message | None:
        """Return a message of a person's inbox, or None."""
        return self._table.find(MESSAGE, keys.message(account_id, message_id))

    def list_newest(self, account_id: str, limit: int, cursor: str | None) -> Page[Message]:
        """List a person's messages, newest first."""
        pk, prefix = keys.message(account_id, "")
        return self._table.page(MESSAGE, pk, prefix=prefix, limit=limit, cursor=cursor, newest_first=True)

    def count_unread(self, account_id: str) -> int:
        """Return how many messages a person has not read."""
        return self._table.count(keys.message_unread(account_id, "").pk, index="gsi1")

    def list_unread(self, account_id: str, limit: int) -> tuple[Message, ...]:
        """Return the oldest unread messages of a person, without what was read just now and the index still shows."""
        listed = self._table.page(MESSAGE, keys.message_unread(account_id, "").pk, index="gsi1", limit=limit).items
        current = self._table.find_all(MESSAGE, [keys.message(account_id, message.id) for message in listed])
        return tuple(message for message in current.values() if message.read_at is None)

    def list_undelivered(self, estate_id: str, limit: int, cursor: str | None) -> Page[Message]:
        """List what WeChat did not take and nobody has seen to, oldest first."""
        pk = keys.message_undelivered(estate_id, "").pk
        return self._table.page(MESSAGE, pk, index="gsi2", limit=limit, cursor=cursor)

    def find_allowance(self, account_id: str, kind: NoticeKind) -> Allowance | None:
        """Return what is left of a person's consents for one kind, or None when there never was one."""
        return self._table.find(ALLOWANCE, keys.message_allowance(account_id, kind))
