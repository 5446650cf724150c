"""A month as the owners read it: every item with amount and summary, totals by purpose, no persons (FND-01, FND-04)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from miniprogram_api.funds.items import ITEMS
from miniprogram_api.funds.ledger import ACCOUNT_LABELS, Account, AccountKind, Posting, PostingKind
from miniprogram_api.funds.places import COMMON_PURPOSES
from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from miniprogram_api.kernel.money import format_yuan, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.funds.months import Line, Month

_SPOKEN = frozenset(
    {PostingKind.INCOME, PostingKind.EXPENSE, PostingKind.TRANSFER, PostingKind.CORRECTION, PostingKind.OPENING}
)
"""Postings made by hand are lines of their own; what residents paid is added up, so that no line is a person's."""

_COLLECTED = "业主缴费（合计）"
_GIVEN_BACK = "退还业主（合计）"


class PublicationUnknown(NotFound):
    """The month was not published."""

    code = "publication_unknown"
    message = "该月收支还没有公示，请稍后再看。"


class BoardUnproven(Invalid):
    """The period of display ends before it begins."""

    code = "board_period_unclear"
    message = "公示栏张贴的结束日期应不早于开始日期，请检查。"


class BoardProven(Conflict):
    """The proof of the notice board stands, with other facts."""

    code = "board_proven"
    message = "该月的张贴证明已登记，无需重复提交。"


class LinesForOwners(Forbidden):
    """Tenants read the summary; single lines are the owners' affair."""

    code = "lines_for_owners"
    message = "收支明细仅供业主查询，租户可查看汇总。"


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """One line: ``fen`` is what the purpose gained (plus) or spent (minus)."""

    number: int
    purpose: AccountKind
    item: str
    label: str
    summary: str
    fen: int
    on: date | None = None


@dataclass(frozen=True, slots=True)
class PurposeTotal:
    """What a purpose had, gained, spent and has, in fen; as the owners speak of it, so plus is money there."""

    purpose: AccountKind
    opening: int
    income: int
    expense: int

    @property
    def closing(self) -> int:
        """What is there at the end."""
        return self.opening + self.income - self.expense


@dataclass(frozen=True, slots=True)
class Board:
    """The proof that the sheet hung on the notice board, and for how long (FND-04)."""

    photo_ids: tuple[str, ...]
    shown_from: date
    shown_until: date
    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """A month frozen as it was published; it never changes, only the proof of the board joins it."""

    estate_id: str
    estate_name: str
    period: str
    totals: tuple[PurposeTotal, ...]
    lines: tuple[PublishedLine, ...]
    published_at: datetime
    by_name: str
    board: Board | None = None
    version: int = 0

    def line(self, number: int) -> PublishedLine:
        """Return one of its lines, or raise PublicationUnknown."""
        if not 1 <= number <= len(self.lines):
            raise PublicationUnknown
        return self.lines[number - 1]


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What one project has disclosed of a month: nothing, in the app, or on the notice board too (FND-02)."""

    estate_id: str
    estate_name: str
    published: bool
    complete: bool


def totals_of(lines: Iterable[Line]) -> tuple[PurposeTotal, ...]:
    """Return the totals of the owners' purposes from the lines of a month; owners' accounts grow by credits."""
    found = ((Account.parse(line.account).kind, line) for line in lines)
    return tuple(
        PurposeTotal(kind, -line.opening, line.credit, line.debit) for kind, line in found if kind in COMMON_PURPOSES
    )


def lines_of(postings: Iterable[Posting]) -> tuple[PublishedLine, ...]:
    """Return the published lines of a month's postings, by day; payments of residents are added up by purpose."""
    spoken: list[tuple[date, datetime, str, AccountKind, int, Posting]] = []
    collected: dict[tuple[AccountKind, bool], int] = defaultdict(int)
    for posting in postings:
        for purpose, fen in _moved(posting).items():
            if posting.entry.kind in _SPOKEN:
                spoken.append((posting.booked_on, posting.booked_at, posting.id, purpose, fen, posting))
            else:
                collected[purpose, fen > 0] += fen
    rows = [
        (purpose, posting.entry.item, _label(posting), posting.entry.summary, fen, on)
        for on, _, _, purpose, fen, posting in sorted(spoken, key=lambda row: row[:4])
    ]
    added = [
        (purpose, "", _COLLECTED if gained else _GIVEN_BACK, ACCOUNT_LABELS[purpose], fen, None)
        for (purpose, gained), fen in sorted(collected.items())
    ]
    return tuple(PublishedLine(number, *row) for number, row in enumerate([*rows, *added], start=1))


def published(month: Month, estate_name: str, postings: Iterable[Posting], at: datetime, by_name: str) -> Publication:
    """Return the month as it is published."""
    totals, lines = totals_of(month.lines), lines_of(postings)
    return Publication(month.estate_id, estate_name, month.period, totals, lines, at, by_name)


def percent(part: int, whole: int) -> str:
    """Return the share as people write it, in percent with two decimals, a half up: 58 of 92 is ``"63.04"``."""
    return format_yuan(rounded(Fraction(part * 10_000, whole))) if whole else "0.00"


def _moved(posting: Posting) -> dict[AccountKind, int]:
    """Return what each of the owners' purposes gained (plus) or lost by a posting."""
    sums: dict[AccountKind, int] = defaultdict(int)
    for leg in posting.entry.legs:
        sums[Account.parse(leg.account).kind] -= leg.fen
    return {kind: fen for kind, fen in sums.items() if fen and kind in COMMON_PURPOSES}


def _label(posting: Posting) -> str:
    item = ITEMS.get(posting.entry.item)
    return item.label if item is not None else _KIND_WORDS[posting.entry.kind]


_KIND_WORDS: dict[PostingKind, str] = {
    PostingKind.INCOME: "收入",
    PostingKind.EXPENSE: "支出",
    PostingKind.TRANSFER: "内部结转",
    PostingKind.CORRECTION: "冲正",
    PostingKind.OPENING: "期初余额",
}
