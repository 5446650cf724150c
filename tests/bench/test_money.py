"""The suites of money, on small estates: what they count is what there was, and the bars say what they must."""

import os
from datetime import UTC, datetime

import boto3
import pytest

from bench import issuing, notifying
from bench.cores import pinned
from bench.issuing import Effort, Issued, Pair
from bench.processes import in_fresh_process
from bench.seeding import billable_estate, room_of
from tests.capacity import item_size


@pytest.fixture
def estate_of(settings):
    """Make an estate of so many rooms that nobody billed."""
    client = boto3.client("dynamodb")

    def make(rooms: int) -> str:
        estate_id, items = billable_estate(rooms, datetime.now(UTC))
        for item in items:
            client.put_item(TableName=settings.table, Item=item)
        return estate_id

    return make


def bill_items(settings, estate_id: str, rooms: int) -> list[dict]:
    """Every item among the bills of the rooms."""
    client = boto3.client("dynamodb")
    keys = [f"ROOM#{estate_id}#{room_of(estate_id, number).id}#BILLS" for number in range(rooms)]
    pages = [
        client.query(
            TableName=settings.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": key}},
        )
        for key in keys
    ]
    return [item for page in pages for item in page["Items"]]


def test_ours_and_the_floor_write_the_same_bills(settings, estate_of) -> None:
    estate_id, by_hand = estate_of(60), "est_00000000000000000000000000"
    ours = issuing.issue(estate_id, 60, estate_of(issuing.WARM_UP_ROOMS))
    floor = issuing.write_by_hand(estate_id, by_hand, 60)
    issued, written = (bill_items(settings, each, 60) for each in (estate_id, by_hand))
    assert len(issued) == len(written) == 60
    assert {item_size(item) for item in written} == {item_size(issued[0])}
    assert floor.round_trips == 3, "a building of 56 in pieces of 48 and 8, and one of 4"
    assert ours.publication.round_trips > floor.round_trips
    assert ours.units == 4 + 6


def pair(rooms: int, cpu: float, peak: int = 60, grown: int = 0) -> Pair:
    """A round in which a room took so many seconds of processor time, a fifth of them in the draft."""
    draft, publication = (Effort(rooms, rooms * 1.0, rooms * part, rooms, 1.0) for part in (cpu / 5, cpu * 4 / 5))
    return Pair(rooms, Issued(draft, publication, 10.0, peak, grown), Effort(rooms, rooms / 2, rooms * cpu / 8))


def test_a_large_estate_may_cost_a_tenth_more_a_room_and_a_quarter_more_memory() -> None:
    pairs = [pair(issuing.SMALL, 0.010), pair(issuing.MIDDLE, 0.011, 75), pair(issuing.LARGE, 0.0112, 76)]
    figures = {figure.name: figure for figure in issuing._figures(pairs)}
    cpu = [figures[f"issuing: processor time a room, {rooms} rooms to 1000"] for rooms in (10_000, 100_000)]
    assert [(one.value, one.holds) for one in cpu] == [(1.1, True), (1.12, False)]
    memory = [figures[f"issuing: peak memory, {rooms} rooms to 1000"] for rooms in (10_000, 100_000)]
    assert [(one.value, one.holds) for one in memory] == [(1.25, True), (1.27, False)]
    assert figures["issuing, 1000 rooms: publication's processor time beside the floor"].value == 6.4
    assert figures["issuing, 1000 rooms: publication's time beside the floor"].value == 2


def test_notifications_are_taken_in_and_settled(monkeypatch) -> None:
    monkeypatch.setattr(notifying, "COLD", 2)
    monkeypatch.setattr(notifying, "WARM", 2)
    figures = {figure.name: figure for figure in notifying.measure()}
    cold = [figure for name, figure in figures.items() if name.startswith("notification, cold") and figure.bar]
    assert {figure.bar for figure in cold} == {5000}
    assert figures["settlement (4 payments): calls to DynamoDB, at most"].value == 8


def test_a_fresh_process_is_another_one() -> None:
    assert in_fresh_process(os.getpid) != os.getpid()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system pins no process")
def test_whoever_measured_has_all_its_cores_again() -> None:
    before = os.sched_getaffinity(0)
    with pinned(os.getpid(), os.getpid()):
        pass
    assert os.sched_getaffinity(0) == before
