"""Bill runs over HTTP: worked out, looked at, issued."""

from __future__ import annotations

from miniprogram_api.billing.run import (
    NoCompany,
    NothingToBill,
    PeriodBilled,
    RunHasProblems,
    RunMoved,
    RunStale,
    RunUnknown,
)
from miniprogram_api.billing.schemas.bills import (
    BillRunShown,
    NewRun,
    RunPartShown,
)
from miniprogram_api.billing.service.runs import BillRuns
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.period import Period, PeriodUnreadable
from miniprogram_api.kernel.workflow import IllegalTransition

routes = Routes("bill_runs", tag="账单与收缴")

_RUNS = "/v1/estates/<estate_id>/bill-runs"
_RUN_STEP = (RunUnknown, RunMoved, RunStale, IllegalTransition)


@routes.post(
    _RUNS,
    guard=in_estate(Permission.BILL_ISSUE),
    status=201,
    errors=(PeriodUnreadable, PeriodBilled, NoCompany, RunMoved, IllegalTransition),
)
def draft_bill_run(call: Call, estate_id: str, body: NewRun) -> BillRunShown:
    """Work out what a period would be billed; nothing is issued, and an earlier draft is replaced (FEE-01)."""
    period = Period.parse(body.period)
    return BillRunShown.of(call.service(BillRuns).draft(call.principal, estate_id, period, body.kind, call.now))


@routes.get(_RUNS, guard=in_estate(Permission.BILL_ISSUE))
def list_bill_runs(call: Call, estate_id: str, query: ListQuery) -> PageOf[BillRunShown]:
    """List the runs of an estate, the latest period first."""
    page = call.service(BillRuns).list_runs(estate_id, query.limit, query.cursor)
    return PageOf([BillRunShown.of(run) for run in page.items], page.next)


@routes.get(f"{_RUNS}/<run_id>", guard=in_estate(Permission.BILL_ISSUE), errors=(RunUnknown,))
def read_bill_run(call: Call, estate_id: str, run_id: str) -> BillRunShown:
    """Return a run: what it would issue, or how far it has come."""
    return BillRunShown.of(call.service(BillRuns).get_run(estate_id, run_id))


@routes.get(f"{_RUNS}/<run_id>/buildings", guard=in_estate(Permission.BILL_ISSUE), errors=(RunUnknown,))
def list_run_buildings(call: Call, estate_id: str, run_id: str, query: ListQuery) -> PageOf[RunPartShown]:
    """List the draft building by building, with unusual amounts and rooms that cannot be billed."""
    page = call.service(BillRuns).list_parts(estate_id, run_id, query.limit, query.cursor)
    return PageOf([RunPartShown.of(part) for part in page.items], page.next)


@routes.post(f"{_RUNS}/<run_id>/progress", guard=in_estate(Permission.BILL_ISSUE), errors=_RUN_STEP)
def continue_bill_run(call: Call, estate_id: str, run_id: str) -> BillRunShown:
    """Go on with a run; call again while its state is ``draft`` or ``publishing``."""
    return BillRunShown.of(call.service(BillRuns).go_on(estate_id, run_id, call.now))


@routes.post(
    f"{_RUNS}/<run_id>/publication",
    guard=in_estate(Permission.BILL_ISSUE),
    errors=(*_RUN_STEP, RunHasProblems, PeriodBilled, NothingToBill, NoCompany),
)
def publish_bill_run(call: Call, estate_id: str, run_id: str) -> BillRunShown:
    """Issue the bills of a previewed run, or go on; repeated, no room gets a second bill (FEE-01)."""
    return BillRunShown.of(call.service(BillRuns).publish(call.principal, estate_id, run_id, call.now))


@routes.post(f"{_RUNS}/<run_id>/cancellation", guard=in_estate(Permission.BILL_ISSUE), errors=_RUN_STEP)
def cancel_bill_run(call: Call, estate_id: str, run_id: str) -> BillRunShown:
    """Call a run off before it is published."""
    return BillRunShown.of(call.service(BillRuns).cancel(call.principal, estate_id, run_id, call.now))
