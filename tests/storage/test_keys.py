"""Instants in keys sort by time, whatever zone they came in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.storage import keys

zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001


@given(instants, instants)
def test_instants_sort_as_they_follow_each_other(one: datetime, other: datetime) -> None:
    if abs(one - other) >= timedelta(milliseconds=1):
        assert (keys.instant(one) < keys.instant(other)) is (one < other)


def test_noon_in_china_is_four_in_utc() -> None:
    noon = datetime(2026, 11, 22, 12, 0, 0, 7_999, timezone(timedelta(hours=8)))
    assert keys.instant(noon) == keys.instant(noon.astimezone(UTC)) == "2026-11-22T04:00:00.007Z"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        keys.instant(datetime(2026, 11, 22))  # noqa: DTZ001


def test_changes_of_one_instant_stand_in_the_order_of_the_stream() -> None:
    numbers = ["9", "10", "100000000003498069978", "20000000000349806997812"]
    entries = [keys.audit("A", "B", "2026-11-22T04:00:00+00:00", number).sk for number in numbers]
    assert entries == sorted(entries)


def test_shards_are_spread_and_stay() -> None:
    shards = [keys.shard_of(f"wo_{number}") for number in range(800)]
    assert shards == [keys.shard_of(f"wo_{number}") for number in range(800)]
    assert all(60 <= shards.count(shard) <= 140 for shard in range(keys.SHARDS))
