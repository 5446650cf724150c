"""Payments over HTTP: residents pay, staff look, give back, write down cash, and see to exceptions."""

from __future__ import annotations

from miniprogram_api.billing.bill import BillBeingPaid, BillChanged, BillUnknown, NothingDue, TooMuch
from miniprogram_api.edge.guards import in_company, in_estate, signed_in
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound, TooManyRequests
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused
from miniprogram_api.payments.anomaly import AnomalyMoved, AnomalyUnknown, RemedyRefused
from miniprogram_api.payments.counter import (
    AnotherCompanysBill,
    CounterPaymentMoved,
    CounterPaymentUnknown,
    MeansRefused,
    OwnEntryRefused,
    PaperNumberUsed,
)
from miniprogram_api.payments.merchant import MerchantMoved, MerchantRefused, MerchantTaken, MerchantUnknown
from miniprogram_api.payments.order import (
    OrderEnded,
    OrderMissing,
    OrderMoved,
    PaidAlready,
    PaymentKeyReused,
    PaymentNotSetUp,
    PaymentOrder,
)
from miniprogram_api.payments.refund import NotRefundable, RefundMissing, RefundMoved
from miniprogram_api.payments.schemas import (
    AnomalyShown,
    AskRefund,
    CounterPaymentShown,
    DecideRefund,
    MerchantShown,
    PaymentDetail,
    PaymentShown,
    PaymentStarted,
    ProposeMerchant,
    ReconciliationShown,
    RecordPayment,
    RefundShown,
    RequestPaymentShown,
    ResolveAnomaly,
    StartPayment,
    VoidPayment,
)
from miniprogram_api.payments.service.counter import Counter
from miniprogram_api.payments.service.merchants import Merchants
from miniprogram_api.payments.service.ordering import NothingChosen, PaymentOrdering, SeveralCompanies
from miniprogram_api.payments.service.reconciliation import Reconciling
from miniprogram_api.payments.service.refunding import Refunds
from miniprogram_api.payments.service.remedies import Choice, Remedies
from miniprogram_api.wallets.rules import NotEnoughPrepaid, WalletMoved

routes = Routes("payments", tag="缴费与收款")

_ORDERS = "/v1/estates/<estate_id>/payment-orders"
_PAYMENTS = "/v1/estates/<estate_id>/payments"
_COUNTER = "/v1/estates/<estate_id>/counter-payments"
_EXCEPTIONS = "/v1/estates/<estate_id>/payment-exceptions"
_COMPANY = "/v1/companies/<company_id>"
# What WeChat may answer instead of doing what it was asked.
_WECHAT = (Conflict, Invalid, TooManyRequests)
_REMEDY = (
    AnomalyUnknown,
    AnomalyMoved,
    RemedyRefused,
    BillUnknown,
    BillBeingPaid,
    TooMuch,
    NotRefundable,
    OrderMissing,
    BillChanged,
)


@routes.post(
    _ORDERS,
    guard=in_estate(Permission.BILL_PAY),
    status=201,
    repeatable=True,
    errors=(
        NothingChosen,
        SeveralCompanies,
        BillUnknown,
        NothingDue,
        PaymentNotSetUp,
        PaymentKeyReused,
        PaidAlready,
        OrderEnded,
        OrderMoved,
        *_WECHAT,
    ),
)
def start_payment(call: Call, estate_id: str, body: StartPayment) -> PaymentStarted:
    """Pay bills of one's rooms through WeChat, one or many, of one room or several (FEE-02).

    An attempt that is still open on another phone is ended first: whoever acts last gets to pay.
    """
    order, arguments = call.service(PaymentOrdering).start(call.principal, estate_id, body.wanted(), call.key, call.now)
    shown = RequestPaymentShown(
        arguments.time_stamp, arguments.nonce_str, arguments.package, arguments.sign_type, arguments.pay_sign
    )
    return PaymentStarted(PaymentShown.of(order), shown)


@routes.get(f"{_ORDERS}/<order_id>", guard=in_estate(Permission.BILL_PAY), errors=(OrderMissing,))
def read_payment_order(call: Call, estate_id: str, order_id: str) -> PaymentShown:
    """Return one of the caller's own payment orders."""
    return PaymentShown.of(call.service(PaymentOrdering).access_own_order_by_id(call.principal, estate_id, order_id))


@routes.post(
    f"{_ORDERS}/<order_id>/confirmation", guard=in_estate(Permission.BILL_PAY), errors=(OrderMissing, *_WECHAT)
)
def confirm_payment(call: Call, estate_id: str, order_id: str) -> PaymentShown:
    """Ask WeChat what became of an order; the phone calls this after ``wx.requestPayment``, whatever it said."""
    return PaymentShown.of(call.service(PaymentOrdering).confirm(call.principal, estate_id, order_id, call.now))


@routes.post(
    f"{_ORDERS}/<order_id>/cancellation", guard=in_estate(Permission.BILL_PAY), errors=(OrderMissing, *_WECHAT)
)
def cancel_payment(call: Call, estate_id: str, order_id: str) -> PaymentShown:
    """End an order that the payer gave up; its bills are free at once."""
    return PaymentShown.of(call.service(PaymentOrdering).cancel(call.principal, estate_id, order_id, call.now))


@routes.get("/v1/me/payment-orders", guard=signed_in())
def list_own_payments(call: Call, query: ListQuery) -> PageOf[PaymentShown]:
    """List one's own payments, newest first."""
    page = call.service(PaymentOrdering).list_own(call.principal.account_id, query.limit, query.cursor)
    return PageOf([PaymentShown.of(order) for order in page.items], page.next)


@routes.get(_PAYMENTS, guard=in_estate(Permission.PAYMENT_READ))
def list_payments(call: Call, estate_id: str, query: ListQuery) -> PageOf[PaymentShown]:
    """List the WeChat payments of an estate, newest first."""
    page = call.service(PaymentOrdering).list_estate(estate_id, query.limit, query.cursor)
    return PageOf([PaymentShown.of(order) for order in page.items], page.next)


@routes.get(f"{_PAYMENTS}/<order_id>", guard=in_estate(Permission.PAYMENT_READ), errors=(OrderMissing,))
def read_payment(call: Call, estate_id: str, order_id: str) -> PaymentDetail:
    """Return one payment with its refunds."""
    return _detail(call, call.service(Refunds).access_order_by_id(estate_id, order_id))


def _detail(call: Call, order: PaymentOrder) -> PaymentDetail:
    refunds = call.service(Refunds).list_of(order.out_trade_no)
    return PaymentDetail(PaymentShown.of(order), [RefundShown.of(refund) for refund in refunds])


@routes.post(
    f"{_PAYMENTS}/<order_id>/refunds",
    guard=in_estate(Permission.REFUND_REQUEST),
    status=201,
    repeatable=True,
    errors=(OrderMissing, NotRefundable, PaymentKeyReused, OrderMoved, RefundMoved),
)
def ask_refund(call: Call, estate_id: str, order_id: str, body: AskRefund) -> RefundShown:
    """Ask that money goes back to its payer, whole or in part; another person approves it (FEE-02)."""
    refund = call.service(Refunds).ask(
        call.principal, estate_id, order_id, body.origin, body.taken(), body.reason, call.key, call.now
    )
    return RefundShown.of(refund)


@routes.post(
    f"{_PAYMENTS}/<order_id>/refunds/<refund_id>/decision",
    guard=in_estate(Permission.REFUND_APPROVE),
    errors=(
        OrderMissing,
        RefundMissing,
        NotRefundable,
        NotEnoughPrepaid,
        BillBeingPaid,
        IllegalTransition,
        InputMissing,
        SamePersonRefused,
    ),
)
def decide_refund(call: Call, estate_id: str, order_id: str, refund_id: str, body: DecideRefund) -> RefundShown:
    """Approve a refund, or decline it with a reason; never by whoever asked for it."""
    reason = None if body.approve else body.reason
    refund = call.service(Refunds).decide(call.principal, estate_id, order_id, refund_id, reason, call.now)
    return RefundShown.of(refund)


@routes.get("/v1/estates/<estate_id>/refunds", guard=in_estate(Permission.PAYMENT_READ))
def list_refunds(call: Call, estate_id: str, query: ListQuery) -> PageOf[RefundShown]:
    """List the refunds of an estate, newest first."""
    page = call.service(Refunds).list_estate(estate_id, query.limit, query.cursor)
    return PageOf([RefundShown.of(refund) for refund in page.items], page.next)


@routes.post(
    _COUNTER,
    guard=in_estate(Permission.PAYMENT_RECORD),
    status=201,
    repeatable=True,
    errors=(
        MeansRefused,
        AnotherCompanysBill,
        NotFound,
        NothingDue,
        TooMuch,
        BillBeingPaid,
        PaperNumberUsed,
        PaymentKeyReused,
    ),
)
def record_counter_payment(call: Call, estate_id: str, body: RecordPayment) -> CounterPaymentShown:
    """Write down cash or a transfer for bills of a room, with the paper receipt's number and picture (FEE-01)."""
    payment = call.service(Counter).record(call.principal, estate_id, body.taken(), call.key, call.now)
    return CounterPaymentShown.of(payment)


@routes.get(_COUNTER, guard=in_estate(Permission.PAYMENT_READ))
def list_counter_payments(call: Call, estate_id: str, query: ListQuery) -> PageOf[CounterPaymentShown]:
    """List the payments at the counter, newest first."""
    page = call.service(Counter).list(estate_id, query.limit, query.cursor)
    return PageOf([CounterPaymentShown.of(payment) for payment in page.items], page.next)


@routes.post(
    f"{_COUNTER}/<payment_id>/void",
    guard=in_estate(Permission.PAYMENT_RECORD),
    errors=(
        CounterPaymentUnknown,
        CounterPaymentMoved,
        OwnEntryRefused,
        NotEnoughPrepaid,
        WalletMoved,
        BillBeingPaid,
        BillChanged,
    ),
)
def void_counter_payment(call: Call, estate_id: str, payment_id: str, body: VoidPayment) -> CounterPaymentShown:
    """Take a wrongly written payment back: its bills are due again, its receipt is void; by another person."""
    payment = call.service(Counter).void(call.principal, estate_id, payment_id, body.reason, call.now)
    return CounterPaymentShown.of(payment)


@routes.get(_EXCEPTIONS, guard=in_estate(Permission.PAYMENT_RESOLVE))
def list_payment_exceptions(call: Call, estate_id: str, query: ListQuery) -> PageOf[AnomalyShown]:
    """List what does not fit and waits for a person, oldest first, each with what to do about it."""
    page = call.service(Remedies).list_open(estate_id, query.limit, query.cursor)
    return PageOf([AnomalyShown.of(one) for one in page.items], page.next)


@routes.get(f"{_EXCEPTIONS}/<exception_id>", guard=in_estate(Permission.PAYMENT_RESOLVE), errors=(AnomalyUnknown,))
def read_payment_exception(call: Call, estate_id: str, exception_id: str) -> AnomalyShown:
    """Return one payment exception."""
    return AnomalyShown.of(call.service(Remedies).access_anomaly_by_id(estate_id, exception_id))


@routes.post(f"{_EXCEPTIONS}/<exception_id>/resolution", guard=in_estate(Permission.PAYMENT_RESOLVE), errors=_REMEDY)
def resolve_payment_exception(call: Call, estate_id: str, exception_id: str, body: ResolveAnomaly) -> AnomalyShown:
    """Do something about an exception: give the money back, pay bills with it, prepay, or write down what it was."""
    return _resolved(call, estate_id, exception_id, body)


def _resolved(call: Call, book: str, exception_id: str, body: ResolveAnomaly) -> AnomalyShown:
    choice = Choice(body.remedy, body.note, body.bill_ids, body.room_id, body.paid_out_in_cash)
    return AnomalyShown.of(call.service(Remedies).resolve(call.principal, book, exception_id, choice, call.now))


@routes.get(f"{_COMPANY}/payment-exceptions", guard=in_company(Permission.PAYMENT_RESOLVE))
def list_company_payment_exceptions(call: Call, company_id: str, query: ListQuery) -> PageOf[AnomalyShown]:
    """List what came to the company's merchant account and belongs to no estate yet."""
    page = call.service(Remedies).list_open(company_id, query.limit, query.cursor)
    return PageOf([AnomalyShown.of(one) for one in page.items], page.next)


@routes.post(
    f"{_COMPANY}/payment-exceptions/<exception_id>/resolution",
    guard=in_company(Permission.PAYMENT_RESOLVE),
    errors=_REMEDY,
)
def resolve_company_payment_exception(
    call: Call, company_id: str, exception_id: str, body: ResolveAnomaly
) -> AnomalyShown:
    """Do something about money of no estate: hand it back and say how, or write down what it was."""
    return _resolved(call, company_id, exception_id, body)


@routes.get(f"{_COMPANY}/merchant", guard=in_company(Permission.MERCHANT_READ), errors=(MerchantUnknown,))
def read_merchant(call: Call, company_id: str) -> MerchantShown:
    """Return where the company's money goes."""
    return MerchantShown.of(call.service(Merchants).get(company_id))


@routes.put(
    f"{_COMPANY}/merchant",
    guard=in_company(Permission.MERCHANT_EDIT),
    errors=(PaymentNotSetUp, MerchantRefused, MerchantMoved),
)
def propose_merchant(call: Call, company_id: str, body: ProposeMerchant) -> MerchantShown:
    """Propose the company's own merchant number; no money goes there before the operator confirmed it."""
    account = call.service(Merchants).propose(call.principal.account_id, company_id, body.sub_mchid, call.now)
    return MerchantShown.of(account)


@routes.post(
    f"{_COMPANY}/merchant/confirmation",
    guard=in_company(Permission.MERCHANT_CONFIRM),
    errors=(MerchantUnknown, MerchantTaken, MerchantMoved),
)
def confirm_merchant(call: Call, company_id: str) -> MerchantShown:
    """Confirm that the number is the company's: from now on its residents pay there."""
    return MerchantShown.of(call.service(Merchants).confirm(call.principal.account_id, company_id, call.now))


@routes.get(f"{_COMPANY}/reconciliations", guard=in_company(Permission.PAYMENT_READ))
def list_reconciliations(call: Call, company_id: str, query: ListQuery) -> PageOf[ReconciliationShown]:
    """List the days compared with WeChat's bill, newest first, every difference by its name (FEE-02)."""
    page = call.service(Reconciling).list_days(company_id, query.limit, query.cursor)
    return PageOf([ReconciliationShown.of(one) for one in page.items], page.next)
