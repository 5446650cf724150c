"""Who is told what of a ballot: those who run it, everybody on its roll, and the other voters of a room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Ballot, State
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient

if TYPE_CHECKING:
    from miniprogram_api.ballots.mandates import Mandate
    from miniprogram_api.ballots.objections import Objection
    from miniprogram_api.ballots.roll import RollCall
    from miniprogram_api.ballots.vote import Vote

_CHECKERS = frozenset({Role.COMMUNITY})


def notices(before: Ballot | None, after: Ballot) -> tuple[Notice, ...]:
    """Return what those who run a ballot are told when it moves."""
    if before is None or before.state is after.state:
        return ()
    drafter, community = Recipient(account_id=after.drafted.by), Recipient(unit_id=after.community_id, roles=_CHECKERS)
    title = f"《{after.title}》"
    match after.state:
        case State.CHECKING:
            return (_of(after, community, "表决待审核", f"{title}已提交，请审核。"),)
        case State.DRAFT:
            return (_of(after, drafter, "表决已退回", f"{title}：{after.returned_reason}"),)
        case State.FROZEN:
            return (_of(after, drafter, "名册已冻结", f"{title}的投票权名册已冻结，请核对后公告。"),)
        case State.COUNTED:
            told = f"{title}已计票，进入结果异议期。"
            return (_of(after, drafter, "计票完成", told), _of(after, community, "计票完成", told))
        case _:
            return ()


def call_notices(before: RollCall | None, after: RollCall) -> tuple[Notice, ...]:
    """Return a notice for everybody of a shard; somebody with rooms in several shards gets it once."""
    if before is not None:
        return ()
    return tuple(
        Notice(
            identity=f"{after.ballot_id}:{after.event}",
            kind=NoticeKind.BALLOT,
            to=Recipient(account_id=account),
            title=after.title,
            text=after.text,
            page=_page(after.estate_id, after.ballot_id),
            estate_id=after.estate_id,
        )
        for account in after.accounts
    )


def vote_notices(before: Vote | None, after: Vote) -> tuple[Notice, ...]:
    """Return what the other voters of a room are told: that it has voted, never what."""
    if before is not None:
        return ()
    how = "纸质票" if after.paper is not None else "代理投票" if after.agent_for else "投票"
    return tuple(
        Notice(
            identity=after.id,
            kind=NoticeKind.BALLOT,
            to=Recipient(account_id=account),
            title="您的房屋已投票",
            text=f"您的房屋已有{how}入箱。如非本人或家人所为，请尽快联系社区。",
            page=_page(after.estate_id, after.ballot_id),
            estate_id=after.estate_id,
        )
        for account in after.tell
    )


def mandate_notices(before: Mandate | None, after: Mandate) -> tuple[Notice, ...]:
    """Return what somebody is told who may vote for a room of others from now on: without it they find no such room."""
    if not after.stands or (before is not None and before.stands):
        return ()
    return (
        Notice(
            identity=f"{after.ballot_id}:mandate:{after.room_id}:{after.version}",
            kind=NoticeKind.BALLOT,
            to=Recipient(account_id=after.agent),
            title="您受托代为投票",
            text="有业主委托您代为投票，点开即可查看表决事项并投票。请按委托人的意思投。",
            page=f"pages/ballot/vote?estate_id={after.estate_id}&id={after.ballot_id}&room_id={after.room_id}",
            estate_id=after.estate_id,
        ),
    )


def objection_notices(before: Objection | None, after: Objection) -> tuple[Notice, ...]:
    """Return the answer to whoever objected."""
    if after.answered is None or (before is not None and before.answered is not None):
        return ()
    to = Recipient(account_id=after.made.by)
    text = f"您对表决结果的异议已答复：{after.answer}"
    return (
        Notice(
            identity=f"{after.id}:answered",
            kind=NoticeKind.BALLOT,
            to=to,
            title="异议已答复",
            text=text,
            page=_page(after.estate_id, after.ballot_id),
            estate_id=after.estate_id,
        ),
    )


def _of(ballot: Ballot, to: Recipient, title: str, text: str) -> Notice:
    return Notice(
        identity=f"{ballot.id}:{ballot.state}:{ballot.version}",
        kind=NoticeKind.BALLOT,
        to=to,
        title=title,
        text=text,
        page=_page(ballot.estate_id, ballot.id),
        estate_id=ballot.estate_id,
    )


def _page(estate_id: str, ballot_id: str) -> str:
    return f"pages/ballot/index?estate_id={estate_id}&id={ballot_id}"
