"""Ask for the owners' money, decide within the authority they gave, pay, prove (FND-03, FND-11)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.decisions.refusals import DecisionMoved
from miniprogram_api.funds.booking import moved
from miniprogram_api.funds.items import may_be_booked
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, PostingKind
from miniprogram_api.funds.maintenance import UNDIVIDED, MovementKind
from miniprogram_api.funds.months import Mark
from miniprogram_api.funds.service.authority import Authority
from miniprogram_api.funds.spending import (
    SPENDABLE,
    CommitteeDecides,
    Limit,
    LimitMoved,
    NotSpendable,
    Spending,
    SpendKeyReused,
    SpendMoved,
    SpendState,
    SpendUnknown,
    Used,
    Wanted,
    checked_limit,
    require_enough,
    stepped,
)
from miniprogram_api.funds.store import SPENDING, FundStore
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from miniprogram_api.decisions.service import Decisions
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.funds.service.bookkeeping import Bookkeeping
    from miniprogram_api.funds.service.fund import MaintenanceFund
    from miniprogram_api.funds.service.places import Places, Posts
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

_TRIES = 3
"""How often a decision looks anew when another one uses the same limit or decision at the same moment."""


class Spendings:
    """The requests to spend of all estates, and what their owners authorised."""

    def __init__(
        self,
        store: FundStore,
        bookkeeping: Bookkeeping,
        fund: MaintenanceFund,
        places: Places,
        posts: Posts,
        estates: Estates,
        photos: Photos,
        decisions: Decisions,
    ) -> None:
        self._store = store
        self._bookkeeping = bookkeeping
        self._fund = fund
        self._places = places
        self._posts = posts
        self._estates = estates
        self._photos = photos
        self._authority = Authority(store, decisions, estates)

    # Reading

    def get_spending(self, estate_id: str, request_id: str) -> Spending:
        """Return a request of the estate, or raise SpendUnknown."""
        request = self._store.find_spending(estate_id, request_id)
        if request is None:
            raise SpendUnknown
        return request

    def photos_of(self, estate_id: str, request_id: str) -> tuple[list[PhotoShown], list[PhotoShown]]:
        """Return what is shown of a request's quotes and of its vouchers, or raise SpendUnknown (FND-03)."""
        request = self.get_spending(estate_id, request_id)
        quotes = self._photos.show(estate_id, request.wanted.quote_photo_ids)
        return quotes, self._photos.show(estate_id, request.voucher_photo_ids)

    def list_spending(self, estate_id: str, limit: int, cursor: str | None) -> Page[Spending]:
        """List the requests of an estate, newest first."""
        return self._store.list_spending(estate_id, limit, cursor)

    def limits_of(self, estate_id: str, today: date) -> list[tuple[Limit, Used]]:
        """Return what the owners authorised, with what is used of this year (FND-11)."""
        return self._authority.limits_of(estate_id, today)

    def may_decide(self, principal: Principal, territory: Territory, estate_id: str, now: datetime) -> None:
        """Let the committee decide, and the street only where none is in office; else raise CommitteeDecides."""
        if Role.COMMITTEE in principal.roles_in(territory):
            return
        if list(self._posts.people_at(estate_id=estate_id, roles={Role.COMMITTEE}, now=now)):
            raise CommitteeDecides

    # Acts

    def set_limit(self, principal: Principal, limit: Limit, now: datetime) -> Limit:
        """Record up to how much the owners authorised their committee, and where they did (FND-11).

        Raises:
            LimitUnclear, LimitWithoutSource: see the rule. Else see ``Authority.set_limit``.
        """
        return self._authority.set_limit(principal, checked_limit(limit), now)

    def ask(self, principal: Principal, estate_id: str, wanted: Wanted, key: str, now: datetime) -> Spending:
        """Ask for money (FND-03); what the purpose may not pay is refused at once (FND-16).

        Raises:
            NotSpendable, ItemUnknown, UseRefused, RepairPlaceMissing: money of that purpose does not take it.
            PlaceUnknown, PlaceChanged, PurposeNotHeld, FacilityUnknown: see there.
            NoRoomsConcerned, TooManyRooms, AreaMissing: it cannot be split over the rooms.
            SpendKeyReused: the key came before with different content.
        """
        if wanted.purpose not in SPENDABLE:
            raise NotSpendable
        may_be_booked(PostingKind.EXPENSE, wanted.purpose, wanted.item, wanted.facility_id)
        if wanted.facility_id is not None:
            self._estates.get_facility(estate_id, wanted.facility_id)
        if wanted.purpose is AccountKind.MAINTENANCE:
            self._fund.shares(estate_id, wanted.fen, wanted.building_ids, wanted.room_ids)
        by = principal.account_id
        request_id = derived_id("spend", by, estate_id, "ask_spending", key)
        request = Spending(request_id, estate_id, wanted, _mark(principal, now))
        act = Transaction(by, "ask_spending", now)
        act.add(SPENDING, request, otherwise=SpendKeyReused)
        self._places.use(act, estate_id, wanted.place_id, wanted.purpose)
        self._photos.attach(act, estate_id, wanted.quote_photo_ids, request_id, "spending_quote")
        try:
            self._store.commit(act)
        except SpendKeyReused:
            there = self.get_spending(estate_id, request_id)
            if there.wanted != wanted:
                raise
            return there
        return request

    def approve(
        self,
        principal: Principal,
        territory: Territory,
        estate_id: str,
        request_id: str,
        decision_id: str | None,
        now: datetime,
    ) -> Spending:
        """Agree to a request: within the authority of the owners, or by the decision named (FND-11).

        Raises:
            CommitteeDecides: a committee is in office, and the street would decide.
            SpendUnknown, IllegalTransition, SamePersonRefused, SpendMoved, LimitMoved, DecisionMoved: see there. What
                does not cover the request: see ``Authority.cover``.
        """
        self.may_decide(principal, territory, estate_id, now)
        return _anew(lambda: self._approve(principal, estate_id, request_id, decision_id, now))

    def _approve(
        self, principal: Principal, estate_id: str, request_id: str, decision_id: str | None, now: datetime
    ) -> Spending:
        request, by = self.get_spending(estate_id, request_id), principal.account_id
        if request.decided is not None and (request.decided.by, request.state) == (by, SpendState.APPROVED):
            return request
        act = Transaction(by, "approve_spending", now)
        place = self._places.take_part(act, estate_id, request.wanted.place_id)
        after = stepped(request, "approve", by, place.keeper)
        after = self._authority.cover(act, after, decision_id, date_of(now))
        after = act.change(SPENDING, request, replace(after, decided=_mark(principal, now)), otherwise=SpendMoved)
        self._store.commit(act)
        return after

    def refuse(
        self, principal: Principal, territory: Territory, estate_id: str, request_id: str, reason: str, now: datetime
    ) -> Spending:
        """Refuse a request with the reason; one that was approved gives back what it had taken.

        Raises:
            CommitteeDecides, SpendUnknown, IllegalTransition, SamePersonRefused, InputMissing, SpendMoved: see there.
        """
        self.may_decide(principal, territory, estate_id, now)
        return _anew(lambda: self._refuse(principal, estate_id, request_id, reason, now))

    def _refuse(self, principal: Principal, estate_id: str, request_id: str, reason: str, now: datetime) -> Spending:
        request = self.get_spending(estate_id, request_id)
        place = self._places.get_place(estate_id, request.wanted.place_id)
        after = stepped(request, "refuse", principal.account_id, place.keeper, reason=reason)
        after = replace(after, decided=_mark(principal, now), reason=reason)
        act = Transaction(principal.account_id, "refuse_spending", now)
        after = act.change(SPENDING, request, after, otherwise=SpendMoved)
        self._authority.release(act, request)
        self._store.commit(act)
        return after

    def pay(self, principal: Principal, estate_id: str, request_id: str, on: date, now: datetime) -> Spending:
        """Record that a decided request was paid on a day, and book it (FND-03).

        A use of the maintenance fund then falls on the rooms concerned, by area.

        Raises:
            SamePersonRefused: the payer keeps the account or decided, or the decider keeps it by now.
            DecisionNotInForce: what it rests on was rescinded, or is to be corrected; also at this moment (VOT-15).
            NotEnoughMoney: less is there for the purpose.
            NoRoomsConcerned, TooManyRooms, AreaMissing: it cannot be split over the rooms.
            SpendUnknown, IllegalTransition, PlaceChanged, EntryDateRefused, MonthNotOpen, MonthMoved: see there.
        """
        request, estate = self.get_spending(estate_id, request_id), self._estates.get_estate(estate_id)
        if request.paid is not None and (request.paid.by, request.paid_on) == (principal.account_id, on):
            return request
        act = Transaction(principal.account_id, "pay_spending", now)
        wanted = request.wanted
        place = self._places.use(act, estate_id, wanted.place_id, wanted.purpose)
        after = stepped(request, "pay", principal.account_id, place.keeper)
        self._authority.require(act, request)
        head = self._bookkeeping.head(estate_id, now)
        require_enough(self._bookkeeping.balances(estate_id, now), wanted.purpose, wanted.fen)
        entry = _entry(request, place.account)
        posting = self._bookkeeping.post(act, estate, on, entry, principal.display_name, head)
        after = replace(after, paid=_mark(principal, now), paid_on=on, posting_id=posting.id)
        after = act.change(SPENDING, request, after, otherwise=SpendMoved)
        allocation = None
        if wanted.purpose is AccountKind.MAINTENANCE:
            shares = self._fund.shares(estate_id, -wanted.fen, wanted.building_ids, wanted.room_ids)
            allocation = self._fund.allocate(
                act, f"alloc_{request_id}", estate_id, MovementKind.USE, wanted.reason, shares, principal.display_name
            )
        self._store.commit(act)
        if allocation is not None:
            self._fund.go_on(allocation, now)
        return after

    def prove(
        self, principal: Principal, estate_id: str, request_id: str, photo_ids: tuple[str, ...], now: datetime
    ) -> Spending:
        """Keep the vouchers of a paid request.

        Raises:
            SpendUnknown, IllegalTransition, InputMissing, SpendMoved: see there.
            PhotoNotYours: a photo cannot be used.
        """
        request = self.get_spending(estate_id, request_id)
        if request.proven is not None and request.voucher_photo_ids == photo_ids:
            return request
        after = stepped(request, "prove", principal.account_id, "", vouchers=photo_ids)
        after = replace(after, proven=_mark(principal, now), voucher_photo_ids=photo_ids)
        act = Transaction(principal.account_id, "prove_spending", now)
        after = act.change(SPENDING, request, after, otherwise=SpendMoved)
        self._photos.attach(act, estate_id, photo_ids, request_id, "prove_spending")
        self._store.commit(act)
        return after


def _entry(request: Spending, place: Account) -> Entry:
    wanted = request.wanted
    purpose = UNDIVIDED if wanted.purpose is AccountKind.MAINTENANCE else Account(wanted.purpose)
    return Entry(
        request.id,
        PostingKind.EXPENSE,
        wanted.reason,
        moved(purpose, place, wanted.fen),
        wanted.item,
        request_id=request.id,
        facility_id=wanted.facility_id,
    )


def _mark(principal: Principal, now: datetime) -> Mark:
    return Mark(principal.account_id, principal.display_name, now)


def _anew(attempt: Callable[[], Spending]) -> Spending:
    """Look anew when another decision used the same limit, or the same decision, at the same moment."""
    for _ in range(_TRIES - 1):
        with suppress(LimitMoved, DecisionMoved):
            return attempt()
    return attempt()
