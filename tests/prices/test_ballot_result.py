"""A price the owners vote on here: the talk takes the figures of the published ballot, as they were counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.kernel.access import Role
from tests.ballots.conftest import hall

__all__ = ["hall"]

pytestmark = pytest.mark.row("FEE-06", "VOT-01")

AGREEMENT = {"price": 11_500, "minutes": "双方同意每平方米每月 1.15 元"}
QUESTION = {"title": "物业费调整为每平方米每月 1.15 元", "form": "approve", "matter": "other"}


@pytest.mark.parametrize(("yes", "state"), [(("101", "102", "201"), "passed"), (("101",), "opened")])
def test_the_talk_takes_what_was_counted(talking, hall, yes, state) -> None:
    """Three of three say yes; or one, and two no: then the next round begins."""
    hall.settle({"101": 8000, "102": 8000, "201": 9000})
    talk_id = talking.offered()
    talking.wait(14)
    talking.step(talk_id, "agreement", AGREEMENT, Role.COMMITTEE)
    ballot_id = hall.opened("assembly", [QUESTION])
    for number in hall.rooms:
        hall.vote(ballot_id, number, [["yes"]] if number in yes else [["no"]])
    early = talking.step(talk_id, "ballot-result", {"ballot_id": ballot_id}, Role.COMMITTEE)
    assert (early.status_code, early.json["code"]) == (409, "price_ballot_undecided")
    hall.close(ballot_id)
    hall.publish(ballot_id)
    hall.clock.advance(timedelta(minutes=1))
    taken = talking.step(talk_id, "ballot-result", {"ballot_id": ballot_id}, Role.COMMITTEE)
    assert (taken.status_code, taken.json["talk"]["state"]) == (200, state), taken.json
    (line,) = [step["vote"] for step in talking.read(talk_id)["steps"] if step["vote"]]
    area = sum(hall.rooms[number].area for number in yes)
    assert (line["area"]["total"], line["area"]["cast"], line["area"]["yes"]) == (25000, 25000, area)
    assert (line["heads"]["total"], line["heads"]["yes"], line["reference"]) == (3, len(yes), ballot_id)
