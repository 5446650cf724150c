"""What the simulated WeChat Pay knows: orders, refunds, balances, keys, planned faults. In memory, one lock."""

from __future__ import annotations

import functools
import itertools
import json
import secrets
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from local.wechat_simulator.pay.identities import (
    COMPANIES,
    DIRECT_MCHID,
    PROVIDER_MCHID,
    Merchant,
    Signer,
    new_certificate,
    new_public_key,
)

if TYPE_CHECKING:
    from local.wechat_simulator.world import World

CHINA = timezone(timedelta(hours=8))
PREPAY_LIFE_SECONDS = 2 * 3600
ORDER_LIFE_SECONDS = 7 * 86400


class PayRefusal(Exception):
    """WeChat Pay says no: an HTTP status, a code, a message, perhaps the field it objects to."""

    def __init__(self, status: int, code: str, message: str, field_name: str = "") -> None:
        super().__init__(status, code)
        self.status, self.code, self.message, self.field_name = status, code, message, field_name

    def body(self) -> bytes:
        """The JSON of the refusal."""
        said: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.field_name:
            said["detail"] = {"location": "body", "field": self.field_name, "value": "***", "issue": self.message}
        return json.dumps(said, ensure_ascii=False).encode()


@dataclass
class Order:
    """One order; ``first_request`` is what it was placed with, None for a number closed before it was ordered."""

    merchant: Merchant
    out_trade_no: str
    first_request: dict[str, Any] | None
    created_at: float
    state: str = "NOTPAY"
    prepay_ids: dict[str, float] = field(default_factory=dict)
    transaction_id: str = ""
    paid_at: float = 0.0
    refunds: list[Refund] = field(default_factory=list)

    @property
    def request(self) -> dict[str, Any]:
        """What it was placed with."""
        return self.first_request or {}

    @property
    def total(self) -> int:
        """Fen."""
        return int(self.request["amount"]["total"])

    @property
    def sub_mchid(self) -> str | None:
        """The company of a service provider's order."""
        return self.request.get("sub_mchid")

    @property
    def openid(self) -> str:
        """The payer."""
        payer = self.request["payer"]
        return str(payer.get("openid") or payer.get("sp_openid"))

    @property
    def appid(self) -> str:
        """The mini program it is paid in."""
        return str(self.request.get("appid") or self.request.get("sp_appid"))

    def refunded(self) -> int:
        """Fen given back or on the way back."""
        return sum(one.refund_fen for one in self.refunds if one.status in ("PROCESSING", "SUCCESS", "ABNORMAL"))

    def dies_at(self) -> float:
        """From when it cannot be paid any more."""
        expires = self.request.get("time_expire")
        if expires is None:
            return self.created_at + ORDER_LIFE_SECONDS
        return max(datetime.fromisoformat(expires).timestamp(), self.created_at + 60)

    def facts(self) -> dict[str, Any]:
        """What a query and a notice say of it."""
        said: dict[str, Any] = {**_ids(self), "out_trade_no": self.out_trade_no}
        said |= {"trade_state": self.state, "trade_state_desc": _SAYS[self.state], "trade_type": "JSAPI"}
        said["attach"] = self.request.get("attach", "")
        if self.paid_at:
            payer = "sp_openid" if self.merchant.provider else "openid"
            said |= {
                "transaction_id": self.transaction_id,
                "bank_type": "OTHERS",
                "success_time": rfc3339(self.paid_at),
                "payer": {payer: self.openid},
                "amount": {
                    "total": self.total,
                    "payer_total": self.total,
                    "currency": "CNY",
                    "payer_currency": "CNY",
                },
            }
        return said


_SAYS = {"NOTPAY": "订单未支付", "SUCCESS": "支付成功", "REFUND": "转入退款", "CLOSED": "订单已关闭"}


def _ids(order: Order) -> dict[str, Any]:
    if not order.merchant.provider:
        return {"mchid": order.merchant.mchid, "appid": order.appid}
    return {"sp_mchid": order.merchant.mchid, "sp_appid": order.appid, "sub_mchid": order.sub_mchid}


@dataclass
class Refund:
    """One refund; ``request`` is what it was asked with."""

    order: Order
    request: dict[str, Any]
    refund_id: str
    created_at: float
    status: str = "PROCESSING"
    ended_at: float = 0.0

    @property
    def out_refund_no(self) -> str:
        """The merchant's number of it."""
        return str(self.request["out_refund_no"])

    @property
    def refund_fen(self) -> int:
        """Fen."""
        return int(self.request["amount"]["refund"])

    def _amount(self) -> dict[str, int]:
        return {
            "total": self.order.total,
            "refund": self.refund_fen,
            "payer_total": self.order.total,
            "payer_refund": self.refund_fen,
        }

    def _common(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "refund_id": self.refund_id,
            "out_refund_no": self.out_refund_no,
            "transaction_id": self.order.transaction_id,
            "out_trade_no": self.order.out_trade_no,
            "user_received_account": "支付用户零钱",
        }
        if self.status == "SUCCESS":
            said["success_time"] = rfc3339(self.ended_at)
        return said

    def answer(self) -> dict[str, Any]:
        """What the call and the query answer."""
        said = self._common()
        said |= {"status": self.status, "channel": "ORIGINAL", "create_time": rfc3339(self.created_at)}
        more = {"settlement_refund": self.refund_fen, "settlement_total": self.order.total, "discount_refund": 0}
        said["amount"] = {**self._amount(), **more, "currency": "CNY"}
        return said

    def facts(self) -> dict[str, Any]:
        """What a notice says."""
        ids = _ids(self.order)
        ids = {name: value for name, value in ids.items() if name.endswith("mchid")}
        return {**ids, **self._common(), "refund_status": self.status, "amount": self._amount()}


@dataclass(frozen=True)
class PayFault:
    """What goes wrong with one call, ``when`` "before" or "after" it was carried out.

    A refusal (``status``, ``code``, ``message``), a connection closed without an answer (``drop``), an answer that
    comes too late (``delay_seconds``), or one wrongly signed (``signature``: "signtest", "unknown_serial", "old",
    "altered", "none").
    """

    when: str = "before"
    status: int | None = None
    code: str = "SYSTEM_ERROR"
    message: str = "系统异常，请稍后重试"
    drop: bool = False
    delay_seconds: float = 0.0
    signature: str | None = None


@dataclass
class BillPlan:
    """How the next bills differ from what happened: rows left out, amounts changed, rows of nobody, a torn file."""

    omit: tuple[str, ...] = ()
    amounts: dict[str, int] = field(default_factory=dict)
    strangers: tuple[dict[str, Any], ...] = ()
    corrupt: bool = False
    compressed: bool = True


class PayWorld:
    """Everything the simulated WeChat Pay knows. Callers hold ``lock`` while they touch it."""

    def __init__(self, world: World) -> None:
        self.wechat, self.clock, self.lock = world, world.clock, world.lock
        self.callbacks_by_public_key_percent = 100
        self._callbacks = 0
        self.merchants = {
            DIRECT_MCHID: Merchant(DIRECT_MCHID),
            PROVIDER_MCHID: Merchant(PROVIDER_MCHID, COMPANIES),
        }
        self.orders: dict[tuple[str, str], Order] = {}
        self.refunds: dict[tuple[str, str], Refund] = {}
        self.balances: Counter[str] = Counter()
        self.refund_endings: deque[str | None] = deque()
        self.closing_burns_unknown_numbers = True
        self.faults: dict[str, deque[PayFault]] = defaultdict(deque)
        self.bill_plan = BillPlan()
        self.bills: dict[str, tuple[bytes, float, str]] = {}
        self.calls: list[str] = []
        self._numbers = itertools.count(1)

    @functools.cached_property
    def public_key(self) -> Signer:
        """What WeChat signs with for who asks for it; made by the first use."""
        return new_public_key()

    @functools.cached_property
    def certificate(self) -> Signer:
        """What WeChat signs with otherwise; made by the first use."""
        return new_certificate()

    def now(self) -> float:
        """Unix seconds."""
        return self.clock.now()

    def day(self, moment: float | None = None) -> datetime:
        """The wall clock in China."""
        return datetime.fromtimestamp(self.now() if moment is None else moment, CHINA)

    def number(self, prefix: str, digits: int) -> str:
        """A number of WeChat's own, never twice."""
        dated = f"{prefix}{self.day():%Y%m%d}"
        return f"{dated}{next(self._numbers):0{digits - len(dated)}}"

    def new_prepay_id(self) -> str:
        """What ``wx.requestPayment`` is called with."""
        return f"wx{self.day():%d%H%M%S}{secrets.token_hex(14)}"

    def purse(self, order: Order) -> str:
        """Whose balance an order's money is in."""
        return order.sub_mchid or order.merchant.mchid

    def next_callback_by_public_key(self) -> bool:
        """Which key signs the next callback during a switch: evenly spread, not by chance."""
        before, self._callbacks = self._callbacks, self._callbacks + 1
        percent = self.callbacks_by_public_key_percent
        return self._callbacks * percent // 100 > before * percent // 100


def rfc3339(moment: float) -> str:
    """The instant as WeChat writes it."""
    return datetime.fromtimestamp(int(moment), CHINA).isoformat()
