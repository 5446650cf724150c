"""What people see of a topic."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from miniprogram_api.consultation.rating import Rating, RatingFigures, RatingTerms
from miniprogram_api.consultation.stages import Passage, passages
from miniprogram_api.consultation.topic import CONSULTATION, STAGE_LABELS, Ballot, Line, Stage, Task, Topic
from miniprogram_api.consultation.words import Word, WordKind
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.place import PlaceInEstate
from miniprogram_api.kernel.workflow import Offer

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class FiguresShown(msgspec.Struct, frozen=True):
    """How residents rated: rooms, the sum of their marks, and how many gave each mark from 1 to 5."""

    count: int
    total: int
    counts: list[int]

    @classmethod
    def of(cls, figures: RatingFigures | None) -> FiguresShown | None:
        """Return what is shown of them, if there are any."""
        return None if figures is None else cls(figures.count, figures.total, list(figures.counts))


class TaskShown(msgspec.Struct, frozen=True):
    """One task; ``late`` is open and past its day."""

    id: str
    text: str
    due_on: date
    responsible: str
    done: bool
    late: bool
    work_order_id: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    note: str | None = None

    @classmethod
    def of(cls, task: Task, now: datetime) -> TaskShown:
        """Return what is shown of a task."""
        done = task.done_at is not None
        return cls(
            id=task.id,
            text=task.text,
            due_on=task.due_on,
            responsible=task.responsible.name,
            done=done,
            late=not done and task.due_at <= now,
            work_order_id=task.work_order_id,
            done_at=task.done_at,
            done_by=task.done_by_name or None,
            note=task.note or None,
        )


class LineShown(msgspec.Struct, frozen=True):
    """One step of the history."""

    number: int
    round: int
    name: str
    label: str
    stage: Stage
    by_name: str
    at: datetime
    text: str | None = None
    responsible: str | None = None
    ballot: Ballot | None = None
    joint_action_id: str | None = None
    cost_fen: int | None = None
    figures: FiguresShown | None = None

    @classmethod
    def of(cls, line: Line) -> LineShown:
        """Return what is shown of a step; ``text`` is what was filled in, whatever its name."""
        task = line.task
        result_text = None if line.result is None else line.result.text
        person = line.responsible or (None if task is None else task.responsible)
        return cls(
            number=line.number,
            round=line.round,
            name=line.name,
            label="发起" if line.name == "propose" else CONSULTATION.named(line.name).label,
            stage=line.stage,
            by_name=line.by_name,
            at=line.at,
            text=line.reason or line.resolution or line.note or result_text or (None if task is None else task.text),
            responsible=None if person is None else person.name,
            ballot=line.ballot,
            joint_action_id=line.joint_action_id,
            cost_fen=None if line.result is None else line.result.cost_fen,
            figures=FiguresShown.of(line.figures),
        )


class PassageShown(msgspec.Struct, frozen=True):
    """One of the five steps with its dates; without an end it is where the topic stands."""

    stage: Stage
    label: str
    round: int
    began_at: datetime
    began_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None

    @classmethod
    def of(cls, passage: Passage) -> PassageShown:
        """Return what is shown of it."""
        return cls(
            passage.stage,
            STAGE_LABELS[passage.stage],
            passage.round,
            passage.began_at,
            passage.began_by,
            passage.ended_at,
            passage.ended_by,
        )


class TopicLine(msgspec.Struct, frozen=True):
    """One topic in a list; ``supported`` says that a room of whoever asks supports it."""

    id: str
    title: str
    stage: Stage
    stage_label: str
    round: int
    proposed_at: datetime
    proposed_by: str
    stage_since: datetime
    supporters: int
    needed: int
    supported: bool
    rates_until: datetime | None = None

    @classmethod
    def of(cls, topic: Topic, rooms: Collection[str]) -> TopicLine:
        """Return the line of a topic for somebody of these rooms."""
        return cls(
            id=topic.id,
            title=topic.title,
            stage=topic.stage,
            stage_label=STAGE_LABELS[topic.stage],
            round=topic.round,
            proposed_at=topic.proposed_at,
            proposed_by=topic.proposer_name,
            stage_since=topic.stage_since,
            supporters=len(topic.supporters),
            needed=topic.needed,
            supported=any(room_id in topic.supporters for room_id in rooms),
            rates_until=None if topic.terms is None else topic.terms.until,
        )


class ResultShown(msgspec.Struct, frozen=True):
    """What came of it, and what it cost in fen."""

    text: str
    cost_fen: int
    photo_ids: list[str]


class TopicShown(msgspec.Struct, frozen=True):
    """A topic as everybody of the estate reads it: where it stands, the five steps with their dates, every line.

    ``steps`` are those of its way that the person who asks may take.
    ``figures`` are there once rating is over, so that no mark follows another. ``photos`` are those of proposal and
    result.
    """

    topic: TopicLine
    text: str
    passages: list[PassageShown]
    lines: list[LineShown]
    tasks: list[TaskShown]
    photos: list[PhotoShown]
    photo_ids: list[str]
    takes_ratings: bool
    place: PlaceInEstate | None = None
    work_order_id: str | None = None
    ballot: Ballot | None = None
    resolution: str | None = None
    joint_action_id: str | None = None
    responsible: str | None = None
    result: ResultShown | None = None
    terms: RatingTerms | None = None
    figures: FiguresShown | None = None
    steps: list[Offer] = []

    @classmethod
    def of(
        cls,
        topic: Topic,
        lines: list[Line],
        photos: list[PhotoShown],
        rooms: Collection[str],
        now: datetime,
        steps: list[Offer],
    ) -> TopicShown:
        """Return what somebody of these rooms sees of a topic."""
        result = topic.result
        return cls(
            topic=TopicLine.of(topic, rooms),
            text=topic.text,
            passages=[PassageShown.of(passage) for passage in passages(lines)],
            lines=[LineShown.of(line) for line in lines],
            tasks=[TaskShown.of(task, now) for task in topic.tasks],
            photos=photos,
            photo_ids=list(topic.photo_ids),
            takes_ratings=topic.takes_ratings(now),
            place=topic.place,
            work_order_id=topic.work_order_id,
            ballot=topic.ballot,
            resolution=topic.resolution,
            joint_action_id=topic.joint_action_id,
            responsible=None if topic.responsible is None else topic.responsible.name,
            result=None if result is None else ResultShown(result.text, result.cost_fen, list(result.photo_ids)),
            terms=topic.terms,
            figures=FiguresShown.of(topic.figures),
            steps=steps,
        )


class WordShown(msgspec.Struct, frozen=True):
    """One comment, option or minutes; one that was taken away shows who did and why instead of its words."""

    id: str
    kind: WordKind
    text: str
    by_name: str
    at: datetime
    stage: Stage
    round: int
    photos: list[PhotoShown]
    held_on: date | None = None
    attendance: str | None = None
    removed_by: str | None = None
    removed_reason: str | None = None

    @classmethod
    def of(cls, word: Word, photos: Mapping[str, PhotoShown]) -> WordShown:
        """Return what is shown of it."""
        meeting, removal = word.meeting, word.removal
        return cls(
            id=word.id,
            kind=word.kind,
            text=word.text,
            by_name=word.by_name,
            at=word.at,
            stage=word.stage,
            round=word.round,
            photos=[photos[photo_id] for photo_id in word.photo_ids if photo_id in photos],
            held_on=None if meeting is None else meeting.held_on,
            attendance=None if meeting is None else meeting.attendance,
            removed_by=None if removal is None else removal.by_name,
            removed_reason=None if removal is None else removal.reason,
        )


class OwnRating(msgspec.Struct, frozen=True):
    """The mark of one's own room in this round."""

    room_id: str
    round: int
    mark: int
    at: datetime

    @classmethod
    def of(cls, rating: Rating) -> OwnRating:
        """Return what somebody of the room sees of it."""
        return cls(rating.room_id, rating.round, rating.mark, rating.at)
