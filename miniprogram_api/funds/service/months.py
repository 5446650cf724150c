"""Enter, check, publish and close the months of the books, and see which are missing (FND-01, FND-02, FND-04)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.funds.months import (
    EarlierMonthOpen,
    LaterMonthEntered,
    Line,
    Mark,
    Missing,
    Month,
    MonthMoved,
    MonthNotOpen,
    MonthNotOver,
    MonthState,
    MonthUnknown,
    Walk,
    last_month_due,
    months_between,
    recount,
    settled_at,
    stepped,
)
from miniprogram_api.funds.publication import (
    Board,
    BoardProven,
    BoardUnproven,
    Disclosed,
    Publication,
    PublicationUnknown,
    published,
)
from miniprogram_api.funds.service.bookkeeping import begins
from miniprogram_api.funds.sheet import Sheet, sheet_of
from miniprogram_api.funds.store import BOOK, MISSING, MONTH, PUBLICATION, WALK, LedgerStore
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.cards.face import Face
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.funds.months import Book
    from miniprogram_api.funds.service.bookkeeping import Bookkeeping
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.period import Period
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

_TRIES = 3
"""How often entering counts anew when somebody books by hand at the same moment."""
_ESTATES_A_RUN = 20
_ESTATES_A_PAGE = 100


class EveryEstate(Protocol):
    """Goes through all estates, for jobs that visit every one."""

    def list_faces(self, after: str | None, limit: int) -> list[Face]:
        """Return the faces of estates behind one locator."""
        ...


class SheetPress(Protocol):
    """Prints the sheet for the notice board."""

    def print_sheet(self, sheet: Sheet) -> bytes:
        """Return it as a PDF file, or raise SheetUnprintable."""
        ...


class Months:
    """The months of all estates' books."""

    def __init__(
        self,
        store: LedgerStore,
        bookkeeping: Bookkeeping,
        estates: Estates,
        photos: Photos,
        every: EveryEstate,
        press: SheetPress,
        public_url: str,
    ) -> None:
        self._store = store
        self._bookkeeping = bookkeeping
        self._estates = estates
        self._photos = photos
        self._every = every
        self._press = press
        self._public_url = public_url

    # Reading

    def get_month(self, estate_id: str, period: str) -> Month:
        """Return a month that was entered, or raise MonthUnknown."""
        month = self._store.find_month(estate_id, period)
        if month is None:
            raise MonthUnknown
        return month

    def list_months(self, estate_id: str, limit: int, cursor: str | None) -> Page[Month]:
        """List the months that were entered, newest first."""
        return self._store.list_months(estate_id, limit, cursor)

    def get_publication(self, estate_id: str, period: str) -> Publication:
        """Return a month as it was published, or raise PublicationUnknown."""
        found = self._store.find_publication(estate_id, period)
        if found is None:
            raise PublicationUnknown
        return found

    def list_publications(self, estate_id: str, limit: int, cursor: str | None) -> Page[Publication]:
        """List the published months of an estate, newest first."""
        return self._store.list_publications(estate_id, limit, cursor)

    def list_year(self, estate_id: str, year: int) -> list[Publication]:
        """Return the published months of a year, in order."""
        return self._store.list_year(estate_id, year)

    def board_photos(self, publication: Publication) -> list[PhotoShown]:
        """Return what is shown of the proof from the notice board."""
        ids = () if publication.board is None else publication.board.photo_ids
        return self._photos.show(publication.estate_id, ids)

    def print_sheet(self, estate_id: str, period: str) -> bytes:
        """Return the sheet for the notice board, with a code that opens the same figures (FND-04).

        Raises:
            PublicationUnknown: the month was not published.
            SheetUnprintable: its text cannot be drawn.
        """
        return self._press.print_sheet(self.sheet(estate_id, period))

    def sheet(self, estate_id: str, period: str) -> Sheet:
        """Return what the sheet for the notice board says, or raise PublicationUnknown."""
        return sheet_of(self.get_publication(estate_id, period), f"{self._public_url}/f/{estate_id}/{period}")

    def disclosed(self, territory: Territory, period: Period) -> list[Disclosed]:
        """Return what every project below a unit has disclosed of a month, in tree order (FND-02).

        A project is an estate under contract.
        """
        found: list[Disclosed] = []
        cursor = None
        while True:
            page = self._estates.list_estates_below(territory, _ESTATES_A_PAGE, cursor)
            projects = [estate for estate in page.items if estate.company_id is not None]
            there = self._store.published((estate.id for estate in projects), str(period))
            found += [_disclosed(estate, there.get(estate.id)) for estate in projects]
            cursor = page.next
            if cursor is None:
                return found

    # Steps

    def enter(self, principal: Principal, estate_id: str, period: Period, now: datetime) -> Month:
        """Enter a month: every posting in it is counted from the facts, and none can join it any more (FND-01).

        Raises:
            MonthNotOver, MonthNotOpen, EarlierMonthOpen: see there.
            MonthMoved: people kept booking at the same moment.
        """
        if now < settled_at(period):
            raise MonthNotOver
        estate = self._estates.get_estate(estate_id)
        mark = _mark(principal, now)
        for _ in range(_TRIES - 1):
            with suppress(MonthMoved):
                return self._enter(estate, str(period), mark, now)
        return self._enter(estate, str(period), mark, now)

    def _enter(self, estate: Estate, period: str, mark: Mark, now: datetime) -> Month:
        head = self._bookkeeping.head(estate.id, now)
        there = self._store.find_month(estate.id, period)
        if not head.is_open(period):
            if (
                there is not None
                and there.state is MonthState.ENTERED
                and there.entered
                and there.entered.by == mark.by
            ):
                return there
            raise MonthNotOpen
        opening = self._opening(estate, head, period)
        before = there or Month(estate.id, period)
        counted = recount(opening, self._store.list_month(estate.id, period))
        after = replace(stepped(before, "enter", mark), lines=counted, follows=head.entered_through)
        act = Transaction(mark.by, "enter_fund_month", now)
        # The version of the head is the lock: whoever booked by hand since it was read has raised it.
        act.change(BOOK, head, replace(head, entered_through=period), otherwise=MonthMoved)
        if there is None:
            act.add(MONTH, after, otherwise=MonthMoved)
        else:
            after = act.change(MONTH, there, after, otherwise=MonthMoved)
        self._store.commit(act)
        return after

    def _opening(self, estate: Estate, head: Book, period: str) -> tuple[Line, ...]:
        """Return the closing of the month entered before; between it and this one nothing may have been booked."""
        for skipped in months_between(head.entered_through, begins(estate), period):
            if self._store.has_postings(estate.id, skipped):
                raise EarlierMonthOpen(month=skipped)
        return () if head.entered_through is None else self.get_month(estate.id, head.entered_through).lines

    def send_back(self, principal: Principal, estate_id: str, period: str, reason: str, now: datetime) -> Month:
        """Return a month to those who book; it is open again (FND-01).

        Raises:
            MonthUnknown, IllegalTransition, InputMissing, LaterMonthEntered, MonthMoved: see there.
        """
        month = self.get_month(estate_id, period)
        after = stepped(month, "return", _mark(principal, now), reason=reason)
        head = self._bookkeeping.head(estate_id, now)
        if head.entered_through != period:
            raise LaterMonthEntered
        act = Transaction(principal.account_id, "return_fund_month", now)
        act.change(BOOK, head, replace(head, entered_through=month.follows), otherwise=MonthMoved)
        after = act.change(MONTH, month, after, otherwise=MonthMoved)
        self._store.commit(act)
        return after

    def check(self, principal: Principal, estate_id: str, period: str, now: datetime) -> Month:
        """Confirm as somebody else that a month is right (FND-01).

        Raises:
            MonthUnknown, IllegalTransition, SamePersonRefused, MonthMoved: see there.
        """
        month = self.get_month(estate_id, period)
        return self._write(principal, "check_fund_month", month, stepped(month, "check", _mark(principal, now)), now)

    def publish(self, principal: Principal, estate_id: str, period: str, now: datetime) -> Publication:
        """Publish a month to the owners, frozen as it stands (FND-04).

        Raises:
            MonthUnknown, IllegalTransition, MonthMoved: see there.
        """
        month = self.get_month(estate_id, period)
        after = stepped(month, "publish", _mark(principal, now))
        name, postings = self._estates.get_estate(estate_id).name, self._store.list_month(estate_id, period)
        publication = published(month, name, postings, now, principal.display_name)
        act = Transaction(principal.account_id, "publish_fund_month", now)
        act.change(MONTH, month, after, otherwise=MonthMoved)
        act.add(PUBLICATION, publication, otherwise=MonthMoved)
        self._store.commit(act)
        return publication

    def prove_board(
        self,
        principal: Principal,
        estate_id: str,
        period: str,
        photo_ids: tuple[str, ...],
        shown_from: date,
        shown_until: date,
        now: datetime,
    ) -> Publication:
        """Keep the photo of the notice board and for how long the sheet hangs there (FND-04).

        Raises:
            PublicationUnknown, BoardUnproven, BoardProven: see there.
            PhotoNotYours: a photo cannot be used.
        """
        if shown_until < shown_from:
            raise BoardUnproven
        publication = self.get_publication(estate_id, period)
        board = Board(photo_ids, shown_from, shown_until, principal.account_id, principal.display_name, now)
        if publication.board is not None:
            if replace(publication.board, at=now) != board:
                raise BoardProven
            return publication
        act = Transaction(principal.account_id, "prove_fund_board", now)
        after = act.change(PUBLICATION, publication, replace(publication, board=board), otherwise=BoardProven)
        self._photos.attach(act, estate_id, photo_ids, f"{estate_id}:{period}", "fund_board")
        self._store.commit(act)
        return after

    def close(self, principal: Principal, estate_id: str, period: str, now: datetime) -> Month:
        """Close a published month for good, once it hung on the notice board (FND-01, FND-04).

        Raises:
            MonthUnknown, IllegalTransition, InputMissing, MonthMoved: see there.
        """
        month, publication = self.get_month(estate_id, period), self._store.find_publication(estate_id, period)
        board = None if publication is None else publication.board
        after = stepped(month, "close", _mark(principal, now), board=board)
        return self._write(principal, "close_fund_month", month, after, now)

    def _write(self, principal: Principal, verb: str, month: Month, after: Month, now: datetime) -> Month:
        act = Transaction(principal.account_id, verb, now)
        after = act.change(MONTH, month, after, otherwise=MonthMoved)
        self._store.commit(act)
        return after

    # By the clock

    def sweep(self, now: datetime) -> int:
        """Look at twenty more estates for a missing month, once a day; return how many were looked at (FND-01)."""
        today = date_of(now)
        due = str(last_month_due(today))
        stored = self._store.find_walk()
        going = stored or Walk(due, today)
        if going.began_on < today or going.period != due:
            going = replace(going, period=due, began_on=today, after=None, done=False)
        if going.done:
            return 0
        faces = self._every.list_faces(going.after, _ESTATES_A_RUN)
        for face in faces:
            self._remind(face.estate_id, due, now)
        after = faces[-1].locator if faces else None
        going = replace(going, after=after, done=len(faces) < _ESTATES_A_RUN)
        act = Transaction("system", "look_for_fund_months", now)
        if stored is None:
            act.add(WALK, going)
        else:
            act.change(WALK, stored, going)
        with suppress(Conflict):  # two runs at once looked at the same estates, and each is told once
            self._store.commit(act)
        return len(faces)

    def _remind(self, estate_id: str, period: str, now: datetime) -> None:
        """Note once that a month of an estate under contract was not entered in time."""
        try:
            estate = self._estates.get_estate(estate_id)
        except NotFound:  # it was taken out of the tree
            return
        head = self._store.find_book(estate_id)
        entered = head is not None and not head.is_open(period)
        if estate.company_id is None or entered or begins(estate) > period:
            return
        act = Transaction("system", "remind_of_fund_month", now)
        act.add(MISSING, Missing(estate_id, estate.name, period, now))
        with suppress(Conflict):  # it was noted already
            self._store.commit(act)


def _disclosed(estate: Estate, publication: Publication | None) -> Disclosed:
    complete = publication is not None and publication.board is not None
    return Disclosed(estate.id, estate.name, publication is not None, complete)


def _mark(principal: Principal, now: datetime) -> Mark:
    return Mark(principal.account_id, principal.display_name, now)
