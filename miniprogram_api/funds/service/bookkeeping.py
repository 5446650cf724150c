"""Book by hand in an open month: entries, transfers, the surplus of parking, corrections (FND-01, FND-16)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from miniprogram_api.funds.booking import (
    Booked,
    CounteredBefore,
    PostingUnknown,
    SamePlaces,
    counter_of,
    entry_of,
    moved,
    surplus_entry,
)
from miniprogram_api.funds.ledger import Account, AccountKind, Countered, Entry, Posting, PostingKind, posting_of
from miniprogram_api.funds.months import (
    Book,
    EntryDateRefused,
    MonthMoved,
    MonthNotOpen,
    MonthNotOver,
    check_date,
    settled_at,
)
from miniprogram_api.funds.service import PostedBefore
from miniprogram_api.funds.store import BOOK, CONTRACT, COUNTERED, POSTING, FundStore, LedgerStore
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.period import Period, month_of
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.funds.service import Ledger
    from miniprogram_api.funds.service.places import Places
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

COLLECTED = {"wechat": Account(AccountKind.WECHAT), "cash": Account(AccountKind.CASH)}
"""What residents paid lies here until it is moved to a place of its own."""


class Bookkeeping:
    """Postings by hand in the books of all estates."""

    def __init__(
        self,
        store: LedgerStore,
        funds: FundStore,
        ledger: Ledger,
        places: Places,
        estates: Estates,
        photos: Photos,
    ) -> None:
        self._store = store
        self._funds = funds
        self._ledger = ledger
        self._places = places
        self._estates = estates
        self._photos = photos

    # Reading

    def balances(self, estate_id: str, now: datetime) -> dict[str, int]:
        """Return what every account of an estate's book holds now, debits minus credits in fen."""
        return self._ledger.balances(estate_id, begins(self._estates.get_estate(estate_id)), now)

    def maintenance_fen(self, estate_id: str, now: datetime) -> int:
        """Return what the maintenance fund of an estate holds now, split over rooms or not."""
        return -self.balances(estate_id, now).get(AccountKind.MAINTENANCE, 0)

    def list_postings(self, estate_id: str, month: str, limit: int, cursor: str | None) -> Page[Posting]:
        """List the postings of a month, newest first."""
        return self._ledger.list_postings(estate_id, month, limit, cursor)

    # Parts of an act

    def voucher_photos(self, estate_id: str, month: str, posting_id: str) -> list[PhotoShown]:
        """Return what is shown of a posting's vouchers: nobody confirms a month without seeing them (FND-01).

        Raises:
            PostingUnknown: the month has no such posting.
        """
        posting = self._store.find_posting(estate_id, month, posting_id)
        if posting is None:
            raise PostingUnknown
        return self._photos.show(estate_id, posting.entry.voucher_photo_ids)

    def head(self, estate_id: str, now: datetime) -> Book:
        """Return the head of an estate's book; the first who asks begins it."""
        there = self._store.find_book(estate_id)
        if there is not None:
            return there
        act = Transaction("system", "begin_fund_book", now)
        act.add(BOOK, Book(estate_id))
        with suppress(Conflict):
            self._store.commit(act)
        return self._store.find_book(estate_id) or Book(estate_id)

    def post(
        self, act: Transaction, estate: Estate, on: date, entry: Entry, by_name: str, head: Book | None = None
    ) -> Posting:
        """Make a posting of a day in an open month part of an act; entering that month cannot cross it.

        With ``head``, nothing at all may have been booked by hand since it was read.

        Raises:
            EntryDateRefused, MonthNotOpen: see there.
            PostedBefore, MonthMoved: when the act is committed.
        """
        period = month_of(on)
        check_date(on, period, begins(estate), date_of(act.at))
        book = head or self.head(estate.id, act.at)
        if not book.is_open(str(period)):
            raise MonthNotOpen
        posting = posting_of(estate.id, str(period), entry, on, act.at, act.by, by_name)
        act.add(POSTING, posting, otherwise=PostedBefore)
        unchanged = ("entered_through",) if head is None else ("version",)
        act.change(BOOK, book, book, unchanged=unchanged, otherwise=MonthMoved)
        return posting

    def find_posted(self, estate_id: str, on: date, entry: Entry) -> Posting | None:
        """Return the posting of the same event if it stands in the month of the day, or None.

        Raises:
            PostedBefore: it stands there with other content.
        """
        there = self._store.find_posting(estate_id, str(month_of(on)), derived_id("pst", estate_id, entry.source))
        if there is not None and (there.booked_on, there.entry) != (on, entry):
            raise PostedBefore
        return there

    # Acts

    def book(
        self, principal: Principal, estate_id: str, period: Period, booked: Booked, key: str, now: datetime
    ) -> Posting:
        """Book income, an expense nobody decides on, or what was there when the book began (FND-01).

        Raises:
            EntryDateRefused, MonthNotOpen: see there.
            ItemUnknown, UseRefused, RepairPlaceMissing, DecisionMissing: the purpose does not take it.
            PlaceUnknown, PlaceChanged, PurposeNotHeld: the place does not hold it.
            PostedBefore: the key came before with different content.
        """
        if month_of(booked.on) != period:
            raise EntryDateRefused
        estate = self._estates.get_estate(estate_id)
        act = Transaction(principal.account_id, "book_fund_entry", now)
        place = self._places.use(act, estate_id, booked.place_id, booked.purpose)
        if booked.facility_id is not None:
            self._estates.get_facility(estate_id, booked.facility_id)
        entry = entry_of(booked, _source(principal, estate_id, "entry", key), place.account)
        there = self.find_posted(estate_id, booked.on, entry)
        if there is not None:
            return there
        posting = self.post(act, estate, booked.on, entry, principal.display_name)
        self._photos.attach(act, estate_id, booked.voucher_photo_ids, posting.id, "fund_voucher")
        self._store.commit(act)
        return posting

    def transfer(
        self,
        principal: Principal,
        estate_id: str,
        on: date,
        from_id: str,
        to_id: str,
        fen: int,
        summary: str,
        key: str,
        now: datetime,
    ) -> Posting:
        """Move money between two places, or from what WeChat and the till collected (``wechat``, ``cash``) to one.

        Raises:
            SamePlaces, PlaceUnknown, PlaceChanged, EntryDateRefused, MonthNotOpen, PostedBefore: see there.
        """
        if from_id == to_id:
            raise SamePlaces
        estate = self._estates.get_estate(estate_id)
        act = Transaction(principal.account_id, "transfer_between_places", now)
        from_, to = (self._account(act, estate_id, place_id) for place_id in (from_id, to_id))
        source = _source(principal, estate_id, "transfer", key)
        entry = Entry(source, PostingKind.TRANSFER, summary, moved(to, from_, fen))
        there = self.find_posted(estate_id, on, entry)
        if there is not None:
            return there
        posting = self.post(act, estate, on, entry, principal.display_name)
        self._store.commit(act)
        return posting

    def transfer_surplus(
        self, principal: Principal, estate_id: str, period: Period, key: str, now: datetime
    ) -> Posting:
        """Make what parking brought beyond its management cost the owners' surplus, at the end of a month (FND-16).

        Raises:
            MonthNotOver: payments may still land in it.
            NoSurplus, MonthNotOpen, MonthMoved: see there.
        """
        if now < settled_at(period):
            raise MonthNotOver
        estate, source = self._estates.get_estate(estate_id), _source(principal, estate_id, "surplus", key)
        there = self._store.find_posting(estate_id, str(period), derived_id("pst", estate_id, source))
        if there is not None:
            return there
        head = self.head(estate_id, now)
        if not head.is_open(str(period)):
            raise MonthNotOpen
        lines = self._ledger.lines_through(estate_id, begins(estate), str(period))
        entry = surplus_entry(source, str(period), {line.account: line.closing for line in lines})
        act = Transaction(principal.account_id, "transfer_parking_surplus", now)
        posting = self.post(act, estate, period.last_on, entry, principal.display_name, head)
        self._store.commit(act)
        return posting

    def correct(
        self, principal: Principal, estate_id: str, month: str, posting_id: str, on: date, reason: str, now: datetime
    ) -> Posting:
        """Take a posting of any month back by a counter-posting in an open one; each at most once (FND-01).

        An instalment of a contract is open again after its receipt was taken back.

        Raises:
            PostingUnknown, NotCorrectable, CounteredBefore, EntryDateRefused, MonthNotOpen: see there.
        """
        posting = self._store.find_posting(estate_id, month, posting_id)
        if posting is None:
            raise PostingUnknown
        estate, entry = self._estates.get_estate(estate_id), counter_of(posting, reason)
        there = self.find_posted(estate_id, on, entry)
        if there is not None:
            return there
        act = Transaction(principal.account_id, "correct_posting", now)
        against = posting_of(estate_id, str(month_of(on)), entry, on, now, act.by, principal.display_name)
        act.add(COUNTERED, Countered(estate_id, posting_id, against.month, against.id), otherwise=CounteredBefore)
        self.post(act, estate, on, entry, principal.display_name)
        contract = posting.entry.contract_id and self._funds.find_contract(estate_id, posting.entry.contract_id)
        if contract:
            act.change(CONTRACT, contract, contract.without(posting_id))
        self._store.commit(act)
        return against

    def _account(self, act: Transaction, estate_id: str, place_id: str) -> Account:
        if place_id in COLLECTED:
            return COLLECTED[place_id]
        return self._places.take_part(act, estate_id, place_id).account


def begins(estate: Estate) -> str:
    """Return the first month of an estate's book: the one in which it was entered in the register."""
    return str(month_of(date_of(estate.created_at)))


def _source(principal: Principal, estate_id: str, verb: str, key: str) -> str:
    return derived_id(verb, principal.account_id, estate_id, verb, key)
