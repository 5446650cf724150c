"""The clock of processes that do not know that a story travels: libfaketime moves it from outside.

The functions run unchanged, byte for byte as they are deployed; what they ask of the machine is answered with the
story's instant. Only the wall clock moves: waiting and time limits stay as they are.
"""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from local.problems import CannotStart

_PLACES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/local/lib/faketime/libfaketimeMT.so.1")
CLOSE_ENOUGH_SECONDS = 0.05


class OutsideClock:
    """A file that says by how many seconds the processes are ahead."""

    def __init__(self, clock: Callable[[], datetime], file: Path) -> None:
        self._clock = clock
        self._file = file
        self._library = _library()
        self._ahead: float | None = None
        file.parent.mkdir(parents=True, exist_ok=True)
        self.write()

    def environment(self) -> dict[str, str]:
        """What a process is started with so that its clock follows."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def write(self) -> None:
        """Have the processes follow to where the story stands now."""
        ahead = self._clock().timestamp() - time.time()
        if self._ahead is not None and abs(ahead - self._ahead) < CLOSE_ENOUGH_SECONDS:
            return
        self._ahead = ahead
        written = self._file.with_suffix(".new")
        written.write_text(f"{ahead:+.6f}\n")
        written.replace(self._file)


def _library() -> Path:
    for pattern in _PLACES:
        for found in sorted(Path("/").glob(pattern.removeprefix("/"))):
            return found
    raise CannotStart(
        "A story that travels through months needs libfaketime, which moves the functions' clock from outside: install "
        "it (apt-get install faketime) and run this again."
    )
