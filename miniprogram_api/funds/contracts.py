"""Contracts that bring the owners income: resource, payer, price, term, instalments; and what they cede (FND-17)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from miniprogram_api.funds.ledger import AccountKind
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.money import rounded


class Resource(StrEnum):
    """What is let."""

    PARKING = "parking"
    ADVERTISING = "advertising"
    ROOM = "room"
    SITE = "site"
    EQUIPMENT = "equipment"
    OTHER = "other"


RESOURCE_LABELS: dict[Resource, str] = {
    Resource.PARKING: "公共停车位",
    Resource.ADVERTISING: "电梯及外墙广告位",
    Resource.ROOM: "公共用房",
    Resource.SITE: "公共场地",
    Resource.EQUIPMENT: "共用设施设备",
    Resource.OTHER: "其他公共资源",
}


class ContractUnknown(NotFound):
    """The estate has no such contract or instalment."""

    code = "income_contract_unknown"
    message = "没有找到该经营合同或分期，请刷新列表。"


class ContractUnclear(Invalid):
    """The term is upside down, or the instalments do not lie in it or do not add up to the price."""

    code = "income_contract_unclear"
    message = "合同期限或分期有误，请检查：各期应按日期先后填写、不早于合同开始，合计等于合同总价。"


class ContractMoved(Conflict):
    """The contract changed at the same moment, or the instalment was received before."""

    code = "income_contract_moved"
    message = "该合同刚刚有变动或该期已到账，请刷新后再操作。"


class ContractKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "income_contract_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of the price, in fen: due on a day, received by a posting."""

    due_on: date
    fen: int
    received_on: date | None = None
    posting_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ceding:
    """The owners' dated decision to leave a share of this income to the company, in 0.01 %."""

    decided_on: date
    share: int
    decision: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed: with which organisation, on which resource, at which whole price (fen), from when to when."""

    resource: Resource
    what: str
    payer: str
    purpose: AccountKind
    item: str
    price_fen: int
    begins_on: date
    ends_on: date
    instalments: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True)
class IncomeContract:
    """A contract of an estate with what was received on it."""

    id: str
    estate_id: str
    terms: Terms
    entered_by: str
    entered_at: datetime
    ceding: Ceding | None = None
    version: int = 0

    @property
    def agreed(self) -> Terms:
        """What was agreed, without what has come in since."""
        parts = tuple(Instalment(one.due_on, one.fen) for one in self.terms.instalments)
        return replace(self.terms, instalments=parts)

    @property
    def next_due(self) -> date | None:
        """The day of the first instalment that was not received, or None when all were."""
        return min((one.due_on for one in self.terms.instalments if one.received_on is None), default=None)

    @property
    def received_fen(self) -> int:
        """What was received so far."""
        return sum(one.fen for one in self.terms.instalments if one.received_on is not None)

    @property
    def ceded_fen(self) -> int:
        """What of it the owners leave to the company: the share of each instalment received since their decision."""
        if self.ceding is None:
            return 0
        share = Fraction(self.ceding.share, 10_000)
        since = self.ceding.decided_on
        received = (one for one in self.terms.instalments if one.received_on is not None and one.received_on >= since)
        return sum(rounded(one.fen * share) for one in received)

    def overdue_fen(self, today: date) -> int:
        """Return what should have been received before the day and was not."""
        return sum(one.fen for one in self.terms.instalments if one.received_on is None and one.due_on < today)

    def open_instalment(self, number: int) -> Instalment:
        """Return an instalment that was not received; numbers begin with 1.

        Raises:
            ContractUnknown: there is none of that number.
            ContractMoved: it was received before.
        """
        if not 1 <= number <= len(self.terms.instalments):
            raise ContractUnknown
        instalment = self.terms.instalments[number - 1]
        if instalment.received_on is not None:
            raise ContractMoved
        return instalment

    def received(self, number: int, on: date, posting_id: str) -> IncomeContract:
        """Return the contract with an instalment received by a posting."""
        paid = replace(self.open_instalment(number), received_on=on, posting_id=posting_id)
        parts = self.terms.instalments
        return replace(self, terms=replace(self.terms, instalments=(*parts[: number - 1], paid, *parts[number:])))

    def without(self, posting_id: str) -> IncomeContract:
        """Return the contract with the instalment open again whose posting was taken back."""
        parts = tuple(
            replace(one, received_on=None, posting_id=None) if one.posting_id == posting_id else one
            for one in self.terms.instalments
        )
        return replace(self, terms=replace(self.terms, instalments=parts))


def checked_terms(terms: Terms) -> Terms:
    """Return the terms if they make sense, or raise ContractUnclear."""
    days = [one.due_on for one in terms.instalments]
    ordered = days == sorted(days) and bool(days) and days[0] >= terms.begins_on
    if not ordered or terms.ends_on < terms.begins_on or sum(one.fen for one in terms.instalments) != terms.price_fen:
        raise ContractUnclear
    return terms
