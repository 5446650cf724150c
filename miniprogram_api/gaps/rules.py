"""The standing checks and the gaps they find, with their age (CARD-05)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role

if TYPE_CHECKING:
    from collections.abc import Iterable


class Check(StrEnum):
    """Which promise is broken."""

    TIME = "time"  # 时时有人管: an hour of the week without anybody on duty
    MATTER = "matter"  # 事事有人管: a category without anybody to handle it
    DESK = "desk"  # a request would have no responsible person at the company
    PLACE = "place"  # 处处有人管: a building without an active card
    LEADER = "leader"  # the estate has no acting manager


ROLE_NAMES = {
    Role.REPAIRER: "维修工",
    Role.PATROLLER: "巡检员",
    Role.GUARD: "秩序维护员",
    Role.MANAGER: "项目经理",
    Role.DISPATCHER: "调度",
}

DESK_ROLES = frozenset({Role.MANAGER, Role.DISPATCHER})


@dataclass(frozen=True, slots=True)
class Matter:
    """One category of requests and the role that handles it."""

    code: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class BuildingSeen:
    """One building, and whether an active card hangs in it."""

    id: str
    name: str
    has_card: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the week without anybody on duty: minutes from Monday 00:00, and in words."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks look at: everything of one estate at one moment."""

    uncovered: tuple[Hours, ...]
    matters: tuple[Matter, ...]
    roles_present: frozenset[Role]
    buildings: tuple[BuildingSeen, ...]
    has_leader: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One gap found; check and subject are its identity."""

    check: Check
    subject: str
    text: str


def find_gaps(facts: Facts) -> tuple[Finding, ...]:
    """Return every gap: in time, in matters, in places; none where somebody is in charge of all (CARD-05)."""
    found = [
        Finding(Check.TIME, f"{hours.start}-{hours.end}", f"{hours.text}没有人值班，请补充值班表。")
        for hours in facts.uncovered
    ]
    found += [
        Finding(
            Check.MATTER,
            matter.code,
            f"“{matter.name}”没有{ROLE_NAMES.get(matter.role, '负责人')}处理，请添加人员或调整负责岗位。",
        )
        for matter in facts.matters
        if matter.role not in facts.roles_present
    ]
    if DESK_ROLES.isdisjoint(facts.roles_present):
        found.append(Finding(Check.DESK, "desk", "没有人受理报修诉求，请任命项目经理或调度。"))
    found += [
        Finding(Check.PLACE, building.id, f"{building.name}没有使用中的服务卡，请制作并张贴。")
        for building in facts.buildings
        if not building.has_card
    ]
    if not facts.has_leader:
        found.append(Finding(Check.LEADER, "leader", "小区没有在任的项目经理，请备案项目负责人。"))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap from when it was first seen until it was closed; one that comes back begins anew."""

    estate_id: str
    units: tuple[str, ...]
    check: Check
    subject: str
    text: str
    since: datetime
    closed_at: datetime | None = None
    version: int = 0

    def age(self, now: datetime) -> int:
        """Return its age in whole days."""
        return (now - self.since) // timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a look at an estate changes in its gap list: new gaps, and pairs of before and after."""

    opened: tuple[Gap, ...]
    changed: tuple[tuple[Gap, Gap], ...]
    open_now: tuple[Gap, ...]


def compare(
    estate_id: str, units: tuple[str, ...], known: Iterable[Gap], found: Iterable[Finding], now: datetime
) -> Changes:
    """Return what the gap list becomes: known gaps keep their age, vanished ones close, returned ones begin anew."""
    by_identity = {(gap.check, gap.subject): gap for gap in known}
    opened, changed, open_now = list[Gap](), list[tuple[Gap, Gap]](), list[Gap]()
    for finding in found:
        before = by_identity.pop((finding.check, finding.subject), None)
        if before is None:
            gap = Gap(estate_id, units, finding.check, finding.subject, finding.text, now)
            opened.append(gap)
        else:
            since = before.since if before.closed_at is None else now
            gap = replace(before, text=finding.text, units=units, since=since, closed_at=None)
            if gap != before:
                changed.append((before, gap))
        open_now.append(gap)
    gone = (gap for gap in by_identity.values() if gap.closed_at is None)
    changed += [(gap, replace(gap, closed_at=now)) for gap in gone]
    return Changes(tuple(opened), tuple(changed), tuple(sorted(open_now, key=lambda gap: gap.since)))


@dataclass(frozen=True, slots=True)
class Round:
    """How far the look at all estates has come; the next round begins an hour after the last one began."""

    after: str | None = None
    began_at: datetime | None = None
    done: bool = True
    version: int = 0

    def due(self, now: datetime) -> bool:
        """Say whether there is something to do."""
        return not self.done or self.began_at is None or now >= self.began_at + timedelta(hours=1)
