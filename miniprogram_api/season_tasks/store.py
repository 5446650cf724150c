"""Where tasks of the season, the orders behind them and the cleaning log lie."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from miniprogram_api.season_tasks.rules import CleaningRecord, SeasonOrder, SeasonTask
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_AT_ONCE = 100


def _task_indexes(task: SeasonTask) -> dict[str, Key]:
    entries = {"gsi1": keys.season_task_in_time(task.estate_id, task.ordered_at, task.id)}
    if task.is_open and not task.told_late:
        entries["gsi2"] = keys.season_task_due(keys.shard_of(task.id), task.wanted.due_at, task.id)
    if task.order_id is not None:
        entries["gsi3"] = keys.season_task_of_order(task.order_id, task.estate_id)
    return entries


def _order_indexes(order: SeasonOrder) -> dict[str, Key]:
    entries = {"gsi1": keys.season_order_in_time(order.unit_id, order.ordered_at, order.id)}
    if not order.spread:
        entries["gsi2"] = keys.season_order_open(order.id)
    return entries


TASK = Kind("season_task", SeasonTask, lambda task: keys.season_task(task.estate_id, task.id), _task_indexes)
ORDER = Kind("season_order", SeasonOrder, lambda order: keys.season_order(order.unit_id, order.id), _order_indexes)
CLEANING = Kind(
    "cleaning",
    CleaningRecord,
    lambda record: keys.cleaning(record.estate_id, record.id),
    lambda record: {"gsi1": keys.cleaning_in_time(record.estate_id, record.at, record.id)},
)


class SeasonStore:
    """Tasks, orders and the log in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_task(self, estate_id: str, task_id: str) -> SeasonTask | None:
        """Return a task of the estate, or None."""
        return self._table.find(TASK, keys.season_task(estate_id, task_id))

    def find_order(self, unit_id: str, order_id: str) -> SeasonOrder | None:
        """Return an order of the unit, or None."""
        return self._table.find(ORDER, keys.season_order(unit_id, order_id))

    def list_tasks(self, estate_id: str, limit: int, cursor: str | None) -> Page[SeasonTask]:
        """List the tasks of an estate, newest first."""
        pk = keys.season_task_in_time(estate_id, _ANY_TIME, "").pk
        return self._table.page(TASK, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_orders(self, unit_id: str, limit: int, cursor: str | None) -> Page[SeasonOrder]:
        """List the orders given at a unit, newest first."""
        pk = keys.season_order_in_time(unit_id, _ANY_TIME, "").pk
        return self._table.page(ORDER, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_tasks_of_order(self, order_id: str, limit: int, cursor: str | None) -> Page[SeasonTask]:
        """List the tasks an order gave, by estate."""
        pk = keys.season_task_of_order(order_id, "").pk
        return self._table.page(TASK, pk, index="gsi3", limit=limit, cursor=cursor)

    def list_orders_open(self) -> tuple[SeasonOrder, ...]:
        """List orders that have not reached every estate yet."""
        return self._table.page(ORDER, keys.season_order_open("").pk, index="gsi2", limit=_AT_ONCE).items

    def list_tasks_late(self, shard: int, now: datetime) -> tuple[SeasonTask, ...]:
        """List open tasks of one shard whose time is over and of which nobody was told."""
        pk, latest = keys.season_task_due(shard, now, "~")
        return self._table.page(TASK, pk, index="gsi2", between=("0", latest), limit=_AT_ONCE).items

    def find_cleaning(self, estate_id: str, record_id: str) -> CleaningRecord | None:
        """Return a line of the log, or None."""
        return self._table.find(CLEANING, keys.cleaning(estate_id, record_id))

    def list_cleaning(self, estate_id: str, limit: int, cursor: str | None) -> Page[CleaningRecord]:
        """List the log of an estate, newest first."""
        pk = keys.cleaning_in_time(estate_id, _ANY_TIME, "").pk
        return self._table.page(CLEANING, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)
