"""A small HTTP server standing where the product's push address would be: it keeps what arrives and answers.

It also serves one photo, as the bucket would.
"""

from __future__ import annotations

import queue
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Delivery:
    query: dict[str, str]
    body: bytes


@dataclass
class PushReceiver:
    """``answers``: what to do with each coming POST, "success" once they are used up; "hang" answers too late."""

    arrived: queue.Queue[Delivery] = field(default_factory=queue.Queue)
    answers: list[str] = field(default_factory=list)
    answer_check: Any = None
    photo: bytes = b""

    def __enter__(self) -> PushReceiver:
        receiver, self._released = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def _reply(self, content: bytes) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(content)

            def _query(self) -> dict[str, str]:
                return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))

            def do_GET(self) -> None:
                photo = self.path == "/photo.jpg"
                self._reply(receiver.photo if photo else receiver.answer_check(self._query()).encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.arrived.put(Delivery(self._query(), body))
                answer = receiver.answers.pop(0) if receiver.answers else "success"
                if answer == "hang":
                    receiver._released.wait(10)
                else:
                    self._reply(answer.encode())

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.base_url}/push"

    def take(self) -> Delivery:
        return self.arrived.get(timeout=5)
