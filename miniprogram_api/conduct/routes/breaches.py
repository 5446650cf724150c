"""Breaches of faith over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.conduct.breach import BREACH_LIFE
from miniprogram_api.conduct.refusals import (
    AppealOver,
    BreachMoved,
    BreachUnknown,
    ConductKeyReused,
    SeatUnknown,
    TooManyBreaches,
)
from miniprogram_api.conduct.schemas.breaches import BreachLine, BreachShown, BreachStep, RecordBreach
from miniprogram_api.conduct.schemas.steps import Statement, own_steps
from miniprogram_api.conduct.service.asking import Asked
from miniprogram_api.conduct.service.breaches import BreachRecords
from miniprogram_api.edge.guards import in_estate, in_unit, signed_in
from miniprogram_api.edge.operations import Call, Content, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused

if TYPE_CHECKING:
    from miniprogram_api.conduct.breach import Breach

routes = Routes("conduct_breaches", tag="委员履职")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BREACHES = "/v1/estates/<estate_id>/breach-records"
_ONE = f"{_BREACHES}/<breach_id>"
_STEPPING = (BreachUnknown, BreachMoved, ConductKeyReused, IllegalTransition, InputMissing, SeatUnknown, NotFound)


def _asked(call: Call, estate_id: str, breach_id: str = "") -> Asked:
    return Asked(call.principal, estate_id, breach_id, call.key, call.now)


def _shown(call: Call, breach: Breach) -> BreachShown:
    parts = {"recorder": breach.recorded_by, "member": breach.seat.account_id}
    steps = BREACH_LIFE.offered(breach.state, call.may, call.principal.account_id, parts)
    return BreachShown.of(breach, call.service(BreachRecords).photos_of(breach), call.now, steps)


def to_member(call: Call, breach: Breach) -> BreachShown:
    """Return a record as the member it is about sees it."""
    steps = [
        step for step in own_steps(BREACH_LIFE, breach.state) if step.name != "appeal" or not breach.stands(call.now)
    ]
    return BreachShown.of(breach, call.service(BreachRecords).photos_of(breach), call.now, steps)


@routes.post(
    _BREACHES,
    guard=in_estate(Permission.CONDUCT_CHECK),
    status=201,
    repeatable=True,
    errors=(SeatUnknown, ConductKeyReused, NotFound),
)
def record_breach(call: Call, estate_id: str, body: RecordBreach) -> BreachShown:
    """Record a breach of faith of a committee member, with proof; the member is asked to state (VOT-13)."""
    return _shown(call, call.service(BreachRecords).record(_asked(call, estate_id), body.post_id, body.said()))


@routes.get(_BREACHES, guard=in_estate(Permission.CONDUCT_CHECK))
def list_breaches(call: Call, estate_id: str, query: ListQuery) -> PageOf[BreachLine]:
    """List the records of the estate."""
    page = call.service(BreachRecords).list_breaches(estate_id, query.limit, query.cursor).map(BreachLine.of)
    return PageOf(list(page.items), page.next)


@routes.get(_ONE, guard=in_estate(Permission.CONDUCT_CHECK), errors=(BreachUnknown,))
def read_breach(call: Call, estate_id: str, breach_id: str) -> BreachShown:
    """Return a record with its history."""
    return _shown(call, call.service(BreachRecords).access_breach_by_id(estate_id, breach_id))


@routes.post(
    f"{_ONE}/steps",
    guard=in_estate(Permission.CONDUCT_CHECK),
    repeatable=True,
    errors=(*_STEPPING, SamePersonRefused),
)
def step_breach(call: Call, estate_id: str, breach_id: str, body: BreachStep) -> BreachShown:
    """Take down what the member says, uphold or withdraw the record; not by who recorded it (VOT-13)."""
    records = call.service(BreachRecords)
    return _shown(call, records.take(_asked(call, estate_id, breach_id), body.step.value, body.said()))


@routes.post(f"{_ONE}/statement", guard=signed_in(), repeatable=True, errors=_STEPPING)
def state_on_breach(call: Call, estate_id: str, breach_id: str, body: Statement) -> BreachShown:
    """Say what one has to say to a record about oneself (VOT-13)."""
    records = call.service(BreachRecords)
    return to_member(call, records.take(_asked(call, estate_id, breach_id), "state", body.said()))


@routes.post(f"{_ONE}/appeal", guard=signed_in(), repeatable=True, errors=(*_STEPPING, AppealOver))
def appeal_breach(call: Call, estate_id: str, breach_id: str, body: Statement) -> BreachShown:
    """Appeal once, within 15 days, against a record about oneself (VOT-13)."""
    records = call.service(BreachRecords)
    return to_member(call, records.take(_asked(call, estate_id, breach_id), "appeal", body.said()))


@routes.get(
    "/v1/units/<unit_id>/breach-records.xlsx",
    guard=in_unit(Permission.CONDUCT_CHECK),
    produces=(XLSX,),
    errors=(TooManyBreaches,),
)
def export_breaches(call: Call, unit_id: str) -> Content:
    """Return what stands for good below a unit as a table, for the credit authority, handed over by hand (VOT-13)."""
    data = call.service(BreachRecords).export(unit_id, call.now)
    return Content(data, XLSX, f"违约失信记录-{date_of(call.now)}.xlsx")
