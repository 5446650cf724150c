"""The suite of votes, on a small estate: what it counts is what there was, and the bars say what they must."""

from datetime import UTC, datetime

import boto3
import pytest

from bench import ballots, casting, voting
from bench.ballots import Frozen, freeze, write_by_hand
from bench.casting import Voted, vote
from bench.duel import Measured
from bench.effort import Effort
from bench.seeding import votable_estate
from bench.tallying import Counted, count, fill
from bench.voting import Held
from miniprogram_api.ballots.service import freezing
from tests.capacity import Used, item_size

ROOMS = 60


@pytest.fixture
def estate_of(container, settings):
    """Make an estate of so many rooms whose owners may vote."""
    client = boto3.client("dynamodb")

    def make(rooms: int) -> str:
        estate_id, items = votable_estate(container.sealer, rooms, datetime.now(UTC))
        for item in items:
            client.put_item(TableName=settings.table, Item=item)
        return estate_id

    return make


def test_a_ballot_is_held_from_its_roll_to_its_proof(settings, estate_of, monkeypatch) -> None:
    estate_id, warm = estate_of(ROOMS), estate_of(20)
    frozen = freeze(estate_id, ROOMS, warm, "bench-test")
    floor = write_by_hand(estate_id, frozen.ballot_id, ROOMS)
    assert (floor.round_trips, frozen.units) == (1, 8)
    assert frozen.effort.round_trips > ROOMS
    monkeypatch.setattr(casting, "ROUNDS", 1)
    voted = vote(estate_id, frozen.ballot_id, ROOMS, 33)
    assert voted.one.calls == ["GetItem", "GetItem", "TransactWriteItems"]
    assert [len(voted.ours[threads].calls) for threads in casting.THREADS] == [8, 8]
    assert [len(voted.floor[threads].calls) for threads in casting.THREADS] == [8, 8]
    assert voted.figure_cost.calls == ["GetItem", "Query"]
    assert fill(estate_id, frozen.ballot_id) == ROOMS - 33
    counted = count(estate_id, frozen.ballot_id, ROOMS, warm)
    assert counted.bundle > 10_000
    assert counted.beside_floor > 0
    assert counted.verified_cpu_seconds > 0


def test_the_floor_writes_as_much_as_we_do(settings, estate_of, monkeypatch) -> None:
    estate_id, warm = estate_of(ROOMS), estate_of(20)
    ballot_id = freeze(estate_id, ROOMS, warm, "bench-sizes").ballot_id
    write_by_hand(estate_id, ballot_id, ROOMS)
    monkeypatch.setattr(casting, "ROUNDS", 1)
    vote(estate_id, ballot_id, ROOMS, 33)
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=settings.table)
    items = [item for page in pages for item in page["Items"] if ballot_id in item["pk"]["S"]]
    for kind in ("elector", "vote"):
        ours = [item_size(item) for item in items if item["kind"]["S"] == kind and item["pk"]["S"][-1] != "f"]
        floor = [item_size(item) for item in items if item["kind"]["S"] == kind and item not in ours]
        assert max(floor) == pytest.approx(max(ours), rel=0.1)


def test_a_long_roll_is_measured_by_its_first_call(settings, estate_of, monkeypatch) -> None:
    """What follows is written with less asking, and not taken for what a room costs."""
    for module in (ballots, freezing):
        monkeypatch.setattr(module, "ROOMS_A_CALL", 20)
    frozen = freeze(estate_of(ROOMS), ROOMS, estate_of(20), "bench-long")
    assert frozen.effort.rooms == 20
    assert frozen.effort.round_trips > 20
    assert 0 < frozen.adding_up < frozen.effort.seconds


def held(rooms: int, cpu: float, calls: int = 3, peak: int = 100) -> Held:
    """A ballot in which everything took so many seconds of processor time a room."""
    effort = Effort(rooms, rooms * 0.01, rooms * cpu, rooms, 1.0)
    measured, floor = Measured([10_000_000] * 3, [1e7] * 2, [cpu * 1e9] * 2), Measured([1] * 3, [1e7] * 2, [1e7] * 2)
    voted = Voted(
        dict.fromkeys(casting.THREADS, measured),
        dict.fromkeys(casting.THREADS, floor),
        Used(["GetItem"] * calls),
        measured,
        measured,
        Used(["GetItem", "Query"]),
    )
    frozen = Frozen("bal", effort, 0.5, 8, peak * 2**20)
    return Held(
        rooms,
        frozen,
        Effort(rooms, rooms / 100, rooms / 1_000),
        voted,
        Counted(effort, effort, peak * 2**20, 2**20, 1.0, cpu),
    )


def test_a_vote_of_a_large_estate_costs_what_one_of_a_small_estate_does() -> None:
    small = held(voting.SMALL, 0.010)
    every = [small, held(voting.MIDDLE, 0.012), held(voting.LARGE, 0.0121, calls=4, peak=1_770), small, small]
    figures = {figure.name: figure for figure in voting._figures(every)}
    names = [f"votes: a vote, processor time beside the floor, {rooms} rooms to 166" for rooms in (10_000, 100_000)]
    assert [(figures[name].value, figures[name].holds) for name in names] == [(1.2, True), (1.21, False)]
    assert not figures["votes, 100000 rooms: a vote, calls to DynamoDB"].holds
    assert figures["votes, 10000 rooms: a vote, calls to DynamoDB"].holds
    assert not figures["votes, 100000 rooms: counting, peak memory"].holds
    assert figures["votes, 10000 rooms: counting, a thousand rooms"].value == 10
