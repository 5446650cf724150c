"""What can still be read of personal data when it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.privacy import PhoneUnreadable, mask_name, mask_phone, parse_mobile


@pytest.mark.parametrize(
    "written",
    ["13812345678", " 138 1234 5678 ", "138-1234-5678", "+8613812345678", "+86 138 1234 5678", "008613812345678",
     "8613812345678", "１３８１２３４５６７８"],
)  # fmt: skip
def test_one_number_however_it_is_written(written: str) -> None:
    assert parse_mobile(written) == "13812345678"


@pytest.mark.parametrize(
    "written", ["", "1381234567", "138123456789", "12812345678", "0451-86000000", "+85291234567", "1381234567a", "8613"]
)
def test_what_is_no_mobile_number_is_refused(written: str) -> None:
    with pytest.raises(PhoneUnreadable):
        parse_mobile(written)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812345678", "138****5678"), ("86000000", "****00"), ("8600000", "****00"), ("110", "****"), ("", "****")],
)
def test_a_phone_number_shows_its_ends(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@given(st.text("0123456789-", max_size=20))
def test_at_least_four_signs_of_any_number_stay_hidden(phone: str) -> None:
    shown = mask_phone(phone)
    assert "****" in shown
    assert len(shown.replace("*", "")) <= max(len(phone) - 4, 0)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王小明", "王**"), ("王明", "王*"), ("王", "王"), ("", ""), ("欧阳娜娜", "欧**"), (" 王小明", "王**")],
)
def test_a_name_shows_its_first_sign(name: str, shown: str) -> None:
    assert mask_name(name) == shown
