"""Lambda's address on one machine: what one function asks another to do waits here in order, and the pump delivers it.

The engine has such an address too, but would run the functions itself, on a Python and from a package of its own.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import json
import re
import threading
from collections import deque
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

from local.engine import HOST

_PATH = re.compile(r"/2015-03-31/functions/([\w-]+)/invocations")


class LambdaEndpoint:
    """Takes asynchronous invocations of the functions it knows by name; a context manager."""

    def __init__(self, functions: Iterable[str]) -> None:
        self._waiting: dict[str, deque[Any]] = {name: deque() for name in functions}
        self._came = threading.Condition()
        self._server = _Server((HOST, 0), _Invocations)
        self._server.endpoint = self

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """What points an AWS client here."""
        return {"AWS_ENDPOINT_URL_LAMBDA": f"http://{HOST}:{self._server.server_port}"}

    def take_in(self, function: str, event: Any) -> bool:
        """Keep an event for a function; False when there is no such function."""
        with self._came:
            if function not in self._waiting:
                return False
            self._waiting[function].append(event)
            self._came.notify_all()
            return True

    def first(self, function: str, wait: float = 0) -> Any:
        """Return the event that has waited longest, or None when none came within `wait` seconds; it stays here."""
        waiting = self._waiting[function]
        with self._came:
            self._came.wait_for(lambda: waiting, wait)
            return waiting[0] if waiting else None

    def done(self, function: str) -> None:
        """Let the first event of a function go."""
        self._waiting[function].popleft()

    def all_waiting(self, function: str) -> list[Any]:
        """Return what waits for a function, in order."""
        return list(self._waiting[function])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    endpoint: LambdaEndpoint


class _Invocations(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize: ClassVar[int] = -1  # headers and body in one packet: an acknowledgement waited for costs 40 ms
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        named = _PATH.fullmatch(self.path)
        if self.headers.get("X-Amz-Invocation-Type") != "Event":
            self._reply(400, "InvalidParameterValueException")  # nobody in this house waits for another function
        elif named is None or not self.server.endpoint.take_in(named[1], json.loads(body)):
            self._reply(404, "ResourceNotFoundException")
        else:
            self._reply(202)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _reply(self, status: int, error: str = "") -> None:
        body = json.dumps({"Message": error}).encode() if error else b""
        self.send_response(status)
        if error:
            self.send_header("X-Amzn-ErrorType", error)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
