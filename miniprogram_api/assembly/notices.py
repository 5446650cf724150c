"""Who is told of a session of the owners' assembly: those who run it, all owners, and who must call a missing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.assembly.letters import event_of, mailing_of
from miniprogram_api.assembly.session import SessionState
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient

if TYPE_CHECKING:
    from miniprogram_api.assembly.letters import Letters
    from miniprogram_api.assembly.session import Session
    from miniprogram_api.assembly.yearly import Missing

_SIDES = frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.STREET})
_TOLD = frozenset({SessionState.CALLED, SessionState.CANCELLED, SessionState.PUBLISHED})


def notices(before: Session | None, after: Session) -> tuple[Notice, ...]:
    """Tell committee, community (the residents' committee, 条例 14), street and building heads of public steps.

    Of minutes that wait for a second person only those are told who may confirm them.
    """
    if before is None or not after.is_public:
        return ()
    if after.minutes is not None and (before.minutes is None or before.minutes.written != after.minutes.written):
        text = f"{after.estate_name}业主大会的会议记录已写好，请由记录人以外的人员核对。"
        to = Recipient(estate_id=after.estate_id, roles=_SIDES)
        return (_notice(after.estate_id, after.id, f"minutes{after.version}", to, "会议记录待核对", text),)
    if after.state not in _TOLD or event_of(before) == event_of(after):
        return ()
    said = mailing_of(after, after.drafted.at)
    to = Recipient(estate_id=after.estate_id, roles=_SIDES | {Role.BUILDING_HEAD})
    return (_notice(after.estate_id, after.id, said.event, to, said.title, said.text),)


def letter_notices(before: Letters | None, after: Letters) -> tuple[Notice, ...]:
    """Tell the people of some rooms; somebody of several rooms is told once, because it is one event."""
    if before is not None:
        return ()
    about = (after.estate_id, after.session_id, after.event)
    return tuple(
        _notice(*about, Recipient(estate_id=after.estate_id, room_id=room_id), after.title, after.text)
        for room_id in after.room_ids
    )


def missing_notices(before: Missing | None, after: Missing) -> tuple[Notice, ...]:
    """Tell committee, community and street once a year that the yearly session was neither held nor called."""
    if before is not None:
        return ()
    text = f"{after.estate_name} {after.year} 年还没有召开年度业主大会会议，请尽快召集并在会上报告工作。"
    to = Recipient(estate_id=after.estate_id, roles=_SIDES)
    return (_notice(after.estate_id, "", f"assembly_missing:{after.year}", to, "年度业主大会未召开", text),)


def _notice(estate_id: str, session_id: str, event: str, to: Recipient, title: str, text: str) -> Notice:
    page = f"pages/assembly/index?estate_id={estate_id}"
    return Notice(
        identity=f"{session_id or estate_id}:{event}",
        kind=NoticeKind.DECISION,
        to=to,
        title=title,
        text=text,
        page=f"{page}&id={session_id}" if session_id else page,
        estate_id=estate_id,
        values={"state": title},
    )
