"""A process that ends at a chosen write: before it is sent, or after it was carried out with its answer lost."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from miniprogram_api.storage.table import Table

_WRITES = ("PutItem", "UpdateItem", "TransactWriteItems")


class Crash(BaseException):
    """The process is gone: no ``except Exception`` of the product sees it."""


@dataclass(frozen=True)
class Cut:
    """Where the process ends: at its ``nth`` write from now, which is carried out or not."""

    nth: int
    carried_out: bool

    def __repr__(self) -> str:
        return f"Cut({self.nth}, {self.carried_out})"


class CrashPoint:
    """Stands between the product and everything it writes to; one cut at a time, whichever thread meets it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cut: Cut | None = None
        self._seen = 0

    @contextmanager
    def armed(self, cut: Cut | None) -> Iterator[None]:
        """Within this, the cut comes."""
        with self._lock:
            self._cut, self._seen = cut, 0
        try:
            yield
        finally:
            with self._lock:
                self._cut = None

    def pass_write(self, write: Callable[[], Any]) -> Any:
        """Carry out one write, unless the process ends here."""
        cut = self._met()
        if cut is not None and not cut.carried_out:
            raise Crash(cut)
        answer = write()
        if cut is not None:
            raise Crash(cut)
        return answer

    def _met(self) -> Cut | None:
        with self._lock:
            if self._cut is None:
                return None
            self._seen += 1
            return self._cut if self._seen == self._cut.nth else None

    @contextmanager
    def before(self, table: Table) -> Iterator[None]:
        """Stand before a table: every write of it passes here."""
        table.prime()
        http = table._connection.client._endpoint.http_session
        send = http.send

        def passing(request: Any) -> Any:
            return self.pass_write(lambda: send(request)) if _is_write(request.headers) else send(request)

        http.send = passing
        try:
            yield
        finally:
            http.send = send


def _is_write(headers: Mapping[str, Any]) -> bool:
    target = headers["X-Amz-Target"]
    name = target.decode() if isinstance(target, bytes) else target
    return name.rpartition(".")[2] in _WRITES
