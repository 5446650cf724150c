"""The ledger of practical matters over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate, in_unit
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission, PlaceUnknown
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.page import Page
from miniprogram_api.practical_matters.rules import (
    AlreadySolved,
    Matter,
    MatterKeyReused,
    MatterUnknown,
    OrdersUnknown,
    SolutionRefused,
)
from miniprogram_api.practical_matters.schemas import (
    AddMatter,
    AddMatterOfEstate,
    LedgerTotals,
    MatterShown,
    SolveMatter,
    TotalsShown,
)
from miniprogram_api.practical_matters.service import PracticalMatters, Promise

routes = Routes("practical_matters", tag="我为群众办实事")

_READ, _EDIT = Permission.MATTER_READ, Permission.MATTER_EDIT
_UNIT = "/v1/units/<unit_id>/practical-matters"
_ESTATE = "/v1/estates/<estate_id>/practical-matters"
_SOLVING = (MatterUnknown, AlreadySolved, SolutionRefused, Invalid, NotFound, Conflict)


@routes.post(
    _UNIT,
    guard=in_unit(_EDIT),
    status=201,
    repeatable=True,
    errors=(OrdersUnknown, MatterKeyReused, PlaceUnknown, Conflict),
)
def add_practical_matter(call: Call, unit_id: str, body: AddMatter) -> MatterShown:  # noqa: ARG001  checked by the guard
    """Add a matter to the ledger of a unit (REP-17)."""
    promise = Promise(body.title, body.responsible, body.due_on, body.estate_id, tuple(dict.fromkeys(body.order_ids)))
    return _add(call, promise)


@routes.post(
    _ESTATE,
    guard=in_estate(_EDIT),
    status=201,
    repeatable=True,
    errors=(OrdersUnknown, MatterKeyReused, Conflict),
)
def add_practical_matter_of_estate(call: Call, estate_id: str, body: AddMatterOfEstate) -> MatterShown:
    """Make a matter from work orders of the estate; its community keeps it (REP-17)."""
    promise = Promise(body.title, body.responsible, body.due_on, estate_id, tuple(dict.fromkeys(body.order_ids)))
    return _add(call, promise)


@routes.get(_UNIT, guard=in_unit(_READ))
def list_practical_matters(call: Call, unit_id: str, query: ListQuery) -> PageOf[MatterShown]:  # noqa: ARG001  guard's
    """List the matters of a unit and of everything below it."""
    service = call.service(PracticalMatters)
    return _page(service.list_matters(call.territory.units, query.limit, query.cursor))


@routes.get(_ESTATE, guard=in_estate(_READ))
def list_practical_matters_of_estate(call: Call, estate_id: str, query: ListQuery) -> PageOf[MatterShown]:
    """List the matters of an estate, newest first."""
    return _page(call.service(PracticalMatters).list_of_estate(estate_id, query.limit, query.cursor))


@routes.get(f"{_UNIT}/totals", guard=in_unit(_READ))
def read_practical_matter_totals(call: Call, unit_id: str) -> LedgerTotals:  # noqa: ARG001  checked by the guard
    """Recompute the totals of a unit and of each unit below it from the records (REP-17)."""
    whole, below = call.service(PracticalMatters).totals(call.territory.units, call.now)
    return LedgerTotals(TotalsShown.of(whole), {unit: TotalsShown.of(totals) for unit, totals in below.items()})


@routes.get(f"{_UNIT}/<matter_id>", guard=in_unit(_READ), errors=(MatterUnknown,))
def read_practical_matter(call: Call, unit_id: str, matter_id: str) -> MatterShown:  # noqa: ARG001  guard's
    """Show a matter of the unit's own ledger."""
    return MatterShown.of(call.service(PracticalMatters).get_matter(call.territory.units, matter_id))


@routes.post(f"{_UNIT}/<matter_id>/solution", guard=in_unit(_EDIT), errors=_SOLVING)
def solve_practical_matter(call: Call, unit_id: str, matter_id: str, body: SolveMatter) -> MatterShown:  # noqa: ARG001
    """Record that a matter was solved, whom it reached, with proof."""
    return _solve(call, matter_id, body)


@routes.post(f"{_ESTATE}/<matter_id>/solution", guard=in_estate(_EDIT), errors=_SOLVING)
def solve_practical_matter_of_estate(call: Call, estate_id: str, matter_id: str, body: SolveMatter) -> MatterShown:
    """Record the same from the estate; only matters of this very estate."""
    service = call.service(PracticalMatters)
    if service.get_matter(call.territory.units, matter_id).estate_id != estate_id:
        raise MatterUnknown
    return _solve(call, matter_id, body)


def _add(call: Call, promise: Promise) -> MatterShown:
    service = call.service(PracticalMatters)
    by = call.principal.account_id
    return MatterShown.of(service.add_matter(by, call.territory.units, promise, call.key, call.now))


def _solve(call: Call, matter_id: str, body: SolveMatter) -> MatterShown:
    service = call.service(PracticalMatters)
    by = call.principal.account_id
    return MatterShown.of(service.solve(by, call.territory.units, matter_id, body.solution(), call.now))


def _page(page: Page[Matter]) -> PageOf[MatterShown]:
    return PageOf([MatterShown.of(matter) for matter in page.items], page.next)
