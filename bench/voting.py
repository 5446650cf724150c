"""Votes of an estate of 166, 10,000 and 100,000 rooms: freezing, voting, counting; beside the floor in the same run."""

import os
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bench.ballots import Frozen, freeze, write_by_hand
from bench.casting import THREADS, Voted, vote
from bench.cores import pinned
from bench.effort import Effort, environment
from bench.figures import Figure
from bench.processes import in_fresh_process
from bench.seeding import ROOMS_PER_BUILDING, lay_into, votable_estate
from bench.tallying import Counted, count, fill
from local.engine import Engine
from local.stack import Ports, Stack

T = TypeVar("T")
SMALL, MIDDLE, LARGE = 166, 10_000, 100_000
SCHEDULE = (SMALL, MIDDLE, LARGE, SMALL, SMALL)
"""The large one stands between small ones, so that what else the machine does meets both alike."""

SAMPLE = 2_000
"""Votes cast through the service, spread over the roll; the smaller estate votes as a whole."""

FLOOR_AT_LEAST, FLOOR_AT_MOST = 2_000, 10_000
"""Lines the floor writes: enough to be timed, no more than one call of ours writes."""

WARM_UP_ROOMS = 2 * ROOMS_PER_BUILDING
SIZE_BAR = 1.2
CALLS_BAR = 3
FIGURE_UNITS_BAR = 4
TIMEOUT_SECONDS = 600.0
MEMORY = 1_769.0
"""What serverless.yml gives the ballot office, in MB, and for one piece of work."""


@dataclass(frozen=True)
class Held:
    """One ballot from its roll to its proof."""

    rooms: int
    frozen: Frozen
    floor: Effort
    voted: Voted
    counted: Counted

    @property
    def frozen_beside_floor(self) -> float:
        """How many times the processor time of the floor writing a line of the roll takes."""
        return self.frozen.effort.cpu_milliseconds / self.floor.cpu_milliseconds


def measure() -> Iterator[Figure]:
    """Make the estates, hold a ballot in each, in turns with the floor; give the figures."""
    with TemporaryDirectory(prefix="flowing-property-bench-") as folder:
        ports = Ports.free()
        print("Making the estates that vote ...", file=sys.stderr, flush=True)
        with Stack(ports, Path(folder)) as stack:
            container, variables = stack.container, dict(os.environ)
            table, sealer, now = container.settings.table, container.sealer, container.clock()
            made = {rooms: votable_estate(sealer, rooms, now) for rooms in {*SCHEDULE, WARM_UP_ROOMS}}
            items = [item for _, parts in made.values() for item in parts]
        lay_into(Path(folder), table, items)
        items.clear()
        estates = {rooms: estate_id for rooms, (estate_id, _) in made.items()}
        # The engine alone: a whole stack would take minutes at its end to keep a stream that nobody will read.
        with (
            environment(variables),
            Engine(Path(folder), ports.engine, Path(folder, "engine.log")) as engine,
            pinned(os.getpid(), engine.process_id) as said,
        ):
            print(said, file=sys.stderr, flush=True)
            yield from _figures([_hold(number, rooms, estates) for number, rooms in enumerate(SCHEDULE)])


def _hold(number: int, rooms: int, estates: dict[int, str]) -> Held:
    estate_id, warm = estates[rooms], estates[WARM_UP_ROOMS]
    _say(f"Freezing the roll of {rooms} rooms ...")
    frozen = in_fresh_process(freeze, estate_id, rooms, warm, f"ballot-{number}")
    floor = in_fresh_process(write_by_hand, estate_id, frozen.ballot_id, min(max(rooms, FLOOR_AT_LEAST), FLOOR_AT_MOST))
    sample = min(SAMPLE, rooms)
    _say(f"Casting {sample} of {rooms} votes ...")
    voted = in_fresh_process(vote, estate_id, frozen.ballot_id, rooms, sample)
    filled = in_fresh_process(fill, estate_id, frozen.ballot_id)
    _say(f"Counting {rooms} votes, {filled} of them laid into the table ...")
    return Held(rooms, frozen, floor, voted, in_fresh_process(count, estate_id, frozen.ballot_id, rooms, warm))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _figures(held: list[Held]) -> Iterator[Figure]:
    of = {rooms: [one for one in held if one.rooms == rooms] for rooms in dict.fromkeys(SCHEDULE)}
    for rooms, ballots in of.items():
        at = f"votes, {rooms} rooms"
        yield from _freezing(at, ballots)
        for threads in THREADS:
            yield from _casting(f"{at}: {threads} thread{'s' * (threads > 1)}", [one.voted for one in ballots], threads)
        yield from _one_vote(at, [one.voted for one in ballots])
        yield from _counting(at, rooms, [one.counted for one in ballots])
    smallest, *larger = of
    for rooms in larger:
        for name, value, bar in _PER_ROOM:
            ratio = _median(of[rooms], value) / _median(of[smallest], value)
            against = f"the same at {smallest} rooms"
            yield Figure(f"votes: {name}, {rooms} rooms to {smallest}", round(ratio, 2), "x", against, bar)


_PER_ROOM: tuple[tuple[str, Callable[[Held], float], float | None], ...] = (
    (
        "a vote, processor time beside the floor",
        lambda one: one.voted.ours[1].cpu_ratio_to(one.voted.floor[1]),
        SIZE_BAR,
    ),
    ("a vote, time beside the floor", lambda one: one.voted.ours[1].ratio_to(one.voted.floor[1]), None),
    ("a vote, processor time", lambda one: one.voted.ours[1].cpu_milliseconds, None),
    ("a vote, time", lambda one: 1 / one.voted.ours[1].per_second, None),
    ("freezing, processor time beside the floor", lambda one: one.frozen_beside_floor, SIZE_BAR),
    ("freezing, round trips a room", lambda one: one.frozen.effort.trips, SIZE_BAR),
    ("counting, processor time beside the floor", lambda one: one.counted.beside_floor, SIZE_BAR),
    ("counting, processor time a room", lambda one: one.counted.effort.cpu_milliseconds, None),
    ("counting, round trips a room", lambda one: one.counted.effort.trips, SIZE_BAR),
    ("checking the proof, processor time a room", lambda one: one.counted.verified_cpu_seconds / one.rooms, None),
)


def _freezing(at: str, ballots: Sequence[Held]) -> Iterator[Figure]:
    beside = "the same lines put by boto3, same run"
    efforts, floors = [one.frozen.effort for one in ballots], [one.floor for one in ballots]
    for name, measured in (("freezing", efforts), ("freezing, floor", floors)):
        yield Figure(f"{at}: {name}", round(_median(measured, lambda one: one.per_second)), "rooms/s")
        cpu = _median(measured, lambda one: one.cpu_milliseconds)
        yield Figure(f"{at}: {name}, processor time a room", round(cpu, 3), "ms")
        yield Figure(f"{at}: {name}, round trips a room", round(_median(measured, lambda one: one.trips), 3), "")
    time = _median(ballots, lambda one: one.floor.per_second / one.frozen.effort.per_second)
    yield Figure(f"{at}: freezing, time beside the floor", round(time, 2), "x", beside)
    cpu = _median(ballots, lambda one: one.frozen_beside_floor)
    yield Figure(f"{at}: freezing, processor time beside the floor", round(cpu, 2), "x", beside)
    longest = _median(ballots, lambda one: max(one.frozen.effort.longest, one.frozen.adding_up))
    yield Figure(f"{at}: freezing, longest call", round(longest, 1), "s", "its timeout", TIMEOUT_SECONDS)
    whole = _median(ballots, lambda one: one.rooms / one.frozen.effort.per_second + one.frozen.adding_up)
    yield Figure(f"{at}: freezing, the whole roll at this speed", round(whole, 1), "s")
    yield Figure(f"{at}: freezing, adding it up", round(_median(ballots, lambda one: one.frozen.adding_up), 1), "s")
    yield Figure(f"{at}: freezing, calls repeated", sum(one.repeated for one in efforts), "")
    yield Figure(f"{at}: write units a line of the roll", ballots[0].frozen.units, "units")
    yield _memory(f"{at}: freezing, peak memory", _median(ballots, lambda one: one.frozen.peak))


def _casting(at: str, voted: Sequence[Voted], threads: int) -> Iterator[Figure]:
    ours, floor = [one.ours[threads] for one in voted], [one.floor[threads] for one in voted]
    beside = "two reads and the write by boto3, same run"
    for name, measured in (("", ours), ("floor, ", floor)):
        yield Figure(f"{at}: {name}votes", round(_median(measured, lambda one: one.per_second), 1), "1/s")
        yield Figure(f"{at}: {name}p50", round(_median(measured, lambda one: one.milliseconds(50)), 1), "ms")
        yield Figure(f"{at}: {name}p99", round(_median(measured, lambda one: one.milliseconds(99)), 1), "ms")
        cpu = _median(measured, lambda one: one.cpu_milliseconds)
        yield Figure(f"{at}: {name}processor time a vote", round(cpu, 2), "ms")
    pairs = list(zip(ours, floor, strict=True))
    time = statistics.median(one.ratio_to(other) for one, other in pairs)
    yield Figure(f"{at}: time beside the floor", round(time, 2), "x", beside)
    cpu = statistics.median(one.cpu_ratio_to(other) for one, other in pairs)
    yield Figure(f"{at}: processor time beside the floor", round(cpu, 2), "x", beside)


def _one_vote(at: str, voted: Sequence[Voted]) -> Iterator[Figure]:
    one = voted[0].one
    calls = max(len(each.one.calls) for each in voted)
    yield Figure(f"{at}: a vote, calls to DynamoDB", calls, "", "two reads and one transaction", CALLS_BAR)
    yield Figure(f"{at}: a vote, read units", one.reads, "units")
    yield Figure(f"{at}: a vote, write units, indexes included", one.writes + one.index_writes, "units")
    for name, measured in (("following a vote", "followed"), ("the running figure", "figure")):
        found: list[float] = [getattr(each, measured).milliseconds(50) for each in voted]
        yield Figure(f"{at}: {name}, p50", round(statistics.median(found), 2), "ms")
    cost = voted[0].figure_cost
    yield Figure(f"{at}: the running figure, calls to DynamoDB", len(cost.calls), "", "a read and a query", 2)
    against = "the ballot and sixteen parts, in every estate"
    yield Figure(f"{at}: the running figure, read units", cost.reads, "units", against, FIGURE_UNITS_BAR)


def _counting(at: str, rooms: int, counted: Sequence[Counted]) -> Iterator[Figure]:
    seconds = _median(counted, lambda one: one.effort.seconds)
    yield Figure(f"{at}: counting, a thousand rooms", round(seconds / rooms * 1e3, 2), "s")
    for name, efforts in (
        ("counting", [one.effort for one in counted]),
        ("counting, floor", [one.floor for one in counted]),
    ):
        cpu = _median(efforts, lambda one: one.cpu_milliseconds)
        yield Figure(f"{at}: {name}, processor time a room", round(cpu, 3), "ms")
    cpu, beside = _median(counted, lambda one: one.beside_floor), "the same votes read and opened by hand, same run"
    yield Figure(f"{at}: counting, processor time beside the floor", round(cpu, 2), "x", beside)
    yield Figure(f"{at}: counting, round trips a room", round(_median(counted, lambda one: one.effort.trips), 3), "")
    longest = _median(counted, lambda one: one.effort.longest)
    yield Figure(f"{at}: counting, longest call", round(longest, 1), "s", "its timeout", TIMEOUT_SECONDS)
    yield _memory(f"{at}: counting, peak memory", _median(counted, lambda one: one.peak))
    yield Figure(f"{at}: the proof", round(counted[0].bundle / 2**20, 2), "MiB")
    verified = _median(counted, lambda one: one.verified_seconds)
    yield Figure(f"{at}: checking the proof, a bare Python", round(verified, 2), "s")


def _memory(name: str, peak: float) -> Figure:
    return Figure(name, round(peak / 2**20, 1), "MiB", "the ballot office's memory", MEMORY)


def _median(measured: Sequence[T], value: Callable[[T], float]) -> float:
    return statistics.median(value(one) for one in measured)
