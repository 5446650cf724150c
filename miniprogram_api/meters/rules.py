"""A meter 表 and its readings 抄表: what was used between two readings, exactly, and what looks wrong about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.period import Period, month_after, month_of
from miniprogram_api.kernel.quantity import THOUSANDTHS, format_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COMMON = "common"
"""Stands for a building where a meter serves the whole estate."""

_USUAL = 3
_UNUSUAL = 3
"""More than three times the mean of the last three usages is flagged (ours)."""


class MeterKind(StrEnum):
    """What a meter measures."""

    WATER = "water"
    HOT_WATER = "hot_water"
    ELECTRICITY = "electricity"
    HEAT = "heat"
    GAS = "gas"


KIND_LABELS: dict[MeterKind, str] = {
    MeterKind.WATER: "水表",
    MeterKind.HOT_WATER: "热水表",
    MeterKind.ELECTRICITY: "电表",
    MeterKind.HEAT: "热量表",
    MeterKind.GAS: "燃气表",
}


class MeterUnknown(NotFound):
    """The building has no such meter."""

    code = "meter_unknown"
    message = "没有找到该表，请刷新表具列表。"


class MeterMoved(Conflict):
    """Somebody else read, corrected or removed the meter at the same moment."""

    code = "meter_moved"
    message = "该表刚刚有新的记录，请刷新后再操作。"


class MeterThere(Conflict):
    """Another meter was installed by the same request."""

    code = "meter_there"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class MeterMisplaced(Invalid):
    """The room does not lie in the building, or the meter of a common part has no place."""

    code = "meter_misplaced"
    message = "房屋不在该楼栋，或未填写公共部位名称，请重新选择。"


class MeterRemoved(Conflict):
    """The meter was taken out; it is read no more."""

    code = "meter_removed"
    message = "该表已拆除，请为新表录入读数。"


class AlreadyRead(Conflict):
    """The meter has a reading of that month or of a later one."""

    code = "already_read"
    message = "该表本月或之后已有读数，如有错误请办理更正。"


class ReadingUnknown(NotFound):
    """The meter was not read in that month."""

    code = "reading_unknown"
    message = "没有找到该月的读数，请先抄表。"


class ReadingImpossible(Invalid):
    """The dial cannot show such a number, or the day does not fit the life of the meter."""

    code = "reading_impossible"
    message = "读数超出表盘位数，或日期早于装表日期，请核对后重新填写。"


class ReadingLower(Invalid):
    """The reading is lower than the last one, and nobody said that the dial ran over, or it cannot have."""

    code = "reading_lower"
    message = "读数低于上次，请核对；如表盘已走满归零，请勾选“表盘归零”后提交。"


class ReadingSettled(Conflict):
    """A later reading counts from this one."""

    code = "reading_settled"
    message = "该读数之后已有新读数，只能更正最近一次读数。"


class ReadingBilled(Conflict):
    """A bill that holds was made from the reading; it is voided first."""

    code = "reading_billed"
    message = "该月读数已用于账单，请先作废账单再更正。"


class ReasonMissing(Invalid):
    """An estimate or a correction says why."""

    code = "reason_missing"
    message = "请填写估抄或更正的原因。"


@dataclass(frozen=True, slots=True)
class Meter:
    """One meter. Values are what the dial shows, in 0.001 units; ``multiplier`` turns them into usage.

    ``digits`` are the dial's whole digits. ``building_id`` is ``common`` where it serves the whole estate, ``room_id``
    is None for a common part, which ``place`` names. ``last_month`` and ``last_value`` are of the newest reading, or
    of the installation; ``usages`` are the last four usages, the newest last.
    """

    id: str
    estate_id: str
    building_id: str
    kind: MeterKind
    serial: str
    place: str
    digits: int
    installed_on: date
    first_value: int
    last_value: int
    room_id: str | None = None
    multiplier: int = 1
    last_month: str = ""
    usages: tuple[int, ...] = ()
    removed_on: date | None = None
    version: int = 0

    def serves(self, day: date) -> bool:
        """Say whether it is installed on a day."""
        return self.installed_on <= day and (self.removed_on is None or day < self.removed_on)


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw on a dial: the value in 0.001 units, with a photo; ``estimated`` is why nobody could look.

    ``ran_over`` confirms that the dial passed its highest number and began again.
    """

    value: int
    by: str
    by_name: str
    at: datetime
    photo_id: str | None = None
    estimated: str = ""
    ran_over: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A reading as it stood before a correction, and why it was corrected."""

    seen: Seen
    used: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of one meter for one month: since ``before`` so much was used. Earlier versions stay."""

    estate_id: str
    building_id: str
    meter_id: str
    kind: MeterKind
    serial: str
    place: str
    month: str
    before: int
    seen: Seen
    used: int
    unusual: bool
    room_id: str | None = None
    multiplier: int = 1
    earlier: tuple[Version, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class MeterUsage:
    """What the meters of one kind of a room used in a period, in 0.001 units, and how that comes about."""

    thousandths: int
    basis: str
    photo_id: str | None


def used_between(meter: Meter, before: int, seen: Seen) -> int:
    """Return what was used between two readings, in 0.001 units.

    Raises:
        ReadingImpossible: the dial has not so many digits.
        ReadingLower: it is lower without the dial having run over; or it "ran over" though it is higher, or would
            have turned more than half its range.
    """
    whole = 10**meter.digits * THOUSANDTHS
    if not 0 <= seen.value < whole:
        raise ReadingImpossible
    turned = seen.value - before + (whole if seen.ran_over else 0)
    if turned < 0 or (seen.ran_over and turned * 2 > whole):
        raise ReadingLower(last_value=before)
    return turned * meter.multiplier


def is_unusual(used: int, usages: tuple[int, ...]) -> bool:
    """Say whether so much is more than three times the mean of the last three usages."""
    usual = usages[-_USUAL:]
    return bool(usual) and used * len(usual) > _UNUSUAL * sum(usual)


def read(meter: Meter, month: Period, seen: Seen) -> tuple[Meter, Reading]:
    """Return the meter after a reading for a month, and the reading.

    Raises:
        MeterRemoved: it is no longer there.
        AlreadyRead: the month or a later one was read.
        ReadingImpossible, ReadingLower: see ``used_between``; or the month lies before the installation.
    """
    if meter.removed_on is not None:
        raise MeterRemoved
    if meter.last_month >= str(month):
        raise AlreadyRead
    if month < month_of(meter.installed_on):
        raise ReadingImpossible
    used = used_between(meter, meter.last_value, seen)
    reading = Reading(
        estate_id=meter.estate_id,
        building_id=meter.building_id,
        meter_id=meter.id,
        kind=meter.kind,
        serial=meter.serial,
        place=meter.place,
        month=str(month),
        before=meter.last_value,
        seen=seen,
        used=used,
        unusual=is_unusual(used, meter.usages),
        room_id=meter.room_id,
        multiplier=meter.multiplier,
    )
    usages = (*meter.usages, used)[-_USUAL - 1 :]
    return replace(meter, last_month=str(month), last_value=seen.value, usages=usages), reading


def corrected(meter: Meter, reading: Reading, seen: Seen, reason: str) -> tuple[Meter, Reading]:
    """Return the meter and its newest reading with another value; the version before stays, with the reason.

    Raises:
        ReasonMissing: nobody said why.
        ReadingSettled: a later reading counts from it.
        ReadingImpossible, ReadingLower: see ``used_between``.
    """
    if not reason.strip():
        raise ReasonMissing
    if meter.last_month != reading.month:
        raise ReadingSettled
    used = used_between(meter, reading.before, seen)
    earlier = (*reading.earlier, Version(reading.seen, reading.used, reason))
    unusual = is_unusual(used, meter.usages[:-1])
    after = replace(meter, last_value=seen.value, usages=(*meter.usages[:-1], used))
    return after, replace(reading, seen=seen, used=used, unusual=unusual, earlier=earlier)


def removed(meter: Meter, on: date, seen: Seen) -> tuple[Meter, Reading]:
    """Return the meter taken out on a day, and its last reading.

    That reading is of the month of the day, or of the next one where the month was read before: what a new meter
    uses in that month adds to it.

    Raises:
        MeterRemoved: it was taken out before.
        ReadingImpossible: the day lies before the installation.
        ReadingLower: see ``used_between``.
    """
    if on < meter.installed_on:
        raise ReadingImpossible
    month = month_of(on)
    if meter.last_month >= str(month):
        month = month_of(month_after(Period.parse(meter.last_month).first_on, 1))
    after, reading = read(meter, month, seen)
    return replace(after, removed_on=on), reading


def unread(meters: Iterable[Meter], readings: Iterable[Reading], month: Period) -> list[Meter]:
    """Return the meters that serve on the last day of a month and have no reading of it."""
    done = {reading.meter_id for reading in readings if reading.month == str(month)}
    return [meter for meter in meters if meter.serves(month.last_on) and meter.id not in done]


def usages_of(
    meters: Iterable[Meter], readings: Iterable[Reading], period: Period, kinds: frozenset[str]
) -> Mapping[str, Mapping[str, MeterUsage]]:
    """Return what rooms used in a period: room id -> kind -> usage.

    A kind of which some meter was not read in the period's last month is left out: its usage is not known.
    """
    months = period.each_month()
    listed = [reading for reading in readings if Period.parse(reading.month) in months]
    open_ends = {(one.room_id, one.kind) for one in unread(meters, listed, months[-1])}
    found: dict[tuple[str, MeterKind], list[Reading]] = {}
    for reading in sorted(listed, key=lambda one: (one.month, one.seen.at, one.meter_id)):
        if reading.room_id and reading.kind in kinds and (reading.room_id, reading.kind) not in open_ends:
            found.setdefault((reading.room_id, reading.kind), []).append(reading)
    usages: dict[str, dict[str, MeterUsage]] = {}
    for (room_id, kind), own in found.items():
        basis = "，".join(dict.fromkeys(map(_working, own)))
        usages.setdefault(room_id, {})[kind] = MeterUsage(sum(one.used for one in own), basis, own[-1].seen.photo_id)
    return usages


def _working(reading: Reading) -> str:
    """Return ``水表A01 1200 → 1212.5`` with what else decides the usage."""
    text = f"{KIND_LABELS[reading.kind]}{reading.serial} {format_quantity(reading.before)}"
    text += f" → {format_quantity(reading.seen.value)}"
    text += "（表盘归零）" if reading.seen.ran_over else ""
    text += f" × 倍率{reading.multiplier}" if reading.multiplier > 1 else ""
    return text + (f"（估抄：{reading.seen.estimated}）" if reading.seen.estimated else "")
