"""What we tell WeChat Pay and what it tells us, as values: amounts in integer fen, instants in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

# WeChat also allows `|` and `*`, which do not survive being part of an address.
_ORDER_NUMBER = re.compile(r"[0-9A-Za-z_-]{6,32}")
_REFUND_NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}")
# A line break or a backtick would tear the row of the trade bill apart.
_BILL_SAFE = re.compile(r"[^\x00-\x1f\x7f`]*")
LONGEST_DESCRIPTION = 127
LONGEST_ATTACHMENT = 128
LONGEST_REASON = 80
_Word = TypeVar("_Word", bound=StrEnum)


class Unreadable(ValueError):
    """An answer of WeChat lacks something it must say; the text names the field and quotes nothing."""


class TradeState(StrEnum):
    """Where an order stands with WeChat; NOTPAY is not final, a refunded order reads REFUND and no longer SUCCESS."""

    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    NOTPAY = "NOTPAY"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    USERPAYING = "USERPAYING"
    PAYERROR = "PAYERROR"


class RefundStatus(StrEnum):
    """Where a refund stands; CLOSED failed for good, ABNORMAL failed and needs a person, PROCESSING is under way."""

    SUCCESS = "SUCCESS"
    PROCESSING = "PROCESSING"
    ABNORMAL = "ABNORMAL"
    CLOSED = "CLOSED"


@dataclass(frozen=True)
class PayOrder:
    """One order to be paid in the mini program; ``out_trade_no`` is ours, unique, and makes repeating it harmless.

    ``attach`` comes back with the payment, unseen by the payer. ``expires_at`` is taken from the first attempt only.

    Raises:
        ValueError: WeChat would refuse it, or its bill could not be read.
    Source: WeChat Pay APIv3, JSAPI order; the number without ``|`` and ``*``.
    """

    out_trade_no: str
    description: str
    total_fen: int
    openid: str = field(repr=False)
    sub_mchid: str | None = None
    attach: str = ""
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        require_order_number(self.out_trade_no)
        _require_text("description", self.description, 1, LONGEST_DESCRIPTION)
        _require_text("attach", self.attach, 0, LONGEST_ATTACHMENT)
        _require_fen("total_fen", self.total_fen)


@dataclass(frozen=True)
class RefundOrder:
    """One refund of a paid order, whole or in part; repeating it with the same ``out_refund_no`` refunds once.

    ``total_fen`` is what the order was for.

    Raises:
        ValueError: WeChat would refuse it.
    Source: WeChat Pay APIv3, domestic refunds (365 days, 50 parts, one minute apart).
    """

    out_trade_no: str
    out_refund_no: str
    refund_fen: int
    total_fen: int
    sub_mchid: str | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        require_order_number(self.out_trade_no)
        require_refund_number(self.out_refund_no)
        _require_text("reason", self.reason, 0, LONGEST_REASON)
        _require_fen("total_fen", self.total_fen)
        _require_fen("refund_fen", self.refund_fen)
        if self.refund_fen > self.total_fen:
            raise ValueError("a refund is not more than the order")


@dataclass(frozen=True)
class RequestPayment:
    """The arguments of ``wx.requestPayment``; good for the mini program the order names, for two hours."""

    time_stamp: str
    nonce_str: str
    package: str
    sign_type: str
    pay_sign: str

    def arguments(self) -> dict[str, str]:
        """Under the names the mini program hands on."""
        return {
            "timeStamp": self.time_stamp,
            "nonceStr": self.nonce_str,
            "package": self.package,
            "signType": self.sign_type,
            "paySign": self.pay_sign,
        }


@dataclass(frozen=True)
class Payment:
    """What WeChat says was paid: settle it only after comparing every field with the order.

    ``mchid`` and ``appid`` are the provider's when ``sub_mchid`` is set. ``payer_total_fen`` is less than
    ``total_fen`` when a coupon paid a part.
    """

    mchid: str
    appid: str
    sub_mchid: str | None
    out_trade_no: str
    transaction_id: str
    state: TradeState
    total_fen: int
    payer_total_fen: int
    currency: str
    openid: str = field(repr=False)
    attach: str
    bank_type: str
    paid_at: datetime


@dataclass(frozen=True)
class Trade:
    """An order as WeChat sees it; ``payment`` is there once it was paid (SUCCESS, REFUND)."""

    out_trade_no: str
    state: TradeState
    payment: Payment | None


@dataclass(frozen=True)
class Refund:
    """A refund as WeChat sees it. ``mchid`` is told by notifications only; ``succeeded_at`` by SUCCESS only."""

    out_refund_no: str
    refund_id: str
    out_trade_no: str
    transaction_id: str
    status: RefundStatus
    refund_fen: int
    total_fen: int
    payer_refund_fen: int
    received_account: str
    succeeded_at: datetime | None
    mchid: str | None
    sub_mchid: str | None


@dataclass(frozen=True)
class Notification:
    """One notification, proved to be WeChat's. ``content`` is None for events that tell of no money of ours.

    ``id`` is of this notice, not of the payment: the same payment can be told of under several.
    """

    id: str
    event_type: str
    created_at: datetime
    content: Payment | Refund | None


def require_order_number(value: str) -> str:
    """The number, if it can be one of an order.

    Raises:
        ValueError: it has other signs than digits, letters, ``_`` and ``-``, or not 6 to 32 of them.
    """
    if not _ORDER_NUMBER.fullmatch(value):
        raise ValueError("an order number has 6 to 32 digits, letters, _ or -")
    return value


def require_refund_number(value: str) -> str:
    """The number, if it can be one of a refund.

    Raises:
        ValueError: it has other signs than digits, letters, ``_`` and ``-``, or not 1 to 64 of them.
    """
    if not _REFUND_NUMBER.fullmatch(value):
        raise ValueError("a refund number has 1 to 64 digits, letters, _ or -")
    return value


def _require_text(name: str, value: str, shortest: int, longest: int) -> None:
    if not shortest <= len(value) <= longest or not _BILL_SAFE.fullmatch(value):
        raise ValueError(f"{name} has {shortest} to {longest} characters on one line, without backticks")


def _require_fen(name: str, value: int) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"{name} is a whole number of fen, at least one")


def trade_from(answer: object) -> Trade:
    """An answer to a query of an order.

    Raises:
        Unreadable: a field it must have is missing or of another kind.
    """
    fields = Fields(answer)
    state = fields.one_of(TradeState, "trade_state")
    paid = state in (TradeState.SUCCESS, TradeState.REFUND)
    return Trade(fields.text("out_trade_no"), state, payment_from(answer) if paid else None)


def payment_from(answer: object) -> Payment:
    """What a notification or a query says of a paid order, of a merchant of its own or of a service provider.

    Raises:
        Unreadable: a field it must have is missing or of another kind.
    """
    fields = Fields(answer)
    amount, payer = fields.inside("amount"), fields.inside("payer")
    return Payment(
        mchid=fields.text("mchid", "sp_mchid"),
        appid=fields.text("appid", "sp_appid"),
        sub_mchid=fields.perhaps("sub_mchid"),
        out_trade_no=fields.text("out_trade_no"),
        transaction_id=fields.text("transaction_id"),
        state=fields.one_of(TradeState, "trade_state"),
        total_fen=amount.fen("total"),
        payer_total_fen=amount.fen("payer_total"),
        currency=amount.text("currency"),
        openid=payer.text("openid", "sp_openid"),
        attach=fields.perhaps("attach") or "",
        bank_type=fields.perhaps("bank_type") or "",
        paid_at=fields.instant("success_time"),
    )


def refund_from(answer: object) -> Refund:
    """What an answer (``status``) or a notification (``refund_status``) says of a refund.

    Raises:
        Unreadable: a field it must have is missing or of another kind.
    """
    fields = Fields(answer)
    amount = fields.inside("amount")
    status = fields.one_of(RefundStatus, "status", "refund_status")
    return Refund(
        out_refund_no=fields.text("out_refund_no"),
        refund_id=fields.text("refund_id"),
        out_trade_no=fields.text("out_trade_no"),
        transaction_id=fields.text("transaction_id"),
        status=status,
        refund_fen=amount.fen("refund"),
        total_fen=amount.fen("total"),
        payer_refund_fen=amount.fen("payer_refund"),
        received_account=fields.perhaps("user_received_account") or "",
        succeeded_at=fields.instant("success_time") if status is RefundStatus.SUCCESS else None,
        mchid=fields.perhaps("mchid") or fields.perhaps("sp_mchid"),
        sub_mchid=fields.perhaps("sub_mchid"),
    )


class Fields:
    """The fields of a JSON object, each read as what it must be; ``text`` takes the first of its names that is there.

    Raises:
        Unreadable: what is read is no object, or a field is missing or of another kind.
    """

    def __init__(self, data: object) -> None:
        if not isinstance(data, dict):
            raise Unreadable("not an object")
        self._data: dict[str, Any] = data

    def perhaps(self, name: str) -> str | None:
        """A text, or None when it is absent or empty."""
        value = self._data.get(name)
        if value is not None and not isinstance(value, str):
            raise Unreadable(name)
        return value or None

    def text(self, *names: str) -> str:
        """A text that is there."""
        for name in names:
            value = self.perhaps(name)
            if value:
                return value
        raise Unreadable(names[0])

    def fen(self, name: str) -> int:
        """A whole, not negative number of fen."""
        value = self._data.get(name)
        if type(value) is not int or value < 0:
            raise Unreadable(name)
        return value

    def instant(self, name: str) -> datetime:
        """An instant written with its offset (RFC 3339)."""
        try:
            instant = datetime.fromisoformat(self.text(name))
        except ValueError:
            raise Unreadable(name) from None
        if instant.tzinfo is None:
            raise Unreadable(name)
        return instant.astimezone(UTC)

    def inside(self, name: str) -> Fields:
        """An object inside."""
        return Fields(self._data.get(name))

    def one_of(self, words: type[_Word], *names: str) -> _Word:
        """A word of a list."""
        try:
            return words(self.text(*names))
        except ValueError:
            raise Unreadable(names[0]) from None
