"""Credits and prepaid money under any sequence of steps: the books, the vendor's debt and the rooms always agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from miniprogram_api.app import create_app
from miniprogram_api.container import Container
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wallets.rules import NotEnoughPrepaid
from tests.conftest import MONDAY_MORNING
from tests.contract_client import ContractClient
from tests.wallets.conftest import open_shop
from tests.world import People, SettableClock, build_world

if TYPE_CHECKING:
    from tests.wallets.conftest import Shop


class CreditMachine(RuleBasedStateMachine):
    """Buys, returns, pays, takes back, settles, and lets time pass, over whole requests."""

    settings_of_house: object
    contract: object

    @initialize(funder=st.sampled_from(["vendor", "company"]))
    def open(self, funder: str) -> None:
        self.clock = SettableClock(MONDAY_MORNING)
        container = Container(self.settings_of_house, self.clock)  # type: ignore[arg-type]
        self.people = People(container)
        client = ContractClient(create_app(container), self.contract)  # type: ignore[arg-type]
        terms = {"funder": funder, "return_days": 1, "expiry_days": 20}
        self.shop: Shop = open_shop(client, container, build_world(container), self.people, **terms)
        self.orders: list[str] = []
        self.offsets: list[tuple[object, str]] = []
        self.earned = self.settled = self.prepaid = 0

    @rule(fen=st.integers(100, 50_000))
    def buy(self, fen: int) -> None:
        number = f"order-{len(self.orders)}"
        self.earned += self.shop.buy(fen, number)["earned_fen"]
        self.orders.append(number)

    @rule(pick=st.integers(0, 10**6))
    def take_back(self, pick: int) -> None:
        if self.orders:
            assert self.shop.take_back(self.orders[pick % len(self.orders)]).status_code in {200, 409}

    @rule(due=st.integers(1, 3_000), most=st.none() | st.integers(1, 2_000))
    def pay(self, due: int, most: int | None) -> None:
        bill = self.shop.bill(due)
        before = self.shop.wallet()["usable_credit_fen"]
        answer = self.shop.offset(bill, f"offset-key-{len(self.offsets)}", most)
        if answer.status_code == 201:
            assert answer.json["fen"] == min(due, before, due if most is None else most)
            self.offsets.append((bill, answer.json["id"]))
        else:
            assert before == 0

    @rule(pick=st.integers(0, 10**6))
    def return_offset(self, pick: int) -> None:
        if self.offsets:
            bill, offset_id = self.offsets[pick % len(self.offsets)]
            path = f"{self.shop.path}/bills/{bill.id}/credit-offsets/{offset_id}/return"  # type: ignore[attr-defined]
            assert self.shop.client.post(path, who=self.shop.staff).status_code == 200

    @rule(fen=st.integers(1, 3_000))
    def settle(self, fen: int) -> None:
        owed = self.shop.owed()
        body = {"fen": fen, "reference": "BANK-0001"}
        key = f"settle-key-{self.settled}-{fen}-{self.clock():%Y%m%d%H%M}"
        answer = self.shop.client.post(f"{self.shop.vendor_path}/settlements", json=body, who=self.shop.staff, key=key)
        if answer.status_code == 201 and self.shop.owed() != owed:
            self.settled += fen
        assert self.shop.owed() in ({owed - fen, owed} if fen <= owed else {owed})

    @rule(fen=st.integers(-2_000, 2_000).filter(bool))
    def move_prepaid(self, fen: int) -> None:
        act = Transaction("acc", "prepay", self.clock())
        wallets, ref = self.shop.container.wallets, f"ref-{self.clock()}-{self.prepaid}-{fen}"
        try:
            wallets.move(act, self.shop.world.estate.id, self.shop.room_id, fen, ref, "预存")
        except NotEnoughPrepaid:
            assert self.prepaid + fen < 0
            return
        self.shop.container.table.commit(act)
        self.prepaid += fen

    @rule(days=st.integers(1, 12))
    def let_time_pass(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))
        self.shop = replace(
            self.shop, staff=self.people.again(self.shop.staff), owner=self.people.again(self.shop.owner)
        )
        while self.shop.container.credits.sweep(self.clock()):
            pass

    @invariant()
    def everything_agrees(self) -> None:
        if not hasattr(self, "shop"):
            return
        credits_, books, vendor = self.shop.credits(), self.shop.books(), f"vendor:{self.shop.vendor_id}"
        used = sum(credit["used_fen"] for credit in credits_)
        usable = sum(credit["left_fen"] for credit in credits_ if credit["state"] == "usable")
        assert sum(credit["earned_fen"] for credit in credits_) == self.earned
        assert all(0 <= credit["left_fen"] <= credit["earned_fen"] - credit["used_fen"] for credit in credits_)
        assert -books.get("credit", 0) == usable == self.shop.wallet()["usable_credit_fen"]
        assert books.get(vendor, 0) == self.shop.owed()
        assert books.get("bank", 0) == self.settled
        assert sum(books.values()) == 0
        paid = sum(self.shop.read_bill(bill).paid_fen for bill in {bill.id: bill for bill, _ in self.offsets}.values())
        assert paid == used
        wallet = self.shop.wallet()["prepaid_fen"]
        moves = self.shop.container.wallets.list_all_movements(self.shop.world.estate.id, self.shop.room_id)
        assert wallet == self.prepaid == sum(move.fen for move in moves) >= 0
        month = f"{date_of(self.clock()):%Y-%m}"
        shown = self.shop.client.get(f"{self.shop.vendor_path}/statement?month={month}", who=self.shop.staff).json
        entries = sum(entry["fen"] for entry in shown["entries"])
        assert shown["opening_fen"] + entries == shown["closing_fen"] == self.shop.owed()


@pytest.mark.row("FEE-10")
def test_credits_books_and_bills_agree_after_any_sequence(settings, contract) -> None:
    machine = type("House", (CreditMachine,), {"settings_of_house": settings, "contract": contract})
    run_state_machine_as_test(machine, settings=_bounded())


def _bounded() -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=15, stateful_step_count=14, deadline=None, suppress_health_check=slow)
