"""Who is told of conduct: whose turn it is, the member concerned, and all owners (VOT-13, VOT-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient

if TYPE_CHECKING:
    from miniprogram_api.conduct.breach import Breach
    from miniprogram_api.conduct.case import Case
    from miniprogram_api.conduct.history import Seat
    from miniprogram_api.conduct.report import MissingReport
    from miniprogram_api.conduct.telling import OwnerNoticePart

_COMMITTEE = frozenset({Role.COMMITTEE})

_CASE_TO_WATCHERS: dict[str, str] = {
    "report": "有一件负面清单举报，请核实。",
    "state": "该委员已作陈述，请查看后处理。",
    "hear": "陈述已登记，请处理。",
    "put_to_vote": "请组织业主大会表决是否终止其成员资格。",
    "end": "成员资格已终止，请公告全体业主。",
    "restore": "已恢复履职，请公告全体业主。",
}
_CASE_TO_MEMBER: dict[str, tuple[NoticeKind, str]] = {
    "check": (NoticeKind.TASK, "街道、社区已核实关于您的负面清单情形，请尽快提交陈述。"),
    "dismiss": (NoticeKind.DECISION, "关于您的负面清单举报经核实不属实，已办结。"),
    "suspend": (NoticeKind.DECISION, "您已被暂停履行委员职责，如有异议请联系街道。"),
    "put_to_vote": (NoticeKind.DECISION, "是否终止您的成员资格已提请业主大会表决。"),
    "end": (NoticeKind.DECISION, "业主大会已决定终止您的成员资格。"),
    "restore": (NoticeKind.DECISION, "您已恢复履行委员职责。"),
}
_BREACH_TO_WATCHERS: dict[str, str] = {
    "state": "该委员已就违约失信记录作陈述，请认定。",
    "appeal": "该委员已提出申诉，请复核。",
}
_BREACH_TO_MEMBER: dict[str, tuple[NoticeKind, str]] = {
    "record": (NoticeKind.TASK, "有一条关于您的违约失信记录，请提交陈述。"),
    "uphold": (NoticeKind.DECISION, "关于您的违约失信记录已认定，可在期限内申诉一次。"),
    "withdraw": (NoticeKind.DECISION, "关于您的违约失信记录已撤销。"),
}
"""Step -> what is said. What is not named here is told to nobody."""


def case_notices(before: Case | None, after: Case) -> tuple[Notice, ...]:
    """Tell of the newest step of a case those whose turn it is, and the member (VOT-14)."""
    if before is not None and len(before.history) == len(after.history):
        return ()
    return _step(
        after.seat,
        f"{after.id}:{len(after.history)}",
        after.history[-1].name,
        "负面清单案件",
        f"pages/conduct/case?estate_id={after.estate_id}&id={after.id}",
        _CASE_TO_WATCHERS,
        _CASE_TO_MEMBER,
    )


def breach_notices(before: Breach | None, after: Breach) -> tuple[Notice, ...]:
    """Tell of the newest step of a record those whose turn it is, and the member (VOT-13)."""
    if before is not None and len(before.history) == len(after.history):
        return ()
    return _step(
        after.seat,
        f"{after.id}:{len(after.history)}",
        after.history[-1].name,
        "违约失信记录",
        f"pages/conduct/breach?estate_id={after.estate_id}&id={after.id}",
        _BREACH_TO_WATCHERS,
        _BREACH_TO_MEMBER,
    )


def missing_notices(before: MissingReport | None, after: MissingReport) -> tuple[Notice, ...]:
    """Tell committee and community once that a year's report is missing (VOT-13)."""
    if before is not None:
        return ()
    text = f"{after.body_name}还没有提交{after.year}年度述职报告，请尽快提交。"
    page = f"pages/conduct/reports?estate_id={after.estate_id}&year={after.year}"
    identity = f"work_report:{after.body_id}:{after.year}"
    to = (
        Recipient(estate_id=after.estate_id, roles=_COMMITTEE),
        Recipient(unit_id=after.units[-1], roles=frozenset({Role.COMMUNITY})),
    )
    return tuple(
        Notice(identity, NoticeKind.TASK, one, "述职报告待提交", text, page, after.estate_id, {"state": "待提交"})
        for one in to
    )


def owners_notices(before: OwnerNoticePart | None, after: OwnerNoticePart) -> tuple[Notice, ...]:
    """Tell everybody bound to the rooms of a part; whoever has rooms in two parts may be told twice."""
    if before is not None:
        return ()
    told = after.told
    return tuple(
        Notice(
            identity=f"{after.notice_id}:owners",
            kind=NoticeKind.DECISION,
            to=Recipient(estate_id=after.estate_id, room_id=room_id),
            title=told.title,
            text=told.text,
            page=told.page,
            estate_id=after.estate_id,
            values={"state": "公告"},
        )
        for room_id in after.room_ids
    )


def _step(
    seat: Seat, identity: str, step: str, title: str, page: str, to_watchers: dict[str, str],
    to_member: dict[str, tuple[NoticeKind, str]],
) -> tuple[Notice, ...]:  # fmt: skip
    told: list[Notice] = []
    if step in to_watchers:
        text = f"{seat.estate_name}{seat.name}：{to_watchers[step]}"
        told += [
            Notice(identity, NoticeKind.TASK, to, title, text, page, seat.estate_id, {"state": "待办理"})
            for to in _watchers(seat)
        ]
    if step in to_member and seat.account_id is not None:
        kind, text = to_member[step]
        to = Recipient(account_id=seat.account_id)
        told.append(Notice(identity, kind, to, title, text, page, seat.estate_id, {"state": "请查看"}))
    return tuple(told)


def _watchers(seat: Seat) -> tuple[Recipient, ...]:
    return (
        Recipient(unit_id=seat.community_id, roles=frozenset({Role.COMMUNITY})),
        Recipient(unit_id=seat.street_id, roles=frozenset({Role.STREET})),
    )
