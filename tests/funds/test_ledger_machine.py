"""Any order of acts on the books: postings balance, closed months never change, published figures are a recount."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from miniprogram_api.funds.booking import Booked, Direction
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, PostingKind
from miniprogram_api.funds.places import Holder, PlaceKind
from miniprogram_api.kernel.access import Grant, Principal, Role, Scope, ScopeKind
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Problem
from miniprogram_api.kernel.period import Period, month_after, month_of
from miniprogram_api.storage.transaction import Transaction
from tests.world import People, build_world

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MONTHS = ["2026-11", "2026-12", "2027-01"]
COMMON = {AccountKind.PUBLIC_INCOME, AccountKind.PARKING_GROSS, AccountKind.PARKING_SURPLUS}
CHOICES = [
    (Direction.INCOME, AccountKind.PUBLIC_INCOME, "advertising"),
    (Direction.EXPENSE, AccountKind.PUBLIC_INCOME, "bank_charge"),
    (Direction.INCOME, AccountKind.PARKING_GROSS, "parking_fee"),
    (Direction.EXPENSE, AccountKind.PARKING_GROSS, "parking_staff"),
]


class Books(RuleBasedStateMachine):
    """The books of one estate; each run has an estate of its own."""

    container: Any
    clock: Any

    @initialize()
    def begin(self) -> None:
        self.clock.set(START)
        estate = build_world(self.container).estate
        self.estate = estate
        keeper = People(self.container).neighbour(estate, Role.COMMITTEE)
        grant = Grant("grant", Role.FINANCE, Scope(ScopeKind.ESTATE, estate.id), company_id=estate.company_id)
        self.finance, self.chair = Principal("acc_f", "出纳", True, (grant,)), Principal("acc_c", "主任", True)
        self.place = self.container.money_places.open_place(
            self.finance, estate.id, PlaceKind.BANK, Holder.SHARED, "户", "行", "1234",
            frozenset(COMMON), keeper.account_id, "key", self.clock(),
        )  # fmt: skip
        self.number = 0
        self.frozen: dict[str, Any] = {}

    def attempt(self, act: Any) -> Any:
        """Do something that the rules of the moment may refuse."""
        try:
            return act()
        except Problem:
            return None

    def key(self) -> str:
        self.number += 1
        return f"key-{self.number}"

    @rule(days=st.integers(10, 40))
    def time_passes(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))

    @rule()
    def the_next_month_goes_through(self) -> None:
        """Enter, check and publish the first month that is open: what happens in most months."""
        month = next((month for month in MONTHS if self.open(month)), MONTHS[-1])
        self.enter(month)
        self.check_and_publish(month)

    @rule(choice=st.sampled_from(CHOICES), fen=st.integers(1, 10**6), month=st.sampled_from(MONTHS))
    def book(self, choice: Any, fen: int, month: str) -> None:
        direction, purpose, item = choice
        on = min(Period.parse(month).last_on, date_of(self.clock()))
        booked = Booked(direction, purpose, item, self.place.id, fen, "摘要", on)
        before = self.open(month)
        posted = self.attempt(
            lambda: self.container.bookkeeping.book(
                self.finance, self.estate.id, Period.parse(month), booked, self.key(), self.clock()
            )
        )
        assert posted is None or before, "nothing joins a month that was entered"

    @rule(fen=st.integers(1, 10**6))
    def a_resident_pays(self, fen: int) -> None:
        """A payment of the present always finds its month open, whatever people do to the books."""
        act = Transaction("system", "test_payment", self.clock())
        legs = (Account(AccountKind.WECHAT).debit(fen), Account(AccountKind.PARKING_GROSS).credit(fen))
        self.container.ledger.book(act, self.estate.id, Entry(self.key(), PostingKind.PAYMENT, "停车费", legs))
        self.container.table.commit(act)

    @rule(month=st.sampled_from(MONTHS))
    def transfer_surplus(self, month: str) -> None:
        period = Period.parse(month)
        self.attempt(
            lambda: self.container.bookkeeping.transfer_surplus(
                self.finance, self.estate.id, period, self.key(), self.clock()
            )
        )

    @rule(data=st.data(), month=st.sampled_from(MONTHS))
    def correct(self, data: Any, month: str) -> None:
        postings = sorted(self.container.ledger._store.list_month(self.estate.id, month), key=lambda one: one.id)
        if postings:
            one = data.draw(st.sampled_from(postings))
            self.attempt(
                lambda: self.container.bookkeeping.correct(
                    self.finance, self.estate.id, month, one.id, date_of(self.clock()), "更正", self.clock()
                )
            )

    @rule(month=st.sampled_from(MONTHS))
    def enter(self, month: str) -> None:
        self.attempt(
            lambda: self.container.fund_months.enter(self.finance, self.estate.id, Period.parse(month), self.clock())
        )

    @rule(month=st.sampled_from(MONTHS))
    def send_back(self, month: str) -> None:
        months = self.container.fund_months
        back = self.attempt(lambda: months.send_back(self.chair, self.estate.id, month, "重做", self.clock()))
        assert back is None or month not in self.frozen, "what was published is not returned"

    @rule(month=st.sampled_from(MONTHS))
    def check_and_publish(self, month: str) -> None:
        months = self.container.fund_months
        self.attempt(lambda: months.check(self.chair, self.estate.id, month, self.clock()))
        publication = self.attempt(lambda: months.publish(self.chair, self.estate.id, month, self.clock()))
        if publication is not None:
            self.frozen[month] = (months.get_month(self.estate.id, month).lines, publication)

    def open(self, month: str) -> bool:
        head = self.container.ledger._store.find_book(self.estate.id)
        return head is None or head.is_open(month)

    def every(self) -> list[Any]:
        last = month_after(date_of(self.clock()), 0)
        found, first = [], START.date().replace(day=1)
        while first <= last:
            found += self.container.ledger._store.list_month(self.estate.id, str(month_of(first)))
            first = month_after(first, 1)
        return found

    @invariant()
    def books_balance(self) -> None:
        if not hasattr(self, "estate"):
            return
        sums: dict[str, int] = defaultdict(int)
        for posting in self.every():
            assert sum(leg.fen for leg in posting.entry.legs) == 0
            for leg in posting.entry.legs:
                sums[leg.account] += leg.fen
        balances = self.container.bookkeeping.balances(self.estate.id, self.clock())
        assert sum(balances.values()) == 0
        assert {key: fen for key, fen in balances.items() if fen} == {key: fen for key, fen in sums.items() if fen}

    @invariant()
    def what_was_published_is_a_recount_and_stays(self) -> None:
        for month, (lines, publication) in getattr(self, "frozen", {}).items():
            assert self.container.fund_months.get_month(self.estate.id, month).lines == lines
            assert self.container.fund_months.get_publication(self.estate.id, month) == publication
            naive: dict[AccountKind, int] = defaultdict(int)
            until: dict[AccountKind, int] = defaultdict(int)
            for posting in self.every():
                for leg in posting.entry.legs:
                    kind = Account.parse(leg.account).kind
                    if kind in COMMON and posting.month <= month:
                        until[kind] -= leg.fen
                        naive[kind] -= leg.fen if posting.month == month else 0
            shown: dict[AccountKind, int] = defaultdict(int)
            for line in publication.lines:
                shown[line.purpose] += line.fen
            moved = {total.purpose: total.income - total.expense for total in publication.totals}
            assert {k: v for k, v in naive.items() if v} == {k: v for k, v in shown.items() if v}
            assert {k: v for k, v in naive.items() if v} == {k: v for k, v in moved.items() if v}
            closing = {total.purpose: total.closing for total in publication.totals}
            assert {k: v for k, v in until.items() if v} == {k: v for k, v in closing.items() if v}


@pytest.mark.row("FND-01")
def test_any_order_of_acts_keeps_the_books_right(container, clock) -> None:
    run_state_machine_as_test(
        type("BooksHere", (Books,), {"container": container, "clock": clock}),
        settings=settings(
            max_examples=20, stateful_step_count=22, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
