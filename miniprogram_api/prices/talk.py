"""A price talk 价格协商: limit, offer, counter-offers, agreement, the owners' vote, filing (FEE-06).

Source: 000:141 "政府限价、物业报价、业主还价". Neither side decides alone: a price is agreed only when the owners' side
takes the company's newest offer, and becomes a tariff only when the owners voted for it and an official filed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.workflow import Transition, Workflow
from miniprogram_api.prices.benchmark import ServiceLevel
from miniprogram_api.prices.costing import CostSheet
from miniprogram_api.prices.guide import PriceLimit
from miniprogram_api.prices.votes import VoteResult


class TalkState(StrEnum):
    """What a price talk waits for."""

    OPENED = "opened"  # the company's offer
    COUNTERING = "countering"  # owners' counter-offers, until the round is over
    NEGOTIATING = "negotiating"  # the parties' agreement
    VOTING = "voting"  # the owners' vote
    PASSED = "passed"  # an official who files it
    FILED = "filed"
    WITHDRAWN = "withdrawn"


STATE_LABELS: dict[TalkState, str] = {
    TalkState.OPENED: "待报价",
    TalkState.COUNTERING: "业主还价中",
    TalkState.NEGOTIATING: "协商中",
    TalkState.VOTING: "待业主表决",
    TalkState.PASSED: "待备案",
    TalkState.FILED: "已备案",
    TalkState.WITHDRAWN: "已终止",
}

ROUND_DAYS: dict[TalkState, int] = {
    TalkState.OPENED: 30,
    TalkState.COUNTERING: 14,
    TalkState.NEGOTIATING: 30,
    TalkState.VOTING: 60,
    TalkState.PASSED: 15,
}
"""Days each round lasts before people are told that it is late; counter-offers close then. These numbers are settings
of the house, the source text names none."""

_S = TalkState
_OPEN = frozenset(ROUND_DAYS)

PRICE_TALK = Workflow(
    "price_talk",
    _S.OPENED,
    (
        Transition(
            "offer", "报价", frozenset({_S.OPENED}), _S.COUNTERING, Permission.PRICE_OFFER, frozenset({"offer"})
        ),
        Transition("close_counters", "还价截止", frozenset({_S.COUNTERING}), _S.NEGOTIATING),
        Transition(
            "revise",
            "调整报价",
            frozenset({_S.NEGOTIATING}),
            _S.NEGOTIATING,
            Permission.PRICE_OFFER,
            frozenset({"offer"}),
        ),
        Transition(
            "agree",
            "达成一致",
            frozenset({_S.NEGOTIATING}),
            _S.VOTING,
            Permission.PRICE_AGREE,
            frozenset({"agreement"}),
            not_by=frozenset({"offerer"}),
        ),
        Transition(
            "pass_vote",
            "表决通过",
            frozenset({_S.VOTING}),
            _S.PASSED,
            Permission.PRICE_AGREE,
            frozenset({"vote"}),
            not_by=frozenset({"offerer"}),
        ),
        Transition(
            "fail_vote",
            "表决未通过",
            frozenset({_S.VOTING}),
            _S.OPENED,
            Permission.PRICE_AGREE,
            frozenset({"vote"}),
            not_by=frozenset({"offerer"}),
        ),
        Transition(
            "file",
            "备案",
            frozenset({_S.PASSED}),
            _S.FILED,
            Permission.PRICE_FILE,
            frozenset({"starts_on"}),
            not_by=frozenset({"offerer", "agreer", "vote_recorder"}),
        ),
        Transition(
            "withdraw",
            "撤回",
            _OPEN - {_S.PASSED},
            _S.WITHDRAWN,
            Permission.PRICE_OFFER,
            frozenset({"reason"}),
        ),
        Transition("stop", "终止", _OPEN, _S.WITHDRAWN, Permission.PRICE_FILE, frozenset({"reason"})),
    ),
)
"""opened -> countering -> negotiating -> voting -> passed -> filed; a vote that fails begins the next round. What the
owners have adopted the company cannot withdraw any more, an official can stop it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the price is of: a charge and the kind of bill it goes on, at a grade of service.

    ``unit`` is what the price is per (车位); empty means per m2. ``includes`` are charges that it covers (FEE-04).
    """

    charge: str
    label: str
    kind: BillKind
    grade: str = ""
    unit: str = ""
    includes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What the company asks, in 0.0001 yuan a month and unit, explained in words and by its costs.

    ``services`` say what it does for it; ``reference`` is what these cost by the city's benchmark, where there is one.
    """

    price: int
    explanation: str
    costs: CostSheet
    services: tuple[ServiceLevel, ...] = ()
    reference: int | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the parties agreed, with the minutes of how."""

    price: int
    minutes: str
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hand:
    """Who takes a step, and when; ``step_id`` is the same each time the same step is sent."""

    by: str
    name: str
    at: datetime
    step_id: str


@dataclass(frozen=True, slots=True)
class PriceTalk:
    """One talk about the price of one charge at one estate; ``offer``, ``agreement`` and ``vote`` are of this round.

    ``estate_type`` says in words what kind of estate it is, since prices differ by it. ``limit`` is what the government
    allowed when the round began, None where the market decides. ``lowered`` counts the revisions of the round.
    ``last_step`` is the id of the newest step, ``told_late`` says that people were told that the round is late.
    """

    id: str
    estate_id: str
    estate_name: str
    estate_type: str
    community_id: str
    company_id: str
    subject: Subject
    reason: str
    opened_at: datetime
    due_at: datetime | None
    last_step: str
    limit: PriceLimit | None = None
    appraisal_id: str | None = None
    state: TalkState = TalkState.OPENED
    round: int = 1
    steps: int = 1
    lowered: int = 0
    offer: Offer | None = None
    offerer: str | None = None
    agreement: Agreement | None = None
    agreer: str | None = None
    agreed_on: date | None = None
    vote: VoteResult | None = None
    vote_recorder: str | None = None
    starts_on: date | None = None
    told_late: bool = False
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it has not come to an end."""
        return self.state in _OPEN

    def takes_counters(self, now: datetime) -> bool:
        """Say whether owners may answer now."""
        return self.state is TalkState.COUNTERING and self.due_at is not None and now < self.due_at


@dataclass(frozen=True, slots=True)
class TalkStep:
    """One step of a talk as everybody of the estate may read it: who, when, what was filled in, where it led."""

    id: str
    talk_id: str
    estate_id: str
    number: int
    name: str
    round: int
    state: TalkState
    by: str
    by_name: str
    at: datetime
    limit: PriceLimit | None = None
    offer: Offer | None = None
    agreement: Agreement | None = None
    vote: VoteResult | None = None
    starts_on: date | None = None
    reason: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class OpenTalk:
    """Guard: the one talk that an estate has about a charge until it ends."""

    estate_id: str
    charge: str
    talk_id: str
    version: int = 0
