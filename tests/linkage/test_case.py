"""Five parties, one matter: which results count, and that nothing closes before all five (CARD-04)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.errors import Problem
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing
from miniprogram_api.linkage.catalogue import WORK_KINDS, Party
from miniprogram_api.linkage.notices import notices
from miniprogram_api.linkage.rules import (
    Case,
    CaseChanged,
    CaseState,
    PartiesUnfinished,
    PartyMissing,
    PartyOfOthers,
    Result,
    ResultRefused,
    Slot,
    SlotState,
    check_result,
    check_slots,
    may_fill,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SLOTS = tuple(Slot(party, "单位", "张三", "任务", date(2026, 12, 1), account_id=f"acc_{party}") for party in Party)
CASE = Case("link_1", "est_1", "septic_tank", "清理化粪池", "", SLOTS, "acc_1", NOW, before_photo_ids=("p1",))
ENOUGH = {
    Party.COMMUNITY: Result(record="已召集各方"),
    Party.ORIGINAL: Result(promised=2_000_000, paid=2_000_000),
    Party.COMMITTEE: Result(asked=92, consents=58),
    Party.RESIDENTS: Result(participants=1),
    Party.PROVIDER: Result(record="已承接", order_ids=("wo_1",)),
}


def done(*parties: Party) -> Case:
    case = CASE
    for party in parties:
        case = case.step_slot("finish", party, NOW, result=ENOUGH[party])
    return case


@pytest.mark.row("CARD-04")
@pytest.mark.parametrize("party", list(Party))
def test_all_five_parties_are_mandatory(party: Party) -> None:
    with pytest.raises(PartyMissing):
        check_slots([slot for slot in SLOTS if slot.party is not party], NOW)


def test_the_five_stand_in_the_order_of_the_method_and_none_is_due_in_the_past() -> None:
    assert [slot.party for slot in check_slots(reversed(SLOTS), NOW)] == [
        Party.COMMUNITY, Party.ORIGINAL, Party.COMMITTEE, Party.RESIDENTS, Party.PROVIDER,
    ]  # fmt: skip
    with pytest.raises(PartyMissing):
        check_slots([*SLOTS[1:], replace(SLOTS[0], due_on=date(2026, 11, 22))], NOW)


@pytest.mark.row("CARD-04")
@pytest.mark.parametrize(
    ("party", "result", "consent", "fulfilled"),
    [
        (Party.COMMUNITY, Result(), False, False),
        (Party.COMMUNITY, Result(record="会议记录"), False, True),
        (Party.ORIGINAL, Result(promised=100, paid=99), False, False),
        (Party.ORIGINAL, Result(promised=0, paid=100), False, False),
        (Party.ORIGINAL, Result(promised=100, paid=100), False, True),
        (Party.COMMITTEE, Result(asked=0, consents=0), False, False),
        (Party.COMMITTEE, Result(asked=10, consents=11), False, False),
        (Party.COMMITTEE, Result(asked=10, consents=0), False, True),
        (Party.COMMITTEE, Result(asked=10, consents=0), True, False),
        (Party.COMMITTEE, Result(asked=92, consents=58), True, True),
        (Party.RESIDENTS, Result(), False, False),
        (Party.RESIDENTS, Result(participants=1), False, True),
        (Party.PROVIDER, Result(order_ids=("wo_1",)), False, False),
        (Party.PROVIDER, Result(record="承接"), False, True),
    ],
)
def test_each_party_owes_its_own_result(party: Party, result: Result, consent: bool, fulfilled: bool) -> None:
    if fulfilled:
        check_result(party, result, needs_consent=consent)
    else:
        with pytest.raises(ResultRefused):
            check_result(party, result, needs_consent=consent)


@pytest.mark.row("CARD-04")
@pytest.mark.parametrize("left", list(Party))
def test_a_case_closes_only_when_the_last_party_is_done_or_not_needed_with_reason(left: Party) -> None:
    case = done(*(party for party in Party if party is not left))
    with pytest.raises(PartiesUnfinished):
        case.close("完成", ("p2",), NOW)
    with pytest.raises(InputMissing):
        case.step_slot("waive", left, NOW)
    closed = case.step_slot("waive", left, NOW, reason="本次不需要").close("完成", ("p2",), NOW)
    assert closed.state is CaseState.CLOSED
    with pytest.raises(CaseChanged):
        closed.step_slot("reopen", left, NOW, reason="再办")


@pytest.mark.row("CARD-09")
def test_works_need_photos_from_before_and_after() -> None:
    case = done(*Party)
    with pytest.raises(InputMissing):
        case.close("完成", (), NOW)
    with pytest.raises(InputMissing):
        replace(case, before_photo_ids=()).close("完成", ("p2",), NOW)
    assert replace(case, kind="other", before_photo_ids=()).close("完成", (), NOW).state is CaseState.CLOSED


@pytest.mark.row("CARD-09")
def test_the_six_works_of_the_text_are_listed_with_tasks_money_and_consent() -> None:
    named = ["安装门禁", "安装充电桩", "清理化粪池", "清理卫生死角", "制作公益宣传栏", "拆除乱搭乱建", "其他事项"]
    assert [kind.name for kind in WORK_KINDS] == named
    assert all(kind.tasks[Party.PROVIDER] and kind.tasks[Party.COMMUNITY] for kind in WORK_KINDS)


def test_published_only_after_closed_and_once() -> None:
    with pytest.raises(IllegalTransition):
        CASE.publish(NOW)
    published = done(*Party).close("完成", ("p2",), NOW).publish(NOW)
    with pytest.raises(IllegalTransition):
        published.publish(NOW)


@pytest.mark.parametrize(
    ("party", "role", "allowed"),
    [
        (Party.COMMUNITY, Role.COMMUNITY, True),
        (Party.COMMUNITY, Role.MANAGER, False),
        (Party.ORIGINAL, Role.COMMUNITY, True),
        (Party.ORIGINAL, Role.MANAGER, False),
        (Party.COMMITTEE, Role.COMMITTEE, True),
        (Party.COMMITTEE, Role.BUILDING_HEAD, False),
        (Party.RESIDENTS, Role.BUILDING_HEAD, True),
        (Party.PROVIDER, Role.MANAGER, True),
        (Party.PROVIDER, Role.COMMUNITY, False),
    ],
)
def test_nobody_reports_for_another_party(party: Party, role: Role, allowed: bool) -> None:
    if allowed:
        may_fill(party, frozenset({role}))
    else:
        with pytest.raises(PartyOfOthers):
            may_fill(party, frozenset({role}))


def test_a_party_is_overdue_after_its_day_and_told_once() -> None:
    soon = CASE.with_slot(replace(CASE.slot(Party.ORIGINAL), due_on=date(2026, 11, 23)))
    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert soon.due_at == midnight
    assert soon.with_overdue(midnight - timedelta(seconds=1)) == soon
    late = soon.with_overdue(midnight)
    told = notices(soon, late)
    assert {notice.to.account_id for notice in told} == {None, "acc_original"}
    assert late.due_at == datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    assert notices(late, late.with_overdue(midnight)) == ()


class Matter(RuleBasedStateMachine):
    """Anybody presses anything in any order; a model of five flags says what must hold."""

    def __init__(self) -> None:
        super().__init__()
        self.case = CASE
        self.settled: set[Party] = set()

    def press(self, expected: bool, step: object) -> None:
        assert callable(step)
        try:
            self.case = step()
        except Problem:
            assert not expected
        else:
            assert expected

    @rule(party=st.sampled_from(Party), enough=st.booleans())
    def finish(self, party: Party, enough: bool) -> None:
        result = ENOUGH[party] if enough else Result()
        expected = enough and party not in self.settled and self.case.state is CaseState.OPENED
        self.press(expected, lambda: self.case.step_slot("finish", party, NOW, result=result))
        self.settled |= {party} if expected else set()

    @rule(party=st.sampled_from(Party), reason=st.sampled_from(["", "不需要"]))
    def waive(self, party: Party, reason: str) -> None:
        expected = bool(reason) and party not in self.settled and self.case.state is CaseState.OPENED
        self.press(expected, lambda: self.case.step_slot("waive", party, NOW, reason=reason))
        self.settled |= {party} if expected else set()

    @precondition(lambda self: self.settled)
    @rule(party=st.sampled_from(Party))
    def reopen(self, party: Party) -> None:
        expected = party in self.settled and self.case.state is CaseState.OPENED
        self.press(expected, lambda: self.case.step_slot("reopen", party, NOW, reason="再办"))
        self.settled -= {party} if expected else set()

    @rule()
    def close(self) -> None:
        expected = self.settled == set(Party) and self.case.state is CaseState.OPENED
        self.press(expected, lambda: self.case.close("完成", ("p2",), NOW))

    @rule()
    def publish(self) -> None:
        expected = self.case.state is CaseState.CLOSED
        self.press(expected, lambda: self.case.publish(NOW))

    @invariant()
    def five_slots_and_no_closed_case_with_an_open_party(self) -> None:
        assert [slot.party for slot in self.case.slots] == list(Party)
        if self.case.state is not CaseState.OPENED:
            assert all(slot.state is not SlotState.OPEN for slot in self.case.slots)
        for slot in self.case.slots:
            assert slot.state is not SlotState.NOT_NEEDED or slot.reason


Matter.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestMatter = Matter.TestCase
