"""What the cards achieve 初见成效: counted per estate and day from the facts, added up per month (CARD-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from miniprogram_api.cards.handing import Coverage
from miniprogram_api.cards.scans import Scan, ScanResult
from miniprogram_api.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable


class MonthUnreadable(Invalid):
    """The month is not written as year and month."""

    code = "month_unreadable"
    message = "请选择正确的月份，例如 2026-11。"


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of one estate: cards given out, scans answered, scans of dead or unknown cards, taps on a number."""

    estate_id: str
    day: date
    issued: int = 0
    scans: int = 0
    dead: int = 0
    calls: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class RequestFigures:
    """What became of the month's requests, as the work orders count them.

    ``first_answer_minutes`` is the mean time to the first answer, ``closed_permille`` the closed ones in thousandths,
    ``satisfaction_hundredths`` the mean mark in hundredths (437 is 4.37); None where there is nothing to count.
    """

    opened: int
    by_card: int
    first_answer_minutes: int | None
    closed_permille: int | None
    satisfaction_hundredths: int | None


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """One month of one estate."""

    estate_id: str
    month: str
    issued: int
    scans: int
    dead: int
    calls: int
    coverage: Coverage
    requests: RequestFigures


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job that visits every estate has come: the day it works on and the last estate's locator."""

    job: str
    day: date | None = None
    after: str | None = None
    version: int = 0


def count_day(estate_id: str, day: date, issued: int, scans: Iterable[Scan]) -> DayFigures:
    """Count one day from its facts; counting again gives the same."""
    results = [scan.result for scan in scans]
    dead = results.count(ScanResult.DEAD) + results.count(ScanResult.UNKNOWN)
    return DayFigures(estate_id, day, issued, results.count(ScanResult.SHOWN), dead, results.count(ScanResult.CALLED))


def days_of(month: str) -> tuple[date, date]:
    """Return the first and the last day of a month written as ``2026-11``.

    Raises:
        MonthUnreadable: it is no month.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise MonthUnreadable from None
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
