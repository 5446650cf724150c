"""Double entry: accounts that say where money lies and whose it is, and postings whose legs sum to zero.

A leg is an account and a signed amount in fen: plus is a debit 借, minus a credit 贷. Accounts of place (WeChat, cash,
bank) grow by debits; accounts of ownership (the company's fees, the owners' parking surplus) grow by credits, so that
their balance is what is held for that owner, negated. Postings are never changed: a correction is a counter-posting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Iterable


class AccountKind(StrEnum):
    """What an account is for; the purpose decides what may be booked on it."""

    # Where money lies
    WECHAT = "wechat"  # 微信支付: collected by WeChat, settled to the company's bank account
    CASH = "cash"  # 现金
    BANK = "bank"  # 银行存款; part: the bank account's id
    VENDOR = "vendor"  # 商家应结: what a vendor owes for credits it funds (FEE-10); part: the vendor
    # Whose money it is
    COMPANY_FEES = "company_fees"  # 物业企业的服务费收入
    PASSED_ON = "passed_on"  # 代收代付: water, electricity collected for the supplier
    PREPAID = "prepaid"  # 预存: residents' own, until it pays a bill
    CREDIT = "credit"  # 消费抵扣: granted to rooms, usable for the service fee only (FEE-10)
    DEPOSITS = "deposits"  # 押金、保证金 held for others; part: what for
    PARKING_GROSS = "parking_gross"  # 停车收入 before management cost
    PARKING_SURPLUS = "parking_surplus"  # 停车结余: only common repair of this estate (FND-16)
    PUBLIC_INCOME = "public_income"  # 公共收益
    MAINTENANCE = "maintenance"  # 专项维修资金; part: building/room, or empty for the estate's own
    SUSPENSE = "suspense"  # 待处理: money that came and is nobody's yet


ACCOUNT_LABELS: dict[AccountKind, str] = {
    AccountKind.WECHAT: "微信支付",
    AccountKind.CASH: "现金",
    AccountKind.BANK: "银行存款",
    AccountKind.VENDOR: "商家应结",
    AccountKind.COMPANY_FEES: "物业服务费",
    AccountKind.PASSED_ON: "代收代付",
    AccountKind.PREPAID: "预存款",
    AccountKind.CREDIT: "消费抵扣",
    AccountKind.DEPOSITS: "押金保证金",
    AccountKind.PARKING_GROSS: "停车收入",
    AccountKind.PARKING_SURPLUS: "停车结余",
    AccountKind.PUBLIC_INCOME: "公共收益",
    AccountKind.MAINTENANCE: "专项维修资金",
    AccountKind.SUSPENSE: "待处理款项",
}
"""What people read instead of the kind's name."""

_RECEIVED_BY: dict[BillKind, AccountKind] = {
    BillKind.SERVICE: AccountKind.COMPANY_FEES,
    BillKind.PARKING: AccountKind.PARKING_GROSS,
    BillKind.UTILITY: AccountKind.PASSED_ON,
    BillKind.FUND: AccountKind.MAINTENANCE,
    BillKind.OTHER: AccountKind.COMPANY_FEES,
}


class PostingKind(StrEnum):
    """What kind of event a posting records."""

    PAYMENT = "payment"  # a bill was paid through WeChat
    OFFLINE = "offline"  # a bill was paid in cash or by transfer
    PREPAYMENT = "prepayment"
    OFFSET = "offset"  # prepaid money or a credit paid a bill
    CREDIT = "credit"  # a credit was granted, reversed or expired
    REFUND = "refund"
    SUSPENSE = "suspense"  # money came that could not be assigned, or was assigned later
    INCOME = "income"  # public income, parking, subsidies
    EXPENSE = "expense"
    TRANSFER = "transfer"  # between accounts of the same book
    CORRECTION = "correction"  # the counter-posting of another one
    OPENING = "opening"  # what was there when the book began


class UnbalancedPosting(ValueError):
    """The legs do not sum to zero, or there are fewer than two: a fault of ours, never a person's."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a posting: ``account`` is the text of an :class:`Account`, ``fen`` plus a debit or minus a credit."""

    account: str
    fen: int


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a book: its kind and, where there are several of a kind, which (``part``)."""

    kind: AccountKind
    part: str = ""

    def __str__(self) -> str:
        """Return the text under which legs name it."""
        return f"{self.kind.value}:{self.part}" if self.part else self.kind.value

    @classmethod
    def parse(cls, text: str) -> Account:
        """Return the account a leg names."""
        kind, _, part = text.partition(":")
        return cls(AccountKind(kind), part)

    def debit(self, fen: int) -> Leg:
        """Return a debit of it."""
        return Leg(str(self), fen)

    def credit(self, fen: int) -> Leg:
        """Return a credit of it."""
        return Leg(str(self), -fen)


def received_by(kind: BillKind, building_id: str = "", room_id: str = "") -> Account:
    """Return whose money a payment of such a bill becomes; the maintenance fund is kept by building and room."""
    account = _RECEIVED_BY[kind]
    return Account(account, f"{building_id}/{room_id}") if account is AccountKind.MAINTENANCE else Account(account)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be posted: the legs, one sentence, and the event it records.

    ``source`` names that event (``pay_…``, ``refund_…``): one event is posted once in a book and month. ``item`` and
    ``contract_id`` are of income and expenses, ``facility_id`` is the common part an expense repairs;
    ``voucher_photo_ids`` show the paper (FND-17).
    """

    source: str
    kind: PostingKind
    summary: str
    legs: tuple[Leg, ...]
    item: str = ""
    room_id: str | None = None
    contract_id: str | None = None
    request_id: str | None = None
    facility_id: str | None = None
    voucher_photo_ids: tuple[str, ...] = ()
    reverses: str | None = None

    def __post_init__(self) -> None:
        if len(self.legs) < 2 or sum(leg.fen for leg in self.legs) != 0 or any(leg.fen == 0 for leg in self.legs):
            raise UnbalancedPosting(self.source)


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry as it stands in a book; ``book`` is an estate's id, or a company's for money of no estate yet."""

    id: str
    book: str
    month: str
    booked_on: date
    booked_at: datetime
    by: str
    by_name: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Countered:
    """Where the one posting stands that takes another back."""

    book: str
    posting_id: str
    month: str
    by_posting_id: str


def posting_of(book: str, month: str, entry: Entry, on: date, at: datetime, by: str, by_name: str) -> Posting:
    """Return the one posting of an event in a book."""
    return Posting(derived_id("pst", book, entry.source), book, month, on, at, by, by_name, merged(entry))


def merged(entry: Entry) -> Entry:
    """Return the entry with one leg an account; legs that cancel out are left out where others remain."""
    sums: dict[str, int] = {}
    for leg in entry.legs:
        sums[leg.account] = sums.get(leg.account, 0) + leg.fen
    legs = tuple(Leg(account, fen) for account, fen in sums.items() if fen)
    return replace(entry, legs=legs) if len(legs) >= 2 else entry


def counter(entry: Entry, posting_id: str, summary: str) -> Entry:
    """Return the entry that takes another back: the same legs the other way round."""
    legs = tuple(Leg(leg.account, -leg.fen) for leg in entry.legs)
    return replace(
        entry,
        source=f"counter:{posting_id}",
        kind=PostingKind.CORRECTION,
        summary=summary,
        legs=legs,
        reverses=posting_id,
    )


def balances(postings: Iterable[Posting]) -> dict[str, int]:
    """Return the sum of all legs by account; over any set of postings these sum to zero."""
    sums: dict[str, int] = {}
    for posting in postings:
        for leg in posting.entry.legs:
            sums[leg.account] = sums.get(leg.account, 0) + leg.fen
    return sums
