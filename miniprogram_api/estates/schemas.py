"""What people send and see about units, estates, buildings, rooms and companies. Areas are whole 0.01 m2."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from miniprogram_api.estates.rules import (
    Building,
    BusinessContact,
    Company,
    CompanyState,
    Estate,
    EstateFlag,
    Flagged,
    Room,
    ServiceMode,
    Unit,
    UnitLevel,
)
from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN, AreaSource, RoomUse
from miniprogram_api.kernel.privacy import mask_name, mask_phone

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Telephone = Annotated[str, msgspec.Meta(pattern=r"^[0-9][0-9-]{2,19}$")]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
CreditCode = Annotated[str, msgspec.Meta(min_length=18, max_length=18)]
Area = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
LargeArea = Annotated[int, msgspec.Meta(ge=1, le=100_000_000_000)]
Year = Annotated[int, msgspec.Meta(ge=1900, le=2100)]
Latitude = Annotated[int, msgspec.Meta(ge=-90_000_000, le=90_000_000)]
Longitude = Annotated[int, msgspec.Meta(ge=-180_000_000, le=180_000_000)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Version = Annotated[int, msgspec.Meta(ge=0)]
BuildingName = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
Entrance = Annotated[str, msgspec.Meta(max_length=20)]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
Entrances = Annotated[list[Entrance], msgspec.Meta(max_length=50)]
Floors = Annotated[int, msgspec.Meta(ge=1, le=200)]
Floor = Annotated[int, msgspec.Meta(ge=-9, le=200)]
Note = Annotated[str, msgspec.Meta(max_length=200)]
OwnerName = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[^、]+$")]
OwnerNames = Annotated[list[OwnerName], msgspec.Meta(max_length=8)]
OwnerPhone = Annotated[str, msgspec.Meta(pattern=r"^[0-9][0-9-]{6,12}$")]
OwnerPhones = Annotated[list[OwnerPhone], msgspec.Meta(max_length=8)]


class NewCity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The root of a tree."""

    name: Name
    phone: Telephone | None = None


class NewUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit to add directly below another. The phone of a community is what a dead card still shows."""

    level: UnitLevel
    name: Name
    phone: Telephone | None = None


class UnitChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new name or telephone of a unit; ``version`` is the one the editor saw."""

    version: Version
    name: Name | UnsetType = UNSET
    phone: Telephone | UnsetType = UNSET


class UnitShown(msgspec.Struct, frozen=True):
    """A unit of the tree; ``path`` names all units from the city down to it."""

    id: str
    level: UnitLevel
    name: str
    path: list[str]
    version: int
    phone: str | None = None

    @classmethod
    def of(cls, unit: Unit) -> UnitShown:
        """Return what is shown of a unit."""
        return cls(unit.id, unit.level, unit.name, list(unit.path), unit.version, unit.phone)


class Flag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A type flag with the days between which it held (EST-08); without ``until`` it holds now."""

    flag: EstateFlag
    since: date
    until: date | None = None

    def flagged(self) -> Flagged:
        """Return the value the register keeps."""
        return Flagged(self.flag, self.since, self.until)


Flags = Annotated[list[Flag], msgspec.Meta(max_length=40)]


class NewEstate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An estate to enter below a community (EST-01)."""

    name: Name
    address: Address
    code: Code | None = None
    land_area: LargeArea | None = None
    floor_area: LargeArea | None = None
    occupied_year: Year | None = None
    service_mode: ServiceMode | None = None
    service_mode_since: date | None = None
    flags: Flags = []
    latitude_e6: Latitude | None = None
    longitude_e6: Longitude | None = None


class EstateChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The facts to change; ``version`` is the one the editor saw, ``flags`` replaces the whole list."""

    version: Version
    name: Name | UnsetType = UNSET
    address: Address | UnsetType = UNSET
    code: Code | UnsetType = UNSET
    land_area: LargeArea | UnsetType = UNSET
    floor_area: LargeArea | UnsetType = UNSET
    occupied_year: Year | UnsetType = UNSET
    service_mode: ServiceMode | UnsetType = UNSET
    service_mode_since: date | UnsetType = UNSET
    flags: Flags | UnsetType = UNSET
    latitude_e6: Latitude | UnsetType = UNSET
    longitude_e6: Longitude | UnsetType = UNSET


class EstateShown(msgspec.Struct, frozen=True):
    """An estate; ``is_three_no`` is computed from its three parts, ``households`` is the number of its rooms."""

    id: str
    name: str
    address: str
    community_id: str
    households: int
    flags: list[Flag]
    is_three_no: bool
    version: int
    code: str | None = None
    company_id: str | None = None
    service_mode: ServiceMode | None = None
    service_mode_since: date | None = None
    land_area: int | None = None
    floor_area: int | None = None
    occupied_year: int | None = None
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    importing: str | None = None

    @classmethod
    def of(cls, estate: Estate) -> EstateShown:
        """Return what is shown of an estate."""
        return cls(
            id=estate.id,
            name=estate.name,
            address=estate.address,
            community_id=estate.community_id,
            households=estate.households,
            flags=[Flag(entry.flag, entry.since, entry.until) for entry in estate.flags],
            is_three_no=estate.is_three_no,
            version=estate.version,
            code=estate.code,
            company_id=estate.company_id,
            service_mode=estate.service_mode,
            service_mode_since=estate.service_mode_since,
            land_area=estate.land_area,
            floor_area=estate.floor_area,
            occupied_year=estate.occupied_year,
            latitude_e6=estate.latitude_e6,
            longitude_e6=estate.longitude_e6,
            importing=estate.importing,
        )


class EstateOfCity(msgspec.Struct, frozen=True):
    """An estate by which a company finds where it wants to serve; ``served`` says that some company does now."""

    id: str
    name: str
    address: str
    served: bool


class EstateLine(msgspec.Struct, frozen=True):
    """An estate in a list."""

    id: str
    name: str
    address: str
    units: list[str]
    households: int
    is_three_no: bool
    company_id: str | None = None

    @classmethod
    def of(cls, estate: Estate) -> EstateLine:
        """Return the line of an estate."""
        return cls(
            estate.id,
            estate.name,
            estate.address,
            list(estate.units),
            estate.households,
            estate.is_three_no,
            estate.company_id,
        )


class ContactShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody of the company who may be called."""

    name: Name
    phone: Telephone
    post: Annotated[str, msgspec.Meta(max_length=20)] = ""

    def contact(self) -> BusinessContact:
        """Return the value the register keeps."""
        return BusinessContact(self.name, self.phone, self.post)


Contacts = Annotated[list[ContactShown], msgspec.Meta(max_length=10)]


class NewCompany(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A company to register (EST-03); the credit code's check character is verified."""

    name: Name
    credit_code: CreditCode
    hotline: Telephone
    legal_person: Name | None = None
    staff_count: Count | None = None
    address: Address | None = None
    contacts: Contacts = []


class CompanyChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The facts to change; ``version`` is the one the editor saw."""

    version: Version
    name: Name | UnsetType = UNSET
    hotline: Telephone | UnsetType = UNSET
    legal_person: Name | UnsetType = UNSET
    staff_count: Count | UnsetType = UNSET
    address: Address | UnsetType = UNSET
    contacts: Contacts | UnsetType = UNSET


class CompanyExit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a registration ends."""

    reason: Reason


class CompanyShown(msgspec.Struct, frozen=True):
    """A property company."""

    id: str
    name: str
    credit_code: str
    state: CompanyState
    hotline: str
    contacts: list[ContactShown]
    version: int
    legal_person: str | None = None
    staff_count: int | None = None
    address: str | None = None

    @classmethod
    def of(cls, company: Company) -> CompanyShown:
        """Return what is shown of a company."""
        return cls(
            company.id,
            company.name,
            company.credit_code,
            company.state,
            company.hotline,
            [ContactShown(contact.name, contact.phone, contact.post) for contact in company.contacts],
            company.version,
            company.legal_person,
            company.staff_count,
            company.address,
        )


class NewBuilding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A building; its name (2号楼) is its identity."""

    name: BuildingName
    entrances: Entrances = []
    floors: Floors | None = None
    has_lift: bool = False


class BuildingChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The facts to change; ``version`` is the one the editor saw."""

    version: Version
    entrances: Entrances | UnsetType = UNSET
    floors: Floors | UnsetType = UNSET
    has_lift: bool | UnsetType = UNSET


class BuildingShown(msgspec.Struct, frozen=True):
    """A building with its entrances."""

    id: str
    name: str
    entrances: list[str]
    has_lift: bool
    version: int
    floors: int | None = None

    @classmethod
    def of(cls, building: Building) -> BuildingShown:
        """Return what is shown of a building."""
        return cls(
            building.id,
            building.name,
            list(building.entrances),
            building.has_lift,
            building.version,
            building.floors,
        )


class BuildingList(msgspec.Struct, frozen=True):
    """All buildings of an estate."""

    items: list[BuildingShown]


class NewRoom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A room to add by hand; ``area`` in 0.01 m2, or null where it is not known, which must be said.

    ``unsold`` is a room the developer still holds, whether unsold or sold and not delivered.
    """

    number: Number
    area: Area | None
    entrance: Entrance = ""
    floor: Floor | None = None
    has_lift: bool = False
    owner_names: OwnerNames = []
    owner_phones: OwnerPhones = []
    note: Note = ""
    use: RoomUse = RoomUse.DWELLING
    unsold: bool = False
    area_source: AreaSource = AreaSource.REGISTERED


class RoomChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The facts to change; ``version`` is the one the editor saw. Owners are replaced as a whole; null is no area."""

    version: Version
    area: Area | UnsetType | None = UNSET
    floor: Floor | UnsetType = UNSET
    has_lift: bool | UnsetType = UNSET
    owner_names: OwnerNames | UnsetType = UNSET
    owner_phones: OwnerPhones | UnsetType = UNSET
    note: Note | UnsetType = UNSET
    use: RoomUse | UnsetType = UNSET
    unsold: bool | UnsetType = UNSET
    area_source: AreaSource | UnsetType = UNSET


class RoomShown(msgspec.Struct, frozen=True):
    """A room; what it says of residents is masked. ``area`` is null where it is not known.

    ``unsold`` is a room the developer still holds, whether unsold or sold and not delivered.
    """

    id: str
    building_id: str
    entrance: str
    number: str
    label: str
    area: int | None
    area_source: AreaSource
    use: RoomUse
    unsold: bool
    has_lift: bool
    owner_names: list[str]
    owner_phones: list[str]
    note: str
    version: int
    floor: int | None = None

    @classmethod
    def of(cls, room: Room, names: tuple[str, ...], phones: tuple[str, ...]) -> RoomShown:
        """Return what is shown of a room with its owners' opened names and telephones."""
        return cls(
            id=room.id,
            building_id=room.building_id,
            entrance=room.entrance,
            number=room.number,
            label=room.label,
            area=None if room.area == AREA_UNKNOWN else room.area,
            area_source=room.area_source,
            use=room.use,
            unsold=room.unsold,
            has_lift=room.has_lift,
            owner_names=[mask_name(name) for name in names],
            owner_phones=[mask_phone(phone) for phone in phones],
            note=room.note,
            version=room.version,
            floor=room.floor,
        )
