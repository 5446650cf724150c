"""What a tariff must say, and what may stand beside what."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused
from miniprogram_api.tariffs.formula import FormulaWrong
from miniprogram_api.tariffs.lifecycle import ended, stepped
from miniprogram_api.tariffs.scope import Scope
from miniprogram_api.tariffs.tariff import (
    ChargeIncluded,
    DecisionMissing,
    Hand,
    Method,
    ParkingApart,
    PricedItem,
    Pricing,
    Step,
    Tariff,
    TariffBackdated,
    TariffOverlap,
    TariffState,
    TariffUnclear,
    change_per_mille,
    check_beside,
    check_pricing,
    previous,
)
from tests.tariffs.books import HAND, tariff

TODAY = Hand("acc_2", "陈总", datetime(2026, 11, 23, 2, tzinfo=UTC))


@pytest.mark.row("FEE-05")
@pytest.mark.parametrize(("before", "after", "per_mille"), [(600, 320, -467), (650, 300, -538), (400, 300, -250)])
def test_a_change_is_in_tenths_of_a_percent_as_the_city_published_it(before, after, per_mille) -> None:
    # 000:23: indoor class 1 -46.7 %, class 2 -53.8 %, open air -25 %
    assert change_per_mille(before, after) == per_mille


@pytest.mark.row("FEE-05")
def test_parking_stands_on_bills_of_its_own_kind_and_nothing_else_does() -> None:
    spaces = Pricing(Method.PER_COUNT, 1_500_000, unit="车位")
    check_pricing(tariff(spaces, code="parking_open", kind=BillKind.PARKING))
    for code, kind in (("parking_open", BillKind.SERVICE), ("service_base", BillKind.PARKING)):
        with pytest.raises(ParkingApart):
            check_pricing(tariff(spaces, code=code, kind=kind))


@pytest.mark.row("FEE-08")
def test_a_package_and_an_item_of_the_menu_name_the_decision_of_the_owners() -> None:
    package = Pricing(Method.GRADE_MENU, items=(PricedItem("a", "保洁", 4000),))
    windows = Pricing(Method.PER_COUNT, 300_000, unit="次")
    for one in (tariff(package), tariff(windows, code="menu_windows")):
        with pytest.raises(DecisionMissing):
            check_pricing(one)
        check_pricing(replace(one, decision="2026年业主大会第3号决定"))
    with pytest.raises(TariffUnclear):
        check_pricing(tariff(code="menu_windows", decision="2026年业主大会第3号决定"))


@pytest.mark.parametrize(
    "pricing",
    [
        Pricing(Method.AREA_PRICE),
        Pricing(Method.AREA_PRICE, 100, unit="户"),
        Pricing(Method.GRADE_MENU, items=(PricedItem("a", "保洁", 0),)),
        Pricing(Method.FIXED),
        Pricing(Method.PER_COUNT, 100),
        Pricing(Method.METERED, 100, unit="吨"),
        Pricing(Method.METERED, 100, meter="water"),
        Pricing(Method.METERED, 0, "吨", "water"),
        Pricing(Method.METERED, 100, "吨", "water", (Step(None, 5),)),
        Pricing(Method.METERED, 0, "吨", "water", (Step(5, 5),)),
        Pricing(Method.METERED, 0, "吨", "water", (Step(5, 5), Step(5, 6), Step(None, 7))),
        Pricing(Method.METERED, 0, "吨", "water", (Step(None, 5), Step(None, 6))),
        Pricing(Method.FORMULA),
        Pricing(Method.SHARED, 5),
    ],
)
def test_a_tariff_that_does_not_say_what_its_method_needs_is_refused(pricing) -> None:
    with pytest.raises(TariffUnclear):
        check_pricing(tariff(pricing, decision="2026年业主大会第3号决定"))


def test_a_tariff_that_cannot_be_is_refused() -> None:
    with pytest.raises(TariffUnclear):
        check_pricing(tariff(valid_until=date(2025, 12, 31)))
    with pytest.raises(TariffUnclear):
        check_pricing(tariff(includes=("service_base",)))
    with pytest.raises(FormulaWrong):
        check_pricing(tariff(Pricing(Method.FORMULA, formula="area ** 2")))


def test_two_tariffs_of_a_charge_never_hold_for_one_room_on_one_day() -> None:
    first = tariff(valid_until=date(2026, 6, 30), scope=Scope(buildings=("b1", "b2")))
    with pytest.raises(TariffOverlap):
        check_beside(tariff(id="t2", valid_from=date(2026, 6, 30)), (first,))
    check_beside(tariff(id="t2", valid_from=date(2026, 7, 1)), (first,))
    check_beside(tariff(id="t2", scope=Scope(buildings=("b3",))), (first,))
    check_beside(tariff(id="t2", code="lift"), (first,))


@pytest.mark.row("FEE-04")
def test_a_charge_that_another_tariff_includes_cannot_come_into_force_beside_it_in_either_order() -> None:
    whole = tariff(includes=("lift",), valid_until=date(2026, 12, 31), scope=Scope(buildings=("b1",)))
    lift = tariff(id="t2", code="lift", kind=BillKind.UTILITY)
    for one, other in ((lift, whole), (whole, lift)):
        with pytest.raises(ChargeIncluded):
            check_beside(one, (other,))
    check_beside(replace(lift, valid_from=date(2027, 1, 1)), (whole,))
    check_beside(replace(lift, scope=Scope(buildings=("b2",))), (whole,))


FLOORS = st.none() | st.integers(-1, 3)
SCOPES = st.builds(
    Scope,
    st.sets(st.sampled_from(["b1", "b2"])).map(tuple),
    st.sets(st.sampled_from(["1单元", "2单元"])).map(tuple),
    st.sampled_from([None, True, False]),
    FLOORS,
    FLOORS,
)


@given(SCOPES, SCOPES)
def test_two_scopes_meet_whenever_some_room_lies_in_both(one, other) -> None:
    rooms = [
        (building, entrance, floor, lift)
        for building in ("b1", "b2")
        for entrance in ("1单元", "2单元")
        for floor in range(-1, 4)
        for lift in (True, False)
    ]

    def within(scope: Scope, building: str, entrance: str, floor: int, lift: bool) -> bool:
        low, high = scope.lowest_floor, scope.highest_floor
        return (
            building in (scope.buildings or (building,))
            and entrance in (scope.entrances or (entrance,))
            and scope.lift in (None, lift)
            and (low is None or low <= floor)
            and (high is None or floor <= high)
        )

    for each in rooms:
        assert one.holds(*each[:3], has_lift=each[3]) == within(one, *each)
    if any(within(one, *each) and within(other, *each) for each in rooms):
        assert one.meets(other)
        assert other.meets(one)


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 9))
PROPOSALS = st.builds(
    lambda number, code, first_on, days, scope, includes: tariff(
        id=f"t{number}",
        code=code,
        valid_from=first_on,
        valid_until=None if days is None else first_on + timedelta(days),
        scope=scope,
        includes=tuple(includes - {code}),
    ),
    st.integers(),
    st.sampled_from(["service_base", "lift"]),
    DAYS,
    st.none() | st.integers(0, 4),
    SCOPES,
    st.sets(st.sampled_from(["lift", "service_base"])),
)


@pytest.mark.row("FEE-04")
@given(st.lists(PROPOSALS, max_size=8), DAYS, st.sampled_from(["b1", "b2"]), st.sampled_from(["1单元", "2单元"]))
def test_whatever_is_let_in_no_room_pays_twice_on_any_day(proposals, day, building, entrance) -> None:
    let_in: list[Tariff] = []
    for proposal in proposals:
        with suppress(TariffOverlap, ChargeIncluded):
            check_beside(proposal, tuple(let_in))
            let_in.append(proposal)
    held = [one for one in let_in if one.touches(day, day) and one.scope.holds(building, entrance, 2, has_lift=False)]
    charges = [code for one in held for code in (one.code, *one.includes)]
    own = [one.code for one in held]
    assert len(set(own)) == len(own)
    assert all(charges.count(code) == 1 for code in own)


def test_who_drafted_or_proposed_a_tariff_does_not_approve_it() -> None:
    proposed = stepped(tariff(state=TariffState.DRAFT), "propose", TODAY)
    for hand in (HAND, TODAY):
        with pytest.raises(SamePersonRefused):
            stepped(proposed, "approve", hand)
    third = replace(TODAY, by="acc_3")
    approved = stepped(proposed, "approve", third)
    assert (approved.state, approved.approved) == (TariffState.IN_FORCE, third)


def test_steps_cannot_be_skipped_and_going_back_needs_a_reason() -> None:
    draft = tariff(state=TariffState.DRAFT)
    with pytest.raises(IllegalTransition):
        stepped(draft, "approve", TODAY)
    with pytest.raises(InputMissing):
        stepped(stepped(draft, "propose", HAND), "return", TODAY)
    with pytest.raises(IllegalTransition):
        stepped(stepped(draft, "withdraw", HAND, "重复"), "propose", HAND)


def test_a_tariff_ends_today_at_the_earliest_and_never_later_than_it_would_anyway() -> None:
    held = tariff(valid_until=date(2026, 12, 31))
    assert ended(held, date(2026, 11, 23), TODAY, "降价", closes=False).valid_until == date(2026, 11, 23)
    for last_on in (date(2026, 11, 22), date(2027, 1, 1)):
        with pytest.raises(TariffBackdated):
            ended(held, last_on, TODAY, "降价", closes=False)
    with pytest.raises(TariffBackdated):
        ended(tariff(valid_from=date(2027, 1, 1)), date(2026, 12, 1), TODAY, "取消", closes=False)


def test_the_tariff_before_is_the_latest_earlier_one_of_the_same_charge_and_rooms() -> None:
    oldest, older = tariff(id="t1", valid_from=date(2024, 1, 1)), tariff(id="t2", valid_from=date(2025, 1, 1))
    others = (
        oldest,
        older,
        tariff(id="t3", code="lift", valid_from=date(2025, 6, 1)),
        tariff(id="t4", scope=Scope(buildings=("b9",)), valid_from=date(2025, 6, 1)),
        tariff(id="t5", state=TariffState.WITHDRAWN, valid_from=date(2025, 6, 1)),
    )
    now = tariff(id="t6", scope=Scope(buildings=("b1",)))
    assert previous(now, others) == older
    assert previous(oldest, others) is None
