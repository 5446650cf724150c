"""What every card of one estate shows, and who is in charge at an instant (CARD-02, CARD-05, CARD-07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from miniprogram_api.cards.week import WeekSpan, minute_of_week
from miniprogram_api.kernel.errors import Conflict

SERVICES = ("报修", "投诉", "建议", "咨询")
"""What a card offers until the company lists its own services (CARD-03)."""

ADVICE = "请拨打当地 12345 政务服务热线，由社区为您转接。"
"""Whom to ask when a card leads nowhere; the seeds name no number, 12345 is the national line of every city."""


class FaceChanged(Conflict):
    """Somebody else changed what the cards of this estate show at the same moment."""

    code = "card_face_changed"
    message = "服务卡信息刚刚被他人更新，请刷新后再试。"


@dataclass(frozen=True, slots=True)
class Contact:
    """A named person whose number stands on a wall: business contacts only, never a resident's.

    ``hours`` are the duty hours (none given: reachable at any time). ``photo_key`` names the portrait in the store of
    processed photos.
    """

    name: str
    post: str
    phone: str
    photo_key: str | None = None
    hours: tuple[WeekSpan, ...] = ()

    def reachable(self, minute: int) -> bool:
        """Say whether a minute of the week lies within the stated hours; without stated hours, any minute does."""
        return not self.hours or any(span.covers(minute) for span in self.hours)


@dataclass(frozen=True, slots=True)
class Shift:
    """One line of the weekly duty roster 值班表: who answers, from when to when."""

    name: str
    phone: str
    span: WeekSpan


@dataclass(frozen=True, slots=True)
class NextVisit:
    """The next visit of the mobile team (CARD-08): minutes of the day, and what it is for."""

    visit_id: str
    visit_on: date
    start: int
    end: int
    purpose: str


@dataclass(frozen=True, slots=True)
class Face:
    """What any card of one estate shows; one item, so that a change of manager reaches every printed card at once.

    ``verified`` says that the company holds a filed contract (EST-04). ``community_name`` and ``community_phone``
    belong to the community 社区 that answers when nobody else does.
    """

    estate_id: str
    locator: str
    estate_name: str
    community_name: str
    community_phone: str
    verified: bool = False
    company_name: str | None = None
    hotline: str | None = None
    leader: Contact | None = None
    deputy: Contact | None = None
    shifts: tuple[Shift, ...] = ()
    services: tuple[str, ...] = SERVICES
    committee: Contact | None = None
    next_visit: NextVisit | None = None
    version: int = 0


class Post(StrEnum):
    """In which capacity somebody answers."""

    MANAGER = "manager"  # 项目经理
    DEPUTY = "deputy"  # 副经理
    ROSTER = "roster"  # 值班人员
    HOTLINE = "hotline"  # 企业热线
    COMMUNITY = "community"  # 社区
    COMMITTEE = "committee"  # 业委会、物管会
    ADVICE = "advice"  # nobody of ours: where to ask


POST_LABELS = {
    Post.MANAGER: "物业项目经理",
    Post.DEPUTY: "物业副经理",
    Post.ROSTER: "值班人员",
    Post.HOTLINE: "物业服务热线",
    Post.COMMUNITY: "社区",
    Post.COMMITTEE: "业委会（物管会）",
    Post.ADVICE: "政务服务热线",
}


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers now, with a number to call."""

    post: Post
    name: str
    title: str
    phone: str
    photo_key: str | None = None


def in_charge(face: Face, now: datetime) -> Responsible:
    """Name who is in charge at the instant ``now``; there is always somebody (CARD-02, 时时有人管).

    In this order: the manager within the duty hours (or without stated hours); the deputy likewise, who takes over when
    the manager is off duty (IDR-04); whoever the duty roster names for this minute; the company's hotline; the
    community; and the city's service line where even that number is unknown.
    """
    minute = minute_of_week(now)
    leader, deputy = face.leader, face.deputy
    if leader is not None and leader.reachable(minute):
        return _person(Post.MANAGER, leader)
    if deputy is not None and deputy.reachable(minute):
        return _person(Post.DEPUTY, deputy)
    for shift in face.shifts:
        if shift.span.covers(minute):
            return Responsible(Post.ROSTER, shift.name, POST_LABELS[Post.ROSTER], shift.phone)
    if face.hotline:
        return Responsible(Post.HOTLINE, face.company_name or "", POST_LABELS[Post.HOTLINE], face.hotline)
    return community_of(face)


def others(face: Face, now: datetime) -> tuple[Responsible, ...]:
    """Return who else can be reached, the one in charge left out: manager, deputy, hotline, community, committee."""
    listed = []
    if face.leader is not None:
        listed.append(_person(Post.MANAGER, face.leader))
    if face.deputy is not None:
        listed.append(_person(Post.DEPUTY, face.deputy))
    if face.hotline:
        title = POST_LABELS[Post.HOTLINE]
        listed.append(Responsible(Post.HOTLINE, face.company_name or "", title, face.hotline))
    listed.append(community_of(face))
    if face.committee is not None:
        listed.append(_person(Post.COMMITTEE, face.committee))
    now_in_charge = in_charge(face, now)
    return tuple(one for one in listed if one.phone != now_in_charge.phone)


def community_of(face: Face | None) -> Responsible:
    """Return the community that stands behind a card, or where to ask when there is none."""
    if face is None or not face.community_phone:
        return Responsible(Post.ADVICE, "", POST_LABELS[Post.ADVICE], "12345")
    return Responsible(Post.COMMUNITY, face.community_name, POST_LABELS[Post.COMMUNITY], face.community_phone)


def _person(post: Post, contact: Contact) -> Responsible:
    return Responsible(post, contact.name, contact.post or POST_LABELS[post], contact.phone, contact.photo_key)
