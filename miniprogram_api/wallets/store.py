"""Where prepaid money lies in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage import fee_keys
from miniprogram_api.storage.kinds import Kind
from miniprogram_api.wallets.rules import Movement, Wallet

if TYPE_CHECKING:
    from miniprogram_api.storage.table import Table

WALLET = Kind(
    "wallet",
    Wallet,
    lambda wallet: fee_keys.wallet(wallet.estate_id, wallet.room_id),
    lambda wallet: {"gsi1": fee_keys.wallet_filled(wallet.estate_id, wallet.room_id)} if wallet.prepaid_fen > 0 else {},
)
MOVEMENT = Kind("wallet_movement", Movement, lambda one: fee_keys.wallet_movement(one.estate_id, one.room_id, one.ref))


class WalletStore:
    """Wallets and their movements in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_wallet(self, estate_id: str, room_id: str) -> Wallet | None:
        """Return a room's wallet, or None when it never had anything."""
        return self._table.find(WALLET, fee_keys.wallet(estate_id, room_id))
