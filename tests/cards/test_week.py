"""Spans of the week, by hand: Monday 09:00 is minute 540, a day has 1440, a week 10080."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.cards.week import SpanUnreadable, WeekSpan, hours_text, minute_of_week, span_text, uncovered

OFFICE = tuple(WeekSpan(day * 1440 + 540, day * 1440 + 1080) for day in range(5))


@pytest.mark.parametrize(
    ("instant", "minute"),
    [
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), 0),  # Monday 23 November 00:00 in China
        (datetime(2026, 11, 23, 0, 59, tzinfo=UTC), 539),  # Monday 08:59
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), 540),  # Monday 09:00
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), 10079),  # Sunday 23:59
    ],
)
def test_the_week_begins_on_monday_at_midnight_in_china(instant: datetime, minute: int) -> None:
    assert minute_of_week(instant) == minute


def test_an_end_is_no_longer_covered_and_a_start_is() -> None:
    span = WeekSpan(540, 1080)
    assert [span.covers(minute) for minute in (539, 540, 1079, 1080)] == [False, True, True, False]


def test_a_night_from_sunday_into_monday_runs_over_the_end_of_the_week() -> None:
    night = WeekSpan(6 * 1440 + 1320, 360)  # Sunday 22:00 to Monday 06:00
    assert [night.covers(minute) for minute in (9959, 9960, 10079, 0, 359, 360)] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]
    assert night.length == 480


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (0, 0), (60, 60), (10080, 60), (0, 10081)])
def test_a_span_outside_the_week_or_without_length_is_refused(start: int, end: int) -> None:
    with pytest.raises(SpanUnreadable):
        WeekSpan(start, end)


@pytest.mark.row("CARD-05")
def test_holes_of_an_office_week_are_its_nights_and_its_week_end() -> None:
    holes = uncovered(OFFICE)
    assert holes[0] == WeekSpan(0, 540)
    assert holes[1] == WeekSpan(1080, 1440 + 540)
    assert holes[-1] == WeekSpan(4 * 1440 + 1080, 10080)
    assert len(holes) == 6
    assert uncovered([WeekSpan(540, 1080), WeekSpan(1080, 540)]) == ()
    assert uncovered([]) == (WeekSpan(0, 10080),)


@given(st.lists(st.tuples(st.integers(0, 10079), st.integers(1, 10080)).filter(lambda p: p[0] != p[1]), max_size=6))
def test_a_minute_is_in_a_hole_exactly_when_no_span_covers_it(pairs: list[tuple[int, int]]) -> None:
    spans = [WeekSpan(*pair) for pair in pairs]
    holes = uncovered(spans)
    edges = {edge % 10080 for pair in pairs for edge in (pair[0] - 1, pair[0], pair[1] - 1, pair[1])} | {0, 10079}
    for minute in edges:
        assert any(hole.covers(minute) for hole in holes) is not any(span.covers(minute) for span in spans)


@pytest.mark.parametrize(
    ("spans", "text"),
    [
        (OFFICE, "周一至周五 09:00-18:00"),
        (tuple(WeekSpan(day * 1440 + 540, day * 1440 + 1080) for day in range(7)), "每天 09:00-18:00"),
        (
            (WeekSpan(5 * 1440 + 600, 5 * 1440 + 720), WeekSpan(6 * 1440 + 600, 6 * 1440 + 720)),
            "周六、周日 10:00-12:00",
        ),
        ((WeekSpan(1320, 1440 + 360),), "周一 22:00-次日06:00"),
        ((WeekSpan(0, 1440),), "周一 00:00-24:00"),
        ((WeekSpan(0, 10080),), "全天24小时"),
    ],
)
def test_hours_read_as_people_say_them(spans: tuple[WeekSpan, ...], text: str) -> None:
    assert hours_text(spans) == text


def test_a_hole_reads_with_both_its_days() -> None:
    assert span_text(WeekSpan(4 * 1440 + 1080, 10080)) == "周五 18:00 至 周日 24:00"


def test_minutes_advance_with_the_clock() -> None:
    monday = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert minute_of_week(monday + timedelta(minutes=10079)) == 10079
    assert minute_of_week(monday + timedelta(minutes=10080)) == 0
