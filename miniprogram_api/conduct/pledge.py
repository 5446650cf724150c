"""The commitment 履职承诺书 of one committee member: signed before any right of the post counts (VOT-13, 000:131)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Pledge:
    """What a member signed. On paper (no account): ``recorded_by`` wrote it down with photos of the signature.

    ``text`` is what was shown; ``signed_by`` is the account that signed, None on paper.
    """

    estate_id: str
    post_id: str
    body_id: str
    text: str
    sample: bool
    signed_on: date
    signed_at: datetime
    signed_by: str | None = None
    recorded_by: str | None = None
    photo_ids: tuple[str, ...] = ()
    version: int = 0
