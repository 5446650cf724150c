"""Who is told of a decision: maker and street of each step of a case, every owner through their room (VOT-15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.decisions.decision import DecisionState
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import spoken
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient

if TYPE_CHECKING:
    from miniprogram_api.decisions.circular import RoomTold
    from miniprogram_api.decisions.decision import Decision

_MAKERS = frozenset({Role.COMMITTEE, Role.COMMUNITY})
_STREET = frozenset({Role.STREET})
_PAYERS = frozenset({Role.MANAGER, Role.FINANCE})


def notices(before: Decision | None, after: Decision) -> tuple[Notice, ...]:
    """Tell who has to act next, and after a rescission also those who would have paid."""
    if before is None:
        return ()
    name, order = f"“{after.title}”", after.order
    if after.state is not before.state:
        return _moved(after, name)
    if after.correction is not None and after.correction != before.correction:
        text = f"{name}的整改情况已提交，请核实后确认，或撤销该决定。"
        event = f"answered{after.version}"
        told = [_notice(after, event, Recipient(estate_id=after.estate_id, roles=_STREET), "整改情况待确认", text)]
        if order is not None:  # a bureau's order is answered to who gave it
            told.append(_notice(after, event, Recipient(account_id=order.given.by), "整改情况待确认", text))
        return tuple(told)
    if order is not None and after.told_late and not before.told_late:
        text = f"{name}应在{spoken(order.due_on)}前整改，尚未提交整改情况，请尽快处理。"
        to = Recipient(estate_id=after.estate_id, roles=_MAKERS | _STREET)
        return (_notice(after, "late", to, "决定整改超期", text),)
    return ()


def room_notices(before: RoomTold | None, after: RoomTold) -> tuple[Notice, ...]:
    """Tell the people of a room once; an owner of several rooms is told once for all."""
    if before is not None or not after.online:
        return ()
    to = Recipient(estate_id=after.estate_id, room_id=after.room_id)
    return (_said(after.estate_id, after.decision_id, f"all:{after.event.value}", to, after.title, after.text),)


def _moved(after: Decision, name: str) -> tuple[Notice, ...]:
    makers = Recipient(estate_id=after.estate_id, roles=_MAKERS)
    if after.state is DecisionState.CORRECTION_ORDERED and after.order is not None:
        text = f"{name}被责令整改，请在{spoken(after.order.due_on)}前提交整改情况：{after.order.text}"
        return (_notice(after, "ordered", makers, "决定被责令整改", text),)
    if after.state is DecisionState.CORRECTED:
        return (_notice(after, "corrected", makers, "决定整改已确认", f"{name}整改已确认，继续有效。"),)
    text = f"{name}已被撤销，以它为依据的付款和事项请立即停止。"
    to = Recipient(estate_id=after.estate_id, roles=_MAKERS | _PAYERS)
    return (_notice(after, "rescinded", to, "决定被撤销", text),)


def _notice(decision: Decision, event: str, to: Recipient, title: str, text: str) -> Notice:
    return _said(decision.estate_id, decision.id, event, to, title, text)


def _said(estate_id: str, decision_id: str, event: str, to: Recipient, title: str, text: str) -> Notice:
    return Notice(
        identity=f"{decision_id}:{event}",
        kind=NoticeKind.DECISION,
        to=to,
        title=title,
        text=text,
        page=f"pages/decision/index?estate_id={estate_id}&id={decision_id}",
        estate_id=estate_id,
        values={"state": title},
    )
