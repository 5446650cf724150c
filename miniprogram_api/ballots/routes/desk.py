"""Ballots over HTTP: draft, check, announce, extend, certify, publish; and their results (VOT-01)."""

from __future__ import annotations

from pathlib import Path

from miniprogram_api.ballots import verify_ballot
from miniprogram_api.ballots.ballot import RESULT_KNOWN, Ballot
from miniprogram_api.ballots.law import KINDS
from miniprogram_api.ballots.offers import steps_of, work_of
from miniprogram_api.ballots.questions import QuestionsUnclear
from miniprogram_api.ballots.refusals import (
    AlreadyExtended,
    BallotKeyReused,
    BallotMoved,
    BallotTimesUnclear,
    BallotUnknown,
    CandidatesMissing,
    ObjectionsClosed,
    ObjectionsOpen,
    ObjectionUnknown,
    VotesMasked,
)
from miniprogram_api.ballots.schemas.asking import (
    Announce,
    Answer,
    DraftBallot,
    EditBallot,
    Extend,
    Object,
    OpenedQuery,
    SayWhy,
)
from miniprogram_api.ballots.schemas.shown import (
    BallotLine,
    BallotShown,
    BuildingTurnout,
    BundleLink,
    ObjectionShown,
    OpenedLine,
    OpenedPage,
    StepLine,
    TurnoutShown,
)
from miniprogram_api.ballots.service.desk import Asked, Ballots
from miniprogram_api.ballots.service.objecting import Objections
from miniprogram_api.ballots.service.results import Results
from miniprogram_api.edge.guards import in_estate, public
from miniprogram_api.edge.operations import Call, Content, ListQuery, PageOf, Routes
from miniprogram_api.estates.rules import BuildingUnknown
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused
from miniprogram_api.photos.rules import PhotoNotYours

routes = Routes("ballots", tag="表决")

_BALLOTS = "/v1/estates/<estate_id>/ballots"
BALLOT = f"{_BALLOTS}/<ballot_id>"
_STEP = (BallotUnknown, IllegalTransition, BallotMoved)


def ballot_of(call: Call, estate_id: str, ballot_id: str) -> Ballot:
    """Return the ballot of the path as far as the person may know of it."""
    return call.service(Ballots).access_ballot_by_id(call.principal, call.territory, estate_id, ballot_id)


def asked(call: Call, estate_id: str, ballot_id: str) -> Asked:
    """Return who takes a step with which ballot."""
    return Asked(call.principal, estate_id, ballot_id, call.key, call.now)


def shown(call: Call, ballot: Ballot) -> BallotShown:
    """Return a ballot as the person who asks sees it, with what they may do."""
    return BallotShown.of(
        ballot,
        call.service(Ballots).photos_of(ballot),
        call.now,
        KINDS[ballot.kind].voters,
        steps_of(ballot, call.principal.account_id, call.may, call.now),
        work_of(ballot, call.may, call.now),
    )


@routes.get(_BALLOTS, guard=in_estate(Permission.BALLOT_READ))
def list_ballots(call: Call, estate_id: str, query: ListQuery) -> PageOf[BallotLine]:
    """List the ballots of an estate, newest first; drafts only to those who prepare them (VOT-01)."""
    page = call.service(Ballots).list_ballots(call.principal, call.territory, estate_id, query.limit, query.cursor)
    return PageOf([BallotLine.of(one, call.now) for one in page.items], page.next)


@routes.post(
    _BALLOTS,
    guard=in_estate(Permission.BALLOT_DRAFT),
    status=201,
    repeatable=True,
    errors=(QuestionsUnclear, BuildingUnknown, PhotoNotYours, BallotKeyReused),
)
def draft_ballot(call: Call, estate_id: str, body: DraftBallot) -> BallotShown:
    """Draft a ballot: an owners' vote, an election, a renovation consent, a survey or a rating (VOT-01)."""
    return shown(call, call.service(Ballots).draft(call.principal, estate_id, body.wanted(), call.key, call.now))


@routes.get(BALLOT, guard=in_estate(Permission.BALLOT_READ), errors=(BallotUnknown,))
def get_ballot(call: Call, estate_id: str, ballot_id: str) -> BallotShown:
    """Show a ballot: what is asked, by which rules, and, once it is counted, its result with every working."""
    return shown(call, ballot_of(call, estate_id, ballot_id))


@routes.put(
    BALLOT,
    guard=in_estate(Permission.BALLOT_DRAFT),
    errors=(*_STEP, QuestionsUnclear, BuildingUnknown, PhotoNotYours),
)
def edit_ballot(call: Call, estate_id: str, ballot_id: str, body: EditBallot) -> BallotShown:
    """Replace what a draft asks."""
    edited = call.service(Ballots).edit(asked(call, estate_id, ballot_id), body.wanted(), body.version)
    return shown(call, edited)


@routes.get(f"{BALLOT}/steps", guard=in_estate(Permission.BALLOT_READ), errors=(BallotUnknown,))
def list_ballot_steps(call: Call, estate_id: str, ballot_id: str) -> list[StepLine]:
    """List what was done to a ballot, by whom and why."""
    return [StepLine.of(step) for step in call.service(Ballots).list_steps(ballot_of(call, estate_id, ballot_id))]


@routes.post(f"{BALLOT}/submission", guard=in_estate(Permission.BALLOT_DRAFT), repeatable=True, errors=_STEP)
def submit_ballot(call: Call, estate_id: str, ballot_id: str) -> BallotShown:
    """Hand a draft to the community for its check."""
    return shown(call, call.service(Ballots).submit(asked(call, estate_id, ballot_id)))


@routes.post(
    f"{BALLOT}/return", guard=in_estate(Permission.BALLOT_CHECK), repeatable=True, errors=(*_STEP, InputMissing)
)
def return_ballot(call: Call, estate_id: str, ballot_id: str, body: SayWhy) -> BallotShown:
    """Give a ballot back to who drafted it, with the reason."""
    return shown(call, call.service(Ballots).send_back(asked(call, estate_id, ballot_id), body.reason))


@routes.post(
    f"{BALLOT}/approval",
    guard=in_estate(Permission.BALLOT_CHECK),
    repeatable=True,
    errors=(*_STEP, SamePersonRefused, QuestionsUnclear, CandidatesMissing),
)
def approve_ballot(call: Call, estate_id: str, ballot_id: str) -> BallotShown:
    """Pass a ballot: the estate's rules of today hold for it, and its roll is written next."""
    return shown(call, call.service(Ballots).approve(asked(call, estate_id, ballot_id)))


@routes.post(
    f"{BALLOT}/announcement",
    guard=in_estate(Permission.BALLOT_DRAFT),
    repeatable=True,
    errors=(*_STEP, BallotTimesUnclear),
)
def announce_ballot(call: Call, estate_id: str, ballot_id: str, body: Announce) -> BallotShown:
    """Announce a ballot at least 15 days before voting begins (物业管理条例 14)."""
    announced = call.service(Ballots).announce(asked(call, estate_id, ballot_id), body.opens_at, body.closes_at)
    return shown(call, announced)


@routes.post(
    f"{BALLOT}/extension",
    guard=in_estate(Permission.BALLOT_DRAFT),
    repeatable=True,
    errors=(*_STEP, AlreadyExtended, BallotTimesUnclear, InputMissing),
)
def extend_ballot(call: Call, estate_id: str, ballot_id: str, body: Extend) -> BallotShown:
    """Extend a running vote once, with a reason everybody reads."""
    extended = call.service(Ballots).extend(asked(call, estate_id, ballot_id), body.closes_at, body.reason)
    return shown(call, extended)


@routes.post(
    f"{BALLOT}/withdrawal", guard=in_estate(Permission.BALLOT_DRAFT), repeatable=True, errors=(*_STEP, InputMissing)
)
def withdraw_ballot(call: Call, estate_id: str, ballot_id: str, body: SayWhy) -> BallotShown:
    """Withdraw a ballot before voting begins."""
    return shown(call, call.service(Ballots).withdraw(asked(call, estate_id, ballot_id), body.reason))


@routes.post(
    f"{BALLOT}/certification",
    guard=in_estate(Permission.BALLOT_CERTIFY),
    repeatable=True,
    errors=(*_STEP, SamePersonRefused, ObjectionsOpen),
)
def certify_ballot(call: Call, estate_id: str, ballot_id: str) -> BallotShown:
    """Confirm a counted result after the time for objections."""
    return shown(call, call.service(Ballots).certify(asked(call, estate_id, ballot_id)))


@routes.post(f"{BALLOT}/publication", guard=in_estate(Permission.BALLOT_CERTIFY), repeatable=True, errors=_STEP)
def publish_ballot(call: Call, estate_id: str, ballot_id: str) -> BallotShown:
    """Publish a certified result with its file of proof; what it decided enters the register of decisions."""
    return shown(call, call.service(Ballots).publish(asked(call, estate_id, ballot_id)))


# Results


@routes.get(f"{BALLOT}/turnout", guard=in_estate(Permission.BALLOT_READ), errors=(BallotUnknown,))
def get_turnout(call: Call, estate_id: str, ballot_id: str) -> TurnoutShown:
    """Show how many took part so far, by area and heads; never what they chose (VOT-02)."""
    found = call.service(Results).turnout(ballot_of(call, estate_id, ballot_id))
    return TurnoutShown(found.total, found.voted, found.delivered, found.refused, found.absent)


@routes.get(f"{BALLOT}/turnout/buildings", guard=in_estate(Permission.BALLOT_READ), errors=(BallotUnknown,))
def list_turnout_of_buildings(call: Call, estate_id: str, ballot_id: str, query: ListQuery) -> PageOf[BuildingTurnout]:
    """List the same building by building: where somebody still has to go round (VOT-04)."""
    ballot = ballot_of(call, estate_id, ballot_id)
    page = call.service(Results).turnout_of_buildings(ballot, query.limit, query.cursor)
    return PageOf([BuildingTurnout.of(one) for one in page.items], page.next)


@routes.get(f"{BALLOT}/votes", guard=in_estate(Permission.BALLOT_READ), errors=(BallotUnknown, VotesMasked))
def list_opened_votes(call: Call, estate_id: str, ballot_id: str, query: OpenedQuery) -> OpenedPage:
    """Show which room chose what after the count, where the estate's rules publish votes by name."""
    rows, pages = call.service(Results).opened(ballot_of(call, estate_id, ballot_id), query.page)
    return OpenedPage([OpenedLine.of(row) for row in rows], pages)


@routes.get("/v1/public/estates/<estate_id>/ballots/<ballot_id>/bundle", guard=public(), errors=(BallotUnknown,))
def get_bundle(call: Call, estate_id: str, ballot_id: str) -> BundleLink:
    """Say where the file of proof of a published ballot lies. Public: it names nobody, and anybody may check it."""
    ballot = call.service(Ballots).get_ballot(estate_id, ballot_id)
    url = call.service(Results).bundle_link(ballot)
    if ballot.bundle is None or ballot.state not in RESULT_KNOWN:
        raise BallotUnknown
    return BundleLink(url, ballot.bundle.digest, ballot.bundle.size)


@routes.get("/v1/public/verify_ballot.py", guard=public(), produces=("text/x-python",))
def get_verifier(_call: Call) -> Content:
    """Give out the program that checks a file of proof: one file, nothing but Python. Public: anybody may check."""
    source = Path(str(verify_ballot.__file__)).read_bytes()
    return Content(source, "text/x-python", "verify_ballot.py")


# Objections


@routes.get(f"{BALLOT}/objections", guard=in_estate(Permission.BALLOT_READ), errors=(BallotUnknown,))
def list_objections(call: Call, estate_id: str, ballot_id: str, query: ListQuery) -> PageOf[ObjectionShown]:
    """List the objections to a result, and their answers."""
    page = call.service(Objections).list_objections(ballot_of(call, estate_id, ballot_id), query.limit, query.cursor)
    return PageOf([ObjectionShown.of(one) for one in page.items], page.next)


@routes.post(
    f"{BALLOT}/objections",
    guard=in_estate(Permission.BALLOT_OBJECT),
    status=201,
    repeatable=True,
    errors=(BallotUnknown, ObjectionsClosed, PhotoNotYours, BallotMoved),
)
def object_to_result(call: Call, estate_id: str, ballot_id: str, body: Object) -> ObjectionShown:
    """Object to a counted result, as an owner, within the time for it."""
    ballot = ballot_of(call, estate_id, ballot_id)
    made = call.service(Objections).make(call.principal, ballot, body.text, body.photo_ids, call.key, call.now)
    return ObjectionShown.of(made)


@routes.post(
    f"{BALLOT}/objections/<objection_id>/answer",
    guard=in_estate(Permission.BALLOT_ANSWER),
    errors=(BallotUnknown, ObjectionUnknown, BallotMoved),
)
def answer_objection(call: Call, estate_id: str, ballot_id: str, objection_id: str, body: Answer) -> ObjectionShown:
    """Answer an objection; without an answer to each nothing is certified."""
    ballot = ballot_of(call, estate_id, ballot_id)
    done = call.service(Objections).answer(call.principal, ballot, objection_id, body.answer, call.now)
    return ObjectionShown.of(done)
