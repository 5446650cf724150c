"""What people send and see of opening arrears, the care for rooms in arrears, and the collection rate."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.billing.arrears import ArrearsImport, ArrearsState
from miniprogram_api.billing.care import (
    CARE_LABELS,
    CONTACT_LABELS,
    CareReason,
    Contact,
    ContactMeans,
    RoomCare,
)
from miniprogram_api.billing.collection import Ageing, Counted, Figure, percent
from miniprogram_api.edge.operations import ListQuery
from miniprogram_api.kernel.charge import BILL_KIND_LABELS, BillKind

if TYPE_CHECKING:
    from miniprogram_api.estates.rules import Estate

PeriodText = Annotated[str, msgspec.Meta(min_length=4, max_length=7)]
Note = Annotated[str, msgspec.Meta(max_length=200)]


class RowErrorShown(msgspec.Struct, frozen=True):
    """What is wrong with which row of which sheet."""

    sheet: str
    row: int
    problem: str


class ArrearsImportShown(msgspec.Struct, frozen=True):
    """One import of opening arrears; errors are cut at 300, the count beside them is whole."""

    id: str
    state: ArrearsState
    made_at: datetime
    rows: int
    fen: int
    known: int
    written: int
    error_count: int
    errors: list[RowErrorShown]
    left_out: list[str]

    @classmethod
    def of(cls, found: ArrearsImport) -> ArrearsImportShown:
        """Return what is shown of an import."""
        errors = [RowErrorShown(one.sheet, one.row, one.problem) for one in found.errors]
        return cls(
            found.id,
            found.state,
            found.made_at,
            found.rows,
            found.fen,
            found.known,
            found.written,
            found.error_count,
            errors,
            list(found.left_out),
        )


class CareQuery(ListQuery, frozen=True):
    """Rooms that are looked after for one reason."""

    reason: CareReason = CareReason.UNKNOWN


class NewReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a room does not pay, and the complaint behind it where there is one."""

    reason: CareReason
    note: Note = ""
    work_order_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None


class NewContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody was spoken to, and what was said."""

    means: ContactMeans
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class CareShown(msgspec.Struct, frozen=True):
    """Why a room does not pay, as it was told."""

    room_id: str
    room: str
    reason: CareReason
    reason_label: str
    note: str
    set_by_name: str
    set_at: datetime
    work_order_id: str | None = None

    @classmethod
    def of(cls, care: RoomCare) -> CareShown:
        """Return what is shown of it."""
        label = CARE_LABELS[care.reason]
        room = (care.room_id, care.room_label)
        return cls(*room, care.reason, label, care.note, care.set_by_name, care.set_at, care.work_order_id)


class CareContactShown(msgspec.Struct, frozen=True):
    """One conversation about a room's arrears."""

    id: str
    means: ContactMeans
    means_label: str
    text: str
    by_name: str
    at: datetime

    @classmethod
    def of(cls, one: Contact) -> CareContactShown:
        """Return what is shown of it."""
        return cls(one.id, one.means, CONTACT_LABELS[one.means], one.text, one.by_name, one.at)


class RoomCareShown(msgspec.Struct, frozen=True):
    """Why a room does not pay, and who spoke with it, newest first."""

    contacts: list[CareContactShown]
    care: CareShown | None = None
    next: str | None = None


class CountedShown(msgspec.Struct, frozen=True):
    """Amounts and rooms, billed and paid, with both rates in percent; a rate is absent where nothing was billed."""

    bills: int
    due_fen: int
    paid_fen: int
    rooms: int
    rooms_paid: int
    rate_by_amount: str | None = None
    rate_by_rooms: str | None = None

    @classmethod
    def of(cls, counted: Counted) -> CountedShown:
        """Return what is shown of it."""
        return cls(
            counted.bills,
            counted.due_fen,
            counted.paid_fen,
            counted.rooms,
            counted.rooms_paid,
            percent(counted.paid_fen, counted.due_fen),
            percent(counted.rooms_paid, counted.rooms),
        )


class FigureShown(msgspec.Struct, frozen=True):
    """What was counted of one period and kind, and when."""

    period: str
    kind: BillKind
    kind_label: str
    counted: CountedShown
    counted_at: datetime

    @classmethod
    def of(cls, figure: Figure) -> FigureShown:
        """Return what is shown of a figure."""
        label = BILL_KIND_LABELS[figure.kind]
        return cls(figure.period, figure.kind, label, CountedShown.of(figure.counted), figure.counted_at)


class BucketShown(msgspec.Struct, frozen=True):
    """Arrears of one age."""

    name: str
    label: str
    bills: int
    fen: int


class AgeingShown(msgspec.Struct, frozen=True):
    """How old an estate's unpaid bills are; nobody is named."""

    buckets: list[BucketShown]
    counted_at: datetime | None = None

    @classmethod
    def of(cls, ageing: Ageing | None) -> AgeingShown:
        """Return what is shown of it; of an estate without bills nothing."""
        if ageing is None:
            return cls([])
        buckets = [BucketShown(one.name, one.label, one.bills, one.fen) for one in ageing.buckets]
        return cls(buckets, ageing.counted_at)


class RateQuery(ListQuery, frozen=True):
    """Which period and kind."""

    period: PeriodText = ""
    kind: BillKind = BillKind.SERVICE


class EstateRate(msgspec.Struct, frozen=True):
    """The rate of one estate; absent when nothing of the period was counted yet."""

    estate_id: str
    estate: str
    counted: CountedShown | None = None

    @classmethod
    def of(cls, estate: Estate, figure: Figure | None) -> EstateRate:
        """Return what is shown of an estate."""
        return cls(estate.id, estate.name, None if figure is None else CountedShown.of(figure.counted))


class CompanyRate(msgspec.Struct, frozen=True):
    """The rate of a company: the sum over its estates, and each of them."""

    total: CountedShown
    estates: list[EstateRate]
