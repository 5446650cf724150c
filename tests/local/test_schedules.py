"""A rule of hours or days fires at its UTC time, this time or the next; a rate counts from now."""

from datetime import UTC, datetime

import pytest

from local.schedules import next_run


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("when", "now", "then"),
    [
        ("rate(5 minutes)", "2026-03-01 10:00", "2026-03-01 10:05"),
        ("cron(1 * * * ? *)", "2026-03-01 16:00", "2026-03-01 16:01"),
        ("cron(1 * * * ? *)", "2026-03-01 23:01", "2026-03-02 00:01"),
        ("cron(0 17 * * ? *)", "2026-03-01 16:59", "2026-03-01 17:00"),
        ("cron(0 17 * * ? *)", "2026-03-01 17:00", "2026-03-02 17:00"),
        ("cron(30 0 * * ? *)", "2026-12-31 23:00", "2027-01-01 00:30"),
    ],
)
def test_the_next_run(when: str, now: str, then: str) -> None:
    assert next_run(when, at(now)) == at(then)


def test_a_rule_it_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="cron"):
        next_run("cron(0 17 1 * ? *)", 0)
