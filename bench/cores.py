"""Which process works on which core, so that a figure is what one core does and the engine does not take from it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def pinned(measured: int, engine: int) -> Iterator[str]:
    """Keep the measured process (and whatever it starts) on one core and the engine on another; says what was done."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    if len(cores) < 2:
        yield "measured process and engine share the cores: this machine offers no second one"
        return
    _keep(measured, {cores[0]})
    _keep(engine, {cores[1]})
    try:
        yield f"measured process on core {cores[0]}, engine on core {cores[1]}"
    finally:
        # The next suite starts an engine of its own, which would begin on the one core of who starts it.
        _keep(measured, set(cores))


def _keep(process: int, cores: set[int]) -> None:
    for name in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208  names are all we want
        with suppress(ProcessLookupError):  # a thread that has just ended
            os.sched_setaffinity(int(name), cores)
