"""Where a list goes on: the last key read, signed and bound to its query, so that a client can only hand it back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from miniprogram_api.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

_TAG_BYTES = 12


class CursorStale(Invalid):
    """The cursor is not one of ours, or belongs to another list."""

    code = "cursor_stale"
    message = "列表已更新，请从头刷新。"


class CursorSigner:
    """Turns the last key of a page into an opaque cursor and back, for one list at a time."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret

    def write(self, query: str, last_key: dict[str, Any]) -> str:
        """Return the cursor that continues ``query`` (its index, partition and direction) after ``last_key``."""
        body = json.dumps(last_key, separators=(",", ":"), sort_keys=True).encode()
        return base64.urlsafe_b64encode(self._tag(query, body) + body).decode().rstrip("=")

    def read(self, query: str, cursor: str) -> dict[str, Any]:
        """Return the last key a cursor of this query stands for.

        Raises:
            CursorStale: it was altered, or made for another list.
        """
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            raise CursorStale from None
        tag, body = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
        # The decoder skips what is not in its alphabet; only the very text we wrote is a cursor of ours.
        if base64.urlsafe_b64encode(raw).decode().rstrip("=") != cursor:
            raise CursorStale
        if not hmac.compare_digest(tag, self._tag(query, body)):
            raise CursorStale
        last_key: dict[str, Any] = json.loads(body)
        return last_key

    def _tag(self, query: str, body: bytes) -> bytes:
        return hmac.digest(self._secret(), query.encode() + b"\x1f" + body, hashlib.sha256)[:_TAG_BYTES]
