"""Estates, the organisation tree above them, and the companies under contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from miniprogram_api.kernel.access import Territory
from miniprogram_api.kernel.errors import Conflict, Invalid


class UnitLevel(StrEnum):
    """The levels of the organisation tree above the estate (IDR-08)."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"


PARENT_LEVELS: dict[UnitLevel, frozenset[UnitLevel]] = {
    UnitLevel.CITY: frozenset(),
    UnitLevel.DISTRICT: frozenset({UnitLevel.CITY}),
    UnitLevel.STREET: frozenset({UnitLevel.DISTRICT, UnitLevel.CITY}),
    UnitLevel.COMMUNITY: frozenset({UnitLevel.STREET}),
}
"""Which level may stand above which: a city without districts has streets directly below it."""


class EstateFlag(StrEnum):
    """What kind of estate it is (EST-08); three-no is computed from its three parts."""

    OPEN = "open"  # 开放式
    OLD = "old"  # 老旧
    ABANDONED = "abandoned"  # 弃管
    AFFORDABLE = "affordable"  # 保障性住房
    NO_RESPONSIBLE_UNIT = "no_responsible_unit"  # 无主管单位
    NO_SERVICE = "no_service"  # 无物业服务
    NO_PROTECTION = "no_protection"  # 无人防物防技防


THREE_NO = frozenset({EstateFlag.NO_RESPONSIBLE_UNIT, EstateFlag.NO_SERVICE, EstateFlag.NO_PROTECTION})


class UnitMisplaced(Invalid):
    """A unit cannot stand directly below a unit of that level."""

    code = "unit_misplaced"
    message = "上级单位的级别不正确，请重新选择上级。"


class AlreadyThere(Conflict):
    """The same thing was added before."""

    code = "already_there"
    message = "该记录已存在，请勿重复添加。"


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the tree. ``path`` names all units from the city down to this one, itself included."""

    id: str
    level: UnitLevel
    name: str
    path: tuple[str, ...]
    phone: str | None = None
    created_at: datetime | None = None
    version: int = 0

    @property
    def territory(self) -> Territory:
        """Return where this unit lies, for grants to reach."""
        return Territory(units=self.path)


@dataclass(frozen=True, slots=True)
class Estate:
    """One estate 小区 (EST-01). Areas are whole 0.01 m2. ``locator`` is the random part that its cards share."""

    id: str
    name: str
    address: str
    units: tuple[str, ...]
    locator: str
    created_at: datetime
    company_id: str | None = None
    land_area: int | None = None
    floor_area: int | None = None
    occupied_year: int | None = None
    households: int = 0
    flags: tuple[EstateFlag, ...] = ()
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    version: int = 0

    @property
    def territory(self) -> Territory:
        """Return where this estate lies, for grants to reach."""
        return Territory(self.id, self.units, self.company_id)

    @property
    def is_three_no(self) -> bool:
        """Whether all three parts of 三无 hold: no responsible unit, no service, no protection (EST-08)."""
        return frozenset(self.flags) >= THREE_NO


class CompanyState(StrEnum):
    """How far a company's registration is confirmed (EST-03)."""

    DRAFT = "draft"
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    EXITED = "exited"


@dataclass(frozen=True, slots=True)
class Company:
    """A property company 物业企业 (EST-03), registered in one city."""

    id: str
    name: str
    credit_code: str
    units: tuple[str, ...]
    hotline: str
    created_at: datetime
    state: CompanyState = CompanyState.DRAFT
    legal_person: str | None = None
    staff_count: int | None = None
    version: int = 0

    @property
    def territory(self) -> Territory:
        """Return where this company lies, for grants to reach."""
        return Territory(units=self.units, company_id=self.id)


@dataclass(frozen=True, slots=True)
class CreditCodeGuard:
    """One company per unified social credit code."""

    code: str
    company_id: str
    version: int = 0
