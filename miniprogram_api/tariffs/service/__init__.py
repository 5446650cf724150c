"""Tariffs as other rooms ask for them: the book of a period, the facts of rooms, a tariff as part of an act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.kernel.access import Permission
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.charging import ChargeBook, RoomFacts, Usage
from miniprogram_api.tariffs.lifecycle import ended
from miniprogram_api.tariffs.sharing import SharedState
from miniprogram_api.tariffs.store import HEAD, SETTINGS, TARIFF, TariffHead, TariffStore
from miniprogram_api.tariffs.tariff import (
    AboveLimit,
    Hand,
    Tariff,
    TariffMoved,
    TariffState,
    TariffUnknown,
    check_beside,
    check_pricing,
)
from miniprogram_api.tariffs.terms import FeeSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from miniprogram_api.estates.rules import Room
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.charge import BillKind
    from miniprogram_api.kernel.period import Period
    from miniprogram_api.meters.service import Meters
    from miniprogram_api.tariffs.ordering import Subscription

_REPLACED = "由新标准接替"


class Limits(Protocol):
    """Knows what the government allows (FEE-03)."""

    def limit_for(self, estate_id: str, charge: str, grade: str, on: date) -> int | None:
        """Return the highest price in 0.0001 yuan, or None where the market decides."""
        ...


class Tariffs:
    """The tariffs of all estates."""

    def __init__(self, store: TariffStore, meters: Meters, limits: Limits) -> None:
        self._store = store
        self._meters = meters
        self._limits = limits

    # What a bill run asks

    def book_for(self, estate_id: str, kind: BillKind, period: Period) -> ChargeBook:
        """Return every tariff and confirmed shared cost that decides the bills of a kind and period: 2 queries."""
        approved = [one for one in self._store.list_tariffs(estate_id) if one.counts]
        touching = [one for one in approved if one.touches(period.first_on, period.last_on)]
        costs = self._store.list_costs(estate_id, period)
        return ChargeBook(
            estate_id=estate_id,
            kind=kind,
            period=period,
            tariffs=tuple(one for one in touching if one.kind is kind),
            shared=tuple(one for one in costs if one.pool.kind is kind and one.state is SharedState.CONFIRMED),
            including=tuple(one for one in touching if one.includes),
        )

    def facts_for(self, book: ChargeBook, rooms: Sequence[Room]) -> list[RoomFacts]:
        """Return what the rooms bring along, in their order; abatements are the bills' own.

        Reads a building: its orders (1 query), the parts of shared costs (1 batch read), and where a meter counts its
        meters (1 query) and readings (1 query a month).
        """
        buildings = {building: self._facts_of(book, building) for building in {room.building_id for room in rooms}}
        return [buildings[room.building_id].of(room) for room in rooms]

    def _facts_of(self, book: ChargeBook, building_id: str) -> _BuildingFacts:
        orders = [one for one in self._store.list_orders(book.estate_id, building_id) if one.kind is book.kind]
        costs = [cost.id for cost in book.shared if building_id in cost.pool.buildings]
        used = self._meters.usages(book.estate_id, building_id, book.period, book.meter_kinds)
        return _BuildingFacts(
            orders=[one for one in orders if one.touches(book.period.first_on, book.period.last_on)],
            parts={one.cost_id: one.parts for one in self._store.find_parts(book.estate_id, building_id, costs)},
            usages={
                room_id: {kind: Usage(one.thousandths, one.basis, one.photo_id) for kind, one in kinds.items()}
                for room_id, kinds in used.items()
            },
        )

    # How an estate bills

    def fee_settings(self, estate_id: str) -> FeeSettings:
        """Return how an estate bills; what it never said is the default, without a late fee."""
        return self._store.find_settings(estate_id) or FeeSettings(estate_id)

    def set_fee_settings(self, by: str, after: FeeSettings, now: datetime) -> FeeSettings:
        """Say how an estate bills from now on; the same again changes nothing.

        Raises:
            Conflict: somebody else changed it after it was read.
        """
        before = self._store.find_settings(after.estate_id)
        if before is not None and replace(before, version=after.version) == after:
            return before
        act = Transaction(by, "set_fee_settings", now)
        if before is None:
            act.add(SETTINGS, replace(after, version=0))
        else:
            after = act.change(SETTINGS, replace(before, version=after.version), after)
        self._store.commit(act)
        return after

    # Tariffs

    def access_tariff_by_id(self, principal: Principal, territory: Territory, estate_id: str, tariff_id: str) -> Tariff:
        """Return a tariff; one that never was in force only to who works on tariffs, or raise TariffUnknown."""
        tariff = self._store.get_tariff(estate_id, tariff_id)
        if not tariff.counts and not _works_on_tariffs(principal, territory):
            raise TariffUnknown
        return tariff

    def list_tariffs(self, principal: Principal, territory: Territory, estate_id: str) -> list[Tariff]:
        """List the tariffs in force and past ones by charge and date; drafts only to who works on them."""
        everything = _works_on_tariffs(principal, territory)
        listed = [one for one in self._store.list_tariffs(estate_id) if everything or one.counts]
        return sorted(listed, key=lambda one: (one.kind, one.code, one.valid_from, one.id))

    def list_in_force(self, estate_id: str, on: date) -> list[Tariff]:
        """List the tariffs that hold on a day."""
        return [one for one in self._store.list_tariffs(estate_id) if one.counts and one.touches(on, on)]

    def enact(self, act: Transaction, tariff: Tariff, hand: Hand) -> Tariff:
        """Make a new tariff that others decided on part of an act, in force from its day on (FEE-06).

        Raises:
            TariffUnclear, FormulaWrong, ParkingApart, DecisionMissing: it does not say what it must.
            AboveLimit, TariffOverlap, ChargeIncluded, TariffBackdated, TariffUnknown: see ``make_room``.
            TariffMoved: when the act is committed, if the estate's tariffs changed meanwhile.
        """
        check_pricing(tariff)
        in_force = replace(tariff, state=TariffState.IN_FORCE, approved=hand)
        in_force = self.make_room(act, in_force, hand)
        act.add(TARIFF, in_force, otherwise=TariffMoved)
        return in_force

    def make_room(self, act: Transaction, tariff: Tariff, hand: Hand) -> Tariff:
        """Let a tariff come into force beside the others: ends the one it replaces; returns it with its limit.

        Raises:
            AboveLimit: its price is above the government's limit on its first day (FEE-03); a formula under a limit
                cannot be compared and so is refused too.
            TariffOverlap, ChargeIncluded: it cannot hold beside another.
            TariffBackdated: the one it replaces would end in the past.
            TariffUnknown: the one it replaces is not in force for the same charge.
        """
        self._count(act, tariff.estate_id)
        others = {one.id: one for one in self._store.list_tariffs(tariff.estate_id) if one.counts}
        if tariff.replaces is not None:
            before = others.get(tariff.replaces)
            if before is None or before.code != tariff.code:
                raise TariffUnknown
            others[before.id] = self._ended_before(act, before, tariff.valid_from, hand)
        check_beside(tariff, tuple(others.values()))
        limit = self._limits.limit_for(tariff.estate_id, tariff.code, tariff.grade, tariff.valid_from)
        price = tariff.pricing.unit_price
        if limit is not None and (price is None or price > limit):
            raise AboveLimit(limit=limit)
        return replace(tariff, limit=limit)

    def _ended_before(self, act: Transaction, before: Tariff, first_on: date, hand: Hand) -> Tariff:
        last_on = first_on - timedelta(days=1)
        if before.valid_until is not None and before.valid_until <= last_on:
            return before
        return act.change(TARIFF, before, ended(before, last_on, hand, _REPLACED, closes=False), otherwise=TariffMoved)

    def _count(self, act: Transaction, estate_id: str) -> None:
        """Let no other tariff of the estate come into force or end between our reading and our writing."""
        head = self._store.find_head(estate_id)
        if head is None:
            act.add(HEAD, TariffHead(estate_id), otherwise=TariffMoved)
        else:
            act.change(HEAD, head, head, otherwise=TariffMoved)


class _BuildingFacts:
    """What decides the amounts of one building's rooms, read at once."""

    def __init__(
        self,
        orders: Iterable[Subscription],
        parts: Mapping[str, Mapping[str, int]],
        usages: Mapping[str, Mapping[str, Usage]],
    ) -> None:
        self._orders: dict[str, list[Subscription]] = {}
        for order in orders:
            self._orders.setdefault(order.room_id, []).append(order)
        self._parts = parts
        self._usages = usages

    def of(self, room: Room) -> RoomFacts:
        """Return what one room brings along."""
        return RoomFacts(
            room_id=room.id,
            label=room.label,
            building_id=room.building_id,
            entrance=room.entrance,
            floor=room.floor,
            area=room.area,
            has_lift=room.has_lift,
            usages=self._usages.get(room.id, {}),
            shares={cost_id: parts[room.id] for cost_id, parts in self._parts.items() if room.id in parts},
            subscriptions=tuple(self._orders.get(room.id, ())),
        )


def _works_on_tariffs(principal: Principal, territory: Territory) -> bool:
    return any(principal.may(one, territory) for one in (Permission.TARIFF_EDIT, Permission.TARIFF_APPROVE))
