"""A vendor 商家 of the credit programme (FEE-10): its terms, what it owes for credits, and what it paid of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.wallets.credit import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable


class VendorUnknown(NotFound):
    """The estate has no such vendor."""

    code = "credit_vendor_unknown"
    message = "没有找到该商家，请刷新商家列表。"


class VendorThere(Conflict):
    """The estate has a vendor of that name, on other terms."""

    code = "credit_vendor_there"
    message = "该商家已登记，如需调整比例请修改其抵扣规则。"


class VendorChanged(Conflict):
    """The vendor's terms or its debt changed in the meantime."""

    code = "credit_vendor_changed"
    message = "该商家的信息刚刚有变化，请刷新后再试。"


class VendorOver(Conflict):
    """The programme with the vendor has ended: no more orders earn a credit."""

    code = "credit_vendor_over"
    message = "该商家已退出抵扣活动，不能再登记订单。"


class NoCompany(Conflict):
    """No company is under contract at the estate, so nobody could honour a credit."""

    code = "credit_no_company"
    message = "小区暂无签约的物业企业，不能开展消费抵扣。"


class SettlementTooMuch(Conflict):
    """The vendor owes less than it is said to have paid, or the key came before with another amount."""

    code = "credit_settlement_too_much"
    message = "结算金额超过商家应结余额，请核对后重新填写。"


class EntryKind(StrEnum):
    """What changed the debt of a vendor."""

    GRANTED = "granted"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"
    RETURNED = "returned"
    SETTLED = "settled"


ENTRY_LABELS: dict[EntryKind, str] = {
    EntryKind.GRANTED: "抵扣金到账",
    EntryKind.TAKEN_BACK: "退货收回",
    EntryKind.EXPIRED: "抵扣金过期",
    EntryKind.RETURNED: "抵扣退回",
    EntryKind.SETTLED: "商家结算",
}


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor whose customers of an estate earn credits; ``owed_fen`` is what it owes the company now.

    It is below zero while a vendor that had settled is given back what expired or was taken back since.
    """

    id: str
    estate_id: str
    company_id: str
    name: str
    terms: Terms
    since: datetime
    owed_fen: int = 0
    ended_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class VendorEntry:
    """One change of a vendor's debt: plus when it owes more; ``order_number`` where it is about an order."""

    id: str
    estate_id: str
    vendor_id: str
    kind: EntryKind
    fen: int
    at: datetime
    order_number: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class VendorMonth:
    """A vendor's month in fen: opening + what came to it = closing."""

    opening_fen: int
    entries: tuple[VendorEntry, ...]
    closing_fen: int


def owing(vendor: Vendor, fen: int) -> Vendor:
    """Return the vendor after its debt changed; below zero it paid for credits that were taken back since."""
    return replace(vendor, owed_fen=vendor.owed_fen + fen)


def settled(vendor: Vendor, fen: int) -> Vendor:
    """Return the vendor after it paid.

    Raises:
        SettlementTooMuch: it owes less.
    """
    if fen > vendor.owed_fen:
        raise SettlementTooMuch(owed_fen=vendor.owed_fen)
    return owing(vendor, -fen)


def month_of_vendor(vendor: Vendor, since: Iterable[VendorEntry], end: datetime) -> VendorMonth:
    """Return a month from its entries and all later ones: what is owed now, taken back step by step.

    ``since`` are the entries from the month's beginning until now, ``end`` the instant at which the month is over.
    """
    entries = sorted(since, key=lambda entry: (entry.at, entry.id))
    within = tuple(entry for entry in entries if entry.at < end)
    closing = vendor.owed_fen - sum(entry.fen for entry in entries if entry.at >= end)
    return VendorMonth(closing - sum(entry.fen for entry in within), within, closing)
