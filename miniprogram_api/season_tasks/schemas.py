"""What people send and see of tasks of the season and of the cleaning log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.season_tasks.rules import (
    CLEANING_LABELS,
    KIND_LABELS,
    STATE_LABELS,
    CleaningKind,
    CleaningRecord,
    Mark,
    SeasonKind,
    SeasonOrder,
    SeasonTask,
    TaskState,
    Wanted,
)

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=200)]
Area = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
PhotoIds = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=9)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class NewTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be done, and by when (with its UTC offset)."""

    kind: SeasonKind
    due_at: Instant
    text: Text = ""

    def wanted(self) -> Wanted:
        """Return it as the house speaks of it."""
        return Wanted(self.kind, self.text, self.due_at)


class StartTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it looks before the work."""

    photo_ids: PhotoIds


class FinishTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it looks after the work; of a disinfection also where and how."""

    photo_ids: PhotoIds
    note: Text = ""
    area: Annotated[str, msgspec.Meta(max_length=60)] = ""
    method: Annotated[str, msgspec.Meta(max_length=60)] = ""


class CancelTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the task is called off."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class MarkShown(msgspec.Struct, frozen=True):
    """One end of the work."""

    by_name: str
    at: datetime
    photos: tuple[PhotoShown, ...]

    @classmethod
    def of(cls, mark: Mark | None, photos: list[PhotoShown]) -> MarkShown | None:
        """Return what is shown of it, or None before it happened."""
        if mark is None:
            return None
        return cls(mark.by_name, mark.at, tuple(photo for photo in photos if photo.id in mark.photo_ids))


class TaskLine(msgspec.Struct, frozen=True):
    """One task in a list; ``minutes_to_done`` counts from the order to the finish."""

    id: str
    estate_id: str
    estate_name: str
    kind: SeasonKind
    kind_label: str
    state: TaskState
    state_label: str
    text: str
    ordered_by_name: str
    ordered_at: datetime
    due_at: datetime
    late: bool
    minutes_to_done: int | None = None

    @classmethod
    def of(cls, task: SeasonTask, now: datetime) -> TaskLine:
        """Return the line of a task."""
        return cls(
            id=task.id,
            estate_id=task.estate_id,
            estate_name=task.estate_name,
            kind=task.wanted.kind,
            kind_label=KIND_LABELS[task.wanted.kind],
            state=task.state,
            state_label=STATE_LABELS[task.state],
            text=task.wanted.text,
            ordered_by_name=task.ordered_by_name,
            ordered_at=task.ordered_at,
            due_at=task.wanted.due_at,
            late=task.is_late(now),
            minutes_to_done=task.minutes_to_done,
        )


class TaskShown(msgspec.Struct, frozen=True):
    """One task with its photos from both ends."""

    task: TaskLine
    note: str
    started: MarkShown | None = None
    finished: MarkShown | None = None
    reason: str | None = None

    @classmethod
    def of(cls, task: SeasonTask, photos: list[PhotoShown], now: datetime) -> TaskShown:
        """Return what is shown of a task."""
        begun, done = MarkShown.of(task.started, photos), MarkShown.of(task.finished, photos)
        return cls(TaskLine.of(task, now), task.note, begun, done, task.reason)


class OrderShown(msgspec.Struct, frozen=True):
    """An order to every estate below a unit: how many it has reached, and whether that is all of them."""

    id: str
    unit_id: str
    kind: SeasonKind
    kind_label: str
    text: str
    due_at: datetime
    ordered_by_name: str
    ordered_at: datetime
    reached: int
    complete: bool

    @classmethod
    def of(cls, order: SeasonOrder) -> OrderShown:
        """Return what is shown of an order."""
        return cls(
            id=order.id,
            unit_id=order.unit_id,
            kind=order.wanted.kind,
            kind_label=KIND_LABELS[order.wanted.kind],
            text=order.wanted.text,
            due_at=order.wanted.due_at,
            ordered_by_name=order.ordered_by_name,
            ordered_at=order.ordered_at,
            reached=order.reached,
            complete=order.spread,
        )


class NewCleaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which area was cleaned or disinfected, and how, with up to three photos."""

    kind: CleaningKind
    area: Area
    method: Area
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=3)] = ()


class CleaningShown(msgspec.Struct, frozen=True):
    """One line of the log."""

    id: str
    kind: CleaningKind
    kind_label: str
    area: str
    method: str
    by_name: str
    at: datetime
    photos: tuple[PhotoShown, ...]

    @classmethod
    def of(cls, record: CleaningRecord, photos: list[PhotoShown]) -> CleaningShown:
        """Return what everybody of the estate reads."""
        own = tuple(photo for photo in photos if photo.id in record.photo_ids)
        label = CLEANING_LABELS[record.kind]
        return cls(record.id, record.kind, label, record.area, record.method, record.by_name, record.at, own)
