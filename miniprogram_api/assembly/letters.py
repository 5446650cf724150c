"""Telling all owners of an event of a session, building by building (条例 14: all owners are told)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from miniprogram_api.assembly.session import FORM_LABELS, KIND_LABELS, SessionState
from miniprogram_api.kernel.clock import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from miniprogram_api.assembly.session import Plan, Session

_ROOMS_A_LETTER = 25
_LETTERS_A_BUILDING = 90
"""So that all letters of a building and the note that it is done are one act of at most 100 parts."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """What owners are told of one event, and how far telling has come: ``building_id`` is the last one done."""

    session_id: str
    estate_id: str
    event: str
    title: str
    text: str
    made_at: datetime
    building_id: str = ""
    rooms: int = 0
    done_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Letters:
    """Some rooms of one building that are told; the messages follow from it being written."""

    session_id: str
    estate_id: str
    event: str
    building_id: str
    part: int
    title: str
    text: str
    room_ids: tuple[str, ...]
    version: int = 0


def event_of(session: Session) -> str:
    """Return the name of what last happened to a session, the same each time for the same event."""
    if session.state is SessionState.CALLED and session.corrections:
        return f"corrected{len(session.corrections)}"
    return session.state.value


def mailing_of(session: Session, at: datetime) -> Mailing:
    """Return what owners are told of the session as it stands now."""
    title, text = _words(session)
    return Mailing(session.id, session.estate_id, event_of(session), title, text, at)


def letters_of(mailing: Mailing, building_id: str, room_ids: Sequence[str]) -> list[Letters]:
    """Return the letters to the rooms of a building; the same each time they are written."""
    size = max(_ROOMS_A_LETTER, -(-len(room_ids) // _LETTERS_A_BUILDING))
    parts = [tuple(room_ids[start : start + size]) for start in range(0, len(room_ids), size)]
    about = (mailing.session_id, mailing.estate_id, mailing.event, building_id)
    return [Letters(*about, part, mailing.title, mailing.text, rooms) for part, rooms in enumerate(parts)]


def _words(session: Session) -> tuple[str, str]:
    name, plan = f"{session.estate_name}{KIND_LABELS[session.kind]}", session.plan
    reason = "" if session.closing is None else session.closing.text
    match session.state:
        case SessionState.CANCELLED:
            return "业主大会会议取消", f"原定{spoken(plan.held_on)}的{name}已取消：{reason}"
        case SessionState.PUBLISHED:
            return "业主大会会议结果", f"{name}的会议记录和结果已公布，请查看。"
        case _ if session.corrections:
            return "业主大会会议更正", f"{name}有更正（{session.corrections[-1].reason}）：{_when(plan)}。请查看。"
        case _:
            return "业主大会会议通知", f"{name}：{_when(plan)}，共 {len(plan.agenda)} 项议题，请查看并参加。"


def _when(plan: Plan) -> str:
    return f"{spoken(plan.held_on)} {plan.time}，{plan.place}，{FORM_LABELS[plan.form]}"
