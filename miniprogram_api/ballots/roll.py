"""The roll 投票权名册: one line for each exclusive part, and whose head it counts as (民法典 278; SPC 8, 9)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Event, Hand

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_SHARDS = 1024
_A_ROLL = 10_000
ROOMS_A_SHARD = 100
"""Votes of one shard meet at its gate; a hundred rooms meet seldom, and a shard is one page to count."""


@dataclass(frozen=True, slots=True)
class Elector:
    """One line of the roll. ``area`` is in 0.01 m2, ``head`` a name only the ballot's office can make.

    ``accounts`` may vote for the room: who was bound to it when the roll was frozen. ``phone_indexes`` lets in an owner
    of that day who signs up later. ``agents`` hold a proxy or are guardians. ``owners`` is how many own it together.
    ``names_index`` is the same for rooms whose owners bear the same names: somebody looks at those. ``row`` and
    ``salt`` are the name of the line in the published proof, and what that name is made with.
    """

    estate_id: str
    ballot_id: str
    room_id: str
    shard: int
    label: str
    building_id: str
    entrance: str
    order: str
    area: int
    area_source: str
    head: str
    row: str
    salt: str
    attempt: int = 1
    owners: int = 1
    accounts: tuple[str, ...] = ()
    phone_indexes: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    names_index: str | None = None
    unsold: bool = False
    excluded: bool = False
    version: int = 0

    def may_vote(self, account_id: str, phone_index: str | None) -> bool:
        """Say whether a person votes for the room in their own right."""
        return account_id in self.accounts or (phone_index is not None and phone_index in self.phone_indexes)


@dataclass(frozen=True, slots=True)
class Gate:
    """The door of one shard: while it is not shut, votes of its rooms may be written."""

    estate_id: str
    ballot_id: str
    shard: int
    shut: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class RollCall:
    """What the people of one shard are told of a ballot; the stream sends it to each of them once."""

    estate_id: str
    ballot_id: str
    shard: int
    event: Event
    accounts: tuple[str, ...]
    title: str
    text: str
    version: int = 0


class AmendmentKind(StrEnum):
    """What an amendment of the roll puts right."""

    SAME_HEAD = "same_head"  # belongs to the same owner as another room
    OWN_HEAD = "own_head"  # does not belong to the same owner as others
    AREA = "area"  # the area as registered, surveyed or in the contract
    EXCLUDED = "excluded"  # no exclusive part, or none that shares in the matter
    INCLUDED = "included"  # was left out wrongly


@dataclass(frozen=True, slots=True)
class Correction:
    """One line to put right. ``like`` names the other room of a shared head, ``area`` the right area in 0.01 m2."""

    room_id: str
    kind: AmendmentKind
    like: str | None = None
    area: int | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A public amendment of a frozen roll: what, why, by whom; ``root_after`` binds the roll it led to.

    ``applied_at`` is None while it waits to be worked in; ``refused_at`` says that voting began before it could be.
    """

    id: str
    estate_id: str
    ballot_id: str
    number: int
    corrections: tuple[Correction, ...]
    reason: str
    made: Hand
    applied_at: datetime | None = None
    refused_at: datetime | None = None
    root_before: str | None = None
    root_after: str | None = None
    version: int = 0


def shard_numbers(attempt: int, shards: int) -> range:
    """Return the numbers of a roll's partitions; each attempt to write a roll has its own ten thousand."""
    return range(attempt * _A_ROLL, attempt * _A_ROLL + max(1, shards))


def shard_of_room(room_id: str, attempt: int, shards: int) -> int:
    """Return in which partition of a roll a room lies, the same in every process."""
    spread = int.from_bytes(hashlib.sha256(room_id.encode()).digest()[:4], "big") % max(1, shards)
    return attempt * _A_ROLL + spread


def shards_for(rooms: int) -> int:
    """Return over how many partitions a roll of so many rooms is spread."""
    return max(1, min(MOST_SHARDS, -(-rooms // ROOMS_A_SHARD)))


def head_identity(room_id: str, names: Iterable[str], phone_indexes: Iterable[str], *, unsold: bool) -> str:
    """Return what makes two rooms one head: the same owners, known by name and telephone (SPC interpretation 9).

    The developer's unsold and undelivered parts are one head together. Owners known by name alone are not taken for the
    same person: many people bear one name, and a wrong merger takes somebody's vote away; an amendment can join them.
    """
    if unsold:
        return "developer"
    name_set, phone_set = sorted(set(names)), sorted(set(phone_indexes))
    if not name_set or not phone_set:
        return f"room|{room_id}"
    return "|".join(("owners", *name_set, "", *phone_set))
