"""Candidates of an election and their joint check by community and street (VOT-10, VOT-11, VOT-12)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Hand
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.errors import Forbidden, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable


class Nominator(StrEnum):
    """Who put somebody forward."""

    SELF = "self"
    OWNERS = "owners"
    COMMUNITY = "community"


class Side(StrEnum):
    """The two that check a candidate; both must agree (000:81 社区、物管站联审)."""

    COMMUNITY = "community"
    STREET = "street"


SIDES: dict[Role, Side] = {Role.COMMUNITY: Side.COMMUNITY, Role.STREET: Side.STREET}


class ReasonMissing(Invalid):
    """A candidate who does not pass is told why."""

    code = "candidate_reason_missing"
    message = "不通过须写明理由，请补充后提交。"


class OneCheckerOnly(Forbidden):
    """One person does not check for both sides."""

    code = "candidate_checked_by_same"
    message = "社区和街道须由不同的人分别审核。"


@dataclass(frozen=True, slots=True)
class CandidateCheck:
    """What one side found."""

    passed: bool
    hand: Hand
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who stands: an owner of the room named. Party membership and concurrent post are voluntary (trap 18)."""

    id: str
    estate_id: str
    ballot_id: str
    name: str
    room_id: str
    room_label: str
    nominator: Nominator
    named: Hand
    account_id: str | None = None
    statement: str = ""
    party_member: bool | None = None
    concurrent_post: str = ""
    photo_ids: tuple[str, ...] = ()
    community: CandidateCheck | None = None
    street: CandidateCheck | None = None
    withdrawn: Hand | None = None
    version: int = 0

    @property
    def qualified(self) -> bool:
        """Whether both sides let the candidate stand."""
        checks = (self.community, self.street)
        return self.withdrawn is None and all(check is not None and check.passed for check in checks)

    def checked(self, side: Side, *, passed: bool, reason: str, hand: Hand) -> Candidate:
        """Return the candidate after one side looked.

        Raises:
            ReasonMissing: the candidate does not pass, and nobody says why.
            OneCheckerOnly: the same person checked for the other side.
        """
        if not passed and not reason.strip():
            raise ReasonMissing
        other = self.street if side is Side.COMMUNITY else self.community
        if other is not None and other.hand.by == hand.by:
            raise OneCheckerOnly
        found = CandidateCheck(passed, hand, reason)
        return replace(self, community=found) if side is Side.COMMUNITY else replace(self, street=found)


def party_majority(elected: Iterable[Candidate]) -> tuple[int, int, bool]:
    """Return party members, all elected, and whether members are more than half (VOT-11: 2 x members > all).

    It warns the community and decides nothing: the demand is local policy, not law.
    """
    members = [one.party_member is True for one in elected]
    return sum(members), len(members), 2 * sum(members) > len(members)
