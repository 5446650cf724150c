"""The one composition root: settings -> adapters -> services, each built when first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from miniprogram_api.container.payments import PaymentRooms
from miniprogram_api.container.registers import ALARMS, JOBS, NOTICES, PROJECTIONS, SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from miniprogram_api.following import Followers
    from miniprogram_api.kernel.notice import Notice

S = TypeVar("S")

__all__ = ["ALARMS", "JOBS", "NOTICES", "PROJECTIONS", "SERVICES", "Container"]


class Container(PaymentRooms):
    """Everything one process is made of."""

    def service(self, kind: type[S]) -> S:
        """Return the one service of a class."""
        return cast("S", getattr(self, SERVICES[kind.__name__]))

    @cached_property
    def followers(self) -> Followers:
        """What follows from a write."""
        from miniprogram_api.following import Followers

        return Followers(self.audit.keep, self._tell, NOTICES, PROJECTIONS, self._method, ALARMS, self.call_a_person)

    def _tell(self, notice: Notice, at: datetime) -> int:
        """Most writes tell nobody: the messages are built when the first one does."""
        return self.messages.tell(notice, at)

    def jobs(self, name: str) -> list[tuple[str, Callable[[datetime], int]]]:
        """Return the scheduled job of a name, or every job for ``all``.

        Raises:
            KeyError: there is no such job.
        """
        wanted = JOBS if name == "all" else {name: JOBS[name]}
        return [(job, self._method(path)) for job, path in wanted.items()]

    def _method(self, path: str) -> Callable[..., Any]:
        attribute, _, method = path.partition(".")
        found: Callable[..., Any] = getattr(getattr(self, attribute), method)
        return found
