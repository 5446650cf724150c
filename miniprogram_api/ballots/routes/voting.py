"""Voting over HTTP: one's own line on the roll, the vote, the receipt, proxies (VOT-01)."""

from __future__ import annotations

from miniprogram_api.ballots.questions import ChoiceUnclear
from miniprogram_api.ballots.refusals import (
    AlreadyVoted,
    BallotUnknown,
    CoOwnersNotAgreed,
    DeliveryMoved,
    MandateExpired,
    MandateMoved,
    MandateNeedless,
    MandatesFull,
    MandateUnknown,
    NotOnRoll,
    NotVotedYet,
    RoomVoted,
    VoteNotRunning,
)
from miniprogram_api.ballots.routes.desk import BALLOT, shown
from miniprogram_api.ballots.schemas.asking import CastVote, GiveProxy, choices_of
from miniprogram_api.ballots.schemas.shown import DeliveryShown, MandateShown, MyLine, ReceiptShown
from miniprogram_api.ballots.service.proxies import Proxies, Wish
from miniprogram_api.ballots.service.voting import Cast, Voting
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, Routes
from miniprogram_api.kernel.access import Permission

routes = Routes("ballots", tag="表决")

_ROOM = f"{BALLOT}/rooms/<room_id>"
_VOTER = in_estate(Permission.BALLOT_VOTE)
_NOBODY = (BallotUnknown, NotOnRoll)


@routes.get(_ROOM, guard=_VOTER, errors=_NOBODY)
def get_my_line(call: Call, estate_id: str, ballot_id: str, room_id: str) -> MyLine:
    """Show a voter the ballot and their room's line on its roll: who owned it when the roll was frozen votes for it."""
    found = call.service(Voting).standing(call.principal, estate_id, ballot_id, room_id, call.now)
    ballot, elector, votes = found.ballot, found.elector, found.votes
    mandates = [] if found.as_agent else call.service(Proxies).list_mandates_of(elector)
    return MyLine(
        ballot=shown(call, ballot),
        room_id=room_id,
        label=elector.label,
        area=elector.area,
        owners=elector.owners,
        as_agent=found.as_agent,
        voted=bool(votes),
        revision=len(votes),
        may_change=ballot.may_change() and len(votes) == 1 and ballot.takes_votes(call.now),
        channel=votes[-1].channel if votes else None,
        mandates=[MandateShown.of(one) for one in mandates],
    )


@routes.post(f"{_ROOM}/notice-reading", guard=_VOTER, errors=(*_NOBODY, VoteNotRunning, DeliveryMoved))
def read_ballot_notice(call: Call, estate_id: str, ballot_id: str, room_id: str) -> DeliveryShown:
    """Record that a voter opened the notice: it is then proven that the room was told."""
    told = call.service(Voting).read_notice(call.principal, estate_id, ballot_id, room_id, call.now)
    return DeliveryShown.of(told)


@routes.post(
    f"{_ROOM}/vote",
    guard=_VOTER,
    status=201,
    repeatable=True,
    errors=(
        *_NOBODY,
        VoteNotRunning,
        ChoiceUnclear,
        CoOwnersNotAgreed,
        AlreadyVoted,
        NotVotedYet,
        MandateMoved,
    ),
)
def cast_vote(call: Call, estate_id: str, ballot_id: str, room_id: str, body: CastVote) -> ReceiptShown:
    """Cast the sealed vote of a room, or change it once where the estate's rules allow; the answer is the receipt."""
    cast = Cast(room_id, choices_of(body.choices), body.for_co_owners, body.change)
    return ReceiptShown.of(call.service(Voting).cast(call.principal, estate_id, ballot_id, cast, call.key, call.now))


@routes.get(f"{_ROOM}/receipt", guard=_VOTER, errors=(*_NOBODY, NotVotedYet))
def get_receipt(call: Call, estate_id: str, ballot_id: str, room_id: str) -> ReceiptShown:
    """Give a voter the receipt of the vote that counts for their room; it says nothing of the choice."""
    return ReceiptShown.of(call.service(Voting).receipt(call.principal, estate_id, ballot_id, room_id, call.now))


@routes.post(
    f"{_ROOM}/proxies",
    guard=_VOTER,
    status=201,
    errors=(
        *_NOBODY,
        VoteNotRunning,
        MandateNeedless,
        MandatesFull,
        MandateExpired,
        MandateMoved,
        RoomVoted,
    ),
)
def give_proxy(call: Call, estate_id: str, ballot_id: str, room_id: str, body: GiveProxy) -> MandateShown:
    """Have somebody else vote for one's room (物业管理条例 12), within the cap of the estate's rules."""
    ballot, elector, as_agent = call.service(Voting).access_elector_by_id(
        call.principal, estate_id, ballot_id, room_id, call.now
    )
    if as_agent:  # who votes for others does not pass that on
        raise NotOnRoll
    wish = Wish(room_id, body.agent_account_id, body.agent_name, valid_until=body.valid_until)
    return MandateShown.of(call.service(Proxies).give(call.principal, ballot, elector, wish, call.now))


@routes.post(
    f"{_ROOM}/proxies/<agent_id>/revocation",
    guard=_VOTER,
    errors=(*_NOBODY, MandateUnknown, MandateMoved),
)
def revoke_proxy(call: Call, estate_id: str, ballot_id: str, room_id: str, agent_id: str) -> MandateShown:
    """Take a proxy back; from this moment nobody votes by it."""
    ballot, elector, as_agent = call.service(Voting).access_elector_by_id(
        call.principal, estate_id, ballot_id, room_id, call.now
    )
    if as_agent:
        raise NotOnRoll
    return MandateShown.of(call.service(Proxies).revoke(call.principal, ballot, elector, agent_id, call.now))
