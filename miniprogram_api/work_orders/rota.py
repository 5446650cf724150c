"""Whose turn it is: fewest open orders, then longest without a new one (REP-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role
from miniprogram_api.work_orders.refusals import StaffUnknown

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take the job: how many orders they hold, and when they last were given one."""

    account_id: str
    name: str
    open_orders: int
    last_assigned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody of the estate who can be given an order, for the person who chooses."""

    account_id: str
    name: str
    roles: tuple[Role, ...]
    open_orders: int


def whose_turn(candidates: Sequence[Candidate]) -> Candidate:
    """Return who is next: fewest open orders, then longest idle (never assigned before all), then by id.

    Raises:
        StaffUnknown: there is nobody to choose from.
    """
    if not candidates:
        raise StaffUnknown
    return min(candidates, key=_rank)


def _rank(one: Candidate) -> tuple[int, float, str]:
    return one.open_orders, one.last_assigned_at.timestamp() if one.last_assigned_at else 0, one.account_id
