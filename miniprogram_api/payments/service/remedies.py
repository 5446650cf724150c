"""What a person does about a payment exception: every fen leaves suspense for a place with a name, in one act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import BillBeingPaid, BillChanged, BillUnknown, split
from miniprogram_api.funds.ledger import Account, AccountKind, Leg, PostingKind
from miniprogram_api.funds.maintenance import RoomFundMoved
from miniprogram_api.kernel.charge import Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.payments.anomaly import (
    Anomaly,
    AnomalyMoved,
    AnomalyUnknown,
    Remedy,
    RemedyRefused,
    resolved,
)
from miniprogram_api.payments.order import OrderLine, OrderMissing, OrderMoved, PaymentOrder, SettlementBusy
from miniprogram_api.payments.refund import Origin, RefundCase, RefundPart
from miniprogram_api.payments.service.booking import SUSPENSE, label_of
from miniprogram_api.payments.service.settlement import TRIES
from miniprogram_api.payments.store import ANOMALY, ORDER, PaymentStore
from miniprogram_api.receipts.rules import NumberTaken
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wallets.rules import WalletMoved

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.payments.service.booking import Booking
    from miniprogram_api.payments.service.refunding import Refunds

_MET_ANOTHER = (OrderMoved, BillChanged, WalletMoved, RoomFundMoved, NumberTaken)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose to do: the remedy, where the money goes, and what they found out."""

    remedy: Remedy
    note: str
    bill_ids: tuple[str, ...] = ()
    room_id: str | None = None
    paid_out_in_cash: bool = False


class Remedies:
    """The payment exceptions of all books."""

    def __init__(self, store: PaymentStore, booking: Booking, refunds: Refunds, estates: Estates) -> None:
        self._store, self._booking, self._refunds, self._estates = store, booking, refunds, estates

    def access_anomaly_by_id(self, book: str, anomaly_id: str) -> Anomaly:
        """Return a payment exception of the estate or company, or raise AnomalyUnknown."""
        anomaly = self._store.find_anomaly(book, anomaly_id)
        if anomaly is None:
            raise AnomalyUnknown
        return anomaly

    def list_open(self, book: str, limit: int, cursor: str | None) -> Page[Anomaly]:
        """List the exceptions that wait for a person, oldest first."""
        return self._store.list_anomalies_open(book, limit, cursor)

    def resolve(self, principal: Principal, book: str, anomaly_id: str, choice: Choice, now: datetime) -> Anomaly:
        """Do what was chosen about an exception; repeating it finds it done.

        Raises:
            AnomalyUnknown: there is none.
            RemedyRefused: not a remedy of this kind, nothing written down, or the money would not all be assigned.
            AnomalyMoved: somebody else saw to it, or a refund for it is under way.
            BillUnknown, BillBeingPaid, NotRefundable: see there.
            SettlementBusy: other acts kept changing what this one read.
        """
        for _ in range(TRIES):
            try:
                return self._resolve(principal, book, anomaly_id, choice, now)
            except _MET_ANOTHER:
                continue
        raise SettlementBusy

    def _resolve(self, principal: Principal, book: str, anomaly_id: str, choice: Choice, now: datetime) -> Anomaly:
        anomaly = self.access_anomaly_by_id(book, anomaly_id)
        by = principal.account_id
        if not anomaly.is_open and (anomaly.remedy, anomaly.resolved_by) == (choice.remedy, by):
            return anomaly
        if anomaly.refund_id is not None and anomaly.in_suspense:
            raise AnomalyMoved
        act = Transaction(by, f"resolve_anomaly_{choice.remedy.value}", now)
        after = resolved(anomaly, choice.remedy, by, choice.note, now)
        match choice.remedy:
            case Remedy.REFUND:
                after = self._ask_back(act, principal, anomaly, choice, now)
            case Remedy.PAY_BILLS | Remedy.PREPAY:
                self._assign(act, anomaly, self._lines(anomaly, choice, now), now)
            case Remedy.PAY_OUT:
                self._pay_out(act, anomaly, cash=choice.paid_out_in_cash)
            case Remedy.NOTE:
                self._require_no_money(anomaly)
        after = act.change(ANOMALY, anomaly, after, otherwise=AnomalyMoved)
        self._store.commit(act)
        return after

    def _ask_back(
        self, act: Transaction, principal: Principal, anomaly: Anomaly, choice: Choice, now: datetime
    ) -> Anomaly:
        """Ask that the money goes back the way it came; the exception ends when it has."""
        order = self._order(anomaly)
        by = principal.account_id
        refund = RefundCase(
            id=derived_id("rfd", anomaly.id, str(anomaly.version)),
            out_trade_no=order.out_trade_no,
            estate_id=order.estate_id,
            company_id=order.company_id,
            sub_mchid=order.sub_mchid,
            fen=anomaly.left_fen,
            order_fen=order.paid_fen,
            origin=Origin.SUSPENSE,
            parts=(RefundPart(order.lines[0].room_id, anomaly.left_fen),),
            reason=choice.note[:80],
            asked_by=by,
            asked_by_name=principal.display_name,
            asked_at=now,
            account_id=order.account_id,
            anomaly_id=anomaly.id,
        )
        self._refunds.hold(act, order, refund)
        return replace(anomaly, refund_id=refund.id, note=choice.note)

    def _lines(self, anomaly: Anomaly, choice: Choice, now: datetime) -> list[OrderLine]:
        """Return where the money goes: onto the named bills in turn, and what is left into the room's prepaid money."""
        left, lines = anomaly.left_fen, []
        bills = self._booking.bills.find_bills(anomaly.book, choice.bill_ids)
        for bill_id in dict.fromkeys(choice.bill_ids):
            bill = bills.get(bill_id)
            if bill is None:
                raise BillUnknown
            if bill.being_paid(now) is not None:
                raise BillBeingPaid
            due = bill.due(date_of(now))
            principal, late = split(due, min(left, due.fen))
            if principal + late:
                lines.append(OrderLine(bill.room_id, bill.room_label, label_of(bill), principal, late, bill_id))
            left -= principal + late
        if left and choice.room_id is not None:
            rooms = self._estates.find_rooms(anomaly.book, [choice.room_id])
            if choice.room_id not in rooms:
                raise BillUnknown
            lines.append(OrderLine(choice.room_id, rooms[choice.room_id].label, "预存物业费", left))
            left = 0
        if left or not lines:
            raise RemedyRefused(left_fen=left)
        return lines

    def _assign(self, act: Transaction, anomaly: Anomaly, lines: Sequence[OrderLine], now: datetime) -> None:
        """Pay the lines out of suspense, with receipts, as part of an act."""
        if not anomaly.in_suspense:
            raise RemedyRefused
        order = self._order(anomaly)
        takings = self._booking.takings(anomaly.book, lines, anomaly.id, Means.WECHAT, now, date_of(now))
        takings.take(lines)
        receipts = self._booking.receipts_for(
            act,
            company_id=order.company_id,
            estate_id=order.estate_id,
            lines=lines,
            payer_name=order.payer_name,
            means=Means.WECHAT,
            paid_at=order.paid_at or now,
            source=anomaly.id,
            transaction_id=order.transaction_id,
        )
        self._booking.pay(act, anomaly.book, takings, lines, anomaly.id)
        legs = [SUSPENSE.debit(anomaly.left_fen), *(takings.credit(line) for line in lines)]
        self._booking.post(act, anomaly.book, anomaly.id, PostingKind.SUSPENSE, "待处理款项入账", legs)
        after = replace(
            order,
            suspense_fen=order.suspense_fen - anomaly.left_fen,
            applied=(*order.applied, *lines),
            receipts=(*order.receipts, *(receipt.id for receipt in receipts)),
        )
        act.change(ORDER, order, after, otherwise=OrderMoved)

    def _pay_out(self, act: Transaction, anomaly: Anomaly, *, cash: bool) -> None:
        """Book that the money was handed back outside WeChat, as part of an act."""
        if not anomaly.in_suspense or not anomaly.left_fen:
            raise RemedyRefused
        place = Account(AccountKind.CASH if cash else AccountKind.BANK)
        legs: list[Leg] = [SUSPENSE.debit(anomaly.left_fen), place.credit(anomaly.left_fen)]
        self._booking.post(act, anomaly.book, anomaly.id, PostingKind.SUSPENSE, "待处理款项线下退还", legs)
        if anomaly.out_trade_no is None:
            return
        order = self._store.find_order(anomaly.out_trade_no)
        if order is not None:
            after = replace(
                order,
                suspense_fen=order.suspense_fen - anomaly.left_fen,
                refunded_fen=order.refunded_fen + anomaly.left_fen,
            )
            act.change(ORDER, order, after, otherwise=OrderMoved)

    @staticmethod
    def _require_no_money(anomaly: Anomaly) -> None:
        """Nothing that lies in suspense is settled by a note."""
        if anomaly.in_suspense and anomaly.left_fen:
            raise RemedyRefused

    def _order(self, anomaly: Anomaly) -> PaymentOrder:
        if anomaly.out_trade_no is None:
            raise OrderMissing
        return self._store.get_order(anomaly.out_trade_no)
