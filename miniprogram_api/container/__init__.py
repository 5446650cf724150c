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

        projections = {kind: self._method(path) for kind, path in PROJECTIONS.items()}
        return Followers(self.audit.keep, self.messages.tell, NOTICES, projections, ALARMS, self.call_a_person)

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
