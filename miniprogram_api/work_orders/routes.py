"""Work orders over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate, in_unit, signed_in
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import NotAllowed, Permission
from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests
from miniprogram_api.kernel.page import Page
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.work_orders.category import LimitsRefused
from miniprogram_api.work_orders.refusals import (
    AlreadyRated,
    CallerMissing,
    CardNeeded,
    CardRefused,
    CategoryUnknown,
    FollowersFull,
    HomeNotYours,
    JobLinkOver,
    KeyReused,
    MergeRefused,
    NothingToAnswer,
    NotRatable,
    OrderMoved,
    OrderUnknown,
    ReopenTooLate,
    SourceRefused,
    SpotUnknown,
    StaffUnknown,
    UrgedRecently,
    VendorUnknown,
    WrongPerson,
)
from miniprogram_api.work_orders.rules import Order, OrderState, Rating
from miniprogram_api.work_orders.schemas.answers import BulletinShown, WorkOrderLine, WorkOrderShown
from miniprogram_api.work_orders.schemas.registers import (
    CategoryShown,
    FiguresShown,
    JobShown,
    VendorShown,
    WorkerShown,
)
from miniprogram_api.work_orders.schemas.requests import (
    JobNote,
    MonthQuery,
    NumberQuery,
    OpenWorkOrder,
    RateWorkOrder,
    Said,
    SetCategory,
    SimilarQuery,
    TakeStep,
    VendorFacts,
)
from miniprogram_api.work_orders.service import WorkOrders
from miniprogram_api.work_orders.service.acts import Outcome
from miniprogram_api.work_orders.service.answers import WorkOrderAnswers
from miniprogram_api.work_orders.service.intake import WorkOrderIntake
from miniprogram_api.work_orders.service.settings import WorkOrderCategories
from miniprogram_api.work_orders.service.steps import WorkOrderSteps
from miniprogram_api.work_orders.service.vendors import VendorJobs, Vendors

routes = Routes("work_orders", tag="工单")

P = Permission
_ORDERS = "/v1/estates/<estate_id>/work-orders"
_ORDER = f"{_ORDERS}/<order_id>"


class BoardQuery(ListQuery, frozen=True):
    """The orders of one state."""

    state: OrderState = OrderState.SUBMITTED


_PHOTOS = (Invalid, NotFound, Conflict, Forbidden)
"""Photos that are not there, not this person's, or in use already refuse in these ways."""


@routes.post(
    _ORDERS,
    guard=in_estate(P.WORK_ORDER_OPEN),
    status=201,
    repeatable=True,
    errors=(
        CategoryUnknown, SpotUnknown, CardRefused, CardNeeded, HomeNotYours, SourceRefused, CallerMissing, KeyReused,
        *_PHOTOS,
    ),
)  # fmt: skip
def open_work_order(call: Call, estate_id: str, body: OpenWorkOrder) -> WorkOrderShown:  # noqa: ARG001  the guard's
    """Report a repair or give feedback, or register it for a caller (REP-01, REP-03, REP-05)."""
    intake = call.service(WorkOrderIntake)
    return _shown(call, intake.open_work_order(call.principal, call.territory, body.opening(), call.key, call.now))


@routes.get(f"{_ORDERS}/similar", guard=in_estate(P.WORK_ORDER_OPEN))
def list_similar(call: Call, estate_id: str, query: SimilarQuery) -> list[BulletinShown]:
    """Show open matters that may be the same before somebody reports one more (REP-03)."""
    lines = call.service(WorkOrders).similar(estate_id, query.category, query.building_id, query.entrance, call.now)
    return [BulletinShown.of(line) for line in lines]


@routes.get(_ORDERS, guard=in_estate(P.WORK_ORDER_BOARD))
def list_board(call: Call, estate_id: str, query: BoardQuery) -> PageOf[WorkOrderLine]:
    """List an estate's orders in one state, oldest first; in-home orders only to those who need them."""
    page = call.service(WorkOrders).list_board(
        call.principal, call.territory, estate_id, query.state, query.limit, query.cursor
    )
    return _lines(page)


@routes.get(f"{_ORDERS}/open", guard=in_estate(P.WORK_ORDER_BOARD))
def list_open_work_orders(call: Call, estate_id: str) -> list[WorkOrderLine]:
    """List the open orders of an estate in one answer, overdue first, then the next to be due (REP-04)."""
    found = call.service(WorkOrders).list_open(call.principal, call.territory, estate_id)
    return [WorkOrderLine.of(order) for order in found]


@routes.get(f"{_ORDERS}/by-number", guard=in_estate(P.WORK_ORDER_BOARD))
def find_work_orders(call: Call, estate_id: str, query: NumberQuery) -> list[WorkOrderLine]:
    """Find an order by the short number that somebody reads out on the phone."""
    found = call.service(WorkOrders).find_by_number(call.principal, call.territory, estate_id, query.number)
    return [WorkOrderLine.of(order) for order in found]


@routes.get(f"{_ORDERS}/hands", guard=in_estate(P.WORK_ORDER_DISPATCH))
def list_hands(call: Call, estate_id: str) -> list[WorkerShown]:
    """List who can be given an order, and how many each has in hand, the freest first (REP-06)."""
    return [WorkerShown.of(one) for one in call.service(WorkOrderSteps).hands(estate_id, call.now)]


@routes.get(f"{_ORDERS}/figures", guard=in_estate(P.WORK_ORDER_BOARD))
def read_work_order_figures(call: Call, estate_id: str, query: MonthQuery) -> FiguresShown:
    """Recount the orders opened in a month: answers, closings, marks, scopes."""
    return FiguresShown.of(call.service(WorkOrders).figures(estate_id, query.first_day()))


@routes.get(_ORDER, guard=in_estate(P.WORK_ORDER_READ), errors=(OrderUnknown,))
def read_work_order(call: Call, estate_id: str, order_id: str) -> WorkOrderShown:
    """Show an order with its timeline and who holds it now; neighbours see progress without any person."""
    return _shown(call, _access(call, estate_id, order_id, whole=False))


@routes.get(f"{_ORDER}/photos", guard=in_estate(P.WORK_ORDER_READ), errors=(OrderUnknown,))
def list_work_order_photos(call: Call, estate_id: str, order_id: str) -> list[PhotoShown]:
    """List the photos of an order and of its steps, with links while they last; neighbours get none (REP-01)."""
    found = _access(call, estate_id, order_id, whole=False)
    return call.service(WorkOrders).photos_of(call.principal, call.territory, found)


@routes.post(
    f"{_ORDER}/steps",
    guard=in_estate(P.WORK_ORDER_READ),
    repeatable=True,
    errors=(
        OrderUnknown, OrderMoved, NotAllowed, WrongPerson, ReopenTooLate, StaffUnknown, VendorUnknown, MergeRefused,
        CategoryUnknown, KeyReused, *_PHOTOS,
    ),
)  # fmt: skip
def take_work_order_step(call: Call, estate_id: str, order_id: str, body: TakeStep) -> WorkOrderShown:
    """Take one step of the closed loop 受理 处置 核查 登记 反馈 or of its side paths (REP-02).

    Needed besides the step: accept ``scope``, ``scope_reason``; assign ``to_account_id``; transfer ``to_account_id``,
    ``note``; send_vendor ``vendor_id``; hand_over ``operator``, ``operator_contact``, ``until_on``; pause ``note``,
    ``until_on``; handled ``note``, ``photo_ids``; register ``note``, ``payer``, ``payer_reason`` (unless decided at
    accept); merge ``into``; convert ``category``, ``note``; ask, reply, reject, decline, operator_answered, verify,
    send_back, feed_back, reopen, answer ``note``; rotate, take, grab, resume, confirm, withdraw nothing.
    """
    found = _access(call, estate_id, order_id)
    done = call.service(WorkOrderSteps).take(
        call.principal, call.territory, found, body.step, body.given(), seen_steps=body.seen_steps, key=call.key,
        now=call.now,
    )  # fmt: skip
    return _shown(call, done.outcome, done.job_token)


@routes.post(
    f"{_ORDER}/urges",
    guard=in_estate(P.WORK_ORDER_ANSWER),
    errors=(OrderUnknown, OrderMoved, WrongPerson, NothingToAnswer, UrgedRecently, TooManyRequests),
)
def urge_work_order(call: Call, estate_id: str, order_id: str) -> WorkOrderShown:
    """Ask again, at most once an hour."""
    found = _access(call, estate_id, order_id)
    return _shown(call, call.service(WorkOrderAnswers).urge(call.principal, call.territory, found, call.now))


@routes.put(f"{_ORDER}/follow", guard=in_estate(P.WORK_ORDER_READ), errors=(OrderUnknown, OrderMoved, FollowersFull))
def follow_work_order(call: Call, estate_id: str, order_id: str) -> WorkOrderShown:
    """Follow a matter on common parts in place of reporting it again (REP-03)."""
    found = _access(call, estate_id, order_id, whole=False)
    return _shown(call, call.service(WorkOrderAnswers).follow(call.principal, found, call.now))


@routes.post(
    f"{_ORDER}/instructions",
    guard=in_estate(P.WORK_ORDER_DISPATCH),
    repeatable=True,
    errors=(OrderUnknown, OrderMoved, NothingToAnswer, KeyReused),
)
def instruct_work_order(call: Call, estate_id: str, order_id: str, body: Said) -> WorkOrderShown:
    """The community or street gives an escalated order back with its instruction 督办 (REP-04)."""
    found = _access(call, estate_id, order_id)
    service = call.service(WorkOrderAnswers)
    return _shown(call, service.instruct(call.principal, call.territory, found, body.text, call.key, call.now))


@routes.post(
    f"{_ORDER}/rating",
    guard=in_estate(P.WORK_ORDER_ANSWER),
    errors=(OrderUnknown, OrderMoved, WrongPerson, NotRatable, AlreadyRated),
)
def rate_work_order(call: Call, estate_id: str, order_id: str, body: RateWorkOrder) -> WorkOrderShown:
    """Rate a closed order, once; a low mark asks the community to call back (REP-09)."""
    rating = Rating(body.speed, body.quality, body.attitude, body.text.strip(), call.principal.account_id, call.now)
    found = _access(call, estate_id, order_id)
    return _shown(call, call.service(WorkOrderAnswers).rate(call.principal, call.territory, found, rating, call.now))


@routes.post(
    f"{_ORDER}/rating/reply",
    guard=in_estate(P.WORK_ORDER_ACCEPT),
    errors=(OrderUnknown, OrderMoved, NothingToAnswer),
)
def reply_to_rating(call: Call, estate_id: str, order_id: str, body: Said) -> WorkOrderShown:
    """Answer a rating, once."""
    found = _access(call, estate_id, order_id)
    service = call.service(WorkOrderAnswers)
    return _shown(call, service.reply_to_rating(call.principal, call.territory, found, body.text, call.now))


@routes.post(
    f"{_ORDER}/call-back",
    guard=in_estate(P.WORK_ORDER_DISPATCH),
    errors=(OrderUnknown, OrderMoved, NothingToAnswer),
)
def call_reporter_back(call: Call, estate_id: str, order_id: str, body: Said) -> WorkOrderShown:
    """The community records what a dissatisfied reporter said on the phone (REP-09)."""
    found = _access(call, estate_id, order_id)
    service = call.service(WorkOrderAnswers)
    return _shown(call, service.call_back(call.principal, call.territory, found, body.text, call.now))


@routes.get("/v1/me/work-orders", guard=signed_in())
def list_my_work_orders(call: Call, query: ListQuery) -> PageOf[WorkOrderLine]:
    """List what I reported, newest first."""
    return _lines(call.service(WorkOrders).list_reported(call.principal.account_id, query.limit, query.cursor))


@routes.get("/v1/me/held-work-orders", guard=signed_in())
def list_my_held_work_orders(call: Call, query: ListQuery) -> PageOf[WorkOrderLine]:
    """List what I am responsible for now, the most pressing first."""
    return _lines(call.service(WorkOrders).list_held(call.principal.account_id, query.limit, query.cursor))


@routes.get("/v1/units/<unit_id>/held-work-orders", guard=in_unit(P.WORK_ORDER_BOARD))
def list_held_by_unit(call: Call, unit_id: str, query: ListQuery) -> PageOf[WorkOrderLine]:
    """List what climbed to a community or street, and what it has to call back about."""
    return _lines(call.service(WorkOrders).list_held_at(unit_id, query.limit, query.cursor))


@routes.get("/v1/estates/<estate_id>/bulletin", guard=in_estate(P.ESTATE_READ))
def list_bulletin(call: Call, estate_id: str, query: ListQuery) -> PageOf[BulletinShown]:
    """List the matters on common parts, newest first, without any person (REP-01)."""
    page = call.service(WorkOrders).list_bulletin(estate_id, query.limit, query.cursor)
    return PageOf([BulletinShown.of(line) for line in page.items], page.next)


@routes.get("/v1/estates/<estate_id>/work-order-categories", guard=in_estate(P.WORK_ORDER_OPEN))
def list_work_categories(call: Call, estate_id: str) -> list[CategoryShown]:
    """List the categories with the handler and limits that count in the estate (REP-04, REP-16)."""
    return [CategoryShown.of(one) for one in call.service(WorkOrderCategories).list_categories(estate_id)]


@routes.put(
    "/v1/estates/<estate_id>/work-order-categories/<code>",
    guard=in_estate(P.WORK_ORDER_SETTINGS),
    errors=(CategoryUnknown, LimitsRefused, Conflict),
)
def set_work_category(call: Call, estate_id: str, code: str, body: SetCategory) -> CategoryShown:
    """Set a category's handler and limits, or add one named ``own_...``; whoever sets them owns them (REP-04)."""
    service = call.service(WorkOrderCategories)
    return CategoryShown.of(service.set_category(call.principal, estate_id, body.category(code), call.now))


@routes.get("/v1/estates/<estate_id>/vendors", guard=in_estate(P.WORK_ORDER_BOARD))
def list_vendors(call: Call, estate_id: str, query: ListQuery) -> PageOf[VendorShown]:
    """List the third parties of an estate with prices and ratings (REP-06)."""
    page = call.service(Vendors).list_vendors(estate_id, query.limit, query.cursor)
    return PageOf([VendorShown.of(vendor) for vendor in page.items], page.next)


@routes.post(
    "/v1/estates/<estate_id>/vendors",
    guard=in_estate(P.VENDOR_EDIT),
    status=201,
    repeatable=True,
    errors=(KeyReused,),
)
def add_vendor(call: Call, estate_id: str, body: VendorFacts) -> VendorShown:
    """Add a third party with licence, services, prices and contact (REP-06)."""
    vendor = body.vendor(estate_id)
    return VendorShown.of(call.service(Vendors).add_vendor(call.principal.account_id, vendor, call.key, call.now))


@routes.put(
    "/v1/estates/<estate_id>/vendors/<vendor_id>", guard=in_estate(P.VENDOR_EDIT), errors=(VendorUnknown, Conflict)
)
def edit_vendor(call: Call, estate_id: str, vendor_id: str, body: VendorFacts) -> VendorShown:
    """Replace what is registered of a third party."""
    vendor = body.vendor(estate_id, vendor_id)
    return VendorShown.of(call.service(Vendors).edit_vendor(call.principal.account_id, vendor, call.now))


@routes.get("/v1/jobs/<token>", guard=signed_in(), errors=(JobLinkOver,))
def read_job(call: Call, token: str) -> JobShown:
    """Show the one job of a link to a third party's worker, who signed in with WeChat (REP-06)."""
    return _job(call, token)


@routes.post(
    "/v1/jobs/<token>/notes",
    guard=signed_in(),
    repeatable=True,
    errors=(JobLinkOver, OrderMoved, KeyReused, *_PHOTOS),
)
def add_job_note(call: Call, token: str, body: JobNote) -> JobShown:
    """Add a note and photos to the job of a link."""
    service = call.service(VendorJobs)
    service.add_note(call.principal.account_id, token, body.given(), call.key, call.now)
    return _job(call, token)


@routes.post(
    "/v1/jobs/<token>/handled",
    guard=signed_in(),
    repeatable=True,
    errors=(JobLinkOver, OrderMoved, KeyReused, *_PHOTOS),
)
def report_job_handled(call: Call, token: str, body: JobNote) -> JobShown:
    """Report the job of a link done, with photo proof; somebody of the estate verifies it."""
    service = call.service(VendorJobs)
    service.report_handled(call.principal.account_id, token, body.given(), call.key, call.now)
    return _job(call, token)


def _access(call: Call, estate_id: str, order_id: str, *, whole: bool = True) -> Outcome:
    return call.service(WorkOrders).access_work_order_by_id(
        call.principal, call.territory, estate_id, order_id, whole=whole
    )


def _job(call: Call, token: str) -> JobShown:
    service = call.service(VendorJobs)
    link, found = service.access_job_by_token(token, call.now)
    return JobShown.of(link, found.order, service.photos_of(found))


def _shown(call: Call, found: Outcome, job_token: str | None = None) -> WorkOrderShown:
    return WorkOrderShown.of(call.service(WorkOrders).show(call.principal, call.territory, found), job_token)


def _lines(page: Page[Order]) -> PageOf[WorkOrderLine]:
    return PageOf([WorkOrderLine.of(order) for order in page.items], page.next)
