"""Who is told of a filing: the reviewers when it comes in, the company when it is decided, all before it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.filings.rules import FilingState
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import spoken
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient

if TYPE_CHECKING:
    from miniprogram_api.filings.rules import Filing


def notices(before: Filing | None, after: Filing) -> tuple[Notice, ...]:
    """Return what is to be said about a change of a filing (EST-04)."""
    if after.state is FilingState.EXPIRING and (before is None or before.warned_days != after.warned_days):
        text = f"{after.estate_name}物业服务合同将于{spoken(after.terms.ends_on)}到期，请及时续签并备案。"
        everybody = [_submitter(after), _reviewers(after), _committee(after)]
        return tuple(_notice(after, to, "合同即将到期", text, f"warn{after.warned_days}") for to in everybody)
    if before is not None and before.state is after.state:
        return ()
    match after.state:
        case FilingState.SUBMITTED:
            text = f"{after.company_name}提交了{after.estate_name}的合同和项目负责人备案，请审核。"
            return (_notice(after, _reviewers(after), "待审核备案", text, f"submitted{after.version}"),)
        case FilingState.RETURNED:
            text = f"{after.estate_name}的备案被退回：{after.reason}。请修改后重新提交。"
            return (_notice(after, _submitter(after), "备案被退回", text, f"returned{after.version}"),)
        case FilingState.FILED:
            text = f"{after.estate_name}的合同和项目负责人已备案，{spoken(after.terms.starts_on)}起生效。"
            return (_notice(after, _submitter(after), "备案完成", text, "filed"),)
        case FilingState.ENDED:
            text = f"{after.estate_name}与{after.company_name}的物业服务合同已终止。"
            return tuple(
                _notice(after, to, "合同已终止", text, "ended") for to in (_submitter(after), _reviewers(after))
            )
        case _:
            return ()


def _submitter(filing: Filing) -> Recipient:
    return Recipient(account_id=filing.submitted_by)


def _reviewers(filing: Filing) -> Recipient:
    return Recipient(unit_id=filing.units[-1], roles=frozenset({Role.COMMUNITY}))


def _committee(filing: Filing) -> Recipient:
    return Recipient(estate_id=filing.estate_id, roles=frozenset({Role.COMMITTEE, Role.MANAGER}))


def _notice(filing: Filing, to: Recipient, title: str, text: str, event: str) -> Notice:
    return Notice(
        identity=f"{filing.id}#{event}",
        kind=NoticeKind.FILING,
        to=to,
        title=title,
        text=text,
        page=f"pages/filing/index?estate_id={filing.estate_id}&id={filing.id}",
        estate_id=filing.estate_id,
        values={"estate": filing.estate_name, "state": title},
    )
