"""Sessions: short-lived signed tokens that hold no more than whose they are (IDR-01).

A token ends by itself after two hours; the mini program then signs in again without asking anybody. It ends at once
when the person's session number is raised on the server ("sign out everywhere", suspension).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from itsdangerous import BadData, URLSafeSerializer

from miniprogram_api.kernel.errors import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable

LIFETIME = timedelta(hours=2)
_SALT = "session"


class SessionOver(Unauthenticated):
    """The token is not one of ours, too old, or was ended on the server."""

    code = "session_over"
    message = "登录已过期，请重新进入小程序。"


class SessionTokens:
    """Signs with the newest key and accepts all given ones, so that keys can be changed without signing anybody out."""

    def __init__(self, keys: Callable[[], list[str]]) -> None:
        self._keys = keys

    def issue(self, account_id: str, number: int, now: datetime) -> tuple[str, datetime]:
        """Return a token for an account under its session number, and the instant at which the token ends."""
        ends_at = now + LIFETIME
        payload = {"a": account_id, "n": number, "x": int(ends_at.timestamp())}
        token = self._signer().dumps(payload)
        return str(token), ends_at

    def read(self, token: str, now: datetime) -> tuple[str, int]:
        """Return the account id and the session number of a token.

        Raises:
            SessionOver: the signature does not hold or its time is over.
        """
        try:
            payload: dict[str, Any] = self._signer().loads(token)
        except BadData:
            raise SessionOver from None
        if payload["x"] <= now.timestamp():
            raise SessionOver
        return payload["a"], payload["n"]

    def _signer(self) -> URLSafeSerializer:
        # A stray comma in the setting would otherwise make the empty text a key, which anybody can sign with.
        keys = [key.strip() for key in self._keys() if key.strip()]
        if not keys:
            raise RuntimeError("there is no key to sign sessions with: session-keys is empty")
        # itsdangerous signs with the last key of a list and accepts them all.
        return URLSafeSerializer(keys[::-1], salt=_SALT)
