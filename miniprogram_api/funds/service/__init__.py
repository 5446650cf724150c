"""The book of an estate as other rooms write it: one entry, part of their act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.funds.ledger import Entry, Posting, posting_of
from miniprogram_api.funds.store import POSTING, LedgerStore
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.period import month_of

if TYPE_CHECKING:
    from miniprogram_api.storage.transaction import Transaction


class PostedBefore(Conflict):
    """The event already stands in the book: the act was done before."""

    code = "posted_before"
    message = "该笔款项已经入账，请刷新后查看。"


class Ledger:
    """The books of all estates and companies."""

    def __init__(self, store: LedgerStore) -> None:
        self._store = store

    def book(self, act: Transaction, book: str, entry: Entry, by_name: str = "系统") -> Posting:
        """Make an entry in a book part of an act that happens now; it lands in the present month, which is open.

        A month can only be entered (and so shut to postings) once it has been over for an hour, longer than any act
        lives, so no condition is needed here, and payments of one estate never wait for each other.

        Raises:
            PostedBefore: when the act is committed, if the event stands in this month of the book already.
        """
        on = date_of(act.at)
        posting = posting_of(book, str(month_of(on)), entry, on, act.at, act.by, by_name)
        act.add(POSTING, posting, otherwise=PostedBefore)
        return posting
