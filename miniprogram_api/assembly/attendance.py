"""Who was present at a session: room by room, added up exactly (VOT-24)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.assembly.refusals import ProxyUnproven
from miniprogram_api.assembly.session import Hand, Totals
from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable


class Capacity(StrEnum):
    """As what somebody was there for a room."""

    OWNER = "owner"
    CO_OWNER = "co_owner"
    PROXY = "proxy"


CAPACITY_LABELS: dict[Capacity, str] = {
    Capacity.OWNER: "业主",
    Capacity.CO_OWNER: "共有人",
    Capacity.PROXY: "代理人",
}


@dataclass(frozen=True, slots=True)
class Attendance:
    """That a room was represented; ``area`` (0.01 m2) is the room's when it was signed in.

    ``represented_by`` is a sealed name. A line entered by mistake is taken back with a reason and stays.
    """

    session_id: str
    estate_id: str
    room_id: str
    label: str
    area: int
    capacity: Capacity
    represented_by: str
    signed: Hand
    photo_ids: tuple[str, ...] = ()
    withdrawn_reason: str | None = None
    version: int = 0

    @property
    def counts(self) -> bool:
        """Whether the room was there."""
        return self.withdrawn_reason is None


def check_proxy(capacity: Capacity, photo_ids: tuple[str, ...]) -> None:
    """Raise ProxyUnproven when somebody stands in for an owner without a written mandate (条例 12)."""
    if capacity is Capacity.PROXY and not photo_ids:
        raise ProxyUnproven


def totals_of(lines: Iterable[Attendance], of_rooms: int) -> Totals:
    """Add up who was there, in whole numbers; each room counts once, because it has one line."""
    there = [line for line in lines if line.counts]
    unmeasured = sum(1 for line in there if line.area == AREA_UNKNOWN)
    return Totals(len(there), sum(line.area for line in there), of_rooms, unmeasured)
