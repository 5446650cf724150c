"""Count how much of what was billed is paid, from the bills themselves, every night or when asked (FEE-12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from miniprogram_api.billing.collection import (
    COUNTED_DAYS,
    MOST_ROOMS_AT_ONCE,
    Ageing,
    Counted,
    CountedAtNight,
    Figure,
    aged,
    counted,
    next_night,
)
from miniprogram_api.billing.store import AGEING, FIGURE, BillStore, FigureStore
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.period import Period
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from miniprogram_api.billing.bill import Bill
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.charge import BillKind
    from miniprogram_api.kernel.page import Page

ESTATES_AT_ONCE = 3
_PAGE = 100
_RUNS_LOOKED_AT = 60


class CollectionFigures:
    """The figures of all estates."""

    def __init__(self, figures: FigureStore, store: BillStore, estates: Estates) -> None:
        self._figures = figures
        self._store = store
        self._estates = estates

    # Reading

    def list_figures(self, estate_id: str, limit: int, cursor: str | None) -> Page[Figure]:
        """List the figures of an estate, the latest period first."""
        return self._figures.list_figures(estate_id, limit, cursor)

    def find_ageing(self, estate_id: str) -> Ageing | None:
        """Return how old an estate's arrears are, or None when nothing was ever issued."""
        return self._figures.find_ageing(estate_id)

    def of_unit(
        self, unit_id: str, period: str, kind: BillKind, limit: int, cursor: str | None
    ) -> Page[tuple[Estate, Figure | None]]:
        """List the estates below a unit, in tree order, each with its figure."""
        page = self._estates.list_estates_below(self._estates.get_unit(unit_id).territory, limit, cursor)
        figures = self._by_estate(page.items, period, kind)
        return page.map(lambda estate: (estate, figures.get(estate.id)))

    def of_company(
        self, company_id: str, period: str, kind: BillKind
    ) -> tuple[Counted, list[tuple[Estate, Figure | None]]]:
        """Return the sum over all estates that a company looks after now, and each of them."""
        lines: list[tuple[Estate, Figure | None]] = []
        cursor: str | None = None
        while True:
            page = self._estates.list_estates_of_company(company_id, _PAGE, cursor)
            figures = self._by_estate(page.items, period, kind)
            lines += [(estate, figures.get(estate.id)) for estate in page.items]
            cursor = page.next
            if cursor is None:
                break
        total = Counted()
        for _, figure in lines:
            total = total.plus(figure.counted) if figure is not None else total
        return total, lines

    def _by_estate(self, estates: Iterable[Estate], period: str, kind: BillKind) -> dict[str, Figure]:
        found = self._figures.find_figures((estate.id, period, kind.value) for estate in estates)
        return {figure.estate_id: figure for figure in found}

    # Counting

    def recount(self, estate_id: str, now: datetime) -> Ageing:
        """Count an estate now.

        Raises:
            CountedAtNight: it has too many rooms for a request.
        """
        if self._estates.get_estate(estate_id).households > MOST_ROOMS_AT_ONCE:
            raise CountedAtNight
        return self._count(estate_id, now)

    def sweep(self, now: datetime) -> int:
        """Count the estates whose night has come; return how many were counted."""
        due = self._figures.list_due(now, ESTATES_AT_ONCE)
        for ageing in due:
            self._count(ageing.estate_id, now)
        return len(due)

    def _count(self, estate_id: str, now: datetime) -> Ageing:
        """Count each period and kind, then the ageing, whose write ends the estate's turn until the next night."""
        before = self._figures.find_ageing(estate_id)
        wanted = self._recent(estate_id, now)
        buckets = aged(self._unpaid(estate_id, wanted), date_of(now))
        for period, kind in sorted(wanted):
            self._write_figure(estate_id, period, kind, now)
        act = Transaction("system", "count_collection", now)
        ageing = Ageing(estate_id, next_night(now), buckets, now)
        if before is None:
            act.add(AGEING, ageing)
        else:
            ageing = act.change(AGEING, before, replace(ageing, version=before.version))
        try:
            self._figures.commit(act)
        except Conflict:  # a request and the night met; the other has counted the same bills
            return self._figures.find_ageing(estate_id) or ageing
        return ageing

    def _unpaid(self, estate_id: str, seen: set[tuple[str, BillKind]]) -> Iterator[Bill]:
        """Yield the unpaid bills of an estate, and note of which periods and kinds they are."""
        for bill in self._store.each_unpaid(estate_id):
            seen.add((bill.period, bill.kind))
            yield bill

    def _recent(self, estate_id: str, now: datetime) -> set[tuple[str, BillKind]]:
        since = date_of(now) - timedelta(days=COUNTED_DAYS)
        runs = self._store.list_runs(estate_id, _RUNS_LOOKED_AT, None).items
        return {(run.period, run.kind) for run in runs if Period.parse(run.period).last_on >= since}

    def _write_figure(self, estate_id: str, period: str, kind: BillKind, now: datetime) -> None:
        found = counted(self._store.each_of_period(estate_id, period, kind.value))
        figure = Figure(estate_id, period, kind, found, now)
        there = self._figures.find_figures([(estate_id, period, kind.value)])
        act = Transaction("system", "count_collection", now)
        if not there:
            act.add(FIGURE, figure)
        else:
            act.change(FIGURE, there[0], replace(figure, version=there[0].version))
        try:
            self._figures.commit(act)
        except Conflict:  # counted by another at this moment
            return
