"""The collection rate over HTTP; nobody is named."""

from __future__ import annotations

from miniprogram_api.billing.collection import CountedAtNight
from miniprogram_api.billing.schemas.arrears import (
    AgeingShown,
    CompanyRate,
    CountedShown,
    EstateRate,
    FigureShown,
    RateQuery,
)
from miniprogram_api.billing.service.figures import CollectionFigures
from miniprogram_api.edge.guards import in_company, in_estate, in_unit
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.period import Period, PeriodUnreadable

routes = Routes("collection", tag="账单与收缴")

_COLLECTION = "/v1/estates/<estate_id>/collection"


@routes.get(_COLLECTION, guard=in_estate(Permission.COLLECTION_READ))
def list_collection(call: Call, estate_id: str, query: ListQuery) -> PageOf[FigureShown]:
    """List how much of each period and kind is paid, by amount and by rooms; nobody is named (FEE-12)."""
    page = call.service(CollectionFigures).list_figures(estate_id, query.limit, query.cursor)
    return PageOf([FigureShown.of(figure) for figure in page.items], page.next)


@routes.get(f"{_COLLECTION}/ageing", guard=in_estate(Permission.COLLECTION_READ))
def read_ageing(call: Call, estate_id: str) -> AgeingShown:
    """Return how old the unpaid bills of an estate are; nobody is named (FEE-12)."""
    return AgeingShown.of(call.service(CollectionFigures).find_ageing(estate_id))


@routes.post(f"{_COLLECTION}/recount", guard=in_estate(Permission.BILL_ISSUE), errors=(CountedAtNight,))
def recount_collection(call: Call, estate_id: str) -> AgeingShown:
    """Count an estate of up to 2,000 rooms now instead of tonight."""
    return AgeingShown.of(call.service(CollectionFigures).recount(estate_id, call.now))


@routes.get(
    "/v1/companies/<company_id>/collection",
    guard=in_company(Permission.COLLECTION_READ),
    errors=(PeriodUnreadable,),
)
def read_company_collection(call: Call, company_id: str, query: RateQuery) -> CompanyRate:
    """Return the rate of a period over all estates of a company, and of each of them (FEE-12)."""
    period = str(Period.parse(query.period))
    total, lines = call.service(CollectionFigures).of_company(company_id, period, query.kind)
    return CompanyRate(CountedShown.of(total), [EstateRate.of(estate, figure) for estate, figure in lines])


@routes.get("/v1/units/<unit_id>/collection", guard=in_unit(Permission.COLLECTION_READ), errors=(PeriodUnreadable,))
def list_unit_collection(call: Call, unit_id: str, query: RateQuery) -> PageOf[EstateRate]:
    """List the rate of a period of every estate below a unit; no room and no person is named (FEE-12)."""
    period = str(Period.parse(query.period))
    figures = call.service(CollectionFigures)
    page = figures.of_unit(unit_id, period, query.kind, query.limit, query.cursor)
    return PageOf([EstateRate.of(estate, figure) for estate, figure in page.items], page.next)
