"""Issuing the bills of an estate: how fast, beside the raw writes, at 1,000, 10,000 and 100,000 rooms.

Every sample is a process of its own with an estate nobody billed before; ours and the floor take turns. What is
measured is what the function does: the draft, then the publication, call by call until the run is through.
"""

import json
import os
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from bench.cores import pinned
from bench.effort import Effort, by_hand, counting, environment
from bench.figures import Figure
from bench.processes import in_fresh_process, peak_memory
from bench.seeding import ROOMS_PER_BUILDING, Item, billable_estate, lay_into, room_of
from local.engine import Engine
from local.stack import Ports, Stack
from miniprogram_api.billing.run import RunState
from miniprogram_api.billing.service.runs import BILLS_AT_ONCE
from miniprogram_api.container import Container
from miniprogram_api.kernel.access import Principal
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.period import Period, month_of
from miniprogram_api.settings import Settings
from miniprogram_api.storage import fee_keys
from tests.capacity import index_units, write_units

T = TypeVar("T")
SMALL, MIDDLE, LARGE = 1_000, 10_000, 100_000
SCHEDULE = (SMALL, SMALL, MIDDLE, LARGE, SMALL, SMALL)
"""The large one stands between small ones, so that what else the machine does meets both alike."""

FLOOR_AT_MOST = 20_000
"""More bills of the floor, on the same full engine, tell nothing new and take minutes."""

WARM_UP_ROOMS = 2 * ROOMS_PER_BUILDING
SIZE_BAR = 1.1
MEMORY_BAR = 1.25
TIMEOUT_SECONDS = 28.0
"""What serverless.yml gives the API's function for one call."""

WEIGHED = 97
"""Every so many bills one is read back and weighed; a prime, so that all places in a building have their turn."""


@dataclass(frozen=True)
class Issued:
    """One estate billed. ``units`` are write units a bill, on the table and on its indexes; memory is in bytes."""

    draft: Effort
    publication: Effort
    units: float
    peak: int
    grown: int

    @property
    def cpu_milliseconds(self) -> float:
        """Processor time a room, draft and publication together."""
        return self.draft.cpu_milliseconds + self.publication.cpu_milliseconds

    @property
    def trips(self) -> float:
        """Round trips a room, draft and publication together."""
        return self.draft.trips + self.publication.trips


@dataclass(frozen=True)
class Pair:
    """Both contenders of one round."""

    rooms: int
    ours: Issued
    floor: Effort


def measure() -> Iterator[Figure]:
    """Make the estates, issue their bills in turns with the floor, give the figures."""
    ports, now = Ports.free(), datetime.now(UTC)
    estates = [billable_estate(rooms, now) for rooms in (*SCHEDULE, *[WARM_UP_ROOMS] * len(SCHEDULE))]
    named = [estate_id for estate_id, _ in estates]
    with TemporaryDirectory(prefix="flowing-property-bench-") as folder:
        print("Making the estates to be billed ...", file=sys.stderr, flush=True)
        with Stack(ports, Path(folder)) as stack:
            table, variables = stack.container.settings.table, dict(os.environ)
        lay_into(Path(folder), table, (item for _, items in estates for item in items))
        # The engine alone: a whole stack would take minutes at its end to keep a stream that nobody will read.
        with (
            environment(variables),
            Engine(Path(folder), ports.engine, Path(folder, "engine.log")) as engine,
            pinned(os.getpid(), engine.process_id) as said,
        ):
            print(said, file=sys.stderr, flush=True)
            yield from _figures(list(_pairs(named[: len(SCHEDULE)], named[len(SCHEDULE) :])))


def _pairs(estates: list[str], to_warm_up: list[str]) -> Iterator[Pair]:
    for number, (rooms, estate_id, warm) in enumerate(zip(SCHEDULE, estates, to_warm_up, strict=True)):
        print(f"Issuing the bills of {rooms} rooms ...", file=sys.stderr, flush=True)
        # The floor writes copies of a bill of ours, so the first time it comes second; then they change about.
        copies = (write_by_hand, estates[0], f"{estate_id}f", min(rooms, FLOOR_AT_MOST))
        floor = in_fresh_process(*copies) if number % 2 else None
        ours = in_fresh_process(issue, estate_id, rooms, warm)
        yield Pair(rooms, ours, floor or in_fresh_process(*copies))


# Ours


def issue(estate_id: str, rooms: int, to_warm_up: str) -> Issued:
    """Draft and publish a period through the service, after a small estate that does not count."""
    container = Container(Settings.from_environment())
    container.table.prime()
    _issue(container, to_warm_up, WARM_UP_ROOMS)
    before = peak_memory()
    draft, publication = _issue(container, estate_id, rooms)
    peak = peak_memory()
    return Issued(draft, publication, _units_of_a_bill(estate_id, rooms), peak, peak - before)


def _issue(container: Container, estate_id: str, rooms: int) -> tuple[Effort, Effort]:
    runs, clock, finance = container.bill_runs, container.clock, Principal("acc_bench", "财务", verified=True)
    draft, publication = Effort(rooms), Effort(rooms)
    with counting(container.table.client_events(), draft):
        run = draft.call(partial(runs.draft, finance, estate_id, _period(), BillKind.SERVICE, clock()))
        while run.state is RunState.DRAFT:
            run = draft.call(partial(runs.go_on, estate_id, run.id, clock()))
    with counting(container.table.client_events(), publication):
        while run.state in {RunState.PREVIEWED, RunState.PUBLISHING}:
            run = publication.call(partial(runs.publish, finance, estate_id, run.id, clock()))
    if (run.state, run.issued.rooms) != (RunState.PUBLISHED, rooms):
        raise RuntimeError(f"{run.issued.rooms} of {rooms} bills were issued")
    return draft, publication


def _units_of_a_bill(estate_id: str, rooms: int) -> float:
    """Return the write units of a bill on average, from the sizes of bills read back; a transaction's count double."""
    bills = [_bill_item(estate_id, number) for number in range(0, rooms, WEIGHED)]
    return statistics.mean(2 * write_units(None, bill) + index_units(None, bill) for bill in bills)


# The floor


def write_by_hand(like: str, estate_id: str, rooms: int) -> Effort:
    """Put copies of a bill under other keys, as many to a transaction as the house does; only the writing counts."""
    client, table = by_hand(), os.environ["FP_TABLE"]
    text, model = json.dumps(_bill_item(like, 0)), room_of(like, 0).id
    _put(client, table, [json.loads(text.replace(like, f"{estate_id}w"))])  # connects; does not count
    taken = Effort(rooms)
    for first in range(0, rooms, ROOMS_PER_BUILDING):
        building = range(first, min(first + ROOMS_PER_BUILDING, rooms))
        for start in range(0, len(building), BILLS_AT_ONCE):
            ids = [room_of(estate_id, number).id for number in building[start : start + BILLS_AT_ONCE]]
            items = [json.loads(text.replace(like, estate_id).replace(model, room_id)) for room_id in ids]
            taken.call(partial(_put, client, table, items))
            taken.round_trips += 1
    return taken


def _put(client: Any, table: str, items: list[Item]) -> None:
    absent = "attribute_not_exists(pk)"
    puts = [{"Put": {"TableName": table, "Item": item, "ConditionExpression": absent}} for item in items]
    client.transact_write_items(TransactItems=puts)


def _bill_item(estate_id: str, number: int) -> Item:
    room = room_of(estate_id, number)
    key = fee_keys.bill(estate_id, room.id, str(_period()), BillKind.SERVICE.value, 1)
    at = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
    item: Item = by_hand().get_item(TableName=os.environ["FP_TABLE"], Key=at, ConsistentRead=True)["Item"]
    return item


def _period() -> Period:
    return month_of(date_of(datetime.now(UTC)))


# The figures


def _figures(pairs: list[Pair]) -> Iterator[Figure]:
    of = {rooms: [pair for pair in pairs if pair.rooms == rooms] for rooms in (SMALL, MIDDLE, LARGE)}
    for rooms, rounds in of.items():
        yield from _of_size(f"issuing, {rooms} rooms", rounds)
    for rooms in (MIDDLE, LARGE):
        for name, value, bar in (
            ("processor time a room", lambda pair: pair.ours.cpu_milliseconds, SIZE_BAR),
            ("round trips a room", lambda pair: pair.ours.trips, SIZE_BAR),
            ("peak memory", lambda pair: pair.ours.peak, MEMORY_BAR),
            ("publication's time a room", lambda pair: 1 / pair.ours.publication.per_second, None),
            ("floor's time a room", lambda pair: 1 / pair.floor.per_second, None),
            ("floor's processor time a room", lambda pair: pair.floor.cpu_milliseconds, None),
        ):
            ratio = _median(of[rooms], value) / _median(of[SMALL], value)
            yield _ratio(f"issuing: {name}, {rooms} rooms to {SMALL}", ratio, f"the same at {SMALL} rooms", bar)


def _of_size(at: str, pairs: list[Pair]) -> Iterator[Figure]:
    for name, effort in (
        ("draft", lambda pair: pair.ours.draft),
        ("publication", lambda pair: pair.ours.publication),
        ("floor", lambda pair: pair.floor),
    ):
        efforts = [effort(pair) for pair in pairs]
        yield Figure(f"{at}: {name}", round(_median(efforts, lambda one: one.per_second)), "rooms/s")
        cpu = _median(efforts, lambda one: one.cpu_milliseconds)
        yield Figure(f"{at}: {name}, processor time a room", round(cpu, 3), "ms")
        yield Figure(f"{at}: {name}, round trips a room", round(_median(efforts, lambda one: one.trips), 3), "")
    times = _median(pairs, lambda pair: pair.floor.per_second / pair.ours.publication.per_second)
    cpu = _median(pairs, lambda pair: pair.ours.publication.cpu_milliseconds / pair.floor.cpu_milliseconds)
    beside = "the same bills put by boto3, same run"
    yield _ratio(f"{at}: publication's time beside the floor", times, beside)
    yield _ratio(f"{at}: publication's processor time beside the floor", cpu, beside)
    longest = _median(pairs, lambda pair: max(pair.ours.draft.longest, pair.ours.publication.longest))
    yield Figure(f"{at}: longest call", round(longest, 2), "s", "the function's timeout", TIMEOUT_SECONDS)
    repeated = sum(pair.ours.draft.repeated + pair.ours.publication.repeated for pair in pairs)
    yield Figure(f"{at}: calls repeated because the engine was silent", repeated, "")
    units = _median(pairs, lambda pair: pair.ours.units)
    yield Figure(f"{at}: write units a bill, indexes included", round(units, 2), "units")
    for name, size in (("peak memory", lambda pair: pair.ours.peak), ("grown meanwhile", lambda pair: pair.ours.grown)):
        yield Figure(f"{at}: {name}", round(_median(pairs, size) / 2**20, 1), "MiB")


def _median(measured: Sequence[T], value: Callable[[T], float]) -> float:
    return statistics.median(value(one) for one in measured)


def _ratio(name: str, value: float, against: str, bar: float | None = None) -> Figure:
    return Figure(name, round(value, 2), "x", against, bar)
