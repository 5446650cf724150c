"""The record of upkeep of a facility: what was done when, by whom, with which photos (REP-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class UpkeepRecord:
    """One time somebody looked after a facility; ``next_due_on`` is what followed from it."""

    id: str
    estate_id: str
    facility_id: str
    done_on: date
    done_at: datetime
    by: str
    by_name: str
    state: str
    note: str = ""
    photo_ids: tuple[str, ...] = ()
    next_due_on: date | None = None
    version: int = 0
