"""A payment at the counter 线下缴费: cash or a transfer that staff write down, with the paper receipt and a photo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from miniprogram_api.kernel.charge import Means
from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound


class CounterPaymentUnknown(NotFound):
    """There is no such payment at the counter."""

    code = "counter_payment_unknown"
    message = "没有找到这笔线下缴费。"


class CounterPaymentMoved(Conflict):
    """It was taken back in the meantime."""

    code = "counter_payment_moved"
    message = "这笔线下缴费已被作废，请刷新后查看。"


class PaperNumberUsed(Conflict):
    """The paper receipt of that number stands for another payment."""

    code = "paper_number_used"
    message = "该纸质收据编号已登记过，请核对编号。"


class MeansRefused(Invalid):
    """Money over the counter is cash or a transfer."""

    code = "means_refused"
    message = "线下缴费方式只能是现金或银行转账。"


class AnotherCompanysBill(Conflict):
    """The bill is owed to the company that was under contract before; nobody else takes its money."""

    code = "another_companys_bill"
    message = "该账单属于原物业企业，请由原企业收取或在微信中支付给原企业。"


class OwnEntryRefused(Forbidden):
    """Whoever wrote a payment down does not take it back: two people see every correction of cash."""

    code = "own_entry_refused"
    message = "不能作废自己登记的缴费，请由其他同事办理。"


@dataclass(frozen=True, slots=True)
class CounterPart:
    """What went to one bill."""

    bill_id: str
    fen: int
    late_fee_fen: int = 0


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """Guard: which payment a paper receipt stands for."""

    company_id: str
    number: str
    payment_id: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What staff write down: for which bills of one room, how much, from whom, under which paper receipt.

    A part's ``fen`` is what its bill gets in all, 0 for everything that is due. ``payer_name`` is kept masked: the
    paper receipt has it in full.
    """

    room_id: str
    means: Means
    parts: tuple[CounterPart, ...]
    prepaid_fen: int
    payer_name: str
    paid_on: date
    paper_number: str
    photo_id: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CounterPayment:
    """Money taken at the counter; ``parts`` say what each bill got of it."""

    id: str
    estate_id: str
    company_id: str
    room_label: str
    taken: Taken
    parts: tuple[CounterPart, ...]
    recorded_by: str
    recorded_by_name: str
    recorded_at: datetime
    receipt_id: str
    void_reason: str | None = None
    voided_by: str | None = None
    voided_at: datetime | None = None
    version: int = 0

    @property
    def total_fen(self) -> int:
        """Return what was taken."""
        return sum(part.fen + part.late_fee_fen for part in self.parts) + self.taken.prepaid_fen


def voided(payment: CounterPayment, reason: str, by: str, at: datetime) -> CounterPayment:
    """Return the payment taken back.

    Raises:
        CounterPaymentMoved: it was taken back before.
        OwnEntryRefused: the same person wrote it down.
    """
    if payment.void_reason is not None:
        raise CounterPaymentMoved
    if payment.recorded_by == by:
        raise OwnEntryRefused
    return replace(payment, void_reason=reason, voided_by=by, voided_at=at)
