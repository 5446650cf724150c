"""What is sent and seen of negative-list cases: officials see all, the member not who reported, others a line."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.conduct.case import CASE_LIFE, REFERRAL, STATE_LABELS, CaseState, Referral
from miniprogram_api.conduct.history import Said
from miniprogram_api.conduct.schemas.breaches import BreachShown
from miniprogram_api.conduct.schemas.catalogue import ItemShown
from miniprogram_api.conduct.schemas.steps import Id, LineShown, PhotoIds, ProofIds, Text, own_steps
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.workflow import Offer

if TYPE_CHECKING:
    from miniprogram_api.conduct.case import Case
    from miniprogram_api.conduct.telling import OwnerNotice, OwnerNoticePart


class ReportMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which member did what, under which item of the list, with proof."""

    post_id: Id
    item: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    fact: Text
    photo_ids: ProofIds

    def said(self) -> Said:
        """Return it as the house speaks of it."""
        return Said(self.fact, self.photo_ids)


class CaseStepName(StrEnum):
    """What community or street can do with a case."""

    CHECK = "check"
    DISMISS = "dismiss"
    HEAR = "hear"
    SUSPEND = "suspend"
    PUT_TO_VOTE = "put_to_vote"
    END = "end"
    RESTORE = "restore"
    ANNOUNCE = "announce"
    LAPSE = "lapse"


class CaseStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step with its words: what was found, heard, decided, or is announced.

    ``decision_id`` names the owners' decision that ends the membership; with ``put_to_vote`` it may name the meeting.
    """

    step: CaseStepName
    text: Text
    photo_ids: PhotoIds = ()
    decision_id: Id | None = None

    def said(self) -> Said:
        """Return it as the house speaks of it."""
        return Said(self.text, self.photo_ids, self.decision_id or "")


class Refer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That the case was handed to justice: when, to whom, with what words."""

    on: date
    authority: Annotated[str, msgspec.Meta(min_length=2, max_length=100, pattern=r"\S")]
    text: Text

    def referral(self) -> Referral:
        """Return it as the house speaks of it."""
        return Referral(self.on, self.authority, self.text)


class CaseReceived(msgspec.Struct, frozen=True):
    """What the reporter is told: it has arrived. What comes of it is announced, or told to nobody."""

    id: str
    reported_at: datetime


class CaseLine(msgspec.Struct, frozen=True):
    """One case in a list."""

    id: str
    estate_id: str
    estate_name: str
    post_id: str
    committee_id: str
    member: str
    title: str
    item: ItemShown
    state: CaseState
    state_label: str
    reported_at: datetime
    suspended_at: datetime | None = None

    @classmethod
    def of(cls, case: Case) -> CaseLine:
        """Return the line of a case."""
        return cls(
            id=case.id,
            estate_id=case.estate_id,
            estate_name=case.seat.estate_name,
            post_id=case.seat.post_id,
            committee_id=case.seat.body_id,
            member=case.seat.name,
            title=case.seat.title,
            item=ItemShown.of(case.item),
            state=case.state,
            state_label=STATE_LABELS[case.state],
            reported_at=case.reported_at,
            suspended_at=case.suspended_at,
        )


class ReferralShown(msgspec.Struct, frozen=True):
    """That it was handed to justice."""

    on: date
    authority: str
    text: str


class CaseShown(msgspec.Struct, frozen=True):
    """A case with its whole history."""

    case: CaseLine
    fact: str
    history: list[LineShown]
    photos: list[PhotoShown]
    decision_id: str | None = None
    announcement: str | None = None
    referral: ReferralShown | None = None
    steps: list[Offer] = []

    @classmethod
    def of(cls, case: Case, photos: list[PhotoShown], steps: list[Offer]) -> CaseShown:
        """Return what community and street see, with the steps that the person who asks may take."""
        referral = case.referral
        return cls(
            case=CaseLine.of(case),
            fact=case.fact,
            history=[LineShown.of(line) for line in case.history],
            photos=photos,
            decision_id=case.decision_id,
            announcement=case.announcement,
            referral=None if referral is None else ReferralShown(referral.on, referral.authority, referral.text),
            steps=steps,
        )

    @classmethod
    def to_member(cls, case: Case, photos: list[PhotoShown]) -> CaseShown:
        """Return what the member sees: not who reported, and not what justice was told."""
        told = [line for line in case.history if line.name != REFERRAL[0]]
        return cls(
            case=CaseLine.of(case),
            fact=case.fact,
            history=[LineShown.of(line, anonymous=line.name == "report") for line in told],
            photos=photos,
            decision_id=case.decision_id,
            announcement=case.announcement,
            steps=own_steps(CASE_LIFE, case.state),
        )


class Outcome(StrEnum):
    """How an announced case came out."""

    ENDED = "ended"
    RESTORED = "restored"


class BoardLine(msgspec.Struct, frozen=True):
    """What everybody may know: that a member is suspended; what came of it only once it was announced."""

    id: str
    post_id: str
    committee_id: str
    member: str
    title: str
    suspended_at: datetime | None
    outcome: Outcome | None = None
    item: str | None = None
    decision_id: str | None = None
    announcement: str | None = None
    announced_at: datetime | None = None

    @classmethod
    def of(cls, case: Case) -> BoardLine:
        """Return what everybody may know of a case."""
        seat = case.seat
        fact = cls(case.id, seat.post_id, seat.body_id, seat.name, seat.title, case.suspended_at)
        if case.state is not CaseState.ANNOUNCED:
            return fact
        return msgspec.structs.replace(
            fact,
            outcome=Outcome.ENDED if case.membership_ended else Outcome.RESTORED,
            item=case.item.text,
            decision_id=case.decision_id,
            announcement=case.announcement,
            announced_at=case.announced_at,
        )


class OwnConduct(msgspec.Struct, frozen=True):
    """What is kept about the person who asks."""

    cases: list[CaseShown]
    breaches: list[BreachShown]


class UnreachedRoom(msgspec.Struct, frozen=True):
    """A room to which nobody is bound."""

    room_id: str
    label: str


class OwnersToldShown(msgspec.Struct, frozen=True):
    """How far a notice to all owners has come, and a page of rooms to visit."""

    title: str
    begun_at: datetime
    done: bool
    told_rooms: int
    unreached_rooms: int
    unreached: list[UnreachedRoom]
    next: str | None = None

    @classmethod
    def of(cls, notice: OwnerNotice, parts: tuple[OwnerNoticePart, ...], following: str | None) -> OwnersToldShown:
        """Return what community and street see."""
        rooms = [UnreachedRoom(door.room_id, door.label) for part in parts for door in part.unreached]
        return cls(
            title=notice.told.title,
            begun_at=notice.begun_at,
            done=notice.done_at is not None,
            told_rooms=notice.rooms,
            unreached_rooms=notice.unreached,
            unreached=rooms,
            next=following,
        )
