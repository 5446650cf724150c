"""Third parties that take jobs of an estate, and the link with which their worker sees one job (REP-06)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

JOB_LINK_LASTS = timedelta(days=7)
"""A link ends after seven days; the desk hands out a new one by dispatching again. Ours."""


@dataclass(frozen=True, slots=True)
class Price:
    """One line of a price list; ``fen`` per unit."""

    item: str
    unit: str
    fen: int


@dataclass(frozen=True, slots=True)
class Vendor:
    """A third party with its licence, services, prices and contact. ``marks`` sums three marks of ``rated`` orders."""

    id: str
    estate_id: str
    name: str
    licence_no: str
    contact_name: str
    contact_phone: str
    digest: str
    services: tuple[str, ...] = ()
    prices: tuple[Price, ...] = ()
    in_use: bool = True
    rated: int = 0
    marks: int = 0
    version: int = 0

    @property
    def rating_hundredths(self) -> int | None:
        """Return the mean mark in hundredths, rounded down; None before the first rating."""
        return self.marks * 100 // (3 * self.rated) if self.rated else None


@dataclass(frozen=True, slots=True)
class JobLink:
    """One job as its link opens it; the token itself is nowhere, only its hash is the key."""

    token_hash: str
    estate_id: str
    order_id: str
    loop: int
    vendor_id: str
    vendor_name: str
    ends_at: datetime
    version: int = 0

    def opens(self, now: datetime) -> bool:
        """Say whether the link still counts."""
        return now < self.ends_at


def hash_of(token: str) -> str:
    """Return what is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()
