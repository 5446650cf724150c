"""A notification of WeChat Pay as it is kept: proved to be WeChat's, under its own id, before it is handed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT = timedelta(days=400)
"""A year and a month: long enough for every complaint, and what it told of stands in the books for good."""


@dataclass(frozen=True, slots=True)
class StoredNotification:
    """What a notification said, without the payer. ``told_fen`` is the amount it named."""

    id: str
    event_type: str
    created_at: datetime
    received_at: datetime
    out_trade_no: str | None = None
    refund_id: str | None = None
    sub_mchid: str | None = None
    told_fen: int = 0
    told_state: str = ""

    @property
    def keep_until(self) -> datetime:
        """Return when it may be forgotten."""
        return self.received_at + KEPT
