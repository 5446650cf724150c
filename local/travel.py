"""A clock that travels: a story of two months is told in a minute, and the simulated WeChat travels along."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.wechat_simulator import WeChatSimulator


class TravellingClock:
    """The machine's time, moved to where a story stands; it goes on by itself and never back."""

    def __init__(self, begins: datetime) -> None:
        self._ahead = begins - datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return the present instant of the story."""
        return datetime.now(UTC) + self._ahead

    def travel(self, to: datetime, simulator: WeChatSimulator) -> None:
        """Let it be a later instant, here and for the simulated WeChat.

        Raises:
            ValueError: the instant has passed.
        """
        if to < self():
            raise ValueError(f"{to} has passed: it is {self()}")
        self._ahead = to - datetime.now(UTC)
        self.meet(simulator)

    def meet(self, simulator: WeChatSimulator) -> None:
        """Make it the same moment for the simulated WeChat as here."""
        behind = self().timestamp() - simulator.world.clock.now()
        simulator.control("clock", advance_seconds=behind)
