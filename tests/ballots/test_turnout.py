"""Who took part so far: followed from the table's stream, each room and each head once, however often it delivers."""

from __future__ import annotations

import pytest

from miniprogram_api.ballots.figures import PARTS, Figure, part_of
from miniprogram_api.ballots.store import FIGURE, VOTE
from tests.ballots.hall import NO
from tests.functions.entry_points import stream_record


@pytest.mark.row("VOT-02")
def test_a_vote_comes_into_the_running_figure_through_the_stream(hall) -> None:
    hall.settle({"101": 8000, "102": 9000})
    ballot_id = hall.opened()
    hall.vote(ballot_id, "101")
    hall.vote(ballot_id, "102", NO)
    ballot = hall.container.ballots.get_ballot(hall.estate_id, ballot_id)
    store = hall.container._roll_store
    for number in ("101", "102", "101"):
        (vote,) = store.find_votes(store.find_elector(ballot, hall.rooms[number].id))
        key = VOTE.key(vote)
        hall.container.followers.follow(stream_record("vote", key.pk, key.sk, None, VOTE.body(vote)))
    seen = hall.get(f"{hall.path}/{ballot_id}/turnout", hall.drafter)
    assert seen["voted"] == {"area": 17000, "heads": 2, "rooms": 2}
    (building,) = hall.get(f"{hall.path}/{ballot_id}/turnout/buildings", hall.drafter)["items"]
    assert (building["rooms"], building["area"]) == (2, 17000)
    assert building["building_id"] == hall.rooms["101"].building_id


@pytest.mark.row("VOT-02")
def test_the_whole_is_read_in_as_many_units_whatever_the_number_of_buildings() -> None:
    """Sixteen parts, however many rooms: their names are those that the query asks for."""
    used = {part_of(f"room_{number}") for number in range(2_000)}
    assert used == set(range(PARTS))
    assert len({FIGURE.key(Figure("est", "bal", None, part)).sk for part in used}) == PARTS
