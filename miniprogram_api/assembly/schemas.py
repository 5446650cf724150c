"""What people send and see of sessions of the owners' assembly."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.assembly.attendance import CAPACITY_LABELS, Attendance, Capacity
from miniprogram_api.assembly.session import (
    CONVENER_LABELS,
    FORM_LABELS,
    KIND_LABELS,
    STATE_LABELS,
    TRIGGER_LABELS,
    AgendaItem,
    CallNotice,
    Convener,
    Correction,
    Form,
    Link,
    LinkKind,
    Minutes,
    Plan,
    Session,
    SessionKind,
    SessionState,
    Totals,
    Trigger,
    TriggerReason,
)
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.workflow import Offer

if TYPE_CHECKING:
    from miniprogram_api.assembly.letters import Mailing
    from miniprogram_api.assembly.yearly import Year

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Text = Annotated[str, msgspec.Meta(max_length=300)]
Place = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Time = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Photos = Annotated[tuple[Id, ...], msgspec.Meta(max_length=20)]
Version = Annotated[int, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class LinkGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ballot or the report that an item is about."""

    kind: LinkKind
    id: Id


class ItemGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One matter of the agenda."""

    title: Title
    text: Text = ""
    link: LinkGiven | None = None

    def item(self) -> AgendaItem:
        """Return it as the house speaks of it."""
        return AgendaItem(self.title, self.text, None if self.link is None else Link(self.link.kind, self.link.id))


class PlanGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What owners are called to: when (``time`` is HH:MM in China), where, in which form, about what, in order."""

    title: Title
    form: Form
    place: Place
    held_on: date
    time: Time
    agenda: Annotated[tuple[ItemGiven, ...], msgspec.Meta(min_length=1, max_length=20)]

    def plan(self) -> Plan:
        """Return it as the house speaks of it."""
        agenda = tuple(item.item() for item in self.agenda)
        return Plan(self.title, self.form, self.place, self.held_on, self.time, agenda)


class TriggerGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an interim session is called; where owners asked, how many of how many, with photos of their list."""

    reason: TriggerReason
    text: Text = ""
    asking: Count | None = None
    owners: Count | None = None
    photo_ids: Photos = ()

    def trigger(self) -> Trigger:
        """Return it as the house speaks of it."""
        return Trigger(self.reason, self.text, self.asking, self.owners, self.photo_ids)


class NewSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A session to be prepared; ``renovated`` says that the community convenes after a renovation (004:80)."""

    kind: SessionKind
    convener: Convener
    plan: PlanGiven
    renovated: bool = False
    trigger: TriggerGiven | None = None


class EditSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole plan anew; ``version`` is that of the draft the writer saw."""

    version: Version
    plan: PlanGiven


class CallOwners(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Photos of the notice where it hangs."""

    photo_ids: Photos = ()


class CorrectSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole plan from now on, and why."""

    plan: PlanGiven
    reason: Reason


class CancelSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it will not be held."""

    reason: Reason


class WriteMinutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was said and decided, with photos of the signed paper."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
    photo_ids: Photos = ()


class ConfirmMinutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``version`` of the session whose minutes were read."""

    version: Version


class PublishResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of it, for all owners."""

    result: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is there for the room; ``version`` only to correct a line. A proxy shows the mandate in photos."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    capacity: Capacity = Capacity.OWNER
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=4)] = ()
    version: Version | None = None


class TakeBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a line was a mistake."""

    reason: Reason


class SessionLine(msgspec.Struct, frozen=True):
    """One session in a list."""

    id: str
    estate_id: str
    kind: SessionKind
    kind_label: str
    convener: Convener
    convener_label: str
    title: str
    form: Form
    form_label: str
    place: str
    held_on: date
    time: str
    state: SessionState
    state_label: str
    version: int
    called_at: datetime | None = None

    @classmethod
    def of(cls, session: Session) -> SessionLine:
        """Return the line of a session."""
        plan = session.plan
        return cls(
            id=session.id,
            estate_id=session.estate_id,
            kind=session.kind,
            kind_label=KIND_LABELS[session.kind],
            convener=session.convener,
            convener_label=CONVENER_LABELS[session.convener],
            title=plan.title,
            form=plan.form,
            form_label=FORM_LABELS[plan.form],
            place=plan.place,
            held_on=plan.held_on,
            time=plan.time,
            state=session.state,
            state_label=STATE_LABELS[session.state],
            version=session.version,
            called_at=None if session.call is None else session.call.hand.at,
        )


class TriggerShown(msgspec.Struct, frozen=True):
    """Why an interim session is called; the list of those who asked is for those who convene."""

    reason: TriggerReason
    label: str
    text: str
    asking: int | None = None
    owners: int | None = None
    photos: list[PhotoShown] = []

    @classmethod
    def of(cls, trigger: Trigger | None, photos: list[PhotoShown]) -> TriggerShown | None:
        """Return what is shown of the reason, or None where there is none."""
        if trigger is None:
            return None
        label = TRIGGER_LABELS[trigger.reason]
        return cls(trigger.reason, label, trigger.text, trigger.asking, trigger.owners, photos)


class CallShown(msgspec.Struct, frozen=True):
    """How owners were called: since when, how many days before at least, by which clause beyond the law.

    ``rooms_told`` were told online; ``all_told_at`` is when the last was. The residents' committee was told with it.
    """

    called_at: datetime
    called_by: str
    days: int
    community_told_at: datetime
    rooms_told: int
    basis: str | None = None
    all_told_at: datetime | None = None
    photos: list[PhotoShown] = []

    @classmethod
    def of(cls, call: CallNotice | None, mailing: Mailing | None, photos: list[PhotoShown]) -> CallShown | None:
        """Return what is shown of the call, or None before it."""
        if call is None:
            return None
        return cls(
            called_at=call.hand.at,
            called_by=call.hand.name,
            days=call.days,
            community_told_at=call.hand.at,
            rooms_told=0 if mailing is None else mailing.rooms,
            basis=call.basis,
            all_told_at=None if mailing is None else mailing.done_at,
            photos=photos,
        )


class CorrectionShown(msgspec.Struct, frozen=True):
    """One public correction: why, by whom, and what was said before."""

    reason: str
    by_name: str
    at: datetime
    was: Plan

    @classmethod
    def of(cls, correction: Correction) -> CorrectionShown:
        """Return what is shown of a correction."""
        return cls(correction.reason, correction.hand.name, correction.hand.at, correction.was)


class MinutesShown(msgspec.Struct, frozen=True):
    """The minutes, who wrote and who confirmed them."""

    text: str
    written_by: str
    written_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    photos: list[PhotoShown] = []

    @classmethod
    def of(cls, minutes: Minutes, photos: list[PhotoShown]) -> MinutesShown:
        """Return what is shown of minutes."""
        confirmed = minutes.confirmed
        return cls(
            text=minutes.text,
            written_by=minutes.written.name,
            written_at=minutes.written.at,
            confirmed_by=None if confirmed is None else confirmed.name,
            confirmed_at=None if confirmed is None else confirmed.at,
            photos=photos,
        )


class SessionShown(msgspec.Struct, frozen=True):
    """A session in full. ``totals`` are there once it was held, ``minutes`` for everybody once they are published.

    ``closing`` is the published result, or why it was cancelled. ``steps`` are those the person who asks may take.
    """

    session: SessionLine
    agenda: tuple[AgendaItem, ...]
    renovated: bool
    corrections: list[CorrectionShown]
    trigger: TriggerShown | None = None
    call: CallShown | None = None
    held_at: datetime | None = None
    totals: Totals | None = None
    minutes: MinutesShown | None = None
    closing: str | None = None
    closed_at: datetime | None = None
    steps: list[Offer] = []


class AttendanceLine(msgspec.Struct, frozen=True):
    """One room that was there; ``area`` in 0.01 m2, ``name`` masked for those who may not read the roster."""

    room_id: str
    label: str
    area: int
    name: str
    capacity: Capacity
    capacity_label: str
    signed_by: str
    signed_at: datetime
    version: int
    withdrawn_reason: str | None = None

    @classmethod
    def of(cls, line: Attendance, name: str) -> AttendanceLine:
        """Return what is shown of a line."""
        return cls(
            room_id=line.room_id,
            label=line.label,
            area=line.area,
            name=name,
            capacity=line.capacity,
            capacity_label=CAPACITY_LABELS[line.capacity],
            signed_by=line.signed.name,
            signed_at=line.signed.at,
            version=line.version,
            withdrawn_reason=line.withdrawn_reason,
        )


class YearShown(msgspec.Struct, frozen=True):
    """What an estate has of a year; ``missing`` while a session is due and none was held."""

    year: int
    due: bool
    missing: bool
    held_id: str | None = None
    called_id: str | None = None

    @classmethod
    def of(cls, year: Year) -> YearShown:
        """Return what is shown of a year."""
        return cls(year.year, year.due, year.is_missing, year.held_id, year.called_id)


class YearlyShown(msgspec.Struct, frozen=True):
    """This year so far, and the last."""

    this_year: YearShown
    last_year: YearShown
