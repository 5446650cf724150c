"""Tables for the accountant: receipts of some days, postings of a month; bounded, and complete or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from miniprogram_api.billing.bill import parse_bill_id
from miniprogram_api.funds.ledger import ACCOUNT_LABELS, Account
from miniprogram_api.kernel.charge import BILL_KIND_LABELS
from miniprogram_api.kernel.clock import start_of
from miniprogram_api.kernel.period import Period, PeriodUnreadable
from miniprogram_api.receipts.exports import (
    MOST_ROWS,
    RECEIPT_HEADINGS,
    RECEIPT_WIDTHS,
    Cell,
    ExportTooLarge,
    checked_days,
    receipt_rows,
    yuan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from miniprogram_api.funds.ledger import Posting
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.receipts.rules import Receipt, ReceiptLine
    from miniprogram_api.receipts.store import ReceiptStore

_POSTING_HEADINGS = ("日期", "凭证号", "摘要", "科目", "明细", "借方（元）", "贷方（元）", "来源", "经手人")
_POSTING_WIDTHS = (12, 34, 40, 16, 30, 14, 14, 40, 12)
FEWEST_LEGS = 2
_PREPAID = "预存款"


class Workbooks(Protocol):
    """Writes Excel files."""

    def write(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
    ) -> bytes:
        """Return a workbook of one sheet."""
        ...


class Books(Protocol):
    """The ledger, as far as it is read here."""

    def list_postings(self, book: str, month: str, limit: int, cursor: str | None) -> Page[Posting]:
        """List the postings of a month, newest first."""
        ...


class AccountantExports:
    """Writes the accountant's tables."""

    def __init__(self, store: ReceiptStore, ledger: Books, workbooks: Workbooks) -> None:
        self._store = store
        self._ledger = ledger
        self._workbooks = workbooks

    def receipts_of_estate(self, estate_id: str, first_on: date, last_on: date) -> bytes:
        """Return an estate's receipts of at most 31 days as an Excel file.

        Raises:
            DaysUnreadable: the days are the wrong way round or too many.
            ExportTooLarge: there are more than 20,000 rows.
        """
        return self._receipts(lambda *span: self._store.first_of_estate(estate_id, *span), first_on, last_on)

    def receipts_of_company(self, company_id: str, first_on: date, last_on: date) -> bytes:
        """Return the receipts of all estates of a company, as ``receipts_of_estate`` does."""
        return self._receipts(lambda *span: self._store.first_of_company(company_id, *span), first_on, last_on)

    def _receipts(
        self, listing: Callable[[datetime, datetime, int], Page[Receipt]], first_on: date, last_on: date
    ) -> bytes:
        begin, end = checked_days(first_on, last_on)
        page = listing(start_of(begin), start_of(end), MOST_ROWS)
        if page.next is not None or sum(len(receipt.draft.lines) for receipt in page.items) > MOST_ROWS:
            raise ExportTooLarge
        rows = (row for receipt in page.items for row in receipt_rows(receipt, _kind_of))
        return self._workbooks.write("收据", RECEIPT_HEADINGS, rows, RECEIPT_WIDTHS)

    def postings_of_month(self, book: str, month: str) -> bytes:
        """Return what was posted in a month of a book, one row a leg, as an Excel file.

        Raises:
            PeriodUnreadable: the text is no month.
            ExportTooLarge: there are more than 20,000 rows.
        """
        if Period.parse(month).months != 1:
            raise PeriodUnreadable
        page = self._ledger.list_postings(book, month, MOST_ROWS // FEWEST_LEGS, None)
        if page.next is not None or sum(len(posting.entry.legs) for posting in page.items) > MOST_ROWS:
            raise ExportTooLarge
        rows = (row for posting in reversed(page.items) for row in _posting_rows(posting))
        return self._workbooks.write("记账凭证", _POSTING_HEADINGS, rows, _POSTING_WIDTHS)


def _kind_of(line: ReceiptLine) -> str:
    """Return what kind of bill a line paid; a line without a bill is money paid ahead."""
    return _PREPAID if line.bill_id is None else BILL_KIND_LABELS[parse_bill_id(line.bill_id)[2]]


def _posting_rows(posting: Posting) -> Iterator[tuple[Cell, ...]]:
    for leg in posting.entry.legs:
        account = Account.parse(leg.account)
        yield (
            posting.booked_on.isoformat(),
            posting.id,
            posting.entry.summary,
            ACCOUNT_LABELS[account.kind],
            account.part or None,
            yuan(leg.fen) if leg.fen > 0 else None,
            yuan(-leg.fen) if leg.fen < 0 else None,
            posting.entry.source,
            posting.by_name,
        )
