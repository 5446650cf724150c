"""Guide prices 政府指导价: what an estate of a grade may be charged, as versions that are never edited (FEE-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class GuidePriceMisplaced(Invalid):
    """Prices are set for a city or a district, not for a street or a community."""

    code = "guide_price_misplaced"
    message = "指导价、基准价只能由市或区设定，请选择市或区。"


class GuidePriceThere(Conflict):
    """The unit has a version from that day on; versions are never edited (FEE-03)."""

    code = "guide_price_there"
    message = "该起始日期已有指导价，不能修改，请用新的起始日期录入新版本。"


class ValidityUnclear(Invalid):
    """Something is valid to a day before it begins."""

    code = "validity_unclear"
    message = "有效期有误，截止日期不能早于起始日期。"


class PriceAboveLimit(Invalid):
    """The price is higher than the government allows (FEE-03, FEE-06)."""

    code = "price_above_limit"
    message = "价格高于政府指导价上限，请调整后重新提交。"


@dataclass(frozen=True, slots=True)
class GuidePrice:
    """One version of what a city or district sets for a charge and grade; an empty ``grade`` stands for any.

    ``price`` is whole 0.0001 yuan a month and unit (m2 or space), ``float_up`` whole percent, both days are included.
    ``items`` are the services that the grade comprises, ``document`` names the text that sets the price. The grade is
    called as the unit's service standard calls it (FEE-15).
    """

    id: str
    unit_id: str
    charge: str
    grade: str
    price: int
    float_up: int
    valid_from: date
    valid_until: date | None
    document: str
    items: tuple[str, ...]
    entered_by: str
    entered_at: datetime
    version: int = 0

    def __post_init__(self) -> None:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValidityUnclear

    @property
    def limit(self) -> int:
        """The highest price allowed: price x (1 + float), a part of 0.0001 yuan left off because it is not allowed."""
        return self.price * (100 + self.float_up) // 100


def in_force(versions: Iterable[GuidePrice], on: date) -> list[GuidePrice]:
    """Return the version of each charge and grade that holds on the day: the newest begun, unless it has run out.

    A newer version replaces an older one even where the older named a later last day.
    """
    newest: dict[tuple[str, str], GuidePrice] = {}
    for one in sorted(versions, key=lambda version: version.valid_from):
        if one.valid_from <= on:
            newest[one.charge, one.grade] = one
    return [one for one in newest.values() if one.valid_until is None or on <= one.valid_until]


def binding(levels: Sequence[Sequence[GuidePrice]], grade: str, on: date) -> GuidePrice | None:
    """Return the guide price of one charge that binds an estate of the grade on a day, or None where none does.

    ``levels`` holds the versions of each unit above the estate, the nearest first; the nearest that says something of
    the grade, or of the charge whatever the grade, decides. An estate of no grade, or of one that nobody priced, is
    bound by the lowest limit of the nearest unit: leaving the grade out frees nobody (FEE-03).
    """
    current = [held for level in levels if (held := in_force(level, on))]
    for held in current:
        by_grade = {one.grade: one for one in held}
        if found := by_grade.get(grade) or by_grade.get(""):
            return found
    return min(current[0], key=lambda one: one.limit) if current else None


@dataclass(frozen=True, slots=True)
class PriceLimit:
    """What the government allowed when it was looked up: the limit in 0.0001 yuan, and the text that says so."""

    price: int
    document: str
    unit_id: str
    guide_price_id: str

    @classmethod
    def of(cls, found: GuidePrice | None) -> PriceLimit | None:
        """Return the limit that a guide price sets, or None where the market decides."""
        return None if found is None else cls(found.limit, found.document, found.unit_id, found.id)


def within(limit: PriceLimit | None, price: int) -> None:
    """Make sure that a price is not above the limit, where there is one.

    Raises:
        PriceAboveLimit: it is.
    """
    if limit is not None and price > limit.price:
        raise PriceAboveLimit(limit=limit.price, document=limit.document)
