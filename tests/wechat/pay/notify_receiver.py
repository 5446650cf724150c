"""A small HTTP server standing where our notify address would be: it keeps what arrives and answers as told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from miniprogram_api.kernel.errors import Problem
from miniprogram_api.wechat.pay.errors import NotificationRefused, NotificationRepeated


@dataclass
class Delivery:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class NotifyReceiver:
    """``handle`` gives the status to answer a delivery with, or 0 to never answer."""

    handle: Callable[[Delivery], int] = lambda _: 204
    arrived: list[Delivery] = field(default_factory=list)

    def __enter__(self) -> NotifyReceiver:
        receiver, self._released = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.do_POST()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                delivery = Delivery(self.command, self.path, dict(self.headers), body)
                receiver.arrived.append(delivery)
                status = receiver.handle(delivery)
                if not status:
                    receiver._released.wait(10)
                    return
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

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


@dataclass
class Reader:
    """Answers notices as the product's function will: reads, remembers the outcome, turns it into a status."""

    pay: Any
    clock: Any
    outcomes: list[Any] = field(default_factory=list)

    def __call__(self, delivery: Delivery) -> int:
        try:
            notification = self.pay.read_notification(delivery.headers, delivery.body, self.clock())
        except Problem as problem:
            self.outcomes.append(problem)
            return {NotificationRefused: 401, NotificationRepeated: 204}.get(type(problem), 500)
        self.outcomes.append(notification)
        return 204
