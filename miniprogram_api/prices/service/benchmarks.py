"""Set benchmark prices, and compare an estate's price with them (FEE-07)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.prices.benchmark import BenchmarkMatrix, BenchmarkThere
from miniprogram_api.prices.guide import GuidePriceMisplaced
from miniprogram_api.prices.service.guide_prices import PRICING_LEVELS
from miniprogram_api.prices.store import BENCHMARK
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.prices.benchmark import Benchmark, ServiceLevel
    from miniprogram_api.prices.store import PriceStore


class Benchmarks:
    """The benchmark matrices of all cities and districts."""

    def __init__(self, store: PriceStore, estates: Estates) -> None:
        self._store = store
        self._estates = estates

    def enter(
        self,
        by: str,
        unit_id: str,
        valid_from: date,
        document: str,
        cells: tuple[Benchmark, ...],
        key: str,
        now: datetime,
    ) -> BenchmarkMatrix:
        """Enter a version of a unit's matrix item x grade; it holds until the next begins.

        Raises:
            GuidePriceMisplaced: the unit is neither a city nor a district.
            BenchmarkThere: the unit has another version from that day on.
            ServiceTwice: a cell is named twice.
        """
        if self._estates.get_unit(unit_id).level not in PRICING_LEVELS:
            raise GuidePriceMisplaced
        matrix_id = derived_id("bench", by, unit_id, "enter_benchmarks", key)
        entered = BenchmarkMatrix(matrix_id, unit_id, valid_from, document, cells, by, now)
        act = Transaction(by, "enter_benchmarks", now)
        act.add(BENCHMARK, entered, otherwise=BenchmarkThere)
        try:
            self._store.commit(act)
        except BenchmarkThere:
            there = self._store.find_benchmark(unit_id, valid_from)
            if there is None or replace(there, entered_at=now) != entered:
                raise
            return there
        return entered

    def list_of_unit(self, unit_id: str, limit: int, cursor: str | None) -> Page[BenchmarkMatrix]:
        """List the versions of a unit's matrix, newest first."""
        return self._store.list_benchmarks(unit_id, limit, cursor)

    def find_for(self, estate_id: str, on: date) -> BenchmarkMatrix | None:
        """Return the matrix of the nearest unit above an estate that has one on the day, or None."""
        for unit_id in reversed(self._estates.get_estate(estate_id).units):
            if matrix := self._store.find_benchmark_on(unit_id, on):
                return matrix
        return None

    def reference(self, estate_id: str, services: Sequence[ServiceLevel], on: date) -> int | None:
        """Return what services cost by the benchmark of an estate; None without a matrix, or without services.

        Raises:
            ServiceTwice, BenchmarkUnknown: the services do not fit the matrix.
        """
        matrix = self.find_for(estate_id, on) if services else None
        return None if matrix is None else matrix.reference(services)
