"""Where meters and readings lie: by building, so that one query gives what a bill run needs of all its rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.meters.rules import Meter, MeterUnknown, Reading, ReadingUnknown
from miniprogram_api.storage import fee_keys
from miniprogram_api.storage.kinds import Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

METER = Kind("meter", Meter, lambda meter: fee_keys.meter(meter.estate_id, meter.building_id, meter.id))
READING = Kind(
    "meter_reading",
    Reading,
    lambda one: fee_keys.reading(one.estate_id, one.building_id, one.month, one.meter_id),
    lambda one: {"gsi1": fee_keys.reading_of_meter(one.estate_id, one.meter_id, one.month)},
)


class MeterStore:
    """Meters and readings in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def get_meter(self, estate_id: str, building_id: str, meter_id: str) -> Meter:
        """Return a meter of the building, or raise MeterUnknown."""
        meter = self._table.find(METER, fee_keys.meter(estate_id, building_id, meter_id))
        if meter is None:
            raise MeterUnknown
        return meter

    def list_meters(self, estate_id: str, building_id: str) -> list[Meter]:
        """List every meter of a building: some a room, removed ones too."""
        return self._table.all_of(METER, fee_keys.meters_of_building(estate_id, building_id))

    def get_reading(self, meter: Meter, month: str) -> Reading:
        """Return the reading of a meter for a month, or raise ReadingUnknown."""
        reading = self._table.find(READING, fee_keys.reading(meter.estate_id, meter.building_id, month, meter.id))
        if reading is None:
            raise ReadingUnknown
        return reading

    def list_readings(self, estate_id: str, building_id: str, month: str) -> list[Reading]:
        """List every reading of a building for a month, read consistently."""
        return self._table.all_of(READING, fee_keys.readings_of_building(estate_id, building_id, month))

    def list_of_meter(self, estate_id: str, meter_id: str, limit: int, cursor: str | None) -> Page[Reading]:
        """List the readings of a meter, the newest first."""
        pk = fee_keys.reading_of_meter(estate_id, meter_id, "").pk
        return self._table.page(READING, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)
