"""Notices: encrypted, signed, sent on WeChat's own schedule until the merchant says 200 or 204, or for 24 hours.

Nothing is sent by itself unless asked to: ``run_due`` does what is due now, ``run_next`` lets time pass until
something is, so that a test sees 24 hours of retries without waiting for any.
"""

from __future__ import annotations

import base64
import heapq
import itertools
import json
import secrets
import threading
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import urllib3
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from local.wechat_simulator.pay.identities import Merchant, Signer, rsa_key, sign
from local.wechat_simulator.pay.world import PayWorld, rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MINUTE, HOUR = 60, 3600
RETRY_AFTER_SECONDS = (
    *(15, 15, 30, 3 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 30 * MINUTE, 30 * MINUTE),
    *(60 * MINUTE, 3 * HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR),
)
ACCEPTED = (200, 204)
FORGERIES = ("signature", "key", "body", "serial", "cipher", "headers", "type")


@dataclass(frozen=True)
class NoticePlan:
    """How the next notice goes wrong.

    ``copies``: so many deliveries, one after the other; ``concurrent``: each of them so many times at once.
    ``delay_seconds``; ``drop``: never sent at all. ``changes``: fields of the plain text, e.g. ``{"amount.total":
    1, "mchid": "..."}``. ``forge``: see FORGERIES. ``signtest``: the first so many attempts carry WeChat's probe of
    a wrong signature. ``signed_ago_seconds``: the signature is right but this old. ``empty_associated_data``.
    ``keep_signature``: attempts repeat the first one byte by byte, instead of being signed anew.
    """

    copies: int = 1
    concurrent: int = 1
    delay_seconds: float = 0.0
    drop: bool = False
    changes: dict[str, Any] = field(default_factory=dict)
    forge: str | None = None
    signtest: int = 0
    signed_ago_seconds: float = 0.0
    empty_associated_data: bool = False
    keep_signature: bool = False

    def __post_init__(self) -> None:
        if self.forge is not None and self.forge not in FORGERIES:
            raise ValueError(f"forge is one of {', '.join(FORGERIES)}")


@dataclass
class Notice:
    """Something a merchant is told: WeChat's envelope and what has been tried."""

    merchant: Merchant
    url: str
    event_type: str
    original_type: str
    resource: dict[str, Any]
    plan: NoticePlan
    created_at: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempts: int = 0
    sent: tuple[dict[str, str], bytes] | None = None


class Timetable:
    """Things to do at their time, in order of time."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = itertools.count()
        self._lock = threading.Lock()

    def add(self, due: float, action: Callable[[], None]) -> None:
        """Do this then."""
        with self._lock:
            heapq.heappush(self._waiting, (due, next(self._sequence), action))

    def take_due(self, now: float) -> Callable[[], None] | None:
        """The first thing due by now, taken off."""
        with self._lock:
            if self._waiting and self._waiting[0][0] <= now:
                return heapq.heappop(self._waiting)[2]
            return None

    def next_due(self) -> float | None:
        """When the next thing is due."""
        with self._lock:
            return self._waiting[0][0] if self._waiting else None

    def reverse(self) -> None:
        """What waits changes places: the last comes first."""
        with self._lock:
            ordered = sorted(self._waiting)
            actions = [action for _, _, action in reversed(ordered)]
            self._waiting = [(due, number, action) for (due, number, _), action in zip(ordered, actions, strict=True)]


class NoticeDesk:
    """Sends notices and remembers every attempt with what was sent and what was answered."""

    def __init__(self, world: PayWorld) -> None:
        self._world = world
        self._stopping = threading.Event()
        self._automatic: threading.Thread | None = None
        self.timetable = Timetable()
        self.plans: deque[NoticePlan] = deque()
        self.attempts: list[dict[str, Any]] = []
        self.timeout_seconds = 5.0
        self.speed = 1.0

    def tell(self, merchant: Merchant, url: str, event_type: str, original_type: str, resource: dict[str, Any]) -> None:
        """Tell a merchant something soon, as the next plan says."""
        plan = self.plans.popleft() if self.plans else NoticePlan()
        if plan.drop:
            return
        now = self._world.now()
        notice = Notice(merchant, url, event_type, original_type, _changed(resource, plan.changes), plan, now)
        for _ in range(plan.copies):
            self.timetable.add(now + plan.delay_seconds, lambda: self._attempt(notice))

    def run_due(self) -> int:
        """Do everything that is due now; how many things that was. The lock of the world must not be held."""
        done = 0
        while not self._stopping.is_set() and (action := self.timetable.take_due(self._world.now())) is not None:
            action()
            done += 1
        return done

    def run_next(self) -> bool:
        """Let time pass until the next thing is due, and do it; False when nothing waits."""
        due = self.timetable.next_due()
        if due is None:
            return False
        wait = due - self._world.now()
        if wait > 0:
            self._world.clock.advance(wait + 0.001)
        return self.run_due() > 0

    def run_by_itself(self, speed: float) -> None:
        """From now on send in real time, the pauses between attempts shortened ``speed`` times."""
        self.speed = speed
        if self._automatic is None:
            self._automatic = threading.Thread(target=self._keep_running, daemon=True)
            self._automatic.start()

    def stop(self) -> None:
        """Send nothing more."""
        self._stopping.set()

    def replay(self, index: int) -> dict[str, Any]:
        """Send the very bytes of an earlier attempt again."""
        before = self.attempts[index]
        status, answer = self._post(before["url"], before["headers"], before["body"].encode())
        return {"status": status, "answer": answer}

    def _keep_running(self) -> None:
        while not self._stopping.wait(0.05):
            self.run_due()

    def _attempt(self, notice: Notice) -> None:
        with self._world.lock:
            notice.attempts += 1
            number = notice.attempts
            if notice.sent is None or not notice.plan.keep_signature:
                notice.sent = self._compose(notice, number)
            headers, body = notice.sent
        answers = self._post_at_once(notice.plan.concurrent, notice.url, headers, body)
        with self._world.lock:
            for status, answer in answers:
                self.attempts.append(
                    {
                        "id": notice.id,
                        "event_type": notice.event_type,
                        "attempt": number,
                        "at": self._world.now(),
                        "status": status,
                        "answer": answer,
                        "url": notice.url,
                        "headers": headers,
                        "body": body.decode(),
                    }
                )
        refused = all(status not in ACCEPTED for status, _ in answers)
        if refused and number <= len(RETRY_AFTER_SECONDS):
            pause = RETRY_AFTER_SECONDS[number - 1] / self.speed
            self.timetable.add(self._world.now() + pause, lambda: self._attempt(notice))

    def _post_at_once(
        self, times: int, url: str, headers: Mapping[str, str], body: bytes
    ) -> list[tuple[int | None, str]]:
        answers: list[tuple[int | None, str]] = []
        if times == 1:
            return [self._post(url, headers, body)]
        together = threading.Barrier(times)

        def one() -> None:
            together.wait(10)
            answers.append(self._post(url, headers, body))

        threads = [threading.Thread(target=one, daemon=True) for _ in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int | None, str]:
        """Status and text of the answer; no status when none came in time. Redirects are not followed."""
        timeout = urllib3.Timeout(total=self.timeout_seconds)
        try:
            with urllib3.PoolManager(timeout=timeout, retries=False) as pool:
                answer = pool.request("POST", url, body=body, headers=dict(headers), redirect=False)
        except urllib3.exceptions.HTTPError as failure:
            return None, type(failure).__name__
        return answer.status, answer.data[:2000].decode("utf-8", "replace")

    def _compose(self, notice: Notice, number: int) -> tuple[dict[str, str], bytes]:
        forge = notice.plan.forge
        body = self._body(notice, "0" * 32 if forge == "cipher" else notice.merchant.apiv3_key)
        world = self._world
        signer = world.public_key if world.next_callback_by_public_key() else world.certificate
        if forge == "key":
            signer = Signer(signer.serial, rsa_key("stranger"), "")
        if forge == "serial":
            signer = Signer("PUB_KEY_ID_0199999999999999999999999999", rsa_key("stranger"), "")
        signed_at = world.now() - notice.plan.signed_ago_seconds
        headers = signature_headers(signer, signed_at, body, probe=number <= notice.plan.signtest)
        if forge == "signature":
            headers["Wechatpay-Signature"] = sign(rsa_key("stranger"), "not", "this")
        if forge == "body":
            body = body.replace(b'"summary"', b'"Summary"')
        if forge == "type":
            headers["Wechatpay-Signature-Type"] = "WECHATPAY2-SM2-WITH-SM3"
        if forge == "headers":
            headers = {name: value for name, value in headers.items() if not name.startswith("Wechatpay")}
        return headers, body

    def _body(self, notice: Notice, apiv3_key: str) -> bytes:
        nonce = secrets.token_hex(6)
        associated = "" if notice.plan.empty_associated_data else notice.original_type
        plain = json.dumps(notice.resource, ensure_ascii=False, separators=(",", ":")).encode()
        cipher = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), plain, associated.encode())
        envelope = {
            "id": notice.id,
            "create_time": rfc3339(notice.created_at),
            "resource_type": "encrypt-resource",
            "event_type": notice.event_type,
            "summary": "支付成功" if notice.event_type == "TRANSACTION.SUCCESS" else "通知",
            "resource": {
                "original_type": notice.original_type,
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(cipher).decode(),
                "associated_data": associated,
                "nonce": nonce,
            },
        }
        return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def signature_headers(signer: Signer, moment: float, body: bytes, *, probe: bool = False) -> dict[str, str]:
    """The headers WeChat signs an answer or a notice with; a probe carries a signature that is wrong on purpose."""
    timestamp, nonce = str(int(moment)), secrets.token_urlsafe(24)
    signature = sign(signer.key, timestamp, nonce, body.decode())
    if probe:
        signature = f"WECHATPAY/SIGNTEST/{signature[19:]}"
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": signature,
        "Wechatpay-Serial": signer.serial,
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        "Request-ID": secrets.token_hex(16).upper(),
    }


def _changed(resource: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(resource))
    for path, value in changes.items():
        *outer, last = path.split(".")
        inside = changed
        for name in outer:
            inside = inside[name]
        inside[last] = value
    return changed
