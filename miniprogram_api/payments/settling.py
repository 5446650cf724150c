"""What a payment that WeChat confirms becomes: bills paid, money prepaid, or suspense with the reason. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from miniprogram_api.payments.anomaly import AnomalyKind
from miniprogram_api.payments.order import OrderLine, OrderState, PaymentOrder

if TYPE_CHECKING:
    from collections.abc import Callable

    from miniprogram_api.wechat.pay.facts import Payment

CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where the money of one payment goes; the parts sum to what WeChat says was paid.

    ``applied`` are the lines it pays, ``suspense`` the amounts that stay nobody's, each with its reason.
    """

    applied: tuple[OrderLine, ...]
    suspense: tuple[tuple[AnomalyKind, int], ...]

    @property
    def suspense_fen(self) -> int:
        """Return the money that is nobody's yet."""
        return sum(fen for _, fen in self.suspense)


def misfit(order: PaymentOrder, payment: Payment, payer_index: str) -> AnomalyKind | None:
    """Compare what WeChat says with our order, field by field; None when all fits (FEE-02, design section 5.3)."""
    if (payment.mchid, payment.appid, payment.sub_mchid) != (order.mchid, order.appid, order.sub_mchid):
        return AnomalyKind.WRONG_MERCHANT
    if payment.out_trade_no != order.out_trade_no:
        return AnomalyKind.UNKNOWN_ORDER
    if payment.currency != CURRENCY or payment.total_fen != order.total_fen:
        return AnomalyKind.WRONG_AMOUNT
    return None if payer_index == order.payer_index else AnomalyKind.WRONG_PAYER


def assign(
    order: PaymentOrder, payment: Payment, payer_index: str, refuses: Callable[[OrderLine], AnomalyKind | None]
) -> Assignment:
    """Return where the money goes. ``refuses`` says of a line why its bill does not take the money, or None if it does.

    A payment that does not fit the order is not taken apart: all of it waits for a person, and nothing is guessed. Of
    one that came after the close, only what somebody else has paid meanwhile needs no person: it goes back.
    """
    whole = misfit(order, payment, payer_index)
    if whole is not None:
        return Assignment((), ((whole, payment.total_fen),))
    applied: list[OrderLine] = []
    left: dict[AnomalyKind, int] = {}
    for line in order.lines:
        reason = refuses(line)
        if order.state is OrderState.CLOSED and reason is not AnomalyKind.PAID_TWICE:
            reason = AnomalyKind.PAID_AFTER_CLOSE
        if reason is None:
            applied.append(line)
        else:
            left[reason] = left.get(reason, 0) + line.total_fen
    return Assignment(tuple(applied), tuple(left.items()))
