"""Every key string of the ledger and what stands around it; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import datetime


def ledger_of(book: str, month: str) -> str:
    """The partition of one month of a book; the postings of a month are counted from it."""
    return f"LEDGER#{book}#{month}"


def posting(book: str, month: str, posting_id: str) -> Key:
    """One posting; its id follows from the event, so an event is posted once."""
    return Key(ledger_of(book, month), f"POSTING#{posting_id}")


def posting_in_time(book: str, month: str, at: datetime, posting_id: str) -> Key:
    """The postings of a month in the order they were booked."""
    return Key(f"LEDGER#{book}#{month}#IN_TIME", f"{instant(at)}#{posting_id}")
