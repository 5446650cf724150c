"""What a price talk takes from the estate, and what it leaves to the tariffs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.ballots.law import Form
from miniprogram_api.ballots.questions import YES
from miniprogram_api.ballots.results import Outcome
from miniprogram_api.estates.rules import EstateFlag
from miniprogram_api.kernel.clock import date_of, spoken
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.prices.refusals import BallotUndecided
from miniprogram_api.prices.votes import VoteBase, VoteResult
from miniprogram_api.tariffs.tariff import Method, Pricing, Tariff, check_pricing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from miniprogram_api.ballots.ballot import Ballot
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.prices.talk import PriceTalk
    from miniprogram_api.tariffs.tariff import Hand

TYPE_WORDS: dict[EstateFlag, str] = {
    EstateFlag.OPEN: "开放式",
    EstateFlag.OLD: "老旧",
    EstateFlag.ABANDONED: "弃管",
    EstateFlag.AFFORDABLE: "保障性住房",
    EstateFlag.NO_RESPONSIBLE_UNIT: "无主管单位",
    EstateFlag.NO_SERVICE: "无物业服务",
    EstateFlag.NO_PROTECTION: "无防范设施",
}
"""Kinds of estates as a price talk names them: prices differ by kind (000:141)."""


def type_of(estate: Estate) -> str:
    """Return in words what kind of estate it is, such as ``老旧、开放式小区``."""
    words = [word for flag, word in TYPE_WORDS.items() if flag in estate.current_flags]
    return f"{'、'.join(words) or '普通'}小区"


def check_subject(talk: PriceTalk, hand: Hand, today: date) -> None:
    """Make sure that what a talk is about can become a tariff; better refused now than after the owners voted.

    Raises:
        TariffUnclear, ParkingApart: see ``check_pricing``.
    """
    check_pricing(_tariff(talk, 1, today, "业主表决", hand))


def tariff_of(talk: PriceTalk, in_force: Iterable[Tariff], hand: Hand) -> Tariff:
    """Return the tariff that a filed talk comes to; it takes the place of the one in force for the charge on its day.

    Raises:
        ValueError: the talk was not filed.
    """
    if talk.agreement is None or talk.vote is None or talk.starts_on is None:
        raise ValueError("only a filed talk has a tariff")
    voted = f"业主{spoken(talk.vote.decided_on)}表决通过（{talk.vote.reference}）"
    before = next((one for one in in_force if one.code == talk.subject.charge), None)
    return replace(
        _tariff(talk, talk.agreement.price, talk.starts_on, voted, hand),
        replaces=None if before is None else before.id,
        opens=before is None,
    )


def _tariff(talk: PriceTalk, price: int, starts_on: date, decision: str, hand: Hand) -> Tariff:
    subject = talk.subject
    method = Method.PER_COUNT if subject.unit else Method.AREA_PRICE
    return Tariff(
        id=derived_id("tariff", talk.id),
        estate_id=talk.estate_id,
        code=subject.charge,
        label=subject.label,
        kind=subject.kind,
        pricing=Pricing(method, price, unit=subject.unit),
        valid_from=starts_on,
        basis=decision if talk.limit is None else f"{decision}，政府指导价：{talk.limit.document}",
        drafted=hand,
        includes=subject.includes,
        grade=subject.grade,
        source=talk.id,
        decision=decision,
    )


def vote_of(ballot: Ballot, number: int) -> VoteResult:
    """Return what a published ballot decided in one of its questions, with its figures (民法典 278).

    Raises:
        BallotUndecided: it is not published, or has no such question of yes or no.
    """
    result = ballot.result
    if ballot.published is None or result is None or ballot.closes_at is None or number > len(result.questions):
        raise BallotUndecided
    question, asked = result.questions[number - 1], ballot.questions[number - 1]
    if asked.form is not Form.APPROVE or asked.matter is None:
        raise BallotUndecided
    (yes,) = (option.amount for option in question.options if option.id == YES)
    part, total = question.taking_part, result.total
    return VoteResult(
        decided_on=date_of(ballot.closes_at),
        reference=ballot.id,
        area=VoteBase(total.area, part.area, yes.area),
        heads=VoteBase(total.heads, part.heads, yes.heads),
        adopted=question.outcome is Outcome.PASSED,
    )
