"""The date in China is eight hours ahead of UTC, all year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.clock import date_of, shanghai, spoken, spoken_short, start_of, system_clock


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 22, 15, 59, 59, 999_999, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_day_changes_at_midnight_in_china(instant: datetime, day: date) -> None:
    assert date_of(instant) == day


@given(st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_fixed_offset_agrees_with_the_zone_database_since_1992(instant: datetime) -> None:
    assert shanghai(instant).replace(tzinfo=None) == instant.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)


@given(st.dates(date(1992, 1, 1), date(2100, 1, 1)))
def test_a_day_starts_on_itself(day: date) -> None:
    assert start_of(day).tzinfo is UTC
    assert date_of(start_of(day)) == day
    assert shanghai(start_of(day)).hour == 0


def test_a_day_is_written_as_people_write_it() -> None:
    assert (spoken(date(2026, 3, 5)), spoken_short(date(2026, 3, 5))) == ("2026年3月5日", "3月5日")


def test_the_system_clock_tells_utc() -> None:
    assert system_clock().tzinfo is UTC
