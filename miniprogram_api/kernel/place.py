"""Where in an estate something is: a common part, a home, or a facility."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


def walking_order(*names: str) -> str:
    """Return text that sorts places as people walk past them: 2号楼 before 10号楼, 102 before 1001; widest first."""
    return "|".join(re.sub(r"[0-9]+", lambda digits: digits[0].zfill(6), name) for name in names)


class PlaceKind(StrEnum):
    """Whose part of the estate it is; it decides who may see what happens there."""

    COMMON = "common"  # 公共部位
    HOME = "home"  # 户内
    FACILITY = "facility"  # 共用设施设备


@dataclass(frozen=True, slots=True)
class PlaceInEstate:
    """One place of an estate, as exact as it is known; ``label`` is what people call it (2号楼1单元301)."""

    kind: PlaceKind
    label: str
    building_id: str | None = None
    entrance: str | None = None
    room_id: str | None = None
    facility_id: str | None = None
