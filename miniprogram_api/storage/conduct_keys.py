"""Every key string of committee members' conduct; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import datetime


def conduct_item(unit_id: str, code: str) -> Key:
    """One item of a street's negative list."""
    return Key(f"UNIT#{unit_id}#CONDUCT", f"ITEM#{code}")


def pledge_text(unit_id: str) -> Key:
    """The commitment that a street has its committee members sign."""
    return Key(f"UNIT#{unit_id}#CONDUCT", "PLEDGE_TEXT")


def pledge(estate_id: str, post_id: str) -> Key:
    """The commitment of one member; the key is its identity, so it is signed once."""
    return Key(f"ESTATE#{estate_id}#PLEDGES", f"PLEDGE#{post_id}")


def pledge_of_account(account_id: str, at: datetime, post_id: str) -> Key:
    """What a person signed."""
    return Key(f"ACCOUNT#{account_id}#CONDUCT", f"PLEDGE#{instant(at)}#{post_id}")


def report_settings(estate_id: str) -> Key:
    """For how many days owners rate a work report."""
    return Key(f"ESTATE#{estate_id}#WORK_REPORTS", "SETTINGS")


def report_duty(estate_id: str, body_id: str) -> Key:
    """That a committee owes a report every year, and for which year next."""
    return Key(f"ESTATE#{estate_id}#WORK_REPORTS", f"DUTY#{body_id}")


def report_due(shard: int, at: datetime, body_id: str) -> Key:
    """Sweep queue: committees by the day from which a report counts as missing."""
    return Key(f"WORK_REPORT_DUE#{shard}", f"{instant(at)}#{body_id}")


def work_report(estate_id: str, year: int, body_id: str) -> Key:
    """A committee's report on one year."""
    return Key(f"ESTATE#{estate_id}#WORK_REPORTS", f"REPORT#{year}#{body_id}")


def report_rated(shard: int, at: datetime, report_id: str) -> Key:
    """Sweep queue: reports by the instant their rating ends."""
    return Key(f"WORK_REPORT_RATED#{shard}", f"{instant(at)}#{report_id}")


def report_missing(estate_id: str, year: int, body_id: str) -> Key:
    """That a committee had not reported on a year by the first of December."""
    return Key(f"ESTATE#{estate_id}#WORK_REPORTS", f"MISSING#{year}#{body_id}")


def report_missing_below(units: tuple[str, ...], estate_id: str, year: int, body_id: str) -> Key:
    """Missing reports of a city in tree order, so that a prefix of the path lists those below any unit."""
    return Key(f"UNIT#{units[0]}#WORK_REPORTS_MISSING", "/".join((*units, f"{estate_id}#{year}#{body_id}")))


def report_rating(estate_id: str, report_id: str, room_id: str) -> Key:
    """What one room says of a report."""
    return Key(f"WORK_REPORT#{estate_id}#{report_id}", f"RATING#{room_id}")


def breach(estate_id: str, breach_id: str) -> Key:
    """One breach of faith of a committee member."""
    return Key(f"ESTATE#{estate_id}#BREACHES", f"BREACH#{breach_id}")


def breach_below(units: tuple[str, ...], estate_id: str, breach_id: str) -> Key:
    """Upheld breaches of a city in tree order, for the list that goes to the credit authority."""
    return Key(f"UNIT#{units[0]}#BREACHES", "/".join((*units, f"{estate_id}#{breach_id}")))


def breach_of_account(account_id: str, at: datetime, breach_id: str) -> Key:
    """Breaches recorded of one person."""
    return Key(f"ACCOUNT#{account_id}#CONDUCT", f"BREACH#{instant(at)}#{breach_id}")


def conduct_case(estate_id: str, case_id: str) -> Key:
    """A negative-list case with its history."""
    return Key(f"ESTATE#{estate_id}#CONDUCT_CASES", f"CASE#{case_id}")


def conduct_case_in_time(estate_id: str, at: datetime, case_id: str) -> Key:
    """The cases of an estate in the order they were reported."""
    return Key(f"ESTATE#{estate_id}#CONDUCT_IN_TIME", f"{instant(at)}#{case_id}")


def conduct_case_of_account(account_id: str, at: datetime, case_id: str) -> Key:
    """The cases about one person."""
    return Key(f"ACCOUNT#{account_id}#CONDUCT", f"CASE#{instant(at)}#{case_id}")


def conduct_board(estate_id: str, at: datetime, case_id: str) -> Key:
    """What everybody at the estate may know: who is suspended, and what was announced."""
    return Key(f"ESTATE#{estate_id}#CONDUCT_BOARD", f"{instant(at)}#{case_id}")


def conduct_open_below(units: tuple[str, ...], estate_id: str, case_id: str) -> Key:
    """Cases of a city that have not ended, in tree order, so that a prefix lists those below any unit."""
    return Key(f"UNIT#{units[0]}#CONDUCT_OPEN", "/".join((*units, f"{estate_id}#{case_id}")))


def owner_notice(estate_id: str, notice_id: str) -> Key:
    """Something that all owners of an estate are told."""
    return Key(f"ESTATE#{estate_id}#OWNER_NOTICES", f"NOTICE#{notice_id}")


def owner_notice_due(shard: int, at: datetime, notice_id: str) -> Key:
    """Sweep queue: what has not gone to every building yet."""
    return Key(f"OWNER_NOTICE_DUE#{shard}", f"{instant(at)}#{notice_id}")


def owner_notice_part(estate_id: str, notice_id: str, building_id: str, number: int) -> Key:
    """Some rooms of one building that were told of it."""
    return Key(f"OWNER_NOTICE#{estate_id}#{notice_id}", f"PART#{building_id}#{number:04d}")
