"""Where the ledger lies in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.funds.ledger import Posting
from miniprogram_api.storage import fund_keys
from miniprogram_api.storage.kinds import Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

POSTING = Kind(
    "posting",
    Posting,
    lambda posting: fund_keys.posting(posting.book, posting.month, posting.id),
    lambda posting: {"gsi1": fund_keys.posting_in_time(posting.book, posting.month, posting.booked_at, posting.id)},
)


class LedgerStore:
    """The postings in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_posting(self, book: str, month: str, posting_id: str) -> Posting | None:
        """Return one posting, or None."""
        return self._table.find(POSTING, fund_keys.posting(book, month, posting_id))

    def list_month(self, book: str, month: str) -> list[Posting]:
        """Return every posting of a month, read consistently: what is counted when it matters."""
        return self._table.all_of(POSTING, fund_keys.ledger_of(book, month), prefix="POSTING#")

    def list_postings(self, book: str, month: str, limit: int, cursor: str | None) -> Page[Posting]:
        """List the postings of a month, newest first."""
        pk = f"{fund_keys.ledger_of(book, month)}#IN_TIME"
        return self._table.page(POSTING, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)
