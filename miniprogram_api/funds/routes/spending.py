"""Requests to spend, their decision and payment, and what the owners authorised."""

from __future__ import annotations

from miniprogram_api.decisions.refusals import (
    DecisionElsewhere,
    DecisionMoved,
    DecisionNotInForce,
    DecisionNotOfOwners,
    DecisionOfAnotherMatter,
    DecisionUnknown,
    OverDecided,
)
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.estates.rules import AreaMissing
from miniprogram_api.facilities.rules import FacilityUnknown
from miniprogram_api.funds.items import ItemUnknown, RepairPlaceMissing, UseRefused
from miniprogram_api.funds.maintenance import NoRoomsConcerned, TooManyRooms
from miniprogram_api.funds.months import EntryDateRefused, MonthMoved, MonthNotOpen
from miniprogram_api.funds.places import PlaceChanged, PlaceUnknown, PurposeNotHeld
from miniprogram_api.funds.schemas.ledger import Return
from miniprogram_api.funds.schemas.spending import (
    Approval,
    LimitShown,
    LimitsShown,
    NewLimit,
    NewSpending,
    Payment,
    SpendingPhotos,
    SpendingShown,
    Vouchers,
)
from miniprogram_api.funds.service import PostedBefore
from miniprogram_api.funds.service.spending import Spendings
from miniprogram_api.funds.spending import (
    CommitteeDecides,
    LimitMoved,
    LimitUnclear,
    LimitWithoutSource,
    NotEnoughMoney,
    NotSpendable,
    OverLimit,
    SpendKeyReused,
    SpendMoved,
    SpendUnknown,
)
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused

routes = Routes("funds", tag="公共收支")

_SPENDING = "/v1/estates/<estate_id>/spending-requests"
_LIMITS = "/v1/estates/<estate_id>/spending-limits"
_DECISION = (DecisionUnknown, DecisionNotInForce, DecisionOfAnotherMatter, DecisionElsewhere, OverDecided)
_STEP = (SpendUnknown, SpendMoved, IllegalTransition, SamePersonRefused, PlaceUnknown, PlaceChanged)


@routes.get(_SPENDING, guard=in_estate(Permission.FUND_READ_OPEN))
def list_spending(call: Call, estate_id: str, query: ListQuery) -> PageOf[SpendingShown]:
    """List the requests to spend, newest first."""
    page = call.service(Spendings).list_spending(estate_id, query.limit, query.cursor)
    return PageOf([SpendingShown.of(request) for request in page.items], page.next)


@routes.get(f"{_SPENDING}/<request_id>", guard=in_estate(Permission.FUND_READ_OPEN), errors=(SpendUnknown,))
def read_spending(call: Call, estate_id: str, request_id: str) -> SpendingShown:
    """Return one request."""
    return SpendingShown.of(call.service(Spendings).get_spending(estate_id, request_id))


@routes.post(
    _SPENDING,
    guard=in_estate(Permission.FUND_SPEND),
    status=201,
    repeatable=True,
    errors=(
        NotSpendable,
        ItemUnknown,
        UseRefused,
        RepairPlaceMissing,
        PlaceUnknown,
        PlaceChanged,
        PurposeNotHeld,
        FacilityUnknown,
        NoRoomsConcerned,
        AreaMissing,
        TooManyRooms,
        SpendKeyReused,
        NotFound,
    ),
)
def ask_spending(call: Call, estate_id: str, body: NewSpending) -> SpendingShown:
    """Ask for money of the owners; what its purpose may not pay is refused at once (FND-03, FND-16)."""
    request = call.service(Spendings).ask(call.principal, estate_id, body.wanted(), call.key, call.now)
    return SpendingShown.of(request)


@routes.post(
    f"{_SPENDING}/<request_id>/approval",
    guard=in_estate(Permission.FUND_DECIDE),
    errors=(*_STEP, CommitteeDecides, OverLimit, LimitMoved, DecisionMoved, *_DECISION),
)
def approve_spending(call: Call, estate_id: str, request_id: str, body: Approval) -> SpendingShown:
    """Agree within what the owners authorised, or by their decision named (FND-11)."""
    request = call.service(Spendings).approve(
        call.principal, call.territory, estate_id, request_id, body.decision_id, call.now
    )
    return SpendingShown.of(request)


@routes.post(
    f"{_SPENDING}/<request_id>/refusal",
    guard=in_estate(Permission.FUND_DECIDE),
    errors=(*_STEP, InputMissing, CommitteeDecides, LimitMoved, DecisionMoved),
)
def refuse_spending(call: Call, estate_id: str, request_id: str, body: Return) -> SpendingShown:
    """Refuse a request with the reason; one that was approved gives back what it had taken."""
    request = call.service(Spendings).refuse(
        call.principal, call.territory, estate_id, request_id, body.reason, call.now
    )
    return SpendingShown.of(request)


@routes.post(
    f"{_SPENDING}/<request_id>/payment",
    guard=in_estate(Permission.FUND_PAY),
    errors=(
        *_STEP,
        PurposeNotHeld,
        DecisionNotInForce,
        NotEnoughMoney,
        EntryDateRefused,
        MonthNotOpen,
        MonthMoved,
        PostedBefore,
        NoRoomsConcerned,
        AreaMissing,
        TooManyRooms,
    ),
)
def pay_spending(call: Call, estate_id: str, request_id: str, body: Payment) -> SpendingShown:
    """Record that a decided request was paid, and book it; keeper, decider and payer are three people (FND-03).

    What its approval rests on must be in force (VOT-15).
    """
    return SpendingShown.of(call.service(Spendings).pay(call.principal, estate_id, request_id, body.on, call.now))


@routes.post(
    f"{_SPENDING}/<request_id>/vouchers",
    guard=in_estate(Permission.FUND_SPEND),
    errors=(SpendUnknown, SpendMoved, IllegalTransition, InputMissing, NotFound),
)
def prove_spending(call: Call, estate_id: str, request_id: str, body: Vouchers) -> SpendingShown:
    """Keep the vouchers of a paid request (FND-03)."""
    spendings = call.service(Spendings)
    return SpendingShown.of(spendings.prove(call.principal, estate_id, request_id, body.photo_ids, call.now))


@routes.get(f"{_SPENDING}/<request_id>/photos", guard=in_estate(Permission.FUND_READ_OPEN), errors=(SpendUnknown,))
def list_spending_photos(call: Call, estate_id: str, request_id: str) -> SpendingPhotos:
    """Return the photos of a request's quotes and vouchers, to who decides, pays and checks (FND-03)."""
    quotes, vouchers = call.service(Spendings).photos_of(estate_id, request_id)
    return SpendingPhotos(quotes, vouchers)


@routes.get(_LIMITS, guard=in_estate(Permission.FUND_READ))
def list_limits(call: Call, estate_id: str) -> LimitsShown:
    """List up to how much the committee decides alone, and what is used of this year (FND-11)."""
    limits = call.service(Spendings).limits_of(estate_id, date_of(call.now))
    return LimitsShown([LimitShown.of(limit, used) for limit, used in limits])


@routes.put(
    _LIMITS,
    guard=in_estate(Permission.FUND_LIMIT),
    errors=(LimitUnclear, LimitWithoutSource, LimitMoved, DecisionNotOfOwners, *_DECISION),
)
def set_limit(call: Call, estate_id: str, body: NewLimit) -> LimitsShown:
    """Record what the owners authorised, with the decision it rests on (FND-11)."""
    spendings = call.service(Spendings)
    spendings.set_limit(call.principal, body.limit(estate_id, call.principal.account_id), call.now)
    return list_limits(call, estate_id)
