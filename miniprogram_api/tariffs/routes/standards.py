"""Service standards and the menu over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate, in_unit
from miniprogram_api.edge.operations import Call, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.tariffs.routes.tariffs import hand_of
from miniprogram_api.tariffs.schemas.standards import MenuShown, NewStandard, StandardShown
from miniprogram_api.tariffs.service import Tariffs
from miniprogram_api.tariffs.service.standards import Standards
from miniprogram_api.tariffs.standards import StandardThere, StandardUnclear, StandardUnknown
from miniprogram_api.tariffs.tariff import MENU, Method

routes = Routes("standards", tag="收费标准")

_STANDARDS = "/v1/units/<unit_id>/service-standards"


@routes.post(
    _STANDARDS,
    guard=in_unit(Permission.PRICE_LIMIT_EDIT),
    status=201,
    errors=(StandardThere, StandardUnclear),
)
def publish_service_standard(call: Call, unit_id: str, body: NewStandard) -> StandardShown:
    """Lay down quantified service items and grades from a day on; the day is its identity (FEE-15)."""
    return StandardShown.of(call.service(Standards).publish(body.standard(unit_id, hand_of(call))))


@routes.get(_STANDARDS, guard=in_unit(Permission.PRICE_LIMIT_READ))
def list_service_standards(call: Call, unit_id: str) -> PageOf[StandardShown]:
    """List every standard the unit laid down, the newest first."""
    return PageOf([StandardShown.of(one) for one in call.service(Standards).list_of_unit(unit_id)])


@routes.get(
    "/v1/estates/<estate_id>/service-standard", guard=in_estate(Permission.TARIFF_READ), errors=(StandardUnknown,)
)
def read_service_standard(call: Call, estate_id: str) -> StandardShown:
    """Return the standard that holds at the estate today, for everybody there (FEE-15)."""
    return StandardShown.of(call.service(Standards).get_for_estate(estate_id, date_of(call.now)))


@routes.get("/v1/estates/<estate_id>/menu", guard=in_estate(Permission.TARIFF_READ))
def read_menu(call: Call, estate_id: str) -> MenuShown:
    """Return the package and the items that households may order beside it, as they hold today (FEE-08)."""
    today = date_of(call.now)
    held = call.service(Tariffs).list_in_force(estate_id, today)
    packages = [tariff for tariff in held if tariff.pricing.method is Method.GRADE_MENU]
    options = [tariff for tariff in held if tariff.code.startswith(MENU)]
    return MenuShown.of(packages, options, call.service(Standards).find_for_estate(estate_id, today))
