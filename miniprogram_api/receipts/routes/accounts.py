"""Statements of rooms and tables for the accountant over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_company, in_estate
from miniprogram_api.edge.operations import Call, Content, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.period import PeriodUnreadable
from miniprogram_api.receipts.exports import DaysUnreadable, ExportTooLarge
from miniprogram_api.receipts.printed import PaperUnprintable
from miniprogram_api.receipts.schemas.receipts import DaysQuery, MonthQuery, YearQuery
from miniprogram_api.receipts.schemas.statements import StatementShown
from miniprogram_api.receipts.service.exports import AccountantExports
from miniprogram_api.receipts.service.statements import Statements
from miniprogram_api.receipts.statement import StatementUnknown

routes = Routes("receipts", tag="收据发票")

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STATEMENT = "/v1/estates/<estate_id>/rooms/<room_id>/statement"


@routes.get(_STATEMENT, guard=in_estate(Permission.RECEIPT_READ), errors=(StatementUnknown,))
def read_statement(call: Call, estate_id: str, room_id: str, query: YearQuery) -> StatementShown:  # noqa: ARG001  the guard's
    """Return what a room was charged, paid and got back in a year, and what was owed before and after (FEE-12)."""
    found = call.service(Statements).of_room(call.principal, call.territory, room_id, query.year)
    return StatementShown.of(found.room.id, found.room.label, found.made, found.receipts)


@routes.get(
    f"{_STATEMENT}.pdf",
    guard=in_estate(Permission.RECEIPT_READ),
    produces=(PDF,),
    errors=(StatementUnknown, PaperUnprintable),
)
def print_statement(call: Call, estate_id: str, room_id: str, query: YearQuery) -> Content:  # noqa: ARG001  the guard's
    """Return the same statement on A4 pages."""
    data = call.service(Statements).print(call.principal, call.territory, room_id, query.year, call.now)
    return Content(data, PDF, f"对账单-{query.year}.pdf")


@routes.get(
    "/v1/estates/<estate_id>/receipts.xlsx",
    guard=in_estate(Permission.PAYMENT_READ),
    produces=(XLSX,),
    errors=(DaysUnreadable, ExportTooLarge),
)
def export_receipts(call: Call, estate_id: str, query: DaysQuery) -> Content:
    """Return an estate's receipts of at most 31 days as a table, one row a line, void ones among them."""
    data = call.service(AccountantExports).receipts_of_estate(estate_id, query.first_on, query.last_on)
    return Content(data, XLSX, f"收据-{query.first_on}-{query.last_on}.xlsx")


@routes.get(
    "/v1/companies/<company_id>/receipts.xlsx",
    guard=in_company(Permission.PAYMENT_READ),
    produces=(XLSX,),
    errors=(DaysUnreadable, ExportTooLarge),
)
def export_company_receipts(call: Call, company_id: str, query: DaysQuery) -> Content:
    """Return the receipts of all estates of a company as such a table."""
    data = call.service(AccountantExports).receipts_of_company(company_id, query.first_on, query.last_on)
    return Content(data, XLSX, f"收据-{query.first_on}-{query.last_on}.xlsx")


@routes.get(
    "/v1/estates/<estate_id>/postings.xlsx",
    guard=in_estate(Permission.PAYMENT_READ),
    produces=(XLSX,),
    errors=(PeriodUnreadable, ExportTooLarge),
)
def export_postings(call: Call, estate_id: str, query: MonthQuery) -> Content:
    """Return what was posted in an estate's book in a month as a table, one row a leg (FND-04)."""
    data = call.service(AccountantExports).postings_of_month(estate_id, query.month)
    return Content(data, XLSX, f"记账-{query.month}.xlsx")
