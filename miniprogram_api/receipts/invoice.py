"""A request for an invoice 发票申请: which receipts, in whose name; the tax invoice itself is made elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.workflow import Transition, Workflow
from miniprogram_api.receipts.rules import ReceiptState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from miniprogram_api.receipts.rules import Receipt

MOST_RECEIPTS = 20
_TAX_NUMBER = re.compile(r"[0-9A-Z]{15,20}", re.ASCII)


class InvoiceUnknown(NotFound):
    """There is no such request, or it is not this person's."""

    code = "invoice_request_unknown"
    message = "没有找到该发票申请，请刷新列表。"


class InvoiceAskedBefore(Conflict):
    """One of the receipts is on a request that still stands."""

    code = "invoice_asked_before"
    message = "所选收据已申请过发票，请在发票申请列表查看。"


class InvoiceMoved(Conflict):
    """Somebody else took a step at the same moment."""

    code = "invoice_moved"
    message = "该申请刚刚有了新进展，请刷新后再操作。"


class InvoiceKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "invoice_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class NotInvoiceable(Conflict):
    """A receipt is void, its money went back, or the receipts are of different companies."""

    code = "not_invoiceable"
    message = "所选收据已作废、已退款或不属于同一家企业，请重新选择。"


class TaxNumberUnreadable(Invalid):
    """The text is no taxpayer's number, or its check character does not fit."""

    code = "tax_number_unreadable"
    message = "税号应为15至20位数字或大写字母，18位时须与营业执照一致，请核对。"


class TitleType(StrEnum):
    """In whose name an invoice is."""

    PERSONAL = "personal"
    COMPANY = "company"


class InvoiceState(StrEnum):
    """How far a request came."""

    ASKED = "asked"
    TAKEN = "taken"
    ISSUED = "issued"
    REVERSAL_DUE = "reversal_due"  # money went back after the invoice: a red one 红字发票 is due
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


STATE_LABELS: dict[InvoiceState, str] = {
    InvoiceState.ASKED: "待受理",
    InvoiceState.TAKEN: "开票中",
    InvoiceState.ISSUED: "已开票",
    InvoiceState.REVERSAL_DUE: "待红冲",
    InvoiceState.REFUSED: "已退回",
    InvoiceState.WITHDRAWN: "已撤回",
    InvoiceState.REVERSED: "已红冲",
}

WAITING = frozenset({InvoiceState.ASKED, InvoiceState.TAKEN, InvoiceState.REVERSAL_DUE})
"""The company has something to do."""

OVER = frozenset({InvoiceState.REFUSED, InvoiceState.WITHDRAWN, InvoiceState.REVERSED})
"""No invoice stands, so that the receipts are free for another request."""


@dataclass(frozen=True, slots=True)
class InvoiceTitle:
    """In whose name; ``name`` and ``email`` are sealed texts, the tax number is a company's and public."""

    type: TitleType
    name: str
    tax_number: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRequest:
    """One request; ``total_fen`` is what of its receipts had not gone back when it was asked.

    ``digest`` fingerprints what was asked, so that a repeated act is known from another one under its key.
    """

    id: str
    estate_id: str
    company_id: str
    receipt_ids: tuple[str, ...]
    room_labels: tuple[str, ...]
    total_fen: int
    title: InvoiceTitle
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    digest: str
    state: InvoiceState = InvoiceState.ASKED
    handled_by: str | None = None
    invoice_number: str | None = None
    red_number: str | None = None
    reason: str | None = None
    export_id: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class InvoiceGuard:
    """Says which request a receipt is on; a receipt is on one at most."""

    receipt_id: str
    estate_id: str
    request_id: str


@dataclass(frozen=True, slots=True)
class InvoiceExport:
    """What one file for the company's invoicing system held, so that it can be fetched again."""

    id: str
    estate_id: str
    request_ids: tuple[str, ...]
    made_at: datetime
    made_by: str


_A, _T, _I = InvoiceState.ASKED, InvoiceState.TAKEN, InvoiceState.ISSUED
_HANDLE = Permission.INVOICE_HANDLE
INVOICE_REQUEST: Workflow[InvoiceState] = Workflow(
    "invoice_request",
    InvoiceState.ASKED,
    (
        Transition("take", "受理", frozenset({_A}), _T, _HANDLE),
        Transition("issue", "开票", frozenset({_T}), _I, _HANDLE, frozenset({"invoice_number"})),
        Transition("refuse", "退回", frozenset({_A, _T}), InvoiceState.REFUSED, _HANDLE, frozenset({"reason"})),
        Transition("withdraw", "撤回", frozenset({_A}), InvoiceState.WITHDRAWN, Permission.INVOICE_ASK),
        Transition("money_back", "退款", frozenset({_I}), InvoiceState.REVERSAL_DUE),
        Transition(
            "reverse",
            "红冲",
            frozenset({_I, InvoiceState.REVERSAL_DUE}),
            InvoiceState.REVERSED,
            _HANDLE,
            frozenset({"red_number"}),
        ),
    ),
)
"""asked -> taken -> issued; until then refused or withdrawn, after it reversed, which money that went back demands."""


def tax_number_of(text: str) -> str:
    """Return a taxpayer's number in capitals, blanks removed: 15 to 20 digits and letters.

    One of 18 characters is a unified social credit code, whose check character another room knows.

    Raises:
        TaxNumberUnreadable: it is no such number.
    """
    number = re.sub(r"\s", "", text).upper()
    if not _TAX_NUMBER.fullmatch(number):
        raise TaxNumberUnreadable
    return number


def invoiceable(receipts: Sequence[Receipt]) -> tuple[str, int]:
    """Return whose company and how many fen an invoice for the receipts is about.

    Raises:
        NotInvoiceable: one is void or empty, or they are of two companies.
    """
    companies = {receipt.draft.company_id for receipt in receipts}
    if len(companies) != 1 or any(one.state is ReceiptState.VOID or one.left_fen <= 0 for one in receipts):
        raise NotInvoiceable
    return companies.pop(), sum(receipt.left_fen for receipt in receipts)


def stepped(request: InvoiceRequest, name: str, by: str, **given: str | None) -> InvoiceRequest:
    """Return the request after a step of its workflow; ``given`` is what the step asks for and the request keeps.

    Raises:
        IllegalTransition: the request is not in a state for it.
        InputMissing: the step needs something more.
    """
    step = INVOICE_REQUEST.step(request.state, name, given=given, actor=by, participants={})
    return replace(request, state=step.target, handled_by=by, **given)  # type: ignore[arg-type]


def after_money_back(request: InvoiceRequest) -> InvoiceRequest:
    """Return the request after money of its receipts went back or one became void.

    Before an invoice was made the request falls back to its asker, whose sum is no longer right; after it a red
    invoice is due. A request that is over, or waits for the red one already, stays.
    """
    if request.state in {InvoiceState.ASKED, InvoiceState.TAKEN}:
        return stepped(request, "refuse", "system", reason="收据已退款或作废，请重新申请")
    if request.state is InvoiceState.ISSUED:
        return stepped(request, "money_back", "system")
    return request


def forgotten(request: InvoiceRequest) -> InvoiceRequest:
    """Return the request without the person: no mail address, and no name of theirs on a personal title."""
    title = replace(request.title, email=None)
    if title.type is TitleType.PERSONAL:
        title = replace(title, name="")
    return replace(request, title=title, asked_by_name="已注销用户")
