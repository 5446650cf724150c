"""A payment order 支付订单: what somebody set out to pay through WeChat, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from miniprogram_api.kernel.errors import Conflict, NotFound, Unavailable

LIFE = timedelta(minutes=30)
"""How long WeChat takes money for an order: enough to find the card, and soon over, so that the bill is free again."""

LOOKS = tuple(timedelta(minutes=minutes) for minutes in (2, 6, 15, 31))
"""When a silent order is looked at, counted from its beginning; the last is after its end, and closes it."""

LATER = timedelta(minutes=10)
"""How long to wait for the next look when WeChat did not answer the last one."""

MAXIMUM_LINES = 20
"""Bills in one order: what one order settles is one act of at most 100 parts."""


class OrderMissing(NotFound):
    """There is no such payment order of this person or place."""

    code = "payment_order_unknown"
    message = "没有找到这笔支付订单。"


class PaymentKeyReused(Conflict):
    """The key came before with other contents."""

    code = "payment_key_reused"
    message = "该请求编号已用于其他内容，请刷新后重试。"


class OrderMoved(Conflict):
    """The order changed in the meantime; read it again."""

    code = "payment_order_moved"
    message = "支付订单状态已更新，请刷新后查看。"


class OrderEnded(Conflict):
    """The order is closed; paying goes on with a new one."""

    code = "payment_order_ended"
    message = "支付订单已关闭，请重新发起支付。"


class PaidAlready(Conflict):
    """What was to be paid is paid."""

    code = "paid_already"
    message = "这笔费用已经支付成功，请刷新账单查看。"


class SettlementBusy(Unavailable):
    """Other acts kept changing what the settlement needs; it is tried again by the queue."""

    code = "settlement_busy"


class PaymentNotSetUp(Conflict):
    """The company has no confirmed merchant account, so nothing can be paid to it through WeChat."""

    code = "payment_not_set_up"
    message = "物业企业还未开通微信支付，请改用线下缴费或联系物业。"


class OrderState(StrEnum):
    """How far an order came; refunds are things of their own and are counted on the order."""

    CREATED = "created"  # ours exists, WeChat may not know of it
    PREPARED = "prepared"  # WeChat gave a prepay_id
    PAID = "paid"  # WeChat said so when asked, and the money is booked
    CLOSED = "closed"  # nobody can pay it any more


OPEN = frozenset({OrderState.CREATED, OrderState.PREPARED})

STATE_LABELS: dict[OrderState, str] = {
    OrderState.CREATED: "待支付",
    OrderState.PREPARED: "待支付",
    OrderState.PAID: "已支付",
    OrderState.CLOSED: "已关闭",
}
"""What people read instead of the state's name."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A part of an order: a bill to be paid in full, or, without ``bill_id``, money for a room to prepay."""

    room_id: str
    room_label: str
    label: str
    fen: int
    late_fee_fen: int = 0
    bill_id: str | None = None

    @property
    def total_fen(self) -> int:
        """Return both amounts together."""
        return self.fen + self.late_fee_fen


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """One attempt to pay. ``out_trade_no`` is its identity here and with WeChat.

    ``payer_index`` is the keyed hash of the openid that may pay it. ``applied`` names, once paid, the bills and rooms
    the money went to; ``suspense_fen`` is what could not be assigned. ``refunding_fen`` counts refunds not yet done.
    """

    out_trade_no: str
    estate_id: str
    company_id: str
    mchid: str
    appid: str
    sub_mchid: str | None
    account_id: str
    payer_name: str
    payer_index: str
    description: str
    lines: tuple[OrderLine, ...]
    created_at: datetime
    state: OrderState = OrderState.CREATED
    prepay_id: str | None = None
    transaction_id: str | None = None
    paid_fen: int = 0
    paid_at: datetime | None = None
    settled_at: datetime | None = None
    applied: tuple[OrderLine, ...] = ()
    receipts: tuple[str, ...] = ()
    suspense_fen: int = 0
    refunding_fen: int = 0
    refunded_fen: int = 0
    closed_at: datetime | None = None
    looks: int = 0
    next_look_at: datetime | None = None
    version: int = 0

    @property
    def total_fen(self) -> int:
        """Return what WeChat is asked to collect."""
        return sum(line.total_fen for line in self.lines)

    @property
    def expires_at(self) -> datetime:
        """Return until when it can be paid."""
        return self.created_at + LIFE

    @property
    def is_open(self) -> bool:
        """Say whether it may still be paid."""
        return self.state in OPEN

    @property
    def refundable_fen(self) -> int:
        """Return what of the money was neither given back nor is on its way back."""
        return self.paid_fen - self.refunded_fen - self.refunding_fen

    @property
    def state_label(self) -> str:
        """Return what people read of it."""
        if self.state is OrderState.PAID and self.refunding_fen:
            return "退款中"
        if self.state is OrderState.PAID and self.refunded_fen:
            return "已退款" if self.refunded_fen == self.paid_fen else "部分退款"
        return STATE_LABELS[self.state]


def first_look(order: PaymentOrder) -> PaymentOrder:
    """Return a new order with the instant at which the sweep first asks about it."""
    return replace(order, next_look_at=order.created_at + LOOKS[0])


def looked_at(order: PaymentOrder, now: datetime) -> PaymentOrder:
    """Return an order that is still unpaid after being looked at, with the instant of the next look."""
    planned = order.created_at + LOOKS[min(order.looks + 1, len(LOOKS) - 1)]
    later = planned if planned > now else now + LATER
    return replace(order, looks=order.looks + 1, next_look_at=later)


def prepared(order: PaymentOrder, prepay_id: str) -> PaymentOrder:
    """Return the order that WeChat now knows.

    Raises:
        OrderMoved: it was paid or closed meanwhile.
    """
    if not order.is_open:
        raise OrderMoved
    return replace(order, state=OrderState.PREPARED, prepay_id=prepay_id)


def closed(order: PaymentOrder, at: datetime) -> PaymentOrder:
    """Return the order that nobody can pay any more.

    Raises:
        OrderMoved: it was paid or closed meanwhile.
    """
    if not order.is_open:
        raise OrderMoved
    return replace(order, state=OrderState.CLOSED, closed_at=at, next_look_at=None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to pay: bills in full, and money to prepay for rooms (room id -> fen)."""

    bill_ids: tuple[str, ...]
    prepay: tuple[tuple[str, int], ...] = ()

    def is_of(self, order: PaymentOrder) -> bool:
        """Say whether the order is for exactly this."""
        bills = tuple(line.bill_id for line in order.lines if line.bill_id is not None)
        prepaid = tuple((line.room_id, line.fen) for line in order.lines if line.bill_id is None)
        return (bills, prepaid) == (self.bill_ids, self.prepay)
