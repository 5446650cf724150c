"""Where payments lie in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of
from miniprogram_api.payments.anomaly import Anomaly
from miniprogram_api.payments.counter import CounterPayment, PaperNumber
from miniprogram_api.payments.merchant import MerchantAccount, MerchantHolder, MerchantState
from miniprogram_api.payments.notification import StoredNotification
from miniprogram_api.payments.order import OrderMissing, OrderState, PaymentOrder
from miniprogram_api.payments.reconciling import Reconciliation
from miniprogram_api.payments.refund import RefundCase, RefundMissing, RefundState
from miniprogram_api.storage import payment_keys
from miniprogram_api.storage.keys import SHARDS, until
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

_AT_ONCE = 50
_DIRECT = "-"
"""Stands for the missing sub_mchid of a company that pays itself."""


def _order_indexes(order: PaymentOrder) -> dict[str, Key]:
    entries = {
        "gsi1": payment_keys.payment_of_estate(order.estate_id, order.created_at, order.out_trade_no),
        "gsi2": payment_keys.payment_of_account(order.account_id, order.created_at, order.out_trade_no),
    }
    if order.next_look_at is not None:
        entries["gsi3"] = payment_keys.payment_due(order.next_look_at, order.out_trade_no)
    if order.state is OrderState.PAID and order.paid_at is not None:
        day = date_of(order.paid_at)
        entries["gsi4"] = payment_keys.payment_paid(order.company_id, day, order.out_trade_no)
    return entries


def _refund_indexes(refund: RefundCase) -> dict[str, Key]:
    entries = {"gsi1": payment_keys.refund_of_estate(refund.estate_id, refund.asked_at, refund.id)}
    if refund.next_look_at is not None:
        entries["gsi3"] = payment_keys.refund_due(refund.next_look_at, refund.id)
    if refund.state is RefundState.SUCCEEDED and refund.ended_at is not None:
        day = date_of(refund.ended_at)
        entries["gsi4"] = payment_keys.refund_done(refund.company_id, day, refund.out_trade_no, refund.id)
    return entries


def _anomaly_indexes(anomaly: Anomaly) -> dict[str, Key]:
    if not anomaly.is_open:
        return {}
    return {"gsi1": payment_keys.anomaly_open(anomaly.book, anomaly.found_at, anomaly.id)}


def _merchant_indexes(account: MerchantAccount) -> dict[str, Key]:
    if account.state is not MerchantState.CONFIRMED:
        return {}
    return {"gsi1": payment_keys.merchant_confirmed(account.company_id)}


ORDER = Kind("payment_order", PaymentOrder, lambda one: payment_keys.payment_order(one.out_trade_no), _order_indexes)
REFUND_CASE = Kind("refund", RefundCase, lambda one: payment_keys.refund(one.out_trade_no, one.id), _refund_indexes)
NOTIFICATION = Kind(
    "pay_notification",
    StoredNotification,
    lambda one: payment_keys.notification(one.id),
    expires=lambda one: one.keep_until,
)
ANOMALY = Kind("payment_anomaly", Anomaly, lambda one: payment_keys.anomaly(one.book, one.id), _anomaly_indexes)
COUNTER_PAYMENT = Kind(
    "counter_payment",
    CounterPayment,
    lambda one: payment_keys.counter_payment(one.estate_id, one.id),
    lambda one: {"gsi1": payment_keys.counter_payment_in_time(one.estate_id, one.recorded_at, one.id)},
)
PAPER_NUMBER = Kind("paper_number", PaperNumber, lambda one: payment_keys.paper_number(one.company_id, one.number))
MERCHANT = Kind("merchant", MerchantAccount, lambda one: payment_keys.merchant(one.company_id), _merchant_indexes)
HOLDER = Kind(
    "merchant_holder",
    MerchantHolder,
    lambda one: payment_keys.merchant_holder(one.mchid, one.sub_mchid or _DIRECT),
)
RECONCILIATION = Kind(
    "reconciliation", Reconciliation, lambda one: payment_keys.reconciliation(one.company_id, one.day)
)


class PaymentStore:
    """Payments in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def get_order(self, out_trade_no: str) -> PaymentOrder:
        """Return an order, or raise OrderMissing."""
        order = self.find_order(out_trade_no)
        if order is None:
            raise OrderMissing
        return order

    def find_order(self, out_trade_no: str) -> PaymentOrder | None:
        """Return an order, or None."""
        return self._table.find(ORDER, payment_keys.payment_order(out_trade_no))

    def list_orders(self, estate_id: str, limit: int, cursor: str | None) -> Page[PaymentOrder]:
        """List the orders of an estate, newest first."""
        pk = f"ESTATE#{estate_id}#PAYMENTS"
        return self._table.page(ORDER, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_orders_of(self, account_id: str, limit: int, cursor: str | None) -> Page[PaymentOrder]:
        """List the orders of one person, newest first."""
        pk = f"ACCOUNT#{account_id}#PAYMENTS"
        return self._table.page(ORDER, pk, index="gsi2", limit=limit, cursor=cursor, newest_first=True)

    def list_paid(self, company_id: str, day: date) -> list[PaymentOrder]:
        """List what was paid to a company on a day."""
        return self._table.all_of(ORDER, payment_keys.payments_paid(company_id, day), index="gsi4")

    def list_refunded(self, company_id: str, day: date) -> list[RefundCase]:
        """List what was given back for a company on a day."""
        return self._table.all_of(REFUND_CASE, payment_keys.refunds_done(company_id, day), index="gsi4")

    def list_orders_due(self, now: datetime) -> Iterator[PaymentOrder]:
        """List silent orders whose next look is due, some of every shard."""
        for shard in range(SHARDS):
            pk = f"PAYMENT_DUE#{shard}"
            yield from self._table.page(ORDER, pk, index="gsi3", between=until(now), limit=_AT_ONCE).items

    def list_refunds_due(self, now: datetime) -> Iterator[RefundCase]:
        """List refunds under way whose next look is due, some of every shard."""
        for shard in range(SHARDS):
            pk = f"REFUND_DUE#{shard}"
            yield from self._table.page(REFUND_CASE, pk, index="gsi3", between=until(now), limit=_AT_ONCE).items

    def get_refund(self, out_trade_no: str, refund_id: str) -> RefundCase:
        """Return a refund of an order, or raise RefundMissing."""
        refund = self.find_refund(out_trade_no, refund_id)
        if refund is None:
            raise RefundMissing
        return refund

    def find_refund(self, out_trade_no: str, refund_id: str) -> RefundCase | None:
        """Return a refund of an order, or None."""
        return self._table.find(REFUND_CASE, payment_keys.refund(out_trade_no, refund_id))

    def list_refunds_of(self, out_trade_no: str) -> list[RefundCase]:
        """List the refunds of an order (WeChat allows 50)."""
        return self._table.all_of(REFUND_CASE, payment_keys.payment_order(out_trade_no).pk, prefix="REFUND#")

    def list_refunds(self, estate_id: str, limit: int, cursor: str | None) -> Page[RefundCase]:
        """List the refunds of an estate, newest first."""
        pk = f"ESTATE#{estate_id}#REFUNDS"
        return self._table.page(REFUND_CASE, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def find_anomaly(self, book: str, anomaly_id: str) -> Anomaly | None:
        """Return a payment exception, or None."""
        return self._table.find(ANOMALY, payment_keys.anomaly(book, anomaly_id))

    def list_anomalies_open(self, book: str, limit: int, cursor: str | None) -> Page[Anomaly]:
        """List the exceptions that wait for a person, oldest first."""
        return self._table.page(ANOMALY, payment_keys.anomalies_open(book), index="gsi1", limit=limit, cursor=cursor)

    def find_notification(self, notification_id: str) -> StoredNotification | None:
        """Return a notification that was taken in, or None."""
        return self._table.find(NOTIFICATION, payment_keys.notification(notification_id))

    def find_counter_payment(self, estate_id: str, payment_id: str) -> CounterPayment | None:
        """Return a payment at the counter, or None."""
        return self._table.find(COUNTER_PAYMENT, payment_keys.counter_payment(estate_id, payment_id))

    def list_counter_payments(self, estate_id: str, limit: int, cursor: str | None) -> Page[CounterPayment]:
        """List the payments at the counter, newest first."""
        pk = f"ESTATE#{estate_id}#COUNTER_PAYMENTS"
        return self._table.page(COUNTER_PAYMENT, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def find_merchant(self, company_id: str) -> MerchantAccount | None:
        """Return the merchant account of a company, or None."""
        return self._table.find(MERCHANT, payment_keys.merchant(company_id))

    def find_holder(self, mchid: str, sub_mchid: str | None) -> MerchantHolder | None:
        """Return whose a merchant number is, or None."""
        return self._table.find(HOLDER, payment_keys.merchant_holder(mchid, sub_mchid or _DIRECT))

    def list_merchants(self, limit: int, cursor: str | None) -> Page[MerchantAccount]:
        """List the companies that collect through WeChat."""
        pk = payment_keys.merchant_confirmed("").pk
        return self._table.page(MERCHANT, pk, index="gsi1", limit=limit, cursor=cursor)

    def find_reconciliation(self, company_id: str, day: date) -> Reconciliation | None:
        """Return what came of comparing a day, or None."""
        return self._table.find(RECONCILIATION, payment_keys.reconciliation(company_id, day))

    def list_reconciliations(self, company_id: str, limit: int, cursor: str | None) -> Page[Reconciliation]:
        """List the days that were compared, newest first."""
        pk = f"COMPANY#{company_id}#RECONCILIATIONS"
        return self._table.page(RECONCILIATION, pk, limit=limit, cursor=cursor, newest_first=True)
