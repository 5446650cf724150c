"""Whatever is paid, taken back, reduced, planned or made void: no fen of a bill appears or disappears."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from miniprogram_api.billing.bill import (
    BillState,
    Instalment,
    LateFeeTerms,
    Paid,
    split,
    with_money_back,
    with_payment,
)
from miniprogram_api.billing.correcting import ReductionTooLarge, planned, reduced, voided
from miniprogram_api.kernel.charge import Means
from miniprogram_api.kernel.clock import date_of
from tests.billing.test_reminding import ISSUED_AT, a_bill

TERMS = LateFeeTerms(ppm_per_day=500, grace_days=0, cap_percent=100)


class BillMachine(RuleBasedStateMachine):
    """One bill beside a purse that counts what came in and went out."""

    def __init__(self) -> None:
        super().__init__()
        self.bill = a_bill(late_fee_terms=TERMS)
        self.now, self.number = ISSUED_AT, 0
        self.received = self.prepaid = self.taken_off = 0

    def ref(self) -> str:
        self.number += 1
        return f"ref-{self.number}"

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @precondition(lambda self: self.bill.due(date_of(self.now)).fen > 0)
    @rule(share=st.integers(1, 100))
    def pay(self, share: int) -> None:
        due = self.bill.due(date_of(self.now))
        fen = max(due.fen * share // 100, 1)
        principal, late = split(due, fen)
        paid = Paid(self.ref(), Means.CASH, principal, late, self.now)
        self.bill = with_payment(self.bill, paid, date_of(self.now))
        self.received += fen

    @precondition(lambda self: self.bill.paid_fen > 0)
    @rule(share=st.integers(1, 100))
    def take_back(self, share: int) -> None:
        fen = max(self.bill.paid_fen * share // 100, 1)
        self.bill = with_money_back(self.bill, Paid(self.ref(), Means.CASH, -fen, 0, self.now))
        self.received -= fen

    @precondition(lambda self: self.bill.void_reason is None)
    @rule(fen=st.integers(1, 4000))
    def reduce(self, fen: int) -> None:
        try:
            self.bill, back = reduced(self.bill, self.ref(), fen, "减免", self.now)
        except ReductionTooLarge:
            assert fen > self.bill.total_fen
            return
        self.taken_off += fen
        self.prepaid += self.given(back)

    @precondition(lambda self: self.bill.is_open and self.bill.total_fen - self.bill.paid_fen > 1)
    @rule(first=st.integers(1, 30), days=st.integers(1, 60))
    def plan(self, first: int, days: int) -> None:
        due = self.bill.total_fen - self.bill.paid_fen
        begin = date_of(self.now) + timedelta(days=first)
        parts = (Instalment(begin, due // 2), Instalment(begin + timedelta(days=days), due - due // 2))
        self.bill = planned(self.bill, parts, self.now)
        assert sum(part.fen for part in self.bill.plan) == self.bill.total_fen

    @precondition(lambda self: self.bill.void_reason is None and self.number > 8)
    @rule()
    def make_void(self) -> None:
        self.bill, back = voided(self.bill, self.ref(), "误开", None, self.now)
        self.prepaid += self.given(back)

    @staticmethod
    def given(back: Paid | None) -> int:
        return 0 if back is None else -(back.fen + back.late_fee_fen)

    @invariant()
    def no_fen_is_lost(self) -> None:
        bill = self.bill
        assert self.received == bill.paid_fen + bill.late_fee_paid_fen + self.prepaid
        assert bill.total_fen == 5192 - self.taken_off >= 0
        assert 0 <= bill.paid_fen <= bill.total_fen or bill.void_reason is not None
        assert bill.late_fee_paid_fen <= bill.late_fee_fen
        if bill.void_reason is not None:
            assert (bill.paid_fen, bill.late_fee_paid_fen, bill.is_open) == (0, 0, False)

    @invariant()
    def what_is_due_says_where_it_stands(self) -> None:
        due = self.bill.due(date_of(self.now))
        assert due.principal_fen >= 0
        assert due.late_fee_fen >= 0
        assert (due.fen > 0) == (self.bill.state in {BillState.ISSUED, BillState.PART_PAID})
        assert self.bill.is_open or self.bill.next_notice_at is None


TestBillMachine = pytest.mark.row("FEE-01", "FEE-14")(BillMachine.TestCase)
