"""Who is told that a patrol missed points (REP-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.patrol.run import RunState

if TYPE_CHECKING:
    from miniprogram_api.patrol.run import Run

_NAMED = 3
"""How many missed points the short text names."""


def run_notices(before: Run | None, after: Run) -> tuple[Notice, ...]:
    """Tell the manager once which points a walk missed."""
    if after.state is not RunState.MISSED or (before is not None and before.state is RunState.MISSED):
        return ()
    names = [stop.name for stop in after.stops if stop.point_id in after.missed]
    named = "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
    return (
        Notice(
            identity=f"patrol:{after.route_id}:{after.run_on.isoformat()}:missed",
            kind=NoticeKind.OVERDUE,
            to=Recipient(estate_id=after.estate_id, roles=frozenset({Role.MANAGER})),
            title="巡检漏点",
            text=f"{after.route_name}有 {len(names)} 个点未巡检：{named}。请安排补巡。",
            page=f"pages/patrol-run/index?estate_id={after.estate_id}&route_id={after.route_id}&run_on={after.run_on}",
            estate_id=after.estate_id,
            values={"task": after.route_name, "due": after.run_on.isoformat()},
        ),
    )
