"""Random people take random steps; whatever they do, a topic stays within its five steps (VOT-03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from miniprogram_api.consultation.joint import (
    JointAction,
    JointKind,
    Link,
    Party,
    Signature,
    require_discussed,
)
from miniprogram_api.consultation.rating import Rating, RatingFigures, RatingTerms, figures_of
from miniprogram_api.consultation.refusals import NotDiscussedTogether
from miniprogram_api.consultation.settings import Settings
from miniprogram_api.consultation.stages import (
    assigned,
    ballot_linked,
    finished,
    judged,
    passages,
    proposed,
    published,
    resolved,
    supported,
    taken_up,
    task_done,
    tasked,
    told_late,
    unsupported,
    withdrawn,
)
from miniprogram_api.consultation.topic import (
    CONSULTATION,
    Ballot,
    Hand,
    Line,
    Responsible,
    Result,
    Stage,
    Task,
    Topic,
)
from miniprogram_api.kernel.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

PROPOSED = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PEOPLE = st.sampled_from(["proposer", "neighbour", "committee", "manager"])
SOMEBODY = Responsible("李工")
NEXT = {
    "say": {"discuss", "withdrawn"},
    "discuss": {"handle"},
    "handle": {"show"},
    "show": {"rate"},
    "rate": {"closed", "discuss"},
    "closed": set(),
    "withdrawn": set(),
}
"""The road as the requirement tells it, written down a second time."""


@pytest.mark.row("VOT-03")
def test_no_step_of_the_workflow_passes_over_a_stage() -> None:
    for step in CONSULTATION.transitions:
        for source in step.sources:
            assert step.target is source or step.target in NEXT[source], step.name
    assert {stage for stage in Stage if CONSULTATION.is_final(stage)} == {Stage.CLOSED, Stage.WITHDRAWN}


class OneTopic(RuleBasedStateMachine):
    """One topic, from its proposal on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = PROPOSED
        self.number = 0
        hand = self.hand("proposer")
        topic = Topic("consult_x", "est_x", "加装路灯", "太黑", "proposer", "张**", hand.at, 3, hand.step_id, hand.at)
        self.topic, line = proposed(topic, hand)
        self.lines: list[Line] = [line]
        self.supporters: set[str] = set()

    def hand(self, by: str) -> Hand:
        self.number += 1
        self.now += timedelta(minutes=1)
        return Hand(by, by, self.now, f"cstep_{self.number}")

    def attempt(self, act: Callable[[], tuple[Topic, Line | None]]) -> bool:
        before = self.topic
        try:
            after, line = act()
        except Problem:
            return False
        assert after.stage is before.stage or after.stage in NEXT[before.stage]
        assert after.stage is before.stage or line is not None, "no stage is left without a record"
        self.topic = after
        self.lines += [] if line is None else [line]
        return True

    @rule(by=PEOPLE, room=st.integers(1, 6))
    def support(self, by: str, room: int) -> None:
        stage = self.topic.stage
        if self.attempt(lambda: supported(self.topic, f"room_{room}", by, self.hand("system"))):
            assert (stage, by != "proposer") == ("say", True)
            self.supporters.add(f"room_{room}")

    @rule(room=st.integers(1, 6))
    def take_back(self, room: int) -> None:
        if self.attempt(lambda: (unsupported(self.topic, f"room_{room}"), None)):
            self.supporters.discard(f"room_{room}")

    @rule(by=PEOPLE, reason=st.sampled_from(["", "多户反映"]))
    def take_up(self, by: str, reason: str) -> None:
        if self.attempt(lambda: taken_up(self.topic, reason, self.hand(by))):
            assert reason

    @rule(by=PEOPLE)
    def withdraw(self, by: str) -> None:
        # Seldom, so that runs come far.
        if self.number % 7 == 0 and self.attempt(lambda: withdrawn(self.topic, "不办了", self.hand(by))):
            assert by == "proposer"

    @rule(by=PEOPLE)
    def ballot(self, by: str) -> None:
        self.attempt(lambda: ballot_linked(self.topic, Ballot("bal_1", "征求意见"), self.hand(by)))

    @rule(by=PEOPLE, text=st.sampled_from(["", "加装两盏"]))
    def resolve(self, by: str, text: str) -> None:
        if self.attempt(lambda: resolved(self.topic, text, "joint_1", SOMEBODY, self.hand(by))):
            assert text

    @rule(by=PEOPLE)
    def assign(self, by: str) -> None:
        self.attempt(lambda: assigned(self.topic, Responsible(by), self.hand(by)))

    @rule(by=PEOPLE, in_days=st.integers(-1, 3))
    def give_task(self, by: str, in_days: int) -> None:
        task = Task(f"ctask_{self.number}", "安装", date(2026, 11, 23) + timedelta(days=in_days), SOMEBODY)
        if self.attempt(lambda: tasked(self.topic, task, self.hand(by))):
            assert in_days >= 0

    @rule(by=PEOPLE, which=st.integers(0, 3))
    def do_task(self, by: str, which: int) -> None:
        tasks = self.topic.tasks
        task_id = tasks[which].id if which < len(tasks) else "ctask_none"
        self.attempt(lambda: task_done(self.topic, task_id, "做完了", self.hand(by)))

    @rule()
    def clock(self) -> None:
        self.topic = told_late(self.topic, self.now + timedelta(days=9))

    @rule(by=PEOPLE)
    def finish(self, by: str) -> None:
        tasks = self.topic.tasks
        if self.attempt(lambda: finished(self.topic, "完成", self.hand(by))):
            assert tasks
            assert all(task.done_at is not None for task in tasks)

    @rule(by=PEOPLE, photos=st.integers(0, 2))
    def publish(self, by: str, photos: int) -> None:
        result = Result("亮了", 358_050, tuple(f"photo_{number}" for number in range(photos)))
        if self.attempt(lambda: published(self.topic, result, Settings("est_x"), self.hand(by))):
            assert photos

    @rule(counts=st.tuples(*[st.integers(0, 3)] * 5))
    def judge(self, counts: tuple[int, ...]) -> None:
        if self.attempt(lambda: judged(self.topic, RatingFigures(counts), self.hand("system"))):
            marks = [mark for mark, count in enumerate(counts, start=1) for _ in range(count)]
            short = len(marks) >= 3 and Fraction(sum(marks), len(marks)) < 3
            assert self.topic.stage == ("discuss" if short else "closed")

    @rule(counts=st.tuples(*[st.integers(0, 3)] * 5))
    def go_on(self, counts: tuple[int, ...]) -> None:
        """Take the step the topic waits for, so that runs come far."""
        match self.topic.stage:
            case Stage.SAY:
                self.take_up("committee", "多户反映")
            case Stage.DISCUSS:
                self.resolve("committee", "加装两盏")
            case Stage.HANDLE:
                undone = next((n for n, task in enumerate(self.topic.tasks) if task.done_at is None), None)
                if undone is not None:
                    self.do_task("manager", undone)
                elif self.topic.tasks:
                    self.finish("manager")
                else:
                    self.give_task("manager", 1)
            case Stage.SHOW:
                self.publish("manager", 1)
            case Stage.RATE:
                self.judge(counts)
            case _:
                pass

    @invariant()
    def support_is_counted_room_by_room(self) -> None:
        assert len(self.topic.supporters) == len(set(self.topic.supporters))
        assert set(self.topic.supporters) == self.supporters
        assert self.topic.stage is not Stage.SAY or len(self.supporters) < self.topic.needed

    @invariant()
    def history_is_whole(self) -> None:
        assert [line.number for line in self.lines] == list(range(1, self.topic.steps + 1))
        assert (self.lines[-1].stage, self.lines[-1].id) == (self.topic.stage, self.topic.last_step)
        assert self.topic.round == 1 + sum(line.name == "send_back" for line in self.lines)

    @invariant()
    def stages_are_dated_and_follow_each_other(self) -> None:
        gone = passages(self.lines)
        assert [one.stage for one in gone[:1]] == [Stage.SAY]
        for earlier, later in pairwise(gone):
            assert later.stage in NEXT[earlier.stage]
            assert earlier.ended_at == later.began_at
            assert earlier.began_at < later.began_at
        assert (gone[-1].ended_at is None) == self.topic.is_open
        assert not self.topic.is_open or (gone[-1].began_at, gone[-1].round) == (
            self.topic.stage_since,
            self.topic.round,
        )

    @invariant()
    def somebody_answers_from_the_resolution_on(self) -> None:
        handled = self.topic.stage in {Stage.HANDLE, Stage.SHOW, Stage.RATE, Stage.CLOSED}
        assert (self.topic.responsible is not None) == handled
        assert (self.topic.resolution is not None) == handled
        assert (self.topic.result is not None) == (self.topic.stage in {Stage.RATE, Stage.CLOSED})

    @invariant()
    def the_clock_looks_only_where_something_is_due(self) -> None:
        topic = self.topic
        if topic.stage is Stage.RATE:
            assert topic.terms is not None
            assert topic.due_at == topic.terms.until == topic.stage_since + timedelta(days=7)
        elif topic.stage is not Stage.HANDLE:
            assert topic.due_at is None


TestOneTopic = OneTopic.TestCase
TestOneTopic.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestOneTopic.pytestmark = [pytest.mark.row("VOT-03")]


@pytest.mark.row("VOT-03")
@given(marks=st.lists(st.integers(1, 5), max_size=40), bar=st.integers(10, 50), fewest=st.integers(1, 10))
def test_the_bar_is_compared_exactly(marks, bar, fewest) -> None:
    ratings = [Rating("e", "t", 1, f"room_{number}", mark, "a", PROPOSED) for number, mark in enumerate(marks)]
    figures, terms = figures_of(ratings), RatingTerms(PROPOSED, bar, fewest)
    assert (figures.count, figures.total) == (len(marks), sum(marks))
    expected = len(marks) >= fewest and Fraction(sum(marks), len(marks)) < Fraction(bar, 10)
    assert figures.falls_short(terms) is expected


@pytest.mark.row("VOT-05")
@given(signed=st.sets(st.sampled_from(Party)), there=st.sets(st.sampled_from(Party)))
def test_a_discussion_counts_when_every_party_there_is_has_signed(signed, there) -> None:
    topic = Topic("consult_x", "est_x", "加装路灯", "太黑", "p", "张**", PROPOSED, 5, "s", PROPOSED, Stage.DISCUSS)
    signatures = tuple(Signature(party, f"acc_{party}", "名", PROPOSED) for party in signed)
    action = JointAction(
        "joint_1", "est_x", JointKind.DISCUSSION, "联议", "商定", date(2026, 11, 23), Link("consult_x", 1), "acc", "名",
        PROPOSED, signatures=signatures,
    )  # fmt: skip
    if there <= signed:
        require_discussed(action, topic, there)
    else:
        with pytest.raises(NotDiscussedTogether):
            require_discussed(action, topic, there)
    with pytest.raises(NotDiscussedTogether):
        require_discussed(action, replace(topic, round=2), there)
    assert action.is_complete is (len(signed) == 3)
