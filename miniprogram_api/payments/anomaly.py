"""Payment exceptions 支付异常: money or a message of WeChat that does not fit, waiting for a person by name.

Nothing is ever dropped: each kind says what to do about it. The money itself stands in the suspense account meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound


class AnomalyUnknown(NotFound):
    """There is no such payment exception here."""

    code = "payment_exception_unknown"
    message = "没有找到该支付异常。"


class AnomalyMoved(Conflict):
    """It was seen to in the meantime."""

    code = "payment_exception_moved"
    message = "该支付异常已被处理，请刷新后查看。"


class RemedyRefused(Invalid):
    """This is no way to settle this kind of exception, or the amounts do not fit."""

    code = "remedy_refused"
    message = "该异常不能这样处理，请按页面上的处理建议选择。"


class AnomalyKind(StrEnum):
    """What does not fit."""

    PAID_TWICE = "paid_twice"  # the bill was paid by somebody else first
    PAID_AFTER_CLOSE = "paid_after_close"
    BILL_CHANGED = "bill_changed"  # the bill was voided or reduced while it was being paid
    WRONG_AMOUNT = "wrong_amount"
    WRONG_MERCHANT = "wrong_merchant"
    WRONG_PAYER = "wrong_payer"
    UNKNOWN_ORDER = "unknown_order"
    NOTICE_DIFFERS = "notice_differs"  # a notification says otherwise than WeChat when asked
    REFUND_FAILED = "refund_failed"
    REFUND_ABNORMAL = "refund_abnormal"
    REFUND_STUCK = "refund_stuck"  # the merchant's balance does not cover it
    # The four names of a difference between the trade bill and the books
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT_DIFFERS = "amount_differs"
    STATE_DIFFERS = "state_differs"


class Remedy(StrEnum):
    """What a person can do about one."""

    REFUND = "refund"  # 原路退款
    PAY_BILLS = "pay_bills"  # 冲抵账单
    PREPAY = "prepay"  # 转为预存
    PAY_OUT = "pay_out"  # 线下退款: by bank transfer or cash
    NOTE = "note"  # 核实说明: nothing to move


_MONEY = frozenset({Remedy.REFUND, Remedy.PAY_BILLS, Remedy.PREPAY})
_LOOK = frozenset({Remedy.NOTE})

REMEDIES: dict[AnomalyKind, tuple[str, str, frozenset[Remedy]]] = {
    AnomalyKind.PAID_TWICE: ("重复支付", "系统已自动原路退款，请关注退款是否到账。", _MONEY),
    AnomalyKind.PAID_AFTER_CLOSE: ("关单后到账", "请联系付款人：冲抵账单、转为预存或原路退款。", _MONEY),
    AnomalyKind.BILL_CHANGED: ("支付期间账单有变", "请核对账单：冲抵现有账单、转为预存或原路退款。", _MONEY),
    AnomalyKind.WRONG_AMOUNT: ("金额不符", "请与付款人核对：冲抵账单、转为预存或原路退款。", _MONEY),
    AnomalyKind.WRONG_MERCHANT: ("商户不符", "请联系平台运维核对商户号后处理。", _MONEY),
    AnomalyKind.WRONG_PAYER: ("付款人不符", "请核对付款人后冲抵账单、转为预存或原路退款。", _MONEY),
    AnomalyKind.UNKNOWN_ORDER: (
        "无法识别的到账",
        "请在微信商户平台查明来源，线下退还后登记。",
        frozenset({Remedy.PAY_OUT}),
    ),
    AnomalyKind.NOTICE_DIFFERS: ("通知与查询不一致", "已按微信查询结果入账，请核对后登记说明。", _LOOK),
    AnomalyKind.REFUND_FAILED: ("退款失败", "请重新退款、转为预存，或线下退还后登记。", _MONEY | {Remedy.PAY_OUT}),
    AnomalyKind.REFUND_ABNORMAL: ("退款异常", "付款账户异常，请在商户平台处理，系统会继续查询退款结果。", _LOOK),
    AnomalyKind.REFUND_STUCK: ("退款余额不足", "请为商户号充值，系统会用原退款单自动重试。", _LOOK),
    AnomalyKind.MISSING_HERE: ("微信有、账上无", "系统已重新查询；仍未入账时请核对后登记。", _LOOK),
    AnomalyKind.MISSING_THERE: ("账上有、微信无", "请在商户平台核对该笔交易后登记说明。", _LOOK),
    AnomalyKind.AMOUNT_DIFFERS: ("金额不一致", "请逐笔核对金额后登记说明。", _LOOK),
    AnomalyKind.STATE_DIFFERS: ("状态不一致", "请核对退款或支付状态后登记说明。", _LOOK),
}
"""For each kind: what people read, what to do about it, and the remedies a person may choose."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One payment exception in the list of an estate, or of a company for money of no estate (``book``).

    ``fen`` is the money concerned, which is in suspense where ``in_suspense`` says so; ``left_fen`` is what of it
    still waits. ``refund_id`` names the refund under way for it.
    """

    id: str
    book: str
    company_id: str
    kind: AnomalyKind
    fen: int
    found_at: datetime
    in_suspense: bool
    left_fen: int
    out_trade_no: str | None = None
    transaction_id: str | None = None
    refund_id: str | None = None
    room_label: str = ""
    detail: str = ""
    remedy: Remedy | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    note: str = ""
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to see to it."""
        return self.resolved_at is None


def resolved(anomaly: Anomaly, remedy: Remedy, by: str, note: str, at: datetime) -> Anomaly:
    """Return the exception seen to, all of its money assigned.

    Raises:
        AnomalyMoved: it was seen to before.
        RemedyRefused: its kind is not settled that way, or nothing was written down about it.
    """
    if not anomaly.is_open:
        raise AnomalyMoved
    if remedy not in REMEDIES[anomaly.kind][2] or not note.strip():
        raise RemedyRefused
    return replace(
        anomaly,
        remedy=remedy,
        resolved_by=by,
        resolved_at=at,
        note=note,
        left_fen=0,
    )
