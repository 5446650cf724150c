"""What one whole month (of a meter or a share: the whole period) costs a room by each method, exactly and in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from miniprogram_api.kernel.area import format_area
from miniprogram_api.kernel.money import PRICE_PARTS, format_yuan
from miniprogram_api.kernel.quantity import THOUSANDTHS, format_quantity
from miniprogram_api.tariffs.formula import FormulaWrong, evaluate, names_in
from miniprogram_api.tariffs.tariff import Method, Pricing, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

_FEN = 100

BY_AREA = frozenset({Method.AREA_PRICE, Method.GRADE_MENU})

OF_PERIOD = frozenset({Method.METERED, Method.SHARED})
"""Their value is of the whole period, spread evenly over its days; that of the others is of each month."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a room brings along: area in 0.01 m2, floor, number ordered, usage in 0.001 units in so many months, share.

    ``share_fen`` is the room's part of a shared cost.
    """

    area: int
    floor: int | None
    count: int = 0
    used: int = 0
    months: int = 1
    share_fen: int = 0


def value(pricing: Pricing, room: Measure) -> Fraction:
    """Return what a room pays for one whole month (of a meter or a share: the period), in fen, not rounded.

    Raises:
        FormulaWrong: a formula divides by zero, needs a floor that is not known, or comes to nothing or less.
    """
    match pricing.method:
        case Method.AREA_PRICE | Method.GRADE_MENU:
            return Fraction(room.area * (pricing.unit_price or 0), PRICE_PARTS)
        case Method.FIXED:
            return Fraction(pricing.price * _FEN, PRICE_PARTS)
        case Method.PER_COUNT:
            return Fraction(room.count * pricing.price * _FEN, PRICE_PARTS)
        case Method.METERED:
            fen = sum(used * price for used, price in _stepped_usage(pricing, room)) * _FEN
            return Fraction(fen, THOUSANDTHS * PRICE_PARTS)
        case Method.SHARED:
            return Fraction(room.share_fen)
        case Method.FORMULA:
            yuan = evaluate(pricing.formula, _values(pricing, room))
            if yuan <= 0:
                raise FormulaWrong
            return yuan * _FEN


def _values(pricing: Pricing, room: Measure) -> dict[str, Fraction]:
    known = {
        "area": Fraction(room.area, 100),
        "price": Fraction(pricing.price, PRICE_PARTS),
        "count": Fraction(room.count),
    }
    return known if room.floor is None else {**known, "floor": Fraction(room.floor)}


def _stepped_usage(pricing: Pricing, room: Measure) -> Iterator[tuple[int, int]]:
    """Yield (0.001 units, price) of each step that the usage reaches; the bounds are a month's."""
    below = 0
    for step in pricing.steps or (Step(None, pricing.price),):
        bound = room.used if step.up_to is None else min(step.up_to * room.months, room.used)
        if bound > below:
            yield bound - below, step.price
            below = bound


def price_text(price: int) -> str:
    """Return a price in 0.0001 yuan as people write it, with two decimals or as many as it has: 6050 is ``0.605``."""
    digits = f"{price // PRICE_PARTS}.{price % PRICE_PARTS:04d}"
    whole, decimals = digits.split(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def unit_price_text(pricing: Pricing) -> str:
    """Return the price as it stands on a bill: ``0.60元/㎡·月``."""
    match pricing.method:
        case Method.AREA_PRICE | Method.GRADE_MENU:
            return f"{price_text(pricing.unit_price or 0)}元/㎡·月"
        case Method.FIXED:
            return f"{price_text(pricing.price)}元/月"
        case Method.PER_COUNT:
            return f"{price_text(pricing.price)}元/{pricing.unit}·月"
        case Method.METERED:
            prices = (step.price for step in pricing.steps or (Step(None, pricing.price),))
            return "、".join(f"{price_text(price)}元/{pricing.unit}" for price in prices)
        case Method.SHARED:
            return ""
        case Method.FORMULA:
            return f"公式 {pricing.formula}"


def quantity_text(pricing: Pricing, room: Measure) -> str:
    """Return how much of it a room has: ``86.53㎡``, ``2车位``, ``12.5吨``; nothing where nothing is measured."""
    match pricing.method:
        case Method.AREA_PRICE | Method.GRADE_MENU:
            return f"{format_area(room.area)}㎡"
        case Method.PER_COUNT:
            return f"{room.count}{pricing.unit}"
        case Method.METERED:
            return f"{format_quantity(room.used)}{pricing.unit}"
        case _:
            return ""


def working(pricing: Pricing, room: Measure) -> str:
    """Return how ``value`` came about, without the time: ``86.53㎡ × 0.60元/㎡·月``."""
    match pricing.method:
        case Method.METERED:
            used = ((f"{format_quantity(used)}{pricing.unit}", price) for used, price in _stepped_usage(pricing, room))
            return " + ".join(f"{text} × {price_text(price)}元/{pricing.unit}" for text, price in used)
        case Method.SHARED:
            return f"本户分摊 {format_yuan(room.share_fen)}元"
        case Method.FORMULA:
            labels = {"area": "建筑面积", "floor": "楼层", "price": "单价", "count": "数量"}
            given = {name: _plain(number) for name, number in _values(pricing, room).items()}
            named = "，".join(f"{labels[name]} {name}={given[name]}" for name in sorted(names_in(pricing.formula)))
            return f"({pricing.formula})元/月" + (f"〔{named}〕" if named else "")
        case _:
            parts = (quantity_text(pricing, room), unit_price_text(pricing))
            return " × ".join(part for part in parts if part)


def _plain(number: Fraction) -> str:
    """Return a number of at most four decimals as people write it."""
    return price_text(int(number * PRICE_PARTS)).removesuffix(".00")
