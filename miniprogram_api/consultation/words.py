"""What is said about a topic: comments, options for a decision, minutes of meetings (VOT-03)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from miniprogram_api.consultation.refusals import ConsultationOver, MinutesStay, NotSaidNow
from miniprogram_api.consultation.topic import Stage, Topic


class WordKind(StrEnum):
    """What somebody says."""

    COMMENT = "comment"  # 评论
    OPTION = "option"  # 方案
    MEETING = "meeting"  # 会议记录


@dataclass(frozen=True, slots=True)
class Meeting:
    """When people met, and who came, in words."""

    held_on: date
    attendance: str


@dataclass(frozen=True, slots=True)
class Removal:
    """That a word was taken away, by whom and why; what it said is gone."""

    by_name: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Word:
    """One comment, option or minutes; ``stage`` and ``round`` are those of the topic when it was said."""

    id: str
    estate_id: str
    topic_id: str
    kind: WordKind
    text: str
    by: str
    by_name: str
    at: datetime
    stage: Stage
    round: int
    meeting: Meeting | None = None
    photo_ids: tuple[str, ...] = ()
    removal: Removal | None = None
    version: int = 0

    def taken_away(self, removal: Removal) -> Word:
        """Return what stays of it, or raise MinutesStay."""
        if self.kind is WordKind.MEETING:
            raise MinutesStay
        return replace(self, text="", removal=removal)


def may_be_said(topic: Topic, kind: WordKind) -> None:
    """Let people comment while a topic is open, and bring options and minutes while it is discussed.

    Raises:
        ConsultationOver: the topic has ended.
        NotSaidNow: options and minutes belong to 议.
    """
    if not topic.is_open:
        raise ConsultationOver
    if kind is not WordKind.COMMENT and topic.stage is not Stage.DISCUSS:
        raise NotSaidNow
