"""Where tariffs, fee settings, orders, shared costs and service standards lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from miniprogram_api.storage import fee_keys
from miniprogram_api.storage.kinds import Kind
from miniprogram_api.tariffs.ordering import OrderUnknown, Subscription
from miniprogram_api.tariffs.sharing import SharedCost, SharedCostUnknown, SharedParts
from miniprogram_api.tariffs.standards import ServiceStandard
from miniprogram_api.tariffs.tariff import Tariff, TariffUnknown
from miniprogram_api.tariffs.terms import FeeSettings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from miniprogram_api.kernel.period import Period
    from miniprogram_api.storage.table import Table


@dataclass(frozen=True, slots=True)
class TariffHead:
    """Counts in ``version`` how often a tariff of the estate came into force."""

    estate_id: str
    version: int = 0


TARIFF = Kind("tariff", Tariff, lambda tariff: fee_keys.tariff(tariff.estate_id, tariff.id))
HEAD = Kind("tariff_head", TariffHead, lambda head: fee_keys.tariff_head(head.estate_id))
SETTINGS = Kind("fee_settings", FeeSettings, lambda settings: fee_keys.fee_settings(settings.estate_id))
ORDER = Kind(
    "fee_order",
    Subscription,
    lambda order: fee_keys.order_of_room(order.estate_id, order.building_id, order.room_id, order.id),
)
COST = Kind("shared_cost", SharedCost, lambda cost: fee_keys.shared_cost(cost.estate_id, cost.month, cost.id))
PARTS = Kind(
    "shared_parts",
    SharedParts,
    lambda parts: fee_keys.shared_parts(parts.estate_id, parts.cost_id, parts.building_id),
)
STANDARD = Kind(
    "service_standard",
    ServiceStandard,
    lambda standard: fee_keys.service_standard(standard.unit_id, standard.valid_from),
)


class TariffStore:
    """All of it in the table, read consistently."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def list_tariffs(self, estate_id: str) -> list[Tariff]:
        """List every tariff an estate ever had: some dozens."""
        return self._table.all_of(TARIFF, fee_keys.tariffs(estate_id), prefix="TARIFF#")

    def get_tariff(self, estate_id: str, tariff_id: str) -> Tariff:
        """Return a tariff of the estate, or raise TariffUnknown."""
        tariff = self._table.find(TARIFF, fee_keys.tariff(estate_id, tariff_id))
        if tariff is None:
            raise TariffUnknown
        return tariff

    def find_head(self, estate_id: str) -> TariffHead | None:
        """Return the count of an estate that ever had a tariff in force."""
        return self._table.find(HEAD, fee_keys.tariff_head(estate_id))

    def find_settings(self, estate_id: str) -> FeeSettings | None:
        """Return how an estate bills, or None where it never said."""
        return self._table.find(SETTINGS, fee_keys.fee_settings(estate_id))

    def list_orders(self, estate_id: str, building_id: str, room_id: str = "") -> list[Subscription]:
        """List the orders of a room, or of all rooms of a building, past ones too."""
        prefix = f"ORDER#{room_id}#" if room_id else "ORDER#"
        return self._table.all_of(ORDER, fee_keys.orders_of_building(estate_id, building_id), prefix=prefix)

    def get_order(self, estate_id: str, building_id: str, room_id: str, order_id: str) -> Subscription:
        """Return an order of the room, or raise OrderUnknown."""
        order = self._table.find(ORDER, fee_keys.order_of_room(estate_id, building_id, room_id, order_id))
        if order is None:
            raise OrderUnknown
        return order

    def list_costs(self, estate_id: str, period: Period) -> list[SharedCost]:
        """List the shared costs whose whole period lies within another."""
        months = period.each_month()
        between = (f"COST#{months[0]}#", f"COST#{months[-1]}#~")
        costs = self._table.all_of(COST, fee_keys.shared_costs(estate_id), between=between)
        return [cost for cost in costs if cost.lies_within(period)]

    def get_cost(self, estate_id: str, month: str, cost_id: str) -> SharedCost:
        """Return a shared cost, or raise SharedCostUnknown."""
        cost = self._table.find(COST, fee_keys.shared_cost(estate_id, month, cost_id))
        if cost is None:
            raise SharedCostUnknown
        return cost

    def find_parts(self, estate_id: str, building_id: str, cost_ids: Iterable[str]) -> list[SharedParts]:
        """Return what a building's rooms bear of shared costs, in one round trip a hundred."""
        keys = [fee_keys.shared_parts(estate_id, cost_id, building_id) for cost_id in cost_ids]
        return list(self._table.find_all(PARTS, keys).values())

    def list_standards(self, unit_id: str) -> list[ServiceStandard]:
        """List the service standards a unit laid down, by the day they begin: one in some years."""
        return self._table.all_of(STANDARD, fee_keys.service_standards(unit_id))

    def find_standard(self, unit_id: str, valid_from: date) -> ServiceStandard | None:
        """Return the standard that begins on a day, or None."""
        return self._table.find(STANDARD, fee_keys.service_standard(unit_id, valid_from))
