"""What the product asks of WeChat Pay, one verb each. wechatpayv3 and the keys are loaded by the first use."""

from __future__ import annotations

import functools
import json
import secrets
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from miniprogram_api.kernel.clock import shanghai
from miniprogram_api.wechat.pay import facts
from miniprogram_api.wechat.pay.bill import TradeBill, open_bill
from miniprogram_api.wechat.pay.errors import (
    NotificationRefused,
    NotificationRepeated,
    NotificationUnreadable,
    OrderClosed,
    PayBusy,
    PayMisconfigured,
)
from miniprogram_api.wechat.pay.facts import (
    Fields,
    Notification,
    PayOrder,
    Refund,
    RefundOrder,
    RequestPayment,
    Trade,
    Unreadable,
)
from miniprogram_api.wechat.pay.merchant import OFFICIAL_ADDRESSES, Merchant, PaySecrets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from miniprogram_api.wechat.pay.errors import Operation
    from miniprogram_api.wechat.pay.keyring import Keyring
    from miniprogram_api.wechat.pay.transport import Transport

CONNECT_SECONDS = 2.0
READ_SECONDS = 5.0
LARGEST_NOTIFICATION_BYTES = 64 * 1024
CURRENCY = "CNY"
SIGN_TYPE = "RSA"
_BILL_DOOR = "/v3/billdownload/file"
_Fact = TypeVar("_Fact")


class Pay:
    """api.mch.weixin.qq.com on behalf of one merchant, be it a company of its own or a service provider.

    As a service provider every call names the ``sub_mchid`` whose money it is; otherwise none may. Every method that
    asks WeChat may raise PayBusy, FrequencyLimited and PayMisconfigured beside what it names. After PayBusy the
    outcome is unknown: query before doing anything else.
    """

    def __init__(
        self,
        *,
        merchant: Merchant,
        secrets: PaySecrets,
        clock: Callable[[], datetime],
        addresses: Sequence[str] = OFFICIAL_ADDRESSES,
        timeouts: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        self._merchant, self._secrets, self._clock = merchant, secrets, clock
        self._addresses = tuple(address.rstrip("/") for address in addresses)
        self._timeouts = timeouts

    @functools.cached_property
    def _keyring(self) -> Keyring:
        from miniprogram_api.wechat.pay.keyring import Keyring

        if not self._secrets.platform_keys:
            raise PayMisconfigured(secret="wechat-pay-public-key", reason="no key of WeChat Pay is set")  # noqa: S106
        return Keyring(self._secrets)

    @functools.cached_property
    def _transport(self) -> Transport:
        from miniprogram_api.wechat.pay.transport import Transport

        return Transport(
            merchant=self._merchant,
            keyring=self._keyring,
            answered_by=next(iter(self._secrets.platform_keys)),
            clock=self._clock,
            addresses=self._addresses,
            timeouts=self._timeouts,
        )

    def order(self, order: PayOrder) -> str:
        """Place an order and return its ``prepay_id`` (good for two hours); the same order again gives one again.

        Raises:
            OrderPaid, OrderClosed: the number is no longer open.
            ParametersDiffer: the number was placed before with other contents.
            PayerMismatch, TradeRefused: WeChat does not take this payer or payment.
        Source: WeChat Pay APIv3, JSAPI order (FEE-02).
        """
        merchant = self._merchant
        body: dict[str, Any] = {
            "description": order.description,
            "out_trade_no": order.out_trade_no,
            "notify_url": merchant.payment_notify_url,
            "amount": {"total": order.total_fen, "currency": CURRENCY},
        }
        if order.attach:
            body["attach"] = order.attach
        if order.expires_at is not None:
            body["time_expire"] = shanghai(order.expires_at).isoformat(timespec="seconds")
        if merchant.service_provider:
            ids = {"sp_appid": merchant.appid, "sp_mchid": merchant.mchid, "payer": {"sp_openid": order.openid}}
        else:
            ids = {"appid": merchant.appid, "mchid": merchant.mchid, "payer": {"openid": order.openid}}
        answer = self._act("order", f"{self._trades}/jsapi", {**ids, **self._sub(order.sub_mchid), **body})
        return _read("order", lambda: Fields(answer).text("prepay_id"))

    def request_payment(self, prepay_id: str, now: datetime) -> RequestPayment:
        """What the mini program hands to ``wx.requestPayment``; its "ok" is no proof of payment, query the order.

        Raises:
            PayMisconfigured: a key cannot be used.
        Source: WeChat Pay, mini-program payment; signType itself is not signed.
        """
        timestamp, nonce, package = str(int(now.timestamp())), secrets.token_hex(16), f"prepay_id={prepay_id}"
        signature = self._keyring.sign(self._merchant.appid, timestamp, nonce, package)
        return RequestPayment(timestamp, nonce, package, SIGN_TYPE, signature)

    def query(self, out_trade_no: str, sub_mchid: str | None = None) -> Trade:
        """Where an order stands.

        Raises:
            OrderUnknown: WeChat has no such order.
        """
        answer = self._look("query", f"{self._trade(out_trade_no)}", **self._ids(sub_mchid))
        trade = _read("query", lambda: facts.trade_from(answer))
        if trade.out_trade_no != out_trade_no:
            raise PayBusy(operation="query", reason="answer about another order")
        return trade

    def close(self, out_trade_no: str, sub_mchid: str | None = None) -> None:
        """Close an order so that nobody can pay it any more; closing one that is closed is done.

        WeChat also "closes" a number it never saw, and that number cannot be ordered afterwards.

        Raises:
            OrderPaid: it was paid first.
            OrderUnknown: WeChat has no such order.
        """
        try:
            self._act("close", f"{self._trade(out_trade_no)}/close", self._ids(sub_mchid))
        except OrderClosed:
            return

    def refund(self, refund: RefundOrder) -> Refund:
        """Ask for a refund; the answer means "accepted", what became of it is told later or by query_refund.

        Raises:
            RefundRefused: more than is left of the order, too old, or not a paid order.
            NotEnoughBalance: the merchant's balance does not cover it; ask again with the same number.
            ParametersDiffer: the number was used before for another refund.
            OrderUnknown: WeChat has no such order.
        """
        body: dict[str, Any] = {
            "out_trade_no": refund.out_trade_no,
            "out_refund_no": refund.out_refund_no,
            "notify_url": self._merchant.refund_notify_url,
            "amount": {"refund": refund.refund_fen, "total": refund.total_fen, "currency": CURRENCY},
        }
        if refund.reason:
            body["reason"] = refund.reason
        answer = self._act("refund", "/v3/refund/domestic/refunds", {**self._sub(refund.sub_mchid), **body})
        return _read("refund", lambda: facts.refund_from(answer))

    def query_refund(self, out_refund_no: str, sub_mchid: str | None = None) -> Refund:
        """Where a refund stands.

        Raises:
            RefundUnknown: WeChat has no such refund.
        """
        number = facts.require_refund_number(out_refund_no)
        answer = self._look("query_refund", f"/v3/refund/domestic/refunds/{number}", **self._sub(sub_mchid))
        return _read("query_refund", lambda: facts.refund_from(answer))

    def trade_bill(self, day: date, sub_mchid: str | None = None) -> TradeBill:
        """The bill of a day in China; a service provider gets that of one company, or with None that of all.

        Raises:
            BillNotReady: it is not yet 10:00 of the next day.
            NoStatement: nobody paid or was refunded that day.
            BillHashMismatch: what was downloaded is not what WeChat announced; nothing of it was used.
            BillUnreadable: it is not of the documented form, or does not add up.
        Source: WeChat Pay APIv3, trade bill and download; the download itself is not signed, hence the hash.
        """
        from miniprogram_api.wechat.pay.transport import Call

        query = self._sub(sub_mchid) if sub_mchid is not None else {}
        answer = self._look(
            "trade_bill", "/v3/bill/tradebill", bill_date=day.isoformat(), bill_type="ALL", tar_type="GZIP", **query
        )
        sha1, address = _read("trade_bill", lambda: (Fields(answer).text("hash_value"), _bill_target(answer)))
        downloaded = self._transport.ask(Call("download_bill", "GET", address, signed_answer=False))
        return open_bill(downloaded, sha1)

    def check_keys(self, message: str, notify: bool = False) -> None:
        """Prove with WeChat, without money, that ids, keys and signatures of both sides fit.

        ``notify``: also have a notification sent to the payment address, of type SECURITY_ECHO.SUCCESS.
        Source: WeChat Pay APIv3, signature and encryption self-test (documented for service providers).
        """
        body = {"echo_message": message}
        if notify:
            body["notify_url"] = self._merchant.payment_notify_url
        self._act("echo", "/v3/security/echo", body)

    def read_notification(
        self,
        headers: Mapping[str, str],
        raw_body: bytes,
        now: datetime,
        is_new: Callable[[str], bool] = lambda _id: True,
    ) -> Notification:
        """What a notification says, once it is proved to be WeChat's and signed less than five minutes from ``now``.

        ``raw_body`` is as it came in. ``is_new`` is asked last, with the id of the notice: who keeps the ids says
        whether this one is to be worked on. Facts about another merchant or amount are not judged here: settlement
        compares them and books what does not fit.

        Raises:
            NotificationRefused: forged, altered, too old, or by a key we do not accept; answer 401.
            NotificationUnreadable: WeChat's own, but without what it must say; answer 500.
            NotificationRepeated: ``is_new`` said no; answer 204.
            PayMisconfigured: a key of ours cannot be used; answer 500.
        Source: WeChat Pay APIv3, payment and refund notifications.
        """
        event, plain = self._opened({name.lower(): value for name, value in headers.items()}, raw_body, now)
        try:
            notification = _notification(event, plain)
        except (Unreadable, ValueError) as lacking:
            reason = str(lacking) if isinstance(lacking, Unreadable) else "not JSON"
        else:
            if not is_new(notification.id):
                raise NotificationRepeated(notification_id=notification.id)
            return notification
        raise NotificationUnreadable(reason=reason)

    def _opened(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[dict[str, Any], str]:
        """The envelope and the plain text inside it."""
        from miniprogram_api.wechat.pay.keyring import Untrusted

        try:
            if len(body) > LARGEST_NOTIFICATION_BYTES:
                raise Untrusted("too large")
            if "wechatpay-signature-type" not in headers:
                raise Untrusted("signature type")
            self._keyring.verify(headers, body, now)
            event = json.loads(body)
            if not isinstance(event, dict) or not isinstance(event.get("resource"), dict):
                raise Untrusted("resource")
            return event, self._keyring.decrypt(event["resource"])
        except Untrusted as distrust:
            reason = str(distrust)
        except ValueError:
            reason = "not JSON"
        raise NotificationRefused(reason=reason)

    @property
    def _trades(self) -> str:
        return "/v3/pay/partner/transactions" if self._merchant.service_provider else "/v3/pay/transactions"

    def _trade(self, out_trade_no: str) -> str:
        return f"{self._trades}/out-trade-no/{facts.require_order_number(out_trade_no)}"

    def _ids(self, sub_mchid: str | None) -> dict[str, str]:
        merchant = self._merchant
        name = "sp_mchid" if merchant.service_provider else "mchid"
        return {name: merchant.mchid, **self._sub(sub_mchid)}

    def _sub(self, sub_mchid: str | None) -> dict[str, str]:
        """Whose money it is; without this check a company's money could go to the provider itself."""
        if (sub_mchid is not None) != self._merchant.service_provider:
            raise ValueError("a service provider names the sub_mchid, and only a service provider")
        return {} if sub_mchid is None else {"sub_mchid": sub_mchid}

    def _look(self, operation: Operation, path: str, **query: str | None) -> object:
        from miniprogram_api.wechat.pay.transport import get

        return _json(operation, self._transport.ask(get(operation, path, **query)))

    def _act(self, operation: Operation, path: str, body: Mapping[str, object]) -> object:
        from miniprogram_api.wechat.pay.transport import post

        answer = self._transport.ask(post(operation, path, body))
        return _json(operation, answer) if answer else None


def _json(operation: Operation, answer: bytes) -> object:
    return _read(operation, lambda: json.loads(answer))


def _read(operation: Operation, read: Callable[[], _Fact]) -> _Fact:
    """What an answer says; one that cannot be read leaves us not knowing what was done."""
    try:
        return read()
    except ValueError as lacking:
        reason = f"unreadable answer: {lacking}" if isinstance(lacking, Unreadable) else "unreadable answer"
    raise PayBusy(operation=operation, reason=reason)


def _bill_target(answer: object) -> str:
    """Path and query of the download; its host is not used, so that our signature goes nowhere else."""
    address = urlsplit(Fields(answer).text("download_url"))
    if address.path != _BILL_DOOR or not address.query.isascii() or not address.query.isprintable():
        raise Unreadable("download_url")
    return f"{address.path}?{address.query}"


def _notification(event: dict[str, Any], plain: str) -> Notification:
    fields, kind = Fields(event), Fields(event.get("resource")).perhaps("original_type")
    event_type = fields.text("event_type")
    content: facts.Payment | Refund | None = None
    if event_type == "TRANSACTION.SUCCESS" and kind == "transaction":
        content = facts.payment_from(json.loads(plain))
    elif event_type.startswith("REFUND.") and kind == "refund":
        content = facts.refund_from(json.loads(plain))
    return Notification(fields.text("id"), event_type, fields.instant("create_time"), content)
