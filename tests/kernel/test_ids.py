"""Ids sort by time, or are the same for the same thing."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.ids import derived_id, event_id, new_id, secret_token

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
instants = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
parts = st.lists(st.text(max_size=8), min_size=1, max_size=4).map(tuple)


def milliseconds_in(identity: str) -> int:
    """Read the 48 bits of time back out of an id, digit by digit."""
    number = 0
    for sign in identity.partition("_")[2]:
        number = number * 32 + CROCKFORD.index(sign)
    return number >> 80


@given(instants, st.timedeltas(timedelta(milliseconds=1), timedelta(days=9000)))
def test_a_later_thing_sorts_after_an_earlier_one(at: datetime, later: timedelta) -> None:
    assert new_id("wo", at) < new_id("wo", at + later)
    assert event_id("msg", at, "z") < event_id("msg", at + later, "a")


def test_the_millisecond_is_exact_where_a_float_loses_one() -> None:
    # 1001.029 s: as a float, times 1000, this is 1001028.9999999999.
    at = datetime(1970, 1, 1, 0, 16, 41, 29000, tzinfo=UTC)
    assert milliseconds_in(new_id("wo", at)) == 1_001_029


def test_ids_of_one_instant_differ_and_ids_of_any_zone_agree() -> None:
    assert len({new_id("wo", NOON) for _ in range(1000)}) == 1000
    in_china = NOON.astimezone(timezone(timedelta(hours=8)))
    assert event_id("msg", NOON, "a") == event_id("msg", in_china, "a")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        new_id("wo", datetime(2026, 11, 22))  # noqa: DTZ001


@given(parts, parts)
def test_only_the_same_parts_give_the_same_id(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (derived_id("wo", *one) == derived_id("wo", *other)) is (one == other)
    assert (event_id("msg", NOON, *one) == event_id("msg", NOON, *other)) is (one == other)


def test_a_separator_inside_a_part_joins_nothing() -> None:
    assert derived_id("wo", "a\x1fb", "c") != derived_id("wo", "a", "b\x1fc")
    assert derived_id("wo", "1:a") != derived_id("wo", "1", "a")


def test_a_derived_id_stays_what_it_is() -> None:
    """Stored ids are found again by deriving them: this layout is for ever."""
    digest = int.from_bytes(hashlib.sha256(b"5:acc_12:go8:key-0001").digest()[:16], "big")
    written = "".join(CROCKFORD[(digest >> shift) & 31] for shift in range(125, -1, -5))
    assert derived_id("wo", "acc_1", "go", "key-0001") == f"wo_{written}"


def test_secret_tokens_have_their_length_and_never_repeat() -> None:
    tokens = {secret_token(22) for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(token) == 22 and token.isascii() and token.isalnum() for token in tokens)
