"""Voting for somebody else: written proxies and guardians (物业管理条例 12; 指导规则 25, 26)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from miniprogram_api.ballots.ballot import Hand


class MandateKind(StrEnum):
    """By what right somebody votes for a room of others."""

    PROXY = "proxy"  # 委托投票
    GUARDIAN = "guardian"  # 监护人代为投票


@dataclass(frozen=True, slots=True)
class Mandate:
    """The right of one person to vote for one room in one ballot, until its last day or until it is revoked.

    Given by a voter of the room, or recorded from paper by ``given`` with ``photo_ids`` and confirmed by a second
    person. A guardian's is not revoked by the ward and not counted against the cap on proxies.
    """

    estate_id: str
    ballot_id: str
    room_id: str
    shard: int
    agent: str
    kind: MandateKind
    given: Hand
    agent_name: str = ""
    valid_until: date | None = None
    photo_ids: tuple[str, ...] = ()
    confirmed: Hand | None = None
    revoked: Hand | None = None
    version: int = 0

    @property
    def from_paper(self) -> bool:
        """Whether it came on paper, and so wants a second person."""
        return bool(self.photo_ids)

    @property
    def stands(self) -> bool:
        """Whether it has not been revoked and, from paper, was confirmed."""
        return self.revoked is None and (not self.from_paper or self.confirmed is not None)

    def holds(self, on: date) -> bool:
        """Say whether the agent may vote by it on a day; its last day is included."""
        return self.stands and (self.valid_until is None or on <= self.valid_until)

    def revoke(self, hand: Hand) -> Mandate:
        """Return it revoked."""
        return replace(self, revoked=hand)


@dataclass(frozen=True, slots=True)
class Held:
    """How many proxies one person holds in a ballot, against the cap of the estate's rules."""

    estate_id: str
    ballot_id: str
    agent: str
    count: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class Revocation:
    """What is kept of a proxy that was revoked and given anew: by whom and when."""

    at: datetime
    by: str
