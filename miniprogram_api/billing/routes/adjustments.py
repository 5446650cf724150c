"""Requests to change what a room owes over HTTP."""

from __future__ import annotations

from miniprogram_api.billing.adjusting import (
    Adjustment,
    AdjustmentIncomplete,
    AdjustmentKeyReused,
    AdjustmentMoved,
    AdjustmentUnknown,
)
from miniprogram_api.billing.bill import BillBeingPaid, BillChanged, NothingDue
from miniprogram_api.billing.correcting import PaidWithCredit, PlanUnfit, ReductionTooLarge
from miniprogram_api.billing.run import NoCompany
from miniprogram_api.billing.schemas.adjustments import AdjustmentQuery, AdjustmentShown, NewAdjustment, Refusal
from miniprogram_api.billing.service.adjusting import BillAdjusting
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.period import PeriodUnreadable
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused

routes = Routes("bill_adjustments", tag="账单与收缴")

_ADJUSTMENTS = "/v1/estates/<estate_id>/bill-adjustments"
_EFFECTS = (BillChanged, BillBeingPaid, NothingDue, ReductionTooLarge, PaidWithCredit, PlanUnfit, NoCompany, NotFound)
_DECISION = (AdjustmentUnknown, AdjustmentMoved, IllegalTransition, SamePersonRefused)


def _shown(call: Call, found: Adjustment) -> AdjustmentShown:
    return AdjustmentShown.of(found, call.service(BillAdjusting).photos_of(found))


@routes.post(
    _ADJUSTMENTS,
    guard=in_estate(Permission.BILL_ADJUST),
    status=201,
    repeatable=True,
    errors=(AdjustmentIncomplete, AdjustmentKeyReused, PeriodUnreadable, *_EFFECTS),
)
def ask_adjustment(call: Call, estate_id: str, body: NewAdjustment) -> AdjustmentShown:
    """Ask for an abatement, a reduction, a void, other lines, instalments or a single charge (FEE-14)."""
    adjusting = call.service(BillAdjusting)
    found = adjusting.ask(call.principal, estate_id, body.wanted(), body.photo_ids, call.key, call.now)
    return _shown(call, found)


@routes.get(_ADJUSTMENTS, guard=in_estate(Permission.BILL_READ))
def list_adjustments(call: Call, estate_id: str, query: AdjustmentQuery) -> PageOf[AdjustmentShown]:
    """List requests, newest first, or those that wait for a second person, oldest first."""
    adjusting = call.service(BillAdjusting)
    page = adjusting.list_adjustments(estate_id, query.limit, query.cursor, waiting=query.waiting)
    return PageOf([AdjustmentShown.of(found, []) for found in page.items], page.next)


@routes.get(f"{_ADJUSTMENTS}/<adjustment_id>", guard=in_estate(Permission.BILL_READ), errors=(AdjustmentUnknown,))
def read_adjustment(call: Call, estate_id: str, adjustment_id: str) -> AdjustmentShown:
    """Return one request with its proof."""
    return _shown(call, call.service(BillAdjusting).get_adjustment(estate_id, adjustment_id))


@routes.post(
    f"{_ADJUSTMENTS}/<adjustment_id>/approval",
    guard=in_estate(Permission.BILL_APPROVE),
    errors=(*_DECISION, *_EFFECTS, Conflict),
)
def approve_adjustment(call: Call, estate_id: str, adjustment_id: str) -> AdjustmentShown:
    """Let a request of somebody else take effect; money paid too much becomes the room's prepaid money."""
    return _shown(call, call.service(BillAdjusting).approve(call.principal, estate_id, adjustment_id, call.now))


@routes.post(
    f"{_ADJUSTMENTS}/<adjustment_id>/refusal",
    guard=in_estate(Permission.BILL_APPROVE),
    errors=(*_DECISION, InputMissing),
)
def refuse_adjustment(call: Call, estate_id: str, adjustment_id: str, body: Refusal) -> AdjustmentShown:
    """Refuse a request of somebody else, with a reason."""
    adjusting = call.service(BillAdjusting)
    return _shown(call, adjusting.refuse(call.principal, estate_id, adjustment_id, body.note, call.now))


@routes.post(
    f"{_ADJUSTMENTS}/<adjustment_id>/withdrawal",
    guard=in_estate(Permission.BILL_ADJUST),
    errors=(*_DECISION, InputMissing),
)
def withdraw_adjustment(call: Call, estate_id: str, adjustment_id: str) -> AdjustmentShown:
    """Take a request back before it is decided."""
    return _shown(call, call.service(BillAdjusting).withdraw(call.principal, estate_id, adjustment_id, call.now))
