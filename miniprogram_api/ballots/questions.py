"""What a ballot asks: questions with their options, and what a valid answer is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from miniprogram_api.ballots.law import KINDS, Form, Kind
from miniprogram_api.kernel.errors import Invalid
from miniprogram_api.kernel.matter import Matter

YES, NO, ABSTAIN = "yes", "no", "abstain"

MOST_QUESTIONS = 20
MOST_OPTIONS = 50
MOST_OPTIONS_IN_ALL = 120
MOST_WORDS_IN_ALL = 20_000
"""A ballot lies in one item of the table with its result, and an item holds 400 KB."""


class QuestionsUnclear(Invalid):
    """The questions do not fit the kind of ballot, or their options contradict each other."""

    code = "ballot_questions_unclear"
    message = "表决事项填写有误：请检查每个问题的形式、选项和可选数量。"


class ChoiceUnclear(Invalid):
    """The answer does not fit the questions."""

    code = "ballot_choice_unclear"
    message = "选票填写有误：请逐项选择，每项不要超过可选数量。"


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer. In a rating, ``favourable`` counts as satisfied and only ``valid`` ones are in the base."""

    id: str
    label: str
    favourable: bool = False
    valid: bool = True


APPROVAL_OPTIONS = (Option(YES, "同意"), Option(NO, "反对"), Option(ABSTAIN, "弃权"))

RATING_OPTIONS = (
    Option("satisfied", "满意", favourable=True),
    Option("basically", "基本满意", favourable=True),
    Option("not", "不满意"),
    Option("unknown", "不了解", valid=False),
)
"""The text says only 满意度 (002:41): that 基本满意 is satisfied and 不了解 no answer is our reading (docs/law.md)."""


class Effect(StrEnum):
    """What the result of a question does by itself when it is published."""

    SERVICE_MODE = "service_mode"  # 小区管理模式: the options are those of EST-12, the winner holds from that day


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``most`` is how many options may be chosen, ``seats`` how many of those that pass win.

    ``matter`` is what of 民法典 278 it decides; surveys and consents decide nothing of it. ``amount_fen`` bounds the
    money that a yes covers.
    """

    title: str
    form: Form
    options: tuple[Option, ...] = ()
    matter: Matter | None = None
    text: str = ""
    most: int = 1
    seats: int = 1
    amount_fen: int | None = None
    effect: Effect | None = None

    @property
    def option_ids(self) -> tuple[str, ...]:
        """Return the ids of the options in their order."""
        return tuple(option.id for option in self.options)


Choices = tuple[tuple[str, ...], ...]
"""For each question the options chosen, in the order of the question's options."""


def with_options(question: Question) -> Question:
    """Return the question with the options that its form fixes."""
    if question.form is Form.APPROVE:
        return replace(question, options=APPROVAL_OPTIONS, most=1, seats=1)
    if question.form is Form.RATE:
        return replace(question, options=RATING_OPTIONS, most=1, seats=1)
    return question


def checked(kind: Kind, questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Return the questions of a ballot, complete; an election's options come later, from its candidates.

    Raises:
        QuestionsUnclear: they do not fit the kind, or contradict themselves.
    """
    complete = tuple(with_options(question) for question in questions)
    if not 0 < len(complete) <= MOST_QUESTIONS or not all(_fits(kind, question) for question in complete):
        raise QuestionsUnclear
    options = sum(len(question.options) for question in complete)
    if options > MOST_OPTIONS_IN_ALL or sum(len(question.text) for question in complete) > MOST_WORDS_IN_ALL:
        raise QuestionsUnclear("表决事项过多：全部选项不超过 120 个，说明文字合计不超过 2 万字，请分成几次表决。")
    if kind is Kind.RENOVATION and len(complete) != 2:
        raise QuestionsUnclear("改造表决须有两个事项：是否同意改造、是否认可改造方案。")
    if kind is Kind.ELECTION and len(complete) != 1:
        raise QuestionsUnclear("一次选举只设一个选举事项。")
    return complete


def _fits(kind: Kind, question: Question) -> bool:
    ids = question.option_ids
    election = kind is Kind.ELECTION
    matter = question.matter is not None if kind in {Kind.ASSEMBLY, Kind.ELECTION} else question.matter is None
    options = (election and not ids) or (2 <= len(ids) <= MOST_OPTIONS and len(set(ids)) == len(ids))
    known = not {YES, NO, ABSTAIN} & set(ids) or question.form is Form.APPROVE
    numbers = question.most >= 1 and question.seats >= 1 and (election or question.most <= len(ids))
    seats = question.seats <= question.most if question.form is Form.SELECT else question.seats == 1
    fund = question.amount_fen is None or question.matter is not None
    one_of_many = question.form is Form.SELECT and question.seats == 1 and not election
    effect = question.effect is None or (one_of_many and question.matter is Matter.OTHER)
    asked = election == (question.matter is Matter.COMMITTEE and question.form is Form.SELECT)
    return (
        question.form in KINDS[kind].forms
        and matter
        and options
        and known
        and numbers
        and seats
        and fund
        and effect
        and asked
    )


def answered(questions: tuple[Question, ...], chosen: Choices) -> Choices:
    """Return an answer in the order of the options, so that one answer is written in one way only.

    Choosing nothing in a selection is an abstention; every other question wants one option at least.

    Raises:
        ChoiceUnclear: a question is unanswered, an option unknown or named twice, or more are chosen than allowed.
    """
    if len(chosen) != len(questions):
        raise ChoiceUnclear
    return tuple(_ordered(question, options) for question, options in zip(questions, chosen, strict=True))


def _ordered(question: Question, chosen: tuple[str, ...]) -> tuple[str, ...]:
    known = question.option_ids
    least = 0 if question.form is Form.SELECT else 1
    fits = least <= len(chosen) <= question.most and len(set(chosen)) == len(chosen) and set(chosen) <= set(known)
    if not fits:
        raise ChoiceUnclear
    return tuple(option for option in known if option in chosen)
