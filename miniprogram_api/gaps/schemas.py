"""What the gap list looks like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from miniprogram_api.gaps.rules import Check

if TYPE_CHECKING:
    from miniprogram_api.gaps.rules import Gap


class GapShown(msgspec.Struct, frozen=True):
    """One gap: what is missing, since when, for how many whole days."""

    estate_id: str
    check: Check
    subject: str
    text: str
    since: datetime
    age_days: int

    @classmethod
    def of(cls, gap: Gap, now: datetime) -> GapShown:
        """Return a gap as shown."""
        return cls(gap.estate_id, gap.check, gap.subject, gap.text, gap.since, gap.age(now))
