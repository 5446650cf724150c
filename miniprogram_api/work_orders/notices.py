"""Who must be told what when an order changes; follows from the table's stream."""

from __future__ import annotations

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.work_orders.rules import DESK, STATE_LABELS, Holder, Order, OrderState, number_of

_TO_HOLDER = {
    "urge": ("居民催办", NoticeKind.WORK_ORDER),
    "warn": ("工单即将超时", NoticeKind.OVERDUE),
    "overdue": ("工单已超时", NoticeKind.OVERDUE),
    "remind": ("请跟进工单", NoticeKind.OVERDUE),
    "instruct": ("上级督办", NoticeKind.ASSIGNMENT),
}
_SILENT_FOR_REPORTER = frozenset({"warn", "overdue", "remind", "job_note", "merge_in", "urge", "rate", "call_back"})
_TEXT_LENGTH = 60


def notices(before: Order | None, after: Order) -> tuple[Notice, ...]:
    """Return who is told of one step: reporter and followers, the new holder, verifiers, the level above."""
    if before is not None and before.steps == after.steps:
        return ()
    told = [*_to_reporter(after), *_to_followers(after), *_to_holder(before, after), *_to_others(after)]
    return tuple(notice for notice in told if notice.to.account_id != after.last_by)


def _to_reporter(order: Order) -> list[Notice]:
    if order.reporter_id is None or order.last_step in _SILENT_FOR_REPORTER:
        return []
    text = _progress(order)
    if order.state is OrderState.MERGED and order.merged_into:
        text = f"与工单 {number_of(order.merged_into)} 为同一问题，已合并办理，进度会继续通知您。"
    if order.state is OrderState.REGISTERED:
        text = "处理结果已登记，请确认；如未解决可重新打开，七天未反馈将自动办结。"
    return [_notice(order, "reporter", NoticeKind.WORK_ORDER, Recipient(order.reporter_id), "工单进度", text)]


def _to_followers(order: Order) -> list[Notice]:
    if order.last_step in _SILENT_FOR_REPORTER and order.last_step != "merge_in":
        return []
    text = f"您关注的公共部位问题：{STATE_LABELS[order.state]}。"
    return [
        _notice(order, "follower", NoticeKind.WORK_ORDER, Recipient(follower), "关注的工单", text)
        for follower in order.followers
    ]


def _to_holder(before: Order | None, after: Order) -> list[Notice]:
    if after.holder is None:
        return []
    to = _recipient(after.holder)
    if after.last_step in _TO_HOLDER:
        title, kind = _TO_HOLDER[after.last_step]
        return [_notice(after, "holder", kind, to, title, _what(after))]
    if after.last_step == "escalate":
        return [_notice(after, "level", NoticeKind.OVERDUE, to, "超时工单上报", _what(after))]
    if before is None:
        return [_notice(after, "holder", NoticeKind.ASSIGNMENT, to, "新工单待受理", _what(after))]
    if after.holder.account_id is not None and after.holder != before.holder:
        return [_notice(after, "holder", NoticeKind.ASSIGNMENT, to, "您有新的工单", _what(after))]
    return []


def _to_others(order: Order) -> list[Notice]:
    desk = Recipient(estate_id=order.estate_id, roles=frozenset(DESK))
    if order.last_step == "handled":
        return [_notice(order, "verifier", NoticeKind.ASSIGNMENT, desk, "工单待核查", _what(order))]
    if order.last_step in {"reply", "reopen", "decline", "withdraw"}:
        return [_notice(order, "desk", NoticeKind.ASSIGNMENT, desk, f"工单{order.last_label}", _what(order))]
    if order.last_step == "rate" and order.call_back is not None:
        community = Recipient(unit_id=order.units[-1], roles=frozenset({Role.COMMUNITY}))
        return [_notice(order, "call_back", NoticeKind.TASK, community, "低分评价待回访", _what(order))]
    return []


def _recipient(holder: Holder) -> Recipient:
    return Recipient(holder.account_id, holder.estate_id, holder.unit_id, frozenset(holder.roles))


def _notice(order: Order, part: str, kind: NoticeKind, to: Recipient, title: str, text: str) -> Notice:
    return Notice(
        identity=f"{order.id}:{order.steps}:{part}",
        kind=kind,
        to=to,
        title=title,
        text=text,
        page=f"pages/work-order/index?estate_id={order.estate_id}&id={order.id}",
        estate_id=order.estate_id,
        values={"number": order.number, "state": STATE_LABELS[order.state], "place": order.place.label, "text": text},
    )


def _progress(order: Order) -> str:
    note = f"：{order.last_note[:_TEXT_LENGTH]}" if order.last_note else ""
    return f"{order.last_label}{note}（当前：{STATE_LABELS[order.state]}）"


def _what(order: Order) -> str:
    return f"{order.number} {order.place.label}：{order.text[:_TEXT_LENGTH]}"
