"""The stand-in for AWS on one machine: MiniStack, in an environment of its own, on loopback only.

It keeps its tables in memory and writes them to disk only when it is told to stop; a marker file tells a clean stop
from a crash.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from local.problems import CannotStart
from local.tool_environment import LOCAL_FOLDER, tool_environment

HOST = "127.0.0.1"
REGION = "us-east-1"
START_SECONDS = 30
STOP_SECONDS = 30
POLL_SECONDS = 0.05


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def require_free_port(port: int, purpose: str, setting: str) -> None:
    """Make sure that nobody listens on a port before something is started there.

    Raises:
        CannotStart: the port is taken; the text names it and the setting that chooses another.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CannotStart(
                f"Port {port} ({purpose}) is already in use: stop what runs there or choose another port, e.g. "
                f"{setting}={port + 100} make run."
            ) from None


class Engine:
    """One MiniStack process with the folder it keeps its state in; `around` is what else stands in its environment.

    Raises (from `start`):
        CannotStart: the port is taken, the last run left half-written state, or the process did not come up.
    """

    def __init__(
        self,
        state: Path,
        port: int,
        log: Path = LOCAL_FOLDER / "logs" / "engine.log",
        around: Mapping[str, str] | None = None,
    ) -> None:
        self._around = around or {}
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self._state = state
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def credentials(self) -> dict[str, str]:
        """The environment that points any AWS client at this engine; it accepts no other names than test/test."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
        }

    @property
    def process_id(self) -> int:
        """The number of the running process."""
        if self._process is None:
            raise RuntimeError("the engine is not running")
        return self._process.pid

    def start(self) -> Self:
        """Start it on its state and return once it answers."""
        program = tool_environment("engine") / "ministack"
        self._refuse_half_written_state()
        require_free_port(self.port, "the AWS stand-in", "FP_ENGINE_PORT")
        for folder in (self._state / "s3", self._state / "scratch", self._log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            # A session of its own, so that Ctrl-C reaches us first and waiting events are delivered before it stops.
            self._process = subprocess.Popen(
                [str(program)], env=self._environment(), stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._marker.write_text(str(self._process.pid))
        self._wait_until_it_answers()
        return self

    def stop(self) -> None:
        """Stop it so that it writes its state, and take the marker away once it has."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return
        if process.returncode == 0:
            self._marker.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _marker(self) -> Path:
        return self._state / "running"

    def _refuse_half_written_state(self) -> None:
        if not self._marker.exists():
            return
        pid = int(self._marker.read_text() or 0)
        if _is_alive(pid):
            raise CannotStart(f"An earlier run still uses {self._state}: end it with Ctrl-C there, or with: kill {pid}")
        saved = self._state / "dynamodb.json"
        if saved.exists() and saved.stat().st_mtime > self._marker.stat().st_mtime:
            return  # stopped by hand: it wrote everything after it had started
        raise CannotStart(
            "The last run did not end cleanly and its data is half written: run `make reset` to start with fresh data."
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MINISTACK_"))}
        return kept | {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self._state / "s3"),
            "TMPDIR": str(self._state / "scratch"),
            "SFTP_ENABLED": "0",
            **self._around,
        }

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            with contextlib.suppress(URLError, OSError), urlopen(f"{self.url}/_ministack/health", timeout=1):  # noqa: S310
                return
            time.sleep(POLL_SECONDS)
        self.stop()
        raise CannotStart(f"The AWS stand-in did not start: the reason is at the end of {self._log}.")


def _is_alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # the number now belongs to somebody else's process
    return True
