"""Ballots drawn at random for Hypothesis: questions that fit their kind, rolls full of equals, votes of every sort."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st

from miniprogram_api.ballots.counting import Row
from miniprogram_api.ballots.law import Form, Kind
from miniprogram_api.ballots.questions import Option, Question, answered, checked
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import Silence, VoteTerms
from tests.ballots.naive import Asked, Flat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from miniprogram_api.ballots.questions import Choices

AREAS = st.one_of(st.integers(1, 4), st.integers(1, 20_000), st.integers(2**53 - 2, 2**53 + 2))
"""Small ones meet a threshold exactly; large ones are not whole numbers any more once somebody makes floats of them."""

HEADS = st.sampled_from("abcdefg")


@dataclass(frozen=True)
class Drawn:
    """A ballot and the roll it is counted from."""

    kind: Kind
    questions: tuple[Question, ...]
    rows: tuple[Row, ...]
    terms: VoteTerms
    least: int = 0

    @property
    def flats(self) -> set[Flat]:
        """The same roll for the naive count."""
        return {
            Flat(n, row.area, row.head, row.delivered, row.choices and tuple(frozenset(one) for one in row.choices))
            for n, row in enumerate(self.rows)
        }

    @property
    def asked(self) -> list[Asked]:
        """The same questions for the naive count."""
        return [
            Asked(
                question.form.value,
                question.option_ids,
                question.matter and question.matter.value,
                question.seats,
                frozenset(option.id for option in question.options if option.favourable),
                frozenset(option.id for option in question.options if option.valid),
            )
            for question in self.questions
        ]


@st.composite
def questions_of(draw: Any, kind: Kind) -> tuple[Question, ...]:
    """Questions that a ballot of this kind may ask."""
    if kind is Kind.RENOVATION:
        return checked(kind, (Question("同意改造", Form.APPROVE), Question("认可方案", Form.APPROVE)))
    if kind is Kind.SATISFACTION:
        return checked(kind, tuple(Question(f"第{n}项", Form.RATE) for n in range(draw(st.integers(1, 2)))))
    if kind is Kind.WISHES:
        return checked(kind, tuple(draw(_choosing(Form.SURVEY, None)) for _ in range(draw(st.integers(1, 2)))))
    if kind is Kind.ELECTION:
        question = draw(_choosing(Form.SELECT, Matter.COMMITTEE))
        (asked,) = checked(kind, (replace(question, options=()),))
        return (replace(asked, options=question.options),)
    matters = st.sampled_from([one for one in Matter if one is not Matter.COMMITTEE])
    return checked(kind, tuple(draw(_deciding(draw(matters))) for _ in range(draw(st.integers(1, 2)))))


@st.composite
def _deciding(draw: Any, matter: Matter) -> Question:
    if draw(st.booleans()):
        return Question("是否同意", Form.APPROVE, matter=matter)
    return draw(_choosing(Form.SELECT, matter))


@st.composite
def _choosing(draw: Any, form: Form, matter: Matter | None) -> Question:
    count = draw(st.integers(2, 5))
    options = tuple(Option(f"c{n}", f"选项{n}") for n in range(count))
    most = draw(st.integers(1, count))
    seats = draw(st.integers(1, most)) if form is Form.SELECT else 1
    return Question("选哪几项", form, options, matter, most=most, seats=seats)


@st.composite
def choices_of(draw: Any, questions: Sequence[Question]) -> Choices:
    """A valid answer to all questions."""
    chosen = []
    for question in questions:
        least = 0 if question.form is Form.SELECT else 1
        ids = st.sampled_from(question.option_ids)
        chosen.append(tuple(draw(st.lists(ids, min_size=least, max_size=question.most, unique=True))))
    return answered(tuple(questions), tuple(chosen))


@st.composite
def rows_of(draw: Any, questions: Sequence[Question], most: int = 14) -> tuple[Row, ...]:
    """A roll with its votes: often few owners for many parts, often a common opinion that can reach a threshold."""
    count = draw(st.integers(0, most))
    same = draw(st.none() | AREAS)
    heads = st.just("") if draw(st.booleans()) else HEADS
    common = draw(choices_of(questions))
    votes: dict[int, st.SearchStrategy[Choices | None]] = {
        **dict.fromkeys(range(draw(st.sampled_from((0, 2, 6)))), st.just(common)),
        6: choices_of(questions),
        7: st.none(),
    }
    return tuple(
        Row(
            f"{n:032x}",
            same or draw(AREAS),
            draw(heads) or f"only {n}",
            draw(st.booleans()),
            draw(votes[draw(st.sampled_from(sorted(votes)))]),
        )
        for n in range(count)
    )


@st.composite
def ballots(draw: Any, kinds: Sequence[Kind] = tuple(Kind), most: int = 14) -> Drawn:
    """Any ballot with its roll."""
    kind = draw(st.sampled_from([kind for kind in kinds for _ in range(3 if kind is Kind.ASSEMBLY else 1)]))
    questions = draw(questions_of(kind))
    terms = VoteTerms(silence=draw(st.sampled_from(Silence)))
    return Drawn(kind, questions, draw(rows_of(questions, most)), terms, draw(st.integers(0, 5)))
