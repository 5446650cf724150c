"""Who is told of a credit: the people of its room, when it can be used and when a bought thing went back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of, spoken
from miniprogram_api.kernel.money import format_yuan
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.wallets.credit import CreditState

if TYPE_CHECKING:
    from miniprogram_api.wallets.credit import Credit


def notices(before: Credit | None, after: Credit) -> tuple[Notice, ...]:
    """Tell the room once for each event (FEE-10)."""
    if before is None or before.state is after.state:
        return ()
    if after.state is CreditState.USABLE and before.state is CreditState.PENDING:
        until = spoken(date_of(after.expires_at))
        text = f"{after.vendor_name}消费获得{format_yuan(after.left_fen)}元，{until}前可抵扣物业服务费。"
        return (_notice(after, "usable", "抵扣金可以使用了", text),)
    if after.state is CreditState.REVERSED:
        text = f"{after.vendor_name}的订单已退货，未使用的抵扣金已收回，已抵扣的账单不受影响。"
        return (_notice(after, "reversed", "抵扣金已收回", text),)
    return ()


def _notice(credit: Credit, event: str, title: str, text: str) -> Notice:
    return Notice(
        identity=f"{credit.id}:{event}",
        kind=NoticeKind.FEE_REMINDER,
        to=Recipient(estate_id=credit.estate_id, room_id=credit.order.room_id),
        title=title,
        text=text,
        page=f"pages/wallet/index?estate_id={credit.estate_id}&room_id={credit.order.room_id}",
        estate_id=credit.estate_id,
        values={"amount": format_yuan(credit.left_fen)},
    )
