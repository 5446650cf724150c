"""What people send and see of requests to change what a room owes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from miniprogram_api.billing.adjusting import (
    ADJUSTMENT_LABELS,
    ADJUSTMENT_STATE_LABELS,
    MOST_PARTS,
    REASON_LABELS,
    Adjustment,
    AdjustmentKind,
    AdjustmentState,
    Reason,
    Wanted,
)
from miniprogram_api.billing.bill import Instalment
from miniprogram_api.billing.schemas.bills import InstalmentShown, LineShown
from miniprogram_api.edge.operations import ListQuery
from miniprogram_api.kernel.charge import BillKind, ChargeLine
from miniprogram_api.kernel.money import LARGEST_FEN
from miniprogram_api.kernel.photo import PhotoShown

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Short = Annotated[str, msgspec.Meta(max_length=60)]
Fen = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_FEN)]


class NewLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line written by hand: what for, how much, and the working in one sentence."""

    charge: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{1,40}$")]
    label: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    fen: Fen
    quantity: Short = ""
    unit_price: Short = ""
    basis: Annotated[str, msgspec.Meta(max_length=120)] = ""

    def line(self) -> ChargeLine:
        """Return it as the house speaks of it."""
        return ChargeLine(self.charge, self.label, self.fen, self.quantity, self.unit_price, self.basis)


class NewInstalment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much is to be paid by which day."""

    due_on: date
    fen: Fen


class NewAdjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for and why.

    An abatement needs room, percent and first day; its end the id of its request and the last day; a reduction bill
    and fen; a void the bill; a replacement bill, lines and due day; instalments bill and plan; a single charge room,
    kind, period, lines and due day.
    """

    kind: AdjustmentKind
    reason: Reason
    text: Text
    room_id: Annotated[str, msgspec.Meta(max_length=64)] = ""
    bill_id: Annotated[str, msgspec.Meta(max_length=64)] = ""
    fen: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_FEN)] = 0
    percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    charges: Annotated[tuple[Id, ...], msgspec.Meta(max_length=20)] = ()
    first_on: date | None = None
    last_on: date | None = None
    lines: Annotated[tuple[NewLine, ...], msgspec.Meta(max_length=20)] = ()
    bill_kind: BillKind | None = None
    period: Annotated[str, msgspec.Meta(max_length=7)] = ""
    due_on: date | None = None
    plan: Annotated[tuple[NewInstalment, ...], msgspec.Meta(max_length=MOST_PARTS)] = ()
    ends: Annotated[str, msgspec.Meta(max_length=64)] = ""
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)] = ()

    def wanted(self) -> Wanted:
        """Return it as the house speaks of it."""
        return Wanted(
            self.kind,
            self.reason,
            self.text,
            self.room_id,
            self.bill_id,
            self.fen,
            self.percent,
            self.charges,
            self.first_on,
            self.last_on,
            tuple(line.line() for line in self.lines),
            self.bill_kind,
            self.period,
            self.due_on,
            tuple(Instalment(part.due_on, part.fen) for part in self.plan),
            self.ends,
        )


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a request is refused."""

    note: Text


class AdjustmentQuery(ListQuery, frozen=True):
    """Only those that wait for a second person, oldest first; or all, newest first."""

    waiting: bool = False


class AdjustmentShown(msgspec.Struct, frozen=True):
    """One request, with who asked and who decided."""

    id: str
    room_id: str
    room: str
    kind: AdjustmentKind
    kind_label: str
    reason: Reason
    reason_label: str
    text: str
    state: AdjustmentState
    state_label: str
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str
    note: str
    fen: int
    percent: int
    charges: list[str]
    lines: list[LineShown]
    plan: list[InstalmentShown]
    photos: list[PhotoShown]
    bill_id: str | None = None
    ends: str | None = None
    period: str | None = None
    first_on: date | None = None
    last_on: date | None = None
    due_on: date | None = None
    decided_at: datetime | None = None

    @classmethod
    def of(cls, found: Adjustment, photos: list[PhotoShown]) -> AdjustmentShown:
        """Return what is shown of a request."""
        wanted = found.wanted
        return cls(
            id=found.id,
            room_id=found.room_id,
            room=found.room_label,
            kind=wanted.kind,
            kind_label=ADJUSTMENT_LABELS[wanted.kind],
            reason=wanted.reason,
            reason_label=REASON_LABELS[wanted.reason],
            text=wanted.text,
            state=found.state,
            state_label=ADJUSTMENT_STATE_LABELS[found.state],
            asked_by_name=found.asked_by_name,
            asked_at=found.asked_at,
            decided_by_name=found.decided_by_name,
            note=found.note,
            fen=wanted.fen,
            percent=wanted.percent,
            charges=list(wanted.charges),
            lines=[LineShown.of(line) for line in wanted.lines],
            plan=[InstalmentShown(part.due_on, part.fen) for part in wanted.plan],
            photos=photos,
            bill_id=wanted.bill_id or None,
            ends=wanted.ends or None,
            period=wanted.period or None,
            first_on=wanted.first_on,
            last_on=wanted.last_on,
            due_on=wanted.due_on,
            decided_at=found.decided_at,
        )
