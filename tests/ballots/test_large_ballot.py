"""The largest ballot that may be drafted can be counted too: an item of the table holds 400 KB, with the result."""

from __future__ import annotations

import pytest

from miniprogram_api.ballots.questions import MOST_OPTIONS, MOST_QUESTIONS


@pytest.mark.xfail(reason="the result stands in the ballot's item, which passes 400 KB: it stays at 计票中 for good")
def test_a_ballot_of_the_most_questions_and_options_is_counted(hall) -> None:
    hall.settle({"101": 8000, "102": 9000})
    options = [{"id": f"o{number}", "label": f"方案{number}，详见附件"} for number in range(MOST_OPTIONS)]
    question = {"form": "select", "matter": "manager", "options": options}
    ballot_id = hall.opened(questions=[{"title": f"第{number}题", **question} for number in range(MOST_QUESTIONS)])
    hall.vote(ballot_id, "101", [["o1"]] * MOST_QUESTIONS)
    assert hall.close(ballot_id)["state"] == "counted"
