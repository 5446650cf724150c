"""Who hears of a linkage case: the parties when it opens, those who run late, everybody concerned when it is done."""

from __future__ import annotations

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.linkage.catalogue import PARTY_LABELS
from miniprogram_api.linkage.rules import Case, CaseState

_PARTIES = frozenset({Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY})
_PUBLIC = _PARTIES | {Role.BUILDING_HEAD}


def notices(before: Case | None, after: Case) -> tuple[Notice, ...]:
    """Return whom a change of a case concerns."""
    if before is None:
        people = {slot.account_id for slot in after.slots if slot.account_id is not None}
        told = [_notice(after, "opened", _at(after, _PARTIES), "新的联动事项", f"{after.title}，请查看本方任务。")]
        told += [
            _notice(after, "assigned", Recipient(account_id=person), "联动任务", f"{after.title}，请按时完成本方任务。")
            for person in sorted(people)
        ]
        return tuple(told)
    if after.state is not before.state:
        word = "已结案" if after.state is CaseState.CLOSED else "结果已公布"
        text = f"{after.title}{word}，请查看结果。"
        return (_notice(after, after.state, _at(after, _PUBLIC), f"联动事项{word}", text),)
    return _late(before, after)


def _late(before: Case, after: Case) -> tuple[Notice, ...]:
    told = []
    for slot in after.slots:
        if slot.overdue_at is not None and before.slot(slot.party).overdue_at is None:
            text = f"{after.title}：{PARTY_LABELS[slot.party]}已过完成日期，请尽快办理或说明情况。"
            told.append(
                _notice(after, f"late:{slot.party}", _at(after, frozenset({Role.COMMUNITY})), "联动任务超时", text)
            )
            if slot.account_id is not None:
                to = Recipient(account_id=slot.account_id)
                told.append(_notice(after, f"late:{slot.party}", to, "联动任务超时", text))
    return tuple(told)


def _at(case: Case, roles: frozenset[Role]) -> Recipient:
    return Recipient(estate_id=case.estate_id, roles=roles)


def _notice(case: Case, event: str, to: Recipient, title: str, text: str) -> Notice:
    return Notice(
        identity=f"{case.id}:{event}",
        kind=NoticeKind.LINKAGE,
        to=to,
        title=title,
        text=text,
        page=f"pages/linkage/case?estate_id={case.estate_id}&id={case.id}",
        estate_id=case.estate_id,
        values={"state": title, "subject": case.title},
    )
