"""Where receipts lie in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.receipts.rules import Counter, Receipt
from miniprogram_api.storage import payment_keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table


def _receipt_indexes(receipt: Receipt) -> dict[str, Key]:
    draft = receipt.draft
    return {
        "gsi1": payment_keys.receipt_of_room(draft.estate_id, draft.room_id, receipt.issued_at, receipt.id),
        "gsi2": payment_keys.receipt_of_estate(draft.estate_id, receipt.issued_at, receipt.id),
        "gsi3": payment_keys.receipt_of_source(draft.source, receipt.id),
    }


RECEIPT = Kind(
    "receipt",
    Receipt,
    lambda receipt: payment_keys.receipt(receipt.draft.company_id, receipt.year, receipt.number),
    _receipt_indexes,
)
COUNTER = Kind("receipt_counter", Counter, lambda one: payment_keys.receipt_counter(one.company_id, one.year))


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

    def list_room(self, estate_id: str, room_id: str, limit: int, cursor: str | None) -> Page[Receipt]:
        """List the receipts of a room, newest first."""
        pk = f"ROOM#{estate_id}#{room_id}#RECEIPTS"
        return self._table.page(RECEIPT, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_source(self, source: str) -> list[Receipt]:
        """List the receipts of one payment; through an index, so one just written may still be missing."""
        return self._table.all_of(RECEIPT, f"PAID#{source}#RECEIPTS", index="gsi3")
