"""What people send and see about facilities."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from miniprogram_api.facilities.rules import KIND_LABELS, Facility, FacilityKind, FacilityState

Place = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Identity = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
CycleDays = Annotated[int, msgspec.Meta(ge=1, le=3650)]
Note = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Version = Annotated[int, msgspec.Meta(ge=0)]


class NewFacility(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A common part or facility to register; ``place`` is what people call where it is (1号楼西侧)."""

    kind: FacilityKind
    place: Place
    code: Code | None = None
    building_id: Identity | None = None
    installed_on: date | None = None
    warranty_until: date | None = None
    cycle_days: CycleDays | None = None
    last_checked_on: date | None = None


class FacilityChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The facts to change; ``version`` is the one the editor saw."""

    version: Version
    kind: FacilityKind | UnsetType = UNSET
    place: Place | UnsetType = UNSET
    code: Code | UnsetType = UNSET
    building_id: Identity | UnsetType = UNSET
    installed_on: date | UnsetType = UNSET
    warranty_until: date | UnsetType = UNSET
    cycle_days: CycleDays | UnsetType = UNSET
    state: FacilityState | UnsetType = UNSET


class FacilityCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody who looked after it found."""

    version: Version
    state: FacilityState
    note: Note | None = None


class FacilityShown(msgspec.Struct, frozen=True):
    """A facility with the day its next upkeep is due; ``token`` goes into its QR code."""

    id: str
    kind: FacilityKind
    kind_label: str
    place: str
    state: FacilityState
    token: str
    version: int
    code: str | None = None
    building_id: str | None = None
    installed_on: date | None = None
    warranty_until: date | None = None
    cycle_days: int | None = None
    last_checked_on: date | None = None
    last_check_note: str | None = None
    due_on: date | None = None

    @classmethod
    def of(cls, facility: Facility) -> FacilityShown:
        """Return what is shown of a facility."""
        return cls(
            id=facility.id,
            kind=facility.kind,
            kind_label=KIND_LABELS[facility.kind],
            place=facility.place,
            state=facility.state,
            token=facility.token,
            version=facility.version,
            code=facility.code,
            building_id=facility.building_id,
            installed_on=facility.installed_on,
            warranty_until=facility.warranty_until,
            cycle_days=facility.cycle_days,
            last_checked_on=facility.last_checked_on,
            last_check_note=facility.last_check_note,
            due_on=facility.due_on,
        )
