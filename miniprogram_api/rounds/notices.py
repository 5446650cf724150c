"""Who hears of the rounds: the team of what it is to do, manager and community of a visit that did not happen."""

from __future__ import annotations

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import spoken_short
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.rounds.rules import Visit, VisitState


def notices(before: Visit | None, after: Visit) -> tuple[Notice, ...]:
    """Return whom a change of a visit concerns."""
    state = None if before is None else before.state
    if after.state is state:
        return ()
    when = f"{spoken_short(after.visit_on)} {after.start // 60:02d}:{after.start % 60:02d}"
    match after.state:
        case VisitState.PLANNED:
            return tuple(
                _to(after, member, "新的上门任务", f"{when}，{after.purpose}。") for member in after.member_ids
            )
        case VisitState.CANCELLED:
            text = f"{when} 的上门服务已取消：{after.reason}。"
            return tuple(_to(after, member, "上门任务已取消", text) for member in after.member_ids)
        case VisitState.MISSED:
            text = f"{when} 的上门服务没有签到，请联系 {after.team_name} 并重新安排。"
            roles = frozenset({Role.MANAGER, Role.COMMUNITY})
            return (_notice(after, Recipient(estate_id=after.estate_id, roles=roles), "上门服务未到场", text),)
        case _:
            return ()


def _to(visit: Visit, account_id: str, title: str, text: str) -> Notice:
    return _notice(visit, Recipient(account_id=account_id), title, text)


def _notice(visit: Visit, to: Recipient, title: str, text: str) -> Notice:
    return Notice(
        identity=f"{visit.id}:{visit.state}",
        kind=NoticeKind.ROUND,
        to=to,
        title=title,
        text=text,
        page=f"pages/rounds/visit?estate_id={visit.estate_id}&id={visit.id}",
        estate_id=visit.estate_id,
        values={"state": title, "time": f"{visit.visit_on.isoformat()}", "subject": visit.purpose},
    )
