"""Every key string of prices, meters, bills and wallets; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant, shard_of
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import date, datetime


def bills_of_room(estate_id: str, room_id: str) -> str:
    """The partition of a room's bills, read consistently: who has just paid sees the bill paid."""
    return f"ROOM#{estate_id}#{room_id}#BILLS"


def bill(estate_id: str, room_id: str, period: str, kind: str, number: int) -> Key:
    """One bill; a room's bills sort by period."""
    return Key(bills_of_room(estate_id, room_id), f"BILL#{period}#{kind}#{number:03d}")


def bill_of_period(estate_id: str, period: str, kind: str, order: str, bill_id: str) -> Key:
    """The bills of one period and kind of an estate, in the order of the rooms."""
    return Key(f"ESTATE#{estate_id}#BILLS#{period}#{kind}", f"{order}#{bill_id}")


def bill_unpaid(estate_id: str, due_on: date, bill_id: str) -> Key:
    """Queue: the bills of an estate on which something is due, the longest due first."""
    return Key(f"ESTATE#{estate_id}#UNPAID", f"{due_on.isoformat()}#{bill_id}")


def bill_notice(at: datetime, bill_id: str) -> Key:
    """Sweep queue: open bills by the instant of their next notice (FEE-11)."""
    return Key(f"BILL_NOTICE#{shard_of(bill_id)}", f"{instant(at)}#{bill_id}")


def wallet(estate_id: str, room_id: str) -> Key:
    """What a room has prepaid; its partition also holds every movement."""
    return Key(f"ROOM#{estate_id}#{room_id}#WALLET", "WALLET")


def wallet_movement(estate_id: str, room_id: str, ref: str) -> Key:
    """One movement of a room's prepaid money; one event moves it once."""
    return Key(f"ROOM#{estate_id}#{room_id}#WALLET", f"MOVE#{ref}")


def wallet_filled(estate_id: str, room_id: str) -> Key:
    """Queue: the rooms of an estate that have prepaid money left."""
    return Key(f"ESTATE#{estate_id}#WALLETS", room_id)
