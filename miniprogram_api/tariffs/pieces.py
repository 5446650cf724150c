"""The days of a period, cut wherever a month begins or a tariff, an order or an abatement begins or ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import spoken_short
from miniprogram_api.kernel.period import month_of
from miniprogram_api.tariffs.tariff import Tariff

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from miniprogram_api.kernel.period import Period
    from miniprogram_api.tariffs.charging import Abatement
    from miniprogram_api.tariffs.ordering import Subscription

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some days of one month on which nothing changes: the tariff in force, how many are ordered, what is abated.

    ``abated`` is in percent, ``reason`` says why. ``is_free`` says that no tariff is needed: the charge had not begun
    yet, or was over.
    """

    first_on: date
    last_on: date
    tariff: Tariff | None
    count: int
    abated: int
    reason: str
    is_free: bool

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last_on - self.first_on).days + 1

    @property
    def of_month(self) -> Fraction:
        """Its share of its month."""
        return Fraction(self.days, month_of(self.first_on).days)

    @property
    def percent_left(self) -> int:
        """How many percent of the amount the abatement leaves."""
        return 100 - self.abated


def cut(
    period: Period, tariffs: Sequence[Tariff], orders: Sequence[Subscription], abatements: Sequence[Abatement]
) -> list[Piece]:
    """Return the pieces of a period in order; the tariffs are of one charge, and one at most holds on a day."""
    spans = [(one.valid_from, one.valid_until) for one in tariffs]
    spans += [(order.first_on, order.last_on) for order in orders]
    spans += [(one.first_on, one.last_on) for one in abatements]
    begins = {month.first_on for month in period.each_month()} | _turns(period, spans)
    ends = (*sorted(begins)[1:], period.last_on + _DAY)
    pieces = []
    for first, after in zip(sorted(begins), ends, strict=True):
        tariff = next((one for one in tariffs if one.touches(first, first)), None)
        count = sum(order.count for order in orders if order.holds(first))
        abated, reason = max(((one.percent, one.reason) for one in abatements if one.holds(first)), default=(0, ""))
        pieces.append(Piece(first, after - _DAY, tariff, count, abated, reason, _is_free(tariffs, first)))
    return pieces


def _turns(period: Period, spans: Iterable[tuple[date, date | None]]) -> set[date]:
    """Return the days within the period on which something begins, or ended the day before."""
    days = {day for first, last in spans for day in (first, last and last + _DAY) if day}
    return {day for day in days if period.first_on < day <= period.last_on}


def _is_free(tariffs: Sequence[Tariff], day: date) -> bool:
    """Say whether the charge begins after the day with a tariff that opens it, or ended before with one that closes."""
    first = min(tariffs, key=lambda one: one.valid_from, default=None)
    last = max(tariffs, key=lambda one: one.valid_from, default=None)
    before = first is not None and first.opens and day < first.valid_from
    after = last is not None and last.closes and last.valid_until is not None and day > last.valid_until
    return before or after


def groups(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return the pieces in runs that are worked out together: one tariff, one number, one abatement, no day between."""
    runs: list[list[Piece]] = []
    for piece in pieces:
        before = runs[-1][-1] if runs else None
        if before is not None and _goes_on(before, piece):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _goes_on(before: Piece, piece: Piece) -> bool:
    return before.last_on + _DAY == piece.first_on and _terms(before) == _terms(piece)


def _terms(piece: Piece) -> tuple[Tariff | None, int, int, str]:
    return piece.tariff, piece.count, piece.abated, piece.reason


def months_text(pieces: Sequence[Piece]) -> str:
    """Return how many months some days in a row are: ``1个月``, ``15/30个月``, ``(16/31 + 2)个月``."""
    whole, parts = 0, []
    for month, within in groupby(pieces, key=lambda piece: month_of(piece.first_on)):
        days = sum(piece.days for piece in within)
        if days == month.days:
            whole += 1
        else:
            parts.append(f"{days}/{month.days}")
    parts += [str(whole)] if whole else []
    return f"{parts[0]}个月" if len(parts) == 1 else f"({' + '.join(parts)})个月"


def days_text(pieces: Sequence[Piece]) -> str:
    """Return from when to when some days in a row are: ``11月1日至11月15日``."""
    first, last = pieces[0].first_on, pieces[-1].last_on
    return f"{spoken_short(first)}至{spoken_short(last)}"
