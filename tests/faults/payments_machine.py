"""Any mix of everything that happens to payments, with a crash at any write; the books are read when it is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from miniprogram_api.billing.bill import LateFeeTerms, Reduction
from miniprogram_api.kernel.charge import BillKind, Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.payments.anomaly import REMEDIES, Remedy
from miniprogram_api.payments.counter import CounterPart, Taken
from miniprogram_api.payments.order import OrderLine, Wanted
from miniprogram_api.payments.refund import Origin, RefundPart, RefundState
from miniprogram_api.payments.service.remedies import Choice
from miniprogram_api.storage.transaction import Transaction
from tests.faults.crash import Cut
from tests.faults.truth import check

if TYPE_CHECKING:
    from miniprogram_api.billing.bill import Bill
    from miniprogram_api.payments.order import PaymentOrder
    from miniprogram_api.payments.refund import RefundCase
    from tests.faults.stage import Play, Stage

CUTS = st.none() | st.builds(Cut, st.integers(1, 3), st.booleans())
WHICH = st.integers(0, 5)
WHO = st.integers(0, 1)
TROUBLES = st.sampled_from(
    [
        {"drop": True},
        {"when": "after", "drop": True},
        {"status": 500},
        {"when": "after", "status": 500},
        {"status": 429, "code": "FREQUENCY_LIMITED"},
        {"signature": "signtest"},
        {"signature": "altered"},
    ]
)
OPERATIONS = st.sampled_from(["order", "query", "close", "refund", "query_refund", "trade_bill", "download_bill"])
NOTICES = st.sampled_from(
    [
        {"copies": 3},
        {"concurrent": 4},
        {"drop": True},
        {"delay_seconds": 2400},
        {"signtest": 2},
        {"signed_ago_seconds": 600},
        {"keep_signature": True},
        {"empty_associated_data": True},
        *({"forge": forge} for forge in ("signature", "key", "body", "serial", "cipher", "headers", "type")),
        {"changes": {"amount.total": 1}},
        {"changes": {"sub_mchid": "1900008511"}},
        {"changes": {"out_trade_no": "pay_of_nobody"}},
    ]
)
ENDINGS = st.sampled_from(["SUCCESS", "ABNORMAL", "CLOSED", None])
LATE = LateFeeTerms(ppm_per_day=500, grace_days=0, cap_percent=20)


@dataclass
class Attempt:
    """What somebody asked for on a phone, and what the phone holds of it."""

    who: int
    key: str
    wanted: Wanted
    number: str | None = None


class PaymentsMachine(RuleBasedStateMachine):
    """One house under one company: two owners of a room, their bills, and everything that can happen to them.

    A precondition reads only what the machine itself counts. What the books hold may differ between two runs of one
    schedule, because notices arrive in threads; a rule that finds nothing to act on does nothing, so that the schedule
    stays the same.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.play: Play = stage.open()
        self.house = self.play.house
        self.attempts: list[Attempt] = []
        self.papers = 0
        self.days = 0
        self.strangers = False
        house = self.house
        self.bills = [
            house.bill(5192),
            house.bill(8000, kind=BillKind.PARKING, due_on=date(2026, 11, 1), late_fee=LATE),
            house.bill(4100, period="2026-10", due_on=date(2026, 10, 31), late_fee=LATE),
            house.bill(3300, "102", BillKind.UTILITY),
            house.bill(7000, "102", BillKind.FUND),
        ]

    # Residents

    @initialize(settled=st.integers(0, 3), refunded=st.booleans(), wrong=st.booleans(), ending=ENDINGS)
    def opening(self, settled: int, refunded: bool, wrong: bool, ending: str | None) -> None:
        """Some payments went through, and perhaps a refund was approved, before anything goes wrong."""
        rooms = ((self.house.room("101").id, 1000),)
        for number in range(settled):
            attempt = Attempt(0, f"key-{number:04}", Wanted((self.bills[number].id,), rooms if number == 1 else ()))
            attempt.number = self.play.pay_through(attempt.who, attempt.wanted, attempt.key)
            self.attempts.append(attempt)
        if settled and refunded:
            self.next_refund_ends(ending=ending)
            self.ask_refund(which=0, line=0, whole=True, wrong=wrong, who=0, cut=None)
            self.decide(which=0, approve=True, own=False, cut=None)

    @rule(
        who=WHO,
        chosen=st.sets(st.integers(0, 9), min_size=1, max_size=2),
        prepay=st.sampled_from([0, 0, 1000]),
        paid=st.booleans(),
        cut=CUTS,
    )
    def order(self, who: int, chosen: set[int], prepay: int, paid: bool, cut: Cut | None) -> None:
        rooms = ((self.house.room("101").id, prepay),) if prepay else ()
        bills = [self.bills[number].id for number in sorted({number % len(self.bills) for number in chosen})]
        attempt = Attempt(who, f"key-{len(self.attempts):04}", Wanted(tuple(bills), rooms))
        self.attempts.append(attempt)
        self._start(attempt, cut)
        if paid and attempt.number is not None:
            self.play.user_pays(attempt.number)

    @rule(who=WHO, chosen=WHICH)
    def pay_through(self, who: int, chosen: int) -> None:
        wanted = Wanted((self.bills[-1 - chosen % len(self.bills)].id,))
        attempt = Attempt(who, f"key-{len(self.attempts):04}", wanted)
        attempt.number = self.play.pay_through(who, wanted, attempt.key)
        self.attempts.append(attempt)

    @rule(first=CUTS, second=CUTS, chosen=WHICH)
    def two_phones(self, first: Cut | None, second: Cut | None, chosen: int) -> None:
        """Both owners start to pay the same bill, and both pay, although one attempt is closed by then."""
        shared = [bill for bill in self.bills if bill.room_id == self.house.room("101").id]
        wanted = Wanted((shared[-1 - chosen % len(shared)].id,))
        for who, cut in enumerate((first, second)):
            attempt = Attempt(who, f"key-{len(self.attempts):04}", wanted)
            self.attempts.append(attempt)
            self._start(attempt, cut)
        for attempt in self.attempts[-2:]:
            if attempt.number is not None:
                self.play.user_pays(attempt.number, even_if_closed=True)

    @precondition(lambda self: self.attempts)
    @rule(which=WHICH, cut=CUTS)
    def order_again(self, which: int, cut: Cut | None) -> None:
        self._start(self.attempts[which % len(self.attempts)], cut)

    def _start(self, attempt: Attempt, cut: Cut | None) -> None:
        attempt.number = self.play.start(attempt.who, attempt.wanted, attempt.key, cut) or attempt.number

    @rule(which=WHICH, how=st.sampled_from(["ok", "ok", "ok", "cancel"]), even_if_closed=st.booleans())
    def pay(self, which: int, how: str, even_if_closed: bool) -> None:
        placed = self.placed()
        if placed:
            self.play.user_pays(placed[which % len(placed)], how=how, even_if_closed=even_if_closed)

    def placed(self) -> list[str]:
        """The numbers of the orders that phones hold and WeChat knows."""
        return [attempt.number for attempt in self.attempts if attempt.number is not None]

    @rule(which=WHICH, cancel=st.booleans(), cut=CUTS)
    def ask_or_give_up(self, which: int, cancel: bool, cut: Cut | None) -> None:
        ours = [attempt for attempt in self.attempts if attempt.number is not None]
        if not ours:
            return
        attempt = ours[which % len(ours)]
        ordering = self.house.container.payment_ordering
        verb = ordering.cancel if cancel else ordering.confirm
        who, number = self.play.principal(self.play.people[attempt.who]), str(attempt.number)
        self.play.act(lambda: verb(who, self.house.estate_id, number, self.stage.clock()), cut)

    # WeChat

    @rule(operation=OPERATIONS, trouble=TROUBLES, times=st.integers(1, 2))
    def wechat_fails(self, operation: str, trouble: dict[str, Any], times: int) -> None:
        self.house.wechat("fault", operation=operation, times=times, **trouble)

    @rule(plan=NOTICES)
    def notice_goes_wrong(self, plan: dict[str, Any]) -> None:
        self.house.wechat("next_notice", **plan)

    @rule(cut=CUTS, backwards=st.booleans(), works=st.integers(0, 2))
    def deliver(self, cut: Cut | None, backwards: bool, works: int) -> None:
        if backwards:
            self.house.wechat("reverse_waiting")
        self.play.deliver(cut)
        for _ in range(works):
            self.play.do_first()

    @rule(which=WHICH)
    def replay(self, which: int) -> None:
        sent = len(self.house.wechat("attempts")["attempts"])
        if sent:
            self.play.act(lambda: self.house.wechat("replay", index=which % sent))

    @rule(percent=st.sampled_from([0, 50, 100]))
    def keys_change(self, percent: int) -> None:
        self.house.wechat("keys", callbacks_by_public_key_percent=percent)

    @rule(ending=ENDINGS)
    def next_refund_ends(self, ending: str | None) -> None:
        self.house.wechat("refunds_end", endings=[ending])

    @rule(which=WHICH, status=st.sampled_from(["SUCCESS", "ABNORMAL", "CLOSED"]))
    def refund_ends(self, which: int, status: str) -> None:
        under_way = [one for one in self.stage.world.refunds.values() if one.status in {"PROCESSING", "ABNORMAL"}]
        if under_way:
            refund = under_way[which % len(under_way)]
            self.house.wechat("end_refund", out_refund_no=refund.out_refund_no, status=status)

    @rule(fen=st.sampled_from([0, 10**9]))
    def balance(self, fen: int) -> None:
        self.house.wechat("balance", mchid=self.house.sub_mchid, fen=fen)

    @precondition(lambda self: not self.strangers)
    @rule()
    def stranger_pays(self) -> None:
        self.strangers = True
        self.house.wechat("seed_paid", count=1, total=777, provider=True, sub_mchid=self.house.sub_mchid)

    @rule(omit=st.booleans(), differ=st.booleans(), stranger=st.booleans())
    def bill_differs(self, omit: bool, differ: bool, stranger: bool) -> None:
        # Of a payment that is none of ours nothing tells but the bill: left out of it as well, nobody could know of it.
        orders = (one for one in self.stage.world.orders.values() if not one.out_trade_no.startswith("seeded"))
        paid = [one.out_trade_no for one in orders if one.paid_at]
        row = {"out_trade_no": "pay_stranger", "total": 100, "sub_mchid": self.house.sub_mchid}
        self.house.wechat(
            "bill",
            omit=paid[:1] if omit else (),
            amounts=dict.fromkeys(paid[-1:], 1) if differ else {},
            strangers=(row,) if stranger else (),
        )

    # The queue and the clock

    @rule(cut=CUTS, twice=st.booleans())
    def work(self, cut: Cut | None, twice: bool) -> None:
        self.play.do_first(cut, keep=twice)

    @rule()
    def work_is_lost(self) -> None:
        del self.house.queue.waiting[:1]

    @rule(cut=CUTS)
    def sweep(self, cut: Cut | None) -> None:
        self.play.sweep(cut)

    @rule(minutes=st.sampled_from([1, 3, 10, 31, 120]))
    def time_passes(self, minutes: int) -> None:
        self.play.pass_time(timedelta(minutes=minutes))

    @precondition(lambda self: self.days < 2)
    @rule(cut=CUTS)
    def next_morning(self, cut: Cut | None) -> None:
        self.days += 1
        self.play.next_morning()
        self.play.sweep(cut)

    # The desk

    @rule(chosen=WHICH, part=st.booleans(), prepaid=st.sampled_from([0, 500]), cash=st.booleans(), who=WHO, cut=CUTS)
    def counter(self, chosen: int, part: bool, prepaid: int, cash: bool, who: int, cut: Cut | None) -> None:
        bill = self.bills[chosen % len(self.bills)]
        self.papers += 1
        parts = (CounterPart(bill.id, 100 if part else 0),)
        means = Means.CASH if cash else Means.TRANSFER
        taken = Taken(bill.room_id, means, parts, prepaid, "张**", date_of(self.stage.clock()), f"NO-{self.papers}")
        staff, key = self.play.principal(self.play.staff[who]), f"paper-{self.papers}"
        record = self.house.container.counter.record
        if self.play.act(lambda: record(staff, self.house.estate_id, taken, key, self.stage.clock()), cut) is None:
            self.play.act(lambda: record(staff, self.house.estate_id, taken, key, self.stage.clock()))

    @rule(which=WHICH, who=WHO, cut=CUTS)
    def void(self, which: int, who: int, cut: Cut | None) -> None:
        counter, estate = self.house.container.counter, self.house.estate_id
        there = counter.list(estate, 20, None).items
        if there:
            payment, staff = there[which % len(there)], self.play.principal(self.play.staff[who])
            self.play.act(lambda: counter.void(staff, estate, payment.id, "写错了", self.stage.clock()), cut)

    @rule(kind=st.sampled_from(BillKind), number=st.sampled_from(["101", "102"]), fen=st.integers(1, 9999))
    def bill_comes(self, kind: BillKind, number: str, fen: int) -> None:
        period = f"20{30 - len(self.bills)}" if len(self.bills) < 20 else ""
        if period:
            self.bills.append(self.house.bill(fen, number, kind, period))

    @rule(chosen=WHICH, void=st.booleans())
    def bill_changes(self, chosen: int, void: bool) -> None:
        """The billing room voids or reduces a bill, also while it is being paid."""
        before = self.house.see(self.bills[chosen % len(self.bills)])
        after = _voided(before) if void else _reduced(before)
        if after is not None:
            act = Transaction("acc_manager", "change_bill", self.stage.clock())
            self.house.bills.write(act, before, after)
            self.play.act(lambda: self.house.container.table.commit(act))

    @rule(cut=CUTS)
    def prepaid_pays(self, cut: Cut | None) -> None:
        offsets, room = self.house.container.prepaid_offsets, self.house.room("101").id
        self.play.act(lambda: offsets.apply("system", "系统", self.house.estate_id, room, self.stage.clock()), cut)

    @rule(which=WHICH, line=WHICH, whole=st.booleans(), wrong=st.sampled_from([False, False, True]), who=WHO, cut=CUTS)
    def ask_refund(self, which: int, line: int, whole: bool, wrong: bool, who: int, cut: Cut | None) -> None:
        paid = self._applied()
        if not paid:
            return
        order = paid[which % len(paid)]
        applied = order.applied[line % len(order.applied)]
        origin = Origin.SUSPENSE if wrong else Origin.PREPAID if applied.bill_id is None else Origin.BILLS
        given = (origin, (_part(applied, whole),), "多收了", f"refund-{order.out_trade_no}-{line}-{whole}-{wrong}")
        ask, estate = self.house.container.refunds.ask, self.house.estate_id
        staff = self.play.principal(self.play.staff[who])
        self.play.act(lambda: ask(staff, estate, order.out_trade_no, *given, self.stage.clock()), cut)

    @rule(
        which=WHICH, approve=st.sampled_from([True, True, False]), own=st.sampled_from([False, False, True]), cut=CUTS
    )
    def decide(self, which: int, approve: bool, own: bool, cut: Cut | None) -> None:
        asked = self._asked()
        if not asked:
            return
        refund = asked[which % len(asked)]
        by = next(one for one in self.play.staff if (one.account_id == refund.asked_by) is own)
        staff, reason = self.play.principal(by), None if approve else "不应退"
        decide, estate, number = self.house.container.refunds.decide, self.house.estate_id, refund.out_trade_no
        self.play.act(lambda: decide(staff, estate, number, refund.id, reason, self.stage.clock()), cut)

    @rule(which=WHICH, pick=WHICH, chosen=WHICH, who=WHO, cut=CUTS)
    def remedy(self, which: int, pick: int, chosen: int, who: int, cut: Cut | None) -> None:
        remedies, house = self.house.container.remedies, self.house
        books = (house.estate_id, house.company_id)
        waiting = [(book, one) for book in books for one in remedies.list_open(book, 20, None).items]
        waiting.sort(key=lambda one: (one[1].found_at, one[1].kind, one[1].fen))
        if not waiting:
            return
        book, anomaly = waiting[which % len(waiting)]
        allowed = sorted(REMEDIES[anomaly.kind][2])
        picked, bill = allowed[pick % len(allowed)], self.bills[chosen % len(self.bills)]
        bills = (bill.id,) if picked is Remedy.PAY_BILLS else ()
        choice = Choice(picked, "已与业主核对", bills, house.room("102").id, paid_out_in_cash=bool(chosen % 2))
        staff = self.play.principal(self.play.staff[who])
        self.play.act(lambda: remedies.resolve(staff, book, anomaly.id, choice, self.stage.clock()), cut)

    def _applied(self) -> list[PaymentOrder]:
        """The orders whose money went somewhere, in the order in which they were begun."""
        orders = self.house.container.payment_ordering.list_estate(self.house.estate_id, 100, None).items
        applied = {one.out_trade_no: one for one in orders if one.applied}
        return [applied[attempt.number] for attempt in self.attempts if attempt.number in applied]

    def _asked(self) -> list[RefundCase]:
        refunds = self.house.container.refunds.list_estate(self.house.estate_id, 100, None).items
        asked = [one for one in refunds if one.state is RefundState.ASKED]
        return sorted(asked, key=lambda one: (one.asked_at, one.fen))

    def teardown(self) -> None:
        note(f"books at {self.house.estate_id}")
        self.play.quiesce()
        check(self.play)


def _part(line: OrderLine, whole: bool) -> RefundPart:
    if whole:
        return RefundPart(line.room_id, line.fen, line.late_fee_fen, line.bill_id)
    return RefundPart(line.room_id, max(line.fen // 2, 1), 0, line.bill_id)


def _voided(bill: Bill) -> Bill | None:
    """A bill without payments may be voided."""
    return None if bill.payments or bill.void_reason else replace(bill, void_reason="开错了", next_notice_at=None)


def _reduced(bill: Bill) -> Bill | None:
    """At most what is still due may be let off."""
    left = bill.total_fen - bill.paid_fen
    if not bill.is_open or left <= 0:
        return None
    reduction = Reduction(f"adj_{len(bill.reductions)}", min(left, 3000), "减免")
    return replace(bill, reductions=(*bill.reductions, reduction))
