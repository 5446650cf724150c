"""Commitments over HTTP. Whoever must sign has no rights yet, so their own seat is guarded by being theirs."""

from __future__ import annotations

from miniprogram_api.appointments.bodies import BodyUnknown
from miniprogram_api.appointments.rules import HeldForCase, PostChanged
from miniprogram_api.conduct.refusals import (
    PaperDateWrong,
    PledgeTextChanged,
    PledgeThere,
    SeatOver,
    SeatUnknown,
    SignsInPerson,
)
from miniprogram_api.conduct.schemas.pledges import (
    BackgroundTold,
    CompositionShown,
    OwnSeat,
    PaperPledge,
    PledgeShown,
    Sign,
)
from miniprogram_api.conduct.service.pledges import Pledges
from miniprogram_api.edge.guards import in_estate, signed_in
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, NotFound

routes = Routes("conduct_pledges", tag="委员履职")

_SEAT = "/v1/estates/<estate_id>/committee-posts/<post_id>"
_SIGNING = (SeatUnknown, SeatOver, PostChanged, HeldForCase, Conflict, NotFound)


@routes.get("/v1/me/committee-posts", guard=signed_in())
def list_own_committee_posts(call: Call) -> list[OwnSeat]:
    """List the committee seats one holds, each with the commitment to sign (VOT-13)."""
    seats = call.service(Pledges).list_own_seats(call.principal.account_id)
    return [OwnSeat.of(post, commitment) for post, commitment in seats]


@routes.post(f"{_SEAT}/pledge", guard=signed_in(), status=201, errors=(*_SIGNING, PledgeTextChanged))
def sign_pledge(call: Call, estate_id: str, post_id: str, body: Sign) -> PledgeShown:
    """Sign the commitment of one's own seat; its rights count from now on (VOT-13)."""
    by = call.principal.account_id
    return PledgeShown.of(call.service(Pledges).sign(by, estate_id, post_id, body.digest, call.now))


@routes.put(f"{_SEAT}/background", guard=signed_in(), errors=(SeatUnknown, SeatOver, PostChanged, Conflict))
def tell_background(call: Call, estate_id: str, post_id: str, body: BackgroundTold) -> None:
    """Tell, change or take back what is told voluntarily: party membership, a post held besides (VOT-11, VOT-12)."""
    service, by = call.service(Pledges), call.principal.account_id
    service.tell_background(by, estate_id, post_id, body.background(), call.now)


@routes.post(
    f"{_SEAT}/paper-pledge",
    guard=in_estate(Permission.CONDUCT_CHECK),
    status=201,
    errors=(*_SIGNING, SignsInPerson, PledgeThere, PaperDateWrong),
)
def record_paper_pledge(call: Call, estate_id: str, post_id: str, body: PaperPledge) -> PledgeShown:
    """Record the signature on paper of a member without an account, with photos of it (VOT-13)."""
    service, by = call.service(Pledges), call.principal.account_id
    return PledgeShown.of(service.record_paper(by, estate_id, post_id, body.signed_on, body.photo_ids, call.now))


@routes.get("/v1/estates/<estate_id>/pledges", guard=in_estate(Permission.CONDUCT_CHECK))
def list_pledges(call: Call, estate_id: str, query: ListQuery) -> PageOf[PledgeShown]:
    """List the signed commitments of the estate."""
    page = call.service(Pledges).list_pledges(estate_id, query.limit, query.cursor).map(PledgeShown.of)
    return PageOf(list(page.items), page.next)


@routes.get(
    "/v1/estates/<estate_id>/committees/<body_id>/composition",
    guard=in_estate(Permission.CONDUCT_CHECK),
    errors=(BodyUnknown,),
)
def read_composition(call: Call, estate_id: str, body_id: str) -> CompositionShown:
    """Return whether party members are a majority, and posts held besides, to officials (VOT-11, VOT-12)."""
    return CompositionShown.of(call.service(Pledges).composition_of(estate_id, body_id))
