"""Settlement: WeChat is asked what became of an order, and the answer is booked once, whoever asks how often.

A notification, the payer's phone, the sweep and the reconciliation all end here, in any order, any number of times
and at once; the books end the same (design section 5.7).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import BillChanged
from miniprogram_api.funds.ledger import PostingKind
from miniprogram_api.funds.maintenance import RoomFundMoved
from miniprogram_api.funds.service import PostedBefore
from miniprogram_api.kernel.charge import Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.payments.anomaly import Anomaly, AnomalyKind
from miniprogram_api.payments.order import (
    OrderMoved,
    OrderState,
    PaymentOrder,
    SettlementBusy,
    closed,
    looked_at,
)
from miniprogram_api.payments.refund import Origin, RefundCase, RefundPart, RefundState
from miniprogram_api.payments.service.booking import SUSPENSE, WECHAT
from miniprogram_api.payments.settling import Assignment, assign
from miniprogram_api.payments.store import ANOMALY, ORDER, REFUND_CASE, PaymentStore
from miniprogram_api.receipts.rules import NumberTaken
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wallets.rules import WalletMoved
from miniprogram_api.wechat.pay.errors import OrderPaid, OrderUnknown
from miniprogram_api.wechat.pay.facts import TradeState

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.payments.notification import StoredNotification
    from miniprogram_api.payments.service.booking import Booking
    from miniprogram_api.payments.service.ports import PayIdentity, Till
    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.wechat.pay.facts import Payment

TRIES = 10
"""How often an act is built anew when something it read was changed by another; then the queue tries again."""

_MET_ANOTHER = (OrderMoved, BillChanged, WalletMoved, RoomFundMoved, NumberTaken, PostedBefore)
_DEAD = frozenset({TradeState.CLOSED, TradeState.REVOKED, TradeState.PAYERROR})
PAYER = "payer"
"""The purpose under which a payer's openid is hashed; the openid itself is not kept with the order."""


class StrayKnown(Conflict):
    """The payment of an unknown order is booked already."""

    code = "stray_known"


class Settlement:
    """Books what WeChat says was paid, and ends what nobody will pay any more."""

    def __init__(
        self, store: PaymentStore, till: Till, booking: Booking, sealer: Sealer, identity: PayIdentity
    ) -> None:
        self._store, self._till, self._booking = store, till, booking
        self._sealer, self._identity = sealer, identity

    def settle(self, out_trade_no: str, now: datetime) -> PaymentOrder:
        """Ask WeChat about an order and book what it says; an order that is still open comes back unchanged.

        Raises:
            OrderMissing: there is no such order of ours.
            SettlementBusy: other acts kept changing what this one read.
            PayBusy: WeChat did not answer.
        """
        order = self._store.get_order(out_trade_no)
        if order.state is OrderState.PAID:
            return order
        try:
            trade = self._till.query(out_trade_no, order.sub_mchid)
        except OrderUnknown:
            return order
        if trade.payment is not None:
            return self._book(out_trade_no, trade.payment, now)
        return self._mark_closed(out_trade_no, now) if trade.state in _DEAD and order.is_open else order

    def look(self, out_trade_no: str, now: datetime) -> PaymentOrder:
        """Settle a silent order, end it once its time is over, or say when to look again."""
        order = self.settle(out_trade_no, now)
        if not order.is_open:
            return order
        if now >= order.expires_at:
            return self.end(out_trade_no, now)
        act = Transaction("system", "look_at_payment", now)
        after = act.change(ORDER, order, looked_at(order, now), otherwise=OrderMoved)
        try:
            self._store.commit(act)
        except OrderMoved:
            return self._store.get_order(out_trade_no)
        return after

    def end(self, out_trade_no: str, now: datetime) -> PaymentOrder:
        """Make an open order unpayable with WeChat and here; one that was paid first is settled instead.

        WeChat is asked first: a close here that WeChat does not know of would let money come in behind our back.
        """
        order = self._store.get_order(out_trade_no)
        if not order.is_open:
            return order
        try:
            self._till.close(out_trade_no, order.sub_mchid)
        except OrderPaid:
            return self.settle(out_trade_no, now)
        except OrderUnknown:
            pass  # WeChat never saw it: there is nothing to close there
        return self._mark_closed(out_trade_no, now)

    def take_stray(self, out_trade_no: str, sub_mchid: str | None, now: datetime) -> bool:
        """Book a payment whose order we do not know to the suspense account of the company it went to.

        Returns whether WeChat confirms such a payment to a merchant of ours.
        """
        holder = self._store.find_holder(self._identity.mchid, sub_mchid)
        if holder is None:
            return False
        try:
            payment = self._till.query(out_trade_no, sub_mchid).payment
        except OrderUnknown:
            return False
        if payment is None:
            return False
        anomaly = Anomaly(
            id=derived_id("anm", AnomalyKind.UNKNOWN_ORDER, payment.transaction_id),
            book=holder.company_id,
            company_id=holder.company_id,
            kind=AnomalyKind.UNKNOWN_ORDER,
            fen=payment.total_fen,
            left_fen=payment.total_fen,
            in_suspense=True,
            found_at=now,
            out_trade_no=out_trade_no,
            transaction_id=payment.transaction_id,
        )
        act = Transaction("system", "take_stray_payment", now)
        act.add(ANOMALY, anomaly, otherwise=StrayKnown)
        legs = (WECHAT.debit(payment.total_fen), SUSPENSE.credit(payment.total_fen))
        source = f"stray:{payment.transaction_id}"
        self._booking.post(act, holder.company_id, source, PostingKind.SUSPENSE, "无法识别的微信到账", legs)
        try:
            self._store.commit(act)
        except (StrayKnown, PostedBefore):
            return True
        return True

    def compare_told(self, told: StoredNotification, now: datetime) -> None:
        """Write down where a notification said otherwise than WeChat when asked; what was asked is what is booked."""
        order = self._store.get_order(str(told.out_trade_no))
        if order.state is not OrderState.PAID or (told.told_fen, told.sub_mchid) == (order.paid_fen, order.sub_mchid):
            return
        anomaly = Anomaly(
            id=derived_id("anm", AnomalyKind.NOTICE_DIFFERS, told.id),
            book=order.estate_id,
            company_id=order.company_id,
            kind=AnomalyKind.NOTICE_DIFFERS,
            fen=told.told_fen,
            left_fen=0,
            in_suspense=False,
            found_at=now,
            out_trade_no=order.out_trade_no,
            transaction_id=order.transaction_id,
        )
        act = Transaction("system", "note_differing_notice", now)
        act.add(ANOMALY, anomaly, otherwise=StrayKnown)
        try:
            self._store.commit(act)
        except StrayKnown:
            return

    def _mark_closed(self, out_trade_no: str, now: datetime) -> PaymentOrder:
        """Close an order here and free its bills."""
        for _ in range(TRIES):
            order = self._store.get_order(out_trade_no)
            if not order.is_open:
                return order
            act = Transaction("system", "close_payment", now)
            after = act.change(ORDER, order, closed(order, now), otherwise=OrderMoved)
            takings = self._booking.takings(order.estate_id, order.lines, out_trade_no, Means.WECHAT, now, date_of(now))
            for bill, freed in takings.changes():
                self._booking.bills.write(act, bill, freed)
            try:
                self._store.commit(act)
            except _MET_ANOTHER:
                continue
            return after
        raise SettlementBusy

    def _book(self, out_trade_no: str, payment: Payment, now: datetime) -> PaymentOrder:
        """Book a confirmed payment; whoever comes second reads again and finds it done."""
        for _ in range(TRIES):
            order = self._store.get_order(out_trade_no)
            if order.state is OrderState.PAID:
                return order
            try:
                return self._write(order, payment, now)
            except _MET_ANOTHER:
                continue
        raise SettlementBusy

    def _write(self, order: PaymentOrder, payment: Payment, now: datetime) -> PaymentOrder:
        number = order.out_trade_no
        as_of = date_of(order.created_at)
        takings = self._booking.takings(order.estate_id, order.lines, number, Means.WECHAT, payment.paid_at, as_of)
        payer_index = self._sealer.index(payment.openid, PAYER)
        assigned = assign(order, payment, payer_index, takings.refuses)
        takings.take(assigned.applied)
        act = Transaction("system", "settle_payment", now)
        receipts = self._booking.receipts_for(
            act,
            company_id=order.company_id,
            estate_id=order.estate_id,
            lines=assigned.applied,
            payer_name=order.payer_name,
            means=Means.WECHAT,
            paid_at=payment.paid_at,
            source=number,
            transaction_id=payment.transaction_id,
        )
        refund = _refund_of_double(order, assigned, now)
        after = replace(
            order,
            state=OrderState.PAID,
            transaction_id=payment.transaction_id,
            paid_fen=payment.total_fen,
            paid_at=payment.paid_at,
            settled_at=now,
            applied=assigned.applied,
            receipts=tuple(receipt.id for receipt in receipts),
            suspense_fen=assigned.suspense_fen,
            refunding_fen=0 if refund is None else refund.fen,
            next_look_at=None,
        )
        after = act.change(ORDER, order, after, otherwise=OrderMoved)
        self._booking.pay(act, order.estate_id, takings, assigned.applied, number)
        legs = [WECHAT.debit(payment.total_fen), *(takings.credit(line) for line in assigned.applied)]
        legs += [SUSPENSE.credit(fen) for _, fen in assigned.suspense]
        kind = PostingKind.PAYMENT if assigned.applied else PostingKind.SUSPENSE
        self._booking.post(act, order.estate_id, number, kind, f"微信缴费 {order.description}", legs)
        for reason, fen in assigned.suspense:
            act.add(ANOMALY, _suspended(order, payment, reason, fen, refund, now), otherwise=OrderMoved)
        if refund is not None:
            act.add(REFUND_CASE, refund, otherwise=OrderMoved)
        self._store.commit(act)
        return after


def anomaly_id(kind: AnomalyKind, out_trade_no: str) -> str:
    """Return the id of the one exception of a kind that an order can have."""
    return derived_id("anm", kind, out_trade_no)


def _suspended(
    order: PaymentOrder, payment: Payment, reason: AnomalyKind, fen: int, refund: RefundCase | None, now: datetime
) -> Anomaly:
    return Anomaly(
        id=anomaly_id(reason, order.out_trade_no),
        book=order.estate_id,
        company_id=order.company_id,
        kind=reason,
        fen=fen,
        left_fen=fen,
        in_suspense=True,
        found_at=now,
        out_trade_no=order.out_trade_no,
        transaction_id=payment.transaction_id,
        refund_id=refund.id if refund is not None and reason is AnomalyKind.PAID_TWICE else None,
        room_label="、".join(dict.fromkeys(line.room_label for line in order.lines)),
    )


def _refund_of_double(order: PaymentOrder, assigned: Assignment, now: datetime) -> RefundCase | None:
    """Return the refund that a bill paid twice needs at once: this one case leaves nothing to decide.

    The money goes back the way it came, to whoever paid second.
    """
    fen = sum(part for reason, part in assigned.suspense if reason is AnomalyKind.PAID_TWICE)
    if fen == 0:
        return None
    return RefundCase(
        id=derived_id("rfd", order.out_trade_no, AnomalyKind.PAID_TWICE),
        out_trade_no=order.out_trade_no,
        estate_id=order.estate_id,
        company_id=order.company_id,
        sub_mchid=order.sub_mchid,
        fen=fen,
        order_fen=order.total_fen,
        origin=Origin.SUSPENSE,
        parts=(RefundPart(order.lines[0].room_id, fen),),
        reason="重复支付",
        asked_by="system",
        asked_by_name="系统",
        asked_at=now,
        account_id=order.account_id,
        state=RefundState.APPROVED,
        anomaly_id=anomaly_id(AnomalyKind.PAID_TWICE, order.out_trade_no),
        decided_by="system",
        decided_at=now,
        next_look_at=now,
    )
