"""Owners' committees and management committees with their terms (IDR-05), and street stations (IDR-07)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from miniprogram_api.appointments.rules import Post, PostState, Source
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound

MAXIMUM_MEMBERS = 20
"""Members of one body at a time; all their rights follow its term in one act."""

STATION_HOUSEHOLDS = 20_000
"""The base figure for a station's special budget (seeds 000:71, IDR-07)."""


class BodyKind(StrEnum):
    """Two legal forms that exist side by side (004:54); the station 物管站 is a third thing (requirements, trap 3)."""

    OWNERS_COMMITTEE = "owners_committee"  # 业主委员会
    MANAGEMENT_COMMITTEE = "management_committee"  # 物业管理委员会


class BodyUnknown(NotFound):
    """The estate has no such committee."""

    code = "body_unknown"
    message = "没有找到该业委会（物管会），请刷新列表。"


class BodyOver(Conflict):
    """The committee was dissolved; it takes no members."""

    code = "body_over"
    message = "该业委会（物管会）已终止，不能再变更成员。"


class BodyFull(Conflict):
    """The committee has as many members as one act can look after."""

    code = "body_full"
    message = "成员已满 20 人，请先结束离任成员的任职。"


class BodyTermUnclear(Invalid):
    """The term ends before the body was formed."""

    code = "body_term_unclear"
    message = "任期届满日期不能早于成立日期。"


@dataclass(frozen=True, slots=True)
class Body:
    """A committee of an estate. ``term_ends_on`` is its last day; ``seal_keeper`` (who keeps the seal) is sealed.

    ``contact`` names the member whose number the cards show; ``members`` names the posts of members, those ended since
    the last change among them.
    """

    id: str
    estate_id: str
    kind: BodyKind
    name: str
    formed_on: date
    term_ends_on: date
    created_at: datetime
    filing_number: str | None = None
    seal_keeper: str | None = None
    contact: str | None = None
    members: tuple[str, ...] = ()
    ended_at: datetime | None = None
    ended_reason: str | None = None
    version: int = 0

    def __post_init__(self) -> None:
        if self.term_ends_on < self.formed_on:
            raise BodyTermUnclear

    def require_open(self) -> None:
        """Raise BodyOver when the body was dissolved."""
        if self.ended_at is not None:
            raise BodyOver

    def within_term(self, member: Post) -> Post:
        """Return a member's post cut to the term of the body: rights exist only inside it (IDR-05)."""
        starts = max(member.starts_on, self.formed_on)
        ends = min(member.ends_on or self.term_ends_on, self.term_ends_on)
        return replace(member, starts_on=starts, ends_on=ends)


@dataclass(frozen=True, slots=True)
class Station:
    """What a street's property station looks like now (IDR-07)."""

    staff: tuple[Post, ...]
    households: int
    communities: int

    def count(self, source: Source) -> int:
        """Return how many people of a source are posted now."""
        return sum(1 for post in self.staff if post.about.source is source and post.state is not PostState.SUSPENDED)

    @property
    def missing(self) -> tuple[Source, ...]:
        """Return which of the two full-time people (bureau, subdistrict) is not posted (000:71)."""
        return tuple(source for source in (Source.BUREAU, Source.SUBDISTRICT) if self.count(source) == 0)
