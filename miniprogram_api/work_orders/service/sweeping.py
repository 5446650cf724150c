"""Look for orders at which something has fallen due (REP-04): every five minutes, a bounded number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import SHARDS
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.work_orders.events import fall_due
from miniprogram_api.work_orders.refusals import OrderMoved
from miniprogram_api.work_orders.store import ORDER, STEP, Orders

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.work_orders.category import Category
    from miniprogram_api.work_orders.rules import Order
    from miniprogram_api.work_orders.service.settings import WorkOrderCategories

_PER_SHARD = 50
"""A run looks at no more than 400 orders; what is left keeps its place in the queue for the next one."""


class WorkOrderSweep:
    """Warns, marks overdue, escalates, reminds, closes."""

    def __init__(self, orders: Orders, categories: WorkOrderCategories) -> None:
        self._orders = orders
        self._categories = categories

    def sweep(self, now: datetime) -> int:
        """Do what has fallen due by ``now`` and return how many steps were taken; running it again does no harm."""
        limits: dict[tuple[str, str], Category] = {}
        return sum(
            self._see_to(found, now, limits)
            for shard in range(SHARDS)
            for found in self._orders.list_due(shard, now, _PER_SHARD)
        )

    def _see_to(self, found: Order, now: datetime, limits: dict[tuple[str, str], Category]) -> int:
        """Take every step that is due for one order, each in a transaction of its own."""
        name = (found.estate_id, found.category)
        if name not in limits:
            limits[name] = self._categories.category_of(*name)
        taken = 0
        order = self._orders.find(found.estate_id, found.id)
        while order is not None:
            happened = fall_due(order, limits[name], now)
            if happened is None:
                break
            after, step = happened
            act = Transaction("system", "sweep_work_orders", now)
            if step is not None:
                act.add(STEP, step, otherwise=OrderMoved)
            version = order.version
            act.change(ORDER, order, after, otherwise=OrderMoved)
            try:
                self._orders.commit(act)
            except OrderMoved:
                break  # a person was faster; the next run sees the order as it then stands
            taken += step is not None
            order = replace(after, version=version + 1)
        return taken
