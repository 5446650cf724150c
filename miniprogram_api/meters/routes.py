"""Meters and readings over HTTP; ``common`` stands for a building where a meter serves the whole estate."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.estates.rules import BuildingUnknown, RoomUnknown
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.kernel.period import PeriodUnreadable
from miniprogram_api.meters.rules import (
    AlreadyRead,
    MeterMisplaced,
    MeterMoved,
    MeterRemoved,
    MeterThere,
    MeterUnknown,
    ReadingBilled,
    ReadingImpossible,
    ReadingLower,
    ReadingSettled,
    ReadingUnknown,
    ReasonMissing,
    Seen,
)
from miniprogram_api.meters.schemas import (
    CorrectReading,
    MeterShown,
    NewMeter,
    NewReading,
    ReadingShown,
    RemoveMeter,
    RoundShown,
    month,
)
from miniprogram_api.meters.service import Meters

routes = Routes("meters", tag="抄表")

_METERS = "/v1/estates/<estate_id>/buildings/<building_id>/meters"
_METER = f"{_METERS}/<meter_id>"
_ROUND = "/v1/estates/<estate_id>/buildings/<building_id>/meter-rounds/<of_month>"
# A photo that cannot be used is "not found".
_SEEN = (MeterUnknown, MeterMoved, ReadingImpossible, ReadingLower, NotFound)


def _seen(call: Call, reading: NewReading) -> Seen:
    return reading.seen(call.principal.account_id, call.principal.display_name, call.now)


@routes.get(_METERS, guard=in_estate(Permission.METER_READ))
def list_meters(call: Call, estate_id: str, building_id: str) -> PageOf[MeterShown]:
    """List the meters of a building, or of the common parts, removed ones too."""
    meters = call.service(Meters).list_meters(estate_id, building_id)
    return PageOf([MeterShown.of(meter) for meter in meters])


@routes.post(
    _METERS,
    guard=in_estate(Permission.METER_ENTER),
    status=201,
    repeatable=True,
    errors=(BuildingUnknown, RoomUnknown, MeterMisplaced, ReadingImpossible, MeterThere),
)
def install_meter(call: Call, estate_id: str, building_id: str, body: NewMeter) -> MeterShown:
    """Install a meter with its first reading."""
    meter = body.meter(estate_id, building_id)
    return MeterShown.of(call.service(Meters).install(call.principal.account_id, meter, call.key, call.now))


@routes.post(f"{_METER}/removal", guard=in_estate(Permission.METER_ENTER), errors=(*_SEEN, MeterRemoved, AlreadyRead))
def remove_meter(call: Call, estate_id: str, building_id: str, meter_id: str, body: RemoveMeter) -> ReadingShown:
    """Take a meter out with its last reading; a new one that is installed adds to it in the same period."""
    meters, seen = call.service(Meters), _seen(call, body.reading)
    return ReadingShown.of(meters.remove(estate_id, building_id, meter_id, body.removed_on, seen))


@routes.get(f"{_METER}/readings", guard=in_estate(Permission.METER_READ), errors=(MeterUnknown,))
def list_readings(
    call: Call, estate_id: str, building_id: str, meter_id: str, query: ListQuery
) -> PageOf[ReadingShown]:
    """List the readings of a meter with their corrections, the newest first."""
    page = call.service(Meters).list_of_meter(estate_id, building_id, meter_id, query.limit, query.cursor)
    return PageOf([ReadingShown.of(reading) for reading in page.items], page.next)


@routes.put(
    f"{_METER}/readings/<of_month>",
    guard=in_estate(Permission.METER_ENTER),
    errors=(*_SEEN, PeriodUnreadable, MeterRemoved, AlreadyRead),
)
def enter_reading(
    call: Call, estate_id: str, building_id: str, meter_id: str, of_month: str, body: NewReading
) -> ReadingShown:
    """Enter the one reading of a meter for a month; another value for it is a correction."""
    seen = _seen(call, body)
    return ReadingShown.of(call.service(Meters).read(estate_id, building_id, meter_id, month(of_month), seen))


@routes.post(
    f"{_METER}/readings/<of_month>/correction",
    guard=in_estate(Permission.METER_ENTER),
    errors=(*_SEEN, PeriodUnreadable, ReadingUnknown, ReadingSettled, ReadingBilled, ReasonMissing),
)
def correct_reading(
    call: Call, estate_id: str, building_id: str, meter_id: str, of_month: str, body: CorrectReading
) -> ReadingShown:
    """Correct the newest reading of a meter while no bill rests on it; both versions stay."""
    meters, seen = call.service(Meters), _seen(call, body.reading)
    return ReadingShown.of(meters.correct(estate_id, building_id, meter_id, month(of_month), seen, body.reason))


@routes.get(_ROUND, guard=in_estate(Permission.METER_READ), errors=(PeriodUnreadable,))
def read_meter_round(call: Call, estate_id: str, building_id: str, of_month: str) -> RoundShown:
    """Return a building's readings of a month, and the meters that are still to be read."""
    readings, unread = call.service(Meters).round_of(estate_id, building_id, month(of_month))
    return RoundShown([ReadingShown.of(one) for one in readings], [MeterShown.of(meter) for meter in unread])
