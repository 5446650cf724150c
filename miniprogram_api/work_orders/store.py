"""Where work orders lie: one partition per order with its steps; queues are sparse index entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind
from miniprogram_api.work_orders.bulletin import SIMILAR_WITHIN, BulletinLine
from miniprogram_api.work_orders.category import CategorySetting
from miniprogram_api.work_orders.refusals import OrderUnknown, SpotUnknown
from miniprogram_api.work_orders.rules import Holder, Order, OrderState, Step
from miniprogram_api.work_orders.vendor import JobLink, Vendor

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.kernel.errors import Problem
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.place import PlaceInEstate
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction


def _queue_of(holder: Holder, at: datetime, order_id: str) -> Key:
    if holder.account_id is not None:
        return keys.work_order_of_holder(holder.account_id, at, order_id)
    return keys.work_order_of_post(holder.unit_id or holder.estate_id or "", at, order_id)


def _order_indexes(order: Order) -> dict[str, Key]:
    entries = {"gsi1": keys.work_order_on_board(order.estate_id, order.state, order.opened_at, order.id)}
    calling = order.call_back is not None and order.call_back.done_at is None
    if order.holder is not None:
        entries["gsi2"] = _queue_of(order.holder, order.next_look_at or order.state_since, order.id)
    elif calling and order.call_back is not None:
        entries["gsi2"] = keys.work_order_of_post(order.units[-1], order.call_back.since, order.id)
    if order.reporter_id is not None:
        entries["gsi3"] = keys.work_order_of_reporter(order.reporter_id, order.opened_at, order.id)
    if order.next_look_at is not None:
        entries["gsi4"] = keys.work_order_due(keys.shard_of(order.id), order.next_look_at, order.id)
    return entries


def _step_indexes(step: Step) -> dict[str, Key]:
    entries = {}
    if step.number == 1:
        entries["gsi1"] = keys.work_order_number(step.estate_id, step.order_id[-6:].upper(), step.order_id)
    if step.assigned_to is not None:
        entries["gsi2"] = keys.work_order_given_to(step.assigned_to, step.at, step.order_id)
    return entries


ORDER = Kind("work_order", Order, lambda order: keys.work_order(order.estate_id, order.id), _order_indexes)
STEP = Kind(
    "work_order_step",
    Step,
    lambda step: keys.work_order_step(step.estate_id, step.order_id, step.number),
    _step_indexes,
)
BULLETIN = Kind(
    "bulletin_line", BulletinLine, lambda line: keys.bulletin(line.estate_id, line.opened_at, line.order_id)
)
CATEGORY = Kind(
    "work_category",
    CategorySetting,
    lambda setting: keys.work_category(setting.estate_id, setting.category.code),
)
VENDOR = Kind("vendor", Vendor, lambda vendor: keys.vendor(vendor.estate_id, vendor.id))
JOB_LINK = Kind("job_link", JobLink, lambda link: keys.job_link(link.token_hash), expires=lambda link: link.ends_at)


class Orders:
    """Work orders and what belongs to them, in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, estate_id: str, order_id: str) -> Order | None:
        """Return an order of an estate, or None: one read."""
        return self._table.find(ORDER, keys.work_order(estate_id, order_id))

    def get(self, estate_id: str, order_id: str) -> Order:
        """Return an order of an estate, or raise OrderUnknown."""
        order = self.find(estate_id, order_id)
        if order is None:
            raise OrderUnknown
        return order

    def get_with_steps(self, estate_id: str, order_id: str) -> tuple[Order, list[Step]]:
        """Return an order with its timeline in one query, or raise OrderUnknown."""
        order, steps = None, list[Step]()
        for kind, body in self._table.collection(keys.work_order(estate_id, order_id).pk):
            if kind == ORDER.name:
                order = ORDER.entity_of(body)
            elif kind == STEP.name:
                steps.append(STEP.entity_of(body))
        if order is None:
            raise OrderUnknown
        return order, steps

    def find_step(self, estate_id: str, order_id: str, number: int) -> Step | None:
        """Return one step of an order, or None."""
        return self._table.find(STEP, keys.work_order_step(estate_id, order_id, number))

    def list_board(self, estate_id: str, state: OrderState, limit: int, cursor: str | None) -> Page[Order]:
        """List the orders of an estate in one state, oldest first."""
        pk = keys.board(estate_id, state)
        return self._table.page(ORDER, pk, index="gsi1", limit=limit, cursor=cursor)

    def all_opened(self, estate_id: str, state: OrderState, start: datetime, end: datetime) -> list[Order]:
        """Return every order of an estate in one state that was opened in ``[start, end)``."""
        between = (keys.instant(start), keys.instant(end))
        return self._table.all_of(ORDER, keys.board(estate_id, state), index="gsi1", between=between)

    def list_held_by(self, account_id: str, limit: int, cursor: str | None) -> Page[Order]:
        """List what one person holds now, the most pressing first."""
        return self._table.page(ORDER, keys.held_by(account_id), index="gsi2", limit=limit, cursor=cursor)

    def list_held_at(self, place_id: str, limit: int, cursor: str | None) -> Page[Order]:
        """List what a post (an estate's desk, a community, a street) holds now, the most pressing first."""
        return self._table.page(ORDER, keys.held_at(place_id), index="gsi2", limit=limit, cursor=cursor)

    def list_reported_by(self, account_id: str, limit: int, cursor: str | None) -> Page[Order]:
        """List what one person reported, newest first."""
        pk = keys.reported_by(account_id)
        return self._table.page(ORDER, pk, index="gsi3", limit=limit, cursor=cursor, newest_first=True)

    def list_due(self, shard: int, until: datetime, limit: int) -> tuple[Order, ...]:
        """Return orders of one shard at which something may be due by ``until``."""
        between = ("0", keys.instant(until) + "~")
        return self._table.page(ORDER, keys.orders_due(shard), index="gsi4", between=between, limit=limit).items

    def find_by_number(self, estate_id: str, number: str) -> list[Order]:
        """Return the orders of an estate with a short number; hardly ever more than one."""
        pk = keys.work_order_number(estate_id, number, "").pk
        steps = self._table.page(STEP, pk, index="gsi1", prefix=f"{number}#", limit=5).items
        found = self._table.find_all(ORDER, [keys.work_order(estate_id, step.order_id) for step in steps])
        return list(found.values())

    def count_held_by(self, account_id: str) -> int:
        """Return how many open orders one person holds."""
        return self._table.count(keys.held_by(account_id), index="gsi2")

    def last_given_to(self, account_id: str) -> datetime | None:
        """Return when somebody was last given a job, or None."""
        pk = keys.given_to(account_id)
        steps = self._table.page(STEP, pk, index="gsi2", limit=1, newest_first=True).items
        return steps[0].at if steps else None

    # The bulletin

    def find_line(self, line: BulletinLine) -> BulletinLine | None:
        """Return the line that is shown for an order now, or None."""
        return self._table.find(BULLETIN, BULLETIN.key(line))

    def list_bulletin(self, estate_id: str, limit: int, cursor: str | None) -> Page[BulletinLine]:
        """List the bulletin of an estate, newest first."""
        pk = keys.bulletin_of(estate_id)
        return self._table.page(BULLETIN, pk, limit=limit, cursor=cursor, newest_first=True)

    def recent_lines(self, estate_id: str, now: datetime) -> tuple[BulletinLine, ...]:
        """Return the newest hundred bulletin lines of the last fourteen days, in one query."""
        between = (keys.instant(now - SIMILAR_WITHIN), keys.instant(now) + "~")
        pk = keys.bulletin_of(estate_id)
        return self._table.page(BULLETIN, pk, between=between, limit=100, newest_first=True).items

    # Settings, third parties, links

    def find_category(self, estate_id: str, code: str) -> CategorySetting | None:
        """Return what an estate has set for a category, or None."""
        return self._table.find(CATEGORY, keys.work_category(estate_id, code))

    def all_categories(self, estate_id: str) -> list[CategorySetting]:
        """Return everything an estate has set; as many as it has categories."""
        return self._table.all_of(CATEGORY, keys.work_category(estate_id, "").pk, prefix="CATEGORY#")

    def find_vendor(self, estate_id: str, vendor_id: str) -> Vendor | None:
        """Return a third party of an estate, or None."""
        return self._table.find(VENDOR, keys.vendor(estate_id, vendor_id))

    def list_vendors(self, estate_id: str, limit: int, cursor: str | None) -> Page[Vendor]:
        """List the third parties of an estate."""
        return self._table.page(VENDOR, keys.vendor(estate_id, "").pk, limit=limit, cursor=cursor)

    def find_link(self, token_hash: str) -> JobLink | None:
        """Return what a link opens, or None."""
        return self._table.find(JOB_LINK, keys.job_link(token_hash))

    # Checks inside an act, which cost no read

    def require_place(self, act: Transaction, estate_id: str, place: PlaceInEstate) -> None:
        """Let the act happen only if the place exists and is called what the reporter was shown."""
        if place.room_id is not None:
            act.require(keys.room(estate_id, place.room_id), otherwise=SpotUnknown, label=place.label, ended_at=None)
        elif place.facility_id is not None:
            act.require(keys.facility(estate_id, place.facility_id), otherwise=SpotUnknown, place=place.label)
        elif place.building_id is not None:
            name = place.label.removesuffix(place.entrance or "")
            act.require(keys.building(estate_id, place.building_id), otherwise=SpotUnknown, name=name)

    def require_category(self, act: Transaction, estate_id: str, code: str, *, otherwise: type[Problem]) -> None:
        """Let the act happen only if the estate has added this category of its own."""
        act.require(keys.work_category(estate_id, code), otherwise=otherwise)

    def require_card(
        self, act: Transaction, locator: str, secret: str, *, otherwise: type[Problem], **fields: str
    ) -> None:
        """Let the act happen only if the card of this token is as said."""
        act.require(keys.card_token(locator, secret), otherwise=otherwise, **fields)
