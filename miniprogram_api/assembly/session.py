"""A session of the owners' assembly, from its draft to its published result (VOT-24, VOT-16).

Source: 000:131 "年度业主大会时作述职报告", 003:81 "指导业主大会召开临时会议", 004:80 "由社区居委会组织召开业主大会";
物业管理条例 12 to 14.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.workflow import Transition, Workflow

MOST_CORRECTIONS = 5


class SessionKind(StrEnum):
    """What kind of session it is."""

    FOUNDING = "founding"
    YEARLY = "yearly"
    INTERIM = "interim"


KIND_LABELS: dict[SessionKind, str] = {
    SessionKind.FOUNDING: "首次业主大会会议",
    SessionKind.YEARLY: "年度业主大会会议",
    SessionKind.INTERIM: "临时业主大会会议",
}


class Convener(StrEnum):
    """Who convenes it."""

    COMMITTEE = "committee"
    COMMUNITY = "community"
    STREET = "street"


CONVENER_LABELS: dict[Convener, str] = {
    Convener.COMMITTEE: "业委会（物管会）",
    Convener.COMMUNITY: "社区居民委员会",
    Convener.STREET: "街道",
}


class Form(StrEnum):
    """How owners meet (条例 12)."""

    IN_PERSON = "in_person"
    IN_WRITING = "in_writing"
    ONLINE = "online"


FORM_LABELS: dict[Form, str] = {
    Form.IN_PERSON: "集体讨论",
    Form.IN_WRITING: "书面征求意见",
    Form.ONLINE: "网上会议",
}


class TriggerReason(StrEnum):
    """Why an interim session is called."""

    OWNERS_ASKED = "owners_asked"  # 20 % of them (条例 13)
    DUTY_FAILED = "duty_failed"  # 业委会不依法履行职责, as the street found (003:81)
    OTHER = "other"


TRIGGER_LABELS: dict[TriggerReason, str] = {
    TriggerReason.OWNERS_ASKED: "百分之二十以上业主提议",
    TriggerReason.DUTY_FAILED: "业委会（物管会）不依法履职",
    TriggerReason.OTHER: "其他情形",
}


class SessionState(StrEnum):
    """How far a session has come."""

    DRAFT = "draft"
    CALLED = "called"
    HELD = "held"
    MINUTED = "minuted"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


STATE_LABELS: dict[SessionState, str] = {
    SessionState.DRAFT: "筹备中",
    SessionState.CALLED: "已通知",
    SessionState.HELD: "已召开",
    SessionState.MINUTED: "已形成记录",
    SessionState.PUBLISHED: "已公布",
    SessionState.CANCELLED: "已取消",
}

TOOK_PLACE = frozenset({SessionState.HELD, SessionState.MINUTED, SessionState.PUBLISHED})

_S = SessionState
_CONVENE = Permission.ASSEMBLY_CONVENE

SESSION = Workflow(
    "assembly",
    _S.DRAFT,
    (
        Transition("edit", "修改", frozenset({_S.DRAFT}), _S.DRAFT, _CONVENE),
        Transition("call", "通知业主", frozenset({_S.DRAFT}), _S.CALLED, _CONVENE),
        Transition("correct", "更正通知", frozenset({_S.CALLED}), _S.CALLED, _CONVENE, frozenset({"reason"})),
        Transition("cancel", "取消", frozenset({_S.DRAFT, _S.CALLED}), _S.CANCELLED, _CONVENE, frozenset({"reason"})),
        Transition("hold", "登记召开", frozenset({_S.CALLED}), _S.HELD, _CONVENE),
        Transition(
            "write_minutes", "会议记录", frozenset({_S.HELD, _S.MINUTED}), _S.MINUTED, _CONVENE, frozenset({"text"})
        ),
        Transition(
            "confirm_minutes",
            "核对记录",
            frozenset({_S.MINUTED}),
            _S.MINUTED,
            _CONVENE,
            not_by=frozenset({"writer"}),
        ),
        Transition("publish", "公布结果", frozenset({_S.MINUTED}), _S.PUBLISHED, _CONVENE, frozenset({"result"})),
    ),
)
"""draft -> called -> held -> minuted -> published, or cancelled before it is held (VOT-24)."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Why an interim session is called; ``asking`` of ``owners`` asked for it, whose list the photos show."""

    reason: TriggerReason
    text: str
    asking: int | None = None
    owners: int | None = None
    photo_ids: tuple[str, ...] = ()


class LinkKind(StrEnum):
    """What an item of the agenda may link."""

    BALLOT = "ballot"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Link:
    """A ballot in which owners decide, or a report they hear; ``title`` is what it was called when it was linked."""

    kind: LinkKind
    id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One matter of the agenda 议题."""

    title: str
    text: str = ""
    link: Link | None = None

    @property
    def matter(self) -> tuple[str, str]:
        """Return what owners are told of it; a link that comes later is no new matter."""
        return self.title, self.text


@dataclass(frozen=True, slots=True)
class Plan:
    """What owners are called to: when (``time`` is HH:MM in China), where, in which form, about what, in order."""

    title: str
    form: Form
    place: str
    held_on: date
    time: str
    agenda: tuple[AgendaItem, ...]


@dataclass(frozen=True, slots=True)
class Hand:
    """Who did something, and when."""

    by: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallNotice:
    """How owners were called: ``days`` at least before, by the law or the clause ``basis`` of their own rules.

    The residents' committee was told at the same instant (条例 14). ``photo_ids`` show the notice where it hangs.
    """

    hand: Hand
    days: int
    basis: str | None = None
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """One public correction of a called session: why, and what was said before."""

    id: str
    reason: str
    was: Plan
    hand: Hand


@dataclass(frozen=True, slots=True)
class Totals:
    """Who was there, added up exactly: rooms and their area in 0.01 m2, of all rooms of the estate.

    ``unmeasured`` rooms of these have no area on record, so that the area is not all there was.
    """

    rooms: int
    area: int
    of_rooms: int
    unmeasured: int = 0


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes 会议记录, written by one person and confirmed by another."""

    text: str
    photo_ids: tuple[str, ...]
    written: Hand
    confirmed: Hand | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How a session ended: its published result, or why it was cancelled."""

    text: str
    hand: Hand


@dataclass(frozen=True, slots=True)
class Session:
    """One session. ``renovated`` says that the community convenes because the estate was renovated (004:80).

    ``totals`` are counted once it was held, when nobody signs in any more.
    """

    id: str
    estate_id: str
    estate_name: str
    kind: SessionKind
    convener: Convener
    plan: Plan
    drafted: Hand
    renovated: bool = False
    trigger: Trigger | None = None
    state: SessionState = SessionState.DRAFT
    call: CallNotice | None = None
    corrections: tuple[Correction, ...] = ()
    held: Hand | None = None
    totals: Totals | None = None
    minutes: Minutes | None = None
    closing: Closing | None = None
    version: int = 0

    @property
    def is_public(self) -> bool:
        """Whether everybody of the estate may read of it: owners were called to it."""
        return self.call is not None

    @property
    def took_place(self) -> bool:
        """Whether it was held."""
        return self.state in TOOK_PLACE

    def takes_signing(self, today: date) -> bool:
        """Say whether rooms sign in: in person from its day on, in writing and online from the call on."""
        begun = self.plan.form is not Form.IN_PERSON or self.plan.held_on <= today
        return self.state is SessionState.CALLED and begun
