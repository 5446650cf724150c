"""Shared costs over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, PageOf, Routes
from miniprogram_api.estates.rules import AreaMissing, BuildingUnknown
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.period import Period, PeriodUnreadable
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused
from miniprogram_api.tariffs.ordering import NotOffered
from miniprogram_api.tariffs.routes.tariffs import hand_of
from miniprogram_api.tariffs.schemas.shared import (
    NewSharedCost,
    PartsQuery,
    SharedCostShown,
    SharedCostsQuery,
    WithdrawSharedCost,
)
from miniprogram_api.tariffs.service.sharing import SharedCosts
from miniprogram_api.tariffs.sharing import (
    NothingToShareBy,
    SharedCostMoved,
    SharedCostUnknown,
    TooManyBuildings,
    UsageUnknown,
)

routes = Routes("shared_costs", tag="收费标准")

_COSTS = "/v1/estates/<estate_id>/shared-costs"
_COST = f"{_COSTS}/<period>/<cost_id>"
_STEP = (PeriodUnreadable, SharedCostUnknown, SharedCostMoved, IllegalTransition, InputMissing)


@routes.get(_COSTS, guard=in_estate(Permission.TARIFF_READ), errors=(PeriodUnreadable,))
def list_shared_costs(call: Call, estate_id: str, query: SharedCostsQuery) -> PageOf[SharedCostShown]:
    """List the shared costs of a period with their invoices, for everybody who bears them (FEE-04)."""
    costs = call.service(SharedCosts).list_within(estate_id, Period.parse(query.period))
    return PageOf([SharedCostShown.of(cost) for cost in costs])


@routes.post(
    _COSTS,
    guard=in_estate(Permission.TARIFF_EDIT),
    status=201,
    repeatable=True,
    # A photo that cannot be used is "not found".
    errors=(
        PeriodUnreadable,
        NotOffered,
        BuildingUnknown,
        TooManyBuildings,
        NothingToShareBy,
        AreaMissing,
        UsageUnknown,
        SharedCostMoved,
        NotFound,
    ),
)
def enter_shared_cost(call: Call, estate_id: str, body: NewSharedCost) -> SharedCostShown:
    """Enter a shared cost by its invoice and split it over the rooms, to the last fen."""
    cost_id = derived_id("share", call.principal.account_id, estate_id, "enter_shared_cost", call.key)
    return SharedCostShown.of(call.service(SharedCosts).enter(estate_id, cost_id, body.pool(), hand_of(call)))


@routes.get(_COST, guard=in_estate(Permission.TARIFF_EDIT), errors=(PeriodUnreadable, SharedCostUnknown))
def read_shared_cost(call: Call, estate_id: str, period: str, cost_id: str, query: PartsQuery) -> SharedCostShown:
    """Return a shared cost with the parts of one building."""
    costs = call.service(SharedCosts)
    cost = costs.get_cost(estate_id, Period.parse(period), cost_id)
    return SharedCostShown.of(cost, dict(costs.parts_of(cost, query.building_id)) if query.building_id else None)


@routes.post(f"{_COST}/confirmation", guard=in_estate(Permission.TARIFF_APPROVE), errors=(*_STEP, SamePersonRefused))
def confirm_shared_cost(call: Call, estate_id: str, period: str, cost_id: str) -> SharedCostShown:
    """Confirm a shared cost against its invoice; never by who entered it."""
    costs = call.service(SharedCosts)
    return SharedCostShown.of(costs.take_step(estate_id, Period.parse(period), cost_id, "confirm", hand_of(call)))


@routes.post(f"{_COST}/withdrawal", guard=in_estate(Permission.TARIFF_EDIT), errors=_STEP)
def withdraw_shared_cost(
    call: Call, estate_id: str, period: str, cost_id: str, body: WithdrawSharedCost
) -> SharedCostShown:
    """Take back a shared cost that nobody confirmed."""
    costs = call.service(SharedCosts)
    return SharedCostShown.of(
        costs.take_step(estate_id, Period.parse(period), cost_id, "withdraw", hand_of(call), body.reason)
    )
