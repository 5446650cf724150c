"""Who is told of a request for an invoice: the asker what became of it, the desk that a red invoice is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.money import format_yuan
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.receipts.invoice import InvoiceState

if TYPE_CHECKING:
    from miniprogram_api.receipts.invoice import InvoiceRequest

_DESK = frozenset({Role.FINANCE, Role.MANAGER})


def notices(before: InvoiceRequest | None, after: InvoiceRequest) -> tuple[Notice, ...]:
    """Tell each of them once for each step."""
    if before is None or before.state is after.state:
        return ()
    asker = Recipient(account_id=after.asked_by)
    match after.state:
        case InvoiceState.ISSUED:
            text = f"发票号码{after.invoice_number}，可在发票申请中查看。"
            return (_notice(after, NoticeKind.BILL, asker, "发票已开具", text),)
        case InvoiceState.REFUSED:
            return (_notice(after, NoticeKind.BILL, asker, "发票申请已退回", f"原因：{after.reason}"),)
        case InvoiceState.REVERSED:
            text = f"红字发票号码{after.red_number}，原发票已作废，可重新申请。"
            return (_notice(after, NoticeKind.BILL, asker, "发票已红冲", text),)
        case InvoiceState.REVERSAL_DUE:
            desk = Recipient(estate_id=after.estate_id, roles=_DESK)
            text = f"发票{after.invoice_number}对应的收据已退款，请开具红字发票。"
            return (_notice(after, NoticeKind.TASK, desk, "发票待红冲", text),)
        case _:
            return ()


def _notice(request: InvoiceRequest, kind: NoticeKind, to: Recipient, title: str, text: str) -> Notice:
    return Notice(
        identity=f"{request.id}:{request.state.value}",
        kind=kind,
        to=to,
        title=title,
        text=text,
        page=f"pages/invoice/index?estate_id={request.estate_id}&id={request.id}",
        estate_id=request.estate_id,
        values={"amount": format_yuan(request.total_fen)},
    )
