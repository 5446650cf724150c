"""A story that travels in time: everybody of the house by name, and a clock that takes the simulated WeChat along."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.photograph import photograph
from local.telling import PATIENCE_SECONDS, Tour
from local.travel import TravellingClock
from miniprogram_api.kernel.clock import SHANGHAI, shanghai

if TYPE_CHECKING:
    from local.cast import Person


def at(text: str) -> datetime:
    """Return an instant as people in China write it: ``2026-11-02 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass
class Journey(Tour):
    """The teller of weeks or months."""

    clock: TravellingClock = field(kw_only=True)

    def who(self, name: str) -> Person:
        """Return somebody of the house, signed in."""
        return self.cast.person(name)

    def go_to(self, moment: str) -> None:
        """Let time pass until then: what waits is delivered meanwhile, and every phone has to sign in again."""
        self.cast.stack.pump.drain()
        self.clock.travel(at(moment), self.cast.stack.simulator)
        self.cast.sign_everybody_out()

    def wait(self, **span: float) -> None:
        """Let a little time pass."""
        self.clock.travel(self.clock() + timedelta(**span), self.cast.stack.simulator)

    @property
    def today(self) -> str:
        """The date on the wall."""
        return shanghai(self.clock()).date().isoformat()

    def run_jobs(self) -> dict[str, int]:
        """Let the clock's jobs run once, and deliver what they lead to; how much each did."""
        done = self.cast.stack.pump.run_schedules()
        self.deliver()
        return done

    def wechat(self, act: str, **arguments: Any) -> dict[str, Any]:
        """Act at the control desk of the simulated WeChat Pay."""
        return self.cast.stack.simulator.control("pay", act=act, **arguments)

    def deliver(self) -> None:
        """Let WeChat send what is due, and the house do what follows, until neither has anything left to do."""
        while self.wechat("deliver_due")["done"] + self.cast.stack.pump.drain(PATIENCE_SECONDS):
            pass

    def photo(self, who: Person, of: str, *, sealed: bool = False) -> str:
        """Photograph something and wait until the picture can be used."""
        photo_id = who.upload(self.estate.id, photograph(of), sealed=sealed)
        self.settle([photo_id], who)
        return photo_id

    def messages(self, name: str, title: str) -> int:
        """Return how many messages of a title lie in somebody's inbox."""
        inbox = self.who(name).get("/v1/me/messages?limit=100")["items"]
        return sum(message["title"] == title for message in inbox)
