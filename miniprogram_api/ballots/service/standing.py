"""Put people forward for an election, and check them from two sides (VOT-10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Ballot, Hand, State
from miniprogram_api.ballots.candidates import Candidate, Nominator, Side
from miniprogram_api.ballots.law import Kind
from miniprogram_api.ballots.refusals import BallotMoved, CandidateMoved, CandidatesClosed, CandidateUnknown
from miniprogram_api.ballots.store import BALLOT, CANDIDATE
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.ballots.store import BallotStore
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.photos.service import Photos

_NAMING = frozenset({State.DRAFT, State.CHECKING})


@dataclass(frozen=True, slots=True)
class Nomination:
    """Who stands, for which room they are an owner, and what they say of themselves."""

    name: str
    room_id: str
    nominator: Nominator
    account_id: str | None = None
    statement: str = ""
    party_member: bool | None = None
    concurrent_post: str = ""
    photo_ids: tuple[str, ...] = ()


class Candidates:
    """The candidates of all elections, until their ballot passes the check."""

    def __init__(self, store: BallotStore, estates: Estates, photos: Photos) -> None:
        self._store = store
        self._estates = estates
        self._photos = photos

    def list_candidates(self, ballot: Ballot) -> list[Candidate]:
        """List everybody who was named."""
        return self._store.list_candidates(ballot.estate_id, ballot.id)

    def elected(self, ballot: Ballot) -> list[Candidate]:
        """List who was elected; nobody before the count."""
        if ballot.kind is not Kind.ELECTION or ballot.result is None:
            return []
        seated = {option.id for option in ballot.result.questions[0].options if option.adopted}
        return [one for one in self.list_candidates(ballot) if one.id in seated]

    def name(self, principal: Principal, ballot: Ballot, who: Nomination, key: str, now: datetime) -> Candidate:
        """Put somebody forward.

        Raises:
            CandidatesClosed: it is no election, or its candidates are settled.
            RoomUnknown: the estate has no such room.
            PhotoNotYours: a photo cannot be used.
            CandidateMoved: the key came before with different content.
        """
        if ballot.kind is not Kind.ELECTION or ballot.state not in _NAMING:
            raise CandidatesClosed
        by, room = principal.account_id, self._estates.get_room(ballot.estate_id, who.room_id)
        candidate = Candidate(
            id=derived_id("cand", by, ballot.id, key),
            estate_id=ballot.estate_id,
            ballot_id=ballot.id,
            name=who.name,
            room_id=who.room_id,
            room_label=room.label,
            nominator=who.nominator,
            named=Hand(by, principal.display_name, now),
            account_id=who.account_id,
            statement=who.statement,
            party_member=who.party_member,
            concurrent_post=who.concurrent_post,
            photo_ids=who.photo_ids,
        )
        act = Transaction(by, "name_candidate", now)
        act.add(CANDIDATE, candidate, otherwise=CandidateMoved)
        self._hold(act, ballot)
        self._photos.attach(act, ballot.estate_id, who.photo_ids, candidate.id, "candidate")
        try:
            self._store.commit(act)
        except CandidateMoved:
            there = self.access_candidate_by_id(ballot, candidate.id)
            if (
                replace(there, named=candidate.named, community=None, street=None, withdrawn=None, version=0)
                != candidate
            ):
                raise
            return there
        return candidate

    def access_candidate_by_id(self, ballot: Ballot, candidate_id: str) -> Candidate:
        """Return a candidate of the ballot, or raise CandidateUnknown."""
        candidate = self._store.find_candidate(ballot.estate_id, ballot.id, candidate_id)
        if candidate is None:
            raise CandidateUnknown
        return candidate

    def check(
        self,
        principal: Principal,
        ballot: Ballot,
        candidate_id: str,
        side: Side,
        *,
        passed: bool,
        reason: str,
        now: datetime,
    ) -> Candidate:
        """Say as one of the two sides whether somebody may stand.

        Raises:
            CandidatesClosed: the candidates are settled.
            ReasonMissing, OneCheckerOnly: see the rule.
            CandidateUnknown, CandidateMoved: see there.
        """
        if ballot.state not in _NAMING:
            raise CandidatesClosed
        before = self.access_candidate_by_id(ballot, candidate_id)
        hand = Hand(principal.account_id, principal.display_name, now)
        act = Transaction(hand.by, "check_candidate", now)
        after = act.change(
            CANDIDATE, before, before.checked(side, passed=passed, reason=reason, hand=hand), otherwise=CandidateMoved
        )
        self._hold(act, ballot)
        self._store.commit(act)
        return after

    def withdraw(self, principal: Principal, ballot: Ballot, candidate_id: str, now: datetime) -> Candidate:
        """Take a candidate back while candidates may still be named; who stood, or who named them, may.

        Raises:
            CandidatesClosed, CandidateUnknown, CandidateMoved: see there.
        """
        if ballot.state not in _NAMING:
            raise CandidatesClosed
        before, by = self.access_candidate_by_id(ballot, candidate_id), principal.account_id
        if by not in {before.account_id, before.named.by}:
            raise CandidateUnknown
        act = Transaction(by, "withdraw_candidate", now)
        hand = Hand(by, principal.display_name, now)
        after = act.change(CANDIDATE, before, replace(before, withdrawn=hand), otherwise=CandidateMoved)
        self._hold(act, ballot)
        self._store.commit(act)
        return after

    @staticmethod
    def _hold(act: Transaction, ballot: Ballot) -> None:
        """Let the act happen only while the candidates are not settled: passing the check reads them."""
        act.change(BALLOT, ballot, ballot, otherwise=BallotMoved)
