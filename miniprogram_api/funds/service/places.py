"""Open and close the places of the common money, and give them a keeper (FND-05, FND-03)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.funds.places import (
    Holder,
    KeeperUnknown,
    Place,
    PlaceChanged,
    PlaceKeyReused,
    PlaceKind,
    PlaceUnknown,
    checked,
)
from miniprogram_api.funds.store import PLACE, PlaceStore
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from miniprogram_api.funds.ledger import AccountKind
    from miniprogram_api.identity.rules import HeldGrant
    from miniprogram_api.kernel.access import Principal

KEEPERS = frozenset(
    {Role.COMMITTEE, Role.MANAGER, Role.FINANCE, Role.COMPANY_ADMIN, Role.COMMUNITY, Role.STREET, Role.BUILDING_HEAD}
)
"""Who may keep an account: somebody with a post at the estate."""


class Posts(Protocol):
    """The part of the appointments that the common money needs."""

    def people_at(self, *, estate_id: str, roles: Collection[Role], now: datetime) -> Iterable[HeldGrant]:
        """List who holds one of the roles at an estate now."""
        ...


class Places:
    """The places of money of all estates."""

    def __init__(self, store: PlaceStore, posts: Posts) -> None:
        self._store = store
        self._posts = posts

    def open_place(
        self,
        principal: Principal,
        estate_id: str,
        kind: PlaceKind,
        holder: Holder,
        name: str,
        bank: str,
        last4: str,
        purposes: frozenset[AccountKind],
        keeper: str,
        key: str,
        now: datetime,
    ) -> Place:
        """Register a place of money with its one keeper (FND-05).

        Raises:
            PrivateHolderRefused, PurposesMixed: see the rule.
            KeeperUnknown: the keeper holds no post at the estate.
            PlaceKeyReused: the key came before with different content.
        """
        by = principal.account_id
        place_id = derived_id("mac", by, estate_id, "open_place", key)
        keeper_name = self._name_of(estate_id, keeper, now)
        place = checked(
            Place(place_id, estate_id, kind, holder, name, bank, last4, purposes, keeper, keeper_name, by, now)
        )
        act = Transaction(by, "open_place_of_money", now)
        act.add(PLACE, place, otherwise=PlaceKeyReused)
        try:
            self._store.commit(act)
        except PlaceKeyReused:
            there = self.get_place(estate_id, place_id)
            same = replace(there, opened_at=now, keeper=keeper, keeper_name=keeper_name, open=True, version=0)
            if same != place:
                raise
            return there
        return place

    def change_keeper(self, principal: Principal, estate_id: str, place_id: str, keeper: str, now: datetime) -> Place:
        """Hand a place over to another keeper; repeating it changes nothing.

        Raises:
            PlaceUnknown, KeeperUnknown, PlaceChanged: see there.
        """
        place = self.get_place(estate_id, place_id)
        after = place.kept_by(keeper, self._name_of(estate_id, keeper, now))
        return self._write(principal, "change_keeper", place, after, now)

    def close_place(self, principal: Principal, estate_id: str, place_id: str, now: datetime) -> Place:
        """Let no more money come to a place; what was booked stays. Repeating it changes nothing."""
        place = self.get_place(estate_id, place_id)
        return self._write(principal, "close_place_of_money", place, replace(place, open=False), now)

    def get_place(self, estate_id: str, place_id: str) -> Place:
        """Return a place of money of the estate, or raise PlaceUnknown."""
        place = self._store.find(estate_id, place_id)
        if place is None:
            raise PlaceUnknown
        return place

    def list_places(self, estate_id: str) -> list[Place]:
        """List the places of money of an estate."""
        return self._store.list_all(estate_id)

    def use(self, act: Transaction, estate_id: str, place_id: str, purpose: AccountKind) -> Place:
        """Make money of a purpose come to or leave a place part of an act; it must still be open then.

        Raises:
            PlaceUnknown, PurposeNotHeld, PlaceChanged: see there; the last one also when the act is committed.
        """
        place = self.take_part(act, estate_id, place_id)
        place.holds(purpose)
        return place

    def take_part(self, act: Transaction, estate_id: str, place_id: str) -> Place:
        """Let an act happen only while the place is open and keeps its keeper; PlaceUnknown when there is none."""
        place = self.get_place(estate_id, place_id)
        self._store.require(act, place)
        return place

    def keepers_at(self, estate_id: str, now: datetime) -> list[HeldGrant]:
        """Return who may keep an account of the estate, each person once."""
        held = self._posts.people_at(estate_id=estate_id, roles=KEEPERS, now=now)
        return list({one.account_id: one for one in held}.values())

    def _name_of(self, estate_id: str, keeper: str, now: datetime) -> str:
        held = self._posts.people_at(estate_id=estate_id, roles=KEEPERS, now=now)
        names = [one.display_name for one in held if one.account_id == keeper]
        if not names:
            raise KeeperUnknown
        return names[0]

    def _write(self, principal: Principal, verb: str, place: Place, after: Place, now: datetime) -> Place:
        if after == place:
            return place
        act = Transaction(principal.account_id, verb, now)
        after = act.change(PLACE, place, after, otherwise=PlaceChanged)
        self._store.commit(act)
        return after
