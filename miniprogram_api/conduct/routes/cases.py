"""Negative-list cases over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.appointments.rules import PostChanged
from miniprogram_api.conduct.case import CASE_LIFE, STREET_STEPS
from miniprogram_api.conduct.refusals import (
    AlreadyReferred,
    CaseMoved,
    CaseUnknown,
    ConductKeyReused,
    DecisionTooOld,
    ItemUnknown,
    MembershipLasts,
    NotHeard,
    OwnerNoticeUnknown,
    ReferralDateWrong,
    SeatOver,
    SeatUnknown,
    StatementsFull,
    StreetOnly,
)
from miniprogram_api.conduct.routes.breaches import to_member as breach_to_member
from miniprogram_api.conduct.schemas.cases import (
    BoardLine,
    CaseLine,
    CaseReceived,
    CaseShown,
    CaseStep,
    OwnConduct,
    OwnersToldShown,
    Refer,
    ReportMember,
)
from miniprogram_api.conduct.schemas.steps import Statement
from miniprogram_api.conduct.service import ConductCases
from miniprogram_api.conduct.service.asking import Asked
from miniprogram_api.conduct.service.personal import ConductRecords
from miniprogram_api.conduct.service.telling import OwnersTold
from miniprogram_api.decisions.refusals import (
    DecisionNotInForce,
    DecisionNotOfOwners,
    DecisionOfAnotherMatter,
    DecisionUnknown,
)
from miniprogram_api.edge.guards import in_estate, in_unit, signed_in
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission, Role
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused

if TYPE_CHECKING:
    from miniprogram_api.conduct.case import Case

routes = Routes("conduct_cases", tag="委员履职")

_CASES = "/v1/estates/<estate_id>/conduct-cases"
_ONE = f"{_CASES}/<case_id>"
_BOARD = "/v1/estates/<estate_id>/conduct-board"
_STEPPING = (
    CaseUnknown,
    CaseMoved,
    ConductKeyReused,
    IllegalTransition,
    InputMissing,
    StatementsFull,
    SeatUnknown,
    NotFound,
)


def _asked(call: Call, estate_id: str, case_id: str = "") -> Asked:
    return Asked(call.principal, estate_id, case_id, call.key, call.now)


def _shown(call: Call, case: Case) -> CaseShown:
    parts = {"reporter": case.reported_by, "member": case.seat.account_id}
    offered = CASE_LIFE.offered(case.state, call.may, call.principal.account_id, parts)
    is_street = Role.STREET in call.principal.roles_in(call.territory)
    steps = [step for step in offered if is_street or step.name not in STREET_STEPS]
    return CaseShown.of(case, call.service(ConductCases).photos_of(case), steps)


def _to_member(call: Call, case: Case) -> CaseShown:
    return CaseShown.to_member(case, call.service(ConductCases).photos_of(case))


@routes.post(
    _CASES,
    guard=in_estate(Permission.CONDUCT_REPORT),
    status=201,
    repeatable=True,
    errors=(SeatUnknown, SeatOver, ItemUnknown, ConductKeyReused, NotFound),
)
def report_conduct(call: Call, estate_id: str, body: ReportMember) -> CaseReceived:
    """Report a committee member for an item of the negative list, with proof; who reports is not told (VOT-14)."""
    case = call.service(ConductCases).report(_asked(call, estate_id), body.post_id, body.item, body.said())
    return CaseReceived(case.id, case.reported_at)


@routes.get(_CASES, guard=in_estate(Permission.CONDUCT_CHECK))
def list_conduct_cases(call: Call, estate_id: str, query: ListQuery) -> PageOf[CaseLine]:
    """List the cases of the estate, newest first, for community and street."""
    page = call.service(ConductCases).list_cases(estate_id, query.limit, query.cursor).map(CaseLine.of)
    return PageOf(list(page.items), page.next)


@routes.get(_ONE, guard=in_estate(Permission.CONDUCT_CHECK), errors=(CaseUnknown,))
def read_conduct_case(call: Call, estate_id: str, case_id: str) -> CaseShown:
    """Return a case with its whole history, for community and street."""
    return _shown(call, call.service(ConductCases).access_case_by_id(estate_id, case_id))


@routes.post(
    f"{_ONE}/steps",
    guard=in_estate(Permission.CONDUCT_CHECK),
    repeatable=True,
    errors=(
        *_STEPPING, SamePersonRefused, StreetOnly, NotHeard, SeatOver, MembershipLasts, PostChanged,
        DecisionTooOld, DecisionUnknown, DecisionNotInForce, DecisionNotOfOwners, DecisionOfAnotherMatter, Conflict,
    ),
)  # fmt: skip
def step_conduct_case(call: Call, estate_id: str, case_id: str, body: CaseStep) -> CaseShown:
    """Check, hear, suspend, put to the owners' vote, end or restore, announce: none is left out (VOT-14)."""
    cases, asked = call.service(ConductCases), _asked(call, estate_id, case_id)
    return _shown(call, cases.take(asked, call.territory, body.step.value, body.said()))


@routes.post(
    f"{_ONE}/referral",
    guard=in_estate(Permission.CONDUCT_CHECK),
    repeatable=True,
    errors=(CaseUnknown, CaseMoved, AlreadyReferred, ReferralDateWrong, SeatUnknown),
)
def refer_conduct_case(call: Call, estate_id: str, case_id: str, body: Refer) -> CaseShown:
    """Record that a case was handed to justice, at any time after the report (VOT-14)."""
    return _shown(call, call.service(ConductCases).refer(_asked(call, estate_id, case_id), body.referral()))


@routes.post(f"{_ONE}/statement", guard=signed_in(), repeatable=True, errors=_STEPPING)
def state_on_conduct_case(call: Call, estate_id: str, case_id: str, body: Statement) -> CaseShown:
    """Say what one has to say to a case about oneself, before anything is decided (VOT-14)."""
    case = call.service(ConductCases).state_own(_asked(call, estate_id, case_id), body.said())
    return _to_member(call, case)


@routes.get("/v1/me/conduct", guard=signed_in())
def read_own_conduct(call: Call) -> OwnConduct:
    """Return the cases and breaches about the person who asks, without who reported them."""
    cases, breaches, _ = call.service(ConductRecords).about(call.principal.account_id)
    return OwnConduct(
        [_to_member(call, case) for case in cases],
        [breach_to_member(call, breach) for breach in breaches],
    )


@routes.get(_BOARD, guard=in_estate(Permission.CONDUCT_READ))
def list_conduct_board(call: Call, estate_id: str, query: ListQuery) -> PageOf[BoardLine]:
    """List who is suspended, and what was announced: what everybody at the estate may know (VOT-14)."""
    page = call.service(ConductCases).list_board(estate_id, query.limit, query.cursor).map(BoardLine.of)
    return PageOf(list(page.items), page.next)


@routes.get(f"{_BOARD}/<case_id>", guard=in_estate(Permission.CONDUCT_READ), errors=(CaseUnknown,))
def read_conduct_board(call: Call, estate_id: str, case_id: str) -> BoardLine:
    """Return what everybody at the estate may know of one case."""
    return BoardLine.of(call.service(ConductCases).access_on_board(estate_id, case_id))


@routes.get("/v1/units/<unit_id>/conduct-cases", guard=in_unit(Permission.CONDUCT_CHECK))
def list_open_conduct_cases(call: Call, unit_id: str, query: ListQuery) -> PageOf[CaseLine]:
    """List the cases of all estates below a unit in which somebody still has to do something."""
    page = call.service(ConductCases).list_open_below(unit_id, query.limit, query.cursor).map(CaseLine.of)
    return PageOf(list(page.items), page.next)


@routes.get(
    "/v1/estates/<estate_id>/owner-notices/<notice_id>",
    guard=in_estate(Permission.CONDUCT_CHECK),
    errors=(OwnerNoticeUnknown,),
)
def read_owner_notice(call: Call, estate_id: str, notice_id: str, query: ListQuery) -> OwnersToldShown:
    """Return how far a notice to all owners has come, and the rooms to visit since nobody there can be told (S11).

    An announced case has a notice of its own id, a work report names its own.
    """
    owners = call.service(OwnersTold)
    notice = owners.access_notice_by_id(estate_id, notice_id)
    page = owners.list_unreached(notice, query.limit, query.cursor)
    return OwnersToldShown.of(notice, page.items, page.next)
