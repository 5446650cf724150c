"""The WeChat access token that all functions share, kept in the table so that a burst of cold starts asks once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Kind
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from miniprogram_api.storage.table import Table
    from miniprogram_api.wechat.tokens import CachedToken


@dataclass(frozen=True, slots=True)
class KeptToken:
    """An access token and when WeChat stops taking it."""

    appid: str
    expires_at: datetime
    token: str = field(repr=False)
    version: int = 0


TOKEN = Kind(
    "wechat_token", KeptToken, lambda kept: keys.wechat_token(kept.appid), expires=lambda kept: kept.expires_at
)


class _Raced(Conflict):
    """Another process wrote at the same moment."""


class SharedTokens:
    """A token store (wechat/tokens.py) over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, appid: str) -> CachedToken | None:
        """Return the token last written, expired or not, or None."""
        from miniprogram_api.wechat.tokens import CachedToken

        kept = self._table.find(TOKEN, keys.wechat_token(appid))
        return None if kept is None else CachedToken(kept.token, kept.expires_at)

    def write(self, appid: str, token: CachedToken) -> None:
        """Keep the token; of two writers at once either may win, because WeChat gives both the same token."""
        kept = KeptToken(appid, token.expires_at, token.token)
        before = self._table.find(TOKEN, keys.wechat_token(appid))
        act = Transaction("system", "keep_wechat_token", datetime.now(UTC))
        if before is None:
            act.add(TOKEN, kept, otherwise=_Raced)
        else:
            act.change(TOKEN, before, kept, unchanged=(), otherwise=_Raced)
        with suppress(_Raced):
            self._table.commit(act)
