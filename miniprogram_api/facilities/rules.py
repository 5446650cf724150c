"""Facilities 共用部位、共用设施设备 and the rhythm of their upkeep (EST-13)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from miniprogram_api.kernel.errors import Conflict, NotFound


class FacilityKind(StrEnum):
    """The kinds the source text and the requirement name (EST-13); ``other`` takes the rest."""

    LIFT = "lift"
    FIRE = "fire"
    DRAIN = "drain"
    ROOF = "roof"
    WALL = "wall"
    ROAD = "road"
    DOOR_ACCESS = "door_access"
    CHARGING_PILE = "charging_pile"
    SEPTIC_TANK = "septic_tank"
    GREENERY = "greenery"
    STREET_LIGHT = "street_light"
    OTHER = "other"


KIND_LABELS: dict[FacilityKind, str] = {
    FacilityKind.LIFT: "电梯",
    FacilityKind.FIRE: "消防设施",
    FacilityKind.DRAIN: "排水管道",
    FacilityKind.ROOF: "屋面",
    FacilityKind.WALL: "外墙",
    FacilityKind.ROAD: "道路",
    FacilityKind.DOOR_ACCESS: "门禁",
    FacilityKind.CHARGING_PILE: "充电桩",
    FacilityKind.SEPTIC_TANK: "化粪池",
    FacilityKind.GREENERY: "绿化",
    FacilityKind.STREET_LIGHT: "路灯",
    FacilityKind.OTHER: "其他",
}


class FacilityState(StrEnum):
    """Whether it can be used."""

    IN_USE = "in_use"
    FAULTY = "faulty"
    STOPPED = "stopped"
    REMOVED = "removed"


class FacilityUnknown(NotFound):
    """The estate has no such facility."""

    code = "facility_unknown"
    message = "没有找到该设施，请刷新设施列表。"


class FacilityExists(Conflict):
    """The same entry was sent before with other facts."""

    code = "facility_exists"
    message = "该设施已登记，请勿重复添加。"


class FacilityChanged(Conflict):
    """Somebody else changed the facility after it was read."""

    code = "facility_changed"
    message = "设施信息已被他人更新，请刷新后再修改。"


class FacilityBuildingUnknown(NotFound):
    """The building in which the facility is said to stand is none of the estate's."""

    code = "building_unknown"
    message = "没有找到该楼栋，请刷新楼栋列表。"


@dataclass(frozen=True, slots=True)
class Facility:
    """One common part or facility. ``token`` stands in its QR code; ``cycle_days`` is how often it is looked after.

    ``reminded_on`` is the due date somebody was told of, so that one due date brings one notice.
    """

    id: str
    estate_id: str
    kind: FacilityKind
    place: str
    token: str
    registered_on: date
    code: str | None = None
    building_id: str | None = None
    installed_on: date | None = None
    warranty_until: date | None = None
    cycle_days: int | None = None
    last_checked_on: date | None = None
    last_check_note: str | None = None
    last_checked_by: str | None = None
    state: FacilityState = FacilityState.IN_USE
    reminded_on: date | None = None
    version: int = 0

    @property
    def due_on(self) -> date | None:
        """Return the day its next upkeep is due: a cycle after the last check, the first counted from registration."""
        if self.cycle_days is None or self.state is FacilityState.REMOVED:
            return None
        return (self.last_checked_on or self.registered_on) + timedelta(days=self.cycle_days)

    @property
    def is_to_remind(self) -> bool:
        """Whether nobody was told of its next due date yet."""
        return self.due_on is not None and self.due_on != self.reminded_on

    def checked(self, by: str, on: date, state: FacilityState, note: str | None) -> Facility:
        """Return the facility after somebody looked after it."""
        return replace(
            self, last_checked_on=on, last_checked_by=by, last_check_note=note, state=state, reminded_on=None
        )
