"""What a room pays, with every amount worked out by hand (FEE-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.tariffs.charging import Usage
from miniprogram_api.tariffs.scope import Scope
from miniprogram_api.tariffs.tariff import Method, PricedItem, Pricing, Step
from tests.tariffs.books import NOVEMBER, abatement, book, order, room, shared_cost, tariff

WATER = Pricing(Method.METERED, 38_500, unit="吨", meter="water")
PARKING = Pricing(Method.PER_COUNT, 1_500_000, unit="车位")


def only_line(charged):
    assert charged.problems == ()
    (line,) = charged.lines
    return line


def only_problem(charged):
    assert charged.lines == ()
    (problem,) = charged.problems
    return problem


@pytest.mark.row("FEE-01")
@pytest.mark.parametrize(
    ("pricing", "facts", "fen", "basis"),
    [
        # 86.53 x 0.60 = 51.918
        (Pricing(Method.AREA_PRICE, 6000), {}, 5192, "86.53㎡ × 0.60元/㎡·月 × 1个月"),
        # 0.01 x 0.50 = 0.005 yuan: half a fen is a fen
        (Pricing(Method.AREA_PRICE, 5000), {"area": 1}, 1, "0.01㎡ × 0.50元/㎡·月 × 1个月"),
        (Pricing(Method.FIXED, 300_000), {}, 3000, "30.00元/月 × 1个月"),
        # 12.5 x 3.85 = 48.125
        (WATER, {"usages": {"water": Usage(12_500, "水表A1 10 → 22.5")}}, 4813, "水表A1 10 → 22.5；12.5吨 × 3.85元/吨"),
        # 86.53 x (0.3001 + 0.2) = 43.273653
        (
            Pricing(Method.GRADE_MENU, items=(PricedItem("a", "保洁", 3001), PricedItem("b", "秩序", 2000))),
            {},
            4327,
            "86.53㎡ × 0.5001元/㎡·月 × 1个月",
        ),
        # (3 - 1) x 2.5 + 86.53 x 0.6 = 56.918
        (
            Pricing(Method.FORMULA, 6000, formula="(floor - 1) * 2.5 + area * price"),
            {},
            5692,
            "((floor - 1) * 2.5 + area * price)元/月〔建筑面积 area=86.53，楼层 floor=3，单价 price=0.60〕 × 1个月",
        ),
    ],
)
def test_each_method_gives_the_amount_and_says_its_working(pricing, facts, fen, basis) -> None:
    line = only_line(book(tariff(pricing)).charge(room(**facts)))
    assert (line.fen, line.basis) == (fen, basis)


@pytest.mark.row("FEE-01")
def test_a_line_names_item_standard_quantity_and_the_meter_it_was_read_from() -> None:
    read = Usage(12_500, "水表A1 10 → 22.5", "photo_7")
    line = only_line(book(tariff(WATER, code="water", label="水费")).charge(room(usages={"water": read})))
    assert (line.charge, line.label, line.quantity, line.unit_price) == ("water", "水费", "12.5吨", "3.85元/吨")
    assert (line.tariff_id, line.photo_id) == ("tariff_1", "photo_7")


def test_prices_in_steps_count_what_lies_in_each_step_and_steps_are_of_a_month() -> None:
    steps = replace(WATER, price=0, steps=(Step(10_000, 20_000), Step(None, 30_000)))
    used = room(usages={"water": Usage(12_500, "读数")})
    # 10 x 2 + 2.5 x 3; in a quarter the first step holds 30
    line = only_line(book(tariff(steps)).charge(used))
    assert (line.fen, line.basis) == (2750, "读数；10吨 × 2.00元/吨 + 2.5吨 × 3.00元/吨")
    assert only_line(book(tariff(steps), period="2026-Q4").charge(used)).fen == 2500


def test_a_quarter_is_three_months_rounded_once() -> None:
    # 86.53 x 0.6 x 3 = 155.754, not 3 x 51.92 = 155.76
    line = only_line(book(tariff(), period="2026-Q4").charge(room()))
    assert (line.fen, line.basis) == (15_575, "86.53㎡ × 0.60元/㎡·月 × 3个月")


@pytest.mark.row("FEE-01")
def test_a_price_that_changes_within_a_month_counts_by_days() -> None:
    until_15th = tariff(valid_until=date(2026, 11, 15))
    since_16th = tariff(Pricing(Method.AREA_PRICE, 8000), id="tariff_2", valid_from=date(2026, 11, 16))
    line = only_line(book(until_15th, since_16th).charge(room()))
    # 86.53 x (0.6 x 15/30 + 0.8 x 15/30) = 60.571
    assert line.fen == 6057
    assert line.basis == (
        "11月1日至11月15日：86.53㎡ × 0.60元/㎡·月 × 15/30个月 + 11月16日至11月30日：86.53㎡ × 0.80元/㎡·月 × 15/30个月"
    )
    assert line.unit_price == "0.60元/㎡·月、0.80元/㎡·月"


def test_usage_is_spread_over_the_days_when_its_price_changes() -> None:
    old = tariff(WATER, valid_until=date(2026, 11, 10))
    new = tariff(replace(WATER, price=40_000), id="tariff_2", valid_from=date(2026, 11, 11))
    line = only_line(book(old, new).charge(room(usages={"water": Usage(12_000, "读数")})))
    # 12 x 3.85 x 10/30 + 12 x 4 x 20/30 = 15.4 + 32
    assert line.fen == 4740


def test_a_day_without_a_tariff_is_a_gap_that_names_the_room() -> None:
    early = tariff(valid_until=date(2026, 11, 10))
    late = tariff(id="tariff_2", valid_from=date(2026, 11, 12))
    problem = only_problem(book(early, late).charge(room()))
    assert (problem.code, problem.room_id, problem.room_label) == ("tariff_gap", "room_1", "2号楼1单元301")
    assert problem.text == "2号楼1单元301的物业服务费在11月11日至11月11日没有收费标准，请先补充标准。"


def test_a_charge_that_begins_or_ends_within_a_month_is_a_gap_unless_it_says_so() -> None:
    begins = tariff(valid_from=date(2026, 11, 16))
    ends = tariff(valid_until=date(2026, 11, 15))
    assert only_problem(book(begins).charge(room())).code == "tariff_gap"
    assert only_problem(book(ends).charge(room())).code == "tariff_gap"
    # 51.918 / 2 = 25.959
    assert only_line(book(replace(begins, opens=True)).charge(room())).fen == 2596
    assert only_line(book(replace(ends, closes=True)).charge(room())).fen == 2596
    assert only_problem(book(replace(begins, closes=True)).charge(room())).code == "tariff_gap"


def test_an_abatement_counts_by_days_and_percent_and_says_why() -> None:
    half = abatement(50, date(2026, 11, 16))
    line = only_line(book(tariff()).charge(room(abatements=(half,))))
    # 51.918 x (1/2 + 1/2 x 1/2) = 38.9385
    assert line.fen == 3894
    assert line.basis.endswith("86.53㎡ × 0.60元/㎡·月 × 15/30个月 × 50%（减免50%：空置）")


def test_of_two_abatements_the_higher_counts_and_others_charges_stay() -> None:
    whole = date(2026, 11, 1)
    both = (abatement(30, whole), abatement(50, whole, charges=frozenset({"service_base"})))
    assert only_line(book(tariff()).charge(room(abatements=both))).fen == 2596
    elsewhere = (abatement(50, whole, charges=frozenset({"lift"})),)
    assert only_line(book(tariff()).charge(room(abatements=elsewhere))).fen == 5192


def test_what_is_abated_whole_needs_neither_reading_nor_area() -> None:
    free = (abatement(100, date(2026, 11, 1)),)
    charged = book(tariff(), tariff(WATER, id="tariff_2", code="water")).charge(room(area=0, abatements=free))
    assert charged.lines == charged.problems == ()


@pytest.mark.row("FEE-01")
@pytest.mark.parametrize(
    ("pricing", "facts", "code"),
    [
        (Pricing(Method.AREA_PRICE, 6000), {"area": 0}, "area_missing"),
        (Pricing(Method.FORMULA, formula="area * 0.6"), {"area": 0}, "area_missing"),
        (Pricing(Method.FORMULA, formula="area / floor"), {"floor": None}, "floor_missing"),
        (Pricing(Method.FORMULA, formula="area / (floor - 3)"), {}, "formula_wrong"),
        (Pricing(Method.FORMULA, formula="floor - 3"), {}, "formula_wrong"),
        (Pricing(Method.FORMULA, formula="1 - floor"), {}, "formula_wrong"),
        (WATER, {}, "reading_missing"),
        (Pricing(Method.AREA_PRICE, 1), {"area": 100}, "zero_amount"),
    ],
)
def test_what_cannot_be_worked_out_is_a_problem_of_the_room_and_never_a_line_of_nothing(pricing, facts, code) -> None:
    problem = only_problem(book(tariff(pricing)).charge(room(**facts)))
    assert (problem.code, problem.room_id) == (code, "room_1")
    assert "2号楼1单元301" in problem.text


def test_a_meter_that_did_not_move_makes_no_line() -> None:
    charged = book(tariff(WATER)).charge(room(usages={"water": Usage(0, "水表A1 10 → 10")}))
    assert charged.lines == charged.problems == ()


def test_only_rooms_within_the_scope_pay() -> None:
    for_lifts = tariff(Pricing(Method.FIXED, 200_000), scope=Scope(lift=True, lowest_floor=2))
    assert only_line(book(for_lifts).charge(room(has_lift=True))).fen == 2000
    assert book(for_lifts).charge(room()).lines == ()
    assert book(for_lifts).charge(room(has_lift=True, floor=1)).lines == ()
    assert only_problem(book(for_lifts).charge(room(has_lift=True, floor=None))).code == "floor_missing"


def test_floors_may_pay_different_prices() -> None:
    low = tariff(Pricing(Method.FIXED, 100_000), scope=Scope(highest_floor=6))
    high = tariff(Pricing(Method.FIXED, 200_000), id="tariff_2", scope=Scope(lowest_floor=7))
    assert [only_line(book(low, high).charge(room(floor=floor))).fen for floor in (-1, 6, 7)] == [1000, 1000, 2000]


@pytest.mark.row("FEE-04")
def test_what_a_tariff_includes_is_never_a_line_of_its_own_even_on_a_bill_of_another_kind() -> None:
    whole = tariff(includes=("lift", "shared_power"), valid_from=date(2026, 11, 20))
    lift = tariff(Pricing(Method.FIXED, 200_000), id="tariff_2", code="lift", label="电梯费", kind=BillKind.UTILITY)
    december, november = book(whole, lift, period="2026-12", kind=BillKind.UTILITY), book(lift, whole)
    assert only_problem(december.charge(room())).code == "charge_included"
    assert only_problem(november.charge(room())).code == "charge_included"
    october = book(lift, whole, period="2026-10")
    assert only_line(october.charge(room())).fen == 2000


@pytest.mark.row("FEE-04")
def test_a_share_of_a_cost_that_is_included_is_refused_too() -> None:
    whole = tariff(includes=("shared_power",))
    shared = tariff(Pricing(Method.SHARED), id="tariff_2", code="shared_power", kind=BillKind.UTILITY)
    bears = room(shares={"share_1": 4321})
    charges = book(shared, whole, shared=(shared_cost(123_456),))
    assert only_problem(charges.charge(bears)).code == "charge_included"


def test_a_share_says_of_what_it_is_a_part() -> None:
    shared = tariff(Pricing(Method.SHARED), code="shared_power", kind=BillKind.UTILITY)
    line = only_line(book(shared, shared=(shared_cost(123_456),)).charge(room(shares={"share_1": 4321})))
    assert (line.label, line.fen) == ("2号楼公共电费", 4321)
    assert line.basis == "2026年11月 2号楼公共电费共1234.56元，按建筑面积分摊；本户分摊 43.21元"


def test_a_share_without_a_tariff_for_all_days_of_the_pool_is_a_gap() -> None:
    late = tariff(Pricing(Method.SHARED), code="shared_power", kind=BillKind.UTILITY, valid_from=date(2026, 12, 1))
    quarter = book(late, period="2026-Q4", shared=(shared_cost(123_456),))
    assert only_problem(quarter.charge(room(shares={"share_1": 4321}))).code == "tariff_gap"


@pytest.mark.row("FEE-05")
def test_parking_is_charged_by_spaces_and_days() -> None:
    spaces = tariff(PARKING, code="parking_open", label="露天停车", kind=BillKind.PARKING)
    one, second = order("parking_open", 1, date(2026, 9, 1)), order("parking_open", 1, date(2026, 11, 21))
    line = only_line(book(spaces).charge(room(subscriptions=(one, second))))
    # 150 x 20/30 + 300 x 10/30
    assert line.fen == 20_000
    assert line.basis == (
        "11月1日至11月20日：1车位 × 150.00元/车位·月 × 20/30个月"
        " + 11月21日至11月30日：2车位 × 150.00元/车位·月 × 10/30个月"
    )
    assert book(spaces).charge(room()).lines == ()


@pytest.mark.row("FEE-05")
def test_a_space_let_on_days_without_a_tariff_is_a_gap_and_without_a_space_there_is_none() -> None:
    ends = tariff(PARKING, code="parking_open", kind=BillKind.PARKING, valid_until=date(2026, 11, 15))
    let = order("parking_open", 1, date(2026, 11, 1))
    assert only_problem(book(ends).charge(room(subscriptions=(let,)))).code == "tariff_gap"
    given_back = order("parking_open", 1, date(2026, 11, 1), date(2026, 11, 15))
    assert only_line(book(ends).charge(room(subscriptions=(given_back,)))).fen == 7500
    assert book(ends).charge(room()).problems == ()
    nowhere = book(kind=BillKind.PARKING)
    assert only_problem(nowhere.charge(room(subscriptions=(let,)))).code == "tariff_gap"


def test_an_order_called_off_before_it_began_never_counts() -> None:
    spaces = tariff(PARKING, code="parking_open", kind=BillKind.PARKING)
    called_off = order("parking_open", 1, date(2026, 11, 20), date(2026, 11, 12))
    assert not called_off.touches(NOVEMBER.first_on, NOVEMBER.last_on)
    assert book(spaces).charge(room(subscriptions=(called_off,))).lines == ()


@pytest.mark.row("FEE-08")
def test_the_price_is_package_and_ordered_items() -> None:
    package = tariff(Pricing(Method.GRADE_MENU, items=(PricedItem("a", "保洁", 4000), PricedItem("b", "秩序", 2000))))
    windows = tariff(Pricing(Method.PER_COUNT, 300_000, unit="次"), id="tariff_2", code="menu_windows", label="擦窗")
    ordered = room(subscriptions=(order("menu_windows", 2, date(2026, 11, 1)),))
    lines = book(package, windows).charge(ordered).lines
    assert [(line.charge, line.fen) for line in lines] == [("menu_windows", 6000), ("service_base", 5192)]


def test_the_fingerprint_follows_everything_that_decides_amounts() -> None:
    one = book(tariff(), shared=(shared_cost(100),))
    others = [
        book(tariff(), shared=(shared_cost(101),)),
        book(tariff(valid_until=date(2026, 11, 30)), shared=(shared_cost(100),)),
        book(tariff(), period="2026-12", shared=(shared_cost(100),)),
        book(tariff(includes=("lift",)), shared=(shared_cost(100),)),
    ]
    assert one.fingerprint == book(tariff(), shared=(shared_cost(100),)).fingerprint
    assert len({one.fingerprint, *(other.fingerprint for other in others)}) == 5


def test_the_book_names_the_meters_it_needs() -> None:
    assert book(tariff(), tariff(WATER, code="water")).meter_kinds == {"water"}
