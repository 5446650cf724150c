"""What people book by hand, and how it becomes a posting: income, expense, opening, transfer, correction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.funds.items import UNDECIDED, DecisionMissing, UseRefused, may_be_booked
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, Leg, Posting, PostingKind, counter
from miniprogram_api.funds.places import COMMON_PURPOSES
from miniprogram_api.kernel.clock import spoken
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.period import spoken_period

if TYPE_CHECKING:
    from collections.abc import Mapping

CORRECTABLE = frozenset({PostingKind.INCOME, PostingKind.EXPENSE, PostingKind.TRANSFER, PostingKind.OPENING})
"""What may be taken back by hand; payments of residents are refunded, never countered."""


class Direction(StrEnum):
    """Which way money went."""

    INCOME = "income"
    EXPENSE = "expense"
    OPENING = "opening"


class PostingUnknown(NotFound):
    """There is no such posting in that month."""

    code = "posting_unknown"
    message = "没有找到该笔账目，请刷新账目列表。"


class CounteredBefore(Conflict):
    """The posting was taken back before."""

    code = "countered_before"
    message = "该笔账目已经冲正过，请刷新后查看。"


class NotCorrectable(Conflict):
    """Payments are refunded, and the maintenance fund is given back by a movement; neither is countered by hand."""

    code = "not_correctable"
    message = "这类账目不能手工冲正：缴费请走退款，维修资金请登记退回。"


class NoSurplus(Conflict):
    """What parking brought does not exceed what it cost."""

    code = "no_parking_surplus"
    message = "该月停车收入扣除管理成本后没有结余，无需结转。"


class SamePlaces(Invalid):
    """Money is moved between two different places."""

    code = "same_places"
    message = "转出和转入账户不能相同，请重新选择。"


@dataclass(frozen=True, slots=True)
class Booked:
    """One entry by hand (FND-01): what money came in or went out, for which item, how much in fen, with its paper."""

    direction: Direction
    purpose: AccountKind
    item: str
    place_id: str
    fen: int
    summary: str
    on: date
    facility_id: str | None = None
    voucher_photo_ids: tuple[str, ...] = ()


def entry_of(booked: Booked, source: str, place: Account) -> Entry:
    """Return the entry that books it.

    Raises:
        ItemUnknown, UseRefused, RepairPlaceMissing: money of that purpose does not take it.
        DecisionMissing: it is an expense that must be decided on first (FND-03).
    """
    kind = PostingKind(booked.direction.value)
    if booked.purpose not in COMMON_PURPOSES or booked.purpose is AccountKind.MAINTENANCE:
        raise UseRefused(purpose=booked.purpose.value)
    if kind is not PostingKind.OPENING:
        item = may_be_booked(kind, booked.purpose, booked.item, booked.facility_id)
        if kind is PostingKind.EXPENSE and item.item_class not in UNDECIDED:
            raise DecisionMissing
    sign = -1 if kind is PostingKind.EXPENSE else 1
    return Entry(
        source,
        kind,
        booked.summary,
        moved(place, Account(booked.purpose), sign * booked.fen),
        item=booked.item,
        facility_id=booked.facility_id,
        voucher_photo_ids=booked.voucher_photo_ids,
    )


def moved(to: Account, from_: Account, fen: int) -> tuple[Leg, Leg]:
    """Return the legs of an amount that debits one account and credits the other; a negative one the other way."""
    return to.debit(fen), from_.credit(fen)


def surplus_entry(source: str, period: str, balances: Mapping[str, int]) -> Entry:
    """Return the entry that makes what parking brought beyond its cost the owners' surplus (FND-16, 004:80).

    Raises:
        NoSurplus: nothing is left.
    """
    gross, surplus = Account(AccountKind.PARKING_GROSS), Account(AccountKind.PARKING_SURPLUS)
    left = -balances.get(str(gross), 0)
    if left <= 0:
        raise NoSurplus
    return Entry(
        source,
        PostingKind.TRANSFER,
        f"{spoken_period(period)}停车收入扣除管理成本后的结余",
        moved(gross, surplus, left),
    )


def counter_of(posting: Posting, reason: str) -> Entry:
    """Return the entry that takes a posting back, or raise NotCorrectable."""
    kinds = {Account.parse(leg.account).kind for leg in posting.entry.legs}
    if posting.entry.kind not in CORRECTABLE or AccountKind.MAINTENANCE in kinds:
        raise NotCorrectable
    return counter(posting.entry, posting.id, f"冲正 {spoken(posting.booked_on)} 账目：{reason}")
