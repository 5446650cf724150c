"""What is sent and shown of requests for invoices."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.edge.operations import ListQuery
from miniprogram_api.receipts.invoice import MOST_RECEIPTS, STATE_LABELS, InvoiceState, TitleType

if TYPE_CHECKING:
    from miniprogram_api.receipts.invoice import InvoiceRequest

ReceiptId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Number = Annotated[str, msgspec.Meta(min_length=8, max_length=30, pattern=r"^[0-9A-Za-z-]+$")]


class AskInvoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which receipts, in whose name; a company's title has a tax number."""

    receipt_ids: Annotated[list[ReceiptId], msgspec.Meta(min_length=1, max_length=MOST_RECEIPTS)]
    title_type: TitleType
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    tax_number: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    email: Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None


class WorkListQuery(ListQuery, frozen=True, kw_only=True):
    """Only what waits for the company, oldest first, or everything, newest first."""

    waiting: bool = True


class IssueInvoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of the invoice that was made elsewhere."""

    invoice_number: Number


class RefuseInvoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why no invoice is made."""

    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=100)]


class ReverseInvoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of the red invoice 红字发票 that takes the invoice back."""

    red_number: Number


class InvoiceShown(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request for an invoice; the sum in fen."""

    id: str
    state: InvoiceState
    state_label: str
    title_type: TitleType
    title: str
    total_fen: int
    receipt_ids: list[str]
    room_labels: list[str]
    asked_by_name: str
    asked_at: datetime
    tax_number: str | None = None
    email: str | None = None
    invoice_number: str | None = None
    red_number: str | None = None
    reason: str | None = None
    exported: bool = False

    @classmethod
    def of(cls, request: InvoiceRequest, title: str, email: str | None) -> InvoiceShown:
        """Return the request as it is shown, its title and mail address readable."""
        return cls(
            request.id,
            request.state,
            STATE_LABELS[request.state],
            request.title.type,
            title,
            request.total_fen,
            list(request.receipt_ids),
            list(request.room_labels),
            request.asked_by_name,
            request.asked_at,
            request.title.tax_number,
            email,
            request.invoice_number,
            request.red_number,
            request.reason,
            request.export_id is not None,
        )
