"""Give, record, confirm and revoke the right to vote for a room of others (物业管理条例 12; 指导规则 25, 26)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Hand
from miniprogram_api.ballots.mandates import Held, Mandate, MandateKind
from miniprogram_api.ballots.refusals import (
    MandateExpired,
    MandateMoved,
    MandateNeedless,
    MandatesFull,
    MandateUnknown,
    RoomNotOnRoll,
    RoomVoted,
    VoteNotRunning,
)
from miniprogram_api.ballots.store import ELECTOR, HELD, MANDATE
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.workflow import SamePersonRefused
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.ballots.ballot import Ballot
    from miniprogram_api.ballots.roll import Elector
    from miniprogram_api.ballots.service.ports import PhoneOf
    from miniprogram_api.ballots.store import RollStore
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.photos.service import Photos


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is to vote for a room, by what right, until when; with photos where it came on paper."""

    room_id: str
    agent: str
    agent_name: str = ""
    kind: MandateKind = MandateKind.PROXY
    valid_until: date | None = None
    photo_ids: tuple[str, ...] = ()


class Proxies:
    """The mandates of all ballots. A mandate and its room's line change in one act, so that a revoked one is dead."""

    def __init__(self, rolls: RollStore, phones: PhoneOf, photos: Photos) -> None:
        self._rolls = rolls
        self._phones = phones
        self._photos = photos

    def list_mandates(self, ballot: Ballot, limit: int, cursor: str | None) -> Page[Mandate]:
        """List the mandates of a ballot, oldest first, for those who run it."""
        return self._rolls.list_mandates(ballot, limit, cursor)

    def list_mandates_of(self, elector: Elector) -> list[Mandate]:
        """List who was ever let vote for a room, for its own voters."""
        return self._rolls.list_mandates_of(elector)

    def give(self, principal: Principal, ballot: Ballot, elector: Elector, wish: Wish, now: datetime) -> Mandate:
        """Give somebody a proxy for one's own room; it holds at once, and giving it again changes nothing.

        Raises:
            MandateNeedless: the person votes for the room anyway, as owner or co-owner.
            MandatesFull: the person holds as many as the rules allow.
            MandateExpired: its last day is past.
            RoomVoted: the room has voted.
            VoteNotRunning: voting is over.
            MandateMoved: the room's line changed at the same moment.
        """
        return self._write(principal, ballot, elector, replace(wish, photo_ids=(), kind=MandateKind.PROXY), now)

    def record(self, principal: Principal, ballot: Ballot, wish: Wish, now: datetime) -> Mandate:
        """Record a mandate that came on paper, with its photo; it holds when a second person has confirmed it.

        Raises:
            RoomNotOnRoll: the roll has no such room.
            MandateNeedless, MandateExpired, RoomVoted, VoteNotRunning, MandateMoved, PhotoNotYours: see there.
        """
        return self._write(principal, ballot, self._elector(ballot, wish.room_id), wish, now)

    def confirm(self, principal: Principal, ballot: Ballot, room_id: str, agent: str, now: datetime) -> Mandate:
        """Confirm a mandate from paper as the second person.

        Raises:
            MandateUnknown: there is none, or it was revoked.
            SamePersonRefused: whoever recorded it confirms it.
            MandatesFull, MandateMoved: see there.
        """
        elector = self._elector(ballot, room_id)
        mandate = self._rolls.find_mandate(elector, agent)
        if mandate is None or mandate.revoked is not None or not mandate.from_paper:
            raise MandateUnknown
        if mandate.confirmed is not None:
            return mandate
        hand = _hand(principal, now)
        if mandate.given.by == hand.by:
            raise SamePersonRefused(step="confirm_mandate")
        act = Transaction(hand.by, "confirm_mandate", now)
        done = act.change(MANDATE, mandate, replace(mandate, confirmed=hand), otherwise=MandateMoved)
        self._let_in(act, ballot, elector, done)
        self._rolls.commit(act)
        return done

    def revoke(self, principal: Principal, ballot: Ballot, elector: Elector, agent: str, now: datetime) -> Mandate:
        """Revoke a proxy; from the same act on nobody votes by it. A guardian's ends only by those who run the ballot.

        Raises:
            MandateUnknown: there is none.
            MandateMoved: it is being used or changed at this moment.
        """
        mandate = self._rolls.find_mandate(elector, agent)
        if mandate is None:
            raise MandateUnknown
        if mandate.revoked is not None:
            return mandate
        hand = _hand(principal, now)
        act = Transaction(hand.by, "revoke_mandate", now)
        done = act.change(MANDATE, mandate, mandate.revoke(hand), otherwise=MandateMoved)
        if agent in elector.agents:
            left = tuple(one for one in elector.agents if one != agent)
            act.change(ELECTOR, elector, replace(elector, agents=left), otherwise=MandateMoved)
        if mandate.stands and mandate.kind is MandateKind.PROXY:
            held = self._rolls.find_held(ballot, agent)
            if held is not None and held.count:
                act.change(HELD, held, replace(held, count=held.count - 1), otherwise=MandateMoved)
        self._rolls.commit(act)
        return done

    def revoke_recorded(self, principal: Principal, ballot: Ballot, room_id: str, agent: str, now: datetime) -> Mandate:
        """Revoke a mandate as one of those who run the ballot; see ``revoke``."""
        return self.revoke(principal, ballot, self._elector(ballot, room_id), agent, now)

    def _write(self, principal: Principal, ballot: Ballot, elector: Elector, wish: Wish, now: datetime) -> Mandate:
        hand, today = _hand(principal, now), date_of(now)
        if ballot.closes_at is None or ballot.closes_at <= now:
            raise VoteNotRunning
        if wish.valid_until is not None and wish.valid_until < today:
            raise MandateExpired
        if elector.may_vote(wish.agent, self._phones.phone_index_of(wish.agent)):
            raise MandateNeedless
        if self._rolls.find_votes(elector):
            raise RoomVoted
        before = self._rolls.find_mandate(elector, wish.agent)
        if before is not None and before.revoked is None:
            return before
        mandate = Mandate(
            estate_id=ballot.estate_id,
            ballot_id=ballot.id,
            room_id=elector.room_id,
            shard=elector.shard,
            agent=wish.agent,
            kind=wish.kind,
            given=hand,
            agent_name=wish.agent_name,
            valid_until=wish.valid_until,
            photo_ids=wish.photo_ids,
            version=0 if before is None else before.version,
        )
        act = Transaction(hand.by, "give_mandate", now)
        if before is None:
            act.add(MANDATE, mandate, otherwise=MandateMoved)
        else:
            mandate = act.change(MANDATE, before, mandate, otherwise=MandateMoved)
        if mandate.stands:
            self._let_in(act, ballot, elector, mandate)
        owner = f"{ballot.id}/{elector.room_id}"
        self._photos.attach(act, ballot.estate_id, wish.photo_ids, owner, "vote_mandate")
        self._rolls.commit(act)
        return mandate

    def _let_in(self, act: Transaction, ballot: Ballot, elector: Elector, mandate: Mandate) -> None:
        """Write the agent on the room's line, and count a proxy against the cap of the rules."""
        agents = (*elector.agents, mandate.agent)
        act.change(ELECTOR, elector, replace(elector, agents=agents), otherwise=MandateMoved)
        if mandate.kind is not MandateKind.PROXY:
            return
        held = self._rolls.find_held(ballot, mandate.agent)
        count = 0 if held is None else held.count
        cap = ballot.terms.proxy_cap
        if cap is not None and count >= cap:
            raise MandatesFull
        if held is None:
            act.add(HELD, Held(ballot.estate_id, ballot.id, mandate.agent, 1), otherwise=MandateMoved)
        else:
            act.change(HELD, held, replace(held, count=count + 1), otherwise=MandateMoved)

    def _elector(self, ballot: Ballot, room_id: str) -> Elector:
        elector = self._rolls.find_elector(ballot, room_id)
        if elector is None or elector.excluded:
            raise RoomNotOnRoll
        return elector


def _hand(principal: Principal, now: datetime) -> Hand:
    return Hand(principal.account_id, principal.display_name, now)
