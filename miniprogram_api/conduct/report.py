"""The yearly work report 述职 and the owners' rating of it 评议 (VOT-13, 000:131)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.conduct.refusals import RatingClosed, ReportYearWrong
from miniprogram_api.kernel.access import Role, Scope, ScopeKind
from miniprogram_api.kernel.clock import date_of, start_of
from miniprogram_api.kernel.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.kernel.access import Principal

RATING_DAYS = 15
"""For how many days owners rate, where the estate set nothing else. OURS: the source names no number."""

MISSING_FROM = (12, 1)
"""Month and day from which this year's report counts as missing. OURS: the source only says 年度."""

_OWNERS = frozenset({Role.OWNER, Role.CO_OWNER})


class Satisfaction(StrEnum):
    """What an owner says of a year's work."""

    SATISFIED = "satisfied"  # 满意
    BASICALLY = "basically"  # 基本满意
    NOT = "not"  # 不满意


class ReportState(StrEnum):
    """How far a report is."""

    RATING = "rating"  # owners rate
    COUNTING = "counting"  # nobody rates any more; the ratings are being counted
    CLOSED = "closed"  # the result is published


@dataclass(frozen=True, slots=True)
class Content:
    """What a committee reports; ``assembly_id`` names the owners' assembly it was given at, if there was one."""

    text: str
    photo_ids: tuple[str, ...] = ()
    assembly_id: str | None = None


@dataclass(frozen=True, slots=True)
class RatingCounts:
    """What the owners said together, one voice a room; ``rooms`` is how many could have."""

    satisfied: int
    basically: int
    not_satisfied: int
    rooms: int


@dataclass(frozen=True, slots=True)
class WorkReport:
    """A committee's report on one calendar year; ``rating_until`` is the first instant at which nobody rates."""

    estate_id: str
    body_id: str
    body_name: str
    year: int
    content: Content
    filed_by: str
    filed_by_name: str
    filed_at: datetime
    rating_until: datetime
    state: ReportState = ReportState.RATING
    result: RatingCounts | None = None
    version: int = 0

    @property
    def id(self) -> str:
        """What its ratings lie under."""
        return f"{self.body_id}_{self.year}"

    @property
    def notice_id(self) -> str:
        """What all owners are told of it under."""
        return derived_id("cnote", self.estate_id, self.id)

    def require_rating(self, now: datetime) -> None:
        """Raise RatingClosed when nobody rates any more."""
        if self.state is not ReportState.RATING or now >= self.rating_until:
            raise RatingClosed

    def counting(self) -> WorkReport:
        """Return the report of which no rating changes any more."""
        return replace(self, state=ReportState.COUNTING)

    def closed(self, said: Iterable[Satisfaction], rooms: int) -> WorkReport:
        """Return the report with what the owners said."""
        counts = Counter(said)
        satisfied, basically, not_satisfied = (counts[one] for one in Satisfaction)
        result = RatingCounts(satisfied, basically, not_satisfied, rooms)
        return replace(self, state=ReportState.CLOSED, result=result)


@dataclass(frozen=True, slots=True)
class Rating:
    """What one room says of a report; the last word of an owner within the time counts."""

    estate_id: str
    report_id: str
    room_id: str
    choice: Satisfaction
    by: str
    at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """What an estate set about work reports."""

    estate_id: str
    rating_days: int = RATING_DAYS
    version: int = 0


@dataclass(frozen=True, slots=True)
class ReportDuty:
    """That a committee owes a report every year: ``year`` is the one looked for next, None once it is over.

    ``reported`` is the latest year it reported on. A committee owes its first report once a member signed the
    commitment: before, nobody is in office.
    """

    estate_id: str
    estate_name: str
    units: tuple[str, ...]
    body_id: str
    body_name: str
    year: int | None
    reported: int = 0
    version: int = 0

    @property
    def due_at(self) -> datetime | None:
        """From when the report of the year counts as missing."""
        return None if self.year is None else start_of(date(self.year, *MISSING_FROM))


@dataclass(frozen=True, slots=True)
class MissingReport:
    """That a committee in office had not reported on a year by the first of December; ``filed_at`` if it did later."""

    estate_id: str
    estate_name: str
    units: tuple[str, ...]
    body_id: str
    body_name: str
    year: int
    noticed_at: datetime
    filed_at: datetime | None = None
    version: int = 0


def first_year(now: datetime) -> int:
    """Return the year of the first report of a committee that comes into office now."""
    today = date_of(now)
    return today.year if now < start_of(date(today.year, *MISSING_FROM)) else today.year + 1


def owes(year: int, formed_on: date, last_on: date) -> bool:
    """Say whether a committee owes a report on the year: it is in office when reports fall due."""
    return formed_on <= date(year, *MISSING_FROM) <= last_on


def check_year(year: int, formed_on: date, term_ends_on: date, today: date) -> None:
    """Make sure that a committee may report on the year now.

    Raises:
        ReportYearWrong: it is neither this year nor the last, or the committee was not in office in it.
    """
    if not today.year - 1 <= year <= today.year or not formed_on.year <= year <= term_ends_on.year:
        raise ReportYearWrong


def rating_ends(now: datetime, days: int) -> datetime:
    """Return the midnight after the last whole day of rating."""
    return start_of(date_of(now) + timedelta(days=days + 1))


def owned_rooms(principal: Principal, estate_id: str) -> frozenset[str]:
    """Return the rooms of the estate that this person owns; living in a room gives no voice about the committee."""
    return frozenset(
        grant.room_id
        for grant in principal.grants
        if grant.role in _OWNERS and grant.room_id is not None and grant.scope == Scope(ScopeKind.ESTATE, estate_id)
    )
