"""What was used between readings, worked out by hand and against a dial that is turned unit by unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.period import Period
from miniprogram_api.meters.rules import (
    AlreadyRead,
    Meter,
    MeterKind,
    MeterRemoved,
    ReadingImpossible,
    ReadingLower,
    ReadingSettled,
    ReasonMissing,
    Seen,
    corrected,
    is_unusual,
    read,
    removed,
    unread,
    usages_of,
    used_between,
)

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
OCTOBER, NOVEMBER, DECEMBER = (Period.parse(f"2026-{month}") for month in (10, 11, 12))
WATER = frozenset({"water"})


def seen(value: int, **more) -> Seen:
    return Seen(value, "acc_1", "小李", NOW, **more)


def meter(**changed) -> Meter:
    facts = {
        "id": "meter_1",
        "estate_id": "est_1",
        "building_id": "bld_1",
        "kind": MeterKind.WATER,
        "serial": "A1",
        "place": "1号楼1单元301",
        "digits": 4,
        "installed_on": date(2026, 9, 1),
        "first_value": 0,
        "last_value": 0,
        "room_id": "room_1",
    }
    return Meter(**{**facts, **changed})


@pytest.mark.row("FEE-01")
def test_usage_is_current_less_last_times_the_multiplier() -> None:
    assert used_between(meter(), 1_200_000, seen(1_212_500)) == 12_500
    assert used_between(meter(multiplier=40), 1_200_000, seen(1_212_500)) == 500_000


def test_a_lower_reading_is_refused_unless_somebody_says_the_dial_ran_over() -> None:
    with pytest.raises(ReadingLower):
        used_between(meter(), 9_990_000, seen(5_000))
    assert used_between(meter(), 9_990_000, seen(5_000, ran_over=True)) == 15_000


def test_a_dial_that_ran_over_turned_less_than_half_and_shows_less_than_before() -> None:
    with pytest.raises(ReadingLower):
        used_between(meter(), 6_000_000, seen(2_000_000, ran_over=True))
    with pytest.raises(ReadingLower):
        used_between(meter(), 100_000, seen(100_001, ran_over=True))
    with pytest.raises(ReadingImpossible):
        used_between(meter(), 0, seen(10_000_000))


@given(st.integers(0, 9_999), st.integers(0, 5_000), st.integers(1, 100))
def test_any_usage_below_half_a_dial_is_found_again(start, used, multiplier) -> None:
    shown = (start + used) % 10_000
    after = seen(shown * 1000, ran_over=shown < start)
    assert used_between(meter(multiplier=multiplier), start * 1000, after) == used * 1000 * multiplier


@given(st.integers(0, 9_999), st.lists(st.integers(0, 4_000), min_size=12, max_size=12), st.integers(1, 11))
def test_the_months_of_a_year_add_up_however_it_is_cut_and_whenever_the_meter_is_replaced(
    start, used, replaced
) -> None:
    current = meter(first_value=start * 1000, last_value=start * 1000, installed_on=date(2025, 1, 1))
    meters, readings, dial = [], [], start
    for number, units in enumerate(used, start=1):
        shown = (dial + units) % 10_000
        after = seen(shown * 1000, ran_over=shown < dial)
        if number == replaced:
            on = date(2026, number, 15)
            gone, last = removed(current, on, after)
            meters.append(gone)
            readings.append(last)
            current = meter(id="meter_2", first_value=0, last_value=0, installed_on=on)
            shown, after = 0, seen(0)
        current, reading = read(current, Period(2026, number), after)
        readings.append(reading)
        dial = shown
    meters.append(current)

    def units_in(period: str) -> int:
        return usages_of(meters, readings, Period.parse(period), WATER)["room_1"]["water"].thousandths // 1000

    assert units_in("2026") == sum(used)
    assert units_in("2026-H1") == sum(used[:6])
    assert [units_in(f"2026-{month:02d}") for month in range(1, 13)] == used


@pytest.mark.parametrize(
    ("used", "usages", "unusual"),
    [
        (31, (10, 10, 10), True),
        (30, (10, 10, 10), False),
        (31, (99, 10, 10, 10), True),
        (1, (0, 0), True),
        (9, (), False),
    ],
)
def test_more_than_three_times_the_mean_of_the_last_three_is_unusual(used, usages, unusual) -> None:
    assert is_unusual(used, usages) is unusual


def test_each_month_is_read_once_and_in_order() -> None:
    after, reading = read(meter(), OCTOBER, seen(5_000))
    assert (reading.before, reading.used, after.last_value) == (0, 5_000, 5_000)
    for month in (OCTOBER, Period.parse("2026-09")):
        with pytest.raises(AlreadyRead):
            read(after, month, seen(6_000))
    with pytest.raises(ReadingImpossible):
        read(meter(), Period.parse("2026-08"), seen(1))
    _, next_one = read(after, NOVEMBER, seen(7_000))
    assert (next_one.before, next_one.used) == (5_000, 2_000)


def test_a_correction_keeps_both_versions_and_what_follows_counts_from_the_right_value() -> None:
    after, reading = read(meter(), OCTOBER, seen(50_000))
    right, fixed = corrected(after, reading, seen(5_000), "多录一个0")
    assert (fixed.used, [one.seen.value for one in fixed.earlier], fixed.earlier[0].reason) == (
        5_000,
        [50_000],
        "多录一个0",
    )
    assert read(right, NOVEMBER, seen(7_000))[1].used == 2_000
    assert right.usages == (5_000,)


def test_a_correction_needs_a_reason_and_only_the_newest_reading_can_have_one() -> None:
    after, reading = read(meter(), OCTOBER, seen(5_000))
    with pytest.raises(ReasonMissing):
        corrected(after, reading, seen(6_000), " ")
    later, _ = read(after, NOVEMBER, seen(7_000))
    with pytest.raises(ReadingSettled):
        corrected(later, reading, seen(6_000), "看错")


@pytest.mark.row("FEE-01")
def test_a_meter_replaced_within_a_month_adds_its_part_to_that_of_the_new_one() -> None:
    _, first = read(meter(), OCTOBER, seen(5_000))
    old, last = removed(read(meter(), OCTOBER, seen(5_000))[0], date(2026, 11, 10), seen(8_000))
    new = meter(id="meter_2", serial="B2", installed_on=date(2026, 11, 10), first_value=1_000, last_value=1_000)
    assert usages_of([old, new], [first, last], NOVEMBER, WATER) == {}
    read_new, closing = read(new, NOVEMBER, seen(3_500))
    usage = usages_of([old, read_new], [last, closing], NOVEMBER, WATER)["room_1"]["water"]
    assert (usage.thousandths, usage.basis) == (5_500, "水表A1 5 → 8，水表B2 1 → 3.5")


def test_a_meter_taken_out_after_it_was_read_brings_its_rest_into_the_next_month() -> None:
    after, _ = read(meter(), NOVEMBER, seen(5_000))
    old, last = removed(after, date(2026, 11, 28), seen(6_000))
    assert (last.month, last.used) == ("2026-12", 1_000)
    with pytest.raises(MeterRemoved):
        read(old, DECEMBER, seen(7_000))
    with pytest.raises(ReadingImpossible):
        removed(meter(), date(2026, 8, 1), seen(0))


def test_a_quarter_adds_its_months_and_needs_the_last_of_them() -> None:
    one, october = read(meter(), OCTOBER, seen(5_000))
    two, november = read(one, NOVEMBER, seen(7_000, photo_id="photo_11"))
    quarter = Period.parse("2026-Q4")
    assert usages_of([two], [october, november], quarter, WATER) == {}
    three, december = read(two, DECEMBER, seen(7_500, estimated="家中无人"))
    usage = usages_of([three], [december, october, november], quarter, WATER)["room_1"]["water"]
    assert usage.thousandths == 7_500
    assert usage.basis == "水表A1 0 → 5，水表A1 5 → 7，水表A1 7 → 7.5（估抄：家中无人）"


def test_only_meters_that_serve_at_the_end_of_the_month_are_waited_for() -> None:
    gone = replace(meter(id="m2"), removed_on=date(2026, 11, 30))
    later = meter(id="m3", installed_on=date(2026, 12, 1))
    assert unread([meter(), gone, later], [], NOVEMBER) == [meter()]
