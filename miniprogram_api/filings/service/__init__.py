"""Submit and review filings, and let the calendar begin, warn and end (EST-04)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.estates.rules import CompanyState
from miniprogram_api.filings.rules import (
    AnotherInForce,
    CompanyNotConfirmed,
    Filing,
    FilingChanged,
    FilingRepeated,
    FilingState,
    FilingUnknown,
    Terms,
    TermUnclear,
    check_impartial,
    media_type_of,
)
from miniprogram_api.filings.store import FILING_KIND
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.keys import SHARDS
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.cards.service import Cards
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.filings.store import FilingStore
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page

_DUE_PER_SHARD = 10


class LeaderSeats(Protocol):
    """Who gives the filed leader the manager's post."""

    def seat(self, act: Transaction, estate: Estate, filing: Filing) -> None:
        """Add to the act that the filed leader is the estate's manager, and that its cards show them."""
        ...

    def vacate(self, act: Transaction, estate: Estate) -> None:
        """Add to the act that manager and deputy leave."""
        ...

    def seat_deputy(self, filing: Filing, seated: Filing, now: datetime) -> None:
        """Appoint the filed deputy and write the filing as ``seated``, in one act."""
        ...


class Filings:
    """Contracts and project leaders on file."""

    def __init__(self, store: FilingStore, estates: Estates, cards: Cards, leaders: LeaderSeats) -> None:
        self._store = store
        self._estates = estates
        self._cards = cards
        self._leaders = leaders

    # Reading

    def current(self, estate_id: str) -> Filing | None:
        """Return the filing in force at an estate, or None; cards and bills rest on it (CARD-01)."""
        filing_id = self._estates.get_estate(estate_id).filing_id
        return None if filing_id is None else self._store.find(estate_id, filing_id)

    def access_filing_by_id(self, estate_id: str, filing_id: str, company_id: str | None = None) -> Filing:
        """Return a filing of the estate (and of the company, where a company asks), or raise FilingUnknown."""
        filing = self._store.find(estate_id, filing_id)
        if filing is None or (company_id is not None and filing.company_id != company_id):
            raise FilingUnknown
        return filing

    def list_of_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[Filing]:
        """List the filings of an estate, decided or not."""
        return self._store.list_of_estate(estate_id, limit, cursor)

    def list_of_company(self, company_id: str, limit: int, cursor: str | None) -> Page[Filing]:
        """List the filings of a company."""
        return self._store.list_of_company(company_id, limit, cursor)

    def list_waiting(self, territory: Territory, limit: int, cursor: str | None) -> Page[Filing]:
        """List the filings to be reviewed anywhere below a unit, oldest first within a community."""
        return self._store.list_waiting(territory.units, limit, cursor)

    def contract_link(self, filing: Filing) -> str:
        """Return an address at which the contract can be read for an hour."""
        return self._store.contract_link(filing.company_id, filing.terms.contract_file)

    # The company

    def keep_contract_file(self, company_id: str, data: bytes) -> str:
        """Keep a scanned contract and return its id; the same file has the same id.

        Raises:
            ContractFileRefused: it is neither a PDF nor a photo.
        """
        media_type = media_type_of(data)
        file_id = derived_id("doc", company_id, hashlib.sha256(data).hexdigest())
        self._store.save_contract(company_id, file_id, data, media_type)
        return file_id

    def submit(self, by: str, key: str, company_id: str, estate_id: str, terms: Terms, now: datetime) -> Filing:
        """Submit a contract and its project leader for an estate.

        Raises:
            CompanyNotConfirmed: the bureau has not confirmed the company.
            TermUnclear, LeaderTwice: the contents contradict themselves.
            ObjectMissing: the contract file was not uploaded.
            FilingRepeated: the same act came before with other contents.
        """
        filing = self._drafted(by, derived_id("fil", by, company_id, key), company_id, estate_id, terms, now)
        act = Transaction(by, "submit_filing", now)
        act.add(FILING_KIND, filing, otherwise=FilingRepeated)
        try:
            self._store.commit(act)
        except FilingRepeated:
            there = self._store.find(estate_id, filing.id)
            if there is None or there.terms != terms:
                raise
            return there
        return filing

    def _drafted(self, by: str, filing_id: str, company_id: str, estate_id: str, terms: Terms, now: datetime) -> Filing:
        company, estate = self._estates.get_company(company_id), self._estates.get_estate(estate_id)
        if company.state is not CompanyState.CONFIRMED:
            raise CompanyNotConfirmed
        terms.check(date_of(now))
        self._store.require_contract(company_id, terms.contract_file)
        return Filing(filing_id, estate_id, estate.name, estate.units, company_id, company.name, terms, by, now)

    def resubmit(self, by: str, company_id: str, estate_id: str, filing_id: str, terms: Terms, now: datetime) -> Filing:
        """Submit a returned filing again with corrected contents; IllegalTransition when it was not returned."""
        filing = self.access_filing_by_id(estate_id, filing_id, company_id)
        stepped = filing.stepped("resubmit", by, now)
        drafted = self._drafted(by, filing_id, company_id, estate_id, terms, now)
        after = replace(drafted, state=stepped.state, version=filing.version)
        act = Transaction(by, "resubmit_filing", now)
        after = act.change(FILING_KIND, filing, after, otherwise=FilingChanged)
        self._store.commit(act)
        return after

    # The reviewer

    def send_back(self, reviewer: Principal, estate_id: str, filing_id: str, reason: str, now: datetime) -> Filing:
        """Return a filing to the company with the reason."""
        filing = self._reviewed(reviewer, estate_id, filing_id)
        act = Transaction(reviewer.account_id, "return_filing", now)
        after = filing.stepped("return", reviewer.account_id, now, reason)
        after = act.change(FILING_KIND, filing, after, otherwise=FilingChanged)
        self._store.commit(act)
        return after

    def approve(self, reviewer: Principal, estate_id: str, filing_id: str, now: datetime) -> Filing:
        """File a contract; if its first day has come it takes effect in the same act, with leader and cards.

        Raises:
            TermUnclear: the contract is over by now.
            AnotherInForce: another contract is in force and this one would begin at once.
            IllegalTransition, SamePersonRefused, ReviewerPartial: it is not theirs to file, or not in the state for it.
        """
        filing, today = self._reviewed(reviewer, estate_id, filing_id), date_of(now)
        after = filing.stepped("file", reviewer.account_id, now)
        if filing.terms.ends_on < today:
            raise TermUnclear
        act = Transaction(reviewer.account_id, "file_contract", now)
        if filing.terms.starts_on > today:
            after = act.change(FILING_KIND, filing, after, otherwise=FilingChanged)
            self._store.commit(act)
            return after
        if self._estates.get_estate(estate_id).filing_id is not None:
            raise AnotherInForce
        return self._take_effect(act, filing, after.begun(today), None, now)

    def _reviewed(self, reviewer: Principal, estate_id: str, filing_id: str) -> Filing:
        filing = self.access_filing_by_id(estate_id, filing_id)
        check_impartial(reviewer, filing.company_id)
        return filing

    def _take_effect(
        self, act: Transaction, before: Filing, after: Filing, replaced: Filing | None, now: datetime
    ) -> Filing:
        """Write in one act: the filing, the one it replaces, the estate's company, the manager, the cards."""
        today = date_of(now)
        after = act.change(FILING_KIND, before, after, otherwise=FilingChanged)
        if replaced is not None:
            act.change(FILING_KIND, replaced, replaced.over(today), otherwise=FilingChanged)
        estate = self._estates.get_estate(after.estate_id)
        estate = self._estates.begin_service(act, estate, after.company_id, after.id, today)
        self._cards.show_company(act, estate, self._estates.get_company(after.company_id), verified=True)
        self._leaders.seat(act, estate, after)
        self._store.commit(act)
        return self._with_deputy(after, now)

    def _with_deputy(self, filing: Filing, now: datetime) -> Filing:
        """Appoint the deputy, an act of its own; when somebody comes between, the sweep does it."""
        if filing.terms.deputy is None or filing.deputy_seated:
            return filing
        try:
            self._leaders.seat_deputy(filing, replace(filing, deputy_seated=True), now)
        except Conflict:
            return filing
        return self.access_filing_by_id(filing.estate_id, filing.id)

    # The calendar

    def sweep(self, now: datetime) -> int:
        """Begin, warn and end what is due today; return how many filings moved.

        At most 80 a run; what meets another act is left to the next run.
        """
        moved = 0
        for shard in range(SHARDS):
            for listed in self._store.list_due(shard, date_of(now), _DUE_PER_SHARD):
                try:
                    moved += self._advance(self.access_filing_by_id(listed.estate_id, listed.id), now)
                except Conflict:
                    continue
        return moved

    def _advance(self, filing: Filing, now: datetime) -> bool:
        today = date_of(now)
        if filing.next_day is None or filing.next_day > today:
            return False
        if filing.is_waiting and filing.terms.ends_on >= today:
            self._begin(filing, now)
        elif filing.terms.ends_on < today:
            self._end(filing, today, now)
        elif filing.terms.deputy is not None and not filing.deputy_seated:
            return self._with_deputy(filing, now).deputy_seated
        else:
            self._write(filing, filing.warned(today), "warn_of_end", now)
        return True

    def _begin(self, filing: Filing, now: datetime) -> None:
        """Let a filed contract take over on its first day; the one before it ends in the same act."""
        replaced = self.current(filing.estate_id)
        act = Transaction("system", "begin_contract", now)
        self._take_effect(act, filing, filing.begun(date_of(now)), replaced, now)

    def _end(self, filing: Filing, today: date, now: datetime) -> None:
        """End a contract after its last day, or hand over to the filed one that follows without a gap."""
        if not filing.is_in_force:
            self._write(filing, filing.over(today), "end_contract", now)
            return
        successor = self._successor(filing, today)
        if successor is not None:
            self._begin(successor, now)
            return
        act = Transaction("system", "end_contract", now)
        act.change(FILING_KIND, filing, filing.over(today), otherwise=FilingChanged)
        estate = self._estates.get_estate(filing.estate_id)
        unserved = self._estates.end_service(act, estate, today)
        self._leaders.vacate(act, unserved)
        self._cards.show_company(act, unserved, None, verified=False)
        self._store.commit(act)

    def _successor(self, filing: Filing, today: date) -> Filing | None:
        waiting = [
            other
            for other in self._store.list_all_of_estate(filing.estate_id)
            if other.is_waiting and other.terms.starts_on <= today <= other.terms.ends_on
        ]
        return max(waiting, key=lambda other: other.terms.starts_on, default=None)

    def _write(self, before: Filing, after: Filing, verb: str, now: datetime) -> None:
        act = Transaction("system", verb, now)
        act.change(FILING_KIND, before, after, otherwise=FilingChanged)
        self._store.commit(act)


def is_public(filing: Filing) -> bool:
    """Say whether anybody of the estate may see a filing: what was decided, not what is under review."""
    return filing.state in {FilingState.FILED, FilingState.EXPIRING, FilingState.ENDED}
