"""The stretch of time a bill is for: a month, a quarter, half a year or a year, in days as Shanghai counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from miniprogram_api.kernel.errors import Invalid

_TEXT = re.compile(r"(20[0-9]{2})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?", re.ASCII)


class PeriodUnreadable(Invalid):
    """The text names no billing period."""

    code = "period_unreadable"
    message = "账期格式不正确，请按 2026-11（月）、2026-Q4（季）、2026-H2（半年）或 2026（年）填写。"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole calendar months from ``year``-``month`` on; ``months`` is 1, 3, 6 or 12."""

    year: int
    month: int
    months: int = 1

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period of ``2026-11``, ``2026-Q4``, ``2026-H2`` or ``2026``.

        Raises:
            PeriodUnreadable: it is none of these.
        """
        found = _TEXT.fullmatch(text)
        if found is None:
            raise PeriodUnreadable
        year, month, quarter, half = found.groups()
        if month:
            return cls(int(year), int(month))
        if quarter:
            return cls(int(year), int(quarter) * 3 - 2, 3)
        if half:
            return cls(int(year), int(half) * 6 - 5, 6)
        return cls(int(year), 1, 12)

    def __str__(self) -> str:
        """Return the text that ``parse`` reads."""
        match self.months:
            case 1:
                return f"{self.year}-{self.month:02d}"
            case 3:
                return f"{self.year}-Q{(self.month + 2) // 3}"
            case 6:
                return f"{self.year}-H{(self.month + 5) // 6}"
            case _:
                return str(self.year)

    @property
    def spoken(self) -> str:
        """Return it as people say it: 2026年11月, 2026年第4季度, 2026年下半年, 2026年."""
        match self.months:
            case 1:
                return f"{self.year}年{self.month}月"
            case 3:
                return f"{self.year}年第{(self.month + 2) // 3}季度"
            case 6:
                return f"{self.year}年{'上' if self.month == 1 else '下'}半年"
            case _:
                return f"{self.year}年"

    @property
    def first_on(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last_on(self) -> date:
        """The last day."""
        return month_after(self.first_on, self.months) - timedelta(days=1)

    def each_month(self) -> tuple[Period, ...]:
        """Return its months in order."""
        firsts = (month_after(self.first_on, number) for number in range(self.months))
        return tuple(Period(first.year, first.month) for first in firsts)

    def days_within(self, first_on: date | None, last_on: date | None) -> int:
        """Return how many days of the period lie between two days, both included; None leaves that end open."""
        begin = max(self.first_on, first_on or self.first_on)
        end = min(self.last_on, last_on or self.last_on)
        return max((end - begin).days + 1, 0)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last_on - self.first_on).days + 1


def spoken_period(text: str) -> str:
    """Return the period of a text such as ``2026-11`` as people say it: 2026年11月.

    Raises:
        PeriodUnreadable: it names none.
    """
    return Period.parse(text).spoken


def month_of(day: date) -> Period:
    """Return the month a day lies in."""
    return Period(day.year, day.month)


def month_after(first: date, count: int) -> date:
    """Return the first day of the month ``count`` months after that of ``first`` (before it, when negative)."""
    place = first.year * 12 + first.month - 1 + count
    return date(place // 12, place % 12 + 1, 1)
