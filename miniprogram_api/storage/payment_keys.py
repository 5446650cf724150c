"""Every key string of payments and receipts; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant, shard_of
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import date, datetime


def receipt_counter(company_id: str, year: int) -> Key:
    """The last receipt number of a company and year."""
    return Key(f"COMPANY#{company_id}#RECEIPTS#{year}", "COUNTER")


def receipt(company_id: str, year: int, number: int) -> Key:
    """One receipt; those of a company and year sort by number, so that a gap would show."""
    return Key(f"COMPANY#{company_id}#RECEIPTS#{year}", f"RECEIPT#{number:09d}")


def receipt_of_room(estate_id: str, room_id: str, at: datetime, receipt_id: str) -> Key:
    """The receipts of a room in time."""
    return Key(f"ROOM#{estate_id}#{room_id}#RECEIPTS", f"{instant(at)}#{receipt_id}")


def receipt_of_estate(estate_id: str, at: datetime, receipt_id: str) -> Key:
    """The receipts of an estate in time."""
    return Key(f"ESTATE#{estate_id}#RECEIPTS", f"{instant(at)}#{receipt_id}")


def receipt_of_source(source: str, receipt_id: str) -> Key:
    """The receipts of one payment, one a room."""
    return Key(f"PAID#{source}#RECEIPTS", receipt_id)


# Payments


def payment_order(out_trade_no: str) -> Key:
    """One payment order; its partition also holds its refunds. A notification names nothing but this number."""
    return Key(f"PAYMENT#{out_trade_no}", "ORDER")


def payment_of_estate(estate_id: str, at: datetime, out_trade_no: str) -> Key:
    """The payment orders of an estate in time."""
    return Key(f"ESTATE#{estate_id}#PAYMENTS", f"{instant(at)}#{out_trade_no}")


def payment_of_account(account_id: str, at: datetime, out_trade_no: str) -> Key:
    """The payment orders of one person in time."""
    return Key(f"ACCOUNT#{account_id}#PAYMENTS", f"{instant(at)}#{out_trade_no}")


def payments_paid(company_id: str, day: date) -> str:
    """The partition of what was paid to a company on a day, as WeChat dates it."""
    return f"COMPANY#{company_id}#PAID#{day.isoformat()}"


def payment_paid(company_id: str, day: date, out_trade_no: str) -> Key:
    """A payment of a company's day, to be compared with the trade bill."""
    return Key(payments_paid(company_id, day), out_trade_no)


def payment_due(at: datetime, out_trade_no: str) -> Key:
    """Sweep queue: silent orders by the instant of their next look."""
    return Key(f"PAYMENT_DUE#{shard_of(out_trade_no)}", f"{instant(at)}#{out_trade_no}")


def refund_due(at: datetime, refund_id: str) -> Key:
    """Sweep queue: refunds under way by the instant of their next look."""
    return Key(f"REFUND_DUE#{shard_of(refund_id)}", f"{instant(at)}#{refund_id}")


def refund(out_trade_no: str, refund_id: str) -> Key:
    """One refund of a payment order."""
    return Key(f"PAYMENT#{out_trade_no}", f"REFUND#{refund_id}")


def refund_of_estate(estate_id: str, at: datetime, refund_id: str) -> Key:
    """The refunds of an estate in time."""
    return Key(f"ESTATE#{estate_id}#REFUNDS", f"{instant(at)}#{refund_id}")


def refunds_done(company_id: str, day: date) -> str:
    """The partition of what was given back for a company on a day, as WeChat dates it."""
    return f"COMPANY#{company_id}#REFUNDED#{day.isoformat()}"


def refund_done(company_id: str, day: date, out_trade_no: str, refund_id: str) -> Key:
    """A refund of a company's day, to be compared with the trade bill."""
    return Key(refunds_done(company_id, day), f"{out_trade_no}#{refund_id}")


def notification(notification_id: str) -> Key:
    """One notification of WeChat Pay, kept under its own id before it is handed on."""
    return Key(f"NOTIFICATION#{notification_id}", "NOTIFICATION")


def anomaly(book: str, anomaly_id: str) -> Key:
    """One payment exception of an estate, or of a company for money of no estate."""
    return Key(f"BOOK#{book}#ANOMALIES", f"ANOMALY#{anomaly_id}")


def anomalies_open(book: str) -> str:
    """The partition of the exceptions that wait for a person."""
    return f"BOOK#{book}#ANOMALIES_OPEN"


def anomaly_open(book: str, at: datetime, anomaly_id: str) -> Key:
    """Queue: exceptions that somebody has to see to, oldest first."""
    return Key(anomalies_open(book), f"{instant(at)}#{anomaly_id}")


def counter_payment(estate_id: str, payment_id: str) -> Key:
    """One payment at the counter 线下缴费."""
    return Key(f"ESTATE#{estate_id}#COUNTER", f"COUNTER#{payment_id}")


def counter_payment_in_time(estate_id: str, at: datetime, payment_id: str) -> Key:
    """The payments at the counter in time."""
    return Key(f"ESTATE#{estate_id}#COUNTER_PAYMENTS", f"{instant(at)}#{payment_id}")


def paper_number(company_id: str, number: str) -> Key:
    """Guard: one paper receipt stands for one payment at the counter."""
    return Key(f"COMPANY#{company_id}#PAPER#{number}", "PAPER")


def merchant(company_id: str) -> Key:
    """The merchant account of a company."""
    return Key(f"COMPANY#{company_id}#MERCHANT", "MERCHANT")


def merchant_holder(mchid: str, sub_mchid: str) -> Key:
    """Guard: whose a merchant number is."""
    return Key(f"MERCHANT#{mchid}#{sub_mchid}", "HOLDER")


def merchant_confirmed(company_id: str) -> Key:
    """The companies whose days are compared with WeChat's bill."""
    return Key("MERCHANTS", company_id)


def reconciliation(company_id: str, day: date) -> Key:
    """What came of comparing a company's day with WeChat's bill."""
    return Key(f"COMPANY#{company_id}#RECONCILIATIONS", day.isoformat())


def receipt_of_company(company_id: str, at: datetime, receipt_id: str) -> Key:
    """The receipts of a company in time."""
    return Key(f"COMPANY#{company_id}#RECEIPTS", f"{instant(at)}#{receipt_id}")


def invoice_request(estate_id: str, request_id: str) -> Key:
    """One request for an invoice."""
    return Key(f"ESTATE#{estate_id}#INVOICES", f"REQUEST#{request_id}")


def invoice_waiting(estate_id: str, at: datetime, request_id: str) -> Key:
    """Queue: the requests of an estate with which the company has something to do, the oldest first."""
    return Key(f"ESTATE#{estate_id}#INVOICES_WAITING", f"{instant(at)}#{request_id}")


def invoice_of_account(account_id: str, at: datetime, request_id: str) -> Key:
    """The requests of a person in time."""
    return Key(f"ACCOUNT#{account_id}#INVOICES", f"{instant(at)}#{request_id}")


def invoice_in_time(estate_id: str, at: datetime, request_id: str) -> Key:
    """The requests of an estate in time."""
    return Key(f"ESTATE#{estate_id}#INVOICES_IN_TIME", f"{instant(at)}#{request_id}")


def invoice_guard(receipt_id: str) -> Key:
    """Guard: the one living request a receipt is on."""
    return Key(f"RECEIPT#{receipt_id}", "INVOICE")


def invoice_export(estate_id: str, export_id: str) -> Key:
    """What one file for the invoicing system held."""
    return Key(f"ESTATE#{estate_id}#INVOICES", f"EXPORT#{export_id}")
