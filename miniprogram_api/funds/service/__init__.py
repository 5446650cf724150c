"""The book of an estate as other rooms write it: one entry, part of their act; and what it adds up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from miniprogram_api.funds.ledger import Account, AccountKind, Entry, Posting, posting_of
from miniprogram_api.funds.months import Line, months_between, recount
from miniprogram_api.funds.store import POSTING, LedgerStore
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.period import month_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.transaction import Transaction


class PostedBefore(Conflict):
    """The event already stands in the book: the act was done before."""

    code = "posted_before"
    message = "该笔款项已经入账，请刷新后查看。"


class RoomFunds(Protocol):
    """Keeps what each room has in the maintenance fund."""

    def maintenance_part(
        self, act: Transaction, estate_id: str, building_id: str, room_id: str, fen: int, source: str
    ) -> None:
        """Make a change of a room's part of the fund part of an act that books the same amount."""
        ...


class Ledger:
    """The books of all estates and companies."""

    def __init__(self, store: LedgerStore, room_funds: Callable[[], RoomFunds]) -> None:
        self._store = store
        self._room_funds = room_funds

    def book(self, act: Transaction, book: str, entry: Entry, by_name: str = "系统") -> Posting:
        """Make an entry part of an act, and with it what it moves in any room's part of the maintenance fund.

        Raises:
            PostedBefore: when the act is committed, if the event stands in this month of the book already.
            RoomFundMoved: when the act is committed, if such a part moved meanwhile.
        """
        posting = self.post(act, book, entry, by_name)
        for leg in posting.entry.legs:
            account = Account.parse(leg.account)
            if account.kind is AccountKind.MAINTENANCE and account.part:
                building_id, _, room_id = account.part.partition("/")
                self._room_funds().maintenance_part(act, book, building_id, room_id, -leg.fen, entry.source)
        return posting

    def post(self, act: Transaction, book: str, entry: Entry, by_name: str) -> Posting:
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

    def list_postings(self, book: str, month: str, limit: int, cursor: str | None) -> Page[Posting]:
        """List the postings of a month (``2026-11``) of a book, newest first."""
        return self._store.list_postings(book, month, limit, cursor)

    def lines_through(self, book: str, begins: str, month: str) -> tuple[Line, ...]:
        """Return what each account adds up to in a month that was not entered yet.

        The opening is carried on from the last month entered, or from ``begins``, the first month of the book.
        """
        head = self._store.find_book(book)
        entered = None if head is None else head.entered_through
        before = None if entered is None else self._store.find_month(book, entered)
        lines: tuple[Line, ...] = () if before is None else before.lines
        for each in [*months_between(entered, begins, month), month]:
            lines = recount(lines, self._store.list_month(book, each))
        return lines

    def balances(self, book: str, begins: str, now: datetime) -> dict[str, int]:
        """Return the present balances by account, debits minus credits in fen: the last closing and what came since."""
        lines = self.lines_through(book, begins, str(month_of(date_of(now))))
        return {line.account: line.closing for line in lines}
