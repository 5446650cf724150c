"""What is remembered of a scan or a call: time, card, result; never who or from where (CARD-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from miniprogram_api.kernel.clock import date_of

NOWHERE = "unknown"
"""Stands for the estate of a scan whose address belongs to none."""

KEPT_FOR = timedelta(days=400)
"""A year and a month: the figures of any month of the past year can be recounted; then single scans are forgotten."""


class ScanResult(StrEnum):
    """How a scan ended, or that a number on the page was tapped."""

    SHOWN = "shown"
    DEAD = "dead"  # a card that once lived
    UNKNOWN = "unknown"
    CALLED = "called"


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan, or one tap on a number (``called`` says whose)."""

    id: str
    estate_id: str
    at: datetime
    result: ScanResult
    card_id: str | None = None
    called: str | None = None

    @property
    def day(self) -> date:
        """The date in China."""
        return date_of(self.at)
