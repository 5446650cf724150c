"""What people are told about household bindings."""

from __future__ import annotations

from miniprogram_api.households.rules import RELATION_LABELS, Occupancy, OccupancyState
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient

_DECISIONS = {
    OccupancyState.LIVE: ("房屋绑定已通过", "您可以在小程序里报修、查看本房屋信息。"),
    OccupancyState.REJECTED: ("房屋绑定未通过", "请核对后重新申请，或联系项目经理。"),
    OccupancyState.MORE_PROOF: ("房屋绑定需要补充材料", "请打开申请，按要求补充照片。"),
    OccupancyState.ENDED: ("房屋绑定已解除", "如有疑问，请联系项目经理或社区。"),
}


def notices(before: Occupancy | None, after: Occupancy) -> tuple[Notice, ...]:
    """Tell the person what was decided about their binding, and the manager what waits for a decision (IDR-03)."""
    if before is not None and before.state is after.state:
        return ()
    if after.state is OccupancyState.WAITING:
        return (_to_decide(after),)
    if after.decided_by == after.account_id:
        return ()
    return (_decided(after),)


def _decided(after: Occupancy) -> Notice:
    title, advice = _DECISIONS[after.state]
    place = f"{after.estate_name}{after.room_label}"
    reason = f"原因：{after.reason}。" if after.reason else ""
    return Notice(
        identity=_identity(after),
        kind=NoticeKind.BINDING,
        to=Recipient(account_id=after.account_id),
        title=title,
        text=f"{place}（{RELATION_LABELS[after.relation]}）。{reason}{advice}",
        page=f"pages/binding/index?estate_id={after.estate_id}&room_id={after.room_id}",
        estate_id=after.estate_id,
        values={"place": place, "state": title, "reason": after.reason or advice},
    )


def _to_decide(after: Occupancy) -> Notice:
    place = f"{after.estate_name}{after.room_label}"
    return Notice(
        identity=_identity(after),
        kind=NoticeKind.BINDING,
        to=Recipient(estate_id=after.estate_id, roles=frozenset({Role.MANAGER, Role.COMMUNITY})),
        title="有房屋绑定等待审批",
        text=f"{place}有住户申请绑定（{RELATION_LABELS[after.relation]}），请核对后处理。",
        page=f"pages/binding/queue?estate_id={after.estate_id}",
        estate_id=after.estate_id,
        values={"place": place, "state": "等待审批", "reason": RELATION_LABELS[after.relation]},
    )


def _identity(after: Occupancy) -> str:
    return f"binding/{after.room_id}/{after.account_id}/{after.version}"
