"""What an approved request does to a bill or an abatement; what was paid too much by it goes into prepaid money."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import (
    Bill,
    BillBeingPaid,
    BillChanged,
    Instalment,
    NothingDue,
    Paid,
    Reduction,
    assessed,
    settled,
    with_money_back,
)
from miniprogram_api.billing.reminding import next_notice
from miniprogram_api.kernel.charge import Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.billing.adjusting import Abated

NOT_CASH = frozenset({Means.CREDIT, Means.PUBLIC})
"""What was paid with these is not the household's cash and never becomes prepaid money."""


class PlanUnfit(Invalid):
    """The parts of an instalment plan do not add up to what is due, or their days are not in order."""

    code = "plan_unfit"
    message = "分期金额之和应等于未缴金额，日期应晚于今天且依次递增，请修改后提交。"


class AbatementUnknown(NotFound):
    """There is no such abatement that holds still on that day."""

    code = "abatement_unknown"
    message = "没有找到在该日期仍有效的减免，请核对后重新选择。"


class ReductionTooLarge(Conflict):
    """More would be taken off than the bill is for."""

    code = "reduction_too_large"
    message = "减免金额超过账单金额，请核对后重新填写。"


class PaidWithCredit(Conflict):
    """What would be given back was paid with a credit or a subsidy, which never becomes cash."""

    code = "paid_with_credit"
    message = "该账单有消费抵扣或补贴，不能转为预存款，请先撤销抵扣再处理。"


def ended(abated: Abated, last_on: date) -> Abated:
    """Return an abatement that holds until an earlier day than before; before its first day: not at all.

    Raises:
        AbatementUnknown: it ends no later anyway.
    """
    if abated.last_on is not None and abated.last_on <= last_on:
        raise AbatementUnknown
    return replace(abated, last_on=last_on)


def reduced(bill: Bill, ref: str, fen: int, reason: str, now: datetime) -> tuple[Bill, Paid | None]:
    """Return the bill with something taken off, and what was paid too much by that and goes into prepaid money.

    Raises:
        BillBeingPaid, BillChanged, ReductionTooLarge, PaidWithCredit: it cannot be reduced now or by so much.
    """
    _changeable(bill, now)
    if fen > bill.total_fen:
        raise ReductionTooLarge(bill_fen=bill.total_fen)
    grown = assessed(bill, date_of(now))
    less = replace(grown, reductions=(*grown.reductions, Reduction(ref, fen, reason)))
    over = max(less.paid_fen - less.total_fen, 0)
    if not over:
        return settled(less), None
    back = _into_prepaid(less, ref, over, 0, now)
    return with_money_back(less, back), back


def voided(bill: Bill, ref: str, reason: str, replaced_by: str | None, now: datetime) -> tuple[Bill, Paid | None]:
    """Return the bill made void, and what was paid on it, which goes into prepaid money.

    Raises:
        BillBeingPaid, BillChanged, PaidWithCredit: it cannot be made void now.
    """
    _changeable(bill, now)
    back = None
    if bill.paid_fen or bill.late_fee_paid_fen:
        back = _into_prepaid(bill, ref, bill.paid_fen, bill.late_fee_paid_fen, now)
        bill = with_money_back(bill, back)
    return settled(replace(bill, void_reason=reason, replaced_by=replaced_by)), back


def planned(bill: Bill, plan: tuple[Instalment, ...], now: datetime) -> Bill:
    """Return the bill with an instalment plan: due on its last day, reminded of part by part (FEE-14).

    Raises:
        BillBeingPaid, BillChanged, NothingDue: it cannot be planned now.
        PlanUnfit: the parts are not the sum that is due, or their days are not in order.
    """
    _changeable(bill, now)
    if not bill.is_open:
        raise NothingDue
    days = [part.due_on for part in plan]
    due = bill.total_fen - bill.paid_fen
    if sum(part.fen for part in plan) != due or any(part.fen <= 0 for part in plan):
        raise PlanUnfit(due_fen=due)
    if days != sorted(set(days)) or days[0] <= date_of(now):
        raise PlanUnfit(due_fen=due)
    grown = assessed(bill, date_of(now))
    # What was paid before the plan counts as its first part, so that the plan adds up to the bill.
    before = (Instalment(date_of(now), bill.paid_fen),) if bill.paid_fen else ()
    after = replace(grown, plan=(*before, *plan), due_on=days[-1])
    return replace(after, next_notice_at=next_notice(after, now))


def _changeable(bill: Bill, now: datetime) -> None:
    if bill.void_reason is not None:
        raise BillChanged
    if bill.being_paid(now) is not None:
        raise BillBeingPaid


def _into_prepaid(bill: Bill, ref: str, fen: int, late_fee_fen: int, now: datetime) -> Paid:
    cash = sum(one.fen + one.late_fee_fen for one in bill.payments if one.means not in NOT_CASH)
    if fen + late_fee_fen > cash:
        raise PaidWithCredit
    return Paid(ref, Means.PREPAID, -fen, -late_fee_fen, now)
