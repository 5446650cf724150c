"""A kind of thing for these tests alone: a note with a queue it waits in and a time it is kept for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.kinds import Key, Kind
from miniprogram_api.storage.transaction import Transaction

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Note:
    """Something written down; ``waiting`` keeps it in the queue of its book."""

    book: str
    id: str
    text: str = ""
    amount: int = 0
    state: str = "open"
    waiting: bool = False
    keep_until: datetime | None = None
    remark: str | None = None
    tags: dict[str, int] = field(default_factory=dict)
    version: int = 0


def key_of(book: str, identity: str) -> Key:
    return Key(f"NOTES#{book}", f"NOTE#{identity}")


def queue_of(book: str) -> str:
    return f"NOTES#{book}#WAITING"


NOTE = Kind(
    "note",
    Note,
    lambda note: key_of(note.book, note.id),
    lambda note: {"gsi1": Key(queue_of(note.book), note.id)} if note.waiting else {},
    expires=lambda note: note.keep_until,
)
OTHER = Kind("other_note", Note, lambda note: key_of(note.book, note.id))


def fresh_book() -> str:
    return secrets.token_hex(6)


def act_of(verb: str = "test", by: str = "acc_test") -> Transaction:
    return Transaction(by, verb, NOW)


class Refused(Conflict):
    """The part of a number was refused."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(part=number)
