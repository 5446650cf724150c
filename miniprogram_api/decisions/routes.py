"""Decisions over HTTP: everybody reads them, the committee records and corrects, the street orders and rescinds."""

from __future__ import annotations

from miniprogram_api.decisions.decision import SUPERVISION, Decision, DecisionState, Minutes
from miniprogram_api.decisions.refusals import (
    CommitteeAnswers,
    DecisionDayWrong,
    DecisionMoved,
    DecisionThere,
    DecisionUnknown,
    DoorNotListed,
    OrderDueWrong,
    VisitDayWrong,
)
from miniprogram_api.decisions.schemas import (
    Confirmation,
    DecisionLine,
    DecisionShown,
    DoorVisit,
    NewCorrection,
    NewDecision,
    NewOrder,
    NewRescission,
    ReachShown,
    RoomToldShown,
)
from miniprogram_api.decisions.service import Decisions, Recorded
from miniprogram_api.decisions.service.circulars import DecisionCirculars
from miniprogram_api.decisions.service.orders import DecisionOrders
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.estates.rules import BuildingUnknown
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, Offer, SamePersonRefused

routes = Routes("decisions", tag="共同决定")

_DECISIONS = "/v1/estates/<estate_id>/decisions"
_ONE = f"{_DECISIONS}/<decision_id>"
_STEP = (DecisionUnknown, DecisionMoved, IllegalTransition, InputMissing)


def _shown(call: Call, decision: Decision) -> DecisionShown:
    return DecisionShown.of(decision, call.service(Decisions).photos_of(decision), _steps(call, decision))


def _steps(call: Call, decision: Decision) -> list[Offer]:
    given = decision.correction
    parts = {"corrector": None if given is None else given.given.by}
    offered = SUPERVISION.offered(decision.state, call.may, call.principal.account_id, parts)
    return [step for step in offered if step.name != "confirm" or given is not None]


@routes.get(_DECISIONS, guard=in_estate(Permission.DECISION_READ))
def list_decisions(call: Call, estate_id: str, query: ListQuery) -> PageOf[DecisionLine]:
    """List what owners and committee decided, newest first; rescinded decisions stay, marked as such (VOT-15)."""
    page = call.service(Decisions).list_decisions(estate_id, query.limit, query.cursor)
    return PageOf([DecisionLine.of(decision) for decision in page.items], page.next)


@routes.get(_ONE, guard=in_estate(Permission.DECISION_READ), errors=(DecisionUnknown,))
def read_decision(call: Call, estate_id: str, decision_id: str) -> DecisionShown:
    """Return one decision with its minutes, which every owner may read (建筑物区分所有权司法解释 art. 13)."""
    return _shown(call, call.service(Decisions).access_decision_by_id(estate_id, decision_id))


@routes.post(
    _DECISIONS,
    guard=in_estate(Permission.DECISION_RECORD),
    status=201,
    repeatable=True,
    errors=(CommitteeAnswers, DecisionDayWrong, DecisionThere, BuildingUnknown, NotFound),
)
def record_decision(call: Call, estate_id: str, body: NewDecision) -> DecisionShown:
    """Enter what the committee decided; decisions of the owners come from their ballots alone."""
    said = Recorded(
        body.matter,
        body.title,
        body.text,
        body.decided_on,
        Minutes(body.minutes, body.photo_ids),
        body.amount_fen,
        body.building_ids,
    )
    decisions = call.service(Decisions)
    return _shown(call, decisions.record(call.principal, call.territory, estate_id, said, call.key, call.now))


@routes.post(f"{_ONE}/order", guard=in_estate(Permission.DECISION_ORDER), errors=(*_STEP, OrderDueWrong))
def order_correction(call: Call, estate_id: str, decision_id: str, body: NewOrder) -> DecisionShown:
    """Order a decision to be corrected 责令限期整改; nothing new rests on it meanwhile (VOT-15)."""
    orders, ground = call.service(DecisionOrders), body.ground.ground()
    return _shown(call, orders.order(call.principal, estate_id, decision_id, ground, body.text, body.due_on, call.now))


@routes.post(
    f"{_ONE}/correction",
    guard=in_estate(Permission.DECISION_CORRECT),
    errors=(*_STEP, CommitteeAnswers, NotFound),
)
def answer_order(call: Call, estate_id: str, decision_id: str, body: NewCorrection) -> DecisionShown:
    """Say what was corrected (VOT-15)."""
    decision = call.service(DecisionOrders).answer(
        call.principal, call.territory, estate_id, decision_id, body.text, body.photo_ids, call.now
    )
    return _shown(call, decision)


@routes.post(f"{_ONE}/confirmation", guard=in_estate(Permission.DECISION_ORDER), errors=(*_STEP, SamePersonRefused))
def confirm_correction(call: Call, estate_id: str, decision_id: str, body: Confirmation) -> DecisionShown:
    """Confirm that a decision was corrected; it holds again (VOT-15)."""
    orders = call.service(DecisionOrders)
    return _shown(call, orders.confirm(call.principal, estate_id, decision_id, body.version, call.now))


@routes.post(f"{_ONE}/rescission", guard=in_estate(Permission.DECISION_ORDER), errors=_STEP)
def rescind_decision(call: Call, estate_id: str, decision_id: str, body: NewRescission) -> DecisionShown:
    """Rescind a decision 撤销, after an order or at once; payments that rest on it stop (VOT-15)."""
    orders, ground = call.service(DecisionOrders), body.ground.ground()
    return _shown(call, orders.rescind(call.principal, estate_id, decision_id, ground, body.reason, call.now))


@routes.get(f"{_ONE}/reach", guard=in_estate(Permission.DECISION_READ), errors=(DecisionUnknown,))
def read_reach(call: Call, estate_id: str, decision_id: str) -> ReachShown:
    """Return how far the notice of a rescission has come: 通告全体业主 in figures (VOT-15, PUB-03)."""
    circulars = call.service(DecisionCirculars)
    circular = circulars.find(estate_id, decision_id, DecisionState.RESCINDED)
    if circular is None:
        raise DecisionUnknown
    return ReachShown.of(circular, circulars.doors_left(circular))


@routes.get(f"{_ONE}/rooms-told", guard=in_estate(Permission.DECISION_ORDER))
def list_rooms_told(call: Call, estate_id: str, decision_id: str, query: ListQuery) -> PageOf[RoomToldShown]:
    """List how each room was told of a rescission, for whoever has to prove it (VOT-15)."""
    page = call.service(DecisionCirculars).list_rooms(estate_id, decision_id, query.limit, query.cursor)
    return PageOf([RoomToldShown.of(told) for told in page.items], page.next)


@routes.get(f"{_ONE}/door-visits", guard=in_estate(Permission.BALLOT_DELIVER))
def list_doors(call: Call, estate_id: str, decision_id: str, query: ListQuery) -> PageOf[RoomToldShown]:
    """List the doors at which somebody still has to knock, in walking order (VOT-15)."""
    page = call.service(DecisionCirculars).list_doors(estate_id, decision_id, query.limit, query.cursor)
    return PageOf([RoomToldShown.of(told) for told in page.items], page.next)


@routes.put(
    f"{_ONE}/door-visits/<room_id>",
    guard=in_estate(Permission.BALLOT_DELIVER),
    errors=(DoorNotListed, VisitDayWrong, DecisionMoved),
)
def tick_off_door(call: Call, estate_id: str, decision_id: str, room_id: str, body: DoorVisit) -> RoomToldShown:
    """Tick off that an owner was told at the door; the first tick stands (VOT-15)."""
    circulars = call.service(DecisionCirculars)
    return RoomToldShown.of(circulars.visit(call.principal, estate_id, decision_id, room_id, body.visited_on, call.now))
