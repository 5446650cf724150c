"""Set guide prices, and say what the government allows at an estate (FEE-03)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from miniprogram_api.estates.rules import UnitLevel
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.prices.guide import (
    GuidePrice,
    GuidePriceMisplaced,
    GuidePriceThere,
    PriceLimit,
    binding,
    in_force,
)
from miniprogram_api.prices.store import GUIDE_PRICE
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.prices.store import PriceStore

PRICING_LEVELS = frozenset({UnitLevel.CITY, UnitLevel.DISTRICT})


@dataclass(frozen=True, slots=True)
class GuideTerms:
    """What a version says; see GuidePrice for the units."""

    charge: str
    grade: str
    price: int
    float_up: int
    valid_from: date
    valid_until: date | None
    document: str
    items: tuple[str, ...]


class GuidePrices:
    """The guide prices of all cities and districts."""

    def __init__(self, store: PriceStore, estates: Estates) -> None:
        self._store = store
        self._estates = estates

    def enter(self, by: str, unit_id: str, terms: GuideTerms, key: str, now: datetime) -> GuidePrice:
        """Enter a version of a guide price; it is never edited, a later day takes a new one (FEE-03).

        Raises:
            GuidePriceMisplaced: the unit is neither a city nor a district.
            GuidePriceThere: the unit has another version from that day on.
            ValidityUnclear: it ends before it begins.
        """
        if self._estates.get_unit(unit_id).level not in PRICING_LEVELS:
            raise GuidePriceMisplaced
        entered = GuidePrice(
            id=derived_id("guide", by, unit_id, "enter_guide_price", key),
            unit_id=unit_id,
            charge=terms.charge,
            grade=terms.grade,
            price=terms.price,
            float_up=terms.float_up,
            valid_from=terms.valid_from,
            valid_until=terms.valid_until,
            document=terms.document,
            items=terms.items,
            entered_by=by,
            entered_at=now,
        )
        act = Transaction(by, "enter_guide_price", now)
        act.add(GUIDE_PRICE, entered, otherwise=GuidePriceThere)
        try:
            self._store.commit(act)
        except GuidePriceThere:
            there = self._store.find_guide_price(unit_id, terms.charge, terms.grade, terms.valid_from)
            if there is None or replace(there, entered_at=now) != entered:
                raise
            return there
        return entered

    def list_of_unit(self, unit_id: str, limit: int, cursor: str | None) -> Page[GuidePrice]:
        """List every version a unit entered, charge by charge."""
        return self._store.list_guide_prices(unit_id, limit, cursor)

    def list_in_force(self, estate_id: str, on: date) -> list[GuidePrice]:
        """List the guide prices that hold at an estate on a day; of one charge, those of the nearest unit only."""
        nearest: dict[str, list[GuidePrice]] = {}
        for unit_id in reversed(self._estates.get_estate(estate_id).units):
            here: dict[str, list[GuidePrice]] = {}
            for price in in_force(self._store.all_guide_prices(unit_id), on):
                here.setdefault(price.charge, []).append(price)
            nearest = here | nearest
        return [price for charge in sorted(nearest) for price in nearest[charge]]

    def limit_of(self, estate_id: str, charge: str, grade: str, on: date) -> PriceLimit | None:
        """Return what the government allows for a charge at an estate on a day, or None where the market decides."""
        units = reversed(self._estates.get_estate(estate_id).units)
        return PriceLimit.of(binding([self._store.all_guide_prices(unit_id, charge) for unit_id in units], grade, on))

    def limit_for(self, estate_id: str, charge: str, grade: str, on: date) -> int | None:
        """Return the highest price allowed, in 0.0001 yuan a month and unit, or None where the market decides."""
        limit = self.limit_of(estate_id, charge, grade, on)
        return None if limit is None else limit.price
