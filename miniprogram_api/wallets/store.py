"""Where prepaid money and credits lie in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage import fee_keys
from miniprogram_api.storage.keys import SHARDS, instant, until
from miniprogram_api.storage.kinds import Key, Kind
from miniprogram_api.wallets.credit import Credit, CreditState, Offset
from miniprogram_api.wallets.rules import Movement, Wallet
from miniprogram_api.wallets.vendor import Vendor, VendorEntry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

WALLET = Kind(
    "wallet",
    Wallet,
    lambda wallet: fee_keys.wallet(wallet.estate_id, wallet.room_id),
    lambda wallet: {"gsi1": fee_keys.wallet_filled(wallet.estate_id, wallet.room_id)} if wallet.prepaid_fen > 0 else {},
)
MOVEMENT = Kind(
    "wallet_movement",
    Movement,
    lambda one: fee_keys.wallet_movement(one.estate_id, one.room_id, one.ref),
    lambda one: {"gsi1": fee_keys.wallet_in_time(one.estate_id, one.room_id, one.at, one.ref)},
)


def _credit_indexes(credit: Credit) -> dict[str, Key]:
    estate_id, room_id = credit.estate_id, credit.order.room_id
    entries = {"gsi1": fee_keys.credit_of_room(estate_id, room_id, credit.entered_at, credit.id)}
    if credit.state is CreditState.USABLE:
        entries["gsi2"] = fee_keys.credit_usable(estate_id, room_id, credit.expires_at, credit.id)
    if credit.due_at is not None:
        entries["gsi3"] = fee_keys.credit_due(credit.due_at, credit.id)
    return entries


CREDIT = Kind(
    "credit",
    Credit,
    lambda credit: fee_keys.credit(credit.estate_id, credit.vendor_id, credit.order.number),
    _credit_indexes,
)
OFFSET = Kind("credit_offset", Offset, lambda one: fee_keys.credit_offset(one.estate_id, one.bill_id, one.id))
VENDOR = Kind("credit_vendor", Vendor, lambda vendor: fee_keys.credit_vendor(vendor.estate_id, vendor.id))
VENDOR_ENTRY = Kind(
    "credit_vendor_entry",
    VendorEntry,
    lambda one: fee_keys.credit_vendor_entry(one.estate_id, one.vendor_id, one.id),
    lambda one: {"gsi1": fee_keys.credit_vendor_in_time(one.estate_id, one.vendor_id, one.at, one.id)},
)


class WalletStore:
    """Wallets and their movements in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_wallet(self, estate_id: str, room_id: str) -> Wallet | None:
        """Return a room's wallet, or None when it never had anything."""
        return self._table.find(WALLET, fee_keys.wallet(estate_id, room_id))

    def list_movements(self, estate_id: str, room_id: str, limit: int, cursor: str | None) -> Page[Movement]:
        """List the movements of a room's prepaid money, newest first."""
        pk = f"ROOM#{estate_id}#{room_id}#WALLET_MOVES"
        return self._table.page(MOVEMENT, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_all_movements(self, estate_id: str, room_id: str) -> list[Movement]:
        """Return every movement of a room's prepaid money, read consistently: some dozens a year."""
        return self._table.all_of(MOVEMENT, fee_keys.wallet(estate_id, room_id).pk, prefix="MOVE#")


class CreditStore:
    """Credits, their uses and their vendors in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_vendor(self, estate_id: str, vendor_id: str) -> Vendor | None:
        """Return a vendor, or None."""
        return self._table.find(VENDOR, fee_keys.credit_vendor(estate_id, vendor_id))

    def list_vendors(self, estate_id: str) -> list[Vendor]:
        """Return the vendors of an estate: some dozens at most."""
        return self._table.all_of(VENDOR, fee_keys.credit_vendor(estate_id, "").pk)

    def find_credit(self, estate_id: str, vendor_id: str, order_number: str) -> Credit | None:
        """Return what an order earned, or None."""
        return self._table.find(CREDIT, fee_keys.credit(estate_id, vendor_id, order_number))

    def find_credits(self, estate_id: str, orders: Iterable[tuple[str, str]]) -> list[Credit]:
        """Return what orders, each a vendor and a number, earned, read consistently."""
        keys = (fee_keys.credit(estate_id, vendor_id, number) for vendor_id, number in orders)
        return list(self._table.find_all(CREDIT, keys).values())

    def list_credits(self, estate_id: str, room_id: str, limit: int, cursor: str | None) -> Page[Credit]:
        """List the credits of a room, newest first."""
        pk = f"ROOM#{estate_id}#{room_id}#CREDITS"
        return self._table.page(CREDIT, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_usable(self, estate_id: str, room_id: str, most: int) -> list[Credit]:
        """Return the usable credits of a room that expire first, as they stand now.

        The index says which, the items themselves how much is left of them.
        """
        pk = f"ROOM#{estate_id}#{room_id}#CREDITS_USABLE"
        listed = self._table.page(CREDIT, pk, index="gsi2", limit=most).items
        return self.find_credits(estate_id, ((credit.vendor_id, credit.order.number) for credit in listed))

    def list_due(self, now: datetime, most: int) -> list[Credit]:
        """Return credits that have become usable or expired, at most so many of each shard."""
        return [
            credit
            for shard in range(SHARDS)
            for credit in self._table.page(
                CREDIT, f"CREDIT_DUE#{shard}", index="gsi3", between=until(now), limit=most
            ).items
        ]

    def find_offset(self, estate_id: str, bill_id: str, offset_id: str) -> Offset | None:
        """Return a use of credits, or None."""
        return self._table.find(OFFSET, fee_keys.credit_offset(estate_id, bill_id, offset_id))

    def find_entry(self, estate_id: str, vendor_id: str, entry_id: str) -> VendorEntry | None:
        """Return one change of a vendor's debt, or None."""
        return self._table.find(VENDOR_ENTRY, fee_keys.credit_vendor_entry(estate_id, vendor_id, entry_id))

    def list_entries_since(self, estate_id: str, vendor_id: str, first: datetime) -> list[VendorEntry]:
        """Return what changed a vendor's debt from an instant on."""
        pk = f"VENDOR#{estate_id}#{vendor_id}#IN_TIME"
        return self._table.all_of(VENDOR_ENTRY, pk, index="gsi1", between=(instant(first), "~"))
