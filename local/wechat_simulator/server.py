"""The simulator on a socket: WeChat's addresses, the faults planned for them, and the control desk."""

from __future__ import annotations

import contextlib
import json
import threading
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.wechat_simulator import accounts, codes, content, control, subscribe
from local.wechat_simulator.exchange import Refusal, Reply, Request, json_reply, refusal_reply
from local.wechat_simulator.pay import door
from local.wechat_simulator.pay.desk import PayDesk
from local.wechat_simulator.push_desk import PushDesk
from local.wechat_simulator.world import Fault, World

MAX_BODY_BYTES = 1024 * 1024
CONTROL = "/_sim/"
MADE_UP_APPID = "wx511000000000c0de"
MADE_UP_SECRET = "00000000000000000000000051mu1a7e"


@dataclass(frozen=True)
class Endpoint:
    """One address of api.weixin.qq.com: its method, whether it wants an access token, and who answers."""

    method: str
    needs_token: bool
    answer: Callable[[World, Request, PushDesk], Reply]
    wrong_method: int = 43002


ENDPOINTS = {
    "/sns/jscode2session": Endpoint("GET", False, lambda w, r, _: accounts.code_to_session(w, r), 43001),
    "/cgi-bin/stable_token": Endpoint("POST", False, lambda w, r, _: accounts.stable_token(w, r)),
    "/wxa/business/getuserphonenumber": Endpoint("POST", True, lambda w, r, _: accounts.phone_number(w, r)),
    "/cgi-bin/message/subscribe/send": Endpoint("POST", True, subscribe.send),
    "/wxa/getwxacodeunlimit": Endpoint("POST", True, lambda w, r, _: codes.unlimited_code(w, r)),
    "/wxa/msg_sec_check": Endpoint("POST", True, lambda w, r, _: content.check_text(w, r), 43302),
    "/wxa/media_check_async": Endpoint("POST", True, content.check_media),
}


def answer(world: World, push: PushDesk, request: Request) -> Reply:
    """WeChat's answer to one call; refusals are HTTP 200 with an errcode, an unknown address is 404."""
    endpoint = ENDPOINTS.get(request.path)
    if endpoint is None:
        return Reply(b"<html><body>404 Not Found</body></html>", "text/html", 404)
    try:
        if request.method != endpoint.method:
            raise Refusal(endpoint.wrong_method, f"require {endpoint.method} method")
        with world.lock:
            if endpoint.needs_token:
                world.tokens.require(request.query.get("access_token"))
            return endpoint.answer(world, request, push)
    except Refusal as refusal:
        return refusal_reply(refusal)


def answer_control(world: World, desk: control.ControlDesk, request: Request) -> Reply:
    """The control desk's answer: 404 for an act it does not know, 400 for one that was not told properly."""
    name, reading = request.path.removeprefix(CONTROL), request.method == "GET"
    try:
        arguments = dict(request.query) if reading else json.loads(request.body or b"{}")
        return json_reply(control.do(desk, world, name, arguments, reading=reading))
    except LookupError:
        return Reply(b'{"error": "no such act"}', status=404)
    except (TypeError, ValueError) as mistake:
        return Reply(json.dumps({"error": str(mistake)}).encode(), status=400)


class _Handler(BaseHTTPRequestHandler):
    """Reads one request, lets a planned fault happen, writes one reply."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent: addresses carry secrets and tokens."""

    def _serve(self) -> None:
        world, push = self.server.world, self.server.push
        length = self.headers.get("Content-Length") or "0"
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self._write(Reply(b"", "text/plain", 413))
            return
        address = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, address.path, query, self.rfile.read(int(length)), headers, self.path)
        if request.path.startswith(CONTROL):
            self._write(answer_control(world, self.server.desk, request))
            return
        if request.path.startswith(door.PREFIX):
            self._write(self.server.pay.door.answer(request))
            return
        with world.lock:
            world.calls.append(request.path)
            fault = world.faults.take(request.path)
        self._write(self._meet(fault, lambda: answer(world, push, request)) if fault else answer(world, push, request))

    def _meet(self, fault: Fault, go_on: Callable[[], Reply]) -> Reply | None:
        """The reply under this fault; None closes the connection without a word."""
        if fault.delay_seconds:
            self.server.stopping.wait(fault.delay_seconds)
        if fault.drop == "before":
            return None
        if fault.http_status is not None:
            return Reply(b"<html><body>gateway error</body></html>", "text/html", fault.http_status)
        if fault.errcode is not None:
            return refusal_reply(Refusal(fault.errcode, fault.errmsg))
        reply = go_on()
        return None if fault.drop == "after" else reply

    def _write(self, reply: Reply | None) -> None:
        """Write the reply; None closes the connection without a word."""
        if reply is None:
            self.close_connection = True
            return
        with contextlib.suppress(ConnectionError):  # a caller that gave up waiting is part of the game
            self.send_response(reply.status)
            if reply.status != 204:
                self.send_header("Content-Type", reply.content_type)
                self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(reply.body)


class _Server(ThreadingHTTPServer):
    """The listening socket with the world behind it."""

    daemon_threads = True

    def __init__(self, port: int, world: World, push: PushDesk) -> None:
        self.world, self.push = world, push
        self.stopping = threading.Event()
        self.pay = PayDesk(world, self.stopping)
        self.desk = control.ControlDesk(world, push, self.pay)
        super().__init__(("127.0.0.1", port), _Handler)
        self.pay.door.base_url = f"http://127.0.0.1:{self.server_address[1]}"


class WeChatSimulator:
    """A WeChat of one's own on loopback; ``port=0`` takes a free one.

    Use ``start()`` and ``stop()``, or a ``with`` block. ``base_url`` is where the product's calls go. ``control(act,
    **body)`` does in process what a POST to ``/_sim/<act>`` does over the wire.
    """

    def __init__(
        self,
        port: int = 0,
        appid: str = MADE_UP_APPID,
        secret: str = MADE_UP_SECRET,
    ) -> None:
        self.appid, self.secret = appid, secret
        self.world = World(appid, secret)
        self.push = PushDesk(self.world)
        self._server = _Server(port, self.world, self.push)
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """``http://127.0.0.1:<port>``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> WeChatSimulator:
        """Serve in a thread of its own."""
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and pushing, and give the port back."""
        self._server.stopping.set()
        self.push.stop()
        self._server.pay.notices.stop()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> WeChatSimulator:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def control(self, act: str, /, **body: Any) -> dict[str, Any]:
        """Do one act of the control desk, or read one of its records.

        Raises:
            LookupError: there is no such act.
        """
        reading = act in control.RECORDS
        return control.do(self._server.desk, self.world, act, body, reading=reading)
