"""Every key string of ballots; docs/access-patterns.md says which reads they serve.

A ballot's own partition holds the few things there are of it. Its roll and its votes are spread over as many
partitions as its electorate needs (``S1.0000``, ``S1.0001``, ...), fixed when the roll is frozen; one query of one of
them reads the gate, the lines of the roll, and everything that was voted and delivered on them. The number before the
point is the attempt: a roll that could not be finished is written anew beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import datetime


def ballot(estate_id: str, ballot_id: str) -> Key:
    """A ballot; its partition also holds its steps, amendments, candidates, objections and guards."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}", "BALLOT")


def ballot_in_time(estate_id: str, at: datetime, ballot_id: str) -> Key:
    """The ballots of an estate in the order they were drafted."""
    return Key(f"ESTATE#{estate_id}#BALLOTS", f"{instant(at)}#{ballot_id}")


def ballot_due(shard: int, at: datetime, ballot_id: str) -> Key:
    """Sweep queue: ballots by the instant at which the clock has something to do about them."""
    return Key(f"BALLOT_DUE#{shard}", f"{instant(at)}#{ballot_id}")


def ballot_step(estate_id: str, ballot_id: str, number: int, step_id: str) -> Key:
    """One line of a ballot's history, by the version of the ballot it started from."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}", f"STEP#{number:06d}#{step_id}")


def amendment(estate_id: str, ballot_id: str, number: int) -> Key:
    """One public amendment of the roll; they are numbered without gaps."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}", f"AMENDMENT#{number:04d}")


def candidate(estate_id: str, ballot_id: str, candidate_id: str) -> Key:
    """Somebody who stands in an election."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}", f"CANDIDATE#{candidate_id}")


def objection(estate_id: str, ballot_id: str, objection_id: str) -> Key:
    """An objection to a counted result."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}", f"OBJECTION#{objection_id}")


def paper_serial(estate_id: str, ballot_id: str, serial: str) -> Key:
    """Guard: one paper for each serial number."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}#SERIALS", f"SERIAL#{serial}")


def proxies_held(estate_id: str, ballot_id: str, account_id: str) -> Key:
    """How many proxies one person holds in a ballot."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}#PROXIES", f"HELD#{account_id}")


def roll_shard(estate_id: str, ballot_id: str, shard: int) -> str:
    """The partition of one shard of a roll."""
    return f"BALLOT#{estate_id}#{ballot_id}#S{shard // 10_000}.{shard % 10_000:04d}"


def gate(estate_id: str, ballot_id: str, shard: int) -> Key:
    """The door of a shard: while it stands open, votes of its rooms may be written."""
    return Key(roll_shard(estate_id, ballot_id, shard), "GATE")


def elector(estate_id: str, ballot_id: str, shard: int, room_id: str) -> Key:
    """One line of the roll."""
    return Key(roll_shard(estate_id, ballot_id, shard), f"ROOM#{room_id}")


def roll_in_order(estate_id: str, ballot_id: str, attempt: int, building_id: str, order: str, room_id: str) -> Key:
    """The roll as people read it: building by building, in the order of the rooms."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}#ROLL#{attempt}", f"{building_id}#{order}#{room_id}")


def roll_by_names(estate_id: str, ballot_id: str, attempt: int, names_index: str, room_id: str) -> Key:
    """Rooms whose owners bear the same names stand together; the names cannot be read."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}#NAMES#{attempt}", f"{names_index}#{room_id}")


def roll_call(estate_id: str, ballot_id: str, shard: int, event: str) -> Key:
    """What the people of a shard are told; one for each event."""
    return Key(roll_shard(estate_id, ballot_id, shard), f"CALL#{event}")


def vote(estate_id: str, ballot_id: str, shard: int, room_id: str, revision: int) -> Key:
    """One revision of the vote of a room; the key is its identity, so that a room has one vote."""
    return Key(roll_shard(estate_id, ballot_id, shard), f"VOTE#{room_id}#{revision}")


def paper_entry(estate_id: str, ballot_id: str, shard: int, room_id: str) -> Key:
    """A paper vote that waits for a second reader, or had one."""
    return Key(roll_shard(estate_id, ballot_id, shard), f"PAPER#{room_id}")


def papers_waiting(estate_id: str, ballot_id: str, at: datetime, room_id: str) -> Key:
    """Queue: paper votes that wait for a second reader."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}#PAPERS", f"{instant(at)}#{room_id}")


def mandate(estate_id: str, ballot_id: str, shard: int, room_id: str, agent: str) -> Key:
    """The right of one person to vote for a room of others."""
    return Key(roll_shard(estate_id, ballot_id, shard), f"MANDATE#{room_id}#{agent}")


def mandates_in_time(estate_id: str, ballot_id: str, at: datetime, room_id: str) -> Key:
    """The mandates of a ballot in the order they were given."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}#MANDATES", f"{instant(at)}#{room_id}")


def delivery(estate_id: str, ballot_id: str, shard: int, room_id: str) -> Key:
    """What is known of telling a room."""
    return Key(roll_shard(estate_id, ballot_id, shard), f"DELIVERY#{room_id}")


def figure(estate_id: str, ballot_id: str, building_id: str | None, part: int | None) -> Key:
    """How many of a building, or of a part, took part so far; with neither, or an empty one, the prefix of all."""
    place = f"BUILDING#{building_id}" if building_id is not None else f"PART#{'' if part is None else f'{part:02d}'}"
    return Key(f"BALLOT#{estate_id}#{ballot_id}#FIGURES", place)


def counted_room(estate_id: str, ballot_id: str, room_id: str) -> Key:
    """Mark: a room's vote is in the figures."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}#COUNTED#{room_id}", "ROOM")


def counted_contact(estate_id: str, ballot_id: str, room_id: str) -> Key:
    """Mark: what of telling a room is in the figures."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}#COUNTED#{room_id}", "CONTACT")


def counted_head(estate_id: str, ballot_id: str, head: str) -> Key:
    """Mark: a person is in the figures."""
    return Key(f"BALLOT#{estate_id}#{ballot_id}#COUNTED#{head}", "HEAD")
