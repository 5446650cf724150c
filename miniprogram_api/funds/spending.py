"""Spending the owners' money: asked, decided, paid, proven, by people who check one another (FND-03, FND-11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.funds.ledger import AccountKind
from miniprogram_api.funds.months import Mark
from miniprogram_api.funds.places import COMMON_PURPOSES
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.workflow import SamePersonRefused, Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

SPENDABLE = COMMON_PURPOSES - {AccountKind.PARKING_GROSS}
"""What is spent by request; the daily cost of parking is booked by the company (FND-16)."""


class SpendState(StrEnum):
    """How far a request came."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    PROVEN = "proven"


SPEND_LABELS: dict[SpendState, str] = {
    SpendState.ASKED: "待决定",
    SpendState.APPROVED: "待付款",
    SpendState.REFUSED: "未通过",
    SpendState.PAID: "待交凭证",
    SpendState.PROVEN: "已完成",
}


class Purse(StrEnum):
    """For which money owners may authorise their committee (FND-11)."""

    PUBLIC_INCOME = "public_income"
    MAINTENANCE = "maintenance"


COVERING: dict[Purse, frozenset[Matter]] = {
    Purse.MAINTENANCE: frozenset({Matter.FUND_USE}),
    Purse.PUBLIC_INCOME: frozenset({Matter.COMMON_PARTS, Matter.OTHER, Matter.FUND_USE}),
}
"""Decisions of which matters cover money of a purse. The maintenance fund: only its use, 民法典 278 (5).

Public income has no number of its own there: it is decided with the business it comes from (8), as another major matter
(9; 物业管理条例 art. 54 按照业主大会的决定使用), or together with the fund that it tops up or spares (5).
"""

AUTHORISING = frozenset({Matter.RULES, Matter.COVENANT, Matter.OTHER})
"""Decisions of which matters may authorise a committee (001:34 业主大会议事规则规定和管理规约约定)."""


class SpendUnknown(NotFound):
    """The estate has no such request."""

    code = "spend_request_unknown"
    message = "没有找到该用款申请，请刷新列表。"


class SpendMoved(Conflict):
    """Somebody else took a step at the same moment."""

    code = "spend_request_moved"
    message = "该用款申请刚刚有了新进展，请刷新后再操作。"


class SpendKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "spend_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class NotSpendable(Invalid):
    """Money of that purpose is not spent by request."""

    code = "purpose_not_spendable"
    message = "这类资金不通过用款申请支出，请选择公共收益、停车结余或维修资金。"


class OverLimit(Conflict):
    """The amount passes what the owners authorised: their vote is needed (FND-11)."""

    code = "over_delegated_limit"
    message = "金额超出业主大会授权额度，请先经业主表决，再凭表决结果办理。"


class LimitMoved(Conflict):
    """Another decision used the year's limit at the same moment."""

    code = "delegated_limit_moved"
    message = "授权额度刚刚有变动，请刷新后再决定。"


class CommitteeDecides(Forbidden):
    """The street decides only where no committee is in office."""

    code = "committee_decides"
    message = "本小区业委会在任，请由业委会决定这笔支出。"


class NotEnoughMoney(Conflict):
    """Less is there for the purpose than is to be paid."""

    code = "not_enough_money"
    message = "该项资金余额不足，请核对余额后再付款。"


class LimitUnclear(Invalid):
    """A limit ends after it begins, and one item is not more than the year."""

    code = "delegated_limit_unclear"
    message = "授权额度的起止日期或金额有误，请检查：单项不应超过全年，结束不应早于开始。"


class LimitWithoutSource(Invalid):
    """A limit rests on a registered decision, or on a document from before the register: on one of the two."""

    code = "delegated_limit_source"
    message = "请选择作为授权依据的业主大会决定；决定未在系统登记的，填写文件名称和条款，两者只填一项。"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What money is asked for: from which account and purpose, for which item, how much (fen), why, by which quote.

    ``room_ids`` and ``building_ids`` are the rooms concerned by a use of the maintenance fund; none means all.
    """

    place_id: str
    purpose: AccountKind
    item: str
    fen: int
    reason: str
    quote: str
    facility_id: str | None = None
    building_ids: tuple[str, ...] = ()
    room_ids: tuple[str, ...] = ()
    quote_photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spending:
    """One request to spend. ``basis`` says in words what its approval rests on.

    ``decision_id`` is the decision it takes its money from, ``authority_id`` the one by which owners gave the limit it
    stays within. It is paid only while both are in force (VOT-15).
    """

    id: str
    estate_id: str
    wanted: Wanted
    asked: Mark
    state: SpendState = SpendState.ASKED
    decided: Mark | None = None
    basis: str = ""
    within_limit: bool = False
    decision_id: str | None = None
    authority_id: str | None = None
    reason: str | None = None
    paid: Mark | None = None
    paid_on: date | None = None
    posting_id: str | None = None
    proven: Mark | None = None
    voucher_photo_ids: tuple[str, ...] = ()
    version: int = 0


_PAYERS = frozenset({"keeper", "decider"})
SPENDING: Workflow[SpendState] = Workflow(
    "spending",
    SpendState.ASKED,
    (
        Transition(
            "approve",
            "同意",
            frozenset({SpendState.ASKED}),
            SpendState.APPROVED,
            Permission.FUND_DECIDE,
            not_by=frozenset({"asker", "keeper"}),
        ),
        Transition(
            "refuse",
            "不同意",
            frozenset({SpendState.ASKED, SpendState.APPROVED}),
            SpendState.REFUSED,
            Permission.FUND_DECIDE,
            requires=frozenset({"reason"}),
            not_by=frozenset({"asker", "keeper"}),
        ),
        Transition(
            "pay",
            "付款",
            frozenset({SpendState.APPROVED}),
            SpendState.PAID,
            Permission.FUND_PAY,
            not_by=_PAYERS,
        ),
        Transition(
            "prove",
            "交凭证",
            frozenset({SpendState.PAID}),
            SpendState.PROVEN,
            Permission.FUND_SPEND,
            requires=frozenset({"vouchers"}),
        ),
    ),
)
"""asked -> approved | refused -> paid -> proven. Keeper, decider and payer are three people (FND-03, 000:149);
who asked does not decide. What was approved can still be refused: its decision may have been rescinded (VOT-15)."""


def stepped(request: Spending, name: str, actor: str, keeper: str, **given: object) -> Spending:
    """Return the request in the state one step leads to.

    Raises:
        IllegalTransition, SamePersonRefused, InputMissing: see the workflow; and who decided may not keep the account
            by the time it is paid.
    """
    decider = None if request.decided is None else request.decided.by
    participants = {"asker": request.asked.by, "keeper": keeper, "decider": decider}
    step = SPENDING.step(request.state, name, given=given, actor=actor, participants=participants)
    if name == "pay" and keeper == decider:
        raise SamePersonRefused(step=name)
    return replace(request, state=step.target)


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to how much the committee decides alone, in fen, per item and calendar year (FND-11).

    ``source`` says in words where owners gave it; with ``decision_id`` that is a registered decision, and the limit
    ends with it.
    """

    estate_id: str
    purse: Purse
    per_item_fen: int
    per_year_fen: int
    valid_from: date
    valid_until: date
    source: str
    set_by: str
    decision_id: str | None = None
    version: int = 0

    def allows(self, fen: int, used: int, on: date) -> bool:
        """Say whether the committee may decide on an amount alone, when so much of the year is used."""
        valid = self.valid_from <= on <= self.valid_until
        return valid and fen <= self.per_item_fen and used + fen <= self.per_year_fen


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a year's limit is used, in fen."""

    estate_id: str
    purse: Purse
    year: int
    fen: int = 0
    version: int = 0


def checked_limit(limit: Limit) -> Limit:
    """Return the limit if it makes sense, or raise LimitUnclear or LimitWithoutSource."""
    if limit.valid_until < limit.valid_from or limit.per_item_fen > limit.per_year_fen:
        raise LimitUnclear
    if bool(limit.source.strip()) == (limit.decision_id is not None):
        raise LimitWithoutSource
    return limit


def require_enough(balances: Mapping[str, int], purpose: AccountKind, fen: int) -> None:
    """Let an amount leave a purpose of the owners, or raise NotEnoughMoney; owners' accounts grow by credits."""
    if -balances.get(purpose.value, 0) < fen:
        raise NotEnoughMoney


def purse_of(purpose: AccountKind) -> Purse:
    """Return which authority covers money of a purpose; the surplus of parking is public income."""
    return Purse.MAINTENANCE if purpose is AccountKind.MAINTENANCE else Purse.PUBLIC_INCOME
