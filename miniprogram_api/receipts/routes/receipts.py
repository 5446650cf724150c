"""Receipts over HTTP: reading, printing, correcting."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_company, in_estate, public
from miniprogram_api.edge.operations import Call, Content, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.receipts.printed import PaperUnprintable
from miniprogram_api.receipts.rules import (
    CorrectionEmpty,
    NumberTaken,
    ReceiptChanged,
    ReceiptUnknown,
    VoidByRefundOnly,
)
from miniprogram_api.receipts.schemas.receipts import (
    CheckQuery,
    NumbersChecked,
    NumbersQuery,
    ReceiptShown,
    VoidReceipt,
)
from miniprogram_api.receipts.service import Receipts
from miniprogram_api.receipts.service.printing import ReceiptPrinting

routes = Routes("receipts", tag="收据发票")

PNG = "image/png"
PDF = "application/pdf"
HTML = "text/html"
_LINK_PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><title>电子收据</title>'
    '<p style="font:18px/1.6 sans-serif;margin:3em 1.5em">请用微信“扫一扫”打开，登录后查看收据。</p></html>'
)
_OF_ESTATE = "/v1/estates/<estate_id>/receipts"
_OF_COMPANY = "/v1/companies/<company_id>/receipts"


@routes.get(
    "/v1/estates/<estate_id>/rooms/<room_id>/receipts",
    guard=in_estate(Permission.RECEIPT_READ),
    errors=(ReceiptUnknown,),
)
def list_receipts_of_room(call: Call, estate_id: str, room_id: str, query: ListQuery) -> PageOf[ReceiptShown]:  # noqa: ARG001  the guard's
    """List the receipts of a room, newest first: people see those of their own rooms (FEE-01)."""
    page = call.service(Receipts).list_room(call.principal, call.territory, room_id, query.limit, query.cursor)
    return PageOf([ReceiptShown.of(receipt) for receipt in page.items], page.next)


@routes.get(_OF_ESTATE, guard=in_estate(Permission.PAYMENT_READ))
def list_receipts(call: Call, estate_id: str, query: ListQuery) -> PageOf[ReceiptShown]:
    """List the receipts of an estate, newest first."""
    page = call.service(Receipts).list_estate(estate_id, query.limit, query.cursor)
    return PageOf([ReceiptShown.of(receipt) for receipt in page.items], page.next)


@routes.get(f"{_OF_ESTATE}/<receipt_id>", guard=in_estate(Permission.RECEIPT_READ), errors=(ReceiptUnknown,))
def read_receipt(call: Call, estate_id: str, receipt_id: str) -> ReceiptShown:  # noqa: ARG001  the guard's
    """Return one receipt; a void one stays visible as such."""
    receipts = call.service(Receipts)
    return ReceiptShown.of(receipts.access_receipt_by_id(call.principal, call.territory, receipt_id))


@routes.get(
    f"{_OF_ESTATE}/<receipt_id>.png",
    guard=in_estate(Permission.RECEIPT_READ),
    produces=(PNG,),
    errors=(ReceiptUnknown, PaperUnprintable),
)
def draw_receipt(call: Call, estate_id: str, receipt_id: str) -> Content:  # noqa: ARG001  the guard's
    """Return the picture of a receipt, A5 at 200 dpi; on a later day it is marked 补打 (FEE-01)."""
    picture = call.service(ReceiptPrinting).picture(call.principal, call.territory, receipt_id, call.now)
    return Content(picture, PNG, f"收据-{receipt_id.rpartition('_')[2]}.png")


@routes.get(
    f"{_OF_ESTATE}/<receipt_id>.pdf",
    guard=in_estate(Permission.RECEIPT_READ),
    produces=(PDF,),
    errors=(ReceiptUnknown, PaperUnprintable),
)
def print_receipt(call: Call, estate_id: str, receipt_id: str) -> Content:  # noqa: ARG001  the guard's
    """Return a receipt as a page of A5 to be printed, as often as wanted."""
    page = call.service(ReceiptPrinting).page(call.principal, call.territory, receipt_id, call.now)
    return Content(page, PDF, f"收据-{receipt_id.rpartition('_')[2]}.pdf")


@routes.post(
    f"{_OF_ESTATE}/<receipt_id>/void",
    guard=in_estate(Permission.RECEIPT_VOID),
    errors=(ReceiptUnknown, ReceiptChanged, VoidByRefundOnly, CorrectionEmpty, NumberTaken),
)
def void_receipt(call: Call, estate_id: str, receipt_id: str, body: VoidReceipt) -> ReceiptShown:  # noqa: ARG001  the guard's
    """Void a receipt that was written wrongly; with ``replace`` a new one takes its place in the same act.

    This moves no money: what was paid stays paid. Money that came through WeChat goes back by a refund, which voids
    its receipt. The answer names the receipt in its place in ``replaced_by``.
    """
    receipts = call.service(Receipts)
    return ReceiptShown.of(
        receipts.void(call.principal, call.territory, receipt_id, body.reason, body.correction(), call.now)
    )


@routes.get("/r/<estate_id>/<receipt_id>", guard=public(per_minute=60), produces=(HTML,))
def open_receipt_link(call: Call, estate_id: str, receipt_id: str) -> Content:  # noqa: ARG001  WeChat reads them
    """Answer a browser that followed the code of a printed receipt: it has to be opened in WeChat, signed in.

    Public and the same for every address, because a receipt is shown to the people of its room and to nobody else;
    WeChat itself opens the mini program at this address and never asks here.
    """
    return Content(_LINK_PAGE.encode(), HTML)


@routes.get(_OF_COMPANY, guard=in_company(Permission.RECEIPT_READ))
def list_receipt_numbers(call: Call, company_id: str, query: NumbersQuery) -> PageOf[ReceiptShown]:
    """List the receipts of a company and year by number, void ones among them, so that none is seen to be left out."""
    page = call.service(Receipts).list_numbers(company_id, query.year, query.limit, query.cursor)
    return PageOf([ReceiptShown.of(receipt) for receipt in page.items], page.next)


@routes.get(f"{_OF_COMPANY}/gaps", guard=in_company(Permission.RECEIPT_READ))
def check_receipt_numbers(call: Call, company_id: str, query: CheckQuery) -> NumbersChecked:
    """Count a company's receipt numbers of a year from the receipts themselves: at most 5,000 from ``first`` on."""
    checked = call.service(Receipts).check_numbers(company_id, query.year, query.first)
    return NumbersChecked(query.year, checked.last, checked.first_checked, checked.last_checked, list(checked.gaps))
