"""The access token: one per mini program, shared by every process, taken from ``stable_token`` and never forced.

``stable_token`` in normal mode hands every caller the same token, so that a hundred cold starts do not put each
other out, as they do with ``/cgi-bin/token``.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.wechat.errors import STABLE_TOKEN, WeChatBusy
from miniprogram_api.wechat.transport import ask

if TYPE_CHECKING:
    from collections.abc import Callable

# WeChat never hands out less than 300 s; one minute of that is enough for the slowest call and for clocks that differ.
SAFETY_MARGIN = timedelta(seconds=60)
SHORTEST_LIFE_SECONDS = 300
LONGEST_LIFE_SECONDS = 7200


@dataclass(frozen=True)
class CachedToken:
    """An access token (up to 512 characters and more) and the aware instant at which WeChat stops taking it."""

    token: str = field(repr=False)
    expires_at: datetime

    def usable_at(self, now: datetime) -> bool:
        """Whether enough of its life is left to begin a call."""
        return self.expires_at - now > SAFETY_MARGIN


class TokenStore(Protocol):
    """Where the token of an appid is kept for all processes."""

    def read(self, appid: str) -> CachedToken | None:
        """The token last written, expired or not, or None."""
        ...

    def write(self, appid: str, token: CachedToken) -> None:
        """Keep this token in place of the one before."""
        ...


class MemoryTokenStore:
    """A TokenStore for one process."""

    def __init__(self) -> None:
        self._tokens: dict[str, CachedToken] = {}

    def read(self, appid: str) -> CachedToken | None:
        """The token last written, or None."""
        return self._tokens.get(appid)

    def write(self, appid: str, token: CachedToken) -> None:
        """Keep this token in place of the one before."""
        self._tokens[appid] = token


class AccessTokens:
    """Gives out the current access token: from this process, else from the store, else from WeChat."""

    def __init__(
        self,
        *,
        base_url: str,
        appid: str,
        secret: Callable[[], str],
        store: TokenStore,
        clock: Callable[[], datetime],
    ) -> None:
        self._base_url, self._appid, self._secret = base_url, appid, secret
        self._store, self._clock = store, clock
        self._held: CachedToken | None = None
        self._lock = threading.Lock()

    def current(self) -> str:
        """A token with at least a minute of life left.

        Raises:
            WeChatBusy, WeChatMisconfigured: a new one was needed and WeChat did not give it.
        """
        with self._lock:
            return self._first_usable(self._held, refused="")

    def after_refusal(self, refused: str) -> str:
        """The token to use once WeChat has refused ``refused``: another process's newer one, else asked for anew.

        Raises:
            WeChatBusy, WeChatMisconfigured: a new one was needed and WeChat did not give it.
        """
        with self._lock:
            return self._first_usable(self._held, refused)

    def _first_usable(self, held: CachedToken | None, refused: str) -> str:
        now = self._clock()
        if held is None or held.token == refused or not held.usable_at(now):
            held = self._store.read(self._appid)
        if held is None or held.token == refused or not held.usable_at(now):
            held = self._fetch(now)
            self._store.write(self._appid, held)
        self._held = held
        return held.token

    def _fetch(self, asked_at: datetime) -> CachedToken:
        """Ask WeChat in normal mode; the life is counted from before the call."""
        body = {"grant_type": "client_credential", "appid": self._appid, "secret": self._secret()}
        answer = ask("POST", self._base_url, STABLE_TOKEN, body=body)
        token, life = answer.get("access_token"), answer.get("expires_in", SHORTEST_LIFE_SECONDS)
        if not isinstance(token, str) or not token or not isinstance(life, int):
            raise WeChatBusy(endpoint=STABLE_TOKEN, reason="answer without token")
        return CachedToken(token, asked_at + timedelta(seconds=min(life, LONGEST_LIFE_SECONDS)))
