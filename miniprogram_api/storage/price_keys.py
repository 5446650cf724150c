"""Every key string of guide prices, price talks and appraisals; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import date, datetime


def guide_price(unit_id: str, charge: str, grade: str, valid_from: date) -> Key:
    """One version of a guide price of a unit; the key is its identity, so a version is never written twice."""
    return Key(f"UNIT#{unit_id}#GUIDE_PRICES", f"{charge}#{valid_from.isoformat()}#{grade}")


def guide_prices_of(unit_id: str, charge: str) -> Key:
    """All versions of one charge of a unit: the partition, and the prefix of the charge."""
    return Key(f"UNIT#{unit_id}#GUIDE_PRICES", f"{charge}#")


def benchmark(unit_id: str, valid_from: date) -> Key:
    """One version of a unit's benchmark matrix; the newest begun is in force."""
    return Key(f"UNIT#{unit_id}#BENCHMARKS", valid_from.isoformat())


def price_talk(estate_id: str, talk_id: str) -> Key:
    """A price talk; its partition also holds its steps."""
    return Key(f"PRICE_TALK#{estate_id}#{talk_id}", "TALK")


def price_talk_step(estate_id: str, talk_id: str, step_id: str) -> Key:
    """One step of a price talk; its id follows from the request, so a step sent twice is found there."""
    return Key(f"PRICE_TALK#{estate_id}#{talk_id}", f"STEP#{step_id}")


def price_talk_in_time(estate_id: str, at: datetime, talk_id: str) -> Key:
    """The price talks of an estate in the order they were opened."""
    return Key(f"ESTATE#{estate_id}#PRICE_TALKS", f"{instant(at)}#{talk_id}")


def price_talk_open(estate_id: str, charge: str) -> Key:
    """Guard: the one talk an estate has about a charge; together they are the talks that have not ended."""
    return Key(f"ESTATE#{estate_id}#PRICE_TALKS_OPEN", charge)


def price_talk_due(shard: int, at: datetime, talk_id: str) -> Key:
    """Sweep queue: open price talks by the instant their round is over."""
    return Key(f"PRICE_TALK_DUE#{shard}", f"{instant(at)}#{talk_id}")


def price_counter(estate_id: str, talk_id: str, number: int, counter_id: str) -> Key:
    """One counter-offer in a round of a price talk; its id follows from the room."""
    return Key(f"PRICE_TALK#{estate_id}#{talk_id}#COUNTERS#{number}", f"COUNTER#{counter_id}")


def appraisal(estate_id: str, appraisal_id: str) -> Key:
    """One third-party appraisal of an estate."""
    return Key(f"ESTATE#{estate_id}#APPRAISALS", f"APPRAISAL#{appraisal_id}")


def appraisal_review(shard: int, day: date, appraisal_id: str) -> Key:
    """Sweep queue: appraisals by the day of their review."""
    return Key(f"APPRAISAL_REVIEW#{shard}", f"{day.isoformat()}#{appraisal_id}")
