"""Estates, their buildings and rooms, the organisation tree above them, and the companies under contract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Permission, Territory
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN, AreaSource, RoomUse
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_NAMED = 50
"""An outcome names this many rooms at most."""


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


class ServiceMode(StrEnum):
    """How an estate is served (EST-12)."""

    HIRED = "hired"  # 业主选聘专业企业
    TRIAL = "trial"  # 先尝后买
    BIG_PROPERTY = "big_property"  # 大物业
    WITH_COMMUNITY = "with_community"  # 与社区合作
    VILLAGE_RUN = "village_run"  # 新型村办物业


class UnitMisplaced(Invalid):
    """A unit cannot stand directly below a unit of that level."""

    code = "unit_misplaced"
    message = "上级单位的级别不正确，请重新选择上级。"


class EstateMisplaced(Invalid):
    """An estate lies in a community, not directly below a street or a city (IDR-08)."""

    code = "estate_misplaced"
    message = "小区只能建在社区下面，请先选择社区。"


class FlagsUnclear(Invalid):
    """A type flag stands twice at once, or ends before it begins (EST-08)."""

    code = "flags_unclear"
    message = "小区类型重复，或结束日期早于开始日期，请检查后重新提交。"


class AlreadyThere(Conflict):
    """The same thing was added before."""

    code = "already_there"
    message = "该记录已存在，请勿重复添加。"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the thing after it was read."""

    code = "changed_meanwhile"
    message = "内容已被他人更新，请刷新后再修改。"


class BuildingUnknown(NotFound):
    """The estate has no such building."""

    code = "building_unknown"
    message = "没有找到该楼栋，请刷新楼栋列表。"


class RoomUnknown(NotFound):
    """The estate has no such room (any more)."""

    code = "room_unknown"
    message = "没有找到该房屋，请核对楼号、单元和房号。"


class RosterBusy(Conflict):
    """An import of the room roster is being written; hand changes would meet it half way."""

    code = "roster_busy"
    message = "该小区正在导入房屋名册，请等导入完成后再操作。"


class RoomBound(Conflict):
    """Somebody is bound to the room; the binding is ended first."""

    code = "room_bound"
    message = "该房屋还有住户绑定，请先解除绑定再注销房屋。"


class AreaMissing(Conflict):
    """Something is to be worked out by area, and the area of some rooms is not known; ``rooms`` names them."""

    code = "area_missing"
    message = "有房屋没有建筑面积，不能按面积计算。请先在房屋名册中补充建筑面积。"


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the tree. ``path`` names all units from the city down to this one, itself included.

    ``phone`` of a community is what a card that no longer holds still shows (CARD-02).
    """

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


def unit_below(parent: Unit, unit_id: str, level: UnitLevel, name: str, phone: str | None, at: datetime) -> Unit:
    """Return a new unit directly below another.

    Raises:
        UnitMisplaced: no unit of that level may stand there (IDR-08).
    """
    if parent.level not in PARENT_LEVELS[level]:
        raise UnitMisplaced(above=parent.level, level=level)
    return Unit(unit_id, level, name, (*parent.path, unit_id), phone, at)


@dataclass(frozen=True, slots=True)
class Flagged:
    """One type flag with the dates between which it held (EST-08); without ``until`` it holds now."""

    flag: EstateFlag
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Estate:
    """One estate 小区 (EST-01). Areas are whole 0.01 m2. ``locator`` is the random part that its cards share.

    ``households`` is the number of its rooms (EST-02). ``company_id`` and ``filing_id`` are of the filed contract in
    force now (EST-04). ``roster_revision`` counts changes of its rooms; ``importing`` names the roster import that
    is being written.
    """

    id: str
    name: str
    address: str
    units: tuple[str, ...]
    locator: str
    created_at: datetime
    code: str | None = None
    company_id: str | None = None
    filing_id: str | None = None
    service_mode: ServiceMode | None = None
    service_mode_since: date | None = None
    land_area: int | None = None
    floor_area: int | None = None
    occupied_year: int | None = None
    households: int = 0
    flags: tuple[Flagged, ...] = ()
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    roster_revision: int = 0
    importing: str | None = None
    version: int = 0

    @property
    def territory(self) -> Territory:
        """Return where this estate lies, for grants to reach."""
        return Territory(self.id, self.units, self.company_id)

    @property
    def community_id(self) -> str:
        """Return the community in which the estate lies."""
        return self.units[-1]

    @property
    def current_flags(self) -> frozenset[EstateFlag]:
        """Return the type flags that hold now."""
        return frozenset(entry.flag for entry in self.flags if entry.until is None)

    @property
    def is_three_no(self) -> bool:
        """Whether all three parts of 三无 hold: no responsible unit, no service, no protection (EST-08)."""
        return self.current_flags >= THREE_NO

    def served_by(self, company_id: str, filing_id: str, on: date) -> Estate:
        """Return the estate from the day a filed contract takes effect; "no service" ends that day (EST-08, EST-09)."""
        ended = tuple(
            replace(entry, until=on) if entry.flag is EstateFlag.NO_SERVICE and entry.until is None else entry
            for entry in self.flags
        )
        return replace(self, company_id=company_id, filing_id=filing_id, flags=ended)

    def unserved(self, on: date) -> Estate:
        """Return the estate from the day its contract is over: it counts as without service again (EST-08, EST-09)."""
        return replace(self, company_id=None, filing_id=None, flags=(*self.flags, Flagged(EstateFlag.NO_SERVICE, on)))


def check_flags(flags: tuple[Flagged, ...]) -> None:
    """Make sure that each flag holds at most once at a time and no period ends before it begins.

    Raises:
        FlagsUnclear: one does not.
    """
    current = [entry.flag for entry in flags if entry.until is None]
    if len(set(current)) != len(current) or any(entry.until and entry.until < entry.since for entry in flags):
        raise FlagsUnclear


@dataclass(frozen=True, slots=True)
class Building:
    """A building 楼栋 with its entrances 单元 (EST-02); ``entrances`` is empty where a building has only one way in."""

    id: str
    estate_id: str
    name: str
    entrances: tuple[str, ...] = ()
    floors: int | None = None
    has_lift: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """A room 房屋, one exclusive part (EST-02). ``area`` is whole 0.01 m2; an ended room stays as a fact.

    ``area`` is ``AREA_UNKNOWN`` only where somebody said so; ``area_source`` says where it is read (SPC interpretation
    on condominium disputes, art. 8) and means nothing while it is not known. ``use`` tells dwellings from parking
    spaces and the like (art. 2). ``unsold`` is a part the developer still holds, 未售 or 已售未交付: in votes all of
    these together are one person (art. 9).

    ``owner_name`` and ``owner_phone`` are sealed texts, several owners joined by ``、``; ``owner_phone_indexes`` finds
    the room for somebody who proved one of the phone numbers.
    """

    id: str
    estate_id: str
    building_id: str
    entrance: str
    number: str
    label: str
    area: int
    order: str
    floor: int | None = None
    has_lift: bool = False
    owner_name: str | None = None
    owner_phone: str | None = None
    owner_phone_indexes: tuple[str, ...] = ()
    note: str = ""
    use: RoomUse = RoomUse.DWELLING
    unsold: bool = False
    area_source: AreaSource = AreaSource.REGISTERED
    ended_at: datetime | None = None
    version: int = 0


def check_areas(rooms: Iterable[Room]) -> None:
    """Make sure that each room has an area, before something is worked out by it: no share is 0 by accident.

    Raises:
        AreaMissing: some have none.
    """
    unknown = [room.label for room in rooms if room.area == AREA_UNKNOWN]
    if unknown:
        raise AreaMissing(rooms=unknown[:MOST_NAMED])


class CompanyState(StrEnum):
    """How far a company's registration is confirmed (EST-03)."""

    DRAFT = "draft"
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    EXITED = "exited"


COMPANY_REGISTRATION = Workflow(
    "company",
    CompanyState.DRAFT,
    (
        Transition("report", "报备", frozenset({CompanyState.DRAFT}), CompanyState.REPORTED, Permission.COMPANY_EDIT),
        Transition(
            "confirm", "确认", frozenset({CompanyState.REPORTED}), CompanyState.CONFIRMED, Permission.COMPANY_CONFIRM
        ),
        Transition(
            "exit",
            "退出",
            frozenset({CompanyState.REPORTED, CompanyState.CONFIRMED}),
            CompanyState.EXITED,
            Permission.COMPANY_CONFIRM,
            requires=frozenset({"reason"}),
        ),
    ),
)
"""A registration goes draft -> reported -> confirmed -> exited (EST-03); the bureau confirms and records the exit."""


@dataclass(frozen=True, slots=True)
class BusinessContact:
    """Somebody of the company who may be called; public like everything on the wall card."""

    name: str
    phone: str
    post: str = ""


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
    address: str | None = None
    contacts: tuple[BusinessContact, ...] = ()
    exit_reason: str | None = None
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
