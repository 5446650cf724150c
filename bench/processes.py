"""Work in a process of its own: nothing that was done before is in its memory, its imports or its processor time."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

R = TypeVar("R")


def in_fresh_process(work: Callable[..., R], *arguments: Any) -> R:
    """Do the work in a process started for it, and return what it returns."""
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_log_nowhere) as pool:
        return pool.submit(work, *arguments).result()


def peak_memory() -> int:
    """Return the most memory this process ever held, in bytes."""
    # Not getrusage: what a process held before it became this program counts there too.
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _log_nowhere() -> None:
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  as long as the process lives
