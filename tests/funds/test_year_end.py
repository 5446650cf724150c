"""A share of a year's surplus goes to the maintenance fund: proposed, decided, booked in one act (FND-07)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from miniprogram_api.funds.year_end import NoYearSurplus, share_of
from miniprogram_api.kernel.access import Role
from tests.neighbours import MeetInTheMiddle, at_once

pytestmark = pytest.mark.row("FND-07")

JANUARY = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
def places(office) -> tuple[str, str]:
    """The public income's account with a surplus of 90,001 fen in 2026, and the fund's."""
    public, fund = office.place(), office.place("maintenance")
    office.book(public, 100_001)
    office.book(public, 10_000, item="tax", direction="expense")
    office.go_to(JANUARY)
    office.publish("2026-11")
    return public, fund


def propose(office, places: tuple[str, str], who=None, **changed):
    body = {"year": 2026, "share": 3000, "source": "业主大会 2026-12 决议", "from_id": places[0], "to_id": places[1]}
    return office.put("/year-end-transfer", who or office.finance, **{**body, **changed})


def decide(office, who=None, agree: bool = True):
    return office.post("/year-end-transfer/decision", who or office.chair, year=2026, agree=agree)


def test_the_share_moves_in_one_posting_and_falls_on_the_rooms(office, places) -> None:
    rooms = office.rooms(5000, 5000)
    early = propose(office, places)
    assert (early.status_code, early.json["code"]) == (409, "year_not_published")
    office.publish("2026-12")
    proposed = propose(office, places).json
    # 30 % of 900.01 yuan is 270.003 yuan.
    assert (proposed["surplus_fen"], proposed["fen"], proposed["state"]) == (90_001, 27_000, "proposed")
    assert propose(office, places).json == proposed
    booked = decide(office).json
    assert (booked["state"], booked["decided"] is not None) == ("booked", True)
    assert office.balances() == {
        f"bank:{places[0]}": 63_001,
        f"bank:{places[1]}": 27_000,
        "public_income": -63_001,
        "maintenance": -27_000,
    }
    assert [office.get(f"/maintenance-fund/rooms/{room}").json["fen"] for room in rooms] == [13_500, 13_500]
    again = propose(office, places)
    assert (again.status_code, again.json["code"]) == (409, "year_end_moved")


def test_who_proposes_or_keeps_does_not_decide(office, places) -> None:
    office.rooms(5000)
    office.publish("2026-12")
    propose(office, places, office.chair)
    for who in (office.chair, office.keeper):
        refused = decide(office, who)
        assert (refused.status_code, refused.json["code"]) == (403, "same_person_refused")


def test_two_decisions_at_once_move_the_money_once(office, places, container, monkeypatch, people, world) -> None:
    office.rooms(5000)
    office.publish("2026-12")
    propose(office, places)
    others = [office.chair, people.neighbour(world.estate, Role.COMMITTEE)]
    store = container.year_ends._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"decide_year_end"}, 2))
    answers = at_once(*(lambda who=who: decide(office, who) for who in others))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert office.balances()["maintenance"] == -27_000


def test_a_refused_proposal_may_be_made_anew(office, places) -> None:
    office.publish("2026-12")
    propose(office, places)
    assert decide(office, agree=False).json["state"] == "refused"
    assert propose(office, places, share=2000).json["fen"] == 18_000
    assert "maintenance" not in office.balances()


def test_a_year_that_left_nothing_moves_nothing() -> None:
    # 0.01 % of 50 yuan is half a fen, which is written as one.
    assert share_of(5_000, 1) == 1
    for surplus in (0, -100, 4_999):
        with pytest.raises(NoYearSurplus):
            share_of(surplus, 1)
