"""Install, read, correct and remove meters, and say what was used in a period."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.meters.rules import (
    COMMON,
    AlreadyRead,
    Meter,
    MeterMisplaced,
    MeterMoved,
    MeterThere,
    MeterUsage,
    Reading,
    ReadingBilled,
    Seen,
    corrected,
    read,
    removed,
    unread,
    usages_of,
    used_between,
)
from miniprogram_api.meters.store import METER, READING, MeterStore
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.period import Period
    from miniprogram_api.photos.service import Photos


class BilledUsage(Protocol):
    """Knows which usage stands on bills."""

    def is_billed(self, estate_id: str, room_id: str, meter_kind: str, month: Period) -> bool:
        """Say whether a bill that holds charges the room by this kind of meter for a period around the month."""
        ...


class Meters:
    """The meters of all estates."""

    def __init__(self, store: MeterStore, estates: Estates, photos: Photos, billed: BilledUsage) -> None:
        self._store = store
        self._estates = estates
        self._photos = photos
        self._billed = billed

    def install(self, by: str, meter: Meter, key: str, now: datetime) -> Meter:
        """Install a meter with its first reading; the same request finds it already there.

        Raises:
            BuildingUnknown, RoomUnknown: see there.
            MeterMisplaced: the room lies elsewhere, or a common part has no name.
            ReadingImpossible: the dial cannot show the first reading.
            MeterThere: the key came before with different content.
        """
        meter = replace(meter, id=derived_id("meter", by, meter.estate_id, "install_meter", key), place=self._of(meter))
        used_between(meter, 0, Seen(meter.first_value, by, "", now))
        act = Transaction(by, "install_meter", now)
        act.add(METER, meter, otherwise=MeterThere)
        try:
            self._store.commit(act)
        except MeterThere:
            there = self._store.get_meter(meter.estate_id, meter.building_id, meter.id)
            # It may have been read or removed since; what the request said of it has not changed.
            said = replace(meter, version=there.version, usages=there.usages, removed_on=there.removed_on)
            if replace(said, last_month=there.last_month, last_value=there.last_value) != there:
                raise
            return there
        return meter

    def _of(self, meter: Meter) -> str:
        """Return what people call the place of a meter, after checking that it is there."""
        if meter.building_id != COMMON:
            self._estates.get_building(meter.estate_id, meter.building_id)
        if meter.room_id is None:
            if not meter.place.strip():
                raise MeterMisplaced
            return meter.place
        room = self._estates.get_room(meter.estate_id, meter.room_id)
        if room.building_id != meter.building_id:
            raise MeterMisplaced
        return room.label

    def read(self, estate_id: str, building_id: str, meter_id: str, month: Period, seen: Seen) -> Reading:
        """Enter the reading of a month; the same reading again changes nothing.

        Raises:
            MeterUnknown, MeterRemoved, AlreadyRead, ReadingImpossible, ReadingLower: see the rule.
            MeterMoved: somebody else entered one at the same moment.
            PhotoNotYours: see there.
        """
        meter = self._store.get_meter(estate_id, building_id, meter_id)
        if meter.last_month == str(month):
            there = self._store.get_reading(meter, str(month))
            if replace(there.seen, at=seen.at) == seen:
                return there
        after, reading = read(meter, month, seen)
        return self._enter("read_meter", meter, after, reading)

    def remove(self, estate_id: str, building_id: str, meter_id: str, on: date, seen: Seen) -> Reading:
        """Take a meter out with its last reading.

        Raises:
            MeterUnknown, MeterRemoved, ReadingImpossible, ReadingLower, MeterMoved, PhotoNotYours: as for ``read``.
        """
        meter = self._store.get_meter(estate_id, building_id, meter_id)
        after, reading = removed(meter, on, seen)
        return self._enter("remove_meter", meter, after, reading)

    def _enter(self, verb: str, before: Meter, after: Meter, reading: Reading) -> Reading:
        act = Transaction(reading.seen.by, verb, reading.seen.at)
        act.change(METER, before, after, otherwise=MeterMoved)
        act.add(READING, reading, otherwise=AlreadyRead)
        self._attach(act, reading)
        self._store.commit(act)
        return reading

    def _attach(self, act: Transaction, reading: Reading) -> None:
        if reading.seen.photo_id is not None:
            self._photos.attach(act, reading.estate_id, [reading.seen.photo_id], reading.meter_id, act.verb)

    def correct(
        self, estate_id: str, building_id: str, meter_id: str, month: Period, seen: Seen, reason: str
    ) -> Reading:
        """Correct the newest reading of a meter; both versions stay.

        Raises:
            MeterUnknown, ReadingUnknown, ReasonMissing, ReadingSettled, ReadingImpossible, ReadingLower: see the rule.
            ReadingBilled: a bill that is not void was made from it.
            MeterMoved: somebody else changed it at the same moment.
        """
        meter = self._store.get_meter(estate_id, building_id, meter_id)
        before = self._store.get_reading(meter, str(month))
        if meter.room_id and self._billed.is_billed(estate_id, meter.room_id, meter.kind, month):
            raise ReadingBilled
        after, reading = corrected(meter, before, seen, reason)
        act = Transaction(seen.by, "correct_reading", seen.at)
        act.change(METER, meter, after, otherwise=MeterMoved)
        reading = act.change(READING, before, reading, otherwise=MeterMoved)
        self._attach(act, reading)
        self._store.commit(act)
        return reading

    def list_meters(self, estate_id: str, building_id: str) -> list[Meter]:
        """List every meter of a building (or of the ``common`` parts), removed ones too."""
        return self._store.list_meters(estate_id, building_id)

    def list_of_meter(
        self, estate_id: str, building_id: str, meter_id: str, limit: int, cursor: str | None
    ) -> Page[Reading]:
        """List the readings of a meter, the newest first, or raise MeterUnknown."""
        meter = self._store.get_meter(estate_id, building_id, meter_id)
        return self._store.list_of_meter(estate_id, meter.id, limit, cursor)

    def round_of(self, estate_id: str, building_id: str, month: Period) -> tuple[list[Reading], list[Meter]]:
        """Return the readings of a building for a month, and the meters that are still to be read."""
        readings = self._store.list_readings(estate_id, building_id, str(month))
        return readings, unread(self._store.list_meters(estate_id, building_id), readings, month)

    def usages(
        self, estate_id: str, building_id: str, period: Period, kinds: frozenset[str]
    ) -> Mapping[str, Mapping[str, MeterUsage]]:
        """Return what the rooms of a building used in a period: room id -> kind -> usage.

        One query for the meters and one for each month; what is not known because a reading is missing is left out.
        """
        if not kinds:
            return {}
        months = [str(month) for month in period.each_month()]
        readings = [one for month in months for one in self._store.list_readings(estate_id, building_id, month)]
        return usages_of(self._store.list_meters(estate_id, building_id), readings, period, kinds)
