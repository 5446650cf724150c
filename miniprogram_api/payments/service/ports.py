"""What the payments ask of WeChat Pay, and whom they hand work to; both are built by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from miniprogram_api.wechat.pay.bill import TradeBill
    from miniprogram_api.wechat.pay.facts import Notification, PayOrder, Refund, RefundOrder, RequestPayment, Trade


@dataclass(frozen=True, slots=True)
class PayIdentity:
    """Who this deployment is to WeChat Pay; without ``mchid`` it collects nothing through WeChat."""

    mchid: str
    appid: str
    service_provider: bool


class Till(Protocol):
    """WeChat Pay, one verb each; what each may raise is said at ``wechat.pay.wechat_pay.Pay``."""

    def order(self, order: PayOrder) -> str:
        """Place an order and return its prepay_id."""
        ...

    def request_payment(self, prepay_id: str, now: datetime) -> RequestPayment:
        """Return the arguments of ``wx.requestPayment``."""
        ...

    def query(self, out_trade_no: str, sub_mchid: str | None = None) -> Trade:
        """Return where an order stands."""
        ...

    def close(self, out_trade_no: str, sub_mchid: str | None = None) -> None:
        """Close an order."""
        ...

    def refund(self, refund: RefundOrder) -> Refund:
        """Ask for a refund."""
        ...

    def query_refund(self, out_refund_no: str, sub_mchid: str | None = None) -> Refund:
        """Return where a refund stands."""
        ...

    def trade_bill(self, day: date, sub_mchid: str | None = None) -> TradeBill:
        """Return the bill of a day."""
        ...

    def read_notification(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> Notification:
        """Return what a notification says, once it is proved to be WeChat's and fresh."""
        ...

    def check_keys(self, message: str, notify: bool = False) -> None:
        """Prove, without money, that ids, keys and signatures of both sides fit."""
        ...


class WorkQueue(Protocol):
    """The function that may ask WeChat; work waits until it comes to it."""

    def put(self, work: Mapping[str, str]) -> None:
        """Hand one piece of work on, or raise NotHandedOn."""
        ...
