"""Who is told of a bill: everybody of its room, when it is issued, paid, changed, and before and after it is due.

Of a request to change what a room owes the manager is told, who decides, and then whoever asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.billing.adjusting import ADJUSTMENT_LABELS, ADJUSTMENT_STATE_LABELS, AdjustmentState
from miniprogram_api.billing.bill import BillState, Origin
from miniprogram_api.billing.reminding import ISSUED, payable_by, payable_fen
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.charge import BILL_KIND_LABELS
from miniprogram_api.kernel.clock import date_of, spoken_short
from miniprogram_api.kernel.money import format_yuan
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.kernel.period import spoken_period

if TYPE_CHECKING:
    from miniprogram_api.billing.adjusting import Adjustment
    from miniprogram_api.billing.bill import Bill

_LINES_SHOWN = 5
_DECIDED = frozenset({AdjustmentState.APPROVED, AdjustmentState.REFUSED})


def notices(before: Bill | None, after: Bill) -> tuple[Notice, ...]:
    """Tell the household of each event of a bill once (FEE-11)."""
    if before is None:
        return (_issued(after),) if ISSUED in after.told else ()
    told = []
    if after.void_reason is not None and before.void_reason is None:
        told.append(_bill(after, "void", "账单作废", f"{_what(after)}已作废，原因：{after.void_reason}。"))
    elif len(after.reductions) > len(before.reductions):
        off = after.reductions[-1]
        text = f"{_what(after)}已减免 {format_yuan(off.fen)} 元，原因：{off.reason}。"
        told.append(_bill(after, f"reduced:{off.ref}", "账单减免", text))
    if after.state is BillState.PAID and before.state is not BillState.PAID:
        told.append(_bill(after, f"paid:{len(after.payments)}", "账单已缴清", f"{_what(after)}已缴清，可查看收据。"))
    if after.is_open and before.state is BillState.PAID:
        text = f"{_what(after)}有退款，待缴 {_owed(after)} 元，请查看。"
        told.append(_bill(after, f"open:{len(after.payments)}", "账单待缴", text))
    if after.plan != before.plan:
        text = f"{_what(after)}已改为分期，首期请于{spoken_short(payable_by(after))}前缴纳。"
        told.append(_bill(after, f"plan:{after.due_on}", "分期已同意", text))
    if ISSUED in after.told and ISSUED not in before.told:
        told.append(_issued(after))
    elif after.is_open and len(after.told) > len(before.told):
        told.append(_reminder(after))
    return tuple(told)


def adjustment_notices(before: Adjustment | None, after: Adjustment) -> tuple[Notice, ...]:
    """Tell the manager of a request that waits, and whoever asked of the decision (FEE-14)."""
    what = f"{after.room_label} {ADJUSTMENT_LABELS[after.wanted.kind]}"
    if before is None:
        managers = Recipient(estate_id=after.estate_id, roles=frozenset({Role.MANAGER}))
        text = f"{after.asked_by_name}申请{what}，原因：{after.wanted.text}，请审批。"
        return (_asked(after, "asked", managers, text),)
    if after.state in _DECIDED and before.state is AdjustmentState.ASKED:
        note = f"，原因：{after.note}" if after.note else ""
        text = f"{what}{ADJUSTMENT_STATE_LABELS[after.state]}{note}。"
        return (_asked(after, "decided", Recipient(account_id=after.asked_by), text),)
    return ()


def _asked(found: Adjustment, event: str, to: Recipient, text: str) -> Notice:
    return Notice(
        identity=f"{found.id}:{event}",
        kind=NoticeKind.TASK,
        to=to,
        title="账单调整",
        text=text,
        page=f"pages/bill-adjustment/index?estate_id={found.estate_id}&id={found.id}",
        estate_id=found.estate_id,
        values={"task": ADJUSTMENT_LABELS[found.wanted.kind], "due": date_of(found.asked_at).isoformat()},
    )


def _issued(bill: Bill) -> Notice:
    lines = "；".join(_line(bill, at) for at in range(min(len(bill.lines), _LINES_SHOWN)))
    more = " 等" if len(bill.lines) > _LINES_SHOWN else ""
    title = "更正账单" if bill.origin is Origin.REPLACEMENT else "新账单"
    text = f"{_what(bill)}共 {format_yuan(bill.total_fen)} 元：{lines}{more}。请于{spoken_short(bill.due_on)}前缴纳。"
    return _bill(bill, "issued", title, text)


def _line(bill: Bill, at: int) -> str:
    line = bill.lines[at]
    return f"{line.label} {format_yuan(line.fen)} 元" + (f"（{line.basis}）" if line.basis else "")


def _reminder(bill: Bill) -> Notice:
    due = payable_by(bill)
    stage = bill.told[-1].partition(":")[2]
    day = spoken_short(due)
    when = f"请于{day}前缴纳" if stage == "before" else f"已于{day}到期，请尽快缴纳；有疑问请联系物业"
    text = f"{_what(bill)}待缴 {_owed(bill)} 元，{when}。"
    return _notice(bill, bill.told[-1], NoticeKind.FEE_REMINDER, "缴费提醒", text)


def _bill(bill: Bill, event: str, title: str, text: str) -> Notice:
    return _notice(bill, event, NoticeKind.BILL, title, text)


def _notice(bill: Bill, event: str, kind: NoticeKind, title: str, text: str) -> Notice:
    return Notice(
        identity=f"{bill.id}:{event}",
        kind=kind,
        to=Recipient(estate_id=bill.estate_id, room_id=bill.room_id),
        title=title,
        text=text,
        page=f"pages/bills/index?estate_id={bill.estate_id}&room_id={bill.room_id}&id={bill.id}",
        estate_id=bill.estate_id,
        values={
            "room": bill.room_label,
            "period": spoken_period(bill.period),
            "item": BILL_KIND_LABELS[bill.kind],
            "amount": format_yuan(bill.total_fen),
            "due": payable_by(bill).isoformat(),
            "issued": date_of(bill.issued_at).isoformat(),
        },
    )


def _what(bill: Bill) -> str:
    return f"{bill.room_label} {spoken_period(bill.period)} {BILL_KIND_LABELS[bill.kind]}"


def _owed(bill: Bill) -> str:
    return format_yuan(payable_fen(bill))
