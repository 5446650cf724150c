"""Lambda's half of a function: its Runtime API on a socket, and a process of the real bootstrap that asks it for work.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import socket
import subprocess
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from local.engine import HOST

INSTANCES = 4
"""Processes of one function at most; what comes beyond waits."""
STOP_SECONDS = 5


class FunctionFailed(Exception):
    """A function raised, or ended before it answered; the text is what Lambda would report."""


@dataclass(frozen=True)
class Deployed:
    """A function as the stack has it: its environment, its code and layers unpacked, and its time limit."""

    name: str
    handler: str
    environment: Mapping[str, str]
    timeout_seconds: int
    arn: str

    def among(self, around: Mapping[str, str]) -> "Deployed":
        """Return the function with what else stands in its environment."""
        return replace(self, environment={**self.environment, **around})


@dataclass
class _Invocation:
    event: bytes
    answer: "Future[Any]" = field(default_factory=Future)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class Runtime:
    """One function: answers `invoke` through processes that are started when needed and kept warm.

    `command` starts the bootstrap; `clock` gives the instant by which the function sees its deadline; `log` takes what
    it writes.
    """

    def __init__(self, function: Deployed, command: list[str], log: Path, clock: Callable[[], float]) -> None:
        self._function = function
        self._command = command
        self._log = log
        self._clock = clock
        self._waiting: queue.Queue[_Invocation] = queue.Queue()
        self._running: dict[str, _Invocation] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._starting = threading.Lock()
        self._server = _Server((HOST, 0), _RuntimeApi)
        self._server.runtime = self
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """Have the function handle an event and give back what it answered.

        Raises:
            FunctionFailed: it raised, ended, or took longer than its time limit.
        """
        invocation = _Invocation(json.dumps(event).encode())
        self._waiting.put(invocation)
        self._start_if_needed()
        try:
            return invocation.answer.result(self._function.timeout_seconds)
        except TimeoutError:
            self._end_processes()
            raise FunctionFailed(f"{self._function.name}: timed out after {self._function.timeout_seconds} s") from None

    def stop(self) -> None:
        """End the processes and close the socket."""
        self._end_processes()
        self._server.shutdown()
        self._server.server_close()

    def next_invocation(self, connection: socket.socket) -> tuple[bytes, dict[str, str]] | None:
        """Wait for work; None when whoever asked has ended meanwhile."""
        invocation = self._waiting.get()
        if _has_hung_up(connection):
            self._waiting.put(invocation)
            return None
        self._running[invocation.id] = invocation
        deadline = int((self._clock() + self._function.timeout_seconds) * 1000)
        return invocation.event, {
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": self._function.arn,
        }

    def answered(self, request_id: str, body: bytes) -> None:
        """Take the answer of an invocation."""
        self._running.pop(request_id).answer.set_result(json.loads(body) if body else None)

    def failed(self, request_id: str, body: bytes) -> None:
        """Take the error of an invocation."""
        self._fail(self._running.pop(request_id), body.decode())

    def failed_to_start(self, body: bytes) -> None:
        """Fail whatever waits: the function cannot be loaded."""
        while not self._waiting.empty():
            self._fail(self._waiting.get(), body.decode())

    def _fail(self, invocation: _Invocation, why: str) -> None:
        if not invocation.answer.done():
            invocation.answer.set_exception(FunctionFailed(f"{self._function.name}: {why}"))

    def _start_if_needed(self) -> None:
        """Have a process for every invocation under way, as Lambda has."""
        with self._starting:
            self._processes = [process for process in self._processes if process.poll() is None]
            wanted = min(self._waiting.qsize() + len(self._running), INSTANCES)
            while len(self._processes) < wanted:
                with self._log.open("ab") as log:
                    process = subprocess.Popen(
                        [*self._command, self._function.handler],
                        env=self._environment(),
                        cwd=self._function.environment["LAMBDA_TASK_ROOT"],
                        stdout=log,
                        stderr=subprocess.STDOUT,
                    )
                self._processes.append(process)
                threading.Thread(target=self._watch, args=(process,), daemon=True).start()

    def _environment(self) -> dict[str, str]:
        return {**self._function.environment, "AWS_LAMBDA_RUNTIME_API": f"{HOST}:{self._server.server_port}"}

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        """Once no process is left, nobody will answer what was taken."""
        process.wait()
        if all(one.poll() is not None for one in self._processes):
            for request_id in list(self._running):
                self._fail(self._running.pop(request_id), f"the process ended with {process.returncode}")

    def _end_processes(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _has_hung_up(connection: socket.socket) -> bool:
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False  # alive, and has nothing to say until it is answered
    except OSError:
        return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    runtime: Runtime


class _RuntimeApi(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize: ClassVar[int] = -1  # headers and body in one packet: an acknowledgement waited for costs 40 ms
    server: _Server

    def do_GET(self) -> None:
        given = self.server.runtime.next_invocation(self.connection)
        if given is None:
            self.close_connection = True
            return
        event, headers = given
        self._reply(200, event, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        *_, request_id, kind = self.path.split("/")
        runtime = self.server.runtime
        if self.path.endswith("/init/error"):
            runtime.failed_to_start(body)
        elif kind == "response":
            runtime.answered(request_id, body)
        else:
            runtime.failed(request_id, body)
        self._reply(202, b'{"status":"OK"}', {})

    def log_message(self, *_: object) -> None:
        """Say nothing: the functions keep a log of their own."""

    def _reply(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
