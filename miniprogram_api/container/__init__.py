"""The one composition root: settings -> adapters -> services, each built when first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from miniprogram_api.container.payments import PaymentRooms
from miniprogram_api.container.registers import (
    ALARMS,
    HANDS_ON,
    HOURLY,
    JOBS,
    NOTICES,
    OFTEN,
    PROJECTIONS,
    ROUNDS_AN_HOUR,
    SERVICES,
)

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
        """Return the jobs of a rhythm, or the one job of a name.

        Raises:
            KeyError: there is no such rhythm and no such job.
        """
        wanted = JOBS.get(name) or {name: (OFTEN | HOURLY)[name]}
        return [(job, self._job(job, path)) for job, path in wanted.items()]

    def _job(self, name: str, path: str) -> Callable[[datetime], int]:
        run = self._method(path)
        return _going_on(run) if name in HOURLY and name not in HANDS_ON else run

    def _method(self, path: str) -> Callable[..., Any]:
        attribute, _, method = path.partition(".")
        found: Callable[..., Any] = getattr(getattr(self, attribute), method)
        return found


def _going_on(run: Callable[[datetime], int]) -> Callable[[datetime], int]:
    """Return the job run again as long as it finds something, as often as its hour has room for."""

    def run_on(now: datetime) -> int:
        done = 0
        for _ in range(ROUNDS_AN_HOUR):
            found = run(now)
            done += found
            if not found:
                break
        return done

    return run_on
