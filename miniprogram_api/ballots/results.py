"""What the figures of a ballot decide, with the working of every comparison for the report (VOT-01, VOT-02, VOT-10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.ballots.counting import Amount, figures_of
from miniprogram_api.ballots.law import KINDS, Base, Form, Kind, Measure, band_of, needs_of, silence_of
from miniprogram_api.ballots.questions import YES
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import Share

if TYPE_CHECKING:
    from miniprogram_api.ballots.counting import Counted, Tally
    from miniprogram_api.ballots.law import Need
    from miniprogram_api.ballots.questions import Question
    from miniprogram_api.kernel.vote_terms import VoteTerms


class Outcome(StrEnum):
    """What became of a question."""

    PASSED = "passed"
    FAILED = "failed"
    NO_QUORUM = "no_quorum"
    ELECTED = "elected"  # every seat is filled
    SEATS_OPEN = "seats_open"  # some seats are filled, or a tie leaves them open
    COUNTED = "counted"  # a survey: nothing is adopted


OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.PASSED: "通过",
    Outcome.FAILED: "未通过",
    Outcome.NO_QUORUM: "未达到法定参与比例",
    Outcome.ELECTED: "选举产生全部委员",
    Outcome.SEATS_OPEN: "未选满",
    Outcome.COUNTED: "已统计",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison as it was made: ``part`` of ``whole`` against a share, and whether it holds."""

    measure: Measure
    base: Base
    share: Share
    part: int
    whole: int
    holds: bool
    source: str

    @property
    def working(self) -> str:
        """Return the comparison as people can follow it on paper: ``3 × 8653 ≥ 2 × 12980``."""
        sign = "≥" if self.share.included else ">"
        return f"{self.share.denominator} × {self.part} {sign} {self.share.numerator} × {self.whole}"


@dataclass(frozen=True, slots=True)
class OptionResult:
    """One option: what chose it, the comparisons it had to stand, and whether it was adopted or elected.

    ``place`` is its rank among those that stood all comparisons; ``tied`` says that equals compete for a last seat.
    """

    id: str
    label: str
    amount: Amount
    checks: tuple[Check, ...] = ()
    place: int | None = None
    adopted: bool = False
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """A rating: satisfied answers among valid ones, and the band of SUP-12 (0 the best)."""

    favourable: int
    valid: int
    band: int | None
    enough: bool


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What a question came to. ``deemed`` names the option that silence was counted as, where the rules say so."""

    outcome: Outcome
    taking_part: Amount
    quorum: tuple[Check, ...]
    options: tuple[OptionResult, ...]
    deemed: str | None = None
    satisfaction: Satisfaction | None = None


@dataclass(frozen=True, slots=True)
class BallotResult:
    """Everything that was counted: the electorate, who voted themselves, and each question."""

    total: Amount
    voted: Amount
    questions: tuple[QuestionResult, ...]

    @property
    def all_passed(self) -> bool:
        """Whether every question passed: what a renovation needs (VOT-02)."""
        return all(question.outcome is Outcome.PASSED for question in self.questions)


def result_of(kind: Kind, tally: Tally, terms: VoteTerms, least_answers: int = 0) -> BallotResult:
    """Return what a ballot came to; ``least_answers`` is how many valid answers a rating wants to be believed."""
    total = tally.total()
    counted = figures_of(tally, silence_of(kind, terms))
    questions = tuple(
        _question(kind, question, figures, total, terms, least_answers)
        for question, figures in zip(tally.questions, counted, strict=True)
    )
    return BallotResult(total, tally.voted(), questions)


def _question(
    kind: Kind, question: Question, figures: Counted, total: Amount, terms: VoteTerms, least_answers: int
) -> QuestionResult:
    part = figures.taking_part
    quorum = tuple(_check(need, part, part, total) for need in KINDS[kind].quorum)
    enough = all(check.holds for check in quorum)
    needs = needs_of(kind, question.matter, terms)
    options = tuple(
        OptionResult(option.id, option.label, amount, tuple(_check(need, amount, part, total) for need in needs))
        for option, amount in zip(question.options, figures.options, strict=True)
    )
    if question.form is Form.RATE:
        found = _satisfaction(question, options, least_answers)
        return QuestionResult(Outcome.COUNTED, part, quorum, options, satisfaction=found)
    if not needs:
        return QuestionResult(Outcome.COUNTED, part, quorum, options)
    if question.form is Form.APPROVE:
        options = tuple(_approved(option, adopted=enough) for option in options)
        outcome = Outcome.PASSED if any(option.adopted for option in options) else Outcome.FAILED
    else:
        options, outcome = _seated(question, options, enough=enough)
    return QuestionResult(outcome if enough else Outcome.NO_QUORUM, part, quorum, options, figures.deemed)


def _approved(option: OptionResult, *, adopted: bool) -> OptionResult:
    """Only a yes is compared: that more than half said no decides nothing."""
    if option.id != YES:
        return OptionResult(option.id, option.label, option.amount)
    holds = adopted and all(check.holds for check in option.checks)
    return OptionResult(option.id, option.label, option.amount, option.checks, adopted=holds)


def _seated(
    question: Question, options: tuple[OptionResult, ...], *, enough: bool
) -> tuple[tuple[OptionResult, ...], Outcome]:
    """Give the seats to those that stood all comparisons, by heads, then by area; equals at the last seat stay open."""
    standing = [one for one in options if enough and all(check.holds for check in one.checks)]
    standing.sort(key=_strength, reverse=True)
    places = {one.id: 1 + sum(_strength(other) > _strength(one) for other in standing) for one in standing}
    equals = {one.id: sum(_strength(other) == _strength(one) for other in standing) for one in standing}
    seated = {one.id for one in standing if places[one.id] + equals[one.id] - 1 <= question.seats}
    tied = {one.id for one in standing if one.id not in seated and places[one.id] <= question.seats}
    shown = tuple(
        OptionResult(
            one.id, one.label, one.amount, one.checks, places.get(one.id), one.id in seated, tied=one.id in tied
        )
        for one in options
    )
    if len(seated) == question.seats:
        return shown, Outcome.ELECTED if question.matter is Matter.COMMITTEE else Outcome.PASSED
    return shown, Outcome.SEATS_OPEN if seated or tied else Outcome.FAILED


def _strength(option: OptionResult) -> tuple[int, int]:
    return option.amount.heads, option.amount.area


def _satisfaction(question: Question, options: tuple[OptionResult, ...], least_answers: int) -> Satisfaction:
    rooms = {option.id: option.amount.rooms for option in options}
    valid = sum(rooms[option.id] for option in question.options if option.valid)
    favourable = sum(rooms[option.id] for option in question.options if option.valid and option.favourable)
    return Satisfaction(favourable, valid, band_of(favourable, valid), valid >= max(1, least_answers))


def _check(need: Need, amount: Amount, taking_part: Amount, total: Amount) -> Check:
    whole = (total if need.base is Base.ALL else taking_part).of(need.measure)
    part = amount.of(need.measure)
    return Check(need.measure, need.base, need.share, part, whole, need.share.reached(part, whole), need.source)
