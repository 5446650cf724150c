"""Close a ballot, open its box once, count, and write the file of proof (VOT-01; design section 6)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from miniprogram_api.ballots.ballot import Ballot, Bundle, Opening, State
from miniprogram_api.ballots.bundle import OpenedRow, OpenedVote, bundle_of, roll_root, vote_root
from miniprogram_api.ballots.counting import Row, Tally
from miniprogram_api.ballots.merkle import canonical
from miniprogram_api.ballots.refusals import BallotMoved, BallotUnknown
from miniprogram_api.ballots.results import result_of
from miniprogram_api.ballots.roll import shard_numbers
from miniprogram_api.ballots.service.steps import take_step, the_clock
from miniprogram_api.ballots.store import BALLOT, GATE
from miniprogram_api.ballots.vote import committed, context_of, read_plain
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from miniprogram_api.ballots.roll import Elector, Gate
    from miniprogram_api.ballots.service.ports import Files, Keys
    from miniprogram_api.ballots.store import BallotStore, RollStore
    from miniprogram_api.ballots.vote import Vote

SHARDS_A_CALL = 100
"""After so many shards, ten thousand rooms, a call writes down how far it came and has itself called again."""

_GATE_TRIES = 5
JSON = "application/json"


class VoteTampered(RuntimeError):
    """A vote does not open, or is not what its commitment says: nothing is counted before a person has looked."""


class RollTampered(RuntimeError):
    """The roll is not the one whose root was announced: nothing is counted before a person has looked."""


class Counting:
    """The part of the ballot office that closes and counts."""

    def __init__(self, ballots: BallotStore, rolls: RollStore, keys: Keys, files: Files) -> None:
        self._ballots = ballots
        self._rolls = rolls
        self._keys = keys
        self._files = files

    def close(self, estate_id: str, ballot_id: str, now: datetime) -> Ballot:
        """Close a ballot whose time is over, and count as far as one call goes; it may break off and run again.

        First the ballot closes, then every gate is shut, and only then is a vote opened: what came through a gate is
        counted, and nothing comes through after it.

        Raises:
            VoteTampered, RollTampered: something in the table is not what it was when it was written.
        """
        ballot = self._get(estate_id, ballot_id)
        if ballot.state in {State.NOTICE, State.OPEN}:
            if ballot.closes_at is None or now < ballot.closes_at:
                return ballot
            ballot = self._step(ballot, "close", replace(ballot, reached=""), now)
        if ballot.state is not State.CLOSING:
            return ballot
        numbers = shard_numbers(ballot.attempt, ballot.shards)
        if not ballot.reached:
            for shard in numbers:
                self._shut(ballot, shard, now)
        left = [shard for shard in numbers if not ballot.reached or shard > int(ballot.reached)]
        for shard in left[:SHARDS_A_CALL]:
            rows = self._opened(ballot, shard)
            self._files.write(chunk_key(ballot, shard), canonical([_plain(row) for row in rows]), JSON)
        if len(left) > SHARDS_A_CALL:
            return self._move(ballot, replace(ballot, reached=str(left[SHARDS_A_CALL - 1])), now)
        return self._finish(ballot, numbers, now)

    def _shut(self, ballot: Ballot, shard: int, now: datetime) -> None:
        """Shut one gate; votes that meet it at this moment are in or refused."""
        for _ in range(_GATE_TRIES):
            gate: Gate | None = self._rolls.find_gate(ballot, shard)
            if gate is None:
                raise RollTampered(f"{ballot.id} has no gate {shard}")
            if gate.shut:
                return
            act = Transaction("system", "shut_gate", now)
            act.change(GATE, gate, replace(gate, shut=True), otherwise=BallotMoved)
            try:
                self._rolls.commit(act)
                return
            except BallotMoved:
                continue
        raise BallotMoved

    def _opened(self, ballot: Ballot, shard: int) -> list[OpenedRow]:
        """Open the votes of a shard; read once, in one query."""
        content = self._rolls.read_shard(ballot, shard)
        rows = []
        for elector in content.electors:
            if elector.excluded:
                continue
            delivery = content.deliveries.get(elector.room_id)
            votes = sorted(content.votes.get(elector.room_id, ()), key=lambda vote: vote.revision)
            rows.append(
                OpenedRow(
                    row=elector.row,
                    area=elector.area,
                    head=elector.head,
                    delivered=delivery is not None and delivery.proves,
                    vote=self._open(ballot, elector, votes) if votes else None,
                    room_id=elector.room_id,
                    label=elector.label,
                )
            )
        return rows

    def _open(self, ballot: Ballot, elector: Elector, votes: Sequence[Vote]) -> OpenedVote:
        last = votes[-1]
        context = context_of(ballot.id, elector.room_id, last.revision)
        choices, salt = read_plain(self._keys.open(ballot.id, last.sealed, context))
        if committed(elector, last.revision, choices, salt) != last.commitment or last.revision != len(votes):
            raise VoteTampered(f"{ballot.id}: the vote of {elector.room_id} is not what was cast")
        earlier = tuple(vote.commitment for vote in votes[:-1])
        return OpenedVote(last.revision, last.channel.value, choices, salt, last.commitment, earlier)

    def _finish(self, ballot: Ballot, numbers: Sequence[int], now: datetime) -> Ballot:
        rows = [row for shard in numbers for row in self.read_chunk(ballot, shard)]
        if ballot.roll is None or roll_root([(row.row, row.area, row.head) for row in rows]) != ballot.roll.root:
            raise RollTampered(f"{ballot.id}: the roll is not the one that was announced")
        tally = Tally(ballot.questions)
        for row in rows:
            choices = None if row.vote is None else row.vote.choices
            tally.take(Row(row.row, row.area, row.head, row.delivered, choices))
        result = result_of(ballot.kind, tally, ballot.terms, ballot.least_answers)
        votes_root = vote_root(rows)
        amendments = [
            one for one in self._ballots.list_amendments(ballot.estate_id, ballot.id) if one.applied_at is not None
        ]
        data, sealed = bundle_of(ballot, result, rows, amendments, votes_root)
        key = f"{_folder(ballot)}/bundle-{sealed}.json"
        self._files.write(key, data, JSON)
        counted = replace(
            ballot,
            reached="",
            result=result,
            opening=Opening(now, result.voted.rooms, votes_root),
            counted_at=now,
            bundle=Bundle(key, len(data), sealed),
            objections_until=now + timedelta(days=ballot.terms.objection_days),
        )
        return self._step(ballot, "count", counted, now)

    def read_chunk(self, ballot: Ballot, shard: int) -> list[OpenedRow]:
        """Return the opened rows of a shard, as they were written when the box was opened."""
        return [_row(plain) for plain in json.loads(self._files.read(chunk_key(ballot, shard)))]

    def _get(self, estate_id: str, ballot_id: str) -> Ballot:
        ballot = self._ballots.find_ballot(estate_id, ballot_id)
        if ballot is None:
            raise BallotUnknown
        return ballot

    def _step(self, before: Ballot, name: str, after: Ballot, now: datetime) -> Ballot:
        step_id = derived_id("bstep", before.id, name)
        return take_step(self._ballots, before, name, the_clock(now), step_id, lambda _: after)

    def _move(self, before: Ballot, after: Ballot, now: datetime) -> Ballot:
        act = Transaction("system", "open_votes", now)
        after = act.change(BALLOT, before, after, otherwise=BallotMoved)
        self._ballots.commit(act)
        return after


def chunk_key(ballot: Ballot, shard: int) -> str:
    """Return where the opened votes of a shard lie, in the private bucket."""
    return f"{_folder(ballot)}/opened/{shard}.json"


def _folder(ballot: Ballot) -> str:
    return f"ballots/{ballot.estate_id}/{ballot.id}"


def _plain(row: OpenedRow) -> dict[str, Any]:
    vote = row.vote
    opened = None
    if vote is not None:
        opened = [vote.revision, vote.channel, [list(one) for one in vote.choices], vote.salt, vote.commitment]
        opened.append(list(vote.earlier))
    return {
        "row": row.row,
        "area": row.area,
        "head": row.head,
        "delivered": row.delivered,
        "vote": opened,
        "room_id": row.room_id,
        "label": row.label,
    }


def _row(plain: dict[str, Any]) -> OpenedRow:
    opened = plain["vote"]
    vote = None
    if opened is not None:
        revision, channel, choices, salt, commitment, earlier = opened
        vote = OpenedVote(revision, channel, tuple(tuple(one) for one in choices), salt, commitment, tuple(earlier))
    return OpenedRow(**{**plain, "vote": vote})
