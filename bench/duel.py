"""Contenders measured side by side: a few calls of each in turn, many times over, so that noise meets all alike."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Call = Callable[[], object]


@dataclass
class Measured:
    """What one contender took: nanoseconds of each call by the clock, and of each round on the processor."""

    calls: list[int] = field(default_factory=list)
    rounds: list[float] = field(default_factory=list)
    cpu_rounds: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Calls per second in the median round."""
        return 1e9 / statistics.median(self.rounds)

    @property
    def cpu_milliseconds(self) -> float:
        """Processor time per call in the median round."""
        return statistics.median(self.cpu_rounds) / 1e6

    def milliseconds(self, percent: int) -> float:
        """The time within which so many percent of the calls were answered."""
        return statistics.quantiles(self.calls, n=100, method="inclusive")[percent - 1] / 1e6

    def ratio_to(self, other: "Measured") -> float:
        """By the clock: how many times as long as the other, in the median of the paired rounds."""
        return _median_ratio(self.rounds, other.rounds)

    def cpu_ratio_to(self, other: "Measured") -> float:
        """The same, of processor time."""
        return _median_ratio(self.cpu_rounds, other.cpu_rounds)


def duel(contenders: Sequence[Call], rounds: int, calls: int) -> list[Measured]:
    """Measure all contenders in alternating rounds, after one round that does not count."""
    measured = [Measured() for _ in contenders]
    for number in range(rounds + 1):
        for index in _order(len(contenders), number):
            taken = _round(contenders[index], calls)
            if number:
                measured[index].calls += taken.calls
                measured[index].rounds += taken.rounds
                measured[index].cpu_rounds += taken.cpu_rounds
    return measured


def _order(count: int, number: int) -> Sequence[int]:
    """Forwards and backwards in turn: nobody always comes after the same neighbour."""
    return range(count) if number % 2 else range(count - 1, -1, -1)


def _round(call: Call, calls: int) -> Measured:
    taken = Measured()
    cpu = time.process_time_ns()
    for _ in range(calls):
        start = time.perf_counter_ns()
        call()
        taken.calls.append(time.perf_counter_ns() - start)
    taken.cpu_rounds.append((time.process_time_ns() - cpu) / calls)
    taken.rounds.append(sum(taken.calls) / calls)
    return taken


def _median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
