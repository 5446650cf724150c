"""What people send and see about household bindings."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from miniprogram_api.households.rules import Occupancy, OccupancyState, Relation, Request, Share
from miniprogram_api.kernel.photo import PhotoShown

Part = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
PhotoId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=200, pattern=r"\S")]


class ShareShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share in a room as a fraction: 1 and 2 for one half."""

    numerator: Part
    denominator: Part

    @classmethod
    def of(cls, share: Share) -> ShareShape:
        """Return the shape of a share."""
        return cls(share.numerator, share.denominator)


class BindingRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As what somebody asks to be bound to a room; ``valid_until`` is the last day."""

    relation: Relation
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=r"\S")]
    share: ShareShape | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    proof_photo_ids: Annotated[list[PhotoId], msgspec.Meta(max_length=6)] = []

    def request(self) -> Request:
        """Return what is asked, as the rules speak of it."""
        share = None if self.share is None else Share(self.share.numerator, self.share.denominator)
        return Request(self.relation, self.name, share, self.valid_from, self.valid_until, tuple(self.proof_photo_ids))


class DecisionKind(StrEnum):
    """What can be decided about a binding that waits."""

    APPROVE = "approve"
    REJECT = "reject"
    ASK_PROOF = "ask_proof"


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision; rejecting and asking for more proof need a reason."""

    decision: DecisionKind
    reason: Reason | None = None


class MoreProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Photos that were asked for."""

    photo_ids: Annotated[list[PhotoId], msgspec.Meta(min_length=1, max_length=6)]


class BindingEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a binding ends; staff must say."""

    reason: Reason | None = None


class Binding(msgspec.Struct, frozen=True):
    """A binding, with name and phone number masked."""

    estate_id: str
    room_id: str
    account_id: str
    place: str
    relation: Relation
    state: OccupancyState
    asked_at: datetime
    name: str | None = None
    phone: str | None = None
    share: ShareShape | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    decided_at: datetime | None = None
    reason: str | None = None

    @classmethod
    def of(cls, one: Occupancy) -> Binding:
        """Return the binding as neighbours and lists see it."""
        return cls(
            estate_id=one.estate_id,
            room_id=one.room_id,
            account_id=one.account_id,
            place=f"{one.estate_name} {one.room_label}",
            relation=one.relation,
            state=one.state,
            asked_at=one.asked_at,
            name=one.name_masked,
            phone=one.phone_masked,
            share=None if one.share is None else ShareShape.of(one.share),
            valid_from=one.valid_from,
            valid_until=one.valid_until,
            decided_at=one.decided_at,
            reason=one.reason,
        )


class BindingInFull(msgspec.Struct, frozen=True):
    """A binding for whoever has to check it: name and number in the clear, and the proof."""

    binding: Binding
    name: str | None
    phone: str | None
    proof_photo_ids: list[str]
    proof_photos: list[PhotoShown]


class Bindings(msgspec.Struct, frozen=True):
    """Bindings of one room or one person; both are few."""

    items: list[Binding]


class Address(msgspec.Struct, frozen=True):
    """A building and its entrances, to find one's room."""

    building_id: str
    name: str
    entrances: list[str]


class Addresses(msgspec.Struct, frozen=True):
    """The buildings of an estate."""

    items: list[Address]


class RoomToBind(msgspec.Struct, frozen=True):
    """A room somebody may ask to be bound to; nothing about who owns it."""

    room_id: str
    entrance: str
    number: str
    label: str
