"""What people send and see of decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.decisions.decision import (
    GROUND_LABELS,
    MAKER_LABELS,
    STATE_LABELS,
    Correction,
    Decision,
    DecisionState,
    Ground,
    GroundKind,
    Maker,
    Order,
    Rescission,
)
from miniprogram_api.kernel.matter import MATTER_LABELS, Matter
from miniprogram_api.kernel.money import LARGEST_FEN
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.workflow import Offer

if TYPE_CHECKING:
    from miniprogram_api.decisions.circular import Circular, RoomTold

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Clause = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Fen = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_FEN)]
Ids = Annotated[tuple[Id, ...], msgspec.Meta(max_length=200)]


class NewDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the committee decided, with photos of the signed minutes.

    ``amount_fen`` is up to how much money it covers, ``building_ids`` the buildings it is about (none: all).
    """

    matter: Matter
    title: Title
    text: Text
    decided_on: date
    minutes: Text
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=9)]
    amount_fen: Fen | None = None
    building_ids: Ids = ()


class GroundGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the decision offends against, with the clause."""

    kind: GroundKind
    clause: Clause

    def ground(self) -> Ground:
        """Return it as the house speaks of it."""
        return Ground(self.kind, self.clause)


class NewOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be corrected, until the end of which day, and why."""

    ground: GroundGiven
    text: Reason
    due_on: date


class NewCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was corrected."""

    text: Reason
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)] = ()


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version of the decision in which the official read the answer."""

    version: Annotated[int, msgspec.Meta(ge=0)]


class NewRescission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the decision is rescinded."""

    ground: GroundGiven
    reason: Reason


class DoorVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which day the owner was told at the door."""

    visited_on: date


class GroundShown(msgspec.Struct, frozen=True):
    """The provision offended against."""

    kind: GroundKind
    label: str
    clause: str

    @classmethod
    def of(cls, ground: Ground) -> GroundShown:
        """Return it as it is shown."""
        return cls(ground.kind, GROUND_LABELS[ground.kind], ground.clause)


class OrderShown(msgspec.Struct, frozen=True):
    """The street's order."""

    ground: GroundShown
    text: str
    due_on: date
    by_name: str
    at: datetime

    @classmethod
    def of(cls, order: Order | None) -> OrderShown | None:
        """Return it as it is shown, or None where there is none."""
        if order is None:
            return None
        return cls(GroundShown.of(order.ground), order.text, order.due_on, order.given.by_name, order.given.at)


class CorrectionShown(msgspec.Struct, frozen=True):
    """The answer to the order."""

    text: str
    by_name: str
    at: datetime
    photos: tuple[PhotoShown, ...]

    @classmethod
    def of(cls, correction: Correction | None, photos: list[PhotoShown]) -> CorrectionShown | None:
        """Return it as it is shown, or None where there is none."""
        if correction is None:
            return None
        own = tuple(photo for photo in photos if photo.id in correction.photo_ids)
        return cls(correction.text, correction.given.by_name, correction.given.at, own)


class RescissionShown(msgspec.Struct, frozen=True):
    """Why and when the decision was rescinded."""

    ground: GroundShown
    reason: str
    by_name: str
    at: datetime

    @classmethod
    def of(cls, one: Rescission | None) -> RescissionShown | None:
        """Return it as it is shown, or None where there is none."""
        if one is None:
            return None
        return cls(GroundShown.of(one.ground), one.reason, one.given.by_name, one.given.at)


class DecisionLine(msgspec.Struct, frozen=True):
    """One decision in a list, in fen; ``building_ids`` empty is all of the estate."""

    id: str
    maker: Maker
    maker_label: str
    matter: Matter
    matter_label: str
    title: str
    decided_on: date
    state: DecisionState
    state_label: str
    building_ids: list[str]
    used_fen: int
    version: int
    amount_fen: int | None = None

    @classmethod
    def of(cls, decision: Decision) -> DecisionLine:
        """Return the line of a decision."""
        return cls(
            id=decision.id,
            maker=decision.maker,
            maker_label=MAKER_LABELS[decision.maker],
            matter=decision.matter,
            matter_label=MATTER_LABELS[decision.matter],
            title=decision.title,
            decided_on=decision.decided_on,
            state=decision.state,
            state_label=STATE_LABELS[decision.state],
            building_ids=list(decision.building_ids),
            used_fen=decision.used_fen,
            version=decision.version,
            amount_fen=decision.amount_fen,
        )


class DecisionShown(msgspec.Struct, frozen=True):
    """One decision with what it says, where it comes from, and the street's case about it."""

    decision: DecisionLine
    text: str
    chosen: list[str]
    recorded_by_name: str
    recorded_at: datetime
    minutes: str | None = None
    minutes_photos: tuple[PhotoShown, ...] = ()
    ballot_id: str | None = None
    ballot_question: int | None = None
    order: OrderShown | None = None
    correction: CorrectionShown | None = None
    confirmed_by_name: str | None = None
    confirmed_at: datetime | None = None
    rescission: RescissionShown | None = None
    steps: list[Offer] = []

    @classmethod
    def of(cls, decision: Decision, photos: list[PhotoShown], steps: list[Offer]) -> DecisionShown:
        """Return what is shown of a decision, with what the person who asks may do about it."""
        minutes, ballot, confirmed = decision.minutes, decision.ballot, decision.confirmed
        return cls(
            decision=DecisionLine.of(decision),
            text=decision.text,
            chosen=list(decision.chosen),
            recorded_by_name=decision.recorded.by_name,
            recorded_at=decision.recorded.at,
            minutes=None if minutes is None else minutes.text,
            minutes_photos=tuple(photo for photo in photos if minutes and photo.id in minutes.photo_ids),
            ballot_id=None if ballot is None else ballot.ballot_id,
            ballot_question=None if ballot is None else ballot.number,
            order=OrderShown.of(decision.order),
            correction=CorrectionShown.of(decision.correction, photos),
            confirmed_by_name=None if confirmed is None else confirmed.by_name,
            confirmed_at=None if confirmed is None else confirmed.at,
            rescission=RescissionShown.of(decision.rescission),
            steps=steps,
        )


class RoomToldShown(msgspec.Struct, frozen=True):
    """How one room was told of the rescission: online, at the door, or not yet."""

    room_id: str
    building_id: str
    label: str
    online: bool
    listed_at: datetime
    visited_on: date | None = None
    visited_by_name: str | None = None

    @classmethod
    def of(cls, told: RoomTold) -> RoomToldShown:
        """Return it as it is shown."""
        line = cls(told.room_id, told.building_id, told.label, told.online, told.at)
        if told.visit is None:
            return line
        return msgspec.structs.replace(line, visited_on=told.visit.on, visited_by_name=told.visit.mark.by_name)


class ReachShown(msgspec.Struct, frozen=True):
    """How far the notice of the rescission has come: rooms told online, at the door, and still to be visited.

    ``complete`` says that every room of the estate has been looked at.
    """

    complete: bool
    told_online: int
    told_at_the_door: int
    doors_left: int

    @classmethod
    def of(cls, circular: Circular, doors_left: int) -> ReachShown:
        """Return it as it is shown."""
        # The queue of doors follows a moment after the count of them.
        return cls(circular.complete, circular.told, max(0, circular.doors - doors_left), doors_left)
