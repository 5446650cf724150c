"""Posts over HTTP: staff, company heads, officials, committees, building heads."""

from __future__ import annotations

from miniprogram_api.appointments.bodies import BodyFull, BodyOver, BodyTermUnclear, BodyUnknown
from miniprogram_api.appointments.rules import (
    CompanyMissing,
    Group,
    PortraitNotReady,
    PostChanged,
    PostDiffers,
    PostUnknown,
    RoleNotGivable,
    SeatsChanged,
    SeatTaken,
    StationUnknown,
    TermUnclear,
    TooManyEstates,
)
from miniprogram_api.appointments.schemas import (
    BodyEdit,
    BodyEnd,
    Committee,
    CommitteeInFull,
    NewBody,
    NewCompanyStaff,
    NewMember,
    NewOfficial,
    NewPerson,
    NewRepresentative,
    NewStaff,
    PostEdit,
    PostInFull,
    PostLine,
    PostLines,
    PostStep,
    Representative,
    StationView,
)
from miniprogram_api.appointments.service import Appointments
from miniprogram_api.appointments.service.committees import Committees
from miniprogram_api.appointments.service.officials import Officials
from miniprogram_api.appointments.service.staff import Staff, StaffOrder
from miniprogram_api.edge.guards import in_company, in_estate, in_unit
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import NotAllowed, Permission, PlaceUnknown, ScopeKind
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.privacy import PhoneUnreadable
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing

routes = Routes("appointments", tag="任职")

_APPOINTING = (PhoneUnreadable, TermUnclear, Invalid, PostDiffers, PostChanged, Conflict, NotFound)
_STAFFING = (*_APPOINTING, RoleNotGivable, NotAllowed, SeatTaken, SeatsChanged, PortraitNotReady, CompanyMissing)
_STEPPING = (PostUnknown, IllegalTransition, InputMissing, PostChanged, SeatsChanged, NotAllowed, Conflict)
_EDITING = (PostUnknown, PostChanged, SeatsChanged, PortraitNotReady, TermUnclear, NotAllowed, Conflict, Invalid)


def _order(body: NewStaff) -> StaffOrder:
    return StaffOrder(body.role, body.appointee(), body.deputy, body.successor_of)


# Staff of one estate


@routes.post(
    "/v1/estates/<estate_id>/staff",
    guard=in_estate(Permission.STAFF_EDIT),
    status=201,
    repeatable=True,
    errors=_STAFFING,
)
def appoint_staff(call: Call, estate_id: str, body: NewStaff) -> PostLine:
    """Name somebody at the estate by phone number; the role counts at once if the number is proved (IDR-04)."""
    return PostLine.of(call.service(Staff).appoint_at(call.principal, estate_id, _order(body), call.key, call.now))


@routes.get("/v1/estates/<estate_id>/staff", guard=in_estate(Permission.STAFF_READ))
def list_staff(call: Call, estate_id: str, query: ListQuery) -> PageOf[PostLine]:
    """List the staff of the company under contract at the estate, by role."""
    page = call.service(Appointments).list_at_estate(estate_id, Group.STAFF, query.limit, query.cursor)
    company_id = call.territory.company_id
    return PageOf([PostLine.of(post) for post in page.items if post.company_id == company_id], page.next)


@routes.get("/v1/estates/<estate_id>/staff/<post_id>", guard=in_estate(Permission.STAFF_READ), errors=(PostUnknown,))
def read_staff(call: Call, estate_id: str, post_id: str) -> PostInFull:
    """Return somebody of the staff with name and number, for those who work with them."""
    service = call.service(Appointments)
    post = service.access_post_by_id(ScopeKind.ESTATE, estate_id, Group.STAFF, post_id)
    return PostInFull(PostLine.of(post), *service.person_of(post))


@routes.patch("/v1/estates/<estate_id>/staff/<post_id>", guard=in_estate(Permission.STAFF_EDIT), errors=_EDITING)
def edit_staff(call: Call, estate_id: str, post_id: str, body: PostEdit) -> PostLine:
    """Change what is recorded of somebody at this estate; cards and rights follow at once."""
    service = call.service(Appointments)
    post = service.access_post_by_id(ScopeKind.ESTATE, estate_id, Group.STAFF, post_id)
    call.service(Staff).require_may_take(call.principal, [post])
    return PostLine.of(service.change(call.principal.account_id, [post], body.changes(), call.now)[0])


@routes.post("/v1/estates/<estate_id>/staff/<post_id>/steps", guard=in_estate(Permission.STAFF_EDIT), errors=_STEPPING)
def step_staff(call: Call, estate_id: str, post_id: str, body: PostStep) -> PostLine:
    """Suspend, resume or end somebody's post at this estate; it counts from their next request on."""
    service = call.service(Appointments)
    post = service.access_post_by_id(ScopeKind.ESTATE, estate_id, Group.STAFF, post_id)
    call.service(Staff).require_may_take(call.principal, [post])
    done = service.step(call.principal.account_id, [post], body.step.value, body.reason, call.now)
    return PostLine.of(done[0])


# Staff of a company with several estates


@routes.post(
    "/v1/companies/<company_id>/staff",
    guard=in_company(Permission.STAFF_EDIT),
    status=201,
    repeatable=True,
    errors=(*_STAFFING, TooManyEstates, PlaceUnknown),
)
def appoint_company_staff(call: Call, company_id: str, body: NewCompanyStaff) -> PostLines:
    """Name somebody at several estates of the company in one appointment (IDR-20)."""
    service, order = call.service(Staff), _order(body)
    posts = service.appoint_for(call.principal, company_id, body.estate_ids, order, call.key, call.now)
    return PostLines([PostLine.of(post) for post in posts])


@routes.get("/v1/companies/<company_id>/staff", guard=in_company(Permission.STAFF_READ))
def list_company_staff(call: Call, company_id: str, query: ListQuery) -> PageOf[PostLine]:
    """List everybody the company named, one line an estate, those of one appointment together (IDR-20)."""
    page = call.service(Appointments).list_of_company(company_id, query.limit, query.cursor).map(PostLine.of)
    return PageOf(list(page.items), page.next)


@routes.patch("/v1/companies/<company_id>/staff/<post_id>", guard=in_company(Permission.STAFF_EDIT), errors=_EDITING)
def edit_company_staff(call: Call, company_id: str, post_id: str, body: PostEdit) -> PostLines:
    """Change what is recorded of somebody at all their estates at once."""
    posts = call.service(Staff).access_appointment_by_id(company_id, post_id)
    call.service(Staff).require_may_take(call.principal, posts)
    done = call.service(Appointments).change(call.principal.account_id, posts, body.changes(), call.now)
    return PostLines([PostLine.of(post) for post in done])


@routes.post(
    "/v1/companies/<company_id>/staff/<post_id>/steps", guard=in_company(Permission.STAFF_EDIT), errors=_STEPPING
)
def step_company_staff(call: Call, company_id: str, post_id: str, body: PostStep) -> PostLines:
    """Suspend, resume or end an appointment at all its estates at once."""
    posts = call.service(Staff).access_appointment_by_id(company_id, post_id)
    call.service(Staff).require_may_take(call.principal, posts)
    by = call.principal.account_id
    done = call.service(Appointments).step(by, posts, body.step.value, body.reason, call.now)
    return PostLines([PostLine.of(post) for post in done])


@routes.post(
    "/v1/companies/<company_id>/admins",
    guard=in_company(Permission.COMPANY_EDIT),
    status=201,
    repeatable=True,
    errors=_APPOINTING,
)
def appoint_company_admin(call: Call, company_id: str, body: NewPerson) -> PostLine:
    """Name the head of a company: first by the bureau or the operator, then by the company itself."""
    service = call.service(Staff)
    return PostLine.of(
        service.appoint_admin(call.principal.account_id, company_id, body.appointee(), call.key, call.now)
    )


@routes.post(
    "/v1/companies/<company_id>/admins/<post_id>/steps",
    guard=in_company(Permission.COMPANY_EDIT),
    errors=_STEPPING,
)
def step_company_admin(call: Call, company_id: str, post_id: str, body: PostStep) -> PostLine:
    """Suspend, resume or end the post of a company's head."""
    service = call.service(Appointments)
    post = service.access_post_by_id(ScopeKind.COMPANY, company_id, Group.STAFF, post_id)
    done = service.step(call.principal.account_id, [post], body.step.value, body.reason, call.now)
    return PostLine.of(done[0])


# Officials


@routes.post(
    "/v1/units/<unit_id>/officials",
    guard=in_unit(Permission.OFFICIAL_EDIT),
    status=201,
    repeatable=True,
    errors=(*_APPOINTING, NotAllowed),
)
def appoint_official(call: Call, unit_id: str, body: NewOfficial) -> PostLine:
    """Post somebody at a unit, by the level above or the operator; the office follows from the level (IDR-08)."""
    service = call.service(Officials)
    return PostLine.of(service.appoint(call.principal, unit_id, body.appointee(), call.key, call.now))


@routes.get("/v1/units/<unit_id>/officials", guard=in_unit(Permission.ORG_READ))
def list_officials(call: Call, unit_id: str, query: ListQuery) -> PageOf[PostLine]:
    """List the officials of a unit."""
    page = call.service(Appointments).list_at_unit(unit_id, query.limit, query.cursor).map(PostLine.of)
    return PageOf(list(page.items), page.next)


@routes.patch("/v1/units/<unit_id>/officials/<post_id>", guard=in_unit(Permission.OFFICIAL_EDIT), errors=_EDITING)
def edit_official(call: Call, unit_id: str, post_id: str, body: PostEdit) -> PostLine:
    """Change what is recorded of an official, by the level above or the operator."""
    post = call.service(Officials).access_official_by_id(call.principal, unit_id, post_id)
    changes = {name: value for name, value in body.changes().items() if name != "photo_id"}
    return PostLine.of(call.service(Appointments).change(call.principal.account_id, [post], changes, call.now)[0])


@routes.post("/v1/units/<unit_id>/officials/<post_id>/steps", guard=in_unit(Permission.OFFICIAL_EDIT), errors=_STEPPING)
def step_official(call: Call, unit_id: str, post_id: str, body: PostStep) -> PostLine:
    """Suspend, resume or end an official's post, by the level above or the operator."""
    post = call.service(Officials).access_official_by_id(call.principal, unit_id, post_id)
    by = call.principal.account_id
    done = call.service(Appointments).step(by, [post], body.step.value, body.reason, call.now)
    return PostLine.of(done[0])


@routes.get("/v1/units/<unit_id>/station", guard=in_unit(Permission.ORG_READ), errors=(StationUnknown,))
def read_station(call: Call, unit_id: str) -> StationView:
    """Return a street's property station: who is posted from where, households served against 20,000 (IDR-07)."""
    return StationView.of(call.service(Officials).station_of(unit_id))


# Committees


@routes.post(
    "/v1/estates/<estate_id>/committees",
    guard=in_estate(Permission.COMMITTEE_EDIT),
    status=201,
    repeatable=True,
    errors=(BodyTermUnclear, PostDiffers),
)
def form_committee(call: Call, estate_id: str, body: NewBody) -> Committee:
    """Record an owners' committee or a management committee with its term (IDR-05)."""
    formed = call.service(Committees).form(
        call.principal.account_id,
        estate_id,
        body.kind,
        body.name,
        (body.formed_on, body.term_ends_on),
        body.seal_keeper,
        body.filing_number,
        call.key,
        call.now,
    )
    return Committee.of(formed)


@routes.get("/v1/estates/<estate_id>/committees", guard=in_estate(Permission.ESTATE_READ))
def list_committees(call: Call, estate_id: str, query: ListQuery) -> PageOf[Committee]:
    """List the committees the estate has or had."""
    page = call.service(Committees).list_bodies(estate_id, query.limit, query.cursor).map(Committee.of)
    return PageOf(list(page.items), page.next)


@routes.get(
    "/v1/estates/<estate_id>/committees/<body_id>", guard=in_estate(Permission.ESTATE_READ), errors=(BodyUnknown,)
)
def read_committee(call: Call, estate_id: str, body_id: str) -> CommitteeInFull:
    """Return a committee with its members; who looks after committees also reads who keeps the seal."""
    service = call.service(Committees)
    body = service.access_body_by_id(estate_id, body_id)
    members = [Representative.of(post) for post in service.members_of(body)]
    looks_after = call.principal.may(Permission.COMMITTEE_EDIT, call.territory)
    return CommitteeInFull(Committee.of(body), members, service.seal_keeper_of(body) if looks_after else None)


@routes.patch(
    "/v1/estates/<estate_id>/committees/<body_id>",
    guard=in_estate(Permission.COMMITTEE_EDIT),
    errors=(BodyUnknown, BodyOver, BodyTermUnclear, PostUnknown, PostChanged, Conflict),
)
def edit_committee(call: Call, estate_id: str, body_id: str, body: BodyEdit) -> Committee:
    """Change a committee; members' rights follow its term, the cards its contact, at once."""
    service = call.service(Committees)
    found = service.access_body_by_id(estate_id, body_id)
    return Committee.of(service.change(call.principal.account_id, found, body.changes(), call.now))


@routes.post(
    "/v1/estates/<estate_id>/committees/<body_id>/dissolve",
    guard=in_estate(Permission.COMMITTEE_EDIT),
    errors=(BodyUnknown, PostChanged, Conflict),
)
def dissolve_committee(call: Call, estate_id: str, body_id: str, body: BodyEnd) -> Committee:
    """End a committee; every member's rights end in the same moment."""
    service = call.service(Committees)
    found = service.access_body_by_id(estate_id, body_id)
    return Committee.of(service.dissolve(call.principal.account_id, found, body.reason, call.now))


@routes.post(
    "/v1/estates/<estate_id>/committees/<body_id>/members",
    guard=in_estate(Permission.COMMITTEE_EDIT),
    status=201,
    repeatable=True,
    errors=(*_APPOINTING, BodyUnknown, BodyOver, BodyFull),
)
def appoint_member(call: Call, estate_id: str, body_id: str, body: NewMember) -> PostLine:
    """Take somebody into a committee; their rights hold inside its term only (IDR-05)."""
    service = call.service(Committees)
    found = service.access_body_by_id(estate_id, body_id)
    return PostLine.of(service.add_member(call.principal.account_id, found, body.appointee(), call.key, call.now))


@routes.post(
    "/v1/estates/<estate_id>/committees/<body_id>/members/<post_id>/steps",
    guard=in_estate(Permission.COMMITTEE_EDIT),
    errors=(*_STEPPING, BodyUnknown),
)
def step_member(call: Call, estate_id: str, body_id: str, post_id: str, body: PostStep) -> PostLine:
    """Suspend, resume or end a member's post; a suspended member loses every right of it at once (IDR-05)."""
    service = call.service(Committees)
    post = service.access_member_by_id(service.access_body_by_id(estate_id, body_id), post_id)
    by = call.principal.account_id
    done = call.service(Appointments).step(by, [post], body.step.value, body.reason, call.now)
    return PostLine.of(done[0])


# Building heads and representatives


@routes.post(
    "/v1/estates/<estate_id>/representatives",
    guard=in_estate(Permission.COMMITTEE_EDIT),
    status=201,
    repeatable=True,
    errors=_APPOINTING,
)
def appoint_representative(call: Call, estate_id: str, body: NewRepresentative) -> PostLine:
    """Name a building head or representative with a term (IDR-12)."""
    service = call.service(Committees)
    by = call.principal.account_id
    return PostLine.of(service.appoint_representative(by, estate_id, body.appointee(), call.key, call.now))


@routes.get("/v1/estates/<estate_id>/representatives", guard=in_estate(Permission.ESTATE_READ))
def list_representatives(call: Call, estate_id: str, query: ListQuery) -> PageOf[Representative]:
    """List committee members and building heads of the estate."""
    page = call.service(Appointments).list_at_estate(estate_id, Group.RESIDENTS, query.limit, query.cursor)
    return PageOf([Representative.of(post) for post in page.items], page.next)


@routes.post(
    "/v1/estates/<estate_id>/representatives/<post_id>/steps",
    guard=in_estate(Permission.COMMITTEE_EDIT),
    errors=_STEPPING,
)
def step_representative(call: Call, estate_id: str, post_id: str, body: PostStep) -> PostLine:
    """Suspend, resume or end the post of a building head or representative."""
    post = call.service(Committees).access_representative_by_id(estate_id, post_id)
    by = call.principal.account_id
    done = call.service(Appointments).step(by, [post], body.step.value, body.reason, call.now)
    return PostLine.of(done[0])
