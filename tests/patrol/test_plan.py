"""On which day and until when a route is walked (REP-11); 2026-11-23 is a Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from miniprogram_api.patrol.rules import Plan, PointUnknown, read_code

pytestmark = pytest.mark.row("REP-11")

MONDAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 26)
BY_DAY = Plan((1, 4), 9 * 60, 120)
BY_NIGHT = Plan((1,), 22 * 60, 300)


def test_the_window_of_a_day_is_in_chinas_time() -> None:
    assert BY_DAY.window_on(MONDAY) == (
        datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
    )


def test_the_next_walk_is_on_the_next_planned_weekday() -> None:
    assert BY_DAY.next_after(MONDAY) == THURSDAY
    assert BY_DAY.next_after(THURSDAY) == date(2026, 11, 30)
    assert BY_NIGHT.next_after(MONDAY) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 23, 14, 30, tzinfo=UTC), MONDAY),  # Monday 22:30
        (datetime(2026, 11, 23, 18, 59, tzinfo=UTC), MONDAY),  # Tuesday 02:59: the night walk that began on Monday
        (datetime(2026, 11, 23, 19, 0, tzinfo=UTC), date(2026, 11, 24)),  # Tuesday 03:00: its time is over
        (datetime(2026, 11, 24, 18, 0, tzinfo=UTC), date(2026, 11, 25)),  # Wednesday 02:00: none began on Tuesday
    ],
)
def test_a_walk_past_midnight_belongs_to_the_day_it_began(now: datetime, day: date) -> None:
    assert BY_NIGHT.day_of(now) == day


@pytest.mark.parametrize("text", ["", "patrol:", "patrol:point_1", "patrol:.x", "patrol:p.", "https://x/c/y", "p.x"])
def test_what_is_no_patrol_code_names_no_point(text: str) -> None:
    with pytest.raises(PointUnknown):
        read_code(text)
