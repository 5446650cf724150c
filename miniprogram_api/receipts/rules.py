"""A receipt 收据: what one room paid at one time, under the next number of its company."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from miniprogram_api.kernel.errors import Conflict, NotFound


class ReceiptUnknown(NotFound):
    """There is no such receipt, or it is of a room that is not this person's."""

    code = "receipt_unknown"
    message = "没有找到该收据。"


class NumberTaken(Conflict):
    """Another receipt took the number first: the act is tried again with the next one."""

    code = "receipt_number_taken"
    message = "系统繁忙，请重试。"


class ReceiptChanged(Conflict):
    """The receipt was voided or refunded in the meantime."""

    code = "receipt_changed"
    message = "收据刚刚有变化，请刷新后再试。"


class ReceiptState(StrEnum):
    """A receipt stands, or is void and stays visible as such."""

    ISSUED = "issued"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What one part of the money was for: ``label`` such as 物业服务费 2026年11月, ``bill_id`` where it is a bill."""

    label: str
    fen: int
    bill_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """A receipt before it has its number. ``source`` is what was paid by: a payment order, an offline payment.

    ``paper_number`` is that of a paper receipt handed over on the spot, ``photo_id`` its picture.
    """

    company_id: str
    estate_id: str
    estate_name: str
    room_id: str
    room_label: str
    payer_name: str
    means_label: str
    lines: tuple[ReceiptLine, ...]
    paid_at: datetime
    source: str
    transaction_id: str | None = None
    paper_number: str | None = None
    photo_id: str | None = None

    @property
    def total_fen(self) -> int:
        """Return the sum of the lines."""
        return sum(line.fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Money of the receipt that went back to the payer."""

    ref: str
    fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A numbered receipt; what it says never changes, only whether it stands and what was given back."""

    year: int
    number: int
    draft: ReceiptDraft
    issued_at: datetime
    issued_by: str
    state: ReceiptState = ReceiptState.ISSUED
    void_reason: str | None = None
    voided_by: str | None = None
    voided_at: datetime | None = None
    given_back: tuple[GivenBack, ...] = ()
    version: int = 0

    @property
    def id(self) -> str:
        """Return the id, which says where the receipt lies."""
        return f"rct_{self.draft.company_id}_{self.year}_{self.number}"

    @property
    def printed_number(self) -> str:
        """Return the number as it is printed: ``2026-0000123``."""
        return f"{self.year}-{self.number:07d}"

    @property
    def left_fen(self) -> int:
        """Return what of the money was not given back."""
        return self.draft.total_fen - sum(one.fen for one in self.given_back)


@dataclass(frozen=True, slots=True)
class Counter:
    """The last receipt number a company gave in a year; it moves in the act that gives the next."""

    company_id: str
    year: int
    last: int = 0
    version: int = 0


def parse_receipt_id(text: str) -> tuple[str, int, int]:
    """Return company, year and number of a receipt's id.

    Raises:
        ReceiptUnknown: it is no receipt's id.
    """
    parts = text.removeprefix("rct_").rsplit("_", 2)
    if not text.startswith("rct_") or len(parts) != 3 or not (parts[1] + parts[2]).isdecimal() or len(parts[2]) > 9:
        raise ReceiptUnknown
    return parts[0], int(parts[1]), int(parts[2])


def voided(receipt: Receipt, reason: str, by: str, at: datetime) -> Receipt:
    """Return the receipt void; its number stays used.

    Raises:
        ReceiptChanged: it is void already.
    """
    if receipt.state is ReceiptState.VOID:
        raise ReceiptChanged
    return replace(receipt, state=ReceiptState.VOID, void_reason=reason, voided_by=by, voided_at=at)


def with_money_back(receipt: Receipt, back: GivenBack, by: str) -> Receipt:
    """Return the receipt after money of it went back; when nothing is left it is void.

    Raises:
        ReceiptChanged: more would go back than is left, or this went back already.
    """
    if back.fen > receipt.left_fen or any(one.ref == back.ref for one in receipt.given_back):
        raise ReceiptChanged
    after = replace(receipt, given_back=(*receipt.given_back, back))
    if after.left_fen or after.state is ReceiptState.VOID:
        return after
    return voided(after, "已全额退款", by, back.at)
