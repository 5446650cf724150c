"""Who is told of the common money: a month that is missing, a question, its answer, a low part of the fund."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import date_of, spoken_short
from miniprogram_api.kernel.money import format_yuan
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.kernel.period import spoken_period

if TYPE_CHECKING:
    from miniprogram_api.funds.maintenance import RoomFund
    from miniprogram_api.funds.months import Missing
    from miniprogram_api.funds.questions import Question
    from miniprogram_api.funds.spending import Spending

_DESK = frozenset({Role.MANAGER, Role.FINANCE})
_DECIDERS = frozenset({Role.COMMITTEE})


def missing_notices(before: Missing | None, after: Missing) -> tuple[Notice, ...]:
    """Tell manager and bookkeeper once that a month was not entered in time (FND-01)."""
    if before is not None:
        return ()
    text = f"{after.estate_name} {spoken_period(after.period)}的公共收支还没有提交，请尽快登记并提交。"
    return (
        _notice(
            f"fund_month:{after.estate_id}:{after.period}",
            after.estate_id,
            "公共收支待提交",
            text,
            _desk(after),
            f"desk/ledger/month?estate_id={after.estate_id}&month={after.period}",
        ),
    )


def question_notices(before: Question | None, after: Question) -> tuple[Notice, ...]:
    """Tell the desk of a question and of its lateness, and who asked of the answer."""
    asked = f"desk/ledger/questions?estate_id={after.estate_id}"
    if before is None:
        until = spoken_short(date_of(after.due_at))
        text = f"业主对{spoken_period(after.period)}的“{after.about}”提问，请在{until}前答复。"
        return (_notice(f"{after.id}:asked", after.estate_id, "公共收支提问", text, _desk(after), asked),)
    if after.told_late and not before.told_late:
        text = f"业主对{spoken_period(after.period)}的“{after.about}”的提问已超过答复期限，请尽快答复。"
        return (_notice(f"{after.id}:late", after.estate_id, "提问超期未答复", text, _desk(after), asked),)
    if after.answer is not None and before.answer is None:
        text = f"您对{spoken_period(after.period)}的“{after.about}”的提问已有答复，请点击查看。"
        asker = Recipient(account_id=after.asked_by)
        page = f"pages/funds/month?estate_id={after.estate_id}&month={after.period}"
        return (_notice(f"{after.id}:answered", after.estate_id, "提问已答复", text, asker, page),)
    return ()


def spending_notices(before: Spending | None, after: Spending) -> tuple[Notice, ...]:
    """Tell the committee of a request, and who asked how it was decided and that it was paid (FND-03)."""
    page = f"desk/spending/request?estate_id={after.estate_id}&id={after.id}"
    if before is None:
        text = f"有一笔 {format_yuan(after.wanted.fen)} 元的用款申请，请查看并决定。"
        deciders = Recipient(estate_id=after.estate_id, roles=_DECIDERS)
        return (_notice(f"{after.id}:asked", after.estate_id, "用款申请", text, deciders, page),)
    words = {"approved": "已同意，请付款人付款", "refused": "未通过，请查看原因", "paid": "已付款，请上传凭证"}
    if after.state == before.state or after.state.value not in words:
        return ()
    text = f"{format_yuan(after.wanted.fen)} 元的用款申请{words[after.state.value]}。"
    asker = Recipient(account_id=after.asked.by)
    return (_notice(f"{after.id}:{after.state.value}", after.estate_id, "用款申请进展", text, asker, page),)


def room_fund_notices(before: RoomFund | None, after: RoomFund) -> tuple[Notice, ...]:
    """Tell the owners of a room when its part of the fund falls below the line (FND-06)."""
    if before is None or before.is_low or not after.is_low:
        return ()
    text = f"您家的专项维修资金余额为 {format_yuan(after.fen)} 元，低于提醒线，请留意续交通知。"
    to = Recipient(estate_id=after.estate_id, room_id=after.room_id)
    page = f"pages/funds/index?estate_id={after.estate_id}"
    return (_notice(f"room_fund:{after.room_id}:{after.version}", after.estate_id, "维修资金余额不足", text, to, page),)


def _desk(of: Missing | Question) -> Recipient:
    return Recipient(estate_id=of.estate_id, roles=_DESK)


def _notice(identity: str, estate_id: str, title: str, text: str, to: Recipient, page: str) -> Notice:
    return Notice(
        identity=identity,
        kind=NoticeKind.FUND,
        to=to,
        title=title,
        text=text,
        page=page,
        estate_id=estate_id,
        values={"state": title},
    )
