"""Order tasks of the season, do them with photos at both ends, and keep the cleaning log that residents read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.season_tasks.rules import (
    LOGGED,
    CleaningKind,
    CleaningRecord,
    DueInThePast,
    LogIncomplete,
    Mark,
    SeasonKeyReused,
    SeasonOrder,
    SeasonOrderUnknown,
    SeasonTask,
    SeasonTaskMoved,
    SeasonTaskUnknown,
    TaskState,
    Wanted,
    cancelled,
    finished,
    started,
)
from miniprogram_api.season_tasks.store import CLEANING, ORDER, TASK, SeasonStore
from miniprogram_api.storage.cursor import CursorStale
from miniprogram_api.storage.keys import SHARDS
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

ESTATES_AT_ONCE = 40
PAGES_AT_ONCE = 3
"""An order reaches the first 120 estates within its request; the sweep passes it on to the others."""


class SeasonTasks:
    """The tasks and the log of all estates."""

    def __init__(self, store: SeasonStore, estates: Estates, photos: Photos) -> None:
        self._store = store
        self._estates = estates
        self._photos = photos

    def order_for_estate(
        self, principal: Principal, estate_id: str, wanted: Wanted, key: str, now: datetime
    ) -> SeasonTask:
        """Order one task at one estate (REP-14).

        Raises:
            DueInThePast: it could not be done in time any more.
            SeasonKeyReused: the key came before with different content.
        """
        if wanted.due_at <= now:
            raise DueInThePast
        by = principal.account_id
        task_id = derived_id("season", by, estate_id, "order_season_task", key)
        name = self._estates.get_estate(estate_id).name
        task = SeasonTask(task_id, estate_id, name, wanted, by, principal.display_name, now)
        act = Transaction(by, "order_season_task", now)
        act.add(TASK, task, otherwise=SeasonKeyReused)
        try:
            self._store.commit(act)
        except SeasonKeyReused:
            there = self.get_task(estate_id, task_id)
            if there.wanted != wanted:
                raise
            return there
        return task

    def order_for_unit(
        self, principal: Principal, unit_id: str, wanted: Wanted, key: str, now: datetime
    ) -> SeasonOrder:
        """Order one task at every estate below a unit, as on a day of snow (REP-14).

        Raises:
            DueInThePast: it could not be done in time any more.
            SeasonKeyReused: the key came before with different content.
        """
        if wanted.due_at <= now:
            raise DueInThePast
        by = principal.account_id
        order_id = derived_id("sorder", by, unit_id, "order_season_tasks", key)
        units = self._estates.get_unit(unit_id).path
        order = SeasonOrder(order_id, unit_id, units, wanted, by, principal.display_name, now)
        act = Transaction(by, "order_season_tasks", now)
        act.add(ORDER, order, otherwise=SeasonKeyReused)
        try:
            self._store.commit(act)
        except SeasonKeyReused:
            order = self.get_order(unit_id, order_id)
            if order.wanted != wanted:
                raise
        return self._spread(order, now)

    def _spread(self, order: SeasonOrder, now: datetime) -> SeasonOrder:
        """Pass an order on to the next estates; each gets its one task however often this is repeated."""
        for _ in range(PAGES_AT_ONCE):
            if order.spread:
                break
            try:
                after = self._pass_on(order, now)
            except CursorStale:  # the key that signs it was changed since: begin again
                after = replace(order, cursor=None, reached=0)
            act = Transaction("system", "spread_season_order", now)
            after = act.change(ORDER, order, after)
            try:
                self._store.commit(act)
            except Conflict:
                return self.get_order(order.unit_id, order.id)  # the request and the sweep met; the other goes on
            order = after
        return order

    def _pass_on(self, order: SeasonOrder, now: datetime) -> SeasonOrder:
        below = self._estates.get_unit(order.unit_id).territory
        page = self._estates.list_estates_below(below, ESTATES_AT_ONCE, order.cursor)
        for estate in page.items:
            self._give(order, estate.id, estate.name, now)
        return replace(order, reached=order.reached + len(page.items), cursor=page.next, spread=page.next is None)

    def _give(self, order: SeasonOrder, estate_id: str, estate_name: str, now: datetime) -> None:
        act = Transaction(order.ordered_by, "order_season_task", now)
        act.add(TASK, order.task_for(estate_id, estate_name))
        with suppress(Conflict):
            self._store.commit(act)

    def get_task(self, estate_id: str, task_id: str) -> SeasonTask:
        """Return a task of the estate, or raise SeasonTaskUnknown."""
        task = self._store.find_task(estate_id, task_id)
        if task is None:
            raise SeasonTaskUnknown
        return task

    def get_order(self, unit_id: str, order_id: str) -> SeasonOrder:
        """Return an order of the unit, or raise SeasonOrderUnknown."""
        order = self._store.find_order(unit_id, order_id)
        if order is None:
            raise SeasonOrderUnknown
        return order

    def list_tasks(self, estate_id: str, limit: int, cursor: str | None) -> Page[SeasonTask]:
        """List the tasks of an estate, newest first."""
        return self._store.list_tasks(estate_id, limit, cursor)

    def list_orders(self, unit_id: str, limit: int, cursor: str | None) -> Page[SeasonOrder]:
        """List the orders given at a unit, newest first."""
        return self._store.list_orders(unit_id, limit, cursor)

    def list_tasks_of_order(self, unit_id: str, order_id: str, limit: int, cursor: str | None) -> Page[SeasonTask]:
        """List how far each estate came with an order, or raise SeasonOrderUnknown."""
        return self._store.list_tasks_of_order(self.get_order(unit_id, order_id).id, limit, cursor)

    def photos_of(self, task: SeasonTask) -> list[PhotoShown]:
        """Return what is shown of a task's photos."""
        marks = [mark for mark in (task.started, task.finished) if mark is not None]
        return self._photos.show(task.estate_id, [photo_id for mark in marks for photo_id in mark.photo_ids])

    def start(
        self, principal: Principal, estate_id: str, task_id: str, photo_ids: tuple[str, ...], now: datetime
    ) -> SeasonTask:
        """Begin a task, with a photo of how it looks before; repeating it changes nothing.

        Raises:
            SeasonTaskUnknown, IllegalTransition, InputMissing, SeasonTaskMoved, PhotoNotYours: see there.
        """
        task = self.get_task(estate_id, task_id)
        if _is_repeated(task.started, principal, photo_ids):
            return task
        after = started(task, _mark(principal, photo_ids, now))
        return self._write(principal, "start_season_task", task, after, now, photo_ids)

    def finish(
        self,
        principal: Principal,
        estate_id: str,
        task_id: str,
        photo_ids: tuple[str, ...],
        note: str,
        area: str,
        method: str,
        now: datetime,
    ) -> SeasonTask:
        """Finish a task, with a photo of how it looks now; a disinfection also becomes a line of the log (REP-15).

        Raises:
            LogIncomplete: a disinfection without area or method.
            SeasonTaskUnknown, IllegalTransition, InputMissing, SeasonTaskMoved, PhotoNotYours: see there.
        """
        task = self.get_task(estate_id, task_id)
        if _is_repeated(task.finished, principal, photo_ids):
            return task
        after = finished(task, _mark(principal, photo_ids, now), note)
        record = None
        if task.wanted.kind in LOGGED:
            kind = CleaningKind.DISINFECTION
            record = _line(principal, estate_id, kind, area, method, photo_ids, now, task.id)
        return self._write(principal, "finish_season_task", task, after, now, photo_ids, record)

    def cancel(self, principal: Principal, estate_id: str, task_id: str, reason: str, now: datetime) -> SeasonTask:
        """Call a task off; repeating it changes nothing.

        Raises:
            SeasonTaskUnknown, IllegalTransition, InputMissing, SeasonTaskMoved: see there.
        """
        task = self.get_task(estate_id, task_id)
        if task.state is TaskState.CANCELLED and task.reason == reason:
            return task
        after = cancelled(task, principal.account_id, reason)
        return self._write(principal, "cancel_season_task", task, after, now)

    def _write(
        self,
        principal: Principal,
        verb: str,
        task: SeasonTask,
        after: SeasonTask,
        now: datetime,
        photo_ids: Iterable[str] = (),
        record: CleaningRecord | None = None,
    ) -> SeasonTask:
        act = Transaction(principal.account_id, verb, now)
        # Passing its due time at this moment is no reason to refuse a step.
        after = act.change(TASK, task, after, unchanged=("state",), otherwise=SeasonTaskMoved)
        if record is not None:
            act.add(CLEANING, record)
        self._photos.attach(act, task.estate_id, photo_ids, task.id, verb)
        self._store.commit(act)
        return after

    def log_cleaning(
        self,
        principal: Principal,
        estate_id: str,
        kind: CleaningKind,
        area: str,
        method: str,
        photo_ids: tuple[str, ...],
        key: str,
        now: datetime,
    ) -> CleaningRecord:
        """Add a line to the log that everybody of the estate reads (REP-15).

        Raises:
            LogIncomplete: area or method is missing.
            SeasonKeyReused: the key came before with different content.
            PhotoNotYours: a photo cannot be used.
        """
        by = principal.account_id
        record = _line(principal, estate_id, kind, area, method, photo_ids, now, None)
        record = replace(record, id=derived_id("clean", by, estate_id, "log_cleaning", key))
        act = Transaction(by, "log_cleaning", now)
        act.add(CLEANING, record, otherwise=SeasonKeyReused)
        self._photos.attach(act, estate_id, photo_ids, record.id, "cleaning")
        try:
            self._store.commit(act)
        except SeasonKeyReused:
            there = self._store.find_cleaning(estate_id, record.id)
            if there is None or replace(there, at=now) != record:
                raise
            return there
        return record

    def list_cleaning(
        self, estate_id: str, limit: int, cursor: str | None
    ) -> tuple[Page[CleaningRecord], list[PhotoShown]]:
        """List the log of an estate, newest first, with what is shown of its photos."""
        page = self._store.list_cleaning(estate_id, limit, cursor)
        return page, self._photos.show(estate_id, [photo_id for record in page.items for photo_id in record.photo_ids])

    def sweep(self, now: datetime) -> int:
        """Pass open orders on, and mark late tasks so that their people are told once; return how much was done."""
        done = 0
        for order in self._store.list_orders_open():
            self._spread(order, now)
            done += 1
        for shard in range(SHARDS):
            for task in self._store.list_tasks_late(shard, now):
                act = Transaction("system", "mark_season_task_late", now)
                act.change(TASK, task, replace(task, told_late=True), unchanged=("state", "told_late"))
                with suppress(Conflict):  # it was finished at this very moment
                    self._store.commit(act)
                    done += 1
        return done


def _mark(principal: Principal, photo_ids: tuple[str, ...], now: datetime) -> Mark:
    return Mark(principal.account_id, principal.display_name, now, photo_ids)


def _is_repeated(mark: Mark | None, principal: Principal, photo_ids: tuple[str, ...]) -> bool:
    return mark is not None and (mark.by, mark.photo_ids) == (principal.account_id, photo_ids)


def _line(
    principal: Principal,
    estate_id: str,
    kind: CleaningKind,
    area: str,
    method: str,
    photo_ids: tuple[str, ...],
    now: datetime,
    task_id: str | None,
) -> CleaningRecord:
    if not area or not method:
        raise LogIncomplete
    record_id = derived_id("clean", task_id or "")
    by, by_name = principal.account_id, principal.display_name
    return CleaningRecord(record_id, estate_id, kind, area, method, by, by_name, now, photo_ids, task_id)
