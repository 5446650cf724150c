"""Instants and dates: instants are UTC (``*_at``), the dates people speak of are Asia/Shanghai (``*_on``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]
"""Answers "what time is it" with an aware UTC instant; the composition root chooses which."""

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one zone without summer time since 1992, so a fixed offset is exact for every date here."""


def system_clock() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def shanghai(instant: datetime) -> datetime:
    """Return the wall-clock time in Asia/Shanghai of an aware instant."""
    return instant.astimezone(SHANGHAI)


def date_of(instant: datetime) -> date:
    """Return the date people in China would write for the instant."""
    return shanghai(instant).date()


def spoken(day: date) -> str:
    """Return a day as people write it in a sentence: 2026年11月26日."""
    return f"{day.year}年{spoken_short(day)}"


def spoken_short(day: date) -> str:
    """Return a day near enough to need no year: 11月26日."""
    return f"{day.month}月{day.day}日"


def start_of(day: date) -> datetime:
    """Return the UTC instant at which the day begins in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)
