"""What a published ballot decided, as decisions that other rooms may rest on (VOT-17, VOT-18, FND-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.ballots.questions import Effect, Question, QuestionsUnclear
from miniprogram_api.ballots.results import Outcome
from miniprogram_api.decisions.decision import BallotQuestion, Decision, Maker, Mark, decision_id
from miniprogram_api.estates.rules import ServiceMode
from miniprogram_api.kernel.clock import date_of

if TYPE_CHECKING:
    from miniprogram_api.ballots.ballot import Ballot

DECIDING = frozenset({Outcome.PASSED, Outcome.ELECTED, Outcome.SEATS_OPEN})


def decisions_of(ballot: Ballot) -> list[Decision]:
    """Return a decision for each question that adopted something of 民法典 278; surveys and consents decide nothing."""
    if ballot.result is None or ballot.published is None or ballot.closes_at is None:
        return []
    decided = []
    numbered = enumerate(zip(ballot.questions, ballot.result.questions, strict=True), 1)
    for number, (question, result) in numbered:
        adopted = tuple(option.label for option in result.options if option.adopted)
        if question.matter is None or result.outcome not in DECIDING or not adopted:
            continue
        decided.append(_decision(ballot, number, question, adopted))
    return decided


def _decision(ballot: Ballot, number: int, question: Question, adopted: tuple[str, ...]) -> Decision:
    hand = ballot.published
    if hand is None or ballot.closes_at is None or question.matter is None:
        raise ValueError(f"{ballot.id} is not published")
    buildings = {*ballot.scope.building_ids, *(entrance.building_id for entrance in ballot.scope.entrances)}
    return Decision(
        id=decision_id(ballot.id, number),
        estate_id=ballot.estate_id,
        maker=Maker.ASSEMBLY,
        matter=question.matter,
        title=question.title,
        text=question.text or ballot.text,
        decided_on=date_of(ballot.closes_at),
        recorded=Mark(hand.by, hand.name, hand.at),
        chosen=adopted,
        amount_fen=question.amount_fen,
        building_ids=tuple(sorted(buildings)),
        ballot=BallotQuestion(ballot.id, number),
    )


def check_effects(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Return the questions if what their results do by themselves can be done, or raise QuestionsUnclear."""
    modes = {mode.value for mode in ServiceMode}
    for question in questions:
        if question.effect is Effect.SERVICE_MODE and not set(question.option_ids) <= modes:
            raise QuestionsUnclear
    return questions


def chosen_modes(ballot: Ballot) -> list[ServiceMode]:
    """Return the modes of service that a published ballot chose: none, or one (VOT-22)."""
    if ballot.result is None:
        return []
    pairs = zip(ballot.questions, ballot.result.questions, strict=True)
    return [
        ServiceMode(option.id)
        for question, result in pairs
        if question.effect is Effect.SERVICE_MODE
        for option in result.options
        if option.adopted
    ]
