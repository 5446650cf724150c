"""What is sent and shown of receipts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.edge.operations import ListQuery
from miniprogram_api.kernel.money import chinese_amount
from miniprogram_api.receipts.rules import Correction, Receipt, ReceiptState

if TYPE_CHECKING:
    from miniprogram_api.receipts.rules import GivenBack, ReceiptLine

Year = Annotated[int, msgspec.Meta(ge=2020, le=2099)]
Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=60)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class YearQuery(msgspec.Struct, frozen=True):
    """Which year."""

    year: Year


class NumbersQuery(ListQuery, frozen=True, kw_only=True):
    """Which year's numbers."""

    year: Year


class CheckQuery(msgspec.Struct, frozen=True):
    """Which year's numbers are to be checked, from which on."""

    year: Year
    first: Annotated[int, msgspec.Meta(ge=1, le=999_999_999)] = 1


class DaysQuery(msgspec.Struct, frozen=True):
    """From which day to which, both included, in China; at most 31."""

    first_on: date
    last_on: date


class MonthQuery(msgspec.Struct, frozen=True):
    """Which month, ``2026-11``."""

    month: Annotated[str, msgspec.Meta(max_length=7)]


class VoidReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a receipt is void, and what the one in its place says instead; amounts cannot be corrected here."""

    reason: Reason
    replace: bool = False
    payer_name: Name | None = None
    paper_number: Annotated[str, msgspec.Meta(min_length=1, max_length=30)] | None = None
    labels: Annotated[list[Label], msgspec.Meta(max_length=100)] | None = None

    def correction(self) -> Correction | None:
        """Return what is to be put right, or None when nothing takes the place of the receipt."""
        if not self.replace:
            return None
        return Correction(self.payer_name, self.paper_number, None if self.labels is None else tuple(self.labels))


class LineShown(msgspec.Struct, frozen=True):
    """One line of a receipt, in fen."""

    label: str
    fen: int
    bill_id: str | None = None

    @classmethod
    def of(cls, line: ReceiptLine) -> LineShown:
        """Return the line as it is shown."""
        return cls(line.label, line.fen, line.bill_id)


class GivenBackShown(msgspec.Struct, frozen=True):
    """Money of a receipt that went back, in fen."""

    fen: int
    at: datetime

    @classmethod
    def of(cls, back: GivenBack) -> GivenBackShown:
        """Return it as it is shown."""
        return cls(back.fen, back.at)


class ReceiptShown(msgspec.Struct, frozen=True, omit_defaults=True):
    """A receipt; amounts in fen, ``left_fen`` what of it was not given back."""

    id: str
    number: str
    state: ReceiptState
    estate_name: str
    room_id: str
    room_label: str
    payer_name: str
    means_label: str
    lines: list[LineShown]
    total_fen: int
    total_in_words: str
    left_fen: int
    paid_at: datetime
    issued_at: datetime
    transaction_id: str | None = None
    paper_number: str | None = None
    photo_id: str | None = None
    given_back: list[GivenBackShown] = []
    void_reason: str | None = None
    voided_at: datetime | None = None
    replaces: str | None = None
    replaced_by: str | None = None

    @classmethod
    def of(cls, receipt: Receipt) -> ReceiptShown:
        """Return the receipt as it is shown."""
        draft = receipt.draft
        return cls(
            receipt.id,
            receipt.printed_number,
            receipt.state,
            draft.estate_name,
            draft.room_id,
            draft.room_label,
            draft.payer_name,
            draft.means_label,
            [LineShown.of(line) for line in draft.lines],
            draft.total_fen,
            chinese_amount(draft.total_fen),
            receipt.left_fen,
            draft.paid_at,
            receipt.issued_at,
            draft.transaction_id,
            draft.paper_number,
            draft.photo_id,
            [GivenBackShown.of(back) for back in receipt.given_back],
            receipt.void_reason,
            receipt.voided_at,
            receipt.replaces,
            receipt.replaced_by,
        )


class NumbersChecked(msgspec.Struct, frozen=True):
    """Which numbers were looked at, and which of them no receipt has; ``last`` is the last one given."""

    year: int
    last: int
    first_checked: int
    last_checked: int
    gaps: list[int]
