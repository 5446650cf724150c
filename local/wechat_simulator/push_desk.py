"""Message push as WeChat delivers it: signed or encrypted, JSON or XML, five seconds to answer, three attempts.

The cipher is written here from WeChat's description (AES-256-CBC, PKCS#7 in blocks of 32, random16 + length +
message + appid) so that the product's decryption meets a second implementation.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import secrets
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

if TYPE_CHECKING:
    from local.wechat_simulator.world import World

ATTEMPTS = 3
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_WRAPPERS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}


@dataclass(frozen=True)
class PushTarget:
    """What the console's message-push page holds, and how fast the simulated WeChat is."""

    url: str
    token: str
    encoding_aes_key: str
    mode: str = "safe"
    body_format: str = "json"
    delay_seconds: float = 0.2
    timeout_seconds: float = 5.0

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise ValueError("the push address is not an HTTP address")


def sign(*parts: str) -> str:
    """SHA-1 over the sorted parts, as WeChat signs a push."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324


def encrypt(message: str, appid: str, encoding_aes_key: str, random16: str) -> str:
    """The ``Encrypt`` value of safe mode."""
    key = base64.b64decode(encoding_aes_key + "=")
    content = message.encode()
    plain = random16.encode() + len(content).to_bytes(4, "big") + content + appid.encode()
    padding = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()


def as_xml(event: dict[str, Any]) -> str:
    """The event as WeChat's XML: repeated elements for arrays, subscribe lists inside their own element."""
    event = dict(event)
    wrapper = _WRAPPERS.get(str(event.get("Event")))
    if wrapper:
        event[wrapper] = {"List": event.pop("List")}
    return f"<xml>{_elements(event)}</xml>"


def _elements(fields: dict[str, Any]) -> str:
    written = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            inner = _elements(one) if isinstance(one, dict) else escape(str(one))
            written.append(f"<{name}>{inner}</{name}>")
    return "".join(written)


class PushDesk:
    """Delivers events to the configured address in threads of their own; remembers every attempt."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopping = threading.Event()
        self.target: PushTarget | None = None
        self.attempts: list[dict[str, Any]] = []

    def stop(self) -> None:
        """Deliver nothing more."""
        self._stopping.set()

    def check_address(self) -> bool:
        """The console's own check: GET with a signature, the answer must be the echostr and nothing else."""
        target = self._require_target()
        echo = str(secrets.randbelow(10**19))
        query = {**self._signed(target.token), "echostr": echo}
        try:
            with _DIRECT.open(f"{target.url}?{urllib.parse.urlencode(query)}", timeout=5) as answer:
                return bool(answer.status == 200 and answer.read() == echo.encode())
        except (OSError, http.client.HTTPException):
            return False

    def send(self, event: dict[str, Any], forge: str | None = None, times: int = 1) -> None:
        """Deliver an event soon, ``times`` times at once; without a configured address nobody ever hears of it.

        ``forge``: "signature" (wrong token), "appid" (another mini program's), "body" (altered after signing),
        "plaintext" (unencrypted although safe mode is set).
        """
        target = self.target
        if target is None:
            return
        for _ in range(times):
            query, body = self._compose(target, event, forge)
            threading.Thread(target=self._deliver, args=(target, query, body), daemon=True).start()

    def _require_target(self) -> PushTarget:
        if self.target is None:
            raise ValueError("no push address is set")
        return self.target

    def _signed(self, token: str) -> dict[str, str]:
        timestamp, nonce = str(int(self._world.clock.now())), str(secrets.randbelow(10**10))
        return {"signature": sign(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}

    def _compose(self, target: PushTarget, event: dict[str, Any], forge: str | None) -> tuple[dict[str, str], bytes]:
        token = "not-the-token" if forge == "signature" else target.token
        query = {**self._signed(token), "openid": str(event.get("FromUserName", ""))}
        xml = target.body_format == "xml"
        message = as_xml(event) if xml else json.dumps(event, ensure_ascii=False)
        if target.mode != "safe" or forge == "plaintext":
            return query, message.encode()
        appid = "wx0000000000000bad" if forge == "appid" else self._world.appid
        cipher = encrypt(message, appid, target.encoding_aes_key, secrets.token_hex(8))
        query["encrypt_type"] = "aes"
        query["msg_signature"] = sign(token, query["timestamp"], query["nonce"], cipher)
        if forge == "body":
            cipher = encrypt(message + " ", appid, target.encoding_aes_key, secrets.token_hex(8))
        sealed = {"ToUserName": self._world.original_id, "Encrypt": cipher}
        return query, (as_xml(sealed) if xml else json.dumps(sealed)).encode()

    def _deliver(self, target: PushTarget, query: dict[str, str], body: bytes) -> None:
        self._stopping.wait(target.delay_seconds)
        for number in range(1, ATTEMPTS + 1):
            if self._stopping.is_set():
                return
            status, answer = self._post(target, query, body)
            with self._world.lock:
                self.attempts.append({"attempt": number, "status": status, "answer": answer})
            if status is not None:
                return

    def _post(self, target: PushTarget, query: dict[str, str], body: bytes) -> tuple[int | None, str]:
        """Status and text of the answer; status None for no answer in time or no connection, which is tried again."""
        kind = "text/xml" if target.body_format == "xml" else "application/json"
        address = f"{target.url}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(address, data=body, headers={"Content-Type": kind}, method="POST")  # noqa: S310
        try:
            with _DIRECT.open(request, timeout=target.timeout_seconds) as answer:
                return answer.status, answer.read(2000).decode("utf-8", "replace")
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read(2000).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as failure:
            return None, type(failure).__name__
