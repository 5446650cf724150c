"""What somebody wants a ballot to ask, before it is one."""

from __future__ import annotations

from dataclasses import dataclass, field

from miniprogram_api.ballots.ballot import Scope
from miniprogram_api.ballots.law import Kind
from miniprogram_api.ballots.questions import Question


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a ballot is to ask, and whom."""

    kind: Kind
    title: str
    text: str
    questions: tuple[Question, ...]
    scope: Scope = field(default_factory=Scope)
    photo_ids: tuple[str, ...] = ()
    session_id: str | None = None
    consultation_id: str | None = None
    least_answers: int = 0
    marks: tuple[int, ...] = ()
