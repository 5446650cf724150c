"""Spans of the week in minutes: duty hours and duty shifts (IDR-04, CARD-05).

A minute of the week counts from Monday 00:00 in China: Monday 09:00 is 540, Sunday 24:00 is 10080. A span that ends
at or before its start runs over the end of the week (Sunday night into Monday morning).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import shanghai
from miniprogram_api.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

DAY = 24 * 60
WEEK = 7 * DAY
_DAYS = "一二三四五六日"


class SpanUnreadable(Invalid):
    """A span does not lie within one week, or has no length."""

    code = "week_span_unreadable"
    message = "值班时间填写有误，请选择一周内的开始和结束时间。"


@dataclass(frozen=True, slots=True)
class WeekSpan:
    """From minute ``start`` of the week until just before minute ``end``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < WEEK and 0 < self.end <= WEEK and self.start != self.end):
            raise SpanUnreadable

    def covers(self, minute: int) -> bool:
        """Say whether a minute of the week lies within the span."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    @property
    def length(self) -> int:
        """How many minutes the span lasts."""
        return (self.end - self.start) % WEEK or WEEK


def minute_of_week(instant: datetime) -> int:
    """Return the minute of the week that a clock on a wall in China shows at the instant."""
    local = shanghai(instant)
    return local.weekday() * DAY + local.hour * 60 + local.minute


def uncovered(spans: Iterable[WeekSpan]) -> tuple[WeekSpan, ...]:
    """Return the parts of the week that no span covers, in order from Monday (CARD-05: 24 hours, 7 days)."""
    pieces = []
    for span in spans:
        wraps = span.end <= span.start
        pieces += [(span.start, WEEK), (0, span.end)] if wraps else [(span.start, span.end)]
    holes, reached = [], 0
    for start, end in sorted(pieces):
        if start > reached:
            holes.append(WeekSpan(reached, start))
        reached = max(reached, end)
    if reached < WEEK:
        holes.append(WeekSpan(reached, WEEK))
    return tuple(holes)


def span_text(span: WeekSpan) -> str:
    """Return one span as people say it: 周一 22:00 至 周二 06:00."""
    return f"周{_DAYS[span.start // DAY]} {_clock(span.start % DAY)} 至 {_moment(span.end)}"


def hours_text(spans: Iterable[WeekSpan]) -> str:
    """Return duty hours as they are printed on a card: ``周一至周五 09:00-18:00``."""
    listed = sorted(set(spans), key=lambda span: span.start)
    if not uncovered(listed):
        return "全天24小时"
    days_by_hours: dict[tuple[int, int], list[int]] = {}
    for span in listed:
        days_by_hours.setdefault((span.start % DAY, span.length), []).append(span.start // DAY)
    return "，".join(f"{_days(days)} {_hours(start, length)}" for (start, length), days in days_by_hours.items())


def _hours(start: int, length: int) -> str:
    end = start + length
    if end <= DAY:
        return f"{_clock(start)}-{_clock(end)}"
    later = "次日" if end <= 2 * DAY else f"{end // DAY}天后"
    return f"{_clock(start)}-{later}{_clock(end % DAY)}"


def _days(days: list[int]) -> str:
    if len(days) == 7:
        return "每天"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"周{_DAYS[days[0]]}至周{_DAYS[days[-1]]}"
    return "、".join(f"周{_DAYS[day]}" for day in days)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _moment(minute: int) -> str:
    # The end of a day is said as 24:00 of that day, not as 00:00 of the next.
    day, rest = divmod(minute - 1, DAY)
    return f"周{_DAYS[day]} {_clock(rest + 1)}"
