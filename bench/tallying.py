"""The count: a box in which every room has voted is closed, opened, counted; then a bare Python checks the proof."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.ballots import CLOSES, VOTING, announced, choices_of, house
from bench.effort import Effort, by_hand, counting
from bench.processes import peak_memory
from bench.seeding import Item, item_of
from miniprogram_api.ballots import verify_ballot
from miniprogram_api.ballots.ballot import Ballot, State
from miniprogram_api.ballots.roll import shard_numbers
from miniprogram_api.ballots.store import VOTE
from miniprogram_api.ballots.vote import context_of
from miniprogram_api.container import Container
from miniprogram_api.storage.ballot_keys import roll_shard

_AT_ONCE = 25
"""Items of one BatchWriteItem."""
_FILLING = 4


@dataclass(frozen=True)
class Counted:
    """A ballot counted: what it and the floor took, the most memory, the size of the proof, what checking that took."""

    effort: Effort
    floor: Effort
    peak: int
    bundle: int
    verified_seconds: float
    verified_cpu_seconds: float

    @property
    def beside_floor(self) -> float:
        """How many times the processor time of the floor the count takes."""
        return self.effort.cpu_seconds / self.floor.cpu_seconds


def fill(estate_id: str, ballot_id: str) -> int:
    """Let every room vote that has not, straight into the table, and return how many; nothing here is measured."""
    container, client = house(), by_hand(_FILLING)
    ballot, table = container.ballots.get_ballot(estate_id, ballot_id), container.settings.table

    def fill_shard(shard: int) -> int:
        votes = list(_missing(container, ballot, shard))
        for start in range(0, len(votes), _AT_ONCE):
            waiting = {table: [{"PutRequest": {"Item": vote}} for vote in votes[start : start + _AT_ONCE]]}
            while waiting:
                waiting = client.batch_write_item(RequestItems=waiting)["UnprocessedItems"]
        return len(votes)

    with ThreadPoolExecutor(_FILLING) as pool:
        return sum(pool.map(fill_shard, shard_numbers(ballot.attempt, ballot.shards)))


def _missing(container: Container, ballot: Ballot, shard: int) -> Iterator[Item]:
    content = container._roll_store.read_shard(ballot, shard)
    for number, line in enumerate(content.electors):
        if line.room_id not in content.votes:
            by = line.accounts[0]
            vote_id = f"vote_{line.room_id.removeprefix('room_')}"
            yield item_of(VOTE, container.voting.make(ballot, line, choices_of(number), 1, vote_id, by, VOTING))


def count(estate_id: str, ballot_id: str, rooms: int, warm_up: str) -> Counted:
    """Close a ballot and count it, call by call until it is certain; then check its proof in another process."""
    container = house()
    small, _, _ = announced(container, warm_up, 0, f"{ballot_id}-warm")
    _counted(container, small, Effort(1))
    effort = Effort(rooms)
    ballot = _counted(container, container.ballots.get_ballot(estate_id, ballot_id), effort)
    peak = peak_memory()
    if ballot.bundle is None or ballot.opening is None or ballot.opening.votes != rooms:
        raise RuntimeError(f"{ballot.opening} is not a box of {rooms} votes")
    floor = _opened_by_hand(container, ballot, rooms)
    checked = _verified(container.media.read(ballot.bundle.key), ballot.bundle.digest)
    return Counted(effort, floor, peak, ballot.bundle.size, *checked)


def _counted(container: Container, ballot: Ballot, effort: Effort) -> Ballot:
    work = {"do": "close", "estate_id": ballot.estate_id, "ballot_id": ballot.id}
    with counting(container.table.client_events(), effort):
        while effort.call(partial(container.ballot_work.do, work, CLOSES)) == State.CLOSING:
            pass
    counted = container.ballots.get_ballot(ballot.estate_id, ballot.id)
    if counted.state is not State.COUNTED:
        raise RuntimeError(f"{ballot.id} is {counted.state}")
    return counted


def _opened_by_hand(container: Container, ballot: Ballot, rooms: int) -> Effort:
    """The floor: the same shards read with boto3 and every vote in them opened; nothing is added up or written."""
    client, table, keys, effort = by_hand(), container.settings.table, container._ballot_keys, Effort(rooms)

    def open_shard(shard: int) -> int:
        asked = {":pk": {"S": roll_shard(ballot.estate_id, ballot.id, shard)}}
        pages = client.get_paginator("query").paginate(
            TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=asked, ConsistentRead=True
        )
        votes = [item["body"]["M"] for page in pages for item in page["Items"] if item["kind"]["S"] == VOTE.name]
        for vote in votes:
            keys.open(ballot.id, vote["sealed"]["S"], context_of(ballot.id, vote["room_id"]["S"], 1))
        return len(votes)

    opened = [effort.call(partial(open_shard, shard)) for shard in shard_numbers(ballot.attempt, ballot.shards)]
    if sum(opened) != rooms:
        raise RuntimeError(f"{sum(opened)} votes of {rooms} were opened by hand")
    return effort


def _verified(bundle: bytes, digest: str) -> tuple[float, float]:
    """Run the program that is given to everybody, without any package; seconds, and seconds on the processor."""
    with TemporaryDirectory() as folder:
        Path(folder, "bundle.json").write_bytes(bundle)
        command = [sys.executable, "-I", "-S", str(verify_ballot.__file__), "bundle.json", "--digest", digest]
        before, began = _of_children(), time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        taken, after = time.perf_counter() - began, _of_children()
    return taken, after - before


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
