"""The arithmetic against a second, naive one: day by day with decimals, as one would check a bill on paper (FEE-01)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.money import PRICE_PARTS
from miniprogram_api.tariffs.charging import Usage
from miniprogram_api.tariffs.methods import Measure, value
from miniprogram_api.tariffs.sharing import split
from miniprogram_api.tariffs.tariff import Method, Pricing, Step
from tests.tariffs.books import abatement, book, order, room, tariff

pytestmark = pytest.mark.row("FEE-01")

YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
DAYS = st.sampled_from(YEAR)
MONTHS = {"2026": (1, 12), "2026-H1": (1, 6), "2026-Q3": (7, 9), "2026-02": (2, 2), "2026-12": (12, 12)}
PERIODS = st.sampled_from(sorted(MONTHS))
PRICES = st.integers(min_value=100, max_value=2_000_000)


def days_of(period: str) -> list[date]:
    """The days of a period of 2026, written down without the product's help."""
    first, last = MONTHS[period]
    return [day for day in YEAR if first <= day.month <= last]


def fen(yuan: Decimal) -> int:
    return int((yuan * 100).quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(1, 30_000), PRICES, PRICES, DAYS, DAYS, st.integers(0, 99), PERIODS)
def test_area_price_with_a_change_and_an_abatement(area, before, after, change_on, abated_on, percent, period) -> None:
    old = tariff(Pricing(Method.AREA_PRICE, before), valid_from=date(2025, 1, 1), valid_until=change_on - timedelta(1))
    new = tariff(Pricing(Method.AREA_PRICE, after), id="tariff_2", valid_from=change_on)
    charged = book(old, new, period=period).charge(room(area=area, abatements=(abatement(percent, abated_on),)))
    with localcontext(prec=60):
        yuan = Decimal(0)
        for day in days_of(period):
            price = Decimal(after if day >= change_on else before) / PRICE_PARTS
            part = Decimal(100 - percent) / 100 if day >= abated_on else Decimal(1)
            yuan += Decimal(area) / 100 * price * part / calendar.monthrange(2026, day.month)[1]
        # A third of a fen repeats for ever in decimals; 60 digits of it are put right before the half is looked at.
        expected = fen(yuan.quantize(Decimal("1e-40")))
    assert sum(line.fen for line in charged.lines) == expected
    assert [problem.code for problem in charged.problems] == ([] if expected else ["zero_amount"])


@given(st.integers(1, 5), PRICES, DAYS, DAYS, PERIODS)
def test_orders_of_any_days(count, price, first_on, last_on, period) -> None:
    spaces = tariff(Pricing(Method.PER_COUNT, price, unit="车位"), code="parking_open", kind=BillKind.PARKING)
    let = order("parking_open", count, first_on, last_on)
    charged = book(spaces, period=period).charge(room(subscriptions=(let,)))
    with localcontext(prec=60):
        days = (day for day in days_of(period) if first_on <= day <= last_on)
        yuan = sum(Decimal(count * price) / PRICE_PARTS / calendar.monthrange(2026, day.month)[1] for day in days)
        expected = fen(Decimal(yuan).quantize(Decimal("1e-40")))
    assert sum(line.fen for line in charged.lines) == expected


@given(st.integers(1, 30_000), PRICES, DAYS, PERIODS)
def test_a_change_to_the_same_price_changes_nothing(area, price, change_on, period) -> None:
    pricing = Pricing(Method.AREA_PRICE, price)
    old = tariff(pricing, valid_from=date(2025, 1, 1), valid_until=change_on - timedelta(1))
    new = tariff(pricing, id="tariff_2", valid_from=change_on)
    one = book(tariff(pricing, valid_from=date(2025, 1, 1)), period=period).charge(room(area=area))
    two = book(old, new, period=period).charge(room(area=area))
    assert [line.fen for line in one.lines] == [line.fen for line in two.lines]


@given(
    st.integers(0, 500_000), st.lists(st.integers(1, 50_000), min_size=1, max_size=4, unique=True), st.integers(1, 12)
)
def test_steps_charge_every_unit_once_at_the_price_of_its_step(used, bounds, months) -> None:
    bounds.sort()
    steps = tuple(Step(bound, 10_000 * (number + 1)) for number, bound in enumerate(bounds))
    pricing = Pricing(Method.METERED, unit="度", meter="electricity", steps=(*steps, Step(None, 90_000)))
    yuan, left, below = Decimal(0), Decimal(used), Decimal(0)
    for step in pricing.steps:
        room_in_step = left if step.up_to is None else min(left, Decimal(step.up_to) * months - below)
        yuan += room_in_step / 1000 * Decimal(step.price) / PRICE_PARTS
        left, below = left - room_in_step, below + room_in_step
    assert value(pricing, Measure(8653, 3, used=used, months=months)) == yuan * 100


@given(st.integers(0, 500_000), PRICES, PRICES, DAYS)
def test_usage_at_two_prices_lies_between_all_at_one_and_all_at_the_other(used, before, after, change_on) -> None:
    def cost(*prices: tuple[int, date, date | None]) -> int:
        made = [
            tariff(
                Pricing(Method.METERED, price, unit="度", meter="electricity"),
                id=f"t{price}",
                valid_from=first,
                valid_until=last,
            )
            for price, first, last in prices
        ]
        lines = book(*made, period="2026").charge(room(usages={"electricity": Usage(used, "")})).lines
        return sum(line.fen for line in lines)

    long_ago = date(2025, 1, 1)
    mixed = cost((before, long_ago, change_on - timedelta(1)), (after, change_on, None))
    only = sorted((cost((before, long_ago, None)), cost((after, long_ago, None))))
    assert only[0] <= mixed <= only[1]


@pytest.mark.row("FEE-04")
@given(st.integers(1, 10**9), st.dictionaries(st.text(min_size=1), st.integers(0, 20_000), min_size=1, max_size=60))
def test_the_parts_of_a_shared_cost_sum_to_the_whole_and_are_less_than_a_fen_from_exact(total, weights) -> None:
    weights["one at least"] = 1
    parts, whole = split(total, weights), sum(weights.values())
    assert sum(parts.values()) == total
    assert parts.keys() == weights.keys()
    assert all(abs(part * whole - total * weights[room_id]) < whole for room_id, part in parts.items())
