"""Areas as people write them; the numbers are worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.area import AreaUnreadable, format_area, parse_area


@pytest.mark.row("EST-02")
@pytest.mark.parametrize(
    ("written", "hundredths"),
    [
        ("86.53", 8653),
        ("86.5㎡", 8650),
        ("86", 8600),
        (" 86.5 m2 ", 8650),
        ("86.5M²", 8650),
        ("86.5平方米", 8650),
        ("86.5平米", 8650),
        ("86.500", 8650),
        ("0.01", 1),
        ("100000", 10_000_000),
        ("８６．５３", 8653),
        ("８６．５３㎡", 8653),
    ],
)
def test_an_area_is_read_exactly(written: str, hundredths: int) -> None:
    assert parse_area(written) == hundredths


@pytest.mark.row("EST-02")
@pytest.mark.parametrize(
    "written",
    ["", " ", "0", "0.00", "-5", "86.533", "86,5", "1,000", "86.", ".5", "1e2", "86.5.1", "nan", "100000.01", "8653000",
     "86²", "八十六", "86 87", "㎡", "86.5㎡㎡"],
)  # fmt: skip
def test_what_is_no_area_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(AreaUnreadable) as refused:
        parse_area(written)
    assert "86.53" in refused.value.message


@given(st.integers(1, 10_000_000))
def test_writing_and_reading_are_inverse(hundredths: int) -> None:
    assert parse_area(format_area(hundredths)) == hundredths
    assert Decimal(format_area(hundredths)) * 100 == hundredths
