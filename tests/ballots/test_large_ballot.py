"""The largest ballot that may be drafted can be counted too: an item of the table holds 400 KB, with the result."""

from __future__ import annotations

import json

from miniprogram_api.ballots.questions import MOST_OPTIONS_IN_ALL, MOST_QUESTIONS, MOST_WORDS_IN_ALL
from miniprogram_api.ballots.store import BALLOT

SENT = 10_000
"""Words of each of the two texts as sent here: the test client writes a sign as six bytes, a phone as three."""

MOST_TEXT = 20_000


def largest(each: int) -> list[dict[str, object]]:
    """As many questions as may be, each with so many options of the longest labels."""
    options = [{"id": f"option-number-{number:026d}", "label": f"{number:02d}" + "案" * 98} for number in range(each)]
    question = {"form": "select", "matter": "manager", "options": options, "text": "详" * (SENT // MOST_QUESTIONS)}
    return [{"title": f"{number:02d}" + "题" * 98, **question} for number in range(MOST_QUESTIONS)]


def test_a_ballot_of_the_most_questions_options_and_words_is_counted(hall) -> None:
    hall.settle({"101": 8000, "102": 9000})
    each = MOST_OPTIONS_IN_ALL // MOST_QUESTIONS
    ballot_id = hall.opened(questions=largest(each), text="告" * SENT)
    hall.vote(ballot_id, "101", [[f"option-number-{1:026d}"]] * MOST_QUESTIONS)
    assert hall.close(ballot_id)["state"] == "counted"
    ballot = hall.container.ballots.get_ballot(hall.estate_id, ballot_id)
    size = len(json.dumps(BALLOT.body(ballot), ensure_ascii=False).encode())
    missing = 3 * (MOST_TEXT + MOST_WORDS_IN_ALL - 2 * SENT)
    assert size + missing < 400 * 1024, size


def test_more_is_refused_before_anybody_is_asked(hall) -> None:
    questions = largest(1 + MOST_OPTIONS_IN_ALL // MOST_QUESTIONS)
    body = {"kind": "assembly", "title": "过大", "text": "", "questions": questions}
    assert hall.post(hall.path, hall.drafter, 422, **body)["code"] == "ballot_questions_unclear"
