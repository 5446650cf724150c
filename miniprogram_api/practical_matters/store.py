"""Where the ledgers lie: one partition per city in tree order, so that a prefix is everything below a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.practical_matters.rules import Matter, MatterUnknown, OrdersUnknown
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction


def _indexes(matter: Matter) -> dict[str, Key]:
    if matter.estate_id is None:
        return {}
    return {"gsi1": keys.practical_matter_of_estate(matter.estate_id, matter.opened_at, matter.id)}


MATTER = Kind("practical_matter", Matter, lambda matter: keys.practical_matter(matter.units, matter.id), _indexes)


class Ledger:
    """Practical matters in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def get(self, path: tuple[str, ...], matter_id: str) -> Matter:
        """Return a matter kept by the unit at ``path``, or raise MatterUnknown."""
        matter = self._table.find(MATTER, keys.practical_matter(path, matter_id))
        if matter is None:
            raise MatterUnknown
        return matter

    def list_below(self, path: tuple[str, ...], limit: int, cursor: str | None) -> Page[Matter]:
        """List the matters of a unit and of everything below it."""
        pk, prefix = keys.practical_matter(path, "")
        return self._table.page(MATTER, pk, prefix=prefix, limit=limit, cursor=cursor)

    def all_below(self, path: tuple[str, ...]) -> list[Matter]:
        """Return every matter of a unit and of everything below it: some hundreds a year."""
        pk, prefix = keys.practical_matter(path, "")
        return self._table.all_of(MATTER, pk, prefix=prefix)

    def list_of_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[Matter]:
        """List the matters of one estate, newest first."""
        pk = keys.practical_matters_of_estate(estate_id)
        return self._table.page(MATTER, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def require_orders(self, act: Transaction, estate_id: str, order_ids: tuple[str, ...]) -> None:
        """Let the act happen only if these work orders exist in the estate."""
        for order_id in order_ids:
            act.require(keys.work_order(estate_id, order_id), otherwise=OrdersUnknown)
