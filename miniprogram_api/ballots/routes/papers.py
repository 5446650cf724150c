"""Paper votes and mandates from paper over HTTP: always two people (VOT-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.ballots.questions import ChoiceUnclear
from miniprogram_api.ballots.refusals import (
    AlreadyVoted,
    BallotUnknown,
    MandateExpired,
    MandateMoved,
    MandateNeedless,
    MandatesFull,
    MandateUnknown,
    PaperDiffers,
    PaperUnknown,
    RoomNotOnRoll,
    RoomVoted,
    SerialUsed,
    VoteNotRunning,
    VotesMasked,
)
from miniprogram_api.ballots.routes.desk import BALLOT, ballot_of
from miniprogram_api.ballots.schemas.asking import ConfirmPaper, NameMandate, ReadPaper, RecordMandate, choices_of
from miniprogram_api.ballots.schemas.shown import MandateShown, PaperSeen, PaperShown
from miniprogram_api.ballots.service.paper import PaperRead, PaperVotes
from miniprogram_api.ballots.service.proxies import Proxies, Wish
from miniprogram_api.ballots.vote import Channel
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.workflow import SamePersonRefused
from miniprogram_api.photos.rules import PhotoNotYours

if TYPE_CHECKING:
    from miniprogram_api.ballots.ballot import Ballot
    from miniprogram_api.ballots.vote import PaperEntry

routes = Routes("ballots", tag="表决")

_PAPERS = f"{BALLOT}/papers"
_CLERK = in_estate(Permission.BALLOT_PAPER)
_DESK = in_estate(Permission.BALLOT_MANDATE)
_PLACE = (BallotUnknown, RoomNotOnRoll, VoteNotRunning)


def _shown(call: Call, ballot: Ballot, paper: PaperEntry) -> PaperShown:
    return PaperShown.of(paper, call.service(PaperVotes).labels_of(ballot, [paper])[paper.room_id])


@routes.get(_PAPERS, guard=_CLERK, errors=(BallotUnknown,))
def list_papers_waiting(call: Call, estate_id: str, ballot_id: str, query: ListQuery) -> PageOf[PaperShown]:
    """List paper votes that wait for a second reader; what they say is shown to nobody."""
    ballot, papers = ballot_of(call, estate_id, ballot_id), call.service(PaperVotes)
    page = papers.list_waiting(ballot, query.limit, query.cursor)
    labels = papers.labels_of(ballot, page.items)
    return PageOf([PaperShown.of(one, labels[one.room_id]) for one in page.items], page.next)


@routes.post(_PAPERS, guard=_CLERK, status=201, errors=(*_PLACE, RoomVoted, SerialUsed, ChoiceUnclear, PhotoNotYours))
def enter_paper_vote(call: Call, estate_id: str, ballot_id: str, body: ReadPaper) -> PaperShown:
    """Enter a paper or on-site vote as its first reader, with its serial number and sealed photos."""
    paper = PaperRead(body.room_id, body.serial, choices_of(body.choices), Channel(body.channel), body.photo_ids)
    ballot = ballot_of(call, estate_id, ballot_id)
    return _shown(call, ballot, call.service(PaperVotes).enter(call.principal, ballot, paper, call.now))


@routes.get(
    f"{_PAPERS}/<room_id>",
    guard=in_estate(Permission.BALLOT_CHECK),
    errors=(BallotUnknown, RoomNotOnRoll, PaperUnknown, VotesMasked),
)
def look_at_paper_vote(call: Call, estate_id: str, ballot_id: str, room_id: str) -> PaperSeen:
    """Show community and street a paper with its photos after the count; that they looked is kept in the trail."""
    ballot = ballot_of(call, estate_id, ballot_id)
    return PaperSeen.of(*call.service(PaperVotes).look(call.principal, ballot, room_id, call.now))


@routes.post(
    f"{_PAPERS}/<room_id>/confirmation",
    guard=_CLERK,
    errors=(*_PLACE, SamePersonRefused, PaperUnknown, PaperDiffers, AlreadyVoted, ChoiceUnclear),
)
def confirm_paper_vote(call: Call, estate_id: str, ballot_id: str, room_id: str, body: ConfirmPaper) -> PaperShown:
    """Read a paper as its second reader; where both read the same, the vote goes sealed into the box."""
    paper = PaperRead(room_id, body.serial, choices_of(body.choices))
    ballot = ballot_of(call, estate_id, ballot_id)
    return _shown(call, ballot, call.service(PaperVotes).confirm(call.principal, ballot, paper, call.now))


@routes.post(f"{_PAPERS}/<room_id>/withdrawal", guard=_CLERK, errors=(*_PLACE, PaperUnknown))
def withdraw_paper_vote(call: Call, estate_id: str, ballot_id: str, room_id: str) -> PaperShown:
    """Take an entry back that was read wrongly and that nobody confirmed."""
    ballot = ballot_of(call, estate_id, ballot_id)
    return _shown(call, ballot, call.service(PaperVotes).withdraw(call.principal, ballot, room_id, call.now))


@routes.get(f"{BALLOT}/mandates", guard=_DESK, errors=(BallotUnknown,))
def list_mandates(call: Call, estate_id: str, ballot_id: str, query: ListQuery) -> PageOf[MandateShown]:
    """List who votes for rooms of others."""
    page = call.service(Proxies).list_mandates(ballot_of(call, estate_id, ballot_id), query.limit, query.cursor)
    return PageOf([MandateShown.of(one) for one in page.items], page.next)


@routes.post(
    f"{BALLOT}/mandates",
    guard=_DESK,
    status=201,
    errors=(*_PLACE, MandateNeedless, MandateExpired, RoomVoted, MandateMoved, PhotoNotYours),
)
def record_mandate(call: Call, estate_id: str, ballot_id: str, body: RecordMandate) -> MandateShown:
    """Record a written proxy, or a guardian's right, with its photo; a second person confirms it."""
    wish = Wish(body.room_id, body.agent_account_id, body.agent_name, body.kind, body.valid_until, body.photo_ids)
    return MandateShown.of(
        call.service(Proxies).record(call.principal, ballot_of(call, estate_id, ballot_id), wish, call.now)
    )


@routes.post(
    f"{BALLOT}/mandates/confirmation",
    guard=_DESK,
    errors=(BallotUnknown, RoomNotOnRoll, MandateUnknown, SamePersonRefused, MandatesFull, MandateMoved),
)
def confirm_mandate(call: Call, estate_id: str, ballot_id: str, body: NameMandate) -> MandateShown:
    """Confirm a mandate from paper as the second person; it holds from now on."""
    ballot = ballot_of(call, estate_id, ballot_id)
    done = call.service(Proxies).confirm(call.principal, ballot, body.room_id, body.agent_account_id, call.now)
    return MandateShown.of(done)


@routes.post(
    f"{BALLOT}/mandates/revocation",
    guard=_DESK,
    errors=(BallotUnknown, RoomNotOnRoll, MandateUnknown, MandateMoved),
)
def revoke_mandate(call: Call, estate_id: str, ballot_id: str, body: NameMandate) -> MandateShown:
    """Record that a mandate from paper was revoked."""
    ballot, proxies = ballot_of(call, estate_id, ballot_id), call.service(Proxies)
    done = proxies.revoke_recorded(call.principal, ballot, body.room_id, body.agent_account_id, call.now)
    return MandateShown.of(done)
