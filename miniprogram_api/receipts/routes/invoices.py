"""Requests for invoices over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, Content, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing
from miniprogram_api.receipts.invoice import (
    InvoiceAskedBefore,
    InvoiceKeyReused,
    InvoiceMoved,
    InvoiceUnknown,
    NotInvoiceable,
    TaxNumberUnreadable,
)
from miniprogram_api.receipts.rules import ReceiptChanged, ReceiptUnknown
from miniprogram_api.receipts.schemas.invoices import (
    AskInvoice,
    InvoiceShown,
    IssueInvoice,
    RefuseInvoice,
    ReverseInvoice,
    WorkListQuery,
)
from miniprogram_api.receipts.service.invoices import Asked, Invoices, OpenedRequest

routes = Routes("receipts", tag="收据发票")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OWN = "/v1/estates/<estate_id>/my-invoice-requests"
_ALL = "/v1/estates/<estate_id>/invoice-requests"
_STEP = (InvoiceUnknown, InvoiceMoved, IllegalTransition, InputMissing)


def _shown(opened: OpenedRequest) -> InvoiceShown:
    return InvoiceShown.of(opened.request, opened.name, opened.email)


@routes.post(
    _OWN,
    guard=in_estate(Permission.INVOICE_ASK),
    status=201,
    repeatable=True,
    errors=(
        ReceiptUnknown,
        ReceiptChanged,
        NotInvoiceable,
        InvoiceAskedBefore,
        InvoiceKeyReused,
        TaxNumberUnreadable,
    ),
)
def ask_invoice(call: Call, estate_id: str, body: AskInvoice) -> InvoiceShown:  # noqa: ARG001  the guard's
    """Ask for one invoice for receipts of one's own rooms; it is made in the company's invoicing system (FEE-01)."""
    asked = Asked(tuple(body.receipt_ids), body.title_type, body.title, body.tax_number, body.email)
    return _shown(call.service(Invoices).ask(call.principal, call.territory, asked, call.key, call.now))


@routes.get(_OWN, guard=in_estate(Permission.INVOICE_ASK))
def list_own_invoices(call: Call, estate_id: str) -> list[InvoiceShown]:
    """List one's own requests, newest first."""
    return [_shown(one) for one in call.service(Invoices).list_own(call.principal, estate_id)]


@routes.get(f"{_OWN}/<request_id>", guard=in_estate(Permission.INVOICE_ASK), errors=(InvoiceUnknown,))
def read_own_invoice(call: Call, estate_id: str, request_id: str) -> InvoiceShown:
    """Return one of one's own requests."""
    return _shown(call.service(Invoices).get_own(call.principal, estate_id, request_id))


@routes.post(f"{_OWN}/<request_id>/withdrawal", guard=in_estate(Permission.INVOICE_ASK), errors=_STEP)
def withdraw_invoice(call: Call, estate_id: str, request_id: str) -> InvoiceShown:
    """Take back one's own request while nobody took it up; its receipts are free again."""
    return _shown(call.service(Invoices).withdraw(call.principal, estate_id, request_id, call.now))


@routes.get(_ALL, guard=in_estate(Permission.INVOICE_HANDLE))
def list_invoices(call: Call, estate_id: str, query: WorkListQuery) -> PageOf[InvoiceShown]:
    """List the requests that wait for the company, red ones due among them, or all."""
    page = call.service(Invoices).list_requests(estate_id, query.waiting, query.limit, query.cursor)
    return PageOf([_shown(one) for one in page.items], page.next)


@routes.post(
    f"{_ALL}/export",
    guard=in_estate(Permission.INVOICE_HANDLE),
    produces=(XLSX,),
    repeatable=True,
    errors=(InvoiceMoved, IllegalTransition),
)
def export_invoices(call: Call, estate_id: str) -> Content:
    """Take up the oldest requests, at most 90, and return them as a file for the invoicing system."""
    data = call.service(Invoices).export(call.principal, estate_id, call.key, call.now)
    return Content(data, XLSX, "开票申请.xlsx")


@routes.post(f"{_ALL}/<request_id>/take", guard=in_estate(Permission.INVOICE_HANDLE), errors=_STEP)
def take_invoice(call: Call, estate_id: str, request_id: str) -> InvoiceShown:
    """Take a request up; from then on it cannot be withdrawn."""
    return _step(call, estate_id, request_id, "take")


@routes.post(f"{_ALL}/<request_id>/issue", guard=in_estate(Permission.INVOICE_HANDLE), errors=_STEP)
def issue_invoice(call: Call, estate_id: str, request_id: str, body: IssueInvoice) -> InvoiceShown:
    """Note the number of the invoice that was made."""
    return _step(call, estate_id, request_id, "issue", invoice_number=body.invoice_number)


@routes.post(f"{_ALL}/<request_id>/refuse", guard=in_estate(Permission.INVOICE_HANDLE), errors=_STEP)
def refuse_invoice(call: Call, estate_id: str, request_id: str, body: RefuseInvoice) -> InvoiceShown:
    """Send a request back with the reason; its receipts are free again."""
    return _step(call, estate_id, request_id, "refuse", reason=body.reason)


@routes.post(f"{_ALL}/<request_id>/reverse", guard=in_estate(Permission.INVOICE_HANDLE), errors=_STEP)
def reverse_invoice(call: Call, estate_id: str, request_id: str, body: ReverseInvoice) -> InvoiceShown:
    """Note the red invoice that takes the invoice back, as money that went back demands."""
    return _step(call, estate_id, request_id, "reverse", red_number=body.red_number)


def _step(call: Call, estate_id: str, request_id: str, name: str, **given: str) -> InvoiceShown:
    by = call.principal.account_id
    return _shown(call.service(Invoices).step(by, estate_id, request_id, name, call.now, **given))
