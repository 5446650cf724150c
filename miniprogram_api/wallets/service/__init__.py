"""Prepaid money as other rooms move it: part of their own act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.wallets.rules import Movement, Wallet, WalletMoved, moved
from miniprogram_api.wallets.store import MOVEMENT, WALLET, WalletStore

if TYPE_CHECKING:
    from miniprogram_api.storage.transaction import Transaction


class Wallets:
    """The prepaid money of all rooms."""

    def __init__(self, store: WalletStore) -> None:
        self._store = store

    def wallet_of(self, estate_id: str, room_id: str) -> Wallet:
        """Return what a room has prepaid; nothing, when it never prepaid."""
        return self._store.find_wallet(estate_id, room_id) or Wallet(estate_id, room_id)

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
