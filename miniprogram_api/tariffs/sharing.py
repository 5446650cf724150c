"""A shared cost 公摊: what a pool cost in a period, split over the rooms so that the parts sum to the whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.money import largest_remainder
from miniprogram_api.kernel.period import Period, month_of
from miniprogram_api.kernel.workflow import Transition, Workflow
from miniprogram_api.tariffs.tariff import Hand


class ShareBy(StrEnum):
    """In which proportion rooms bear a shared cost."""

    AREA = "area"
    ROOM = "room"
    USAGE = "usage"


SHARE_LABELS: dict[ShareBy, str] = {
    ShareBy.AREA: "按建筑面积分摊",
    ShareBy.ROOM: "按户分摊",
    ShareBy.USAGE: "按用量分摊",
}


class SharedState(StrEnum):
    """How far a shared cost came."""

    ENTERED = "entered"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class SharedCostUnknown(NotFound):
    """The estate has no such shared cost."""

    code = "shared_cost_unknown"
    message = "没有找到该公摊费用，请刷新列表。"


class SharedCostMoved(Conflict):
    """Somebody else took a step at the same moment, or the key came before with different content."""

    code = "shared_cost_moved"
    message = "该公摊费用刚刚有变化，或与之前提交的内容不一致，请刷新后再操作。"


class NothingToShareBy(Invalid):
    """No room has any of what the cost is shared by, or it names no meter."""

    code = "nothing_to_share_by"
    message = "所选楼栋没有可分摊的面积、房屋或用量，请检查后重新提交。"


class UsageUnknown(Conflict):
    """A cost is shared by usage, but some meters were not read."""

    code = "usage_unknown"
    message = "有房屋缺少本期抄表读数，请先完成抄表再按用量分摊。"


class TooManyBuildings(Invalid):
    """One pool is written in one act and so has a bounded number of buildings."""

    code = "too_many_buildings"
    message = "一次最多分摊80栋楼，请分批录入。"


MOST_BUILDINGS = 80


@dataclass(frozen=True, slots=True)
class Pool:
    """What is shared: the charge it stands under, the invoice's amount in fen, over which buildings, by what.

    ``charge`` is the code of a tariff of method shared. Without ``buildings`` the whole estate bears it. ``meter`` is
    the kind of meter whose usage counts, ``photo_ids`` show the invoice.
    """

    kind: BillKind
    charge: str
    label: str
    period: str
    total_fen: int
    by: ShareBy
    buildings: tuple[str, ...]
    photo_ids: tuple[str, ...]
    meter: str = ""


@dataclass(frozen=True, slots=True)
class SharedCost:
    """One pool of a period, such as the public electricity of building 2 in November by its invoice.

    It belongs to the one run of its period and kind, so it is charged once. ``digest`` is of all parts.
    """

    id: str
    estate_id: str
    pool: Pool
    rooms: int
    digest: str
    entered: Hand
    state: SharedState = SharedState.ENTERED
    confirmed: Hand | None = None
    reason: str = ""
    version: int = 0

    @property
    def month(self) -> str:
        """The month in which its period begins."""
        return str(month_of(Period.parse(self.pool.period).first_on))

    def lies_within(self, period: Period) -> bool:
        """Say whether its whole period lies within another."""
        own = Period.parse(self.pool.period)
        return period.first_on <= own.first_on and own.last_on <= period.last_on


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What the rooms of one building bear of a shared cost: room id -> fen."""

    estate_id: str
    cost_id: str
    building_id: str
    parts: Mapping[str, int]


SHARED_COST = Workflow(
    "shared_cost",
    SharedState.ENTERED,
    (
        Transition(
            "confirm",
            "确认",
            frozenset({SharedState.ENTERED}),
            SharedState.CONFIRMED,
            Permission.TARIFF_APPROVE,
            not_by=frozenset({"enterer"}),
        ),
        Transition(
            "withdraw",
            "撤回",
            frozenset({SharedState.ENTERED}),
            SharedState.WITHDRAWN,
            Permission.TARIFF_EDIT,
            requires=frozenset({"reason"}),
        ),
    ),
)
"""entered -> confirmed by another person, who holds it against the invoice; or withdrawn before."""


def split(total_fen: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Return what each room bears, in proportion to its weight; the parts sum exactly to the total.

    Raises:
        NothingToShareBy: no room weighs anything.
    """
    if not any(weights.values()):
        raise NothingToShareBy
    return dict(zip(weights, largest_remainder(total_fen, list(weights.values())), strict=True))


def digest_of(parts: Mapping[str, int]) -> str:
    """Return a hash of all parts, by which two splits are compared."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def stepped(cost: SharedCost, name: str, hand: Hand, reason: str = "") -> SharedCost:
    """Return the cost after a step.

    Raises:
        IllegalTransition: it was confirmed or withdrawn before.
        SamePersonRefused: who entered it would confirm it.
        InputMissing: it is withdrawn without a reason.
    """
    hands = {"enterer": cost.entered.by}
    step = SHARED_COST.step(cost.state, name, given={"reason": reason}, actor=hand.by, participants=hands)
    confirmed = hand if step.target is SharedState.CONFIRMED else None
    return replace(cost, state=step.target, confirmed=confirmed, reason=reason)
