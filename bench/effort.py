"""What work on so many rooms took, call by call, and the engine it was done on."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from miniprogram_api.storage.table import StoreUnavailable

T = TypeVar("T")

REPEATED_AT_MOST = 20


@dataclass
class Effort:
    """What work on so many rooms took: seconds, seconds on the processor, round trips, the longest call."""

    rooms: int
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    round_trips: int = 0
    longest: float = 0.0
    repeated: int = 0

    def call(self, work: Callable[[], T]) -> T:
        """Do one call's work and add what it took; one that the engine did not answer is repeated, as a phone does."""
        while True:
            began, cpu = time.perf_counter(), time.process_time()
            try:
                return work()
            except StoreUnavailable:
                self.repeated += 1
                if self.repeated > REPEATED_AT_MOST:
                    raise
            finally:
                taken = time.perf_counter() - began
                self.seconds += taken
                self.cpu_seconds += time.process_time() - cpu
                self.longest = max(self.longest, taken)

    @property
    def per_second(self) -> float:
        """Rooms a second."""
        return self.rooms / self.seconds

    @property
    def cpu_milliseconds(self) -> float:
        """Processor time a room."""
        return self.cpu_seconds / self.rooms * 1e3

    @property
    def trips(self) -> float:
        """Round trips a room."""
        return self.round_trips / self.rooms


@contextmanager
def counting(events: Any, effort: Effort) -> Iterator[None]:
    """Count the round trips to DynamoDB."""

    def count(**_: Any) -> None:
        effort.round_trips += 1

    events.register("before-call.dynamodb", count)
    yield
    events.unregister("before-call.dynamodb", count)


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Give this process, and whatever it starts, what a stack would."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def by_hand(threads: int = 1) -> Any:
    """Return a client of DynamoDB that tries once."""
    return boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}, max_pool_connections=threads))
