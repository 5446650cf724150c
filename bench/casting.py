"""Votes: cast through the service by one and by eight at once, in turns with the same reads and write by hand.

Then the stream's part, one vote at a time, and the running figure that comes of it.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from threading import Barrier

from bench.ballots import VOTING, choices_of, house, line_of, put_of
from bench.duel import Measured
from bench.effort import by_hand
from bench.seeding import item_of, owner_of, room_of
from miniprogram_api.ballots.ballot import Ballot
from miniprogram_api.ballots.roll import shard_of_room
from miniprogram_api.ballots.service.voting import Cast
from miniprogram_api.ballots.store import VOTE
from miniprogram_api.container import Container
from miniprogram_api.kernel.access import Principal
from miniprogram_api.storage.ballot_keys import roll_shard
from tests.capacity import Meter, Used

THREADS = (1, 8)
ROUNDS = 10
READS = 30


@dataclass
class Voted:
    """A sample of votes: ours and the floor's by number of threads, what one cost, and the running figure after."""

    ours: dict[int, Measured] = field(default_factory=dict)
    floor: dict[int, Measured] = field(default_factory=dict)
    one: Used = field(default_factory=Used)
    followed: Measured = field(default_factory=Measured)
    figure: Measured = field(default_factory=Measured)
    figure_cost: Used = field(default_factory=Used)


def vote(estate_id: str, ballot_id: str, rooms: int, sample: int) -> Voted:
    """Cast a sample of votes spread over the roll, in turns with the floor, then follow them and read the figure."""
    container = house()
    ballot = container.ballots.get_ballot(estate_id, ballot_id)
    numbers = [place * rooms // sample for place in range(sample)]
    ours, floor, voted = partial(_cast, container, ballot), _floor(container, ballot), Voted()
    left = iter(numbers[1:])
    for threads in THREADS:
        some = list(islice(left, (sample - 1) // len(THREADS)))
        voted.ours[threads], voted.floor[threads] = _duel(threads, ours, floor, some)
    with Meter(container.table.client_events()).watching() as voted.one:
        _cast(container, ballot, numbers[0])
    _follow(container, ballot, numbers, voted)
    return voted


def _duel(
    threads: int, ours: partial[None], floor: Callable[[int], None], numbers: Sequence[int]
) -> tuple[Measured, Measured]:
    """Cast in alternating rounds, after one round that does not count."""
    size = len(numbers) // (ROUNDS + 1)
    taken = Measured(), Measured()
    with ThreadPoolExecutor(threads) as pool:
        # Every thread has a session of its own, which its first call pays for.
        list(pool.map(partial(_begin, Barrier(threads), ours.args[0]), range(threads)))
        for turn in range(ROUNDS + 1):
            some = numbers[turn * size : (turn + 1) * size]
            for index in (0, 1) if turn % 2 else (1, 0):
                found = _round(pool, (ours, floor)[index], some)
                if turn:
                    taken[index].calls += found.calls
                    taken[index].rounds += found.rounds
                    taken[index].cpu_rounds += found.cpu_rounds
    return taken


def _begin(barrier: Barrier, container: Container, number: int) -> None:
    barrier.wait()
    container.ballots.find_title("est_nowhere", f"bal_{number}")


def _round(pool: ThreadPoolExecutor, cast: Callable[[int], None], numbers: Sequence[int]) -> Measured:
    def timed(number: int) -> int:
        began = time.perf_counter_ns()
        cast(number)
        return time.perf_counter_ns() - began

    began, cpu = time.perf_counter_ns(), time.process_time_ns()
    calls = list(pool.map(timed, numbers))
    wall, cpu = time.perf_counter_ns() - began, time.process_time_ns() - cpu
    return Measured(calls, [wall / len(numbers)], [cpu / len(numbers)])


def _cast(container: Container, ballot: Ballot, number: int) -> None:
    """Let the owner of a room vote, as the route does once it knows who asks."""
    owner = Principal(owner_of(number), "业主", verified=True)
    cast = Cast(room_of(ballot.estate_id, number).id, choices_of(number))
    container.voting.cast(owner, ballot.estate_id, ballot.id, cast, f"vote-{number}", VOTING)


def _floor(container: Container, ballot: Ballot) -> Callable[[int], None]:
    """Return the same two reads and the same conditional write by hand, of a vote that lies ready."""
    client, table, estate_id = by_hand(max(THREADS)), container.settings.table, ballot.estate_id
    line = line_of(container, ballot, 0)
    model = item_of(
        VOTE,
        container.voting.make(ballot, line, choices_of(0), 1, "vote_like_any_other_00000000", line.accounts[0], VOTING),
    )

    def read(pk: str, sk: str) -> None:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        if "Item" not in client.get_item(TableName=table, Key=key, ConsistentRead=True):
            raise RuntimeError(f"nothing lies at {pk} {sk}")

    def cast(number: int) -> None:
        room_id = room_of(estate_id, number).id
        shard = roll_shard(estate_id, ballot.id, shard_of_room(room_id, ballot.attempt, ballot.shards))
        read(f"BALLOT#{estate_id}#{ballot.id}", "BALLOT")
        read(shard, f"ROOM#{room_id}")
        gate = {
            "TableName": table,
            "Key": {"pk": {"S": shard}, "sk": {"S": "GATE"}},
            "ConditionExpression": "attribute_exists(pk) AND body.shut = :shut",
            "ExpressionAttributeValues": {":shut": {"BOOL": False}},
        }
        vote = {**model, "pk": {"S": f"{shard}f"}, "sk": {"S": f"VOTE#{room_id}#1"}}
        client.transact_write_items(TransactItems=[{"ConditionCheck": gate}, put_of(table, vote)])

    return cast


def _follow(container: Container, ballot: Ballot, numbers: Sequence[int], voted: Voted) -> None:
    """Follow every vote of the sample as the stream does, and read the running figure many times."""
    lines = [line_of(container, ballot, number) for number in numbers]
    votes = [vote for line in lines for vote in container._roll_store.find_votes(line)]
    for vote in votes:
        began, cpu = time.perf_counter_ns(), time.process_time_ns()
        container.running_figures.follow_vote(None, vote, VOTING)
        voted.followed.calls.append(time.perf_counter_ns() - began)
        voted.followed.cpu_rounds.append(time.process_time_ns() - cpu)
    for _ in range(READS):
        began, cpu = time.perf_counter_ns(), time.process_time_ns()
        seen = _figure(container, ballot)
        voted.figure.calls.append(time.perf_counter_ns() - began)
        voted.figure.cpu_rounds.append(time.process_time_ns() - cpu)
    if seen != len(votes):
        raise RuntimeError(f"the running figure says {seen} of {len(votes)} votes")
    with Meter(container.table.client_events()).watching() as voted.figure_cost:
        _figure(container, ballot)


def _figure(container: Container, ballot: Ballot) -> int:
    fresh = container.ballots.get_ballot(ballot.estate_id, ballot.id)
    return container.ballot_results.turnout(fresh).voted.rooms
