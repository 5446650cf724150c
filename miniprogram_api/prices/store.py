"""Where guide prices, benchmarks, price talks with their steps and counter-offers, and appraisals lie."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from miniprogram_api.prices.appraisal import Appraisal
from miniprogram_api.prices.benchmark import BenchmarkMatrix
from miniprogram_api.prices.counters import Counter
from miniprogram_api.prices.guide import GuidePrice
from miniprogram_api.prices.talk import OpenTalk, PriceTalk, TalkState, TalkStep
from miniprogram_api.storage import keys, price_keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from miniprogram_api.kernel.errors import Problem
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_PER_SHARD = 25


def _talk_indexes(talk: PriceTalk) -> dict[str, Key]:
    entries = {"gsi1": price_keys.price_talk_in_time(talk.estate_id, talk.opened_at, talk.id)}
    if talk.due_at is not None and not talk.told_late:
        entries["gsi2"] = price_keys.price_talk_due(keys.shard_of(talk.id), talk.due_at, talk.id)
    return entries


def _appraisal_indexes(appraisal: Appraisal) -> dict[str, Key]:
    if appraisal.review_told:
        return {}
    shard, day = keys.shard_of(appraisal.id), appraisal.findings.review_on
    return {"gsi1": price_keys.appraisal_review(shard, day, appraisal.id)}


GUIDE_PRICE = Kind(
    "guide_price",
    GuidePrice,
    lambda price: price_keys.guide_price(price.unit_id, price.charge, price.grade, price.valid_from),
)
BENCHMARK = Kind("benchmark", BenchmarkMatrix, lambda matrix: price_keys.benchmark(matrix.unit_id, matrix.valid_from))
TALK = Kind("price_talk", PriceTalk, lambda talk: price_keys.price_talk(talk.estate_id, talk.id), _talk_indexes)
TALK_STEP = Kind(
    "price_talk_step", TalkStep, lambda step: price_keys.price_talk_step(step.estate_id, step.talk_id, step.id)
)
OPEN_TALK = Kind("open_price_talk", OpenTalk, lambda guard: price_keys.price_talk_open(guard.estate_id, guard.charge))
COUNTER = Kind(
    "price_counter",
    Counter,
    lambda counter: price_keys.price_counter(counter.estate_id, counter.talk_id, counter.round, counter.id),
)
APPRAISAL = Kind(
    "appraisal",
    Appraisal,
    lambda appraisal: price_keys.appraisal(appraisal.estate_id, appraisal.id),
    _appraisal_indexes,
)


class PriceStore:
    """What cities set: guide prices and benchmarks."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_guide_price(self, unit_id: str, charge: str, grade: str, valid_from: date) -> GuidePrice | None:
        """Return one version, or None."""
        return self._table.find(GUIDE_PRICE, price_keys.guide_price(unit_id, charge, grade, valid_from))

    def list_guide_prices(self, unit_id: str, limit: int, cursor: str | None) -> Page[GuidePrice]:
        """List the versions of a unit, charge by charge."""
        return self._table.page(GUIDE_PRICE, price_keys.guide_prices_of(unit_id, "").pk, limit=limit, cursor=cursor)

    def all_guide_prices(self, unit_id: str, charge: str = "") -> list[GuidePrice]:
        """Return every version a unit has of a charge, or of all: some each year."""
        pk, prefix = price_keys.guide_prices_of(unit_id, charge)
        return self._table.all_of(GUIDE_PRICE, pk, prefix=prefix if charge else None)

    def find_benchmark(self, unit_id: str, valid_from: date) -> BenchmarkMatrix | None:
        """Return one version of a unit's matrix, or None."""
        return self._table.find(BENCHMARK, price_keys.benchmark(unit_id, valid_from))

    def find_benchmark_on(self, unit_id: str, on: date) -> BenchmarkMatrix | None:
        """Return the matrix of a unit in force on a day, or None."""
        pk, latest = price_keys.benchmark(unit_id, on)
        page = self._table.page(BENCHMARK, pk, between=("0", latest), limit=1, newest_first=True)
        return page.items[0] if page.items else None

    def list_benchmarks(self, unit_id: str, limit: int, cursor: str | None) -> Page[BenchmarkMatrix]:
        """List the versions of a unit's matrix, newest first."""
        pk = price_keys.benchmark(unit_id, _ANY_TIME.date()).pk
        return self._table.page(BENCHMARK, pk, limit=limit, cursor=cursor, newest_first=True)


class TalkStore:
    """What is talked about at estates: price talks, their steps and counter-offers, appraisals."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_talk(self, estate_id: str, talk_id: str) -> PriceTalk | None:
        """Return a talk of the estate, or None."""
        return self._table.find(TALK, price_keys.price_talk(estate_id, talk_id))

    def find_step(self, estate_id: str, talk_id: str, step_id: str) -> TalkStep | None:
        """Return one step of a talk, or None."""
        return self._table.find(TALK_STEP, price_keys.price_talk_step(estate_id, talk_id, step_id))

    def list_steps(self, estate_id: str, talk_id: str) -> list[TalkStep]:
        """List the steps of a talk in the order they were taken; at most ten a round."""
        pk, prefix = price_keys.price_talk_step(estate_id, talk_id, "")
        return sorted(self._table.all_of(TALK_STEP, pk, prefix=prefix), key=lambda step: step.number)

    def list_talks(self, estate_id: str, limit: int, cursor: str | None) -> Page[PriceTalk]:
        """List the talks of an estate, newest first."""
        pk = price_keys.price_talk_in_time(estate_id, _ANY_TIME, "").pk
        return self._table.page(TALK, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_open_talks(self, estate_id: str) -> list[PriceTalk]:
        """List the talks of an estate that have not ended: at most one a charge."""
        guards = self._table.all_of(OPEN_TALK, price_keys.price_talk_open(estate_id, "").pk)
        wanted = (price_keys.price_talk(estate_id, guard.talk_id) for guard in guards)
        return list(self._table.find_all(TALK, wanted).values())

    def talks_due(self, now: datetime) -> Iterator[PriceTalk]:
        """Yield talks whose round is over and of which nobody was told."""
        for shard in range(keys.SHARDS):
            pk = price_keys.price_talk_due(shard, now, "").pk
            yield from self._table.page(TALK, pk, index="gsi2", between=keys.until(now), limit=_PER_SHARD).items

    def require_countering(self, act: Transaction, talk: PriceTalk, otherwise: type[Problem]) -> None:
        """Let the act happen only while the talk takes counter-offers in this round."""
        key = price_keys.price_talk(talk.estate_id, talk.id)
        act.require(key, otherwise=otherwise, state=TalkState.COUNTERING, round=talk.round)

    def find_counter(self, estate_id: str, talk_id: str, number: int, counter_id: str) -> Counter | None:
        """Return a counter-offer of a round, or None."""
        return self._table.find(COUNTER, price_keys.price_counter(estate_id, talk_id, number, counter_id))

    def list_counters(self, estate_id: str, talk_id: str, number: int, limit: int, cursor: str | None) -> Page[Counter]:
        """List the counter-offers of a round, in no order that tells the rooms."""
        pk = price_keys.price_counter(estate_id, talk_id, number, "").pk
        return self._table.page(COUNTER, pk, limit=limit, cursor=cursor)

    def counter_prices(self, estate_id: str, talk_id: str, number: int) -> Sequence[int]:
        """Return the price of every counter-offer of a round: at most one a room of the estate."""
        pk = price_keys.price_counter(estate_id, talk_id, number, "").pk
        return [counter.price for counter in self._table.all_of(COUNTER, pk)]

    def find_appraisal(self, estate_id: str, appraisal_id: str) -> Appraisal | None:
        """Return an appraisal of the estate, or None."""
        return self._table.find(APPRAISAL, price_keys.appraisal(estate_id, appraisal_id))

    def list_appraisals(self, estate_id: str, limit: int, cursor: str | None) -> Page[Appraisal]:
        """List the appraisals of an estate."""
        return self._table.page(APPRAISAL, price_keys.appraisal(estate_id, "").pk, limit=limit, cursor=cursor)

    def appraisals_due(self, today: date) -> Iterator[Appraisal]:
        """Yield appraisals whose review is due and of which nobody was told."""
        for shard in range(keys.SHARDS):
            pk, latest = price_keys.appraisal_review(shard, today, "~")
            yield from self._table.page(APPRAISAL, pk, index="gsi1", between=("0", latest), limit=_PER_SHARD).items
