"""Every morning: WeChat's bill of the day before against the books, line by line, each difference by its name."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of, spoken
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.money import format_yuan
from miniprogram_api.payments.anomaly import Anomaly, Remedy
from miniprogram_api.payments.order import OrderMissing, OrderState
from miniprogram_api.payments.reconciling import Difference, OurDay, Reconciliation, compare
from miniprogram_api.payments.refund import RefundMissing, RefundState
from miniprogram_api.payments.store import ANOMALY, RECONCILIATION, PaymentStore
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wechat.pay.errors import NoStatement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.payments.service.merchants import Merchants
    from miniprogram_api.payments.service.paying_back import PayingBack
    from miniprogram_api.payments.service.ports import Till
    from miniprogram_api.payments.service.settlement import Settlement
    from miniprogram_api.wechat.pay.bill import BillRow


class ReconciledMeanwhile(Conflict):
    """The same day was compared at the same moment."""

    code = "reconciled_meanwhile"
    message = "该日正在对账，请刷新后查看结果。"


class Reconciling:
    """Compares days, settles what only WeChat has, and leaves the rest to a person."""

    def __init__(
        self, store: PaymentStore, till: Till, settlement: Settlement, paying_back: PayingBack, merchants: Merchants
    ) -> None:
        self._store, self._till, self._settlement = store, till, settlement
        self._paying_back, self._merchants = paying_back, merchants

    def reconcile(self, company_id: str, day: date, now: datetime) -> Reconciliation:
        """Compare a company's day; repeating it finds what has come right since, and says so.

        Raises:
            PaymentNotSetUp: the company collects nothing through WeChat.
            BillNotReady, BillHashMismatch, PayBusy: try again later.
        """
        account = self._merchants.confirmed_of(company_id)
        try:
            rows: Sequence[BillRow] = self._till.trade_bill(day, account.sub_mchid).rows
        except NoStatement:
            rows = ()
        for row in rows:
            self._catch_up(row, account.sub_mchid, now)
        found = compare(company_id, day, rows, self._our_day(company_id, day, rows), now)
        before = self._store.find_reconciliation(company_id, day)
        self._write_differences(found, before, now)
        act = Transaction("system", "reconcile", now)
        if before is None:
            act.add(RECONCILIATION, found, otherwise=ReconciledMeanwhile)
        else:
            after = replace(found, version=before.version)
            found = act.change(RECONCILIATION, before, after, otherwise=ReconciledMeanwhile)
        with suppress(ReconciledMeanwhile):
            self._store.commit(act)
        return found

    def list_days(self, company_id: str, limit: int, cursor: str | None) -> Page[Reconciliation]:
        """List the days that were compared, newest first."""
        return self._store.list_reconciliations(company_id, limit, cursor)

    def _catch_up(self, row: BillRow, sub_mchid: str | None, now: datetime) -> None:
        """Book what WeChat has and we do not: a lost notification costs nothing but this night."""
        if row.out_refund_no is not None:
            with suppress(RefundMissing):
                refund = self._store.find_refund(row.out_trade_no, row.out_refund_no)
                if refund is not None and refund.state is not RefundState.SUCCEEDED:
                    self._paying_back.carry_on(row.out_trade_no, row.out_refund_no, now)
            return
        order = self._store.find_order(row.out_trade_no)
        if order is None:
            self._settlement.take_stray(row.out_trade_no, sub_mchid, now)
        elif order.state is not OrderState.PAID:
            with suppress(OrderMissing):
                self._settlement.settle(row.out_trade_no, now)

    def _our_day(self, company_id: str, day: date, rows: Sequence[BillRow]) -> OurDay:
        """Return what the books hold of a day: from the index, and, for what WeChat names, from the things themselves.

        An index may lag behind what this very run has booked, so every number of the bill is read once more.
        """
        orders = {order.out_trade_no: order for order in self._store.list_paid(company_id, day)}
        refunds = {(one.out_trade_no, one.id): one for one in self._store.list_refunded(company_id, day)}
        for row in rows:
            if row.out_refund_no is None and row.out_trade_no not in orders:
                order = self._store.find_order(row.out_trade_no)
                if order is not None and order.paid_at is not None and date_of(order.paid_at) == day:
                    orders[row.out_trade_no] = order
            elif row.out_refund_no is not None and (row.out_trade_no, row.out_refund_no) not in refunds:
                refund = self._store.find_refund(row.out_trade_no, row.out_refund_no)
                if refund is not None and refund.state is RefundState.SUCCEEDED:
                    refunds[row.out_trade_no, row.out_refund_no] = refund
        return OurDay(
            {number: order.paid_fen for number, order in orders.items() if order.company_id == company_id},
            {key: refund.fen for key, refund in refunds.items() if refund.company_id == company_id},
        )

    def _write_differences(self, found: Reconciliation, before: Reconciliation | None, now: datetime) -> None:
        """Give every difference its place in the list of exceptions; end those that have come right."""
        wanted = {_id_of(found, one): one for one in found.differences}
        for anomaly_id, difference in wanted.items():
            act = Transaction("system", "note_difference", now)
            act.add(ANOMALY, self._anomaly(found, anomaly_id, difference, now), otherwise=ReconciledMeanwhile)
            with suppress(ReconciledMeanwhile):
                self._store.commit(act)
        for difference in before.differences if before is not None else ():
            if _id_of(found, difference) not in wanted:
                self._come_right(found.company_id, difference, _id_of(found, difference), now)

    def _anomaly(self, found: Reconciliation, anomaly_id: str, difference: Difference, now: datetime) -> Anomaly:
        order = self._store.find_order(difference.out_trade_no)
        return Anomaly(
            id=anomaly_id,
            book=found.company_id if order is None else order.estate_id,
            company_id=found.company_id,
            kind=difference.kind,
            fen=difference.fen,
            left_fen=0,
            in_suspense=False,
            found_at=now,
            out_trade_no=difference.out_trade_no,
            refund_id=difference.refund_id,
            detail=(
                f"{spoken(found.day)}微信 {format_yuan(difference.wechat_fen)} 元，"
                f"账上 {format_yuan(difference.our_fen)} 元"
            ),
        )

    def _come_right(self, company_id: str, difference: Difference, anomaly_id: str, now: datetime) -> None:
        order = self._store.find_order(difference.out_trade_no)
        book = company_id if order is None else order.estate_id
        anomaly = self._store.find_anomaly(book, anomaly_id)
        if anomaly is None or not anomaly.is_open:
            return
        after = replace(anomaly, remedy=Remedy.NOTE, resolved_at=now, resolved_by="system", note="再次对账，已一致")
        act = Transaction("system", "difference_came_right", now)
        act.change(ANOMALY, anomaly, after, otherwise=ReconciledMeanwhile)
        with suppress(ReconciledMeanwhile):
            self._store.commit(act)


def _id_of(found: Reconciliation, difference: Difference) -> str:
    return derived_id("anm", difference.kind, difference.out_trade_no, difference.refund_id or "", str(found.day))
