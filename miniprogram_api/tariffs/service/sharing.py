"""Enter, split and confirm shared costs (FEE-04)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.estates.rules import check_areas
from miniprogram_api.kernel.period import Period, month_of
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.ordering import NotOffered
from miniprogram_api.tariffs.sharing import (
    MOST_BUILDINGS,
    NothingToShareBy,
    Pool,
    ShareBy,
    SharedCost,
    SharedCostMoved,
    SharedParts,
    TooManyBuildings,
    UsageUnknown,
    digest_of,
    split,
    stepped,
)
from miniprogram_api.tariffs.store import COST, PARTS, TariffStore
from miniprogram_api.tariffs.tariff import Hand, Method

if TYPE_CHECKING:
    from collections.abc import Mapping

    from miniprogram_api.estates.rules import Room
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.meters.service import Meters
    from miniprogram_api.photos.service import Photos


class SharedCosts:
    """The shared costs of all estates."""

    def __init__(self, store: TariffStore, estates: Estates, meters: Meters, photos: Photos) -> None:
        self._store = store
        self._estates = estates
        self._meters = meters
        self._photos = photos

    def enter(self, estate_id: str, cost_id: str, pool: Pool, hand: Hand) -> SharedCost:
        """Enter a shared cost and split it over the rooms; the same request finds it already there.

        Raises:
            NotOffered: no tariff of method shared stands for the charge in the period.
            TooManyBuildings, NothingToShareBy, AreaMissing, UsageUnknown, BuildingUnknown: it cannot be split.
            SharedCostMoved: the id came before with different content.
            PhotoNotYours: see there.
        """
        self._check_charge(estate_id, pool)
        rooms = self._rooms_of(estate_id, pool)
        pool = replace(pool, buildings=tuple(rooms))
        weights = {room_id: weight for own in self._weights(estate_id, pool, rooms) for room_id, weight in own.items()}
        parts = split(pool.total_fen, weights)
        cost = SharedCost(cost_id, estate_id, pool, len(parts), digest_of(parts), hand)
        act = Transaction(hand.by, "enter_shared_cost", hand.at)
        act.add(COST, cost, otherwise=SharedCostMoved)
        for building_id, own in rooms.items():
            here = {room.id: parts[room.id] for room in own}
            act.add(PARTS, SharedParts(estate_id, cost_id, building_id, here), otherwise=SharedCostMoved)
        self._photos.attach(act, estate_id, pool.photo_ids, cost_id, "shared_cost")
        try:
            self._store.commit(act)
        except SharedCostMoved:
            there = self._store.get_cost(estate_id, cost.month, cost_id)
            if (there.pool, there.digest) != (pool, cost.digest):
                raise
            return there
        return cost

    def _check_charge(self, estate_id: str, pool: Pool) -> None:
        period = Period.parse(pool.period)
        wanted = (pool.charge, pool.kind, Method.SHARED)
        if not any(
            (tariff.code, tariff.kind, tariff.pricing.method) == wanted
            and tariff.counts
            and tariff.touches(period.first_on, period.last_on)
            for tariff in self._store.list_tariffs(estate_id)
        ):
            raise NotOffered

    def _rooms_of(self, estate_id: str, pool: Pool) -> dict[str, list[Room]]:
        """Return the rooms of each building that bears the cost."""
        if pool.buildings:
            buildings = [self._estates.get_building(estate_id, building_id) for building_id in pool.buildings]
        else:
            buildings = self._estates.list_buildings(estate_id)
        if len(buildings) > MOST_BUILDINGS:
            raise TooManyBuildings
        return {building.id: self._estates.list_rooms_of(building) for building in buildings}

    def _weights(self, estate_id: str, pool: Pool, rooms: Mapping[str, list[Room]]) -> list[dict[str, int]]:
        """Return what each room weighs, building by building: its area in 0.01 m2, 1, or its usage."""
        match pool.by:
            case ShareBy.AREA:
                check_areas(room for own in rooms.values() for room in own)
                return [{room.id: room.area for room in own} for own in rooms.values()]
            case ShareBy.ROOM:
                return [{room.id: 1 for room in own} for own in rooms.values()]
            case ShareBy.USAGE:
                return [self._usages(estate_id, building_id, pool, own) for building_id, own in rooms.items()]

    def _usages(self, estate_id: str, building_id: str, pool: Pool, rooms: list[Room]) -> dict[str, int]:
        if not pool.meter:
            raise NothingToShareBy
        used = self._meters.usages(estate_id, building_id, Period.parse(pool.period), frozenset({pool.meter}))
        unknown = [room.label for room in rooms if room.id not in used]
        if unknown:
            raise UsageUnknown(rooms=unknown[:50])
        return {room.id: used[room.id][pool.meter].thousandths for room in rooms}

    def list_within(self, estate_id: str, period: Period) -> list[SharedCost]:
        """List the shared costs whose whole period lies within another."""
        return self._store.list_costs(estate_id, period)

    def get_cost(self, estate_id: str, period: Period, cost_id: str) -> SharedCost:
        """Return a shared cost of a period, or raise SharedCostUnknown."""
        return self._store.get_cost(estate_id, str(month_of(period.first_on)), cost_id)

    def parts_of(self, cost: SharedCost, building_id: str) -> Mapping[str, int]:
        """Return what the rooms of a building bear: room id -> fen; nothing, where the building bears none."""
        found = self._store.find_parts(cost.estate_id, building_id, [cost.id])
        return found[0].parts if found else {}

    def take_step(
        self, estate_id: str, period: Period, cost_id: str, name: str, hand: Hand, reason: str = ""
    ) -> SharedCost:
        """Confirm or withdraw a shared cost; see ``sharing.stepped`` for what is refused.

        Raises:
            SharedCostUnknown: the estate has none such.
            SharedCostMoved: somebody else took a step at the same moment.
        """
        before = self.get_cost(estate_id, period, cost_id)
        act = Transaction(hand.by, f"{name}_shared_cost", hand.at)
        after = act.change(COST, before, stepped(before, name, hand, reason), otherwise=SharedCostMoved)
        self._store.commit(act)
        return after
