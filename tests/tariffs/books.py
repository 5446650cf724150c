"""Charge books and rooms as plain values, for tests of the arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.period import Period
from miniprogram_api.tariffs.charging import Abatement, ChargeBook, RoomFacts
from miniprogram_api.tariffs.ordering import Subscription
from miniprogram_api.tariffs.sharing import Pool, ShareBy, SharedCost, SharedState
from miniprogram_api.tariffs.tariff import Hand, Method, Pricing, Tariff, TariffState

HAND = Hand("acc_1", "王经理", datetime(2026, 1, 1, tzinfo=UTC))
NOVEMBER = Period.parse("2026-11")
PER_SQUARE_METRE = Pricing(Method.AREA_PRICE, 6000)
"""0.60 yuan a m2 and month."""


def tariff(pricing: Pricing = PER_SQUARE_METRE, **changed: Any) -> Tariff:
    """A tariff of the service fee in force since the beginning of 2026, unless said otherwise."""
    facts = {
        "id": "tariff_1",
        "estate_id": "est_1",
        "code": "service_base",
        "label": "物业服务费",
        "kind": BillKind.SERVICE,
        "pricing": pricing,
        "valid_from": date(2026, 1, 1),
        "basis": "物业服务合同第五条",
        "drafted": HAND,
        "state": TariffState.IN_FORCE,
    }
    return Tariff(**{**facts, **changed})


def book(*tariffs: Tariff, period: str = "2026-11", shared: tuple[SharedCost, ...] = (), **changed: Any) -> ChargeBook:
    """The book of a period."""
    including = tuple(one for one in tariffs if one.includes)
    kind = changed.pop("kind", tariffs[0].kind if tariffs else BillKind.SERVICE)
    own = tuple(one for one in tariffs if one.kind is kind)
    return ChargeBook("est_1", kind, Period.parse(period), own, shared, including)


def room(**changed: Any) -> RoomFacts:
    """A room of 86.53 m2 on the third floor, unless said otherwise."""
    facts = {
        "room_id": "room_1",
        "label": "2号楼1单元301",
        "building_id": "bld_2",
        "entrance": "1单元",
        "floor": 3,
        "area": 8653,
        "has_lift": False,
    }
    return RoomFacts(**{**facts, **changed})


def abatement(
    percent: int, first_on: date, last_on: date | None = None, charges: frozenset[str] = frozenset()
) -> Abatement:
    return Abatement("abate_1", charges, percent, first_on, last_on, "空置")


def order(charge: str, count: int, first_on: date, last_on: date | None = None) -> Subscription:
    """So many of a charge that room_1 ordered."""
    kind = BillKind.PARKING if charge.startswith("parking") else BillKind.SERVICE
    return Subscription("order_1", "est_1", "bld_2", "room_1", charge, charge, kind, count, first_on, HAND, last_on)


def shared_cost(total_fen: int, period: str = "2026-11", by: ShareBy = ShareBy.AREA) -> SharedCost:
    """The confirmed public electricity of building 2."""
    pool = Pool(BillKind.UTILITY, "shared_power", "2号楼公共电费", period, total_fen, by, ("bld_2",), ("photo_1",))
    return SharedCost("share_1", "est_1", pool, 2, "", HAND, SharedState.CONFIRMED, HAND)
