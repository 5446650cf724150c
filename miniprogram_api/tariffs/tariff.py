"""A tariff 收费标准: what is charged, for whom, from when, at which price, on which basis; versions, never edits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.money import rounded
from miniprogram_api.tariffs.formula import names_in
from miniprogram_api.tariffs.scope import WHOLE_ESTATE, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable


class Method(StrEnum):
    """How an amount is worked out."""

    AREA_PRICE = "area_price"  # 建筑面积 x price a m2 and month
    GRADE_MENU = "grade_menu"  # 建筑面积 x the sum of the prices of a package's items
    FIXED = "fixed"  # a price a month
    PER_COUNT = "per_count"  # 车位, 菜单项目: number ordered x price a month
    METERED = "metered"  # usage x price, in steps where there are any
    SHARED = "shared"  # 公摊: the room's part of a shared cost
    FORMULA = "formula"  # an expression, in yuan a month


METHOD_LABELS: dict[Method, str] = {
    Method.AREA_PRICE: "按建筑面积计收",
    Method.GRADE_MENU: "按服务等级套餐和建筑面积计收",
    Method.FIXED: "按月定额计收",
    Method.PER_COUNT: "按订购数量计收",
    Method.METERED: "按表计量计收",
    Method.SHARED: "按实际费用分摊",
    Method.FORMULA: "按公式计收",
}


class TariffState(StrEnum):
    """How far a tariff came; whether it applies on a day is a matter of its dates."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


_GIVEN: dict[Method, tuple[frozenset[str], ...]] = {
    Method.AREA_PRICE: (frozenset({"price"}),),
    Method.GRADE_MENU: (frozenset({"items"}),),
    Method.FIXED: (frozenset({"price"}),),
    Method.PER_COUNT: (frozenset({"price", "unit"}),),
    Method.METERED: (frozenset({"meter", "unit", "price"}), frozenset({"meter", "unit", "steps"})),
    Method.SHARED: (frozenset(),),
    Method.FORMULA: (frozenset({"formula"}), frozenset({"formula", "price"})),
}
"""Which fields of a pricing each method is described by: one of these sets, nothing less and nothing more."""

PARKING = "parking_"
"""What the codes of parking charges begin with."""

MENU = "menu_"
"""What the codes of items of the menu begin with; households order these themselves (FEE-08)."""

CHARGE_LABELS: dict[str, str] = {
    "service_base": "物业服务费",
    "lift": "电梯运行费",
    "shared_power": "公摊电费",
    "shared_water": "公摊水费",
    "water": "水费",
    "electricity": "电费",
    "heat": "供热费",
    "parking_indoor1": "机动车停车服务费（室内一类）",
    "parking_indoor2": "机动车停车服务费（室内二类）",
    "parking_open": "机动车停车服务费（露天）",
}
"""What people read instead of the stable code of a charge; a code that is not here stands as itself."""


class TariffUnknown(NotFound):
    """The estate has no such tariff, or not yet for residents."""

    code = "tariff_unknown"
    message = "没有找到该收费标准，请刷新列表。"


class TariffMoved(Conflict):
    """Somebody else changed the estate's tariffs at the same moment."""

    code = "tariff_moved"
    message = "收费标准刚刚有变化，请刷新后再操作。"


class TariffKeyReused(Conflict):
    """The same Idempotency-Key came with different content, or the draft moved on since."""

    code = "tariff_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class TariffUnclear(Invalid):
    """The tariff does not say all that its method needs, or more than that."""

    code = "tariff_unclear"
    message = "收费标准填写不完整，请按计费方式补全单价、项目或公式。"


class TariffOverlap(Conflict):
    """Another tariff of the same charge would hold for some of the same rooms on some of the same days."""

    code = "tariff_overlap"
    message = "同一收费项目在相同时间和范围内已有标准，请先终止原标准或调整日期。"


class ChargeIncluded(Conflict):
    """A charge would be asked for separately although another tariff includes it (FEE-04)."""

    code = "charge_included"
    message = "该费用已包含在其他收费标准中，不能另行收取，请核对收费构成。"


class AboveLimit(Conflict):
    """The price is above what the government allows on the day the tariff begins (FEE-03)."""

    code = "above_limit"
    message = "单价高于政府指导价上限，请降低单价后重新提交。"


class ParkingApart(Invalid):
    """Parking stands on bills of its own kind, and nothing else does (FEE-05)."""

    code = "parking_apart"
    message = "停车费须单独列账单，请将停车类收费项目与“停车费”账单对应。"


class DecisionMissing(Invalid):
    """A package or an item of the menu names the owners' decision by which it was adopted (FEE-08)."""

    code = "decision_missing"
    message = "菜单式收费须经业主表决，请填写表决或会议决定的依据。"


class TariffBackdated(Invalid):
    """A tariff that is in force ends today at the earliest: days that have passed stay as they were charged."""

    code = "tariff_backdated"
    message = "终止日期不能早于今天，也不能早于该标准的开始日期，请重新选择。"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a price in steps 阶梯: up to so many 0.001 units a month (None: all above) at this price."""

    up_to: int | None
    price: int


@dataclass(frozen=True, slots=True)
class PricedItem:
    """One service item of a package, with its price in 0.0001 yuan a m2 and month (FEE-08)."""

    item_id: str
    label: str
    price: int


@dataclass(frozen=True, slots=True)
class Pricing:
    """How the amount comes about. ``price`` is in 0.0001 yuan a unit, ``unit`` what is counted (度, 吨, 车位).

    ``meter`` is the kind of meter a metered price reads.
    """

    method: Method
    price: int = 0
    unit: str = ""
    meter: str = ""
    steps: tuple[Step, ...] = ()
    items: tuple[PricedItem, ...] = ()
    formula: str = ""

    @property
    def unit_price(self) -> int | None:
        """Return the price a unit in 0.0001 yuan, the highest where there are steps; None of a formula or a share."""
        match self.method:
            case Method.GRADE_MENU:
                return sum(item.price for item in self.items)
            case Method.METERED if self.steps:
                return max(step.price for step in self.steps)
            case Method.FORMULA | Method.SHARED:
                return None
            case _:
                return self.price

    @property
    def is_counted(self) -> bool:
        """Whether only those pay who ordered it."""
        return self.method is Method.PER_COUNT or "count" in names_in(self.formula)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who took a step, and when."""

    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tariff:
    """One version of a tariff; both dates are included, without ``valid_until`` it holds until further notice.

    ``code`` is the stable code of the charge (service_base, lift, parking_open, menu_...). ``includes`` are charges
    that it covers and nobody may ask for separately (FEE-04). ``basis`` is why it may be charged: the guide price
    document, the owners' decision, the clause of the contract. ``opens`` says that days before it are free because
    the charge begins with it, ``closes`` that days after it are free; otherwise a day without tariff is a gap.
    ``replaces`` is the version that ends when this one begins. ``source`` is the price talk it comes from (FEE-06),
    ``decision`` the owners' decision, ``limit`` the highest price the government allowed when it was approved, in
    0.0001 yuan. ``frequency`` and ``standard`` say what one gets for an item of the menu (FEE-08).
    """

    id: str
    estate_id: str
    code: str
    label: str
    kind: BillKind
    pricing: Pricing
    valid_from: date
    basis: str
    drafted: Hand
    scope: Scope = WHOLE_ESTATE
    includes: tuple[str, ...] = ()
    valid_until: date | None = None
    opens: bool = False
    closes: bool = False
    grade: str = ""
    replaces: str | None = None
    source: str = ""
    decision: str = ""
    limit: int | None = None
    frequency: str = ""
    standard: str = ""
    state: TariffState = TariffState.DRAFT
    proposed: Hand | None = None
    approved: Hand | None = None
    reason: str = ""
    version: int = 0

    @property
    def counts(self) -> bool:
        """Whether its dates decide amounts: it was approved, even if it has ended since."""
        return self.state in {TariffState.IN_FORCE, TariffState.ENDED}

    def touches(self, first_on: date, last_on: date) -> bool:
        """Say whether it holds on some day between the two, both included."""
        return self.valid_from <= last_on and (self.valid_until is None or self.valid_until >= first_on)


def check_pricing(tariff: Tariff) -> None:
    """Make sure that a tariff says what its method needs, in an order of dates that can be.

    Raises:
        TariffUnclear: it does not, it includes itself, or it is an item of the menu that nobody can order.
        FormulaWrong: its formula cannot be read.
        ParkingApart: parking would stand on a bill of another kind, or something else on one of parking.
        DecisionMissing: nobody decided on a package or an item of the menu.
    """
    if tariff.code.startswith(PARKING) != (tariff.kind is BillKind.PARKING):
        raise ParkingApart
    if (tariff.pricing.method is Method.GRADE_MENU or tariff.code.startswith(MENU)) and not tariff.decision.strip():
        raise DecisionMissing
    counted = tariff.pricing.is_counted  # reads the formula first, so that a wrong one is called wrong, not unclear
    orderable = counted or not tariff.code.startswith(MENU)
    dated = tariff.valid_until is None or tariff.valid_until >= tariff.valid_from
    if not (_is_clear(tariff.pricing) and orderable and dated) or tariff.code in tariff.includes:
        raise TariffUnclear


def _is_clear(pricing: Pricing) -> bool:
    """Say whether a pricing gives what its method needs and nothing else, a price above 0, and steps that rise."""
    given = {name for name in ("price", "unit", "meter", "steps", "items", "formula") if getattr(pricing, name)}
    *bounds, last = [step.up_to for step in pricing.steps] or [None]
    limits = [bound for bound in bounds if bound is not None]
    rising = last is None and limits == bounds and limits == sorted(set(limits))
    priced = pricing.unit_price is None or pricing.unit_price > 0
    return given in _GIVEN[pricing.method] and rising and priced


def check_beside(tariff: Tariff, others: tuple[Tariff, ...]) -> None:
    """Make sure that a tariff can hold beside those that count.

    Raises:
        TariffOverlap: one of the same charge holds for some of the same rooms and days.
        ChargeIncluded: it asks for what another includes, or includes what another asks for (FEE-04).
    """
    last_on = tariff.valid_until or date.max
    for other in others:
        if not (other.touches(tariff.valid_from, last_on) and other.scope.meets(tariff.scope)):
            continue
        if other.code == tariff.code:
            raise TariffOverlap(tariff_id=other.id)
        if tariff.code in other.includes or other.code in tariff.includes:
            raise ChargeIncluded(tariff_id=other.id, charge=other.label)


def previous(tariff: Tariff, others: Iterable[Tariff]) -> Tariff | None:
    """Return the tariff of the same charge that held before it for some of the same rooms, or None."""
    before = (
        other
        for other in others
        if other.counts and other.code == tariff.code and other.valid_from < tariff.valid_from
        if other.scope.meets(tariff.scope)
    )
    return max(before, key=lambda other: other.valid_from, default=None)


def change_per_mille(before: int, after: int) -> int:
    """Return by how much a price changed in 0.1 %, a half away from zero: 10.00 to 5.33 yuan is -467 (FEE-05).

    Raises:
        ZeroDivisionError: there was no price before.
    """
    return rounded(Fraction((after - before) * 1000, before))
