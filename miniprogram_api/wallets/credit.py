"""Credits 消费抵扣 (FEE-10): earned by buying at a vendor, usable for the service fee only, never below zero.

A credit waits until goods can no longer be returned, then pays bills until it expires. Where its money stands in the
ledger follows from the credit alone (:func:`position`), so that the books and the credits cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of, start_of
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.wallets.vendor import Vendor

BASIS = 10_000
"""A rate is whole basis points: 5 % is 500."""


class CreditUnknown(NotFound):
    """There is no such credit, or it is of a room that is not this person's."""

    code = "credit_unknown"
    message = "没有找到该抵扣记录，请刷新列表。"


class CreditChanged(Conflict):
    """The credit was used, reversed or expired in the meantime."""

    code = "credit_changed"
    message = "抵扣金刚刚有变化，请刷新后再试。"


class OrderEnteredBefore(Conflict):
    """The vendor's order earned a credit before, with other facts."""

    code = "credit_order_entered"
    message = "该订单已登记过抵扣金，且内容不同，请核对订单号。"


class OrderRefused(Invalid):
    """An order lies in the past, its time to be returned has not begun to expire, and it earns at least one fen."""

    code = "credit_order_refused"
    message = "订单日期不能晚于今天，不能早于有效期，金额应能产生至少一分钱抵扣金。"


class NothingUsable(Conflict):
    """The room has no credit that can pay the bill now."""

    code = "credit_nothing_usable"
    message = "暂无可用的抵扣金，待确认的抵扣金过退货期后即可使用。"


class ServiceFeeOnly(Conflict):
    """Credits pay the property service fee and nothing else (FEE-10)."""

    code = "credit_service_fee_only"
    message = "抵扣金只能用于物业服务费，请选择物业服务费账单。"


class Funder(StrEnum):
    """Who bears what a credit pays."""

    VENDOR = "vendor"
    COMPANY = "company"


class CreditState(StrEnum):
    """Where a credit stands; one that is used up stays as a fact."""

    PENDING = "pending"
    USABLE = "usable"
    USED = "used"
    REVERSED = "reversed"
    EXPIRED = "expired"


STATE_LABELS: dict[CreditState, str] = {
    CreditState.PENDING: "待确认",
    CreditState.USABLE: "可使用",
    CreditState.USED: "已用完",
    CreditState.REVERSED: "已退货收回",
    CreditState.EXPIRED: "已过期",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order earns: a rate in basis points, after how many days, for how many days, at whose cost."""

    rate: int
    return_days: int
    expiry_days: int
    funder: Funder


@dataclass(frozen=True, slots=True)
class Use:
    """Part of a credit that paid a bill; ``offset_id`` is the use it belongs to."""

    offset_id: str
    fen: int


@dataclass(frozen=True, slots=True)
class Order:
    """A purchase as the vendor reports it; ``ordered_on`` is a day in China."""

    room_id: str
    number: str
    fen: int
    ordered_on: date


@dataclass(frozen=True, slots=True)
class Credit:
    """What one order earned; the terms are those of the day it was entered."""

    estate_id: str
    company_id: str
    vendor_id: str
    vendor_name: str
    order: Order
    earned_fen: int
    funder: Funder
    usable_at: datetime
    expires_at: datetime
    entered_by: str
    entered_at: datetime
    state: CreditState = CreditState.PENDING
    uses: tuple[Use, ...] = ()
    reversed_reason: str | None = None
    version: int = 0

    @property
    def id(self) -> str:
        """Return the id, derived from vendor and order."""
        return derived_id("crd", self.estate_id, self.vendor_id, self.order.number)

    @property
    def used_fen(self) -> int:
        """Return what of it paid bills."""
        return sum(use.fen for use in self.uses)

    @property
    def left_fen(self) -> int:
        """Return what of it can still pay bills, once it is usable."""
        open_ = self.state in {CreditState.PENDING, CreditState.USABLE}
        return self.earned_fen - self.used_fen if open_ else 0

    @property
    def due_at(self) -> datetime | None:
        """Return when the clock next moves it: when it becomes usable or expires."""
        return {CreditState.PENDING: self.usable_at, CreditState.USABLE: self.expires_at}.get(self.state)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a credit's money stands in the ledger, in signed fen (plus a debit); the three sum to zero."""

    credit_fen: int = 0
    fees_fen: int = 0
    vendor_fen: int = 0

    def since(self, before: Position) -> Position:
        """Return what has to be posted to get here from an earlier position."""
        return Position(
            self.credit_fen - before.credit_fen,
            self.fees_fen - before.fees_fen,
            self.vendor_fen - before.vendor_fen,
        )


def position(credit: Credit) -> Position:
    """Return where a credit's money stands.

    What rooms can still use is a debt to them (CREDIT), what they used is the company's fee. Whoever funds the credit
    owes both. When the purchase was taken back, what had been used is a claim on the vendor whoever funded it: a bill
    once paid stays paid, and the vendor, who has its goods back, answers for it at the next settlement.
    """
    usable = credit.left_fen if credit.state is CreditState.USABLE else 0
    borne = usable + credit.used_fen
    if credit.funder is Funder.VENDOR or credit.state is CreditState.REVERSED:
        return Position(-usable, -credit.used_fen, borne)
    return Position(-usable, borne - credit.used_fen)


def earned(order: Order, terms: Terms) -> int:
    """Return what an order earns in fen; parts of a fen are left out."""
    return order.fen * terms.rate // BASIS


def entered(vendor: Vendor, order: Order, by: str, now: datetime) -> Credit:
    """Return the credit an order earns, waiting until the goods can no longer be returned.

    Raises:
        OrderRefused: the order lies in the future, or would have expired, or earns nothing.
    """
    fen, terms = earned(order, vendor.terms), vendor.terms
    usable_on = order.ordered_on + timedelta(days=terms.return_days + 1)
    expires_at = start_of(usable_on + timedelta(days=terms.expiry_days))
    if order.ordered_on > date_of(now) or expires_at <= now or fen <= 0:
        raise OrderRefused
    return Credit(
        estate_id=vendor.estate_id,
        company_id=vendor.company_id,
        vendor_id=vendor.id,
        vendor_name=vendor.name,
        order=order,
        earned_fen=fen,
        funder=terms.funder,
        usable_at=start_of(usable_on),
        expires_at=expires_at,
        entered_by=by,
        entered_at=now,
    )


def moved_on(credit: Credit, now: datetime) -> Credit:
    """Return the credit as the clock makes it: pending -> usable when returns end, usable -> expired at its end."""
    if credit.state is CreditState.PENDING and credit.usable_at <= now:
        return replace(credit, state=CreditState.USABLE)
    if credit.state is CreditState.USABLE and credit.expires_at <= now:
        return replace(credit, state=CreditState.EXPIRED)
    return credit


def used(credit: Credit, use: Use, now: datetime) -> Credit:
    """Return the credit after part of it paid a bill.

    Raises:
        CreditChanged: it is not usable now, or less is left.
    """
    if credit.state is not CreditState.USABLE or credit.expires_at <= now or not 0 < use.fen <= credit.left_fen:
        raise CreditChanged
    after = replace(credit, uses=(*credit.uses, use))
    return after if after.left_fen else replace(after, state=CreditState.USED)


def unused(credit: Credit, offset_id: str) -> Credit:
    """Return the credit after a bill gave back what it took; one whose time is not over can be used again.

    Raises:
        CreditChanged: it has no part in that use.
    """
    rest = tuple(use for use in credit.uses if use.offset_id != offset_id)
    if len(rest) == len(credit.uses):
        raise CreditChanged
    state = CreditState.USABLE if credit.state is CreditState.USED else credit.state
    return replace(credit, uses=rest, state=state)


def taken_back(credit: Credit, reason: str) -> Credit:
    """Return the credit after its purchase was taken back; what was used stays used (see :func:`position`).

    Raises:
        CreditChanged: it was taken back or expired before.
    """
    if credit.state in {CreditState.REVERSED, CreditState.EXPIRED}:
        raise CreditChanged
    return replace(credit, state=CreditState.REVERSED, reversed_reason=reason)


def shares(usable: Iterable[Credit], fen: int) -> list[tuple[Credit, int]]:
    """Return how much of a sum each credit pays, the first to expire first; what they cannot pay is left out."""
    parts = []
    for credit in sorted(usable, key=lambda one: (one.expires_at, one.id)):
        part = min(credit.left_fen, fen)
        if part > 0:
            parts.append((credit, part))
            fen -= part
    return parts


@dataclass(frozen=True, slots=True)
class OffsetPart:
    """How much one credit paid; vendor and order number say which."""

    vendor_id: str
    order_number: str
    fen: int


@dataclass(frozen=True, slots=True)
class Offset:
    """One use of credits on a bill, made of parts of them; a bill that gave it back says when."""

    id: str
    estate_id: str
    room_id: str
    bill_id: str
    parts: tuple[OffsetPart, ...]
    wanted_fen: int | None
    at: datetime
    by: str
    returned_at: datetime | None = None
    version: int = 0

    @property
    def fen(self) -> int:
        """Return what it paid."""
        return sum(part.fen for part in self.parts)
