"""Posts: appointed by phone number, claimed when that number is proved, suspended and ended at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.clock import start_of
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

MAXIMUM_ESTATES = 12
"""Estates of one appointment. Each takes up to seven parts of the one act that hands over a manager's post."""


class PostState(StrEnum):
    """How a post stands."""

    WAITING = "waiting"  # appointed; the phone number is not proved yet
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


POST_LIFE = Workflow(
    "post",
    PostState.WAITING,
    (
        Transition("claim", "到岗", frozenset({PostState.WAITING}), PostState.ACTIVE),
        Transition(
            "suspend",
            "暂停",
            frozenset({PostState.ACTIVE}),
            PostState.SUSPENDED,
            requires=frozenset({"reason"}),
        ),
        Transition("resume", "恢复", frozenset({PostState.SUSPENDED}), PostState.ACTIVE),
        Transition(
            "end",
            "结束",
            frozenset({PostState.WAITING, PostState.ACTIVE, PostState.SUSPENDED}),
            PostState.ENDED,
            requires=frozenset({"reason"}),
        ),
    ),
)


class StationUnknown(NotFound):
    """Only streets have a property station 物管站 (IDR-07)."""

    code = "station_unknown"
    message = "请选择街道查看物管站。"


class PostUnknown(NotFound):
    """There is no such post here, or it is not of this kind."""

    code = "post_unknown"
    message = "没有找到该任职记录，请刷新列表。"


class PostChanged(Conflict):
    """The post was changed by somebody else in the same moment."""

    code = "post_changed"
    message = "该任职刚刚被他人修改，请刷新后再试。"


class PostDiffers(Conflict):
    """The same request number was used before for another appointment."""

    code = "post_differs"
    message = "该请求编号已用于另一项任命，请重新提交。"


class SeatTaken(Conflict):
    """The estate has an acting manager (or a deputy); there is at most one of each (IDR-04)."""

    code = "seat_taken"
    message = "该小区已有在任人员，请选择“接任”以同时结束原任职。"


class PortraitNotReady(Conflict):
    """The photo was not accepted (yet), or is none of this estate."""

    code = "portrait_not_ready"
    message = "照片还在审核或不可用，请稍后再试，或换一张照片。"


class SeatsChanged(Conflict):
    """Manager or deputy of an estate changed in the same moment."""

    code = "seats_changed"
    message = "该小区的项目经理或副经理刚刚有变动，请刷新后再试。"


class CompanyMissing(Conflict):
    """No company is under contract at the estate, so there is no staff to name."""

    code = "company_missing"
    message = "该小区没有在管物业企业，请先完成合同备案。"


class TermUnclear(Invalid):
    """The term ends before it begins, or a manager's does not begin today."""

    code = "term_unclear"
    message = "任期有误：结束日期不能早于开始日期，项目经理和副经理须即日到岗。"


class TooManyEstates(Invalid):
    """More estates than one appointment takes, none, or the same one twice."""

    code = "too_many_estates"
    message = "请选择 1 至 12 个不同的小区；更多小区请分次任命。"


class RoleNotGivable(Invalid):
    """That role is not one this appointment can give."""

    code = "role_not_givable"
    message = "该岗位不能在这里任命，请重新选择岗位。"


class HeldForCase(Conflict):
    """A negative-list case suspends the member; only the case gives the rights back (VOT-14)."""

    code = "post_held_for_case"
    message = "该成员因负面清单案件被暂停履职，请在该案件中办理，案件办结前不能恢复或另行任命。"


class PostsHeld(Conflict):
    """A person who holds a post hands it over before they delete their account (时时有人管)."""

    code = "posts_held"
    message = "您还有在任岗位，请先联系单位结束任职，再注销账号。"


class Source(StrEnum):
    """Who posted an official to a street station 物管站 (IDR-07)."""

    BUREAU = "bureau"  # 区住建局下沉
    SUBDISTRICT = "subdistrict"  # 属地街道下沉
    SOCIAL_ORGANISATION = "social_organisation"  # 社会组织


class Group(StrEnum):
    """Whom a list of posts is about."""

    STAFF = "staff"
    RESIDENTS = "residents"  # committee members, building heads and representatives
    OFFICIALS = "officials"


@dataclass(frozen=True, slots=True)
class DutySpan:
    """Duty hours in minutes of the week from Monday 00:00 in China; an end at or before its start runs over Sunday."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is recorded of somebody in a post and may change while they hold it (IDR-04)."""

    display_name: str
    title: str = ""
    skills: tuple[str, ...] = ()
    duty_hours: tuple[DutySpan, ...] = ()
    photo_id: str | None = None
    photo_key: str | None = None
    filing_number: str | None = None
    source: Source | None = None
    building_id: str | None = None
    entrance: str | None = None
    party_member: bool | None = None
    concurrent_post: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One post at one estate, company or unit. An appointment to several estates has one of the same id in each.

    ``name`` and ``phone`` are sealed. ``starts_on`` and ``ends_on`` (the last day) are dates in China.
    ``estate_ids`` names all estates of the appointment, ``body_id`` the committee a member belongs to. ``pledged_at``
    is when a member signed the commitment, ``held_for`` names the negative-list cases that suspend a member.
    """

    id: str
    place: ScopeKind
    place_id: str
    place_name: str
    role: Role
    about: Particulars
    name: str | None
    phone: str | None
    phone_masked: str | None
    phone_index: str | None
    appointed_by: str
    appointed_at: datetime
    starts_on: date
    ends_on: date | None = None
    state: PostState = PostState.WAITING
    deputy: bool = False
    company_id: str | None = None
    estate_ids: tuple[str, ...] = ()
    body_id: str | None = None
    account_id: str | None = None
    reason: str | None = None
    ended_at: datetime | None = None
    pledged_at: datetime | None = None
    held_for: tuple[str, ...] = ()
    version: int = 0

    @property
    def reference(self) -> str:
        """What a phone number remembers of a post that waits for it."""
        return f"{self.place.value}/{self.place_id}/{self.id}"

    @property
    def grant_id(self) -> str:
        """The id of the grant that comes with the post."""
        return derived_id("grt", self.place.value, self.place_id, self.id)

    @property
    def group(self) -> Group:
        """In which list the post stands."""
        if self.place is ScopeKind.UNIT:
            return Group.OFFICIALS
        return Group.RESIDENTS if self.role in {Role.COMMITTEE, Role.BUILDING_HEAD} else Group.STAFF

    @property
    def leads(self) -> bool:
        """Whether this is the one manager's or the one deputy's post of an estate (IDR-04)."""
        return self.role is Role.MANAGER

    @property
    def is_over(self) -> bool:
        """Whether the post has ended."""
        return self.state is PostState.ENDED

    @property
    def pledge_missing(self) -> bool:
        """Whether a committee member has yet to sign the commitment 履职承诺书; before, no right counts (VOT-13)."""
        return self.body_id is not None and self.pledged_at is None

    @property
    def is_withheld(self) -> bool:
        """Whether the post gives no rights for now, whatever its term says."""
        return self.state is PostState.SUSPENDED or self.pledge_missing or bool(self.held_for)

    def grant(self) -> Grant:
        """Return the role that comes with the post, for its term and no longer."""
        return Grant(
            id=self.grant_id,
            role=self.role,
            scope=Scope(self.place, self.place_id),
            label=self.place_name,
            company_id=self.company_id if self.place is ScopeKind.ESTATE else None,
            valid_from=start_of(self.starts_on),
            valid_until=None if self.ends_on is None else start_of(self.ends_on + timedelta(days=1)),
            suspended=self.is_withheld,
        )

    def held_by(self, account_id: str) -> Post:
        """Return the post in the hands of the person who proved the phone number."""
        claimed = replace(self._after("claim", {}), account_id=account_id)
        return replace(claimed, state=PostState.SUSPENDED, reason=self.reason) if self.held_for else claimed

    def signed(self, at: datetime) -> Post:
        """Return the member's post after the commitment was signed; the first signature stays (VOT-13)."""
        return self if self.pledged_at is not None else replace(self, pledged_at=at)

    def held(self, case_id: str, reason: str) -> Post:
        """Return the member's post suspended for a negative-list case, whatever else it still waits for (VOT-14)."""
        state = PostState.SUSPENDED if self.state is PostState.ACTIVE else self.state
        return replace(self, state=state, held_for=(*self.held_for, case_id), reason=reason)

    def freed(self, case_id: str) -> Post:
        """Return the post after the case let go of it; rights are back once no case holds it (VOT-14)."""
        left = tuple(one for one in self.held_for if one != case_id)
        if left or self.state is not PostState.SUSPENDED:
            return replace(self, held_for=left)
        return replace(self, held_for=left, state=PostState.ACTIVE, reason=None)

    def step(self, name: str, given: Mapping[str, object], at: datetime) -> Post:
        """Return the post after somebody suspended, resumed or ended it.

        Party membership was told for the check of a sitting committee (VOT-11); it goes when the post ends.

        Raises:
            HeldForCase: a negative-list case suspends it.
            IllegalTransition: it is not in a state for that.
            InputMissing: the reason is missing.
        """
        if name == "resume" and self.held_for:
            raise HeldForCase
        stepped = self._after(name, given)
        if not stepped.is_over:
            return stepped
        return replace(stepped, ended_at=at, about=replace(stepped.about, party_member=None))

    def without_person(self) -> Post:
        """Return what stays of an ended post when the person deletes their account: the fact."""
        about = Particulars("已注销用户", self.about.title)
        return replace(self, about=about, name=None, phone=None, phone_masked=None, phone_index=None)

    def _after(self, name: str, given: Mapping[str, object]) -> Post:
        step = POST_LIFE.step(self.state, name, given=given, actor="", participants={})
        reason = given.get("reason")
        return replace(self, state=step.target, reason=str(reason) if reason else None)


@dataclass(frozen=True, slots=True)
class Leaders:
    """The seats of an estate: at most one acting manager and at most one deputy, held by post ids (IDR-04)."""

    estate_id: str
    manager: str | None = None
    deputy: str | None = None
    version: int = 0

    def seat_of(self, post: Post) -> str | None:
        """Return which post sits where this one would."""
        return self.deputy if post.deputy else self.manager

    def seated(self, post: Post) -> Leaders:
        """Return the seats with this post in its seat."""
        return replace(self, deputy=post.id) if post.deputy else replace(self, manager=post.id)

    def left_by(self, post: Post) -> Leaders:
        """Return the seats after this post gave its seat up."""
        if self.seat_of(post) != post.id:
            return self
        return replace(self, deputy=None) if post.deputy else replace(self, manager=None)


GIVEN_BY: dict[Role, frozenset[Role]] = {
    Role.COMPANY_ADMIN: frozenset(
        {Role.MANAGER, Role.DISPATCHER, Role.REPAIRER, Role.PATROLLER, Role.FINANCE, Role.GUARD}
    ),
    Role.MANAGER: frozenset({Role.DISPATCHER, Role.REPAIRER, Role.PATROLLER, Role.FINANCE, Role.GUARD}),
    Role.COMMUNITY: frozenset({Role.COMMITTEE, Role.BUILDING_HEAD}),
    Role.STREET: frozenset({Role.COMMITTEE, Role.BUILDING_HEAD}),
}
"""Who may give and take which role at an estate: managers are the company's to name, not a colleague's (IDR-04)."""


def may_give(roles: frozenset[Role], wanted: Role) -> bool:
    """Say whether somebody with these roles may give (and take) the wanted role at an estate."""
    return any(wanted in GIVEN_BY.get(role, frozenset()) for role in roles)


def check_term(starts_on: date, ends_on: date | None, today: date, *, leads: bool) -> None:
    """Make sure that a term runs forward, is not over, and that a leader begins now: a seat is never empty by plan.

    Raises:
        TermUnclear: it does not.
    """
    if ends_on is not None and (ends_on < starts_on or ends_on < today):
        raise TermUnclear
    if leads and starts_on > today:
        raise TermUnclear


@dataclass(frozen=True, slots=True)
class Appointee:
    """Whom to appoint, as typed in: name and phone number in the clear, and the term."""

    name: str
    phone: str
    about: Particulars
    starts_on: date | None = None
    ends_on: date | None = None
