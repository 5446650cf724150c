"""One signed call to WeChat Pay, with time limits, its answer verified, every failure an outcome of errors.py.

urllib3 carries it, since botocore has loaded it already; it neither follows redirects nor reads proxies or a .netrc.
"""

from __future__ import annotations

import functools
import json
import logging
import secrets
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import urllib3

from miniprogram_api.kernel.errors import Problem
from miniprogram_api.wechat.pay.errors import Operation, PayBusy, SignatureRefused, problem_for
from miniprogram_api.wechat.pay.keyring import Keyring, Untrusted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from miniprogram_api.wechat.pay.merchant import Merchant

SCHEME = "WECHATPAY2-SHA256-RSA2048"
_USER_AGENT = "flowing-property"
_NEVER_SENT = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)

# At DEBUG urllib3 writes every address with its query, and a bill's holds the token that opens it.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


@functools.cache
def _tls() -> ssl.SSLContext:
    """The trusted authorities, read once: a new connection per call must not mean reading them anew."""
    return ssl.create_default_context()


@dataclass(frozen=True)
class Call:
    """One call: ``target`` is path and query exactly as they are sent, since that is what is signed."""

    operation: Operation
    method: str
    target: str
    body: str = ""
    signed_answer: bool = True


def get(operation: Operation, path: str, **query: str | None) -> Call:
    """A call that reads; values that are None are left out."""
    given = {name: value for name, value in query.items() if value is not None}
    return Call(operation, "GET", f"{path}?{urlencode(given)}" if given else path)


def post(operation: Operation, path: str, body: Mapping[str, object]) -> Call:
    """A call that acts."""
    return Call(operation, "POST", path, json.dumps(body, ensure_ascii=False, separators=(",", ":")))


class Transport:
    """Carries calls for one merchant. ``timeouts`` are seconds to connect and seconds to read."""

    def __init__(
        self,
        *,
        merchant: Merchant,
        keyring: Keyring,
        answered_by: str,
        clock: Callable[[], datetime],
        addresses: Sequence[str],
        timeouts: tuple[float, float],
    ) -> None:
        self._merchant, self._keyring, self._answered_by = merchant, keyring, answered_by
        self._clock, self._addresses, self._timeouts = clock, addresses, timeouts

    def ask(self, call: Call) -> bytes:
        """The verified body of WeChat's answer.

        A second attempt, at the second address if there is one, is made only where it cannot do harm: for a call
        that never left, and for one that only reads.

        Raises:
            PayBusy: WeChat did not answer in time, or not in an understandable way.
            Problem: the outcome for WeChat's code, see errors.py.
        """
        answer, sent = self._once(call, self._addresses[0])
        if isinstance(answer, PayBusy) and (call.method == "GET" or not sent):
            answer, sent = self._once(call, self._addresses[-1])
        if isinstance(answer, Problem):
            raise answer
        return answer

    def _once(self, call: Call, address: str) -> tuple[bytes | Problem, bool]:
        """The body or the outcome as a value (raised in a handler it would drag the library's error along).

        And whether the call can have reached WeChat.
        """
        connect, read = self._timeouts
        timeout = urllib3.Timeout(connect=connect, read=read)
        try:
            with urllib3.PoolManager(timeout=timeout, retries=False, ssl_context=_tls()) as pool:
                response = pool.request(
                    call.method,
                    f"{address}{call.target}",
                    body=call.body.encode() if call.method == "POST" else None,
                    headers=self._headers(call),
                    redirect=False,
                )
        except urllib3.exceptions.HTTPError as failure:
            return PayBusy(operation=call.operation, reason=type(failure).__name__), not isinstance(
                failure, _NEVER_SENT
            )
        return self._checked(call, response.status, response.headers, response.data), True

    def _headers(self, call: Call) -> dict[str, str]:
        timestamp, nonce = str(int(self._clock().timestamp())), secrets.token_hex(16)
        signature = self._keyring.sign(call.method, call.target, timestamp, nonce, call.body)
        merchant = self._merchant
        return {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": _USER_AGENT,
            "Wechatpay-Serial": self._answered_by,
            "Authorization": (
                f'{SCHEME} mchid="{merchant.mchid}",nonce_str="{nonce}",signature="{signature}",'
                f'timestamp="{timestamp}",serial_no="{merchant.certificate_serial}"'
            ),
        }

    def _checked(self, call: Call, status: int, headers: Mapping[str, str], body: bytes) -> bytes | Problem:
        """WeChat signs what it did; of what it refuses, TLS alone tells who says so, as in its own libraries."""
        named = {name.lower(): value for name, value in headers.items()}
        request_id = named.get("request-id", "")
        if not 200 <= status < 300:
            return problem_for(call.operation, status, _json_or_none(body), request_id)
        if call.signed_answer:
            try:
                self._keyring.verify(named, body, self._clock())
            except Untrusted as distrust:
                reason = str(distrust)
                return SignatureRefused(operation=call.operation, reason=reason, status=status)
        return body


def _json_or_none(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None
