"""Who is told of a topic and of a joint action: those whose turn it is, and those who wait for what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.consultation.joint import JOINT_LABELS
from miniprogram_api.consultation.topic import STAGE_LABELS, Stage
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import spoken
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.consultation.joint import JointAction
    from miniprogram_api.consultation.topic import Task, Topic

_LEADERS = frozenset({Role.COMMITTEE, Role.MANAGER, Role.COMMUNITY})

_ARRIVED: dict[tuple[Stage, Stage], tuple[str, str]] = {
    (Stage.SAY, Stage.DISCUSS): ("议题进入商议", "已进入“议”，请参与商议并完成三方联议。"),
    (Stage.SHOW, Stage.RATE): ("办理结果已公布", "结果已公布，请查看并评分。"),
    (Stage.RATE, Stage.DISCUSS): ("议题退回再议", "评分未达到标准，已退回“议”，请重新商议。"),
}
"""What is told when a topic comes from one stage to another, in title and text."""


def notices(before: Topic | None, after: Topic) -> tuple[Notice, ...]:
    """Tell who proposed, supports and leads that a topic is taken up, shown or sent back; and who has or misses a task.

    Everybody else at the estate finds it in the list: nobody loops over an estate's residents.
    """
    if before is None:
        return ()
    told = [*_arrived(before, after), *_responsible(before, after)]
    known = {task.id: task for task in before.tasks}
    for task in after.tasks:
        told += _task_notices(after, known.get(task.id), task)
    return tuple(told)


def joint_notices(before: JointAction | None, after: JointAction) -> tuple[Notice, ...]:
    """Tell the parties that it is their turn to sign, and that all three have signed (VOT-05)."""
    label = JOINT_LABELS[after.kind]
    if before is None:
        event, title, text = "sign", f"{label}待签署", f"{after.title}：请代表本方核对并签署。"
    elif after.is_complete and not before.is_complete:
        event, title, text = "complete", f"{label}已完成", f"{after.title}：三方均已签署。"
    else:
        return ()
    return (
        Notice(
            identity=f"{after.id}:{event}",
            kind=NoticeKind.CONSULTATION,
            to=_leaders(after.estate_id),
            title=title,
            text=text,
            page=f"pages/joint-action/index?estate_id={after.estate_id}&id={after.id}",
            estate_id=after.estate_id,
            values={"state": title, "subject": after.title},
        ),
    )


def _arrived(before: Topic, after: Topic) -> list[Notice]:
    words = _ARRIVED.get((before.stage, after.stage))
    if words is None:
        return []
    title, text = words
    people = [_leaders(after.estate_id)]
    if after.proposer_id is not None:
        people.append(Recipient(account_id=after.proposer_id))
    people += [Recipient(estate_id=after.estate_id, room_id=room_id) for room_id in after.supporters]
    return _notices(after, f"step{after.steps}", people, title, f"{after.title}：{text}")


def _responsible(before: Topic, after: Topic) -> list[Notice]:
    person = after.responsible
    if person is None or person.account_id is None or person == before.responsible:
        return []
    to = Recipient(account_id=person.account_id)
    text = f"{after.title}：请安排任务并按时办理。"
    return _notices(after, f"responsible{after.steps}", [to], "协商议题由您负责", text)


def _task_notices(topic: Topic, before: Task | None, task: Task) -> list[Notice]:
    account_id = task.responsible.account_id
    if before is None and account_id is not None:
        text = f"{topic.title}：{task.text}，请在{spoken(task.due_on)}前完成。"
        return _notices(topic, f"task:{task.id}", [Recipient(account_id=account_id)], "协商任务", text)
    if before is not None and task.told_late and not before.told_late:
        answering = (task.responsible, topic.responsible)
        accounts = {one.account_id for one in answering if one is not None and one.account_id is not None}
        people = [Recipient(account_id=one) for one in sorted(accounts)]
        people.append(Recipient(estate_id=topic.estate_id, roles=frozenset({Role.COMMUNITY})))
        text = f"{topic.title}：“{task.text}”已过完成日期，请尽快办理或说明情况。"
        return _notices(topic, f"late:{task.id}", people, "协商任务超期", text)
    return []


def _leaders(estate_id: str) -> Recipient:
    return Recipient(estate_id=estate_id, roles=_LEADERS)


def _notices(topic: Topic, event: str, people: Iterable[Recipient], title: str, text: str) -> list[Notice]:
    """Return one notice for each recipient; who is several of them is told once, since the event is one."""
    return [
        Notice(
            identity=f"{topic.id}:{event}",
            kind=NoticeKind.CONSULTATION,
            to=to,
            title=title,
            text=text,
            page=f"pages/consultation/index?estate_id={topic.estate_id}&id={topic.id}",
            estate_id=topic.estate_id,
            values={"state": STAGE_LABELS[topic.stage], "subject": topic.title},
        )
        for to in people
    ]
