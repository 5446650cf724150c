"""The gap lists of an estate and of all estates below a unit."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate, in_unit
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.gaps.schemas import GapShown
from miniprogram_api.gaps.service import Gaps
from miniprogram_api.kernel.access import Permission

routes = Routes("gaps", tag="空白检查")


@routes.get("/v1/estates/<estate_id>/gaps", guard=in_estate(Permission.GAPS_READ))
def list_gaps_of_estate(call: Call, estate_id: str) -> list[GapShown]:
    """Check the estate now and return what is missing, the oldest gap first; normally nothing (CARD-05)."""
    return [GapShown.of(gap, call.now) for gap in call.service(Gaps).look(estate_id, call.now)]


@routes.get("/v1/units/<unit_id>/gaps", guard=in_unit(Permission.GAPS_READ))
def list_gaps_below_unit(call: Call, unit_id: str, query: ListQuery) -> PageOf[GapShown]:  # noqa: ARG001  guard reads it
    """List the open gaps of every estate below a unit, as the hourly check found them (CARD-05)."""
    page = call.service(Gaps).list_below(call.territory.units, query.limit, query.cursor)
    return PageOf([GapShown.of(gap, call.now) for gap in page.items], page.next)
