"""A formula is worked out exactly, and nothing but a formula is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.tariffs.formula import FormulaWrong, evaluate, names_in

VALUES = {"area": Fraction(8653, 100), "price": Fraction(6, 10), "floor": Fraction(3), "count": Fraction(2)}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("area * price", Fraction(51918, 1000)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("(floor - 1) / 3", Fraction(2, 3)),
        ("-floor + 5", Fraction(2)),
        ("2 + 3 * count", Fraction(8)),
        (" 1.50 ", Fraction(3, 2)),
    ],
)
def test_a_formula_is_worked_out_exactly(text, result) -> None:
    assert evaluate(text, VALUES) == result


@pytest.mark.parametrize(
    "text",
    [
        "",
        "area *",
        "area ** 2",
        "area // 2",
        "area % 2",
        "rooms * 2",
        "price if area else 0",
        "min(area, 90)",
        "__import__('os')",
        "area.real",
        "'a' * 3",
        "True + 1",
        "[area][0]",
        "area < 3",
        "(lambda: 1)()",
        "1; 2",
        "area / (floor - 3)",
        "0x10",
        "1_000",
        "1e9",
        "2j",
        "x" * 201,
        "(" * 150 + "1" + ")" * 150,
        "\x00",
    ],
)
def test_everything_else_is_refused(text) -> None:
    with pytest.raises(FormulaWrong):
        evaluate(text, VALUES)


def test_a_value_that_is_not_given_is_refused() -> None:
    with pytest.raises(FormulaWrong):
        evaluate("floor * 2", {"area": Fraction(1)})


def test_the_values_a_formula_names_are_known_before_it_is_worked_out() -> None:
    assert names_in("(floor - 1) * price") == {"floor", "price"}
    assert names_in("") == frozenset()


NUMBERS = st.decimals(min_value=0, max_value=1000, places=2)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_numbers_are_read_by_their_digits_not_through_a_float(a, b, c) -> None:
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    assert evaluate(f"{a} * {b} + {c}", {}) == exact
