"""Session tokens and their keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from itsdangerous import URLSafeSerializer

from miniprogram_api.edge.sessions import LIFETIME, SessionOver, SessionTokens

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def test_a_token_lives_for_its_time_and_not_longer() -> None:
    tokens = SessionTokens(lambda: ["a" * 32])
    token, ends_at = tokens.issue("acc_1", 7, NOW)
    assert ends_at == NOW + timedelta(hours=2) == NOW + LIFETIME
    assert tokens.read(token, ends_at - timedelta(seconds=1)) == ("acc_1", 7)
    with pytest.raises(SessionOver):
        tokens.read(token, ends_at)


def test_keys_are_changed_without_signing_anybody_out() -> None:
    keys = ["old" * 11]
    tokens = SessionTokens(lambda: keys)
    before, _ = tokens.issue("acc_1", 1, NOW)
    keys[:] = ["new" * 11, "old" * 11]
    after, _ = tokens.issue("acc_1", 1, NOW)
    assert tokens.read(before, NOW) == tokens.read(after, NOW) == ("acc_1", 1)
    keys[:] = ["new" * 11]
    assert tokens.read(after, NOW) == ("acc_1", 1)
    with pytest.raises(SessionOver):
        tokens.read(before, NOW)


def test_a_stray_comma_makes_no_key_that_everybody_knows() -> None:
    """``session-keys`` ends with a comma: the empty text must not count as a key."""
    tokens = SessionTokens(lambda: ["a" * 32, "", " "])
    for known in ("", " "):
        forged = URLSafeSerializer(known, salt="session").dumps({"a": "acc_victim", "n": 1, "x": 9_999_999_999})
        with pytest.raises(SessionOver):
            tokens.read(str(forged), NOW)
    with pytest.raises(RuntimeError):
        SessionTokens(lambda: ["", ""]).issue("acc_1", 1, NOW)


@pytest.mark.parametrize("token", ["", ".", "a.b", "é", "eyJhIjoxfQ.x" * 50])
def test_nonsense_is_over(token: str) -> None:
    with pytest.raises(SessionOver):
        SessionTokens(lambda: ["a" * 32]).read(token, NOW)
