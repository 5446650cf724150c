"""A brake on public pages: so many calls a minute from one address.

It counts inside one running instance. Together with the gateway's own throttle it stops a single scraper; it is no
exact quota, and does not need to be.
"""

from __future__ import annotations

from threading import Lock

from miniprogram_api.kernel.errors import TooManyRequests

_REMEMBERED = 10_000
"""More addresses than one instance meets in a minute; beyond it the counts are forgotten, which only lets pass."""


class RateLimit:
    """Counts calls by (rule, address) within the running minute."""

    def __init__(self) -> None:
        self._minute = -1
        self._counts: dict[tuple[str, str], int] = {}
        self._lock = Lock()

    def take(self, rule: str, address: str, per_minute: int, now: float) -> None:
        """Count one call at the POSIX time ``now``.

        Raises:
            TooManyRequests: the address made more than ``per_minute`` calls under this rule in this minute.
        """
        minute = int(now // 60)
        with self._lock:
            if minute != self._minute or len(self._counts) > _REMEMBERED:
                self._minute = minute
                self._counts.clear()
            calls = self._counts.get((rule, address), 0) + 1
            self._counts[rule, address] = calls
        if calls > per_minute:
            raise TooManyRequests
