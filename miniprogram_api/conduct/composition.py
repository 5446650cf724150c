"""Who sits in a committee, as far as members told it: party majority and posts held besides (VOT-11, VOT-12).

Both are statistics for community and street. What somebody did not say counts as nothing said, never as a no, and no
neighbour sees it (requirements, trap 18).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Background:
    """What one member told voluntarily."""

    party_member: bool | None
    concurrent_post: str | None


@dataclass(frozen=True, slots=True)
class Composition:
    """The figures of one committee; ``concurrent`` counts members by the post they hold besides."""

    members: int
    party_members: int
    not_said: int
    concurrent: tuple[tuple[str, int], ...]

    @property
    def party_majority(self) -> bool:
        """Whether more than half are party members (000:81): local policy, so a warning and never a refusal."""
        return 2 * self.party_members > self.members


def composition(members: Iterable[Background]) -> Composition:
    """Return the figures of a committee's members."""
    told = list(members)
    posts = Counter(one.concurrent_post for one in told if one.concurrent_post)
    return Composition(
        members=len(told),
        party_members=sum(one.party_member is True for one in told),
        not_said=sum(one.party_member is None for one in told),
        concurrent=tuple(sorted(posts.items())),
    )
