"""A receipt 收据: what one room paid at one time, under the next number of its company."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.charge import MEANS_LABELS, Means
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable


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


class VoidByRefundOnly(Conflict):
    """Money that came through WeChat goes back through WeChat, and that voids its receipt: no hand does."""

    code = "receipt_void_by_refund"
    message = "微信支付的收据随退款作废，请办理退款。"


class CorrectionEmpty(Invalid):
    """A receipt that replaces another says something else than it, line by line of the same money."""

    code = "receipt_correction_empty"
    message = "请填写要更正的内容，收费项目应与原收据逐行对应。"


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
    """A numbered receipt; what it says never changes, only whether it stands and what was given back.

    ``replaces`` and ``replaced_by`` are the ids of the receipts it corrects and is corrected by.
    """

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
    replaces: str | None = None
    replaced_by: str | None = None
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


def voided_by_hand(receipt: Receipt, reason: str, by: str, at: datetime) -> Receipt:
    """Return a receipt void that was written wrongly, or whose cash went back; it moves no money.

    Raises:
        VoidByRefundOnly: the money came through WeChat.
        ReceiptChanged: it is void already.
    """
    if receipt.draft.means_label == MEANS_LABELS[Means.WECHAT]:
        raise VoidByRefundOnly
    return voided(receipt, reason, by, at)


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


@dataclass(frozen=True, slots=True)
class Correction:
    """What was written wrongly on a receipt; None leaves it as it is. Amounts are facts of the money and stay."""

    payer_name: str | None = None
    paper_number: str | None = None
    labels: tuple[str, ...] | None = None


def corrected(draft: ReceiptDraft, correction: Correction) -> ReceiptDraft:
    """Return the draft of the receipt that replaces another: the same money, its words put right.

    Raises:
        CorrectionEmpty: nothing would differ, or the labels are not one for each line.
    """
    labels = tuple(line.label for line in draft.lines) if correction.labels is None else correction.labels
    if len(labels) != len(draft.lines):
        raise CorrectionEmpty
    after = replace(
        draft,
        payer_name=draft.payer_name if correction.payer_name is None else correction.payer_name,
        paper_number=draft.paper_number if correction.paper_number is None else correction.paper_number,
        lines=tuple(replace(line, label=label) for line, label in zip(draft.lines, labels, strict=True)),
    )
    if after == draft:
        raise CorrectionEmpty
    return after


def gaps(numbers: Iterable[int], first: int, last: int) -> tuple[int, ...]:
    """Return the numbers from ``first`` to ``last`` that no receipt has: none, unless somebody broke the books."""
    there = set(numbers)
    return tuple(number for number in range(first, last + 1) if number not in there)
