"""Any electorate, any votes: the count is that of the naive counter, and no vote works against what it says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
from hypothesis import assume, given, settings

from miniprogram_api.ballots.counting import Row, Tally
from miniprogram_api.ballots.law import Form, Kind
from miniprogram_api.ballots.questions import YES
from miniprogram_api.ballots.results import Outcome, result_of
from miniprogram_api.kernel.vote_terms import Silence
from tests.ballots import naive
from tests.ballots.drawing import AREAS, HEADS, Drawn, ballots, choices_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.ballots.results import BallotResult, Check, QuestionResult

ASSEMBLY = (Kind.ASSEMBLY, Kind.ELECTION)


def counted(drawn: Drawn, rows: Iterable[Row] | None = None) -> BallotResult:
    """The house's count."""
    tally = Tally(drawn.questions).take_all(drawn.rows if rows is None else rows)
    return result_of(drawn.kind, tally, drawn.terms, drawn.least)


def as_naive(result: QuestionResult) -> dict[str, Any]:
    """What the house counted, in the naive counter's words."""
    found = result.satisfaction
    return {
        "taking_part": _figures(result.taking_part),
        "deemed": result.deemed,
        "amounts": {option.id: _figures(option.amount) for option in result.options},
        "adopted": {option.id for option in result.options if option.adopted},
        "places": {option.id: option.place for option in result.options if option.place is not None},
        "tied": {option.id for option in result.options if option.tied},
        "outcome": result.outcome.value,
        "satisfaction": found
        and {"favourable": found.favourable, "valid": found.valid, "band": found.band, "enough": found.enough},
    }


def _figures(amount: Any) -> dict[str, int]:
    return {"area": amount.area, "heads": amount.heads, "rooms": amount.rooms}


@given(ballots())
@settings(max_examples=1000, deadline=None)
def test_the_count_is_that_of_the_naive_counter(drawn: Drawn) -> None:
    expected = naive.count(drawn.kind.value, drawn.asked, drawn.flats, drawn.terms.silence.value, drawn.least)
    result = counted(drawn)
    assert [as_naive(question) for question in result.questions] == expected
    assert _figures(result.total) == naive.weigh(drawn.flats)
    assert _figures(result.voted) == naive.weigh({flat for flat in drawn.flats if flat.answers is not None})


@given(ballots(), st.data())
@settings(max_examples=400, deadline=None)
def test_neither_the_order_of_the_rows_nor_the_parts_they_were_counted_in_matter(drawn: Drawn, data: Any) -> None:
    rows = data.draw(st.permutations(drawn.rows))
    parts = [Tally(drawn.questions) for _ in range(data.draw(st.integers(1, 4)))]
    for row in rows:
        data.draw(st.sampled_from(parts)).take(row)
    whole, *others = data.draw(st.permutations(parts))
    for other in others:
        whole.join(other)
    assert result_of(drawn.kind, whole, drawn.terms, drawn.least) == counted(drawn)


@given(ballots(kinds=(Kind.ASSEMBLY, Kind.RENOVATION)), st.data())
@settings(max_examples=1000, deadline=None)
def test_one_more_yes_lowers_no_share_that_counts_for_it(drawn: Drawn, data: Any) -> None:
    """Whoever had not voted says yes to all: the share of each need of a yes, and the turnout, stay or rise.

    So a question that passed passes still. Where silence follows the majority that holds of an owner who answers for
    all their parts at once: whoever answers for one of two has taken part, and the other counts with nobody.
    """
    questions = [n for n, question in enumerate(drawn.questions) if question.form is Form.APPROVE]
    assume(questions)
    more = data.draw(_who_has_not_voted(drawn))
    assume(more)
    yes = tuple(
        (YES,) if question.form is Form.APPROVE else data.draw(choices_of([question]))[0]
        for question in drawn.questions
    )
    rows = [replace(row, choices=yes) if row in more else row for row in drawn.rows]
    before, after = counted(drawn), counted(drawn, rows)
    for n in questions:
        assert before.questions[n].outcome is not Outcome.PASSED or after.questions[n].outcome is Outcome.PASSED
        if drawn.terms.silence is not Silence.FOLLOW_MAJORITY:
            assert _none_lower(before.questions[n].quorum, after.questions[n].quorum)
            assert _none_lower(_yes(before.questions[n]), _yes(after.questions[n]))


@given(ballots(kinds=ASSEMBLY), st.data())
@settings(max_examples=400, deadline=None)
def test_any_vote_at_all_only_raises_the_turnout(drawn: Drawn, data: Any) -> None:
    assume(drawn.terms.silence is not Silence.FOLLOW_MAJORITY)
    more = data.draw(_who_has_not_voted(drawn))
    rows = [replace(row, choices=data.draw(choices_of(drawn.questions))) if row in more else row for row in drawn.rows]
    before, after = counted(drawn), counted(drawn, rows)
    for one, other in zip(before.questions, after.questions, strict=True):
        assert _none_lower(one.quorum, other.quorum)


@given(ballots(kinds=(Kind.ELECTION,)), st.data())
@settings(max_examples=400, deadline=None)
def test_one_more_vote_for_a_candidate_alone_never_unseats_them(drawn: Drawn, data: Any) -> None:
    (question,) = drawn.questions
    option = data.draw(st.sampled_from(question.option_ids))
    more = data.draw(_who_has_not_voted(drawn))
    rows = [replace(row, choices=((option,),)) if row in more else row for row in drawn.rows]
    before, after = counted(drawn).questions[0], counted(drawn, rows).questions[0]
    place = question.option_ids.index(option)
    assert not before.options[place].adopted or after.options[place].adopted


@given(ballots(kinds=ASSEMBLY), st.data())
@settings(max_examples=400, deadline=None)
def test_a_flat_split_into_two_of_the_same_owner_changes_no_head_and_no_outcome(drawn: Drawn, data: Any) -> None:
    assume(drawn.rows)
    row = data.draw(st.sampled_from(drawn.rows))
    assume(row.area > 1)
    cut = data.draw(st.integers(1, row.area - 1))
    rows = [
        *(one for one in drawn.rows if one != row),
        replace(row, area=cut),
        replace(row, row=f"{len(drawn.rows):032x}", area=row.area - cut),
    ]
    before, after = counted(drawn), counted(drawn, rows)
    assert _without_rooms(before) == _without_rooms(after)
    assert after.total.rooms == before.total.rooms + 1


@given(ballots(kinds=ASSEMBLY), AREAS, HEADS)
@settings(max_examples=300, deadline=None)
def test_one_more_part_of_an_owner_adds_its_area_and_no_head(drawn: Drawn, area: int, head: str) -> None:
    """One buyer with several parts counts once (SPC interpretation 9)."""
    new = Row("f" * 32, area, head)
    before, after = counted(drawn), counted(drawn, [*drawn.rows, new])
    known = any(row.head == head for row in drawn.rows)
    assert after.total.heads == before.total.heads + (not known)
    assert after.total.area == before.total.area + area


@st.composite
def _who_has_not_voted(draw: Any, drawn: Drawn) -> set[Row]:
    """Rows without a vote; where silence follows the majority, all such rows of one owner."""
    silent = [row for row in drawn.rows if row.choices is None]
    if not silent:
        return set()
    row = draw(st.sampled_from(silent))
    if drawn.terms.silence is not Silence.FOLLOW_MAJORITY:
        return {row}
    return {one for one in silent if one.head == row.head}


def _yes(result: QuestionResult) -> tuple[Check, ...]:
    return next(option.checks for option in result.options if option.id == YES)


def _none_lower(before: tuple[Check, ...], after: tuple[Check, ...]) -> bool:
    def share(check: Check) -> Fraction:
        return Fraction(check.part, check.whole) if check.whole else Fraction(0)

    return all(share(two) >= share(one) for one, two in zip(before, after, strict=True))


def _without_rooms(result: BallotResult) -> list[dict[str, Any]]:
    found = [as_naive(question) for question in result.questions]
    for one in found:
        for amount in (one["taking_part"], *one["amounts"].values()):
            del amount["rooms"]
    return found
