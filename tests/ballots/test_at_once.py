"""Many at once: one vote a room, and at the closing instant each vote is in the box or refused, never both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.ballots.refusals import AlreadyVoted, VoteNotRunning
from miniprogram_api.ballots.service.voting import Cast
from miniprogram_api.kernel.access import Principal
from miniprogram_api.kernel.errors import Conflict, Unavailable
from tests.ballots.hall import content

if TYPE_CHECKING:
    from tests.ballots.hall import Hall

CLIENTS = 64


def principal(hall: Hall, number: str) -> Principal:
    person = hall.owners[number]
    return Principal(person.account_id, "业主", True, person.grants)


@pytest.mark.row("VOT-01")
def test_64_clients_voting_for_one_room_leave_one_vote(hall: Hall) -> None:
    hall.settle({"101": 8000, "102": 8000})
    ballot_id, room = hall.opened(), hall.rooms["101"]
    who, start = principal(hall, "101"), Barrier(CLIENTS)

    def cast(number: int) -> str:
        start.wait()
        choices = ((("yes", "no", "abstain")[number % 3],),)
        wish = Cast(room.id, choices)
        try:
            hall.container.voting.cast(who, hall.estate_id, ballot_id, wish, f"client-{number}", hall.clock())
        except (AlreadyVoted, Unavailable) as refused:
            return refused.code
        return "cast"

    with ThreadPoolExecutor(CLIENTS) as pool:
        outcomes = list(pool.map(cast, range(CLIENTS)))
    assert outcomes.count("cast") == 1
    ballot = hall.container.ballots.get_ballot(hall.estate_id, ballot_id)
    elector = hall.container._roll_store.find_elector(ballot, room.id)
    assert [vote.revision for vote in hall.container._roll_store.find_votes(elector)] == [1]


@pytest.mark.row("VOT-01")
def test_a_vote_at_the_closing_instant_is_counted_or_refused_never_both(hall: Hall) -> None:
    """Votes whose time is right race with the office that shuts the gates; every receipt must be in the count."""
    areas = {f"{floor}{flat:02d}": 8000 for floor in range(1, 13) for flat in (1, 2)}
    hall.settle(areas)
    ballot_id = hall.opened()
    ends = hall.container.ballots.get_ballot(hall.estate_id, ballot_id).closes_at
    start = Barrier(len(areas) + 1)

    def cast(number: str) -> str | None:
        start.wait()
        wish = Cast(hall.rooms[number].id, (("yes",),))
        just = ends - timedelta(milliseconds=1)
        try:
            hall.container.voting.cast(principal(hall, number), hall.estate_id, ballot_id, wish, "at-the-end", just)
        except VoteNotRunning:
            return None
        return number

    def close() -> str:
        start.wait()
        work = {"do": "close", "estate_id": hall.estate_id, "ballot_id": ballot_id}
        return hall.container.ballot_work.do(work, ends)

    with ThreadPoolExecutor(len(areas) + 1) as pool:
        closing = pool.submit(close)
        receipts = {number for number in pool.map(cast, areas) if number is not None}
        assert closing.result() == "counted"
    rows = content(hall.bundle(ballot_id))["rows"]
    assert sum(row["vote"] is not None for row in rows) == len(receipts)
    ballot = hall.container.ballots.get_ballot(hall.estate_id, ballot_id)
    counted = {
        elector.row
        for number in receipts
        if (elector := hall.container._roll_store.find_elector(ballot, hall.rooms[number].id))
    }
    assert {row["row"] for row in rows if row["vote"] is not None} == counted


@pytest.mark.row("VOT-01")
def test_two_offices_freezing_at_once_write_one_roll(hall: Hall) -> None:
    areas = {f"{floor}01": 8000 + floor for floor in range(1, 31)}
    hall.settle(areas)
    ballot_id = hall.draft()
    hall.post(f"{hall.path}/{ballot_id}/submission", hall.drafter)
    hall.post(f"{hall.path}/{ballot_id}/approval", hall.community)
    work = hall.queue.waiting.pop()
    start = Barrier(4)

    def freeze(_: int) -> None:
        start.wait()
        for _ in range(20):
            try:
                hall.container.ballot_work.do(work, hall.clock())
            except Conflict:  # the queue brings it again
                continue
            return
        raise AssertionError("never frozen")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(freeze, range(4)))
    roll = hall.get(f"{hall.path}/{ballot_id}", hall.drafter)["roll"]
    assert (roll["rooms"], roll["heads"], roll["area"]) == (30, 30, sum(areas.values()))


@pytest.mark.row("VOT-01")
def test_the_running_figure_counts_each_room_and_head_once_however_the_stream_delivers(hall: Hall) -> None:
    """15 flats of one owner are one head; every event comes twice, at once, and the first again at the end."""
    areas = {f"{floor}01": 8000 for floor in range(1, 16)}
    hall.building()
    hall.add_rooms(areas)
    owner = hall.bind(*areas)
    for number in areas:
        hall.name_owner(number, ["王十五"], ["13900000015"])
    hall.count_households()
    ballot_id = hall.opened()
    votes = []
    store = hall.container._roll_store
    ballot = hall.container.ballots.get_ballot(hall.estate_id, ballot_id)
    for number in areas:
        hall.vote(ballot_id, number, who=owner)
        votes += store.find_votes(store.find_elector(ballot, hall.rooms[number].id))

    def deliver(vote: object) -> None:
        from miniprogram_api.ballots.service.following import FiguresBusy

        for _ in range(20):
            try:
                hall.container.running_figures.follow_vote(None, vote, hall.clock())
            except FiguresBusy:  # the stream delivers again
                continue
            return
        raise AssertionError("never counted")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(deliver, [*votes, *votes]))
    deliver(votes[0])
    turnout = hall.get(f"{hall.path}/{ballot_id}/turnout", owner)
    assert turnout["voted"] == {"area": 15 * 8000, "heads": 1, "rooms": 15}
    assert turnout["total"] == {"area": 15 * 8000, "heads": 1, "rooms": 15}
    counted = hall.close(ballot_id)["result"]
    assert counted["voted"] == {"area": 15 * 8000, "heads": 1, "rooms": 15}
