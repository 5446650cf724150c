"""The steps of a topic: each returns the topic after it, and the line it leaves in the history (VOT-03)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from miniprogram_api.consultation.rating import RatingTerms
from miniprogram_api.consultation.refusals import (
    NotTheProposer,
    OwnTopic,
    SupportOver,
    TaskDayWrong,
    TaskDone,
    TasksUnfinished,
    TaskUnknown,
    TooManyTasks,
)
from miniprogram_api.consultation.topic import CONSULTATION, FIVE_STEPS, Line, Stage, Topic
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.workflow import InputMissing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.consultation.rating import RatingFigures
    from miniprogram_api.consultation.settings import Settings
    from miniprogram_api.consultation.topic import Ballot, Hand, Responsible, Result, Task

MOST_TASKS = 20

Taken = tuple[Topic, Line]

_OF_A_ROUND: dict[str, Any] = {
    "ballot": None,
    "resolution": None,
    "joint_action_id": None,
    "responsible": None,
    "tasks": (),
    "result": None,
    "terms": None,
    "rating_over": False,
    "figures": None,
}
"""What a new round begins without; the lines keep it."""


def proposed(topic: Topic, hand: Hand) -> Taken:
    """Return a new topic with its first line."""
    return topic, _line(topic, topic, "propose", hand, {})


def supported(topic: Topic, room_id: str, by: str, hand: Hand) -> tuple[Topic, Line | None]:
    """Return the topic with one more room behind it; the room that makes up the number takes it to 议.

    ``hand`` is for that step alone. A room that supports it already changes nothing.

    Raises:
        SupportOver: it is not in 说 any more.
        OwnTopic: who proposed it would support it.
    """
    if topic.stage is not Stage.SAY:
        raise SupportOver
    if by == topic.proposer_id:
        raise OwnTopic
    if room_id in topic.supporters:
        return topic, None
    more = replace(topic, supporters=(*topic.supporters, room_id))
    return _moved(more, "gather", hand, {}) if len(more.supporters) >= more.needed else (more, None)


def unsupported(topic: Topic, room_id: str) -> Topic:
    """Return the topic without the support of a room, or raise SupportOver."""
    if topic.stage is not Stage.SAY:
        raise SupportOver
    return replace(topic, supporters=tuple(room for room in topic.supporters if room != room_id))


def taken_up(topic: Topic, reason: str, hand: Hand) -> Taken:
    """Return the topic after committee or community took it up with a reason, whatever support it has."""
    return _moved(topic, "take_up", hand, {"reason": reason})


def withdrawn(topic: Topic, reason: str, hand: Hand) -> Taken:
    """Return the topic after its proposer withdrew it, or raise NotTheProposer."""
    taken = _moved(topic, "withdraw", hand, {"reason": reason})
    if hand.by != topic.proposer_id:
        raise NotTheProposer
    return taken


def ballot_linked(topic: Topic, ballot: Ballot, hand: Hand) -> Taken:
    """Return the topic with the ballot that this round asks residents by."""
    return _moved(topic, "link_ballot", hand, {"ballot": ballot}, ballot=ballot)


def resolved(topic: Topic, resolution: str, joint_action_id: str, responsible: Responsible, hand: Hand) -> Taken:
    """Return the topic after 议 ended in a resolution; from now on somebody answers for it."""
    content = {"resolution": resolution, "joint_action_id": joint_action_id, "responsible": responsible}
    return _moved(topic, "resolve", hand, content, **content)


def assigned(topic: Topic, responsible: Responsible, hand: Hand) -> Taken:
    """Return the topic with somebody else responsible."""
    return _moved(topic, "assign", hand, {"responsible": responsible}, responsible=responsible)


def tasked(topic: Topic, task: Task, hand: Hand) -> Taken:
    """Return the topic with one more task.

    Raises:
        TaskDayWrong: it is due before today.
        TooManyTasks: the round has twenty.
        IllegalTransition: see the workflow.
    """
    taken = _moved(topic, "add_task", hand, {"task": task}, tasks=(*topic.tasks, task))
    if task.due_on < date_of(hand.at):
        raise TaskDayWrong
    if len(topic.tasks) >= MOST_TASKS:
        raise TooManyTasks
    return taken


def task_done(topic: Topic, task_id: str, note: str, hand: Hand) -> Taken:
    """Return the topic after a task was reported done with a note.

    Raises:
        TaskUnknown, TaskDone: this round has no such task, or it is done.
        IllegalTransition, InputMissing: see the workflow.
    """
    task = next((task for task in topic.tasks if task.id == task_id), None)
    if task is None:
        raise TaskUnknown
    done = replace(task, done_at=hand.at, done_by_name=hand.name, note=note)
    tasks = tuple(done if task.id == task_id else task for task in topic.tasks)
    taken = _moved(topic, "do_task", hand, {"task_id": task_id, "note": note}, tasks=tasks)
    if task.done_at is not None:
        raise TaskDone
    return taken


def finished(topic: Topic, note: str, hand: Hand) -> Taken:
    """Return the topic after all of its tasks are done; its result is to be shown next.

    Raises:
        TasksUnfinished: one is open, or there was none.
        IllegalTransition, InputMissing: see the workflow.
    """
    taken = _moved(topic, "finish", hand, {"note": note})
    unfinished = [task.id for task in topic.tasks if task.done_at is None]
    if unfinished or not topic.tasks:
        raise TasksUnfinished(tasks=unfinished)
    return taken


def published(topic: Topic, result: Result, settings: Settings, hand: Hand) -> Taken:
    """Return the topic after its result was published; residents rate it by the estate's terms of this moment.

    Raises:
        InputMissing: there is no photo.
        IllegalTransition: see the workflow.
    """
    until = hand.at + timedelta(days=settings.rating_days)
    terms = RatingTerms(until, settings.bar_tenths, settings.fewest_ratings)
    taken = _moved(topic, "publish", hand, {"result": result}, result=result, terms=terms)
    if not result.photo_ids:
        raise InputMissing("公布结果需要至少一张照片，请补充后提交。", missing=["photo_ids"])
    return taken


def judged(topic: Topic, figures: RatingFigures, hand: Hand) -> Taken:
    """Return the topic after its ratings were counted: closed, or back in 议 for another round."""
    if topic.terms is not None and figures.falls_short(topic.terms):
        return _moved(topic, "send_back", hand, {"figures": figures}, **_OF_A_ROUND, round=topic.round + 1)
    return _moved(topic, "close", hand, {"figures": figures}, figures=figures)


def told_late(topic: Topic, now: datetime) -> Topic:
    """Return the topic with every open task marked whose day has passed."""
    late = (
        replace(task, told_late=True) if task.done_at is None and task.due_at <= now else task for task in topic.tasks
    )
    return replace(topic, tasks=tuple(late))


@dataclass(frozen=True, slots=True)
class Passage:
    """One of the five steps as it was gone through: when it began, when it ended, and by whom."""

    stage: Stage
    round: int
    began_at: datetime
    began_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None


def passages(lines: Iterable[Line]) -> list[Passage]:
    """Return the steps that a topic went through, each with its dates, from its lines in their order."""
    gone: list[Passage] = []
    stage, number = None, 1
    for line in lines:
        if line.stage is stage:
            continue
        if gone and gone[-1].ended_at is None:
            gone[-1] = replace(gone[-1], ended_at=line.at, ended_by=line.by_name)
        number += line.name == "send_back"
        stage = line.stage
        if stage in FIVE_STEPS:
            gone.append(Passage(stage, number, line.at, line.by_name))
    return gone


def _moved(topic: Topic, name: str, hand: Hand, content: dict[str, Any], **changes: Any) -> Taken:
    """Take a step of the workflow: ``content`` is what was filled in, ``changes`` what it leaves on the topic."""
    stage = CONSULTATION.step(topic.stage, name, given=content, actor=hand.by, participants={}).target
    if stage is not topic.stage:
        changes |= {"stage_since": hand.at}
    after = replace(topic, stage=stage, steps=topic.steps + 1, last_step=hand.step_id, **changes)
    return after, _line(topic, after, name, hand, content)


def _line(before: Topic, after: Topic, name: str, hand: Hand, content: dict[str, Any]) -> Line:
    return Line(
        id=hand.step_id,
        topic_id=after.id,
        estate_id=after.estate_id,
        number=after.steps,
        name=name,
        round=before.round,
        stage=after.stage,
        by=hand.by,
        by_name=hand.name,
        at=hand.at,
        **content,
    )
