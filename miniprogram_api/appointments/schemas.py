"""What people send and see about posts."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from miniprogram_api.appointments.bodies import STATION_HOUSEHOLDS, Body, BodyKind, Station
from miniprogram_api.appointments.rules import Appointee, DutySpan, Particulars, Post, PostState, Source
from miniprogram_api.kernel.access import Role, ScopeKind

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=r"\S")]
Phone = Annotated[str, msgspec.Meta(min_length=11, max_length=20)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=200, pattern=r"\S")]
Minute = Annotated[int, msgspec.Meta(ge=0, le=10_080)]
Skills = Annotated[list[ShortText], msgspec.Meta(max_length=20)]


class DutyHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Duty hours in minutes of the week, from Monday 00:00; an end at or before its start runs over Sunday midnight."""

    from_minute: Minute
    to_minute: Minute


Hours = Annotated[list[DutyHours], msgspec.Meta(max_length=28)]


def _spans(hours: list[DutyHours]) -> tuple[DutySpan, ...]:
    return tuple(DutySpan(one.from_minute, one.to_minute) for one in hours)


class NewPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody to appoint by phone number; ``ends_on`` is the last day."""

    name: Name
    phone: Phone
    display_name: ShortText | None = None
    title: ShortText | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    def particulars(self) -> Particulars:
        """Return what is recorded of the person in the post."""
        return Particulars(self.display_name or "", self.title or "")

    def appointee(self) -> Appointee:
        """Return whom to appoint, as the rules speak of it."""
        return Appointee(self.name, self.phone, self.particulars(), self.starts_on, self.ends_on)


class NewStaff(NewPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody of a company; ``successor_of`` names the manager's (deputy's) post that ends at the same moment."""

    role: Role
    deputy: bool = False
    successor_of: Id | None = None
    skills: Skills = []
    duty_hours: Hours = []
    photo_id: Id | None = None
    filing_number: ShortText | None = None

    def particulars(self) -> Particulars:
        """Return what is recorded of the person in the post."""
        return Particulars(
            display_name=self.display_name or "",
            title=self.title or "",
            skills=tuple(self.skills),
            duty_hours=_spans(self.duty_hours),
            photo_id=self.photo_id,
            filing_number=self.filing_number,
        )


class NewCompanyStaff(NewStaff, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody of a company for several estates at once."""

    estate_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=12)]


class NewOfficial(NewPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An official; ``source`` says who posted a street station's person."""

    source: Source | None = None
    duty_hours: Hours = []

    def particulars(self) -> Particulars:
        """Return what is recorded of the person in the post."""
        return Particulars(
            display_name=self.display_name or "",
            title=self.title or "",
            duty_hours=_spans(self.duty_hours),
            source=self.source,
        )


class NewMember(NewPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A committee member; party membership and other posts are told voluntarily."""

    party_member: bool | None = None
    concurrent_post: ShortText | None = None

    def particulars(self) -> Particulars:
        """Return what is recorded of the person in the post."""
        return Particulars(
            display_name=self.display_name or "",
            title=self.title or "",
            party_member=self.party_member,
            concurrent_post=self.concurrent_post,
        )


class NewRepresentative(NewPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A building head or representative, for one building and entrance or for the estate."""

    building_id: Id | None = None
    entrance: ShortText | None = None

    def particulars(self) -> Particulars:
        """Return what is recorded of the person in the post."""
        return Particulars(
            display_name=self.display_name or "",
            title=self.title or "",
            building_id=self.building_id,
            entrance=self.entrance,
        )


class PostEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a post; what is left out stays, null empties what may be empty."""

    display_name: ShortText | msgspec.UnsetType = msgspec.UNSET
    title: ShortText | msgspec.UnsetType = msgspec.UNSET
    skills: Skills | msgspec.UnsetType = msgspec.UNSET
    duty_hours: Hours | msgspec.UnsetType = msgspec.UNSET
    photo_id: Id | msgspec.UnsetType | None = msgspec.UNSET
    filing_number: ShortText | msgspec.UnsetType | None = msgspec.UNSET
    source: Source | msgspec.UnsetType | None = msgspec.UNSET
    ends_on: date | msgspec.UnsetType | None = msgspec.UNSET

    def changes(self) -> dict[str, Any]:
        """Return the fields that were given, as the rules name them."""
        given = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not msgspec.UNSET}
        if "skills" in given:
            given["skills"] = tuple(given["skills"])
        if "duty_hours" in given:
            given["duty_hours"] = _spans(given["duty_hours"])
        return given


class StepName(StrEnum):
    """What can be done with a post."""

    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"


class PostStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Suspend, resume or end a post; suspending and ending need a reason."""

    step: StepName
    reason: Reason | None = None


class PostLine(msgspec.Struct, frozen=True):
    """A post as lists show it: the working name, the number masked."""

    id: str
    place: ScopeKind
    place_id: str
    place_name: str
    role: Role
    deputy: bool
    state: PostState
    display_name: str
    title: str
    phone: str | None
    skills: list[str]
    duty_hours: list[DutyHours]
    starts_on: date
    ends_on: date | None
    account_id: str | None = None
    photo_id: str | None = None
    filing_number: str | None = None
    source: Source | None = None
    body_id: str | None = None
    building_id: str | None = None
    entrance: str | None = None
    reason: str | None = None
    pledge_missing: bool = False
    held_for_case: bool = False

    @classmethod
    def of(cls, post: Post) -> PostLine:
        """Return the line of a post."""
        about = post.about
        return cls(
            id=post.id,
            place=post.place,
            place_id=post.place_id,
            place_name=post.place_name,
            role=post.role,
            deputy=post.deputy,
            state=post.state,
            display_name=about.display_name,
            title=about.title,
            phone=post.phone_masked,
            skills=list(about.skills),
            duty_hours=[DutyHours(span.start, span.end) for span in about.duty_hours],
            starts_on=post.starts_on,
            ends_on=post.ends_on,
            account_id=post.account_id,
            photo_id=about.photo_id,
            filing_number=about.filing_number,
            source=about.source,
            body_id=post.body_id,
            building_id=about.building_id,
            entrance=about.entrance,
            reason=post.reason,
            pledge_missing=post.pledge_missing,
            held_for_case=bool(post.held_for),
        )


class PostLines(msgspec.Struct, frozen=True):
    """The posts one act was about."""

    items: list[PostLine]


class PostInFull(msgspec.Struct, frozen=True):
    """A post for those who work with the person: name and number in the clear."""

    post: PostLine
    name: str | None
    phone: str | None


class Representative(msgspec.Struct, frozen=True):
    """A committee member or building head as neighbours see them: no number, nothing told for statistics."""

    id: str
    role: Role
    state: PostState
    display_name: str
    title: str
    starts_on: date
    ends_on: date | None
    body_id: str | None = None
    building_id: str | None = None
    entrance: str | None = None
    pledge_missing: bool = False

    @classmethod
    def of(cls, post: Post) -> Representative:
        """Return what neighbours see of a post."""
        about = post.about
        return cls(
            post.id,
            post.role,
            post.state,
            about.display_name,
            about.title,
            post.starts_on,
            post.ends_on,
            post.body_id,
            about.building_id,
            about.entrance,
            post.pledge_missing,
        )


class NewBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A committee with its first and last day; ``seal_keeper`` says who keeps the seal."""

    kind: BodyKind
    name: ShortText
    formed_on: date
    term_ends_on: date
    seal_keeper: ShortText | None = None
    filing_number: ShortText | None = None


class BodyEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a committee; ``contact`` is the post of the member whose number the cards show."""

    name: ShortText | msgspec.UnsetType = msgspec.UNSET
    term_ends_on: date | msgspec.UnsetType = msgspec.UNSET
    seal_keeper: ShortText | msgspec.UnsetType | None = msgspec.UNSET
    filing_number: ShortText | msgspec.UnsetType | None = msgspec.UNSET
    contact: Id | msgspec.UnsetType | None = msgspec.UNSET

    def changes(self) -> dict[str, Any]:
        """Return the fields that were given."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not msgspec.UNSET}


class BodyEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a committee is dissolved."""

    reason: Reason


class Committee(msgspec.Struct, frozen=True):
    """A committee as everybody in the estate sees it."""

    id: str
    kind: BodyKind
    name: str
    formed_on: date
    term_ends_on: date
    filing_number: str | None = None
    contact: str | None = None
    ended_at: datetime | None = None

    @classmethod
    def of(cls, body: Body) -> Committee:
        """Return what everybody sees of a committee."""
        return cls(
            body.id,
            body.kind,
            body.name,
            body.formed_on,
            body.term_ends_on,
            body.filing_number,
            body.contact,
            body.ended_at,
        )


class CommitteeInFull(msgspec.Struct, frozen=True):
    """A committee with its members, and for those who look after it the keeper of its seal."""

    committee: Committee
    members: list[Representative]
    seal_keeper: str | None = None


class StationView(msgspec.Struct, frozen=True):
    """A street's property station: people by source, households served against the base figure, what is missing."""

    staff: list[PostLine]
    bureau: int
    subdistrict: int
    social_organisation: int
    missing: list[Source]
    households: int
    households_base: int
    communities: int

    @classmethod
    def of(cls, station: Station) -> StationView:
        """Return the view of a station."""
        return cls(
            staff=[PostLine.of(post) for post in station.staff],
            bureau=station.count(Source.BUREAU),
            subdistrict=station.count(Source.SUBDISTRICT),
            social_organisation=station.count(Source.SOCIAL_ORGANISATION),
            missing=list(station.missing),
            households=station.households,
            households_base=STATION_HOUSEHOLDS,
            communities=station.communities,
        )
