"""Votes on paper and on site: two people, a photo, a serial number, and the same ledger (VOT-01)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import RESULT_KNOWN, Hand
from miniprogram_api.ballots.merkle import canonical
from miniprogram_api.ballots.questions import Choices, answered
from miniprogram_api.ballots.refusals import (
    AlreadyVoted,
    PaperDiffers,
    PaperUnknown,
    RoomNotOnRoll,
    RoomVoted,
    SerialUsed,
    VoteNotRunning,
    VotesMasked,
)
from miniprogram_api.ballots.store import PAPER, SERIAL
from miniprogram_api.ballots.vote import Channel, PaperEntry, PaperFacts, SerialGuard
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.workflow import SamePersonRefused
from miniprogram_api.storage import ballot_keys
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from miniprogram_api.ballots.ballot import Ballot
    from miniprogram_api.ballots.roll import Elector
    from miniprogram_api.ballots.service.ports import Seals
    from miniprogram_api.ballots.service.voting import Voting
    from miniprogram_api.ballots.store import RollStore
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

PURPOSE = "paper_vote"


@dataclass(frozen=True, slots=True)
class PaperRead:
    """What one person reads on a paper: the room, the serial number, the choices; and its photos."""

    room_id: str
    serial: str
    choices: Choices
    channel: Channel = Channel.PAPER
    photo_ids: tuple[str, ...] = ()


class PaperVotes:
    """Paper votes, from the first reader to the box."""

    def __init__(self, rolls: RollStore, voting: Voting, photos: Photos, seals: Seals) -> None:
        self._rolls = rolls
        self._voting = voting
        self._photos = photos
        self._seals = seals

    def list_waiting(self, ballot: Ballot, limit: int, cursor: str | None) -> Page[PaperEntry]:
        """List papers that wait for a second reader, oldest first; nothing in it says what was chosen."""
        return self._rolls.list_papers_waiting(ballot, limit, cursor)

    def labels_of(self, ballot: Ballot, papers: Iterable[PaperEntry]) -> Mapping[str, str]:
        """Return what the rooms of papers are called, by their ids: one round trip."""
        found = self._rolls.find_electors(ballot, (paper.room_id for paper in papers))
        return {room_id: elector.label for room_id, elector in found.items()}

    def enter(self, principal: Principal, ballot: Ballot, paper: PaperRead, now: datetime) -> PaperEntry:
        """Enter a paper as its first reader: what was chosen is kept only as a keyed hash to compare with.

        Raises:
            VoteNotRunning: voting has not begun or is over.
            RoomNotOnRoll: the roll has no such room.
            RoomVoted: the room has a vote, or another paper waits.
            SerialUsed: the serial number was entered before.
            ChoiceUnclear: the answers do not fit the questions.
            PhotoNotYours: a photo cannot be used; only photos taken as sealed are taken here.
        """
        elector, by = self._elector(ballot, paper.room_id, now), principal.account_id
        choices = answered(ballot.questions, paper.choices)
        before = self._rolls.find_paper(elector)
        if before is not None and before.waits:
            if (before.serial, before.entered_by) == (paper.serial, by):
                return before
            raise RoomVoted
        if self._rolls.find_votes(elector):
            raise RoomVoted
        entry = PaperEntry(
            estate_id=ballot.estate_id,
            ballot_id=ballot.id,
            room_id=elector.room_id,
            shard=elector.shard,
            serial=paper.serial,
            channel=paper.channel,
            photo_ids=paper.photo_ids,
            check=self._check(ballot, elector, choices),
            entered_by=by,
            entered_by_name=principal.display_name,
            entered_at=now,
            version=0 if before is None else before.version,
        )
        act = Transaction(by, "enter_paper_vote", now)
        self._require_gate(act, ballot, elector)
        if before is None:
            act.add(PAPER, entry, otherwise=RoomVoted)
        else:
            entry = act.change(PAPER, before, entry, otherwise=RoomVoted)
        guard = SerialGuard(ballot.estate_id, ballot.id, paper.serial, elector.room_id)
        act.add(SERIAL, guard, otherwise=SerialUsed)
        self._photos.attach(act, ballot.estate_id, paper.photo_ids, _owner(entry), PURPOSE, sealed=True)
        self._rolls.commit(act)
        return entry

    def confirm(self, principal: Principal, ballot: Ballot, paper: PaperRead, now: datetime) -> PaperEntry:
        """Read the paper as its second reader; where both read the same, the vote goes into the box in the same act.

        Raises:
            SamePersonRefused: one person reads for both.
            PaperUnknown: no paper of that room and serial number waits.
            PaperDiffers: the second reads something else than the first.
            AlreadyVoted: an owner voted online in the meantime; that vote counts.
            VoteNotRunning: voting is over.
        """
        elector, by = self._elector(ballot, paper.room_id, now), principal.account_id
        entry = self._rolls.find_paper(elector)
        if entry is None or entry.serial != paper.serial or entry.withdrawn_by is not None:
            raise PaperUnknown
        if entry.confirmed_by == by:
            return entry
        if not entry.waits:
            raise PaperUnknown
        if entry.entered_by == by:
            raise SamePersonRefused(step="confirm_paper_vote")
        choices = answered(ballot.questions, paper.choices)
        if self._check(ballot, elector, choices) != entry.check:
            raise PaperDiffers
        facts = PaperFacts(entry.serial, entry.photo_ids, entry.entered_by, by)
        vote_id = derived_id("vote", ballot.id, elector.room_id, entry.serial)
        vote = self._voting.make(ballot, elector, choices, 1, vote_id, by, now, channel=entry.channel, paper=facts)
        act = Transaction(by, "confirm_paper_vote", now)
        self._voting.put(act, ballot, vote)
        read = replace(entry, confirmed_by=by, confirmed_by_name=principal.display_name)
        done = act.change(PAPER, entry, read, otherwise=AlreadyVoted)
        self._rolls.commit(act)
        return done

    def withdraw(self, principal: Principal, ballot: Ballot, room_id: str, now: datetime) -> PaperEntry:
        """Take an entry back that nobody confirmed, because it was read wrongly; its serial number is free again.

        Raises:
            PaperUnknown: none waits.
            VoteNotRunning: voting is over.
        """
        elector = self._elector(ballot, room_id, now)
        entry = self._rolls.find_paper(elector)
        if entry is None or not entry.waits:
            raise PaperUnknown
        act = Transaction(principal.account_id, "withdraw_paper_vote", now)
        done = act.change(PAPER, entry, replace(entry, withdrawn_by=principal.account_id), otherwise=PaperUnknown)
        serial = ballot_keys.paper_serial(ballot.estate_id, ballot.id, entry.serial)
        act.remove(serial, otherwise=PaperUnknown)
        self._rolls.commit(act)
        return done

    def look(
        self, principal: Principal, ballot: Ballot, room_id: str, now: datetime
    ) -> tuple[PaperEntry, list[PhotoShown]]:
        """Return a paper with its photos after the count, so that a disputed one can be read again.

        Whoever looks is written down first: the paper may show what a masked ballot shows nobody.

        Raises:
            VotesMasked: the ballot is not counted.
            RoomNotOnRoll: the roll has no such room.
            PaperUnknown: the room sent no paper.
        """
        if ballot.state not in RESULT_KNOWN:
            raise VotesMasked("计票前谁都不能查看纸质票，请在计票后再看。")
        entry = self._rolls.find_paper(self._on_roll(ballot, room_id))
        if entry is None:
            raise PaperUnknown("该房屋没有录入过纸质票，请核对房号。")
        hand = Hand(principal.account_id, principal.display_name, now)
        act = Transaction(hand.by, "look_at_paper_vote", now)
        seen = act.change(PAPER, entry, replace(entry, seen=hand), unchanged=("serial",), otherwise=PaperUnknown)
        self._rolls.commit(act)
        return seen, self._photos.show_sealed(entry.estate_id, entry.photo_ids)

    def _elector(self, ballot: Ballot, room_id: str, now: datetime) -> Elector:
        if not ballot.takes_votes(now):
            raise VoteNotRunning
        return self._on_roll(ballot, room_id)

    def _on_roll(self, ballot: Ballot, room_id: str) -> Elector:
        elector = self._rolls.find_elector(ballot, room_id)
        if elector is None or elector.excluded:
            raise RoomNotOnRoll
        return elector

    def _check(self, ballot: Ballot, elector: Elector, choices: Choices) -> str:
        """Return what tells that two people read the same; without the house's key it tells nothing of the choices."""
        text = canonical([ballot.id, elector.room_id, [list(chosen) for chosen in choices]]).decode()
        return self._seals.index(text, "paper-vote")

    @staticmethod
    def _require_gate(act: Transaction, ballot: Ballot, elector: Elector) -> None:
        act.require(ballot_keys.gate(ballot.estate_id, ballot.id, elector.shard), otherwise=VoteNotRunning, shut=False)


def _owner(entry: PaperEntry) -> str:
    return f"{entry.ballot_id}/{entry.room_id}"
