"""What every story of the tour has: a teller who plays, prints, and compares what was seen with what is told."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.cast import AnotherAnswer, Cast
from local.founding import Estate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.cast import Person
    from local.stack import Stack

PATIENCE_SECONDS = 300
"""Long, so that a busy machine is no difference."""


def say(text: str) -> None:
    """Print for whoever watches; what the house itself logs goes elsewhere (see tour.py)."""
    print(text, file=sys.__stdout__, flush=True)


@dataclass
class Tour:
    """The teller: plays, prints, and compares what was seen with what the story says."""

    cast: Cast
    estate: Estate
    steps: int = 0

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        say(f"\n{title}")

    def tell(self, what: str) -> None:
        """Print one step of the story."""
        self.steps += 1
        say(f"{self.steps:3}. {what}")

    def see(self, what: str, seen: object, wanted: object) -> None:
        """Print what was seen; it must be what the story says."""
        say(f"     {what}: {seen}")
        if seen != wanted:
            raise AnotherAnswer(f"{what}: {seen!r}, but the story says {wanted!r}")

    def refuse(self, what: str, who: Person, path: str, body: Any, status: int, code: str) -> None:
        """Let somebody do what the house must refuse, under the stable name of that outcome."""
        self.see(f"{what}, refused", who.post(path, body, status)["code"], code)

    def settle(self, photo_ids: list[str], who: Person) -> list[dict[str, Any]]:
        """Deliver events until WeChat has judged the photos, and return them as their owner sees them."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.cast.stack.pump.drain(PATIENCE_SECONDS)
            photos = [who.get(f"{self.estate.path}/photos/{photo_id}") for photo_id in photo_ids]
            if all(photo["state"] in {"accepted", "refused"} for photo in photos):
                return photos
            if time.monotonic() > deadline:
                raise AnotherAnswer(f"photos still {[photo['state'] for photo in photos]}")


def nothing_was_set_aside(tour: Tour) -> None:
    """Every event was handled: nothing lies where a person would have to look."""
    tour.tell("every event of the stories was handled")
    tour.cast.stack.pump.drain(PATIENCE_SECONDS)
    tour.see("set aside", list(_set_aside(tour.cast.stack)), [])


def _set_aside(stack: Stack) -> Iterator[str]:
    from local.deployment import Deployment
    from local.resources import client

    url = Deployment(stack.engine.url, {}).queue_url("FailedEventsQueue")
    answer = client(stack.engine, "sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    for message in answer.get("Messages", []):
        yield message["Body"]
