"""Keep the register of common parts and facilities, and see that each is looked after in its rhythm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from miniprogram_api.facilities.rules import (
    Facility,
    FacilityChanged,
    FacilityExists,
    FacilityKind,
    FacilityState,
    FacilityUnknown,
)
from miniprogram_api.facilities.store import FACILITY
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id, secret_token
from miniprogram_api.storage.keys import SHARDS
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.facilities.store import FacilityStore
    from miniprogram_api.kernel.page import Page

TOKEN_LENGTH = 22
_REMINDED_PER_SHARD = 25
"""A sweep tells of at most 200 facilities and leaves the rest to the next one."""


class Facilities:
    """The register of an estate's facilities (EST-13)."""

    def __init__(self, store: FacilityStore) -> None:
        self._store = store

    def get_facility(self, estate_id: str, facility_id: str) -> Facility:
        """Return a facility of the estate, or raise FacilityUnknown."""
        facility = self._store.find(estate_id, facility_id)
        if facility is None:
            raise FacilityUnknown
        return facility

    def get_by_token(self, estate_id: str, token: str) -> Facility:
        """Return the facility of the estate on which a QR code was scanned, or raise FacilityUnknown."""
        facility = self._store.find_by_token(token)
        if facility is None or facility.estate_id != estate_id:
            raise FacilityUnknown
        return facility

    def list_facilities(self, estate_id: str, limit: int, cursor: str | None) -> Page[Facility]:
        """List the facilities of an estate."""
        return self._store.list_of_estate(estate_id, limit, cursor)

    def list_due(self, estate_id: str, now: datetime, limit: int, cursor: str | None) -> Page[Facility]:
        """List what is due for upkeep today, longest overdue first."""
        return self._store.list_due(estate_id, date_of(now), limit, cursor)

    def add_facility(
        self, by: str, key: str, estate_id: str, *, kind: FacilityKind, place: str, facts: dict[str, Any], now: datetime
    ) -> Facility:
        """Register a facility; it gets a token for its QR code.

        Raises:
            FacilityExists: the same act was done before with other facts.
            FacilityBuildingUnknown: the building named is none of the estate's.
        """
        facility_id = derived_id("fac", by, "add_facility", estate_id, key)
        facility = Facility(facility_id, estate_id, kind, place, secret_token(TOKEN_LENGTH), date_of(now), **facts)
        act = Transaction(by, "add_facility", now)
        act.add(FACILITY, facility, otherwise=FacilityExists)
        if facility.building_id is not None:
            self._store.require_building(act, estate_id, facility.building_id)
        try:
            self._store.commit(act)
        except FacilityExists:
            there = self.get_facility(estate_id, facility_id)
            if replace(there, token=facility.token, registered_on=facility.registered_on) != facility:
                raise
            return there
        return facility

    def edit_facility(
        self, by: str, estate_id: str, facility_id: str, version: int, changes: dict[str, Any], now: datetime
    ) -> Facility:
        """Change facts of a facility; a removed one stays on record and is due no more."""
        facility = self._seen(estate_id, facility_id, version)
        act = Transaction(by, "edit_facility", now)
        after = act.change(FACILITY, facility, replace(facility, **changes), otherwise=FacilityChanged)
        if "building_id" in changes:
            self._store.require_building(act, estate_id, changes["building_id"])
        self._store.commit(act)
        return after

    def record_check(
        self,
        by: str,
        estate_id: str,
        facility_id: str,
        version: int,
        state: FacilityState,
        note: str | None,
        now: datetime,
    ) -> Facility:
        """Record that somebody looked after a facility today; the next due date follows."""
        act = Transaction(by, "check_facility", now)
        after = self.add_check(act, estate_id, facility_id, version, state, note)
        self._store.commit(act)
        return after

    def add_check(
        self, act: Transaction, estate_id: str, facility_id: str, version: int, state: FacilityState, note: str | None
    ) -> Facility:
        """Add to ``act`` that its person looked after a facility now, for an act that records more than that.

        Raises:
            FacilityUnknown: the estate has no such facility.
            FacilityChanged: it is not as the person saw it; also from the commit.
        """
        facility = self._seen(estate_id, facility_id, version)
        after = facility.checked(act.by, date_of(act.at), state, note)
        return act.change(FACILITY, facility, after, otherwise=FacilityChanged)

    def sweep(self, now: datetime) -> int:
        """Mark facilities whose upkeep is due, so that their people are told once; return how many."""
        told = 0
        for shard in range(SHARDS):
            for facility in self._store.list_to_remind(shard, date_of(now), _REMINDED_PER_SHARD):
                act = Transaction("system", "remind_of_upkeep", now)
                reminded = replace(facility, reminded_on=facility.due_on)
                act.change(FACILITY, facility, reminded, otherwise=FacilityChanged)
                try:
                    self._store.commit(act)
                except FacilityChanged:
                    continue
                told += 1
        return told

    def _seen(self, estate_id: str, facility_id: str, version: int) -> Facility:
        facility = self.get_facility(estate_id, facility_id)
        if facility.version != version:
            raise FacilityChanged
        return facility
