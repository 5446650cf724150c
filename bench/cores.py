"""Which process works on which core, so that a figure is what one core does and the engine does not take from it."""

import os


def pin(measured: int, engine: int) -> str:
    """Put the measured process on one core and the engine's on another; the answer says what was done."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    if len(cores) < 2:
        return "measured process and engine share the cores: this machine offers no second one"
    for thread in _threads_of(measured):
        os.sched_setaffinity(thread, {cores[0]})
    for thread in _threads_of(engine):
        os.sched_setaffinity(thread, {cores[1]})
    return f"measured process on core {cores[0]}, engine on core {cores[1]}"


def _threads_of(process: int) -> list[int]:
    return [int(name) for name in os.listdir(f"/proc/{process}/task")]  # noqa: PTH208  names are all we want
