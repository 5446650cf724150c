"""Propose the transfer of a year's surplus, decide on it, book both ledgers and split it over the rooms (FND-07)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.funds.ledger import AccountKind
from miniprogram_api.funds.maintenance import MovementKind
from miniprogram_api.funds.months import Mark
from miniprogram_api.funds.spending import require_enough
from miniprogram_api.funds.store import YEAR_END, FundStore
from miniprogram_api.funds.year_end import (
    YearEnd,
    YearEndMoved,
    YearEndState,
    YearEndUnknown,
    entry_of,
    share_of,
    stepped,
    surplus_of,
)
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.funds.service.bookkeeping import Bookkeeping
    from miniprogram_api.funds.service.fund import MaintenanceFund
    from miniprogram_api.funds.service.months import Months
    from miniprogram_api.funds.service.places import Places
    from miniprogram_api.funds.service.spending import Spendings
    from miniprogram_api.kernel.access import Principal, Territory


class YearEnds:
    """The year-end transfers of all estates."""

    def __init__(
        self,
        store: FundStore,
        months: Months,
        bookkeeping: Bookkeeping,
        fund: MaintenanceFund,
        places: Places,
        spendings: Spendings,
        estates: Estates,
    ) -> None:
        self._store = store
        self._months = months
        self._bookkeeping = bookkeeping
        self._fund = fund
        self._places = places
        self._spendings = spendings
        self._estates = estates

    def get_year_end(self, estate_id: str, year: int) -> YearEnd:
        """Return the transfer of a year, or raise YearEndUnknown."""
        found = self._store.find_year_end(estate_id, year)
        if found is None:
            raise YearEndUnknown
        return found

    def propose(
        self,
        principal: Principal,
        estate_id: str,
        year: int,
        share: int,
        source: str,
        from_id: str,
        to_id: str,
        now: datetime,
    ) -> YearEnd:
        """Propose to move a share (0.01 %) of a year's surplus by the owners' vote ``source``; one proposal a year.

        Raises:
            YearNotPublished, NoYearSurplus, YearEndMoved, PlaceUnknown, PlaceChanged, PurposeNotHeld: see there.
        """
        surplus = surplus_of(year, self._months.list_year(estate_id, year))
        act = Transaction(principal.account_id, "propose_year_end", now)
        self._places.use(act, estate_id, from_id, AccountKind.PUBLIC_INCOME)
        self._places.use(act, estate_id, to_id, AccountKind.MAINTENANCE)
        mark = Mark(principal.account_id, principal.display_name, now)
        fen = share_of(surplus, share)
        proposed = YearEnd(estate_id, year, share, source, surplus, fen, from_id, to_id, mark)
        before = self._store.find_year_end(estate_id, year)
        if before is None:
            act.add(YEAR_END, proposed, otherwise=YearEndMoved)
        elif before.state is YearEndState.REFUSED:
            proposed = act.change(YEAR_END, before, replace(proposed, version=before.version), otherwise=YearEndMoved)
        elif replace(before, proposed=mark, version=0) == proposed and before.proposed.by == mark.by:
            return before
        else:
            raise YearEndMoved
        self._store.commit(act)
        return proposed

    def decide(
        self, principal: Principal, territory: Territory, estate_id: str, year: int, agree: bool, now: datetime
    ) -> YearEnd:
        """Agree to a transfer, which books both ledgers in one act and splits it over the rooms, or refuse it (FND-07).

        Raises:
            YearEndUnknown, IllegalTransition, SamePersonRefused, CommitteeDecides, YearEndMoved: see there.
            NotEnoughMoney: the public income was spent meanwhile.
            PlaceChanged, MonthMoved, NoRoomsConcerned, TooManyRooms, AreaMissing: see there.
        """
        self._spendings.may_decide(principal, territory, estate_id, now)
        before, mark = self.get_year_end(estate_id, year), Mark(principal.account_id, principal.display_name, now)
        act = Transaction(principal.account_id, "decide_year_end", now)
        from_ = self._places.use(act, estate_id, before.from_id, AccountKind.PUBLIC_INCOME)
        to = self._places.use(act, estate_id, before.to_id, AccountKind.MAINTENANCE)
        after = stepped(before, "book" if agree else "refuse", mark, from_.keeper)
        if not agree:
            after = act.change(YEAR_END, before, after, otherwise=YearEndMoved)
            self._store.commit(act)
            return after
        head = self._bookkeeping.head(estate_id, now)
        require_enough(self._bookkeeping.balances(estate_id, now), AccountKind.PUBLIC_INCOME, before.fen)
        source = derived_id("alloc", estate_id, "year_end", str(year))
        entry = entry_of(before, source, from_.account, to.account)
        estate = self._estates.get_estate(estate_id)
        posting = self._bookkeeping.post(act, estate, date_of(now), entry, principal.display_name, head)
        after = act.change(YEAR_END, before, replace(after, posting_id=posting.id), otherwise=YearEndMoved)
        shares = self._fund.shares(estate_id, before.fen, (), ())
        allocation = self._fund.allocate(
            act, source, estate_id, MovementKind.TRANSFER, entry.summary, shares, principal.display_name
        )
        self._store.commit(act)
        self._fund.go_on(allocation, now)
        return after
