"""Whether the yearly session was held (VOT-24: "warn when no yearly session was held")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.assembly.convening import in_office
from miniprogram_api.assembly.session import SessionKind, SessionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from miniprogram_api.assembly.convening import Term
    from miniprogram_api.assembly.session import Session

MISSING_FROM = (12, 1)
"""Month and day from which this year's session is missed. Ours: the source only says 年度."""


@dataclass(frozen=True, slots=True)
class Year:
    """What an estate has of a calendar year: whether a session is due, which was held, which is called."""

    year: int
    due: bool
    held_id: str | None = None
    called_id: str | None = None

    @property
    def is_missing(self) -> bool:
        """Whether it is due and was not held (yet)."""
        return self.due and self.held_id is None


@dataclass(frozen=True, slots=True)
class Missing:
    """That an estate with a committee had neither held nor called its yearly session when it was looked for."""

    estate_id: str
    estate_name: str
    year: int
    noticed_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the look at all estates has come in a year."""

    year: int
    after: str | None = None
    done: bool = False
    version: int = 0


def begins_missing(year: int) -> date:
    """Return the day from which a year's session is missed."""
    return date(year, *MISSING_FROM)


def year_of(sessions: Iterable[Session], terms: Sequence[Term], year: int, today: date) -> Year:
    """Return what an estate has of a year, from the sessions called for days in it.

    It is due from an estate with a committee in office: today for this year, on the day it is missed for a past one. In
    the year of its founding an assembly has met.
    """
    yearly = [one for one in sessions if one.kind is not SessionKind.INTERIM and one.plan.held_on.year == year]
    held = next((one.id for one in yearly if one.took_place), None)
    called = next((one.id for one in yearly if one.state is SessionState.CALLED), None)
    on = today if year == today.year else begins_missing(year)
    return Year(year, in_office(terms, on), held, called)
