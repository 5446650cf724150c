"""Keep the contracts that bring income: their instalments come in as postings, what they cede is decided (FND-17)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.funds.booking import moved
from miniprogram_api.funds.contracts import (
    Ceding,
    ContractKeyReused,
    ContractMoved,
    ContractUnknown,
    IncomeContract,
    Terms,
    checked_terms,
)
from miniprogram_api.funds.items import may_be_booked
from miniprogram_api.funds.ledger import Account, Entry, PostingKind
from miniprogram_api.funds.store import CONTRACT, FundStore
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.funds.service.bookkeeping import Bookkeeping
    from miniprogram_api.funds.service.places import Places
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.photos.service import Photos


class Contracts:
    """The income contracts of all estates."""

    def __init__(
        self, store: FundStore, bookkeeping: Bookkeeping, places: Places, estates: Estates, photos: Photos
    ) -> None:
        self._store = store
        self._bookkeeping = bookkeeping
        self._places = places
        self._estates = estates
        self._photos = photos

    def get_contract(self, estate_id: str, contract_id: str) -> IncomeContract:
        """Return a contract of the estate, or raise ContractUnknown."""
        contract = self._store.find_contract(estate_id, contract_id)
        if contract is None:
            raise ContractUnknown
        return contract

    def list_contracts(self, estate_id: str, limit: int, cursor: str | None) -> Page[IncomeContract]:
        """List the contracts of an estate."""
        return self._store.list_contracts(estate_id, limit, cursor)

    def list_overdue(self, estate_id: str, limit: int, cursor: str | None, now: datetime) -> Page[IncomeContract]:
        """List the contracts on which an instalment should have come and did not, the longest due first."""
        return self._store.list_overdue(estate_id, date_of(now), limit, cursor)

    def enter(self, principal: Principal, estate_id: str, terms: Terms, key: str, now: datetime) -> IncomeContract:
        """Enter a contract (FND-17).

        Raises:
            ContractUnclear, ItemUnknown, UseRefused: see the rules.
            ContractKeyReused: the key came before with different content.
        """
        may_be_booked(PostingKind.INCOME, terms.purpose, terms.item)
        by = principal.account_id
        contract_id = derived_id("inc", by, estate_id, "enter_income_contract", key)
        contract = IncomeContract(contract_id, estate_id, checked_terms(terms), by, now)
        act = Transaction(by, "enter_income_contract", now)
        act.add(CONTRACT, contract, otherwise=ContractKeyReused)
        try:
            self._store.commit(act)
        except ContractKeyReused:
            there = self.get_contract(estate_id, contract_id)
            if there.agreed != terms:
                raise
            return there
        return contract

    def cede(
        self, principal: Principal, estate_id: str, contract_id: str, ceding: Ceding, now: datetime
    ) -> IncomeContract:
        """Record the owners' decision to leave a share of the income to the company (FND-17, 000:151).

        Raises:
            ContractUnknown, ContractMoved: see there.
        """
        contract = self.get_contract(estate_id, contract_id)
        if contract.ceding == ceding:
            return contract
        act = Transaction(principal.account_id, "cede_income", now)
        after = act.change(CONTRACT, contract, replace(contract, ceding=ceding), otherwise=ContractMoved)
        self._store.commit(act)
        return after

    def receive(
        self,
        principal: Principal,
        estate_id: str,
        contract_id: str,
        number: int,
        place_id: str,
        on: date,
        photo_ids: tuple[str, ...],
        now: datetime,
    ) -> IncomeContract:
        """Book that an instalment came in; it is a posting that names the contract (FND-17).

        Raises:
            ContractUnknown, ContractMoved: there is none of that number, or it was received before.
            PlaceUnknown, PlaceChanged, PurposeNotHeld, EntryDateRefused, MonthNotOpen, PostedBefore: see there.
        """
        contract, estate = self.get_contract(estate_id, contract_id), self._estates.get_estate(estate_id)
        instalment, terms = contract.open_instalment(number), contract.terms
        act = Transaction(principal.account_id, "receive_instalment", now)
        place = self._places.use(act, estate_id, place_id, terms.purpose)
        entry = Entry(
            # The version keeps apart a second receipt after the first was taken back.
            f"{contract.id}:{number}:{contract.version}",
            PostingKind.INCOME,
            f"{terms.what} 第 {number} 期",
            moved(place.account, Account(terms.purpose), instalment.fen),
            terms.item,
            contract_id=contract.id,
            voucher_photo_ids=photo_ids,
        )
        posting = self._bookkeeping.post(act, estate, on, entry, principal.display_name)
        after = contract.received(number, on, posting.id)
        after = act.change(CONTRACT, contract, after, otherwise=ContractMoved)
        self._photos.attach(act, estate_id, photo_ids, posting.id, "fund_voucher")
        self._store.commit(act)
        return after
