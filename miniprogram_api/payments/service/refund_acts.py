"""What every step of a refund has in common: the held amount, the exception it belongs to, and trying again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import BillChanged
from miniprogram_api.funds.maintenance import RoomFundMoved
from miniprogram_api.funds.service import PostedBefore
from miniprogram_api.payments.order import (
    OrderMoved,
    PaymentOrder,
    SettlementBusy,
)
from miniprogram_api.payments.refund import (
    UNDER_WAY,
    Origin,
    RefundCase,
    RefundMoved,
)
from miniprogram_api.payments.service.settlement import TRIES
from miniprogram_api.payments.store import ANOMALY, ORDER, PaymentStore
from miniprogram_api.receipts.rules import ReceiptChanged
from miniprogram_api.wallets.rules import WalletMoved

if TYPE_CHECKING:
    from collections.abc import Callable

    from miniprogram_api.payments.anomaly import Anomaly
    from miniprogram_api.payments.service.booking import Booking
    from miniprogram_api.storage.transaction import Transaction

_MET_ANOTHER = (OrderMoved, RefundMoved, BillChanged, WalletMoved, RoomFundMoved, ReceiptChanged, PostedBefore)


class RefundActs:
    """The refunds of all payment orders, as their steps read and write them."""

    def __init__(self, store: PaymentStore, booking: Booking) -> None:
        self._store, self._booking = store, booking

    def _release(self, act: Transaction, refund: RefundCase, *, given_back: bool) -> PaymentOrder:
        """Let the order's held amount go: back to the payer, or free again; what was set aside stays in suspense."""
        order = self._store.get_order(refund.out_trade_no)
        after = replace(order, refunding_fen=order.refunding_fen - refund.fen)
        if given_back:
            after = replace(after, refunded_fen=after.refunded_fen + refund.fen)
            if refund.origin is Origin.SUSPENSE:
                after = replace(after, suspense_fen=after.suspense_fen - refund.fen)
        elif refund.state in UNDER_WAY and refund.origin is not Origin.SUSPENSE:
            after = replace(after, suspense_fen=after.suspense_fen + refund.fen)
        act.change(ORDER, order, after, otherwise=OrderMoved)
        return order

    def _free_anomaly(self, act: Transaction, refund: RefundCase, detail: str = "") -> None:
        """The refund of an exception came to nothing: the exception waits for a person again."""
        anomaly = self._linked(refund)
        if anomaly is not None and anomaly.is_open:
            act.change(ANOMALY, anomaly, replace(anomaly, refund_id=None, detail=detail), otherwise=RefundMoved)

    def _linked(self, refund: RefundCase) -> Anomaly | None:
        return None if refund.anomaly_id is None else self._store.find_anomaly(refund.estate_id, refund.anomaly_id)

    def _committed(self, build: Callable[[], tuple[Transaction, RefundCase]]) -> RefundCase:
        """Commit an act, built anew whenever something it read was changed by another."""
        for _ in range(TRIES):
            act, refund = build()
            try:
                self._store.commit(act)
            except _MET_ANOTHER:
                continue
            return refund
        raise SettlementBusy
