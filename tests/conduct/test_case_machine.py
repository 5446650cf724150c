"""Random people take random steps; whatever they do, a case stays within its table, its history whole (VOT-14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from miniprogram_api.appointments.rules import Particulars, Post, PostState
from miniprogram_api.conduct.case import Case, CaseState, Referral, referred, reported, stepped
from miniprogram_api.conduct.catalogue import Item
from miniprogram_api.conduct.history import Hand, Said, Seat
from miniprogram_api.kernel.access import Role, ScopeKind
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

BEGAN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PEOPLE = st.sampled_from(["reporter", "member", "community", "street"])
TABLE = {
    "check": ({"reported"}, "checked"),
    "dismiss": ({"reported", "checked"}, "dismissed"),
    "state": ({"checked"}, "checked"),
    "hear": ({"checked"}, "checked"),
    "suspend": ({"checked"}, "suspended"),
    "put_to_vote": ({"suspended"}, "voting"),
    "end": ({"voting"}, "ended"),
    "restore": ({"voting"}, "restored"),
    "announce": ({"ended", "restored"}, "announced"),
    "lapse": ({"reported", "checked", "suspended", "voting"}, "lapsed"),
}
"""The process as the requirement tells it, written down a second time."""

NOT_BY = {
    "check": {"reporter", "member"},
    "dismiss": {"reporter", "member"},
    "suspend": {"reporter", "member"},
    "state": set(),
    **{name: {"member"} for name in ("hear", "put_to_vote", "end", "restore", "announce", "lapse")},
}
SEAT = Seat("est_x", "道路队小区", ("city", "street", "community"), "post_x", "body_x", "孙委员", "委员", "member")


def seat(body_id: str | None = "body_x") -> Post:
    return Post(
        "post_x", ScopeKind.ESTATE, "est_x", "道路队小区", Role.COMMITTEE, Particulars("孙委员"), None, None, None,
        None, "acc_c", BEGAN, date_of(BEGAN), state=PostState.ACTIVE, body_id=body_id, account_id="member",
    )  # fmt: skip


class OneCase(RuleBasedStateMachine):
    """One case from its report on, and the seat it is about."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGAN
        self.number = 0
        said = Said("公共收益去向不明", ("photo_1",))
        self.case = reported("case_x", SEAT, Item("funds_misused", "侵占公共收益", True), said, self.hand("reporter"))
        self.post = seat().signed(BEGAN)
        self.steps = 1

    def hand(self, by: str) -> Hand:
        self.number += 1
        return Hand(by, by, self.now, f"step_{self.number}")

    def attempt(self, act: Callable[[], Case]) -> bool:
        try:
            self.case = act()
        except Problem:
            return False
        self.steps += 1
        return True

    @rule(by=PEOPLE, name=st.sampled_from(sorted(TABLE)), text=st.sampled_from(["", " ", "详见记录"]),
          reference=st.sampled_from(["", "dec_1"]))  # fmt: skip
    def step(self, by: str, name: str, text: str, reference: str) -> None:
        before = self.case
        if not self.attempt(lambda: stepped(self.case, name, Said(text, reference=reference), self.hand(by))):
            assert self.case is before
            return
        sources, target = TABLE[name]
        assert before.state.value in sources
        assert self.case.state.value == target
        assert by not in NOT_BY[name]
        assert text.strip()
        assert name != "end" or reference
        assert name != "suspend" or before.statements
        self.follow(name)

    def follow(self, name: str) -> None:
        """What the same act does to the seat."""
        if name == "suspend":
            self.post = self.post.held("case_x", "暂停")
        elif name == "restore":
            self.post = self.post.freed("case_x")
        elif name == "end":
            self.post = self.post.step("end", {"reason": "业主大会决定"}, self.now)

    @rule(by=st.sampled_from(["community", "street"]))
    def go_on(self, by: str) -> None:
        """Take the step the case waits for, so that runs come far."""
        state, statements = self.case.state, self.case.statements
        name = {
            CaseState.REPORTED: "check",
            CaseState.CHECKED: "suspend" if statements else "hear",
            CaseState.SUSPENDED: "put_to_vote",
            CaseState.VOTING: "end" if self.number % 2 else "restore",
            CaseState.ENDED: "announce",
            CaseState.RESTORED: "announce",
        }.get(state)
        if name is not None:
            self.step(by, name, "详见记录", "dec_1")

    @rule(by=PEOPLE, days=st.integers(-2, 2))
    def refer(self, by: str, days: int) -> None:
        on = date_of(self.now) + timedelta(days=days)
        before = self.case
        if self.attempt(lambda: referred(self.case, Referral(on, "公安分局", "移送"), self.hand(by))):
            assert before.referral is None
            assert date_of(BEGAN) <= on <= date_of(self.now)
            assert self.case.state is before.state

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def history_is_whole(self) -> None:
        history = self.case.history
        assert len(history) == self.steps
        assert history[0].name == "report"
        assert all(one.by and one.by_name for one in history)
        assert [one.at for one in history] == sorted(one.at for one in history)
        assert len({one.step_id for one in history}) == len(history)

    @invariant()
    def nobody_is_without_rights_but_by_a_suspension_after_a_statement(self) -> None:
        names = [one.name for one in self.case.history]
        assert self.post.grant().suspended is ("suspend" in names and "restore" not in names)
        assert not self.case.membership_ended or self.post.grant().suspended
        if "suspend" in names:
            heard = [names.index(one) for one in ("state", "hear") if one in names]
            assert min(heard) < names.index("suspend")

    @invariant()
    def a_membership_ends_after_a_vote_and_nobody_else_hears_before(self) -> None:
        names = [one.name for one in self.case.history]
        assert self.post.is_over is ("end" in names)
        if self.post.is_over:
            assert names.index("suspend") < names.index("put_to_vote") < names.index("end")
            assert self.case.decision_id == "dec_1"
        told = self.case.announcement is not None
        assert told is (self.case.state is CaseState.ANNOUNCED)
        assert self.case.on_board is (
            self.case.state in {CaseState.SUSPENDED, CaseState.VOTING, CaseState.ENDED, CaseState.ANNOUNCED}
        )


TestOneCase = OneCase.TestCase
TestOneCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestOneCase.pytestmark = [pytest.mark.row("VOT-14")]


@pytest.mark.row("VOT-13")
@pytest.mark.parametrize("state", [PostState.WAITING, PostState.ACTIVE, PostState.SUSPENDED])
def test_a_member_s_grant_is_live_only_when_signed_and_in_office(state) -> None:
    post = replace(seat(), state=state)
    assert not post.grant().is_live(BEGAN)
    signed = post.signed(BEGAN)
    assert signed.grant().is_live(BEGAN) is (state is not PostState.SUSPENDED)
    assert signed.signed(BEGAN + timedelta(days=1)).pledged_at == BEGAN, "the first signature stays"
    assert not signed.held("case_x", "暂停").grant().is_live(BEGAN)
    assert replace(seat(body_id=None), state=PostState.ACTIVE).grant().is_live(BEGAN), "only members sign"


@pytest.mark.row("VOT-14")
def test_a_seat_held_by_two_cases_is_free_after_both() -> None:
    post = seat().signed(BEGAN).held("case_a", "甲").held("case_b", "乙")
    assert post.freed("case_a").state is PostState.SUSPENDED
    assert post.freed("case_b").freed("case_a").state is PostState.ACTIVE
    assert post.freed("case_a").freed("case_a").state is PostState.SUSPENDED
