"""How an estate bills: when a bill is due, whether a late fee grows, how many months a bill of a kind covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from miniprogram_api.kernel.charge import BillKind


@dataclass(frozen=True, slots=True)
class LateFee:
    """A late fee 违约金 by the contract's clause ``basis``: parts per million a day after some days, up to a cap."""

    ppm_per_day: int
    grace_days: int
    cap_percent: int
    basis: str


@dataclass(frozen=True, slots=True)
class FeeSettings:
    """A bill is due ``due_day_offset`` days after it is issued. No late fee grows unless the estate set one.

    ``cycle_months`` says how many months a bill of a kind covers (1, 3, 6 or 12); what it does not name has 1.
    """

    estate_id: str
    due_day_offset: int = 30
    late_fee: LateFee | None = None
    cycle_months: Mapping[BillKind, int] = field(default_factory=dict)
    version: int = 0

    def months_of(self, kind: BillKind) -> int:
        """Return how many months a bill of the kind covers."""
        return self.cycle_months.get(kind, 1)
