"""What people send and see of payments."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.kernel.charge import MEANS_LABELS, Means
from miniprogram_api.kernel.money import LARGEST_FEN
from miniprogram_api.kernel.privacy import mask_name
from miniprogram_api.payments.anomaly import REMEDIES, Anomaly, AnomalyKind, Remedy
from miniprogram_api.payments.counter import CounterPart, CounterPayment, Taken
from miniprogram_api.payments.merchant import MerchantAccount, MerchantState
from miniprogram_api.payments.order import MAXIMUM_LINES, OrderLine, OrderState, PaymentOrder, Wanted
from miniprogram_api.payments.refund import STATE_LABELS, Origin, RefundCase, RefundPart, RefundState

if TYPE_CHECKING:
    from miniprogram_api.payments.reconciling import Difference, Reconciliation

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Fen = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_FEN)]
FenOrNone = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_FEN)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
BillIds = Annotated[tuple[Id, ...], msgspec.Meta(max_length=MAXIMUM_LINES)]


class PrepayFor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money to prepay for one room."""

    room_id: Id
    fen: Fen


class StartPayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bills to be paid in full (their amounts are ours to say), and money to prepay."""

    bill_ids: BillIds = ()
    prepay: Annotated[tuple[PrepayFor, ...], msgspec.Meta(max_length=5)] = ()

    def wanted(self) -> Wanted:
        """Return it as the house speaks of it; what is named twice counts once."""
        prepay = {one.room_id: one.fen for one in self.prepay}
        return Wanted(tuple(dict.fromkeys(self.bill_ids)), tuple(prepay.items()))


class LineShown(msgspec.Struct, frozen=True):
    """One part of an order."""

    room_id: str
    room_label: str
    label: str
    fen: int
    late_fee_fen: int
    bill_id: str | None = None

    @classmethod
    def of(cls, line: OrderLine) -> LineShown:
        """Return what is shown of it."""
        return cls(line.room_id, line.room_label, line.label, line.fen, line.late_fee_fen, line.bill_id)


class PaymentShown(msgspec.Struct, frozen=True):
    """A payment order. ``applied`` is what the money went to; ``suspense_fen`` is being seen to by a person."""

    id: str
    estate_id: str
    state: OrderState
    state_label: str
    description: str
    total_fen: int
    paid_fen: int
    suspense_fen: int
    refunding_fen: int
    refunded_fen: int
    payer_name: str
    lines: list[LineShown]
    applied: list[LineShown]
    receipt_ids: list[str]
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None = None
    transaction_id: str | None = None

    @classmethod
    def of(cls, order: PaymentOrder) -> PaymentShown:
        """Return what is shown of an order."""
        return cls(
            id=order.out_trade_no,
            estate_id=order.estate_id,
            state=order.state,
            state_label=order.state_label,
            description=order.description,
            total_fen=order.total_fen,
            paid_fen=order.paid_fen,
            suspense_fen=order.suspense_fen,
            refunding_fen=order.refunding_fen,
            refunded_fen=order.refunded_fen,
            payer_name=order.payer_name,
            lines=[LineShown.of(line) for line in order.lines],
            applied=[LineShown.of(line) for line in order.applied],
            receipt_ids=list(order.receipts),
            created_at=order.created_at,
            expires_at=order.expires_at,
            paid_at=order.paid_at,
            transaction_id=order.transaction_id,
        )


class RequestPaymentShown(msgspec.Struct, frozen=True, rename="camel"):
    """The arguments of ``wx.requestPayment``, under the names it wants."""

    time_stamp: str
    nonce_str: str
    package: str
    sign_type: str
    pay_sign: str


class PaymentStarted(msgspec.Struct, frozen=True):
    """An order that can be paid now."""

    order: PaymentShown
    request_payment: RequestPaymentShown


class PartOfRefund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be taken from one bill, or, without ``bill_id``, from the prepaid money of a room."""

    room_id: Id
    fen: FenOrNone
    late_fee_fen: FenOrNone = 0
    bill_id: Id | None = None


class AskRefund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money that shall go back to whoever paid: from bills, which become due again, or from prepaid money."""

    origin: Origin
    parts: Annotated[tuple[PartOfRefund, ...], msgspec.Meta(min_length=1, max_length=MAXIMUM_LINES)]
    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=80)]

    def taken(self) -> tuple[RefundPart, ...]:
        """Return the parts as the house speaks of them."""
        return tuple(RefundPart(one.room_id, one.fen, one.late_fee_fen, one.bill_id) for one in self.parts)


class DecideRefund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Yes, or no with a reason."""

    approve: bool
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class RefundShown(msgspec.Struct, frozen=True):
    """A refund and how far it came."""

    id: str
    order_id: str
    state: RefundState
    state_label: str
    fen: int
    origin: Origin
    reason: str
    asked_by_name: str
    asked_at: datetime
    trouble: str
    decline_reason: str
    received_account: str
    decided_at: datetime | None = None
    ended_at: datetime | None = None

    @classmethod
    def of(cls, refund: RefundCase) -> RefundShown:
        """Return what is shown of a refund."""
        return cls(
            id=refund.id,
            order_id=refund.out_trade_no,
            state=refund.state,
            state_label=STATE_LABELS[refund.state],
            fen=refund.fen,
            origin=refund.origin,
            reason=refund.reason,
            asked_by_name=refund.asked_by_name,
            asked_at=refund.asked_at,
            trouble=refund.trouble,
            decline_reason=refund.decline_reason,
            received_account=refund.received_account,
            decided_at=refund.decided_at,
            ended_at=refund.ended_at,
        )


class PaymentDetail(msgspec.Struct, frozen=True):
    """A payment order with its refunds."""

    order: PaymentShown
    refunds: list[RefundShown]


class PartTaken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one bill gets; without an amount all that is due."""

    bill_id: Id
    fen: FenOrNone = 0


class RecordPayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money taken at the counter, with the number of the paper receipt and a picture of it."""

    room_id: Id
    means: Means
    parts: Annotated[tuple[PartTaken, ...], msgspec.Meta(max_length=MAXIMUM_LINES)]
    payer_name: Name
    paid_on: date
    paper_number: Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern="^[0-9A-Za-z-]+$")]
    photo_id: Id
    prepaid_fen: FenOrNone = 0
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def taken(self) -> Taken:
        """Return it as the house speaks of it."""
        return Taken(
            room_id=self.room_id,
            means=self.means,
            parts=tuple(CounterPart(one.bill_id, one.fen) for one in self.parts),
            prepaid_fen=self.prepaid_fen,
            payer_name=mask_name(self.payer_name),
            paid_on=self.paid_on,
            paper_number=self.paper_number,
            photo_id=self.photo_id,
            note=self.note,
        )


class VoidPayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a payment at the counter is taken back."""

    reason: Text


class CounterPartShown(msgspec.Struct, frozen=True):
    """What one bill got."""

    bill_id: str
    fen: int
    late_fee_fen: int


class CounterPaymentShown(msgspec.Struct, frozen=True):
    """A payment at the counter."""

    id: str
    room_id: str
    room_label: str
    means: Means
    means_label: str
    total_fen: int
    prepaid_fen: int
    parts: list[CounterPartShown]
    payer_name: str
    paid_on: date
    paper_number: str
    photo_id: str | None
    note: str
    recorded_by_name: str
    recorded_at: datetime
    receipt_id: str
    void_reason: str | None = None
    voided_at: datetime | None = None

    @classmethod
    def of(cls, payment: CounterPayment) -> CounterPaymentShown:
        """Return what is shown of it."""
        taken = payment.taken
        return cls(
            id=payment.id,
            room_id=taken.room_id,
            room_label=payment.room_label,
            means=taken.means,
            means_label=MEANS_LABELS[taken.means],
            total_fen=payment.total_fen,
            prepaid_fen=taken.prepaid_fen,
            parts=[CounterPartShown(one.bill_id, one.fen, one.late_fee_fen) for one in payment.parts],
            payer_name=taken.payer_name,
            paid_on=taken.paid_on,
            paper_number=taken.paper_number,
            photo_id=taken.photo_id,
            note=taken.note,
            recorded_by_name=payment.recorded_by_name,
            recorded_at=payment.recorded_at,
            receipt_id=payment.receipt_id,
            void_reason=payment.void_reason,
            voided_at=payment.voided_at,
        )


class ResolveAnomaly(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done about an exception, and what was found out."""

    remedy: Remedy
    note: Annotated[str, msgspec.Meta(min_length=2, max_length=80)]
    bill_ids: BillIds = ()
    room_id: Id | None = None
    paid_out_in_cash: bool = False


class AnomalyShown(msgspec.Struct, frozen=True):
    """A payment exception with what to do about it."""

    id: str
    kind: AnomalyKind
    kind_label: str
    advice: str
    remedies: list[Remedy]
    fen: int
    left_fen: int
    in_suspense: bool
    found_at: datetime
    room_label: str
    detail: str
    note: str
    order_id: str | None = None
    transaction_id: str | None = None
    refund_id: str | None = None
    remedy: Remedy | None = None
    resolved_at: datetime | None = None

    @classmethod
    def of(cls, anomaly: Anomaly) -> AnomalyShown:
        """Return what is shown of an exception."""
        label, advice, remedies = REMEDIES[anomaly.kind]
        return cls(
            id=anomaly.id,
            kind=anomaly.kind,
            kind_label=label,
            advice=advice,
            remedies=sorted(remedies),
            fen=anomaly.fen,
            left_fen=anomaly.left_fen,
            in_suspense=anomaly.in_suspense,
            found_at=anomaly.found_at,
            room_label=anomaly.room_label,
            detail=anomaly.detail,
            note=anomaly.note,
            order_id=anomaly.out_trade_no,
            transaction_id=anomaly.transaction_id,
            refund_id=anomaly.refund_id,
            remedy=anomaly.remedy,
            resolved_at=anomaly.resolved_at,
        )


class ProposeMerchant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The company's own number with WeChat Pay (特约商户号); absent where the deployment is the company's own."""

    sub_mchid: Annotated[str, msgspec.Meta(max_length=32)] | None = None


class MerchantShown(msgspec.Struct, frozen=True):
    """Where a company's money goes."""

    company_id: str
    state: MerchantState
    proposed_at: datetime
    sub_mchid: str | None = None
    confirmed_at: datetime | None = None

    @classmethod
    def of(cls, account: MerchantAccount) -> MerchantShown:
        """Return what is shown of it."""
        return cls(account.company_id, account.state, account.proposed_at, account.sub_mchid, account.confirmed_at)


class DifferenceShown(msgspec.Struct, frozen=True):
    """One line that is not the same on both sides."""

    kind: AnomalyKind
    kind_label: str
    order_id: str
    wechat_fen: int
    our_fen: int
    refund_id: str | None = None

    @classmethod
    def of(cls, one: Difference) -> DifferenceShown:
        """Return what is shown of it."""
        return cls(one.kind, REMEDIES[one.kind][0], one.out_trade_no, one.wechat_fen, one.our_fen, one.refund_id)


class ReconciliationShown(msgspec.Struct, frozen=True):
    """A day compared with WeChat's bill: its counts and sums, ours beside, and every difference."""

    day: date
    compared_at: datetime
    payments: int
    paid_fen: int
    our_paid_fen: int
    refunds: int
    refunded_fen: int
    our_refunded_fen: int
    differences: list[DifferenceShown]

    @classmethod
    def of(cls, one: Reconciliation) -> ReconciliationShown:
        """Return what is shown of a day."""
        return cls(
            day=one.day,
            compared_at=one.compared_at,
            payments=one.payments,
            paid_fen=one.paid_fen,
            our_paid_fen=one.our_paid_fen,
            refunds=one.refunds,
            refunded_fen=one.refunded_fen,
            our_refunded_fen=one.our_refunded_fen,
            differences=[DifferenceShown.of(each) for each in one.differences],
        )
