"""What people are told of a ballot, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Ballot, Event
from miniprogram_api.ballots.law import KIND_LABELS
from miniprogram_api.ballots.results import OUTCOME_LABELS
from miniprogram_api.kernel.clock import date_of, shanghai, spoken_short

if TYPE_CHECKING:
    from datetime import datetime


def said(ballot: Ballot, event: Event) -> tuple[str, str]:
    """Return title and text of what everybody on the roll is told."""
    kind = KIND_LABELS[ballot.kind]
    match event:
        case Event.ANNOUNCED:
            return (
                f"{kind}公告",
                f"《{ballot.title}》将于{_day(ballot.opens_at)}开始投票，{_day(ballot.closes_at)}截止。",
            )
        case Event.EXTENDED:
            reason = "" if ballot.extended is None else ballot.extended.reason
            return f"{kind}延期", f"《{ballot.title}》延长至{_day(ballot.closes_at)}截止。原因：{reason}"
        case Event.ENDING:
            return f"{kind}即将截止", f"《{ballot.title}》{_day(ballot.closes_at)}截止，您的房屋还没有投票。"
        case Event.PUBLISHED:
            return f"{kind}结果", f"《{ballot.title}》：{_outcomes(ballot)}。结果可自行验证。"


def _outcomes(ballot: Ballot) -> str:
    results = () if ballot.result is None else ballot.result.questions
    pairs = zip(ballot.questions, results, strict=False)
    return "；".join(f"{question.title} {OUTCOME_LABELS[result.outcome]}" for question, result in pairs)


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{spoken_short(date_of(at))}{shanghai(at):%H:%M}"
