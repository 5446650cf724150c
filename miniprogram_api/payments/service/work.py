"""What the payments function does: work handed to it, each piece safe to do again, and what the clock hands on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of, shanghai
from miniprogram_api.payments.order import OrderMissing
from miniprogram_api.payments.refund import RefundMissing, RefundState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from miniprogram_api.payments.reconciling import Reconciliation
    from miniprogram_api.payments.service.paying_back import PayingBack
    from miniprogram_api.payments.service.ports import Till, WorkQueue
    from miniprogram_api.payments.service.reconciliation import Reconciling
    from miniprogram_api.payments.service.settlement import Settlement
    from miniprogram_api.payments.store import PaymentStore

BILL_READY_HOUR = 10
"""WeChat's bill of a day is there after 10:00 of the next."""

BILL_LATE_HOUR = 13
"""A day that nothing was compared with by then calls a person."""

TOO_LONG = timedelta(minutes=15)
"""Work that should have been done so long ago calls a person: every few minutes it was handed on in vain."""

MERCHANTS_AT_ONCE = 100
BACK_DAYS = 3
"""How many past days the reconciliation makes up for when it was down."""


def is_found_again(work: Mapping[str, str]) -> bool:
    """Say whether the sweep hands this work on again by itself as long as it is not done.

    It finds open orders, refunds under way and days not compared. What a notification tells may be of an order that is
    closed, or of none of ours, and whether it fits what WeChat answers is compared this once.
    """
    return work.get("do") in {"settle", "refund", "reconcile"} and "notification_id" not in work


class PaymentWork:
    """Work on payments, whoever handed it on."""

    def __init__(
        self,
        store: PaymentStore,
        queue: WorkQueue,
        settlement: Settlement,
        paying_back: PayingBack,
        reconciling: Reconciling,
        till: Till,
        call_a_person: Callable[[str], None],
    ) -> None:
        self._store, self._queue, self._till = store, queue, till
        self._settlement, self._paying_back, self._reconciling = settlement, paying_back, reconciling
        self._call_a_person = call_a_person

    def do(self, work: Mapping[str, str], now: datetime) -> str:
        """Do one piece of work; returns what was done, in a word.

        Raises:
            Unavailable: WeChat or the table did not answer, or others kept meeting this act: do it again later.
            KeyError: the work names nothing we know.
        """
        match work["do"]:
            case "settle":
                return self._settle(work, now)
            case "refund":
                return self._refund(work, now)
            case "reconcile":
                self._reconciling.reconcile(work["company_id"], date.fromisoformat(work["day"]), now)
                return "reconcile"
            case "check_keys":
                # What an operator asks for after a deployment: this function asks, and WeChat notifies.
                self._till.check_keys("流动物业", notify=True)
                return "check_keys"
            case unknown:
                raise KeyError(unknown)

    def _settle(self, work: Mapping[str, str], now: datetime) -> str:
        told = self._store.find_notification(work["notification_id"]) if "notification_id" in work else None
        try:
            order = self._settlement.look(work["out_trade_no"], now)
        except OrderMissing:
            if told is None:
                raise
            booked = self._settlement.take_stray(work["out_trade_no"], told.sub_mchid, now)
            return "stray" if booked else "unknown"
        if order.refunding_fen:
            self._send_refunds(order.out_trade_no)
        if told is not None:
            self._settlement.compare_told(told, now)
        return "settle"

    def _refund(self, work: Mapping[str, str], now: datetime) -> str:
        """Carry a refund on; one that is none of ours was made in WeChat's console, and the morning's bill names it."""
        try:
            self._paying_back.carry_on(work["out_trade_no"], work["refund_id"], now)
        except RefundMissing:
            return "unknown"
        return "refund"

    def _send_refunds(self, out_trade_no: str) -> None:
        """Hand on at once what a settlement decided to give back; the sweep would find it too."""
        for refund in self._store.list_refunds_of(out_trade_no):
            if refund.state is RefundState.APPROVED:
                self._queue.put({"do": "refund", "out_trade_no": out_trade_no, "refund_id": refund.id})

    def sweep(self, now: datetime) -> int:
        """Hand on what is due: silent orders and refunds under way; return how much."""
        since: list[datetime] = []
        for order in self._store.list_orders_due(now):
            self._queue.put({"do": "settle", "out_trade_no": order.out_trade_no})
            since.append(order.next_look_at or now)
        for refund in self._store.list_refunds_due(now):
            self._queue.put({"do": "refund", "out_trade_no": refund.out_trade_no, "refund_id": refund.id})
            since.append(refund.next_look_at or now)
        if any(due_at + TOO_LONG <= now for due_at in since):
            self._call_a_person("payment_waits")
        return len(since)

    def ask_for_bills(self, now: datetime) -> int:
        """Hand on the days of companies that have a bill by now and are to be compared; return how many."""
        if shanghai(now).hour < BILL_READY_HOUR:
            return 0
        done, missing, cursor = 0, 0, None
        days = [date_of(now) - timedelta(days=back) for back in range(1, BACK_DAYS + 1)]
        while True:
            page = self._store.list_merchants(MERCHANTS_AT_ONCE, cursor)
            for account in page.items:
                since = date_of(account.confirmed_at or now)
                for day in days:
                    found = self._store.find_reconciliation(account.company_id, day) if day >= since else None
                    if day >= since and _is_due(found, now):
                        work = {"do": "reconcile", "company_id": account.company_id, "day": day.isoformat()}
                        self._queue.put(work)
                        done += 1
                        missing += found is None
            cursor = page.next
            if cursor is None:
                break
        if missing and shanghai(now).hour >= BILL_LATE_HOUR:
            self._call_a_person("day_not_compared")
        return done


def _is_due(found: Reconciliation | None, now: datetime) -> bool:
    """A day with differences is compared again each morning: a late notification may have put it right."""
    return found is None or (bool(found.differences) and date_of(found.compared_at) < date_of(now))
