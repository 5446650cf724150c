"""The addresses of api.mch.weixin.qq.com: who may enter, who answers, how the answer is signed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from local.wechat_simulator.exchange import Reply, Request
from local.wechat_simulator.pay import bills, refunds, trades
from local.wechat_simulator.pay.identities import Merchant, Signer, is_signed, rsa_key
from local.wechat_simulator.pay.notices import NoticeDesk, signature_headers
from local.wechat_simulator.pay.world import PayFault, PayRefusal, PayWorld, Refund

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

PREFIX = "/v3/"
SKEW_SECONDS = 300
REFUND_TAKES_SECONDS = 5
_SCHEME = "WECHATPAY2-SHA256-RSA2048 "
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_ORDERS = r"/v3/pay/(partner/)?transactions"
_ADDRESSES = (
    ("POST", "order", re.compile(rf"{_ORDERS}/jsapi")),
    ("GET", "query", re.compile(rf"{_ORDERS}/out-trade-no/([^/]+)")),
    ("POST", "close", re.compile(rf"{_ORDERS}/out-trade-no/([^/]+)/close")),
    ("POST", "refund", re.compile(r"/v3/refund/domestic/refunds")),
    ("GET", "query_refund", re.compile(r"/v3/refund/domestic/refunds/([^/]+)")),
    ("GET", "trade_bill", re.compile(r"/v3/bill/tradebill")),
    ("GET", "download_bill", re.compile(r"/v3/billdownload/file")),
    ("POST", "echo", re.compile(r"/v3/security/echo")),
)
OPERATIONS = tuple(operation for _, operation, _ in _ADDRESSES)


class PayDoor:
    """Answers requests to WeChat Pay; ``None`` instead of a reply closes the connection without a word."""

    def __init__(self, world: PayWorld, notices: NoticeDesk, stopping: threading.Event) -> None:
        self._world, self._notices, self._stopping = world, notices, stopping
        self.base_url = ""

    def answer(self, request: Request) -> Reply | None:
        """WeChat Pay's answer, under the fault planned for this operation if there is one."""
        world = self._world
        operation, match = _find(request)
        if match is None:
            return Reply(b"", "text/plain", 404)
        with world.lock:
            world.calls.append(operation)
            waiting = world.faults[operation]
            fault = waiting.popleft() if waiting else None
        if fault is None:
            return self._carry_out(operation, match, request, None)
        if fault.when == "after":
            done = self._carry_out(operation, match, request, fault)
            return self._meet(fault, lambda: done)
        return self._meet(fault, lambda: self._carry_out(operation, match, request, fault))

    def _meet(self, fault: PayFault, go_on: Callable[[], Reply]) -> Reply | None:
        if fault.delay_seconds:
            self._stopping.wait(fault.delay_seconds)
        if fault.drop:
            return None
        if fault.status is not None:
            refusal = PayRefusal(fault.status, fault.code, fault.message)
            return self._reply(refusal.status, refusal.body(), self._world.public_key, None)
        return go_on()

    def _carry_out(self, operation: str, match: re.Match[str], request: Request, fault: PayFault | None) -> Reply:
        world, signer = self._world, self._world.certificate
        with world.lock:
            try:
                merchant = self._enter(request)
                signer = self._signer(request.headers)
                _check_mode(merchant, match)
                arguments = _arguments(request)
                body = getattr(self, f"_{operation}")(merchant, match, arguments)
            except PayRefusal as refusal:
                return self._reply(refusal.status, refusal.body(), signer, None)
            if isinstance(body, bytes):
                return Reply(body, "application/x-gzip")
            if body is None:
                return self._reply(204, b"", signer, fault)
            return self._reply(200, json.dumps(body, ensure_ascii=False).encode(), signer, fault)

    def _enter(self, request: Request) -> Merchant:
        """Who asks.

        Raises:
            PayRefusal: 401 SIGN_ERROR unless the Authorization header is exactly right for these bytes.
        """
        given = request.headers.get("authorization", "")
        named = dict(_PARAMETER.findall(given.removeprefix(_SCHEME)))
        expected = {"mchid", "nonce_str", "signature", "timestamp", "serial_no"}
        if not given.startswith(_SCHEME) or set(named) != expected:
            raise PayRefusal(401, "SIGN_ERROR", "Http头Authorization值格式错误，请参考微信支付签名规则")
        merchant = self._world.merchants.get(named["mchid"])
        if merchant is None or merchant.serial != named["serial_no"]:
            raise PayRefusal(401, "SIGN_ERROR", "商户证书序列号有误，请使用签名私钥匹配的证书序列号")
        timestamp = named["timestamp"]
        if not timestamp.isdigit() or abs(int(timestamp) - self._world.now()) > SKEW_SECONDS:
            raise PayRefusal(401, "SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")
        lines = (request.method, request.target, timestamp, named["nonce_str"], request.body.decode())
        if not is_signed(merchant.key.public_key(), named["signature"], *lines):
            raise PayRefusal(401, "SIGN_ERROR", "签名错误，请检查后再试")
        return merchant

    def _signer(self, headers: Mapping[str, str]) -> Signer:
        """Answers follow the request's Wechatpay-Serial."""
        wanted = headers.get("wechatpay-serial", "")
        if not wanted.startswith("PUB_KEY_ID_"):
            return self._world.certificate
        if wanted != self._world.public_key.serial:
            raise PayRefusal(400, "PARAM_ERROR", "平台公钥ID错误", "Wechatpay-Serial")
        return self._world.public_key

    def _reply(self, status: int, body: bytes, signer: Signer, fault: PayFault | None) -> Reply:
        wrong = fault.signature if fault else None
        moment = self._world.now() - (SKEW_SECONDS if wrong == "old" else 0)
        if wrong == "unknown_serial":
            signer = Signer("6" * 40, rsa_key("stranger"), "")
        headers = signature_headers(signer, moment, body, probe=wrong == "signtest")
        kind = headers.pop("Content-Type")
        if wrong == "none":
            headers = {}
        if wrong == "altered":
            body = body.replace(b"{", b"{ ", 1)
        return Reply(body, kind, status, headers)

    def _order(self, merchant: Merchant, _: re.Match[str], body: dict[str, Any]) -> dict[str, Any]:
        return trades.place(self._world, merchant, body)

    def _query(self, merchant: Merchant, match: re.Match[str], query: dict[str, Any]) -> dict[str, Any]:
        return trades.find(self._world, merchant, match[2], query).facts()

    def _close(self, merchant: Merchant, match: re.Match[str], body: dict[str, Any]) -> None:
        trades.close(self._world, merchant, match[2], body)

    def _refund(self, merchant: Merchant, _: re.Match[str], body: dict[str, Any]) -> dict[str, Any]:
        refund, is_new = refunds.ask(self._world, merchant, body)
        if is_new:
            ending = self._world.refund_endings.popleft() if self._world.refund_endings else "SUCCESS"
            if ending is not None:
                due = self._world.now() + REFUND_TAKES_SECONDS
                self._notices.timetable.add(due, lambda: self.end_refund(refund, ending))
        return refund.answer()

    def end_refund(self, refund: Refund, status: str) -> None:
        """The refund ends, and its merchant is told; one that succeeded or was closed has ended for good."""
        with self._world.lock:
            if refund.status in ("SUCCESS", "CLOSED"):
                return
            refunds.end(self._world, refund, status)
            url = refund.request.get("notify_url")
            if url:
                self._notices.tell(refund.order.merchant, url, f"REFUND.{status}", "refund", refund.facts())

    def _query_refund(self, merchant: Merchant, match: re.Match[str], query: dict[str, Any]) -> dict[str, Any]:
        return refunds.find(self._world, merchant, match[1], query).answer()

    def _trade_bill(self, merchant: Merchant, _: re.Match[str], query: dict[str, Any]) -> dict[str, Any]:
        return bills.apply(self._world, merchant, query, self.base_url)

    def _download_bill(self, merchant: Merchant, _: re.Match[str], query: dict[str, Any]) -> bytes:
        return bills.fetch(self._world, merchant, query)

    def _echo(self, merchant: Merchant, _: re.Match[str], body: dict[str, Any]) -> dict[str, Any]:
        message = body.get("echo_message")
        if not isinstance(message, str) or not message:
            raise PayRefusal(400, "PARAM_ERROR", "回显信息不能为空", "/echo_message")
        if "notify_url" in body:
            trades.check_notify_url(body["notify_url"])
            resource = {"mchid": merchant.mchid, "echo_message": message}
            self._notices.tell(merchant, body["notify_url"], "SECURITY_ECHO.SUCCESS", "security", resource)
        return {"echo_message": message}


def _find(request: Request) -> tuple[str, re.Match[str] | None]:
    for method, operation, pattern in _ADDRESSES:
        match = pattern.fullmatch(request.path)
        if match is not None and request.method == method:
            return operation, match
    return "", None


def _check_mode(merchant: Merchant, match: re.Match[str]) -> None:
    """The partner addresses are a service provider's, the others everybody else's."""
    if match.re.groups and "/transactions" in match.string and bool(match[1]) != merchant.provider:
        raise PayRefusal(403, "NO_AUTH", "商户无权限")


def _arguments(request: Request) -> dict[str, Any]:
    if request.method == "GET":
        return dict(request.query)
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise PayRefusal(400, "PARAM_ERROR", "请求体不是合法的JSON")
    return body
