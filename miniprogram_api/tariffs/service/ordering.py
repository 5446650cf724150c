"""Order and end what a household has beside the package (FEE-05, FEE-08)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.ordering import (
    NotOffered,
    OrderBackdated,
    OrderMoved,
    OrderUnknown,
    Subscription,
    ended,
)
from miniprogram_api.tariffs.store import ORDER, TariffStore
from miniprogram_api.tariffs.tariff import MENU, Hand

if TYPE_CHECKING:
    from datetime import date

    from miniprogram_api.estates.rules import Room
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.tariffs.service import Tariffs
    from miniprogram_api.tariffs.tariff import Tariff


class MenuOrders:
    """The orders of all rooms."""

    def __init__(self, store: TariffStore, tariffs: Tariffs, estates: Estates) -> None:
        self._store = store
        self._tariffs = tariffs
        self._estates = estates

    def access_room_by_id(self, principal: Principal, estate_id: str, room_id: str) -> Room:
        """Return one of the person's own rooms, or raise OrderUnknown."""
        if room_id not in principal.rooms_in(estate_id):
            raise OrderUnknown
        return self._estates.get_room(estate_id, room_id)

    def room(self, estate_id: str, room_id: str) -> Room:
        """Return a room for who works at the estate, or raise RoomUnknown."""
        return self._estates.get_room(estate_id, room_id)

    def list_of_room(self, room: Room) -> list[Subscription]:
        """List the orders of a room, past ones too."""
        return self._store.list_orders(room.estate_id, room.building_id, room.id)

    def order_from_menu(
        self, room: Room, charge: str, count: int, first_on: date, hand: Hand, order_id: str
    ) -> Subscription:
        """Order an item of the menu for one's own room; parking spaces are let by the staff.

        Raises:
            NotOffered: it is no item of the menu, or not offered to this room on that day.
            OrderBackdated, OrderMoved: see ``order``.
        """
        if not charge.startswith(MENU):
            raise NotOffered
        return self.order(room, charge, count, first_on, hand, order_id)

    def order(
        self, room: Room, charge: str, count: int, first_on: date, hand: Hand, order_id: str, note: str = ""
    ) -> Subscription:
        """Order so many of a charge for a room from a day on; the same request finds it already there.

        Raises:
            NotOffered: no tariff in force that day offers it to this room.
            OrderBackdated: the day has passed.
            OrderMoved: the id came before with different content.
        """
        if first_on < date_of(hand.at):
            raise OrderBackdated
        tariff = self._offered(room, charge, first_on)
        order = Subscription(
            id=order_id,
            estate_id=room.estate_id,
            building_id=room.building_id,
            room_id=room.id,
            charge=charge,
            label=tariff.label,
            kind=tariff.kind,
            count=count,
            first_on=first_on,
            entered=hand,
            note=note,
        )
        act = Transaction(hand.by, "order_charge", hand.at)
        act.add(ORDER, order, otherwise=OrderMoved)
        try:
            self._store.commit(act)
        except OrderMoved:
            there = self._store.get_order(room.estate_id, room.building_id, room.id, order_id)
            if replace(order, entered=there.entered) != there:
                raise
            return there
        return order

    def _offered(self, room: Room, charge: str, on: date) -> Tariff:
        for tariff in self._tariffs.list_in_force(room.estate_id, on):
            here = tariff.scope.holds(room.building_id, room.entrance, room.floor, has_lift=room.has_lift)
            if tariff.code == charge and tariff.pricing.is_counted and here:
                return tariff
        raise NotOffered

    def end(self, room: Room, order_id: str, last_on: date, hand: Hand) -> Subscription:
        """End an order with a day; repeating it changes nothing.

        Raises:
            OrderUnknown: the room has no such order.
            OrderBackdated: see ``ordering.ended``.
            OrderMoved: somebody else ended it at the same moment.
        """
        before = self._store.get_order(room.estate_id, room.building_id, room.id, order_id)
        if before.last_on == last_on:
            return before
        act = Transaction(hand.by, "end_order", hand.at)
        after = act.change(ORDER, before, ended(before, last_on, date_of(hand.at)), otherwise=OrderMoved)
        self._store.commit(act)
        return after

    def end_from_menu(self, room: Room, order_id: str, last_on: date, hand: Hand) -> Subscription:
        """End an order of an item of the menu for one's own room; see ``end``; what staff let, staff ends."""
        before = self._store.get_order(room.estate_id, room.building_id, room.id, order_id)
        if not before.charge.startswith(MENU):
            raise OrderUnknown
        return self.end(room, order_id, last_on, hand)
