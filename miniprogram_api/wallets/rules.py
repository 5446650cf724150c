"""A room's prepaid money: never below zero, and every movement has one cause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from miniprogram_api.kernel.errors import Conflict, NotFound


class WalletUnknown(NotFound):
    """The room is none of this person's."""

    code = "wallet_unknown"
    message = "没有找到该房屋的预存款，请返回重新选择房屋。"


class NotEnoughPrepaid(Conflict):
    """More would be taken from the prepaid money than there is."""

    code = "not_enough_prepaid"
    message = "预存款余额不足，请改用其他方式支付差额。"


class WalletMoved(Conflict):
    """The prepaid money changed in the meantime, or this movement stands already."""

    code = "wallet_moved"
    message = "预存款刚刚有变化，请刷新后再试。"


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a room has prepaid, in fen."""

    estate_id: str
    room_id: str
    prepaid_fen: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of prepaid money: plus came in, minus went out; ``ref`` is its cause and counts once."""

    estate_id: str
    room_id: str
    ref: str
    fen: int
    left_fen: int
    summary: str
    at: datetime


def moved(wallet: Wallet, fen: int) -> Wallet:
    """Return the wallet after money came in or went out.

    Raises:
        NotEnoughPrepaid: it would fall below zero.
    """
    if wallet.prepaid_fen + fen < 0:
        raise NotEnoughPrepaid(left_fen=wallet.prepaid_fen)
    return replace(wallet, prepaid_fen=wallet.prepaid_fen + fen)
