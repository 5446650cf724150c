"""Sealed texts tell nothing, open only for their purpose, and show when they were touched."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.storage.sealing import SealBroken, Sealer

SEALER = Sealer(lambda: b"d" * 32, lambda: b"i" * 32)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_text_is_opened_again(text: str) -> None:
    assert SEALER.open(SEALER.seal(text, "name"), "name") == text


def test_two_seals_of_one_text_differ_and_hide_it() -> None:
    one, other = SEALER.seal("13812345678", "phone"), SEALER.seal("13812345678", "phone")
    assert one != other
    assert b"138" not in base64.b64decode(one)


def test_a_seal_opens_for_its_purpose_and_key_only() -> None:
    sealed = SEALER.seal("13812345678", "phone")
    with pytest.raises(SealBroken):
        SEALER.open(sealed, "name")
    with pytest.raises(SealBroken):
        Sealer(lambda: b"e" * 32, lambda: b"i" * 32).open(sealed, "phone")


def test_an_altered_seal_is_broken_and_does_not_show_its_text() -> None:
    sealed = SEALER.seal("13812345678", "phone")
    raw = base64.b64decode(sealed)
    altered = [base64.b64encode(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]).decode() for at in range(len(raw))]
    altered += ["", "not base64!", sealed[:-4], base64.b64encode(raw[:5]).decode()]
    for broken in altered:
        with pytest.raises(SealBroken) as refused:
            SEALER.open(broken, "phone")
        assert "138" not in str(refused.value)


def test_the_index_of_a_text_is_stable_keyed_and_bound_to_its_purpose() -> None:
    index = SEALER.index("13812345678", "phone")
    assert index == SEALER.index("13812345678", "phone")
    assert len({index, SEALER.index("13812345678", "openid"), SEALER.index("13812345679", "phone")}) == 3
    assert Sealer(lambda: b"d" * 32, lambda: b"j" * 32).index("13812345678", "phone") != index
    assert "138" not in index
