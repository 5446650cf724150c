"""Every key string of payments and receipts; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import datetime


def receipt_counter(company_id: str, year: int) -> Key:
    """The last receipt number of a company and year."""
    return Key(f"COMPANY#{company_id}#RECEIPTS#{year}", "COUNTER")


def receipt(company_id: str, year: int, number: int) -> Key:
    """One receipt; those of a company and year sort by number, so that a gap would show."""
    return Key(f"COMPANY#{company_id}#RECEIPTS#{year}", f"RECEIPT#{number:09d}")


def receipt_of_room(estate_id: str, room_id: str, at: datetime, receipt_id: str) -> Key:
    """The receipts of a room in time."""
    return Key(f"ROOM#{estate_id}#{room_id}#RECEIPTS", f"{instant(at)}#{receipt_id}")


def receipt_of_estate(estate_id: str, at: datetime, receipt_id: str) -> Key:
    """The receipts of an estate in time."""
    return Key(f"ESTATE#{estate_id}#RECEIPTS", f"{instant(at)}#{receipt_id}")


def receipt_of_source(source: str, receipt_id: str) -> Key:
    """The receipts of one payment, one a room."""
    return Key(f"PAID#{source}#RECEIPTS", receipt_id)
