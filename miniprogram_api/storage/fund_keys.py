"""Every key string of the ledger and what stands around it; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import date, datetime


def ledger_of(book: str, month: str) -> str:
    """The partition of one month of a book; the postings of a month are counted from it."""
    return f"LEDGER#{book}#{month}"


def posting(book: str, month: str, posting_id: str) -> Key:
    """One posting; its id follows from the event, so an event is posted once."""
    return Key(ledger_of(book, month), f"POSTING#{posting_id}")


def posting_in_time(book: str, month: str, at: datetime, posting_id: str) -> Key:
    """The postings of a month in the order they were booked."""
    return Key(f"LEDGER#{book}#{month}#IN_TIME", f"{instant(at)}#{posting_id}")


def book(estate_id: str) -> Key:
    """The head of an estate's book: through which month it is entered; its partition holds the months."""
    return Key(f"LEDGER#{estate_id}#MONTHS", "BOOK")


def month(estate_id: str, period: str) -> Key:
    """One month that was entered."""
    return Key(f"LEDGER#{estate_id}#MONTHS", f"MONTH#{period}")


def month_missing(estate_id: str, period: str) -> Key:
    """That the people in charge were reminded of a month; once each."""
    return Key(f"LEDGER#{estate_id}#MONTHS", f"MISSING#{period}")


def countered(estate_id: str, posting_id: str) -> Key:
    """Guard: a posting is taken back at most once, in whichever month."""
    return Key(f"LEDGER#{estate_id}#COUNTERED", posting_id)


def publication(estate_id: str, period: str) -> Key:
    """A month as it was published to the owners."""
    return Key(f"ESTATE#{estate_id}#PUBLICATIONS", period)


def place_of_money(estate_id: str, place_id: str) -> Key:
    """One bank account, cash box or merchant account of an estate."""
    return Key(f"ESTATE#{estate_id}#PLACES_OF_MONEY", place_id)


def spending(estate_id: str, request_id: str) -> Key:
    """One request to spend."""
    return Key(f"ESTATE#{estate_id}#SPENDING", f"REQUEST#{request_id}")


def spending_in_time(estate_id: str, at: datetime, request_id: str) -> Key:
    """The requests of an estate in the order they were made."""
    return Key(f"ESTATE#{estate_id}#SPENDING_IN_TIME", f"{instant(at)}#{request_id}")


def spending_limit(estate_id: str, purse: str) -> Key:
    """Up to how much the committee decides alone."""
    return Key(f"ESTATE#{estate_id}#SPENDING", f"LIMIT#{purse}")


def spending_used(estate_id: str, purse: str, year: int) -> Key:
    """How much of a year's limit is used."""
    return Key(f"ESTATE#{estate_id}#SPENDING", f"USED#{purse}#{year}")


def fund_settings(estate_id: str) -> Key:
    """What an estate has set for its common money."""
    return Key(f"ESTATE#{estate_id}#SPENDING", "SETTINGS")


def room_fund(estate_id: str, building_id: str, room_id: str) -> Key:
    """What a room has in the maintenance fund; those of a building sort together."""
    return Key(f"ESTATE#{estate_id}#MAINTENANCE", f"{building_id}#{room_id}")


def room_fund_movement(estate_id: str, room_id: str, source: str) -> Key:
    """One movement of a room's part of the fund; one event moves it once."""
    return Key(f"ROOM#{estate_id}#{room_id}#MAINTENANCE", f"MOVE#{source}")


def room_fund_in_time(estate_id: str, room_id: str, at: datetime, source: str) -> Key:
    """The movements of a room's part in time."""
    return Key(f"ROOM#{estate_id}#{room_id}#MAINTENANCE_IN_TIME", f"{instant(at)}#{source}")


def allocation(estate_id: str, allocation_id: str) -> Key:
    """One amount of the maintenance fund that is split over rooms."""
    return Key(f"ESTATE#{estate_id}#ALLOCATIONS", allocation_id)


def allocation_open(allocation_id: str) -> Key:
    """Sweep queue: amounts that have not reached all their rooms yet."""
    return Key("ALLOCATION_OPEN", allocation_id)


def income_contract(estate_id: str, contract_id: str) -> Key:
    """One contract that brings the owners income."""
    return Key(f"ESTATE#{estate_id}#INCOME_CONTRACTS", contract_id)


def income_contract_due(estate_id: str, due_on: date, contract_id: str) -> Key:
    """Queue: the contracts of an estate on which an instalment is still to come, the longest due first."""
    return Key(f"ESTATE#{estate_id}#INSTALMENTS_DUE", f"{due_on.isoformat()}#{contract_id}")


def fund_question(estate_id: str, question_id: str) -> Key:
    """One question about a published line."""
    return Key(f"ESTATE#{estate_id}#FUND_QUESTIONS", question_id)


def fund_question_of_month(estate_id: str, period: str, at: datetime, question_id: str) -> Key:
    """The questions about one published month in time."""
    return Key(f"ESTATE#{estate_id}#FUND_QUESTIONS#{period}", f"{instant(at)}#{question_id}")


def fund_question_open(estate_id: str, due_at: datetime, question_id: str) -> Key:
    """Queue: the questions of an estate that wait for an answer, the first due first."""
    return Key(f"ESTATE#{estate_id}#FUND_QUESTIONS_OPEN", f"{instant(due_at)}#{question_id}")


def fund_question_due(shard: int, due_at: datetime, question_id: str) -> Key:
    """Sweep queue: open questions by the instant of their deadline."""
    return Key(f"FUND_QUESTION_DUE#{shard}", f"{instant(due_at)}#{question_id}")


def year_end(estate_id: str, year: int) -> Key:
    """The transfer of a year's surplus to the maintenance fund."""
    return Key(f"ESTATE#{estate_id}#SPENDING", f"YEAR_END#{year}")
