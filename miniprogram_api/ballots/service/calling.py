"""Tell everybody on a roll: one line a shard in the table, from which the stream writes to each person (条例 14)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Ballot, Event
from miniprogram_api.ballots.refusals import BallotMoved, BallotUnknown
from miniprogram_api.ballots.roll import RollCall, shard_numbers
from miniprogram_api.ballots.store import BALLOT, ROLL_CALL
from miniprogram_api.ballots.words import said
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.ballots.store import BallotStore, RollStore, ShardContent


class _CalledBefore(Conflict):
    """The shard was called by a try that broke off."""


class RollCaller:
    """The part of the ballot office that tells people. It writes no message: those follow from the stream."""

    def __init__(self, ballots: BallotStore, rolls: RollStore) -> None:
        self._ballots = ballots
        self._rolls = rolls

    def call(self, estate_id: str, ballot_id: str, now: datetime) -> Ballot:
        """Call every shard once for what waits to be told, then mark it told; safe to break off and to run again."""
        ballot = self._ballots.find_ballot(estate_id, ballot_id)
        if ballot is None:
            raise BallotUnknown
        event = ballot.telling
        if event is None:
            return ballot
        title, text = said(ballot, event)
        for shard in shard_numbers(ballot.attempt, ballot.shards):
            accounts = _called(self._rolls.read_shard(ballot, shard), event)
            if not accounts:
                continue
            act = Transaction("system", "call_roll", now)
            line = RollCall(estate_id, ballot_id, shard, event, accounts, title, text)
            act.add(ROLL_CALL, line, otherwise=_CalledBefore)
            with suppress(_CalledBefore):
                self._rolls.commit(act)
        act = Transaction("system", "roll_called", now)
        told = act.change(BALLOT, ballot, replace(ballot, telling=None), otherwise=BallotMoved)
        self._ballots.commit(act)
        return told


def _called(content: ShardContent, event: Event) -> tuple[str, ...]:
    """Return who of a shard is told; only those who have not voted are reminded of the end."""
    asked = [one for one in content.electors if not one.excluded]
    if event is Event.ENDING:
        asked = [one for one in asked if one.room_id not in content.votes]
    return tuple(sorted({account for one in asked for account in (*one.accounts, *one.agents)}))
