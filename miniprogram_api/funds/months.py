"""A month of an estate's book: entered, checked by somebody else, published, closed; recounted from facts (FND-01)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.funds.ledger import Account, AccountKind, Posting
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import start_of
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.period import Period, PeriodUnreadable, month_after
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SETTLED_AFTER = timedelta(hours=1)
"""So long after its end a month takes no automatic posting any more: no act lives that long."""

LATE_AFTER_DAYS = 10
"""Our default: so many days after its end a month should be entered; the source says only monthly (000:83)."""


class MonthState(StrEnum):
    """How far a month came."""

    OPEN = "open"
    ENTERED = "entered"
    CHECKED = "checked"
    PUBLISHED = "published"
    CLOSED = "closed"


MONTH_LABELS: dict[MonthState, str] = {
    MonthState.OPEN: "登记中",
    MonthState.ENTERED: "待核对",
    MonthState.CHECKED: "待公示",
    MonthState.PUBLISHED: "公示中",
    MonthState.CLOSED: "已结账",
}


class MonthUnknown(NotFound):
    """The month was not entered yet."""

    code = "fund_month_unknown"
    message = "该月账目还没有提交，请先完成本月登记。"


class MonthNotOpen(Conflict):
    """The month was entered: nothing is booked in it any more."""

    code = "fund_month_not_open"
    message = "该月账目已提交，不能再登记；如需更正，请在未提交的月份做冲正。"


class MonthNotOver(Conflict):
    """A month can be entered one hour after its end."""

    code = "fund_month_not_over"
    message = "该月还没有结束，请在月末一小时之后提交。"


class EarlierMonthOpen(Conflict):
    """An earlier month holds postings and was not entered: the opening balance is not known."""

    code = "fund_earlier_month_open"
    message = "前面的月份还没有提交，请先提交前面的月份。"


class LaterMonthEntered(Conflict):
    """A later month rests on this one."""

    code = "fund_later_month_entered"
    message = "后面的月份已经提交，请先退回后面的月份。"


class MonthMoved(Conflict):
    """Somebody booked or stepped at the same moment."""

    code = "fund_month_moved"
    message = "账目刚刚有变动，请刷新后再操作。"


class EntryDateRefused(Invalid):
    """What is booked happened on a day of the month, not before the book begins and not in the future."""

    code = "fund_entry_date_refused"
    message = "日期应在所选月份内、不晚于今天，且不早于小区建档月份，请检查。"


@dataclass(frozen=True, slots=True)
class Book:
    """The head of an estate's book. Months up to ``entered_through`` take no posting; the others are open.

    Each posting by hand raises ``version``, so that entering a month and booking in it cannot cross.
    """

    id: str
    entered_through: str | None = None
    version: int = 0

    def is_open(self, month: str) -> bool:
        """Say whether a month still takes postings by hand."""
        return self.entered_through is None or month > self.entered_through


@dataclass(frozen=True, slots=True)
class Mark:
    """Who took a step, and when."""

    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """What one account of a month adds up to, in fen; balances are debits minus credits."""

    account: str
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        """The balance at the end."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Month:
    """A month that was entered once. ``follows`` is the month entered before it, ``reason`` why it came back."""

    estate_id: str
    period: str
    state: MonthState = MonthState.OPEN
    lines: tuple[Line, ...] = ()
    follows: str | None = None
    entered: Mark | None = None
    checked: Mark | None = None
    published: Mark | None = None
    closed: Mark | None = None
    reason: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """That a month was not entered in time."""

    estate_id: str
    estate_name: str
    period: str
    noticed_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the daily look at all estates for a missing month has come; ``period`` is the month looked for."""

    period: str
    began_on: date
    after: str | None = None
    done: bool = False
    version: int = 0


MONTH: Workflow[MonthState] = Workflow(
    "fund_month",
    MonthState.OPEN,
    (
        Transition("enter", "提交", frozenset({MonthState.OPEN}), MonthState.ENTERED, Permission.FUND_BOOK),
        Transition(
            "return",
            "退回",
            frozenset({MonthState.ENTERED, MonthState.CHECKED}),
            MonthState.OPEN,
            Permission.FUND_CHECK,
            requires=frozenset({"reason"}),
        ),
        Transition(
            "check",
            "核对",
            frozenset({MonthState.ENTERED}),
            MonthState.CHECKED,
            Permission.FUND_CHECK,
            not_by=frozenset({"entered"}),
        ),
        Transition("publish", "公示", frozenset({MonthState.CHECKED}), MonthState.PUBLISHED, Permission.FUND_PUBLISH),
        Transition(
            "close",
            "结账",
            frozenset({MonthState.PUBLISHED}),
            MonthState.CLOSED,
            Permission.FUND_CLOSE,
            requires=frozenset({"board"}),
        ),
    ),
)
"""open -> entered -> checked by somebody else -> published -> closed with proof of the board (FND-01, FND-04)."""

_MARKED: dict[str, Callable[[Month, Mark], Month]] = {
    "enter": lambda month, mark: replace(month, entered=mark),
    "check": lambda month, mark: replace(month, checked=mark),
    "publish": lambda month, mark: replace(month, published=mark),
    "close": lambda month, mark: replace(month, closed=mark),
}


def stepped(month: Month, name: str, mark: Mark, **given: object) -> Month:
    """Return the month after one step, with the mark of who took it.

    Raises:
        IllegalTransition, SamePersonRefused, InputMissing: see the workflow.
    """
    entered_by = None if month.entered is None else month.entered.by
    step = MONTH.step(month.state, name, given=given, actor=mark.by, participants={"entered": entered_by})
    after = replace(month, state=step.target)
    if name == "return":
        return replace(after, reason=str(given["reason"]), checked=None)
    return _MARKED[name](after, mark)


def month_in(text: str) -> Period:
    """Return the calendar month that a path names, or raise PeriodUnreadable."""
    period = Period.parse(text)
    if period.months != 1:
        raise PeriodUnreadable
    return period


def settled_at(period: Period) -> datetime:
    """Return the instant from which a month takes no automatic posting any more."""
    return start_of(month_after(period.first_on, 1)) + SETTLED_AFTER


def months_between(after: str | None, begins: str, until: str) -> list[str]:
    """Return the months behind ``after`` (or from ``begins`` on) and before ``until``, in order."""
    first = month_after(Period.parse(after).first_on, 1) if after is not None else Period.parse(begins).first_on
    count = _number(Period.parse(until).first_on) - _number(first)
    days = (month_after(first, number) for number in range(max(count, 0)))
    return [str(Period(day.year, day.month)) for day in days]


def last_month_due(today: date) -> Period:
    """Return the latest month that should have been entered by the day (FND-01)."""
    back = -1 if today.day > LATE_AFTER_DAYS else -2
    first = month_after(today, back)
    return Period(first.year, first.month)


def check_date(on: date, period: Period, begins: str, today: date) -> None:
    """Let a posting bear the date, or raise EntryDateRefused."""
    if not (period.first_on <= on <= period.last_on and on <= today and str(period) >= begins):
        raise EntryDateRefused


def line_account(text: str) -> str:
    """Return under which line an account counts: the maintenance fund is one line, its rooms keep their own."""
    account = Account.parse(text)
    return account.kind.value if account.kind is AccountKind.MAINTENANCE else text


def recount(opening: Iterable[Line], postings: Iterable[Posting]) -> tuple[Line, ...]:
    """Return the lines of a month from the closing of the one before and every posting in it.

    What a posting moves within one line (the fund between its rooms) is neither income nor expense of it.
    """
    lines = {line.account: Line(line.account, line.closing, 0, 0) for line in opening if line.closing}
    for posting in postings:
        sums: dict[str, int] = {}
        for leg in posting.entry.legs:
            account = line_account(leg.account)
            sums[account] = sums.get(account, 0) + leg.fen
        for account, fen in sums.items():
            line = lines.get(account, Line(account, 0, 0, 0))
            lines[account] = replace(line, debit=line.debit + max(fen, 0), credit=line.credit + max(-fen, 0))
    return tuple(lines[account] for account in sorted(lines))


def _number(day: date) -> int:
    return day.year * 12 + day.month
