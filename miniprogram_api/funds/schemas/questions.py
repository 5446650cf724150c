"""What is sent and shown of questions about published lines."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.funds.schemas.ledger import MarkShown, Text

if TYPE_CHECKING:
    from miniprogram_api.funds.questions import Question


class NewQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an owner wants to know of a published line."""

    line: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    text: Text


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What owners read in answer."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class QuestionShown(msgspec.Struct, frozen=True):
    """One question with its answer; nobody sees who asked."""

    id: str
    month: str
    line: int
    about: str
    text: str
    asked_at: datetime
    due_at: datetime
    late: bool
    answer: str | None = None
    answered: MarkShown | None = None

    @classmethod
    def of(cls, question: Question, now: datetime) -> QuestionShown:
        """Return it as all owners see it."""
        return cls(
            id=question.id,
            month=question.period,
            line=question.line,
            about=question.about,
            text=question.text,
            asked_at=question.asked_at,
            due_at=question.due_at,
            late=question.answer is None and question.due_at <= now,
            answer=question.answer,
            answered=MarkShown.of(question.answered),
        )
