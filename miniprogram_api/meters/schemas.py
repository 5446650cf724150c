"""What is sent and shown of meters and readings; values are whole 0.001 units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from miniprogram_api.kernel.period import Period, PeriodUnreadable
from miniprogram_api.meters.rules import KIND_LABELS, Meter, MeterKind, Reading, Seen

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Value = Annotated[int, msgspec.Meta(ge=0, lt=10**12)]


def month(text: str) -> Period:
    """Return the month that a part of a path names, or raise PeriodUnreadable."""
    period = Period.parse(text)
    if period.months > 1:
        raise PeriodUnreadable
    return period


class NewMeter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A meter with its first reading, of a room or of the common part that ``place`` names."""

    kind: MeterKind
    serial: Name
    digits: Annotated[int, msgspec.Meta(ge=1, le=9)]
    installed_on: date
    first_value: Value
    room_id: Id | None = None
    place: Annotated[str, msgspec.Meta(max_length=40)] = ""
    multiplier: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1

    def meter(self, estate_id: str, building_id: str) -> Meter:
        """Return it as the house speaks of it; the id follows from the request."""
        return Meter(
            id="",
            estate_id=estate_id,
            building_id=building_id,
            kind=self.kind,
            serial=self.serial,
            place=self.place,
            digits=self.digits,
            installed_on=self.installed_on,
            first_value=self.first_value,
            last_value=self.first_value,
            room_id=self.room_id,
            multiplier=self.multiplier,
        )


class NewReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a dial shows; ``estimated`` says why nobody could look, ``ran_over`` that it passed its highest number."""

    value: Value
    photo_id: Id | None = None
    estimated: Annotated[str, msgspec.Meta(max_length=100)] = ""
    ran_over: bool = False

    def seen(self, by: str, by_name: str, at: datetime) -> Seen:
        """Return it as the house speaks of it."""
        return Seen(self.value, by, by_name, at, self.photo_id, self.estimated, self.ran_over)


class CorrectReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the dial showed indeed, and why the reading was wrong."""

    reading: NewReading
    reason: Reason


class RemoveMeter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which day the meter was taken out, and what it showed last."""

    removed_on: date
    reading: NewReading


class MeterShown(msgspec.Struct, frozen=True):
    """One meter."""

    id: str
    kind: MeterKind
    kind_label: str
    serial: str
    place: str
    digits: int
    multiplier: int
    installed_on: date
    first_value: int
    last_value: int
    room_id: str | None = None
    last_month: str = ""
    removed_on: date | None = None

    @classmethod
    def of(cls, meter: Meter) -> MeterShown:
        """Return what is shown of a meter."""
        return cls(
            id=meter.id,
            kind=meter.kind,
            kind_label=KIND_LABELS[meter.kind],
            serial=meter.serial,
            place=meter.place,
            digits=meter.digits,
            multiplier=meter.multiplier,
            installed_on=meter.installed_on,
            first_value=meter.first_value,
            last_value=meter.last_value,
            room_id=meter.room_id,
            last_month=meter.last_month,
            removed_on=meter.removed_on,
        )


class VersionShown(msgspec.Struct, frozen=True):
    """A reading before it was corrected."""

    value: int
    used: int
    by_name: str
    at: datetime
    reason: str
    photo_id: str | None = None


class ReadingShown(msgspec.Struct, frozen=True):
    """One reading; ``unusual`` flags more than three times what is usual, for somebody to look again."""

    meter_id: str
    kind: MeterKind
    serial: str
    place: str
    month: str
    before: int
    value: int
    used: int
    unusual: bool
    estimated: str
    ran_over: bool
    by_name: str
    at: datetime
    earlier: list[VersionShown]
    room_id: str | None = None
    photo_id: str | None = None

    @classmethod
    def of(cls, reading: Reading) -> ReadingShown:
        """Return what is shown of a reading."""
        seen = reading.seen
        return cls(
            meter_id=reading.meter_id,
            kind=reading.kind,
            serial=reading.serial,
            place=reading.place,
            month=reading.month,
            before=reading.before,
            value=seen.value,
            used=reading.used,
            unusual=reading.unusual,
            estimated=seen.estimated,
            ran_over=seen.ran_over,
            by_name=seen.by_name,
            at=seen.at,
            earlier=[
                VersionShown(one.seen.value, one.used, one.seen.by_name, one.seen.at, one.reason, one.seen.photo_id)
                for one in reading.earlier
            ],
            room_id=reading.room_id,
            photo_id=seen.photo_id,
        )


class RoundShown(msgspec.Struct, frozen=True):
    """How far the reading of a building's meters came in a month."""

    readings: list[ReadingShown]
    unread: list[MeterShown]
