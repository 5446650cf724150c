"""How long a newcomer waits: `make run` on a fresh folder, from its start to the line that says where to go."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure
from local.mini_program import build_app
from local.stack import Ports
from local.tool_environment import REPOSITORY

STARTS = 3
READY_BAR_SECONDS = 20.0
"""The estate is founded, a month of its fees issued, and a vote held and published meanwhile."""


def measure() -> Iterator[Figure]:
    """Start it a few times; packages and the mini program are there already, as they are from the second time on."""
    build_app()
    print("Starting the house of a newcomer ...", file=sys.stderr, flush=True)
    taken = sorted(_ready() for _ in range(STARTS))
    yield Figure(
        "make run, fresh data: ready", round(taken[STARTS // 2], 1), "s", f"{STARTS} starts", READY_BAR_SECONDS
    )


def _ready() -> float:
    ports = Ports.free()
    where = [f"--port={ports.app}", f"--engine-port={ports.engine}", f"--simulator-port={ports.simulator}"]
    with TemporaryDirectory(prefix="flowing-property-bench-") as folder:
        began = time.perf_counter()
        running = subprocess.Popen(
            [sys.executable, "-m", "local.run", *where, f"--folder={Path(folder)}"],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            if not re.search(r"ready in [\d.]+ s", line):
                raise RuntimeError(f"the house did not start: {line}")
            return time.perf_counter() - began
        finally:
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=60)
