"""The vendors of the credit programme: their terms, their months, and what they pay (FEE-10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from miniprogram_api.funds.ledger import Account, AccountKind, Entry, PostingKind
from miniprogram_api.kernel.clock import start_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.period import Period, PeriodUnreadable
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wallets.store import VENDOR, VENDOR_ENTRY, CreditStore
from miniprogram_api.wallets.vendor import (
    EntryKind,
    NoCompany,
    SettlementTooMuch,
    Vendor,
    VendorChanged,
    VendorEntry,
    VendorMonth,
    VendorThere,
    VendorUnknown,
    month_of_vendor,
    settled,
)

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.funds.service import Ledger
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.wallets.credit import Terms


class CreditVendors:
    """The vendors of all estates."""

    def __init__(self, store: CreditStore, ledger: Ledger, estates: Estates) -> None:
        self._store = store
        self._ledger = ledger
        self._estates = estates

    def add(self, principal: Principal, estate_id: str, name: str, terms: Terms, now: datetime) -> Vendor:
        """Begin the programme with a vendor, known by its name and the company under contract; again, it is there.

        Raises:
            NoCompany: the estate has no company under contract.
            VendorThere: it is there on other terms.
        """
        company_id = self._estates.get_estate(estate_id).company_id
        if company_id is None:
            raise NoCompany
        vendor = Vendor(derived_id("cvn", estate_id, company_id, name), estate_id, company_id, name, terms, now)
        act = Transaction(principal.account_id, "add_credit_vendor", now)
        act.add(VENDOR, vendor, otherwise=VendorThere)
        try:
            self._store.commit(act)
        except VendorThere:
            there = self.get_vendor(estate_id, vendor.id)
            if there.terms != terms or there.ended_at is not None:
                raise
            return there
        return vendor

    def change_terms(self, principal: Principal, estate_id: str, vendor_id: str, terms: Terms, now: datetime) -> Vendor:
        """Let later orders earn on other terms; what was earned stays. A vendor that left takes part again.

        Raises:
            VendorUnknown, VendorChanged: see there.
        """
        before = self.get_vendor(estate_id, vendor_id)
        return self._write(principal, "change_credit_terms", before, replace(before, terms=terms, ended_at=None), now)

    def end(self, principal: Principal, estate_id: str, vendor_id: str, now: datetime) -> Vendor:
        """End the programme with a vendor; what was earned stays, what it owes stays owed.

        Raises:
            VendorUnknown, VendorChanged: see there.
        """
        before = self.get_vendor(estate_id, vendor_id)
        if before.ended_at is not None:
            return before
        return self._write(principal, "end_credit_vendor", before, replace(before, ended_at=now), now)

    def _write(self, principal: Principal, verb: str, before: Vendor, after: Vendor, now: datetime) -> Vendor:
        act = Transaction(principal.account_id, verb, now)
        after = act.change(VENDOR, before, after, otherwise=VendorChanged)
        self._store.commit(act)
        return after

    def get_vendor(self, estate_id: str, vendor_id: str) -> Vendor:
        """Return a vendor of the estate, or raise VendorUnknown."""
        vendor = self._store.find_vendor(estate_id, vendor_id)
        if vendor is None:
            raise VendorUnknown
        return vendor

    def list_vendors(self, estate_id: str) -> list[Vendor]:
        """Return the vendors of an estate, those that left too."""
        return self._store.list_vendors(estate_id)

    def month(self, estate_id: str, vendor_id: str, month: str) -> tuple[Vendor, VendorMonth]:
        """Return what a vendor came to owe and paid in a month.

        Raises:
            VendorUnknown: see there.
            PeriodUnreadable: the text is no month.
        """
        vendor, period = self.get_vendor(estate_id, vendor_id), Period.parse(month)
        if period.months != 1:
            raise PeriodUnreadable
        since = self._store.list_entries_since(estate_id, vendor_id, start_of(period.first_on))
        return vendor, month_of_vendor(vendor, since, start_of(period.last_on + timedelta(days=1)))

    def settle(
        self, principal: Principal, estate_id: str, vendor_id: str, fen: int, reference: str, key: str, now: datetime
    ) -> VendorEntry:
        """Note that a vendor paid to the bank; the same act finds its note there.

        ``reference`` is the bank's number of the transfer.

        Raises:
            VendorUnknown, VendorChanged: see there.
            SettlementTooMuch: it owes less, or the key came before with another amount.
        """
        before = self.get_vendor(estate_id, vendor_id)
        entry_id = derived_id("cvs", principal.account_id, estate_id, "settle_vendor", vendor_id, key)
        entry = VendorEntry(entry_id, estate_id, vendor_id, EntryKind.SETTLED, -fen, now, reference=reference)
        there = self._store.find_entry(estate_id, vendor_id, entry_id)
        if there is not None:
            if (there.fen, there.reference) != (-fen, reference):
                raise SettlementTooMuch
            return there
        act = Transaction(principal.account_id, "settle_vendor", now)
        act.add(VENDOR_ENTRY, entry, otherwise=VendorChanged)
        act.change(VENDOR, before, settled(before, fen), otherwise=VendorChanged)
        legs = (Account(AccountKind.BANK).debit(fen), Account(AccountKind.VENDOR, vendor_id).credit(fen))
        summary = f"商家结算 {before.name} {reference}"
        posted = Entry(entry_id, PostingKind.TRANSFER, summary, legs)
        self._ledger.book(act, estate_id, posted, principal.display_name)
        self._store.commit(act)
        return entry
