"""Where ballots lie: the ballot with its papers, its roll and votes by shard, and the running figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from miniprogram_api.ballots.ballot import KEPT_OPEN, REMIND_BEFORE, Ballot, State
from miniprogram_api.ballots.candidates import Candidate
from miniprogram_api.ballots.deliveries import Delivery
from miniprogram_api.ballots.figures import PARTS, CountedContact, CountedHead, CountedRoom, Figure
from miniprogram_api.ballots.mandates import Held, Mandate
from miniprogram_api.ballots.objections import Objection, Step
from miniprogram_api.ballots.roll import Amendment, Elector, Gate, RollCall, shard_of_room
from miniprogram_api.ballots.vote import PaperEntry, SerialGuard, Vote
from miniprogram_api.storage import ballot_keys, keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_PER_SHARD = 25


def due_at(ballot: Ballot) -> datetime | None:
    """Return when the clock has something to do about a ballot."""
    if ballot.telling is not None:
        return _ANY_TIME
    match ballot.state:
        case State.FREEZING:
            return ballot.checked.at if ballot.checked else _ANY_TIME
        case State.NOTICE:
            return ballot.opens_at
        case State.OPEN if ballot.closes_at is not None:
            return ballot.closes_at if ballot.told_ending else ballot.closes_at - REMIND_BEFORE
        case State.CLOSING:
            return ballot.closes_at
        case State.PUBLISHED if ballot.published is not None:
            return ballot.published.at + KEPT_OPEN
    return None


def _ballot_indexes(ballot: Ballot) -> dict[str, Key]:
    entries = {"gsi1": ballot_keys.ballot_in_time(ballot.estate_id, ballot.drafted.at, ballot.id)}
    if (at := due_at(ballot)) is not None:
        entries["gsi2"] = ballot_keys.ballot_due(keys.shard_of(ballot.id), at, ballot.id)
    return entries


def _elector_indexes(one: Elector) -> dict[str, Key]:
    of = (one.estate_id, one.ballot_id, one.attempt)
    entries = {"gsi1": ballot_keys.roll_in_order(*of, one.building_id, one.order, one.room_id)}
    if one.names_index is not None:
        entries["gsi2"] = ballot_keys.roll_by_names(*of, one.names_index, one.room_id)
    return entries


def _paper_indexes(one: PaperEntry) -> dict[str, Key]:
    if not one.waits:
        return {}
    return {"gsi1": ballot_keys.papers_waiting(one.estate_id, one.ballot_id, one.entered_at, one.room_id)}


BALLOT = Kind("ballot", Ballot, lambda one: ballot_keys.ballot(one.estate_id, one.id), _ballot_indexes)
STEP = Kind("ballot_step", Step, lambda one: ballot_keys.ballot_step(one.estate_id, one.ballot_id, one.number, one.id))
AMENDMENT = Kind(
    "roll_amendment", Amendment, lambda one: ballot_keys.amendment(one.estate_id, one.ballot_id, one.number)
)
CANDIDATE = Kind("ballot_candidate", Candidate, lambda one: ballot_keys.candidate(one.estate_id, one.ballot_id, one.id))
OBJECTION = Kind("ballot_objection", Objection, lambda one: ballot_keys.objection(one.estate_id, one.ballot_id, one.id))
SERIAL = Kind(
    "paper_serial", SerialGuard, lambda one: ballot_keys.paper_serial(one.estate_id, one.ballot_id, one.serial)
)
HELD = Kind("proxies_held", Held, lambda one: ballot_keys.proxies_held(one.estate_id, one.ballot_id, one.agent))
GATE = Kind("ballot_gate", Gate, lambda one: ballot_keys.gate(one.estate_id, one.ballot_id, one.shard))
ELECTOR = Kind(
    "elector",
    Elector,
    lambda one: ballot_keys.elector(one.estate_id, one.ballot_id, one.shard, one.room_id),
    _elector_indexes,
)
VOTE = Kind(
    "vote", Vote, lambda one: ballot_keys.vote(one.estate_id, one.ballot_id, one.shard, one.room_id, one.revision)
)
ROLL_CALL = Kind(
    "roll_call", RollCall, lambda one: ballot_keys.roll_call(one.estate_id, one.ballot_id, one.shard, one.event)
)
PAPER = Kind(
    "paper_vote",
    PaperEntry,
    lambda one: ballot_keys.paper_entry(one.estate_id, one.ballot_id, one.shard, one.room_id),
    _paper_indexes,
)
MANDATE = Kind(
    "vote_mandate",
    Mandate,
    lambda one: ballot_keys.mandate(one.estate_id, one.ballot_id, one.shard, one.room_id, one.agent),
    lambda one: {"gsi1": ballot_keys.mandates_in_time(one.estate_id, one.ballot_id, one.given.at, one.room_id)},
)
DELIVERY = Kind(
    "ballot_delivery",
    Delivery,
    lambda one: ballot_keys.delivery(one.estate_id, one.ballot_id, one.shard, one.room_id),
)
FIGURE = Kind(
    "ballot_figure",
    Figure,
    lambda one: ballot_keys.figure(one.estate_id, one.ballot_id, one.building_id, one.part),
)
COUNTED_ROOM = Kind(
    "counted_room", CountedRoom, lambda one: ballot_keys.counted_room(one.estate_id, one.ballot_id, one.room_id)
)
COUNTED_CONTACT = Kind(
    "counted_contact",
    CountedContact,
    lambda one: ballot_keys.counted_contact(one.estate_id, one.ballot_id, one.room_id),
)
COUNTED_HEAD = Kind(
    "counted_head", CountedHead, lambda one: ballot_keys.counted_head(one.estate_id, one.ballot_id, one.head)
)


@dataclass(slots=True)
class ShardContent:
    """Everything of one shard that counts, read by one query."""

    electors: list[Elector] = field(default_factory=list)
    votes: dict[str, list[Vote]] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)


class BallotStore:
    """Ballots and their papers."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_ballot(self, estate_id: str, ballot_id: str) -> Ballot | None:
        """Return a ballot of the estate, or None."""
        return self._table.find(BALLOT, ballot_keys.ballot(estate_id, ballot_id))

    def list_ballots(self, estate_id: str, limit: int, cursor: str | None) -> Page[Ballot]:
        """List the ballots of an estate, newest first."""
        pk = ballot_keys.ballot_in_time(estate_id, _ANY_TIME, "").pk
        return self._table.page(BALLOT, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_steps(self, estate_id: str, ballot_id: str) -> list[Step]:
        """List what was done to a ballot, in order; a few dozen lines."""
        return self._table.all_of(STEP, ballot_keys.ballot(estate_id, ballot_id).pk, prefix="STEP#")

    def list_amendments(self, estate_id: str, ballot_id: str) -> list[Amendment]:
        """List the amendments of a roll, in order."""
        return self._table.all_of(AMENDMENT, ballot_keys.ballot(estate_id, ballot_id).pk, prefix="AMENDMENT#")

    def list_candidates(self, estate_id: str, ballot_id: str) -> list[Candidate]:
        """List who stands; a few dozen at most."""
        return self._table.all_of(CANDIDATE, ballot_keys.ballot(estate_id, ballot_id).pk, prefix="CANDIDATE#")

    def find_candidate(self, estate_id: str, ballot_id: str, candidate_id: str) -> Candidate | None:
        """Return a candidate, or None."""
        return self._table.find(CANDIDATE, ballot_keys.candidate(estate_id, ballot_id, candidate_id))

    def list_objections(self, estate_id: str, ballot_id: str, limit: int, cursor: str | None) -> Page[Objection]:
        """List the objections to a result."""
        pk = ballot_keys.ballot(estate_id, ballot_id).pk
        return self._table.page(OBJECTION, pk, prefix="OBJECTION#", limit=limit, cursor=cursor)

    def find_objection(self, estate_id: str, ballot_id: str, objection_id: str) -> Objection | None:
        """Return an objection, or None."""
        return self._table.find(OBJECTION, ballot_keys.objection(estate_id, ballot_id, objection_id))

    def list_due(self, now: datetime) -> Iterator[Ballot]:
        """Yield ballots for which the clock has something to do."""
        for shard in range(keys.SHARDS):
            pk = ballot_keys.ballot_due(shard, now, "").pk
            yield from self._table.page(BALLOT, pk, index="gsi2", between=keys.until(now), limit=_PER_SHARD).items


class RollStore:
    """The roll of a ballot and what was voted on it."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_elector(self, ballot: Ballot, room_id: str) -> Elector | None:
        """Return the line of a room, or None."""
        shard = shard_of_room(room_id, ballot.attempt, ballot.shards)
        return self._table.find(ELECTOR, ballot_keys.elector(ballot.estate_id, ballot.id, shard, room_id))

    def find_electors(self, ballot: Ballot, room_ids: Iterable[str]) -> dict[str, Elector]:
        """Return the lines of some rooms, by room."""
        wanted = [
            ballot_keys.elector(
                ballot.estate_id, ballot.id, shard_of_room(room_id, ballot.attempt, ballot.shards), room_id
            )
            for room_id in room_ids
        ]
        return {one.room_id: one for one in self._table.find_all(ELECTOR, wanted).values()}

    def list_roll(self, ballot: Ballot, building_id: str | None, limit: int, cursor: str | None) -> Page[Elector]:
        """List the roll in the order people read it, all of it or one building."""
        pk = ballot_keys.roll_in_order(ballot.estate_id, ballot.id, ballot.attempt, "", "", "").pk
        prefix = None if building_id is None else f"{building_id}#"
        return self._table.page(ELECTOR, pk, index="gsi1", prefix=prefix, limit=limit, cursor=cursor)

    def list_by_names(self, ballot: Ballot, limit: int, cursor: str | None) -> Page[Elector]:
        """List the roll so that owners of the same names stand together."""
        pk = ballot_keys.roll_by_names(ballot.estate_id, ballot.id, ballot.attempt, "", "").pk
        return self._table.page(ELECTOR, pk, index="gsi2", limit=limit, cursor=cursor)

    def find_votes(self, elector: Elector) -> list[Vote]:
        """Return the revisions of a room's vote, the first first."""
        pk = ballot_keys.roll_shard(elector.estate_id, elector.ballot_id, elector.shard)
        return self._table.all_of(VOTE, pk, prefix=f"VOTE#{elector.room_id}#")

    def find_gate(self, ballot: Ballot, shard: int) -> Gate | None:
        """Return the gate of a shard, or None before the roll is written."""
        return self._table.find(GATE, ballot_keys.gate(ballot.estate_id, ballot.id, shard))

    def find_delivery(self, elector: Elector) -> Delivery | None:
        """Return what is known of telling a room, or None."""
        key = ballot_keys.delivery(elector.estate_id, elector.ballot_id, elector.shard, elector.room_id)
        return self._table.find(DELIVERY, key)

    def find_deliveries(self, electors: Iterable[Elector]) -> dict[str, Delivery]:
        """Return what is known of telling some rooms, by room."""
        wanted = [ballot_keys.delivery(one.estate_id, one.ballot_id, one.shard, one.room_id) for one in electors]
        return {one.room_id: one for one in self._table.find_all(DELIVERY, wanted).values()}

    def find_paper(self, elector: Elector) -> PaperEntry | None:
        """Return the paper vote of a room, or None."""
        key = ballot_keys.paper_entry(elector.estate_id, elector.ballot_id, elector.shard, elector.room_id)
        return self._table.find(PAPER, key)

    def list_papers_waiting(self, ballot: Ballot, limit: int, cursor: str | None) -> Page[PaperEntry]:
        """List paper votes that wait for a second reader, oldest first."""
        pk = ballot_keys.papers_waiting(ballot.estate_id, ballot.id, _ANY_TIME, "").pk
        return self._table.page(PAPER, pk, index="gsi1", limit=limit, cursor=cursor)

    def find_mandate(self, elector: Elector, agent: str) -> Mandate | None:
        """Return the mandate of one person for a room, or None."""
        key = ballot_keys.mandate(elector.estate_id, elector.ballot_id, elector.shard, elector.room_id, agent)
        return self._table.find(MANDATE, key)

    def list_mandates(self, ballot: Ballot, limit: int, cursor: str | None) -> Page[Mandate]:
        """List the mandates of a ballot in the order they were given."""
        pk = ballot_keys.mandates_in_time(ballot.estate_id, ballot.id, _ANY_TIME, "").pk
        return self._table.page(MANDATE, pk, index="gsi1", limit=limit, cursor=cursor)

    def list_mandates_of(self, elector: Elector) -> list[Mandate]:
        """List the mandates of one room."""
        pk = ballot_keys.roll_shard(elector.estate_id, elector.ballot_id, elector.shard)
        return self._table.all_of(MANDATE, pk, prefix=f"MANDATE#{elector.room_id}#")

    def find_held(self, ballot: Ballot, agent: str) -> Held | None:
        """Return how many proxies a person holds, or None."""
        return self._table.find(HELD, ballot_keys.proxies_held(ballot.estate_id, ballot.id, agent))

    def read_shard(self, ballot: Ballot, shard: int) -> ShardContent:
        """Return everything of a shard that counts, read consistently by one query."""
        content = ShardContent()
        readers: dict[str, Any] = {
            ELECTOR.name: lambda body: content.electors.append(ELECTOR.entity_of(body)),
            VOTE.name: lambda body: _take_vote(content, VOTE.entity_of(body)),
            DELIVERY.name: lambda body: _take_delivery(content, DELIVERY.entity_of(body)),
        }
        for name, body in self._table.collection(ballot_keys.roll_shard(ballot.estate_id, ballot.id, shard)):
            if name in readers:
                readers[name](body)
        return content


def _take_vote(content: ShardContent, vote: Vote) -> None:
    content.votes.setdefault(vote.room_id, []).append(vote)


def _take_delivery(content: ShardContent, delivery: Delivery) -> None:
    content.deliveries[delivery.room_id] = delivery


class FigureStore:
    """How many took part so far."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def list_parts(self, estate_id: str, ballot_id: str) -> list[Figure]:
        """List the parts that add up to a ballot's figure: one query of at most sixteen."""
        pk, prefix = ballot_keys.figure(estate_id, ballot_id, None, None)
        return list(self._table.page(FIGURE, pk, prefix=prefix, limit=PARTS).items)

    def list_buildings(self, estate_id: str, ballot_id: str, limit: int, cursor: str | None) -> Page[Figure]:
        """List the figures of a ballot's buildings: one query a page."""
        pk, prefix = ballot_keys.figure(estate_id, ballot_id, "", None)
        return self._table.page(FIGURE, pk, prefix=prefix, limit=limit, cursor=cursor)

    def find_contact(self, estate_id: str, ballot_id: str, room_id: str) -> CountedContact | None:
        """Return what of telling a room is in the figures, or None."""
        return self._table.find(COUNTED_CONTACT, ballot_keys.counted_contact(estate_id, ballot_id, room_id))

    def find_figure(self, figure: Figure) -> Figure | None:
        """Return the figure as it is written, or None."""
        return self._table.find(FIGURE, FIGURE.key(figure))
