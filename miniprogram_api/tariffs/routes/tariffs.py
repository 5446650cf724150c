"""Tariffs and fee settings over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, PageOf, Routes
from miniprogram_api.estates.rules import RoomUnknown
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.period import Period, PeriodUnreadable
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused
from miniprogram_api.tariffs.formula import FormulaWrong
from miniprogram_api.tariffs.schemas.charges import ChargesQuery, ChargesShown, LineShown, ProblemShown
from miniprogram_api.tariffs.schemas.settings import FeeSettingsSent
from miniprogram_api.tariffs.schemas.tariffs import EndTariff, GiveReason, NewTariff, RewriteTariff, TariffShown
from miniprogram_api.tariffs.service import Tariffs
from miniprogram_api.tariffs.service.drafting import TariffDesk
from miniprogram_api.tariffs.standards import PackageIncomplete
from miniprogram_api.tariffs.tariff import (
    AboveLimit,
    ChargeIncluded,
    DecisionMissing,
    Hand,
    ParkingApart,
    Tariff,
    TariffBackdated,
    TariffKeyReused,
    TariffMoved,
    TariffOverlap,
    TariffUnclear,
    TariffUnknown,
    previous,
)

routes = Routes("tariffs", tag="收费标准")

_TARIFFS = "/v1/estates/<estate_id>/tariffs"
_TARIFF = f"{_TARIFFS}/<tariff_id>"
_SETTINGS = "/v1/estates/<estate_id>/fee-settings"
_WRITTEN = (TariffUnclear, FormulaWrong, ParkingApart, DecisionMissing, PackageIncomplete)
_STEP = (TariffUnknown, IllegalTransition, InputMissing, TariffMoved)


def hand_of(call: Call) -> Hand:
    """Return who asks, and when, as a step records it."""
    return Hand(call.principal.account_id, call.principal.display_name, call.now)


def _shown(call: Call, tariff: Tariff) -> TariffShown:
    listed = call.service(Tariffs).list_tariffs(call.principal, call.territory, tariff.estate_id)
    return TariffShown.of(tariff, previous(tariff, listed))


@routes.get(_TARIFFS, guard=in_estate(Permission.TARIFF_READ))
def list_tariffs(call: Call, estate_id: str) -> PageOf[TariffShown]:
    """List the tariffs in force and past ones with basis and change; drafts only to who works on them (FEE-05)."""
    listed = call.service(Tariffs).list_tariffs(call.principal, call.territory, estate_id)
    return PageOf([TariffShown.of(tariff, previous(tariff, listed)) for tariff in listed])


@routes.post(
    _TARIFFS,
    guard=in_estate(Permission.TARIFF_EDIT),
    status=201,
    repeatable=True,
    errors=(*_WRITTEN, TariffKeyReused),
)
def draft_tariff(call: Call, estate_id: str, body: NewTariff) -> TariffShown:
    """Draft a tariff."""
    tariff_id = derived_id("tariff", call.principal.account_id, estate_id, "draft_tariff", call.key)
    return _shown(call, call.service(TariffDesk).draft(body.tariff(tariff_id, estate_id, hand_of(call))))


@routes.get(_TARIFF, guard=in_estate(Permission.TARIFF_READ), errors=(TariffUnknown,))
def read_tariff(call: Call, estate_id: str, tariff_id: str) -> TariffShown:
    """Return one tariff."""
    tariffs = call.service(Tariffs)
    return _shown(call, tariffs.access_tariff_by_id(call.principal, call.territory, estate_id, tariff_id))


@routes.put(
    _TARIFF,
    guard=in_estate(Permission.TARIFF_EDIT),
    errors=(*_WRITTEN, TariffUnknown, IllegalTransition, TariffMoved),
)
def rewrite_tariff(call: Call, estate_id: str, tariff_id: str, body: RewriteTariff) -> TariffShown:
    """Write a draft anew; a tariff that was approved is never edited, a new version replaces it."""
    tariff = body.tariff.tariff(tariff_id, estate_id, hand_of(call), body.version)
    return _shown(call, call.service(TariffDesk).rewrite(tariff))


@routes.post(f"{_TARIFF}/proposal", guard=in_estate(Permission.TARIFF_EDIT), errors=_STEP)
def propose_tariff(call: Call, estate_id: str, tariff_id: str) -> TariffShown:
    """Ask another person to approve a draft."""
    return _shown(call, call.service(TariffDesk).take_step(estate_id, tariff_id, "propose", hand_of(call)))


@routes.post(
    f"{_TARIFF}/approval",
    guard=in_estate(Permission.TARIFF_APPROVE),
    errors=(*_STEP, SamePersonRefused, AboveLimit, TariffOverlap, ChargeIncluded, TariffBackdated),
)
def approve_tariff(call: Call, estate_id: str, tariff_id: str) -> TariffShown:
    """Bring a tariff into force from its day on; never by who drafted or proposed it (FEE-03, FEE-04)."""
    return _shown(call, call.service(TariffDesk).approve(estate_id, tariff_id, hand_of(call)))


@routes.post(f"{_TARIFF}/return", guard=in_estate(Permission.TARIFF_APPROVE), errors=_STEP)
def return_tariff(call: Call, estate_id: str, tariff_id: str, body: GiveReason) -> TariffShown:
    """Give a proposed tariff back to who drafted it."""
    desk = call.service(TariffDesk)
    return _shown(call, desk.take_step(estate_id, tariff_id, "return", hand_of(call), body.reason))


@routes.post(f"{_TARIFF}/withdrawal", guard=in_estate(Permission.TARIFF_EDIT), errors=_STEP)
def withdraw_tariff(call: Call, estate_id: str, tariff_id: str, body: GiveReason) -> TariffShown:
    """Give up a tariff that never was in force."""
    desk = call.service(TariffDesk)
    return _shown(call, desk.take_step(estate_id, tariff_id, "withdraw", hand_of(call), body.reason))


@routes.post(f"{_TARIFF}/end", guard=in_estate(Permission.TARIFF_APPROVE), errors=(*_STEP, TariffBackdated))
def end_tariff(call: Call, estate_id: str, tariff_id: str, body: EndTariff) -> TariffShown:
    """End a tariff with a day, today at the earliest."""
    desk = call.service(TariffDesk)
    after = desk.end(estate_id, tariff_id, body.last_on, body.reason, hand_of(call), closes=body.closes)
    return _shown(call, after)


@routes.get(
    "/v1/estates/<estate_id>/rooms/<room_id>/charges",
    guard=in_estate(Permission.TARIFF_EDIT),
    errors=(RoomUnknown, PeriodUnreadable),
)
def try_charges(call: Call, estate_id: str, room_id: str, query: ChargesQuery) -> ChargesShown:
    """Work out what a room would be charged in a period, without abatements and without writing anything (FEE-01)."""
    charged = call.service(TariffDesk).try_out(estate_id, room_id, query.kind, Period.parse(query.period))
    return ChargesShown(
        total_fen=sum(line.fen for line in charged.lines),
        lines=[LineShown.of(line) for line in charged.lines],
        problems=[ProblemShown.of(problem) for problem in charged.problems],
    )


@routes.get(_SETTINGS, guard=in_estate(Permission.TARIFF_READ))
def read_fee_settings(call: Call, estate_id: str) -> FeeSettingsSent:
    """Return how the estate bills: when bills are due, and whether a late fee grows."""
    return FeeSettingsSent.of(call.service(Tariffs).fee_settings(estate_id))


@routes.put(_SETTINGS, guard=in_estate(Permission.TARIFF_APPROVE), errors=(Conflict,))
def set_fee_settings(call: Call, estate_id: str, body: FeeSettingsSent) -> FeeSettingsSent:
    """Say how the estate bills from now on; a late fee needs the clause it rests on."""
    after = call.service(Tariffs).set_fee_settings(call.principal.account_id, body.settings(estate_id), call.now)
    return FeeSettingsSent.of(after)
