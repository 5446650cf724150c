"""What a person takes along of their payments, and what stays when they leave: the money, without the person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.payments.store import ORDER, PaymentStore
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from miniprogram_api.payments.order import PaymentOrder

_PAGE = 100


class PaymentUnderWay(Conflict):
    """The person has an open payment or a refund on its way: its money would have nobody to belong to."""

    code = "payment_under_way"
    message = "您还有支付或退款正在处理，请在完成后再注销账号。"


class PaymentRecords:
    """Payment orders as part of a person's own data."""

    def __init__(self, store: PaymentStore) -> None:
        self._store = store

    def export_of(self, account_id: str) -> list[dict[str, Any]]:
        """Return what the person paid through WeChat."""
        return [
            {
                "number": order.out_trade_no,
                "for": order.description,
                "state": order.state_label,
                "fen": order.total_fen,
                "paid_at": order.paid_at,
                "refunded_fen": order.refunded_fen,
            }
            for order in self._orders(account_id)
        ]

    def part_with(self, _: Transaction, account_id: str, /) -> None:
        """Let nobody leave while money of theirs is on its way.

        Raises:
            PaymentUnderWay: an order may still be paid, or a refund is not yet back.
        """
        if any(order.is_open or order.refunding_fen for order in self._orders(account_id)):
            raise PaymentUnderWay

    def forget(self, account_id: str, now: datetime) -> None:
        """Remove the person from what they paid; that it was paid, and for which room, stays."""
        # Read before the first change: each change takes its order out of the list that is being read.
        for order in list(self._orders(account_id)):
            act = Transaction("system", "forget_payer", now)
            act.change(ORDER, order, replace(order, account_id="", payer_name="", payer_index=""))
            self._store.commit(act)

    def _orders(self, account_id: str) -> Iterator[PaymentOrder]:
        cursor: str | None = None
        while True:
            page = self._store.list_orders_of(account_id, _PAGE, cursor)
            for listed in page.items:
                # An index may lag; the order itself does not.
                order = self._store.find_order(listed.out_trade_no)
                if order is not None and order.account_id == account_id:
                    yield order
            cursor = page.next
            if cursor is None:
                return
