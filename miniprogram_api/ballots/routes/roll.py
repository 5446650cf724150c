"""The roll over HTTP: read and check it, amend it in public, record who was told; candidates (VOT-01, 04, 10)."""

from __future__ import annotations

from miniprogram_api.ballots.candidates import SIDES, OneCheckerOnly, ReasonMissing, party_majority
from miniprogram_api.ballots.refusals import (
    BallotMoved,
    BallotUnknown,
    CandidateMoved,
    CandidatesClosed,
    CandidateUnknown,
    DeliveryMoved,
    RollClosed,
    RoomNotOnRoll,
    VoteNotRunning,
    WitnessMissing,
)
from miniprogram_api.ballots.routes.desk import BALLOT, ballot_of
from miniprogram_api.ballots.schemas.asking import (
    AmendRoll,
    CheckCandidate,
    NameCandidate,
    RecordDelivery,
    RollQuery,
)
from miniprogram_api.ballots.schemas.shown import (
    AmendmentShown,
    CandidateShown,
    DeliveryShown,
    PartyShare,
    RollLine,
)
from miniprogram_api.ballots.service.roll_desk import RollDesk
from miniprogram_api.ballots.service.standing import Candidates, Nomination
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.estates.rules import RoomUnknown
from miniprogram_api.kernel.access import Permission
from miniprogram_api.photos.rules import PhotoNotYours

routes = Routes("ballots", tag="表决")

_CANDIDATES = f"{BALLOT}/candidates"


@routes.get(f"{BALLOT}/roll", guard=in_estate(Permission.BALLOT_ROLL), errors=(BallotUnknown,))
def list_roll(call: Call, estate_id: str, ballot_id: str, query: RollQuery) -> PageOf[RollLine]:
    """List the roll building by building, with who was told; rooms of one owner have the same head."""
    ballot, desk = ballot_of(call, estate_id, ballot_id), call.service(RollDesk)
    page = desk.list_roll(ballot, query.building_id, query.limit, query.cursor)
    told = desk.deliveries_of(page.items)
    return PageOf([RollLine.of(one, told.get(one.room_id)) for one in page.items], page.next)


@routes.get(f"{BALLOT}/namesakes", guard=in_estate(Permission.BALLOT_ROLL), errors=(BallotUnknown,))
def list_namesakes(call: Call, estate_id: str, ballot_id: str, query: ListQuery) -> PageOf[RollLine]:
    """List the roll so that owners of the same names stand together, for whoever knows who is one person."""
    page = call.service(RollDesk).list_namesakes(ballot_of(call, estate_id, ballot_id), query.limit, query.cursor)
    return PageOf([RollLine.of(one) for one in page.items], page.next)


@routes.get(f"{BALLOT}/amendments", guard=in_estate(Permission.BALLOT_READ), errors=(BallotUnknown,))
def list_roll_amendments(call: Call, estate_id: str, ballot_id: str) -> list[AmendmentShown]:
    """List the public amendments of a roll."""
    return [
        AmendmentShown.of(one) for one in call.service(RollDesk).list_amendments(ballot_of(call, estate_id, ballot_id))
    ]


@routes.post(
    f"{BALLOT}/amendments",
    guard=in_estate(Permission.BALLOT_CHECK),
    status=201,
    repeatable=True,
    errors=(BallotUnknown, RollClosed, RoomNotOnRoll, BallotMoved),
)
def amend_roll(call: Call, estate_id: str, ballot_id: str, body: AmendRoll) -> AmendmentShown:
    """Put lines of a frozen roll right in public, before voting begins and never after."""
    corrections = tuple(one.correction() for one in body.corrections)
    ballot = ballot_of(call, estate_id, ballot_id)
    made = call.service(RollDesk).amend(call.principal, ballot, corrections, body.reason, call.key, call.now)
    return AmendmentShown.of(made)


@routes.post(
    f"{BALLOT}/deliveries/<room_id>",
    guard=in_estate(Permission.BALLOT_DELIVER),
    errors=(BallotUnknown, RoomNotOnRoll, WitnessMissing, VoteNotRunning, DeliveryMoved, PhotoNotYours),
)
def record_delivery(call: Call, estate_id: str, ballot_id: str, room_id: str, body: RecordDelivery) -> DeliveryShown:
    """Record an attempt to tell a room at its door or by post: delivered, refused, or nobody at home (VOT-04)."""
    told = call.service(RollDesk).record_delivery(
        call.principal,
        ballot_of(call, estate_id, ballot_id),
        room_id,
        body.contact,
        body.method,
        body.detail,
        body.photo_ids,
        call.now,
    )
    return DeliveryShown.of(told)


@routes.get(_CANDIDATES, guard=in_estate(Permission.BALLOT_READ), errors=(BallotUnknown,))
def list_candidates(call: Call, estate_id: str, ballot_id: str) -> list[CandidateShown]:
    """List who stands in an election, with what both sides found (VOT-10)."""
    return [
        CandidateShown.of(one)
        for one in call.service(Candidates).list_candidates(ballot_of(call, estate_id, ballot_id))
    ]


@routes.post(
    _CANDIDATES,
    guard=in_estate(Permission.BALLOT_DRAFT),
    status=201,
    repeatable=True,
    errors=(BallotUnknown, CandidatesClosed, RoomUnknown, PhotoNotYours, CandidateMoved, BallotMoved),
)
def name_candidate(call: Call, estate_id: str, ballot_id: str, body: NameCandidate) -> CandidateShown:
    """Put somebody forward, as they, owners or the community asked."""
    who = Nomination(
        body.name,
        body.room_id,
        body.nominator,
        body.account_id,
        body.statement,
        body.party_member,
        body.concurrent_post,
        body.photo_ids,
    )
    ballot = ballot_of(call, estate_id, ballot_id)
    return CandidateShown.of(call.service(Candidates).name(call.principal, ballot, who, call.key, call.now))


@routes.post(
    f"{_CANDIDATES}/<candidate_id>/check",
    guard=in_estate(Permission.BALLOT_CHECK),
    errors=(
        BallotUnknown,
        CandidatesClosed,
        CandidateUnknown,
        ReasonMissing,
        OneCheckerOnly,
        CandidateMoved,
        BallotMoved,
    ),
)
def check_candidate(
    call: Call, estate_id: str, ballot_id: str, candidate_id: str, body: CheckCandidate
) -> CandidateShown:
    """Say as community or street whether somebody may stand; both must agree (VOT-10)."""
    sides = {SIDES[role] for role in call.principal.roles_in(call.territory) if role in SIDES}
    done = call.service(Candidates).check(
        call.principal,
        ballot_of(call, estate_id, ballot_id),
        candidate_id,
        min(sides),
        passed=body.passed,
        reason=body.reason,
        now=call.now,
    )
    return CandidateShown.of(done)


@routes.post(
    f"{_CANDIDATES}/<candidate_id>/withdrawal",
    guard=in_estate(Permission.BALLOT_READ),
    errors=(BallotUnknown, CandidatesClosed, CandidateUnknown, CandidateMoved, BallotMoved),
)
def withdraw_candidate(call: Call, estate_id: str, ballot_id: str, candidate_id: str) -> CandidateShown:
    """Take a candidate back: oneself, or whoever one named."""
    ballot = ballot_of(call, estate_id, ballot_id)
    return CandidateShown.of(call.service(Candidates).withdraw(call.principal, ballot, candidate_id, call.now))


@routes.get(f"{BALLOT}/party-share", guard=in_estate(Permission.BALLOT_CHECK), errors=(BallotUnknown,))
def get_party_share(call: Call, estate_id: str, ballot_id: str) -> PartyShare:
    """Show community and street whether more than half of the elected are party members; a reminder (VOT-11)."""
    ballot = ballot_of(call, estate_id, ballot_id)
    found = call.service(Candidates).elected(ballot)
    return PartyShare(*party_majority(found))
