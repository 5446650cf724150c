"""Where receipts lie in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.receipts.invoice import WAITING, InvoiceExport, InvoiceGuard, InvoiceRequest
from miniprogram_api.receipts.rules import Counter, Receipt
from miniprogram_api.storage import payment_keys
from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table


def _receipt_indexes(receipt: Receipt) -> dict[str, Key]:
    draft = receipt.draft
    return {
        "gsi1": payment_keys.receipt_of_room(draft.estate_id, draft.room_id, receipt.issued_at, receipt.id),
        "gsi2": payment_keys.receipt_of_estate(draft.estate_id, receipt.issued_at, receipt.id),
        "gsi3": payment_keys.receipt_of_source(draft.source, receipt.id),
        "gsi4": payment_keys.receipt_of_company(draft.company_id, receipt.issued_at, receipt.id),
    }


RECEIPT = Kind(
    "receipt",
    Receipt,
    lambda receipt: payment_keys.receipt(receipt.draft.company_id, receipt.year, receipt.number),
    _receipt_indexes,
)
COUNTER = Kind("receipt_counter", Counter, lambda one: payment_keys.receipt_counter(one.company_id, one.year))


def _invoice_indexes(request: InvoiceRequest) -> dict[str, Key]:
    entries = {
        "gsi2": payment_keys.invoice_of_account(request.asked_by, request.asked_at, request.id),
        "gsi3": payment_keys.invoice_in_time(request.estate_id, request.asked_at, request.id),
    }
    if request.state in WAITING:
        entries["gsi1"] = payment_keys.invoice_waiting(request.estate_id, request.asked_at, request.id)
    return entries


INVOICE = Kind(
    "invoice_request", InvoiceRequest, lambda one: payment_keys.invoice_request(one.estate_id, one.id), _invoice_indexes
)
INVOICE_GUARD = Kind("invoice_guard", InvoiceGuard, lambda one: payment_keys.invoice_guard(one.receipt_id))
INVOICE_EXPORT = Kind("invoice_export", InvoiceExport, lambda one: payment_keys.invoice_export(one.estate_id, one.id))


class ReceiptStore:
    """Receipts and their numbers in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_counter(self, company_id: str, year: int) -> Counter | None:
        """Return the last number given, or None before the first."""
        return self._table.find(COUNTER, payment_keys.receipt_counter(company_id, year))

    def find_receipt(self, company_id: str, year: int, number: int) -> Receipt | None:
        """Return one receipt, or None."""
        return self._table.find(RECEIPT, payment_keys.receipt(company_id, year, number))

    def list_numbers(self, company_id: str, year: int, limit: int, cursor: str | None) -> Page[Receipt]:
        """List the receipts of a company and year by number."""
        pk = payment_keys.receipt_counter(company_id, year).pk
        return self._table.page(RECEIPT, pk, prefix="RECEIPT#", limit=limit, cursor=cursor)

    def list_between(self, company_id: str, year: int, first: int, last: int) -> list[Receipt]:
        """Return the receipts of a company and year whose numbers lie between two, both included."""
        keys = [payment_keys.receipt(company_id, year, number) for number in (first, last)]
        return self._table.all_of(RECEIPT, keys[0].pk, between=(keys[0].sk, keys[1].sk))

    def list_room(self, estate_id: str, room_id: str, limit: int, cursor: str | None) -> Page[Receipt]:
        """List the receipts of a room, newest first."""
        pk = f"ROOM#{estate_id}#{room_id}#RECEIPTS"
        return self._table.page(RECEIPT, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_room_between(self, estate_id: str, room_id: str, first: datetime, end: datetime) -> list[Receipt]:
        """Return a room's receipts issued from one instant until just before another: some dozens a year."""
        pk = f"ROOM#{estate_id}#{room_id}#RECEIPTS"
        return self._table.all_of(RECEIPT, pk, index="gsi1", between=_from_until(first, end))

    def list_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[Receipt]:
        """List the receipts of an estate, newest first."""
        pk = f"ESTATE#{estate_id}#RECEIPTS"
        return self._table.page(RECEIPT, pk, index="gsi2", limit=limit, cursor=cursor, newest_first=True)

    def first_of_estate(self, estate_id: str, first: datetime, end: datetime, most: int) -> Page[Receipt]:
        """Return an estate's receipts issued from one instant until just before another, at most so many."""
        pk = f"ESTATE#{estate_id}#RECEIPTS"
        return self._table.page(RECEIPT, pk, index="gsi2", between=_from_until(first, end), limit=most)

    def first_of_company(self, company_id: str, first: datetime, end: datetime, most: int) -> Page[Receipt]:
        """Return a company's receipts issued from one instant until just before another, at most so many."""
        pk = f"COMPANY#{company_id}#RECEIPTS"
        return self._table.page(RECEIPT, pk, index="gsi4", between=_from_until(first, end), limit=most)

    def list_source(self, source: str) -> list[Receipt]:
        """List the receipts of one payment; through an index, so one just written may still be missing."""
        return self._table.all_of(RECEIPT, f"PAID#{source}#RECEIPTS", index="gsi3")


class InvoiceStore:
    """Requests for invoices in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, estate_id: str, request_id: str) -> InvoiceRequest | None:
        """Return one request, or None."""
        return self._table.find(INVOICE, payment_keys.invoice_request(estate_id, request_id))

    def find_all(self, estate_id: str, request_ids: Iterable[str]) -> list[InvoiceRequest]:
        """Return the requests of the ids, in their order."""
        keys = [payment_keys.invoice_request(estate_id, request_id) for request_id in request_ids]
        found = self._table.find_all(INVOICE, keys)
        return [found[key] for key in keys if key in found]

    def find_guard(self, receipt_id: str) -> InvoiceGuard | None:
        """Return which request a receipt is on, or None."""
        return self._table.find(INVOICE_GUARD, payment_keys.invoice_guard(receipt_id))

    def find_export(self, estate_id: str, export_id: str) -> InvoiceExport | None:
        """Return what a file held, or None."""
        return self._table.find(INVOICE_EXPORT, payment_keys.invoice_export(estate_id, export_id))

    def list_waiting(self, estate_id: str, limit: int, cursor: str | None) -> Page[InvoiceRequest]:
        """List the requests with which the company has something to do, the oldest first."""
        pk = f"ESTATE#{estate_id}#INVOICES_WAITING"
        return self._table.page(INVOICE, pk, index="gsi1", limit=limit, cursor=cursor)

    def list_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[InvoiceRequest]:
        """List the requests of an estate, newest first."""
        pk = f"ESTATE#{estate_id}#INVOICES_IN_TIME"
        return self._table.page(INVOICE, pk, index="gsi3", limit=limit, cursor=cursor, newest_first=True)

    def list_account(self, account_id: str) -> list[InvoiceRequest]:
        """Return every request of a person: some dozens in a life."""
        return self._table.all_of(INVOICE, f"ACCOUNT#{account_id}#INVOICES", index="gsi2")


def _from_until(first: datetime, end: datetime) -> tuple[str, str]:
    """Return the sort keys between which what happened from one instant until just before another lies."""
    return instant(first), instant(end)
