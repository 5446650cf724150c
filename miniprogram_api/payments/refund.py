"""A refund 退款: asked for, approved by another person, sent to WeChat, and followed until the money is back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.payments.order import OrderLine

SOON = timedelta(minutes=5)
LATER = timedelta(hours=1)
"""How often a refund under way is asked about: soon at first, hourly after six times."""


class RefundMissing(NotFound):
    """There is no such refund here."""

    code = "refund_missing"
    message = "没有找到这笔退款。"


class RefundMoved(Conflict):
    """The refund changed in the meantime."""

    code = "refund_moved"
    message = "退款状态已更新，请刷新后查看。"


class NotRefundable(Conflict):
    """More would be refunded than is left of the payment, or than went to these bills."""

    code = "not_refundable"
    message = "可退金额不足，请核对支付订单和已退金额。"


class RefundState(StrEnum):
    """How far a refund came."""

    ASKED = "asked"
    DECLINED = "declined"
    APPROVED = "approved"  # set aside in the books, to be sent to WeChat
    PROCESSING = "processing"  # WeChat took it
    ABNORMAL = "abnormal"  # the payer's account does not take it; a person must act with WeChat
    SUCCEEDED = "succeeded"
    FAILED = "failed"


_S = RefundState
REFUND = Workflow(
    "refund",
    _S.ASKED,
    (
        Transition(
            "approve",
            "同意退款",
            frozenset({_S.ASKED}),
            _S.APPROVED,
            Permission.REFUND_APPROVE,
            not_by=frozenset({"asker"}),
        ),
        Transition(
            "decline",
            "不同意退款",
            frozenset({_S.ASKED}),
            _S.DECLINED,
            Permission.REFUND_APPROVE,
            requires=frozenset({"reason"}),
        ),
        Transition("accept", "微信已受理", frozenset({_S.APPROVED}), _S.PROCESSING),
        Transition("succeed", "退款成功", frozenset({_S.APPROVED, _S.PROCESSING, _S.ABNORMAL}), _S.SUCCEEDED),
        Transition("trouble", "退款异常", frozenset({_S.APPROVED, _S.PROCESSING}), _S.ABNORMAL),
        Transition("fail", "退款失败", frozenset({_S.APPROVED, _S.PROCESSING, _S.ABNORMAL}), _S.FAILED),
    ),
)
"""The life of a refund; the steps without a permission are WeChat's."""

UNDER_WAY = frozenset({_S.APPROVED, _S.PROCESSING, _S.ABNORMAL})
HELD = UNDER_WAY | {_S.ASKED}
"""While it is one of these, its amount is held back from the order."""

STATE_LABELS: dict[RefundState, str] = {
    _S.ASKED: "待审批",
    _S.DECLINED: "未同意",
    _S.APPROVED: "待退款",
    _S.PROCESSING: "退款中",
    _S.ABNORMAL: "退款异常",
    _S.SUCCEEDED: "已退款",
    _S.FAILED: "退款失败",
}
"""What people read instead of the state's name."""


class Origin(StrEnum):
    """Where the money lies that goes back."""

    BILLS = "bills"  # on bills, which become due again
    PREPAID = "prepaid"  # in a room's prepaid money
    SUSPENSE = "suspense"  # it never was anybody's


@dataclass(frozen=True, slots=True)
class RefundPart:
    """What is taken from one bill, or from the prepaid money of one room."""

    room_id: str
    fen: int
    late_fee_fen: int = 0
    bill_id: str | None = None

    @property
    def total_fen(self) -> int:
        """Return both amounts together."""
        return self.fen + self.late_fee_fen


@dataclass(frozen=True, slots=True)
class RefundCase:
    """One refund of a payment order, whole or in part; its id is WeChat's ``out_refund_no``."""

    id: str
    out_trade_no: str
    estate_id: str
    company_id: str
    sub_mchid: str | None
    fen: int
    order_fen: int
    origin: Origin
    parts: tuple[RefundPart, ...]
    reason: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    account_id: str
    state: RefundState = RefundState.ASKED
    anomaly_id: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decline_reason: str = ""
    wechat_refund_id: str | None = None
    trouble: str = ""
    received_account: str = ""
    ended_at: datetime | None = None
    looks: int = 0
    next_look_at: datetime | None = None
    version: int = 0


def require_covered(refund: RefundCase, applied: Iterable[OrderLine], others: Iterable[RefundCase]) -> None:
    """Let a refund pass whose every part its order paid there, and no other refund of the order has taken already.

    Money that came by another payment is not given back through this one, and what is in suspense leaves it by a
    remedy only.

    Raises:
        NotRefundable: a part is more than that, is named twice, or is nothing.
    """
    places = {(part.room_id, part.bill_id) for part in refund.parts}
    wrong_place = any((bill_id is None) is not (refund.origin is Origin.PREPAID) for _, bill_id in places)
    if refund.origin is Origin.SUSPENSE or wrong_place or len(places) < len(refund.parts):
        raise NotRefundable
    if any(min(part.fen, part.late_fee_fen) < 0 or part.total_fen == 0 for part in refund.parts):
        raise NotRefundable
    left: Counter[tuple[str, str | None, str]] = Counter()
    for line in applied:
        left[line.room_id, line.bill_id, "principal"] += line.fen
        left[line.room_id, line.bill_id, "late fee"] += line.late_fee_fen
    taken = [one for one in others if one.state is not RefundState.DECLINED and one.origin is not Origin.SUSPENSE]
    for part in (part for one in (*taken, refund) for part in one.parts):
        left[part.room_id, part.bill_id, "principal"] -= part.fen
        left[part.room_id, part.bill_id, "late fee"] -= part.late_fee_fen
    if min(left.values()) < 0:
        raise NotRefundable


def stepped(refund: RefundCase, step: str, by: str, **given: object) -> RefundCase:
    """Return the refund after a step of its workflow.

    Raises:
        IllegalTransition, InputMissing, SamePersonRefused: the step cannot be taken, or not by this person.
    """
    taken = REFUND.step(refund.state, step, given=given, actor=by, participants={"asker": refund.asked_by})
    return replace(refund, state=taken.target)


def asked_again(refund: RefundCase, now: datetime) -> RefundCase:
    """Return a refund under way with the instant at which WeChat is asked about it next."""
    wait = SOON if refund.looks < 6 else LATER
    return replace(refund, looks=refund.looks + 1, next_look_at=now + wait)
