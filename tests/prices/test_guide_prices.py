"""What the government allows: versions that are never edited, the nearest unit, a limit nobody passes (FEE-03)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.access import Role
from miniprogram_api.prices.guide import GuidePrice, PriceAboveLimit, PriceLimit, binding, within
from tests.prices.conftest import GUIDE

pytestmark = pytest.mark.row("FEE-03")

ENTERED = datetime(2020, 12, 1, tzinfo=UTC)


def guide(grade="三级", price=10_000, float_up=0, begins=date(2021, 1, 1), ends=None) -> GuidePrice:
    return GuidePrice(
        f"{grade}-{begins}", "city", "service_base", grade, price, float_up, begins, ends, "文件", (), "acc", ENTERED
    )  # fmt: skip


def test_the_bureau_sets_a_price_and_everybody_of_the_estate_reads_what_it_allows(talking, people, world) -> None:
    entered = talking.guide()
    assert (entered.status_code, entered.json["limit"]) == (201, 12_000), "1.00 yuan and 20 % up are 1.20 yuan"
    shown = talking.client.get(f"/v1/estates/{world.estate.id}/guide-prices", who=people.resident(world.estate)).json
    assert [(one["charge"], one["grade"], one["limit"], one["document"]) for one in shown] == [
        ("service_base", "三级", 12_000, GUIDE["document"])
    ]
    assert talking.container.guide_prices.limit_for(world.estate.id, "service_base", "三级", date(2021, 1, 1)) == 12_000
    before = talking.container.guide_prices.limit_for(world.estate.id, "service_base", "三级", date(2020, 12, 31))
    assert before is None, "from 2021-01-01 on"


def test_a_version_is_never_edited_and_a_newer_one_takes_its_place(talking, world) -> None:
    talking.guide()
    again = talking.guide(price=20_000)
    assert (again.status_code, again.json["code"]) == (409, "guide_price_there")
    newer = talking.guide(price=20_000, valid_from="2027-01-01")
    assert newer.status_code == 201
    limit = talking.container.guide_prices.limit_for
    assert limit(world.estate.id, "service_base", "三级", date(2026, 12, 31)) == 12_000
    assert limit(world.estate.id, "service_base", "三级", date(2027, 1, 1)) == 24_000
    official = talking.people.official(world.district)
    listed = talking.client.get(f"/v1/units/{world.district.id}/guide-prices", who=official).json["items"]
    assert [one["price"] for one in listed] == [10_000, 20_000], "both stay readable"


def test_the_same_request_finds_its_version_there(talking, world) -> None:
    official, path = talking.people.official(world.city), f"/v1/units/{world.city.id}/guide-prices"
    first = talking.client.post(path, json=GUIDE, who=official, key="guide-once-1")
    again = talking.client.post(path, json=GUIDE, who=official, key="guide-once-1")
    assert (again.status_code, again.json) == (201, first.json)


def test_prices_are_set_for_cities_and_districts_by_the_bureau(talking, people, world) -> None:
    bureau = people.official(world.district)
    for unit, who, status, code in (
        (world.community, bureau, 422, "guide_price_misplaced"),
        (world.community, people.official(world.community), 403, "not_allowed"),
        (world.city, bureau, 404, "place_unknown"),
    ):
        answer = talking.client.post(f"/v1/units/{unit.id}/guide-prices", json=GUIDE, who=who, key="guide-key-x1")
        assert (answer.status_code, answer.json["code"]) == (status, code)
    backwards = talking.guide(valid_until="2020-12-31")
    assert (backwards.status_code, backwards.json["code"]) == (422, "validity_unclear")


def test_the_nearest_unit_decides(talking, world) -> None:
    talking.guide(world.city, price=10_000)
    talking.guide(world.district, price=8_000)
    talking.guide(world.city, price=7_000, grade="四级")
    limit = talking.container.guide_prices.limit_for
    today = date(2026, 11, 23)
    assert limit(world.estate.id, "service_base", "三级", today) == 9_600, "the district's, 0.80 yuan and 20 %"
    assert limit(world.estate.id, "service_base", "四级", today) == 8_400, "which the district says nothing of"
    assert limit(world.estate.id, "parking_open", "三级", today) is None, "the market decides"


@pytest.mark.row("FEE-15")
def test_each_grade_has_its_items_and_its_price(talking, world) -> None:
    talking.guide(grade="一级", price=18_000, items=["保洁", "秩序维护", "管家"])
    talking.guide(grade="五级", price=4_000, float_up=0, items=["保洁"])
    resident = talking.who(Role.OWNER)
    shown = talking.client.get(f"/v1/estates/{world.estate.id}/guide-prices", who=resident).json
    assert {one["grade"]: (one["limit"], one["items"]) for one in shown} == {
        "一级": (21_600, ["保洁", "秩序维护", "管家"]),
        "五级": (4_000, ["保洁"]),
    }
    refused = talking.open(grade="五级")
    assert refused.json["limit"]["price"] == 4_000, "the talk is bound by the grade it is about"


def test_leaving_the_grade_out_frees_nobody() -> None:
    graded = [guide("一级", 20_000), guide("三级", 10_000), guide("五级", 5_000)]
    for grade in ("", "六级"):
        found = binding([graded], grade, date(2026, 1, 1))
        assert found is not None
        assert found.grade == "五级", "the lowest limit there is"
    flat = binding([[*graded, guide("", 15_000)]], "", date(2026, 1, 1))
    assert flat is not None
    assert flat.price == 15_000, "a price for every grade holds for none too"


def test_a_version_that_has_run_out_brings_no_older_one_back() -> None:
    versions = [guide(begins=date(2021, 1, 1)), guide(price=12_000, begins=date(2023, 1, 1), ends=date(2023, 12, 31))]
    held = [binding([versions], "三级", day) for day in (date(2022, 6, 1), date(2023, 12, 31), date(2024, 1, 1))]
    assert [found and found.price for found in held] == [10_000, 12_000, None]


@given(price=st.integers(1, 100_000_000), float_up=st.integers(0, 100), beside=st.integers(-2, 2))
def test_a_price_is_within_the_limit_exactly_when_it_is_not_above_price_and_float(price, float_up, beside) -> None:
    exact = Decimal(price) * (1 + Decimal(float_up) / 100)
    asked = int(exact.to_integral_value(ROUND_FLOOR)) + beside
    limit = PriceLimit.of(guide(price=price, float_up=float_up))
    if asked > exact:
        with pytest.raises(PriceAboveLimit):
            within(limit, asked)
    else:
        within(limit, asked)
    within(None, asked)
