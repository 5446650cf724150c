"""Guide prices and benchmarks over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate, in_unit
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.prices.benchmark import BenchmarkThere, BenchmarkUnknown, ServiceTwice, deviation
from miniprogram_api.prices.guide import GuidePriceMisplaced, GuidePriceThere, ValidityUnclear
from miniprogram_api.prices.schemas.prices import (
    BenchmarkComparison,
    BenchmarksShown,
    GuidePriceShown,
    NewBenchmarks,
    NewGuidePrice,
    OnDay,
    PriceToCompare,
)
from miniprogram_api.prices.service import GuidePrices
from miniprogram_api.prices.service.benchmarks import Benchmarks
from miniprogram_api.prices.service.guide_prices import GuideTerms

routes = Routes("prices", tag="价格形成")

_GUIDE = "/v1/units/<unit_id>/guide-prices"
_BENCHMARKS = "/v1/units/<unit_id>/benchmarks"


@routes.post(
    _GUIDE,
    guard=in_unit(Permission.PRICE_LIMIT_EDIT),
    status=201,
    repeatable=True,
    errors=(GuidePriceMisplaced, GuidePriceThere, ValidityUnclear),
)
def enter_guide_price(call: Call, unit_id: str, body: NewGuidePrice) -> GuidePriceShown:
    """Enter a version of a guide price for a city or district; versions are never edited (FEE-03)."""
    terms = GuideTerms(
        body.charge,
        body.grade,
        body.price,
        body.float_up,
        body.valid_from,
        body.valid_until,
        body.document,
        body.items,
    )
    by = call.principal.account_id
    return GuidePriceShown.of(call.service(GuidePrices).enter(by, unit_id, terms, call.key, call.now))


@routes.get(_GUIDE, guard=in_unit(Permission.PRICE_LIMIT_READ))
def list_guide_prices(call: Call, unit_id: str, query: ListQuery) -> PageOf[GuidePriceShown]:
    """List every version of a unit, past ones too, charge by charge (FEE-03)."""
    page = call.service(GuidePrices).list_of_unit(unit_id, query.limit, query.cursor)
    return PageOf([GuidePriceShown.of(price) for price in page.items], page.next)


@routes.get("/v1/estates/<estate_id>/guide-prices", guard=in_estate(Permission.PRICE_READ))
def list_guide_prices_of_estate(call: Call, estate_id: str, query: OnDay) -> list[GuidePriceShown]:
    """List what the government allows at an estate on a day, for everybody there (FEE-03)."""
    prices = call.service(GuidePrices).list_in_force(estate_id, query.on or date_of(call.now))
    return [GuidePriceShown.of(price) for price in prices]


@routes.post(
    _BENCHMARKS,
    guard=in_unit(Permission.PRICE_LIMIT_EDIT),
    status=201,
    repeatable=True,
    errors=(GuidePriceMisplaced, BenchmarkThere, ServiceTwice),
)
def enter_benchmarks(call: Call, unit_id: str, body: NewBenchmarks) -> BenchmarksShown:
    """Enter a version of the benchmark matrix item x grade of a city or district (FEE-07)."""
    matrix = call.service(Benchmarks).enter(
        call.principal.account_id, unit_id, body.valid_from, body.document, body.benchmarks(), call.key, call.now
    )
    return BenchmarksShown.of(matrix)


@routes.get(_BENCHMARKS, guard=in_unit(Permission.PRICE_LIMIT_READ))
def list_benchmarks(call: Call, unit_id: str, query: ListQuery) -> PageOf[BenchmarksShown]:
    """List the versions of a unit's matrix, newest first (FEE-07)."""
    page = call.service(Benchmarks).list_of_unit(unit_id, query.limit, query.cursor)
    return PageOf([BenchmarksShown.of(matrix) for matrix in page.items], page.next)


@routes.post(
    "/v1/estates/<estate_id>/benchmark-comparison",
    guard=in_estate(Permission.PRICE_READ),
    errors=(BenchmarkUnknown, ServiceTwice),
)
def compare_with_benchmark(call: Call, estate_id: str, body: PriceToCompare) -> BenchmarkComparison:
    """Say by how many 0.1 % a price is off what its services cost by the benchmark (FEE-07)."""
    services = [service.level() for service in body.services]
    reference = call.service(Benchmarks).reference(estate_id, services, date_of(call.now))
    if reference is None:
        raise BenchmarkUnknown
    return BenchmarkComparison(body.price, reference, deviation(body.price, reference))
