"""Random people take random steps with random figures; whatever they do, the talk stays within its table (FEE-06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Problem
from miniprogram_api.prices.costing import CostLine, CostSheet
from miniprogram_api.prices.guide import PriceLimit
from miniprogram_api.prices.rounds import (
    agreed,
    countering_closed,
    ended,
    filed,
    offered,
    opened,
    revised,
    voted,
)
from miniprogram_api.prices.talk import Agreement, Hand, Offer, PriceTalk, Subject, TalkState, TalkStep
from miniprogram_api.prices.votes import VoteBase, VoteResult

if TYPE_CHECKING:
    from collections.abc import Callable

OPENED = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PEOPLE = st.sampled_from(["company", "committee", "community", "street"])
PRICES = st.integers(9_000, 13_000)
COSTS = CostSheet((CostLine("人工", 20_000_000),), 100, 1_600_000)
"""220,000 yuan over 16,000 m2 x 12 months: at most 1.1458 yuan."""
EXPLAINED = 11_458
LIMITS = st.sampled_from([None, 9_500, 11_000, 12_000])
TABLE = {
    "offer": ({"opened"}, {"countering"}),
    "close_counters": ({"countering"}, {"negotiating"}),
    "revise": ({"negotiating"}, {"negotiating"}),
    "agree": ({"negotiating"}, {"voting"}),
    "pass_vote": ({"voting"}, {"passed"}),
    "fail_vote": ({"voting"}, {"opened"}),
    "file": ({"passed"}, {"filed"}),
    "withdraw": ({"opened", "countering", "negotiating", "voting"}, {"withdrawn"}),
    "stop": ({"opened", "countering", "negotiating", "voting", "passed"}, {"withdrawn"}),
}
"""The process as the requirement tells it, written down a second time."""


def limit_of(price: int | None) -> PriceLimit | None:
    return None if price is None else PriceLimit(price, "文件", "unit_x", "guide_x")


@st.composite
def tallies(draw: Any) -> VoteBase:
    """Figures around both thresholds: two thirds of the whole, half of those taking part."""
    total = draw(st.integers(3, 300))
    cast = min(total, 2 * total // 3 + draw(st.integers(-1, 20)))
    return VoteBase(total, cast, min(cast, cast // 2 + draw(st.integers(0, 20))))


class OneTalk(RuleBasedStateMachine):
    """One talk, from its opening on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = OPENED
        self.number = 0
        self.lines: list[TalkStep] = []
        talk = PriceTalk(
            "ptalk_x", "est_x", "道路队小区", "老旧小区", "unit_c", "cmp_x",
            Subject("service_base", "物业服务费", BillKind.SERVICE, "三级"), "调价", OPENED, None, "pstep_0",
            limit=limit_of(11_000),
        )  # fmt: skip
        self.talk, line = opened(talk, self.hand("company"))
        self.lines.append(line)
        self.limit_at_filing: int | None = None

    def hand(self, by: str) -> Hand:
        self.number += 1
        return Hand(by, by, self.now, f"pstep_{self.number}")

    def attempt(self, act: Callable[[], tuple[PriceTalk, TalkStep]]) -> bool:
        before = self.talk
        try:
            after, line = act()
        except Problem:
            return False
        sources, targets = TABLE[line.name]
        assert before.state in sources
        assert after.state in targets
        self.talk = after
        self.lines.append(line)
        return True

    @rule(by=PEOPLE, price=PRICES)
    def offer(self, by: str, price: int) -> None:
        self.attempt(lambda: offered(self.talk, Offer(price, "说明", COSTS), self.hand(by)))

    @rule(by=PEOPLE, price=PRICES)
    def revise(self, by: str, price: int) -> None:
        asked = self.talk.offer
        if self.attempt(lambda: revised(self.talk, Offer(price, "说明", COSTS), self.hand(by))):
            assert asked is not None
            assert price < asked.price

    @rule()
    def time_is_over(self) -> None:
        self.now += timedelta(days=14)
        self.attempt(lambda: countering_closed(self.talk, self.hand("system")))

    @rule(by=PEOPLE, price=st.none() | PRICES)
    def agree(self, by: str, price: int | None) -> None:
        offer = self.talk.offer
        asked = offer.price if price is None and offer is not None else price or 10_000
        offerer = self.talk.offerer
        if self.attempt(lambda: agreed(self.talk, Agreement(asked, "纪要"), self.hand(by))):
            assert offer is not None
            assert (asked, by != offerer) == (offer.price, True)

    @rule(by=PEOPLE, area=tallies(), heads=tallies(), days_ago=st.integers(-1, 20), limit=LIMITS)
    def vote(self, by: str, area: VoteBase, heads: VoteBase, days_ago: int, limit: int | None) -> None:
        day = date_of(self.now) - timedelta(days=days_ago)
        result = VoteResult(day, "决议", area, heads)
        self.attempt(lambda: voted(self.talk, result, limit_of(limit), self.hand(by)))

    @rule(by=PEOPLE, in_days=st.integers(-2, 60), limit=LIMITS)
    def file(self, by: str, in_days: int, limit: int | None) -> None:
        starts_on = date_of(self.now) + timedelta(days=in_days)
        hands = {self.talk.offerer, self.talk.agreer, self.talk.vote_recorder}
        if self.attempt(lambda: filed(self.talk, starts_on, limit_of(limit), self.hand(by))):
            self.limit_at_filing = limit
            assert by not in hands

    @rule(by=PEOPLE, step=st.sampled_from(["withdraw", "stop"]), reason=st.sampled_from(["", "暂缓"]))
    def end(self, by: str, step: str, reason: str) -> None:
        if self.number % 7 == 0 and self.attempt(lambda: ended(self.talk, step, reason, self.hand(by))):
            assert reason

    @rule(area=tallies(), heads=tallies(), limit=LIMITS)
    def go_on(self, area: VoteBase, heads: VoteBase, limit: int | None) -> None:
        """Take the step the talk waits for by the side whose turn it is, so that runs come far."""
        match self.talk.state:
            case TalkState.OPENED:
                self.offer("company", min(self.talk.limit.price if self.talk.limit else EXPLAINED, EXPLAINED))
            case TalkState.COUNTERING:
                self.time_is_over()
            case TalkState.NEGOTIATING:
                self.agree("committee", None)
            case TalkState.VOTING:
                self.vote("community", area, heads, 0, limit)
            case TalkState.PASSED:
                self.file("street", 0, limit)
            case _:
                pass

    @invariant()
    def an_offer_is_within_limit_and_costs(self) -> None:
        talk = self.talk
        if talk.offer is not None:
            assert talk.offer.price <= EXPLAINED
            assert talk.limit is None or talk.offer.price <= talk.limit.price

    @invariant()
    def a_filed_price_was_allowed_agreed_and_voted_for(self) -> None:
        talk = self.talk
        if talk.state is not TalkState.FILED:
            return
        assert talk.agreement is not None
        assert talk.vote is not None
        assert talk.agreed_on is not None
        assert talk.starts_on is not None
        assert self.limit_at_filing is None or talk.agreement.price <= self.limit_at_filing
        for base in (talk.vote.area, talk.vote.heads):
            assert Fraction(base.cast, base.total) >= Fraction(2, 3)
            assert Fraction(base.yes, base.cast) > Fraction(1, 2)
        assert talk.agreed_on <= talk.vote.decided_on <= talk.starts_on

    @invariant()
    def history_is_whole(self) -> None:
        assert [line.number for line in self.lines] == list(range(1, self.talk.steps + 1))
        assert self.lines[-1].state is self.talk.state
        assert self.talk.round == 1 + sum(line.name == "fail_vote" for line in self.lines)
        assert (self.talk.due_at is None) == (not self.talk.is_open) or self.talk.steps == 1


TestOneTalk = OneTalk.TestCase
TestOneTalk.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestOneTalk.pytestmark = [pytest.mark.row("FEE-06")]


@pytest.mark.row("FEE-06")
@pytest.mark.parametrize(
    ("total", "cast", "yes", "adopted"),
    [
        (300, 200, 101, True),  # exactly two thirds is enough (民法典 1259)
        (300, 199, 199, False),
        (300, 200, 100, False),  # exactly half is not more than half
        (301, 200, 200, False),
        (1, 1, 1, True),
        (3, 0, 0, False),
    ],
)
def test_the_thresholds_of_the_law(total, cast, yes, adopted) -> None:
    base, all_for = VoteBase(total, cast, yes), VoteBase(300, 300, 300)
    day = date(2026, 12, 8)
    assert VoteResult(day, "", base, all_for).passed is adopted
    assert VoteResult(day, "", all_for, base).passed is adopted, "both bases count"


@pytest.mark.row("FEE-06")
@pytest.mark.parametrize(
    ("costs", "price"),
    [
        (COSTS, 11_458),
        (replace(COSTS, profit_permille=0), 10_416),  # 200,000 / 192,000 = 1.04166
        (CostSheet((CostLine("管理", 4_320_000),), 0, 20_000), 180_000),  # 43,200 yuan, 200 spaces: 18 yuan a month
    ],
)
def test_what_a_cost_sheet_comes_to(costs, price) -> None:
    assert costs.price == price


@pytest.mark.row("FEE-06")
@given(
    yearly=st.lists(st.integers(1, 10**9), min_size=1, max_size=5),
    profit=st.integers(0, 1000),
    volume=st.integers(1, 10**9),
)
def test_the_highest_price_a_sheet_explains_is_the_last_that_earns_no_more_than_cost_and_profit(
    yearly, profit, volume
) -> None:
    sheet = CostSheet(tuple(CostLine("项目", fen) for fen in yearly), profit, volume)
    allowed = Fraction(sum(yearly), 100) * (1 + Fraction(profit, 1000))

    def yuan_a_year(price: int) -> Fraction:
        return Fraction(price, 10_000) * Fraction(volume, 100) * 12

    assert yuan_a_year(sheet.price) <= allowed < yuan_a_year(sheet.price + 1)
