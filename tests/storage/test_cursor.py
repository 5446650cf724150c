"""A cursor can be handed back and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.storage.cursor import CursorSigner, CursorStale

SIGNER = CursorSigner(lambda: b"k" * 32)
LAST = {"pk": "ESTATE#est_1#小区", "sk": "CARD#7", "gsi1pk": "A", "gsi1sk": ""}
CURSOR = SIGNER.write("list a", LAST)
URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(st.dictionaries(st.text(max_size=5), st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=4))
def test_a_cursor_comes_back_as_it_was(last: dict[str, str]) -> None:
    cursor = SIGNER.write("q", last)
    assert SIGNER.read("q", cursor) == last
    assert set(cursor) <= set(URL_SAFE)


def test_any_sign_changed_added_or_taken_away_is_noticed() -> None:
    altered = {CURSOR[:at] + other + CURSOR[at + 1 :] for at in range(len(CURSOR)) for other in "A_z9=!é"}
    altered |= {CURSOR[:at] + CURSOR[at + 1 :] for at in range(len(CURSOR))}
    altered |= {CURSOR[:at] + "!" + CURSOR[at:] for at in range(len(CURSOR) + 1)}
    altered |= {CURSOR + end for end in ["=", "==", "A", "\n", " "]}
    altered |= {CURSOR[:-1] + other for other in URL_SAFE}
    for cursor in altered - {CURSOR}:
        with pytest.raises(CursorStale):
            SIGNER.read("list a", cursor)


@given(st.text(max_size=60))
def test_nonsense_is_stale_and_never_breaks(cursor: str) -> None:
    with pytest.raises(CursorStale):
        SIGNER.read("list a", cursor)


def test_a_cursor_of_another_list_or_key_is_stale() -> None:
    with pytest.raises(CursorStale):
        SIGNER.read("list b", CURSOR)
    with pytest.raises(CursorStale):
        CursorSigner(lambda: b"x" * 32).read("list a", CURSOR)
