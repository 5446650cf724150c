"""Prepaid money: as other rooms move it, part of their own act, and as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Permission
from miniprogram_api.wallets.rules import Movement, Wallet, WalletMoved, WalletUnknown, moved
from miniprogram_api.wallets.store import MOVEMENT, WALLET, WalletStore

if TYPE_CHECKING:
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.transaction import Transaction


def access_room(principal: Principal, territory: Territory, room_id: str) -> str:
    """Return the estate's id if the person may see what the room has in hand: their own rooms, or all as staff.

    Raises:
        WalletUnknown: the room is somebody else's.
    """
    estate_id = str(territory.estate_id)
    if not principal.may(Permission.CREDIT_ENTER, territory) and room_id not in principal.rooms_in(estate_id):
        raise WalletUnknown
    return estate_id


class Wallets:
    """The prepaid money of all rooms."""

    def __init__(self, store: WalletStore) -> None:
        self._store = store

    def wallet_of(self, estate_id: str, room_id: str) -> Wallet:
        """Return what a room has prepaid; nothing, when it never prepaid."""
        return self._store.find_wallet(estate_id, room_id) or Wallet(estate_id, room_id)

    def access_wallet_by_id(self, principal: Principal, territory: Territory, room_id: str) -> Wallet:
        """Return what a room has prepaid, for who may see it; see :func:`access_room`."""
        return self.wallet_of(access_room(principal, territory, room_id), room_id)

    def list_movements(
        self, principal: Principal, territory: Territory, room_id: str, limit: int, cursor: str | None
    ) -> Page[Movement]:
        """List the movements of a room's prepaid money, newest first; see :func:`access_room`."""
        return self._store.list_movements(access_room(principal, territory, room_id), room_id, limit, cursor)

    def list_all_movements(self, estate_id: str, room_id: str) -> list[Movement]:
        """Return every movement of a room's prepaid money, read consistently."""
        return self._store.list_all_movements(estate_id, room_id)

    def move(self, act: Transaction, estate_id: str, room_id: str, fen: int, ref: str, summary: str) -> Wallet:
        """Make a movement of a room's prepaid money part of an act; the posting is the caller's to add.

        Raises:
            NotEnoughPrepaid: it would fall below zero.
            WalletMoved: when the act is committed, if the wallet changed meanwhile or ``ref`` moved it before.
        """
        before = self._store.find_wallet(estate_id, room_id)
        after = moved(before or Wallet(estate_id, room_id), fen)
        if before is None:
            act.add(WALLET, after, otherwise=WalletMoved)
        else:
            act.change(WALLET, before, after, otherwise=WalletMoved)
        movement = Movement(estate_id, room_id, ref, fen, after.prepaid_fen, summary, act.at)
        act.add(MOVEMENT, movement, otherwise=WalletMoved)
        return after
