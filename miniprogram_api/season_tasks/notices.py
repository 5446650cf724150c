"""Who is told of a task of the season: the desk when it comes or is late, who ordered it when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import date_of, shanghai, spoken_short
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.season_tasks.rules import KIND_LABELS, TaskState

if TYPE_CHECKING:
    from miniprogram_api.season_tasks.rules import SeasonTask

_DESK = frozenset({Role.MANAGER, Role.DISPATCHER})


def notices(before: SeasonTask | None, after: SeasonTask) -> tuple[Notice, ...]:
    """Tell each of them once for each event (REP-14)."""
    what = KIND_LABELS[after.wanted.kind]
    by_when = f"{spoken_short(date_of(after.wanted.due_at))} {shanghai(after.wanted.due_at):%H:%M}"
    desk = Recipient(estate_id=after.estate_id, roles=_DESK)
    orderer = Recipient(account_id=after.ordered_by)
    if before is None:
        return (_notice(after, "ordered", NoticeKind.TASK, desk, f"{what}任务", f"请于{by_when}前完成{what}。"),)
    if after.told_late and not before.told_late:
        late = f"{after.estate_name}的{what}应于 {by_when} 前完成，请尽快处理。"
        return tuple(_notice(after, "late", NoticeKind.OVERDUE, to, f"{what}超时", late) for to in (desk, orderer))
    if after.state is TaskState.FINISHED and before.state is not TaskState.FINISHED:
        done = f"{after.estate_name}的{what}已完成，可查看照片。"
        return (_notice(after, "finished", NoticeKind.TASK, orderer, f"{what}完成", done),)
    if after.state is TaskState.CANCELLED and before.state is not TaskState.CANCELLED:
        return (_notice(after, "cancelled", NoticeKind.TASK, desk, f"{what}取消", f"原因：{after.reason}"),)
    return ()


def _notice(task: SeasonTask, event: str, kind: NoticeKind, to: Recipient, title: str, text: str) -> Notice:
    return Notice(
        identity=f"{task.id}:{event}",
        kind=kind,
        to=to,
        title=title,
        text=text,
        page=f"pages/season-task/index?estate_id={task.estate_id}&id={task.id}",
        estate_id=task.estate_id,
        values={"task": KIND_LABELS[task.wanted.kind], "due": date_of(task.wanted.due_at).isoformat()},
    )
