"""Who is told that a facility is due for upkeep (EST-13)."""

from __future__ import annotations

from miniprogram_api.facilities.rules import KIND_LABELS, Facility
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import spoken
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient


def notices(before: Facility | None, after: Facility) -> tuple[Notice, ...]:
    """Tell the manager and the patrollers of the estate once for each due date."""
    if after.reminded_on is None or (before is not None and before.reminded_on == after.reminded_on):
        return ()
    what = f"{after.place}{KIND_LABELS[after.kind]}"
    return (
        Notice(
            identity=f"{after.id}#{after.reminded_on.isoformat()}",
            kind=NoticeKind.TASK,
            to=Recipient(estate_id=after.estate_id, roles=frozenset({Role.MANAGER, Role.PATROLLER})),
            title="设施养护到期",
            text=f"{what}应于{spoken(after.reminded_on)}前巡检养护，请安排人员并登记结果。",
            page=f"pages/facility/index?estate_id={after.estate_id}&id={after.id}",
            estate_id=after.estate_id,
            values={"task": what, "due": after.reminded_on.isoformat()},
        ),
    )
