"""At the end of a year a share of the public income's surplus goes to the maintenance fund (FND-07, 000:149)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from miniprogram_api.funds.booking import moved
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, PostingKind
from miniprogram_api.funds.maintenance import UNDIVIDED
from miniprogram_api.funds.months import Mark
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.money import rounded
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.funds.publication import Publication


class YearEndState(StrEnum):
    """How far the transfer of a year came."""

    PROPOSED = "proposed"
    BOOKED = "booked"
    REFUSED = "refused"


class YearEndUnknown(NotFound):
    """Nobody proposed a transfer for the year."""

    code = "year_end_unknown"
    message = "该年度还没有结余划转方案，请先提出方案。"


class YearNotPublished(Conflict):
    """The surplus of a year is known when its December was published."""

    code = "year_not_published"
    message = "该年度 12 月收支还没有公示，请公示后再提出划转。"


class NoYearSurplus(Conflict):
    """The public income of the year left nothing to transfer."""

    code = "no_year_surplus"
    message = "该年度公共收益没有结余，无需划转。"


class YearEndMoved(Conflict):
    """A proposal for the year stands, or somebody decided on it at the same moment."""

    code = "year_end_moved"
    message = "该年度的划转方案已存在或刚刚有变动，请刷新后再操作。"


@dataclass(frozen=True, slots=True)
class YearEnd:
    """The transfer of one year: ``share`` in 0.01 % by the owners' vote ``source``, of the surplus, in fen."""

    estate_id: str
    year: int
    share: int
    source: str
    surplus_fen: int
    fen: int
    from_id: str
    to_id: str
    proposed: Mark
    state: YearEndState = YearEndState.PROPOSED
    decided: Mark | None = None
    posting_id: str | None = None
    version: int = 0


YEAR_END: Workflow[YearEndState] = Workflow(
    "year_end",
    YearEndState.PROPOSED,
    tuple(
        Transition(
            name,
            label,
            frozenset({YearEndState.PROPOSED}),
            target,
            Permission.FUND_DECIDE,
            not_by=frozenset({"proposer", "keeper"}),
        )
        for name, label, target in (("book", "同意", YearEndState.BOOKED), ("refuse", "不同意", YearEndState.REFUSED))
    ),
)
"""proposed -> booked | refused, by somebody who neither proposed it nor keeps the account it leaves (FND-03)."""


def stepped(year_end: YearEnd, name: str, mark: Mark, keeper: str) -> YearEnd:
    """Return it after the decision; IllegalTransition, SamePersonRefused: see the workflow."""
    participants = {"proposer": year_end.proposed.by, "keeper": keeper}
    step = YEAR_END.step(year_end.state, name, given={}, actor=mark.by, participants=participants)
    return replace(year_end, state=step.target, decided=mark)


def surplus_of(year: int, publications: Iterable[Publication]) -> int:
    """Return what the public income of a year left over in fen, from its published months.

    Raises:
        YearNotPublished: its December is missing.
    """
    listed = list(publications)
    if not any(one.period == f"{year}-12" for one in listed):
        raise YearNotPublished
    totals = (total for one in listed for total in one.totals if total.purpose is AccountKind.PUBLIC_INCOME)
    return sum(total.income - total.expense for total in totals)


def share_of(surplus: int, share: int) -> int:
    """Return the share (0.01 %) of a surplus in fen, half up; NoYearSurplus when nothing comes of it."""
    fen = rounded(Fraction(surplus * share, 10_000))
    if fen <= 0:
        raise NoYearSurplus
    return fen


def entry_of(year_end: YearEnd, source: str, from_: Account, to: Account) -> Entry:
    """Return the one entry that moves money and ownership together: both ledgers in one act (FND-07)."""
    legs = (
        *moved(Account(AccountKind.PUBLIC_INCOME), UNDIVIDED, year_end.fen),
        *moved(to, from_, year_end.fen),
    )
    return Entry(source, PostingKind.TRANSFER, f"{year_end.year} 年公共收益结余划转专项维修资金", legs)
