"""The rooms of money: the ledger, prices, tariffs, meters, bills, wallets, payments, receipts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from miniprogram_api.container.house import HouseRooms

if TYPE_CHECKING:
    from miniprogram_api.billing.service import Bills
    from miniprogram_api.billing.store import BillStore
    from miniprogram_api.funds.service import Ledger
    from miniprogram_api.funds.store import LedgerStore
    from miniprogram_api.receipts.service import Receipts
    from miniprogram_api.receipts.store import ReceiptStore
    from miniprogram_api.wallets.service import Wallets
    from miniprogram_api.wallets.store import WalletStore


class FeeRooms(HouseRooms):
    """The rooms of money, each built when first used."""

    # The ledger

    @cached_property
    def _ledger_store(self) -> LedgerStore:
        from miniprogram_api.funds.store import LedgerStore

        return LedgerStore(self.table)

    @cached_property
    def ledger(self) -> Ledger:
        """The books of all estates and companies."""
        from miniprogram_api.funds.service import Ledger

        return Ledger(self._ledger_store)

    # Bills

    @cached_property
    def _bill_store(self) -> BillStore:
        from miniprogram_api.billing.store import BillStore

        return BillStore(self.table)

    @cached_property
    def bills(self) -> Bills:
        """The bills of all estates."""
        from miniprogram_api.billing.service import Bills

        return Bills(self._bill_store)

    # Wallets

    @cached_property
    def _wallet_store(self) -> WalletStore:
        from miniprogram_api.wallets.store import WalletStore

        return WalletStore(self.table)

    @cached_property
    def wallets(self) -> Wallets:
        """What rooms have prepaid."""
        from miniprogram_api.wallets.service import Wallets

        return Wallets(self._wallet_store)

    # Receipts

    @cached_property
    def _receipt_store(self) -> ReceiptStore:
        from miniprogram_api.receipts.store import ReceiptStore

        return ReceiptStore(self.table)

    @cached_property
    def receipts(self) -> Receipts:
        """The receipts of all companies."""
        from miniprogram_api.receipts.service import Receipts

        return Receipts(self._receipt_store)
