"""Who is told of payments: the payer of every step, the desk of everything that waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.money import format_yuan
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.payments.anomaly import REMEDIES, AnomalyKind
from miniprogram_api.payments.order import OrderState
from miniprogram_api.payments.refund import RefundState

if TYPE_CHECKING:
    from miniprogram_api.payments.anomaly import Anomaly
    from miniprogram_api.payments.order import PaymentOrder
    from miniprogram_api.payments.refund import RefundCase

_DESK = frozenset({Role.FINANCE, Role.MANAGER})


def order_notices(before: PaymentOrder | None, after: PaymentOrder) -> tuple[Notice, ...]:
    """Tell the payer once that the money arrived, and what became of it (FEE-11)."""
    if after.state is not OrderState.PAID or (before is not None and before.state is OrderState.PAID):
        return ()
    if not after.account_id:  # the payer has left and is nobody any more
        return ()
    amount = f"{format_yuan(after.paid_fen)}元"
    if not after.suspense_fen:
        text = f"已收到{after.description} {amount}，可查看收据。"
    elif after.refunding_fen == after.suspense_fen:
        text = f"账单已由他人付清，您重复支付的 {format_yuan(after.suspense_fen)}元将自动原路退回。"
    else:
        text = f"已收到 {amount}，其中 {format_yuan(after.suspense_fen)}元待物业核实，请留意后续通知。"
    return (_to_payer(after, "paid", "缴费结果", text, after.paid_fen),)


def refund_notices(before: RefundCase | None, after: RefundCase) -> tuple[Notice, ...]:
    """Tell the payer when a refund is on its way and when it has arrived; tell the desk what it has to decide."""
    state = None if before is None else before.state
    if state == after.state:
        return ()
    amount = f"{format_yuan(after.fen)}元"
    payer = Recipient(account_id=after.account_id)
    desk = Recipient(estate_id=after.estate_id, roles=_DESK)
    match after.state:
        case RefundState.ASKED:
            text = f"{after.asked_by_name}申请退款 {amount}，原因：{after.reason}，请审批。"
            return (_of_refund(after, "asked", desk, "退款待审批", text),)
        case RefundState.APPROVED:
            return (_of_refund(after, "approved", payer, "退款处理中", f"退款 {amount} 已提交微信，将原路退回。"),)
        case RefundState.SUCCEEDED:
            return (
                _of_refund(after, "succeeded", payer, "退款成功", f"退款 {amount} 已退回{after.received_account}。"),
            )
        case RefundState.ABNORMAL | RefundState.FAILED:
            text = f"退款 {amount} 未能到账，物业人员将与您联系。"
            return (_of_refund(after, after.state.value, payer, "退款未到账", text),)
        case _:
            return ()


def needs_a_person(before: Anomaly | None, after: Anomaly) -> bool:
    """Say whether something has just begun to wait for a person: what is paid twice goes back by itself."""
    return after.is_open and after.refund_id is None and (before is None or before.refund_id is not None)


def anomaly_notices(before: Anomaly | None, after: Anomaly) -> tuple[Notice, ...]:
    """Tell the desk of everything that waits for a person, and again when the refund of it came to nothing.

    What is no estate's stands in the company's list; what is paid twice goes back by itself.
    """
    refund_failed = before is not None and before.refund_id is not None and after.refund_id is None and after.is_open
    if after.book == after.company_id or not (before is None or refund_failed):
        return ()
    if after.refund_id is not None and after.kind is AnomalyKind.PAID_TWICE:
        return ()
    label, advice, _ = REMEDIES[AnomalyKind.REFUND_FAILED if refund_failed else after.kind]
    return (
        Notice(
            identity=f"{after.id}:{after.version}",
            kind=NoticeKind.TASK,
            to=Recipient(estate_id=after.book, roles=_DESK),
            title="支付异常待处理",
            text=f"{label} {format_yuan(after.fen)}元：{advice}",
            page=f"desk/exceptions/index?estate_id={after.book}&id={after.id}",
            estate_id=after.book,
            values={"task": label, "due": "请尽快处理"},
        ),
    )


def _to_payer(order: PaymentOrder, event: str, title: str, text: str, fen: int) -> Notice:
    return Notice(
        identity=f"{order.out_trade_no}:{event}",
        kind=NoticeKind.BILL,
        to=Recipient(account_id=order.account_id),
        title=title,
        text=text,
        page=f"pages/payments/index?estate_id={order.estate_id}&id={order.out_trade_no}",
        estate_id=order.estate_id,
        values={"amount": format_yuan(fen)},
    )


def _of_refund(refund: RefundCase, event: str, to: Recipient, title: str, text: str) -> Notice:
    return Notice(
        identity=f"{refund.id}:{event}",
        kind=NoticeKind.BILL if to.account_id is not None else NoticeKind.TASK,
        to=to,
        title=title,
        text=text,
        page=f"pages/payments/index?estate_id={refund.estate_id}&id={refund.out_trade_no}",
        estate_id=refund.estate_id,
        values={"amount": format_yuan(refund.fen), "task": title, "due": "请尽快处理"},
    )
