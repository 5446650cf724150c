"""Cast a vote, change it once where the rules allow, and hand out receipts (VOT-01)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Ballot
from miniprogram_api.ballots.deliveries import Contact, Delivery, Method
from miniprogram_api.ballots.law import KINDS, Voters
from miniprogram_api.ballots.questions import Choices, answered
from miniprogram_api.ballots.refusals import (
    AlreadyVoted,
    BallotUnknown,
    CoOwnersNotAgreed,
    DeliveryMoved,
    MandateMoved,
    NotOnRoll,
    NotVotedYet,
    VoteNotRunning,
)
from miniprogram_api.ballots.roll import Elector
from miniprogram_api.ballots.store import DELIVERY, VOTE
from miniprogram_api.ballots.vote import (
    SALT_BYTES,
    Channel,
    Vote,
    committed,
    context_of,
    plain_of,
    receipt_of,
)
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage import ballot_keys
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.storage.vote_box import seal_vote

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.ballots.service.ports import PhoneOf
    from miniprogram_api.ballots.store import BallotStore, RollStore
    from miniprogram_api.ballots.vote import PaperFacts, Receipt
    from miniprogram_api.kernel.access import Principal


@dataclass(frozen=True, slots=True)
class Cast:
    """What a person sends: room, choices, that co-owners agree, and whether an earlier vote is to be replaced."""

    room_id: str
    choices: Choices
    for_co_owners: bool = False
    change: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to a room on the roll: by what right they vote, and what was voted."""

    ballot: Ballot
    elector: Elector
    as_agent: bool
    votes: tuple[Vote, ...]


class Voting:
    """The ballot box: puts votes in and never looks."""

    def __init__(self, ballots: BallotStore, rolls: RollStore, phones: PhoneOf) -> None:
        self._ballots = ballots
        self._rolls = rolls
        self._phones = phones

    def access_elector_by_id(
        self, principal: Principal, estate_id: str, ballot_id: str, room_id: str, now: datetime
    ) -> tuple[Ballot, Elector, bool]:
        """Return a ballot with the line of a room, to whoever votes for it; the last says that it is by a mandate.

        Who may is what the frozen roll says, not who lives there today: a flat sold after the freeze is voted for by
        whoever owned it then. Two reads, one more for somebody whom only their telephone number lets in or a mandate.

        Raises:
            BallotUnknown: there is none that people may know of.
            NotOnRoll: the person may not vote for the room.
        """
        ballot = self._ballots.find_ballot(estate_id, ballot_id)
        if ballot is None or ballot.roll is None or ballot.announced is None:
            raise BallotUnknown
        elector = self._rolls.find_elector(ballot, room_id)
        if elector is None or elector.excluded:
            raise NotOnRoll
        by = principal.account_id
        if by in elector.accounts:
            return ballot, elector, False
        if by in elector.agents:
            mandate = self._rolls.find_mandate(elector, by)
            if mandate is not None and mandate.holds(date_of(now)):
                return ballot, elector, True
        if self._lives_there(principal, ballot, room_id):
            return ballot, elector, False
        if elector.phone_indexes and elector.may_vote(by, self._phones.phone_index_of(by)):
            return ballot, elector, False
        raise NotOnRoll

    def standing(self, principal: Principal, estate_id: str, ballot_id: str, room_id: str, now: datetime) -> Standing:
        """Return how a person stands to a room; see ``access_elector_by_id`` for what is refused."""
        ballot, elector, as_agent = self.access_elector_by_id(principal, estate_id, ballot_id, room_id, now)
        return Standing(ballot, elector, as_agent, tuple(self._rolls.find_votes(elector)))

    def cast(
        self, principal: Principal, estate_id: str, ballot_id: str, cast: Cast, key: str, now: datetime
    ) -> Receipt:
        """Cast the vote of a room, or change it once where the estate's rules allow.

        Two reads and one write: the vote is added under its key while the gate of its shard stands open, so that a room
        has one vote, and a vote at the closing instant is in the box or refused, never both. The same request again
        finds its vote there and gets the same receipt.

        Raises:
            BallotUnknown, NotOnRoll: see there.
            VoteNotRunning: voting has not begun or is over.
            ChoiceUnclear: the answers do not fit the questions.
            CoOwnersNotAgreed: several own the room, and it is not said that they agree.
            AlreadyVoted: the room has a vote that may not be changed (again).
            MandateMoved: the proxy was revoked at the same moment.
        """
        by = principal.account_id
        ballot, elector, as_agent = self.access_elector_by_id(principal, estate_id, ballot_id, cast.room_id, now)
        if not ballot.takes_votes(now):
            raise VoteNotRunning
        if elector.owners > 1 and not cast.for_co_owners and KINDS[ballot.kind].voters is Voters.OWNERS:
            raise CoOwnersNotAgreed
        choices = answered(ballot.questions, cast.choices)
        vote_id = derived_id("vote", by, ballot_id, cast.room_id, key)
        revision = 2 if cast.change and ballot.may_change() else 1
        vote = self.make(ballot, elector, choices, revision, vote_id, by, now)
        if as_agent:
            vote = replace(vote, agent_for=elector.room_id)
        act = Transaction(by, "cast_vote", now)
        self.put(act, ballot, vote)
        if revision > 1:
            first = ballot_keys.vote(estate_id, ballot_id, elector.shard, elector.room_id, 1)
            act.require(first, otherwise=NotVotedYet, revision=1)
        if as_agent:
            line = ballot_keys.elector(estate_id, ballot_id, elector.shard, elector.room_id)
            act.require(line, otherwise=MandateMoved, version=elector.version)
        try:
            self._rolls.commit(act)
        except AlreadyVoted:
            vote = self._found(elector, vote_id)
        return receipt_of(vote, elector, self._root(ballot))

    def make(
        self,
        ballot: Ballot,
        elector: Elector,
        choices: Choices,
        revision: int,
        vote_id: str,
        by: str,
        now: datetime,
        channel: Channel = Channel.ONLINE,
        paper: PaperFacts | None = None,
    ) -> Vote:
        """Return a sealed vote; nothing outside this method ever sees choices and salt together."""
        if ballot.public_key is None:
            raise VoteNotRunning
        salt = secrets.token_hex(SALT_BYTES)
        sealed = seal_vote(
            ballot.public_key,
            plain_of(ballot.questions, choices, salt),
            context_of(ballot.id, elector.room_id, revision),
        )
        return Vote(
            estate_id=ballot.estate_id,
            ballot_id=ballot.id,
            room_id=elector.room_id,
            shard=elector.shard,
            revision=revision,
            id=vote_id,
            channel=channel,
            by=by,
            at=now,
            sealed=sealed,
            commitment=committed(elector, revision, choices, salt),
            head=elector.head,
            area=elector.area,
            building_id=elector.building_id,
            tell=tuple(one for one in elector.accounts if one != by),
            paper=paper,
        )

    @staticmethod
    def put(act: Transaction, ballot: Ballot, vote: Vote) -> None:
        """Make a vote part of an act: only through an open gate, and only where the room has none."""
        act.require(ballot_keys.gate(ballot.estate_id, ballot.id, vote.shard), otherwise=VoteNotRunning, shut=False)
        act.add(VOTE, vote, otherwise=AlreadyVoted)

    def receipt(self, principal: Principal, estate_id: str, ballot_id: str, room_id: str, now: datetime) -> Receipt:
        """Return the receipt of the vote that counts for a room, to whoever votes for it.

        Raises:
            BallotUnknown, NotOnRoll: see there.
            NotVotedYet: the room has no vote.
        """
        ballot, elector, _ = self.access_elector_by_id(principal, estate_id, ballot_id, room_id, now)
        votes = self._rolls.find_votes(elector)
        if not votes:
            raise NotVotedYet
        return receipt_of(votes[-1], elector, self._root(ballot))

    def read_notice(
        self, principal: Principal, estate_id: str, ballot_id: str, room_id: str, now: datetime
    ) -> Delivery:
        """Record that a voter of a room has opened the notice: proof that they were told (指导规则 22).

        Raises:
            BallotUnknown, NotOnRoll: see there.
            VoteNotRunning: voting is over.
        """
        ballot, elector, _ = self.access_elector_by_id(principal, estate_id, ballot_id, room_id, now)
        before = self._rolls.find_delivery(elector)
        if before is not None and before.proves:
            return before
        if ballot.closes_at is None or ballot.closes_at <= now:
            raise VoteNotRunning
        told = Delivery(
            estate_id=estate_id,
            ballot_id=ballot_id,
            room_id=room_id,
            shard=elector.shard,
            building_id=elector.building_id,
            contact=Contact.DELIVERED,
            method=Method.READ,
            at=now,
            by=principal.account_id,
            by_name=principal.display_name,
            attempts=1 if before is None else before.attempts + 1,
            version=0 if before is None else before.version,
        )
        act = Transaction(principal.account_id, "read_ballot_notice", now)
        act.require(ballot_keys.gate(estate_id, ballot_id, elector.shard), otherwise=VoteNotRunning, shut=False)
        if before is None:
            act.add(DELIVERY, told, otherwise=DeliveryMoved)
        else:
            told = act.change(DELIVERY, before, told, otherwise=DeliveryMoved)
        try:
            self._rolls.commit(act)
        except DeliveryMoved:
            return self._rolls.find_delivery(elector) or told
        return told

    def _found(self, elector: Elector, vote_id: str) -> Vote:
        """Return the vote that this very request wrote before, or raise AlreadyVoted."""
        for vote in self._rolls.find_votes(elector):
            if vote.id == vote_id:
                return vote
        raise AlreadyVoted

    @staticmethod
    def _lives_there(principal: Principal, ballot: Ballot, room_id: str) -> bool:
        """Answers to surveys are given by whoever lives in a room, also by somebody who moved in later."""
        if KINDS[ballot.kind].voters is not Voters.RESIDENTS:
            return False
        return any(grant.room_id == room_id and grant.scope.id == ballot.estate_id for grant in principal.grants)

    @staticmethod
    def _root(ballot: Ballot) -> str:
        return "" if ballot.roll is None else ballot.roll.root
