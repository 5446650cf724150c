"""A vote: sealed, bound by its commitment, one for each room and revision; and what the voter holds to prove it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Hand
from miniprogram_api.ballots.merkle import canonical, commitment

if TYPE_CHECKING:
    from miniprogram_api.ballots.questions import Choices, Question
    from miniprogram_api.ballots.roll import Elector

RECEIPT_FORMAT = "flowing-property-receipt/1"
SALT_BYTES = 32


class Channel(StrEnum):
    """How a vote came in; all are one ledger."""

    ONLINE = "online"
    PAPER = "paper"  # 纸质票
    ON_SITE = "on_site"  # 现场投票


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What stands behind a vote on paper: its serial number, its photos, and the two people who read it."""

    serial: str
    photo_ids: tuple[str, ...]
    entered_by: str
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class Vote:
    """One revision of the vote of a room; none is ever overwritten, the highest revision counts.

    ``sealed`` opens with the ballot's key only. ``id`` is the same when the same request comes again. ``head``,
    ``area`` and ``building_id`` are those of the roll, for the running figures of who took part. ``tell`` are the other
    voters of the room: nobody votes for it behind their backs.
    """

    estate_id: str
    ballot_id: str
    room_id: str
    shard: int
    revision: int
    id: str
    channel: Channel
    by: str
    at: datetime
    sealed: str
    commitment: str
    head: str
    area: int
    building_id: str
    agent_for: str | None = None
    tell: tuple[str, ...] = ()
    paper: PaperFacts | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter keeps: it proves that this vote lies in the published root, and says nothing of the choice."""

    ballot_id: str
    room_id: str
    row: str
    row_salt: str
    revision: int
    commitment: str
    roll_root: str
    at: datetime
    channel: Channel


def context_of(ballot_id: str, room_id: str, revision: int) -> str:
    """Return which vote a sealed text is; it opens nowhere else."""
    return f"{ballot_id}|{room_id}|{revision}"


def committed(elector: Elector, revision: int, choices: Choices, salt: str) -> str:
    """Return the commitment of a vote."""
    return commitment(elector.ballot_id, elector.row, revision, choices, salt)


def plain_of(questions: tuple[Question, ...], choices: Choices, salt: str) -> bytes:
    """Return what is sealed: the choices and the salt, always equally long in one ballot.

    A sealed text is as long as what lies in it: without the padding its length would tell a yes from a no.
    """
    length = sum(len(canonical(list(question.option_ids))) + 2 for question in questions) + 200
    text = canonical({"choices": [list(chosen) for chosen in choices], "salt": salt})
    return text.ljust(length)


def read_plain(plain: bytes) -> tuple[Choices, str]:
    """Return the choices and the salt of an opened vote."""
    content = json.loads(plain)
    return tuple(tuple(chosen) for chosen in content["choices"]), str(content["salt"])


def receipt_of(vote: Vote, elector: Elector, roll_root: str) -> Receipt:
    """Return the voter's receipt."""
    return Receipt(
        vote.ballot_id,
        vote.room_id,
        elector.row,
        elector.salt,
        vote.revision,
        vote.commitment,
        roll_root,
        vote.at,
        vote.channel,
    )


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """A paper vote that one person read and a second has yet to read. ``check`` tells whether both read the same.

    The choices are not kept: ``check`` is a keyed hash of them, and the photos are shown to nobody before the count.
    ``seen`` is who looked at them last after it; the trail of this entry has all who did.
    """

    estate_id: str
    ballot_id: str
    room_id: str
    shard: int
    serial: str
    channel: Channel
    photo_ids: tuple[str, ...]
    check: str
    entered_by: str
    entered_by_name: str
    entered_at: datetime
    confirmed_by: str | None = None
    confirmed_by_name: str = ""
    withdrawn_by: str | None = None
    seen: Hand | None = None
    version: int = 0

    @property
    def waits(self) -> bool:
        """Whether it waits for a second person."""
        return self.confirmed_by is None and self.withdrawn_by is None


@dataclass(frozen=True, slots=True)
class SerialGuard:
    """Guard: one paper for each serial number of a ballot."""

    estate_id: str
    ballot_id: str
    serial: str
    room_id: str
    version: int = 0
