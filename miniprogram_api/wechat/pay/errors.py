"""The outcomes WeChat Pay can leave us with, and the table from its error codes to them.

``detail`` holds the operation, WeChat's ``wechat_code``, the name of the field it objects to, and its ``request_id``
(what Tencent asks for in a support case); never a key, a signature, an openid or WeChat's own message.
"""

from __future__ import annotations

import re
from typing import Literal

from miniprogram_api.kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

Operation = Literal["order", "query", "close", "refund", "query_refund", "trade_bill", "download_bill", "echo"]


class PayBusy(Unavailable):
    """WeChat Pay did not say what became of the call. It may have been done: query before doing anything else.

    Ask again only with the same numbers (out_trade_no, out_refund_no), never with new ones.
    """

    code = "pay_busy"
    message = "微信支付繁忙，请稍后查看支付结果，请勿重复付款。"


class SignatureRefused(PayBusy):
    """The answer was not provably WeChat's, so nothing in it is believed; what was asked may have been done.

    WeChat sends such answers on purpose now and then (``WECHATPAY/SIGNTEST/``).
    """

    code = "pay_signature_refused"


class OrderPaid(Conflict):
    """The order is paid already: query it and settle it (ORDERPAID)."""

    code = "order_paid"
    message = "这笔费用已经支付，请刷新账单查看。"


class OrderClosed(Conflict):
    """The order is closed; paying goes on with a new order number (ORDER_CLOSED)."""

    code = "order_closed"
    message = "支付订单已关闭，请重新发起支付。"


class OrderUnknown(NotFound):
    """WeChat knows no order of this number (ORDER_NOT_EXIST)."""

    code = "order_unknown"
    message = "没有找到这笔支付订单，请重新发起支付。"


class ParametersDiffer(Conflict):
    """The number was used before with other contents; WeChat kept the first (re-entry, OUT_TRADE_NO_USED)."""

    code = "parameters_differ"
    message = "支付内容已有变化，请刷新账单后重新支付。"


class PayerMismatch(Invalid):
    """The payer's openid is not one of this mini program (OPENID_MISMATCH)."""

    code = "payer_mismatch"
    message = "无法确认您的微信身份，请重新进入小程序再支付。"


class TradeRefused(Forbidden):
    """WeChat's own rules or the payer's account do not let this payment through (TRADE_ERROR, RULE_LIMIT)."""

    code = "trade_refused"
    message = "微信未能受理这笔支付，请换一种方式缴费或联系物业。"


class PayMisconfigured(Unavailable):
    """A key, a merchant id, a right or a parameter of ours is wrong: no retry helps, a person must look."""

    code = "pay_misconfigured"
    message = "微信支付暂不可用，请联系物业人员处理。"


class RefundRefused(Conflict):
    """WeChat does not take this refund as it stands: more than is left, too old, or not a paid order."""

    code = "refund_refused"
    message = "微信未受理退款，请核对订单和金额后再试。"


class RefundUnknown(NotFound):
    """WeChat knows no refund of this number (RESOURCE_NOT_EXISTS)."""

    code = "refund_unknown"
    message = "没有找到这笔退款，请核对退款单号。"


class NotEnoughBalance(Conflict):
    """The merchant's balance does not cover the refund: fund it and ask again with the same number (NOT_ENOUGH)."""

    code = "not_enough_balance"
    message = "商户余额不足，请充值后用原退款单重试。"


class FrequencyLimited(TooManyRequests):
    """WeChat limits how often we ask; nothing was done, the same call may be made later (429)."""

    code = "pay_frequency_limited"
    message = "请求过于频繁，请稍等片刻再试。"


class BillNotReady(Unavailable):
    """The trade bill of that day is still being made; it is there after 10:00 the next day (STATEMENT_CREATING)."""

    code = "bill_not_ready"
    message = "微信账单尚未生成，请在次日十点后再对账。"


class NoStatement(NotFound):
    """There was no trade that day, so there is no bill (NO_STATEMENT_EXIST)."""

    code = "no_statement"
    message = "当日没有微信交易，无需对账。"


class BillHashMismatch(Unavailable):
    """The bill that was downloaded is not the one WeChat announced: download it again."""

    code = "bill_hash_mismatch"
    message = "微信账单下载不完整，请重新对账。"


class BillUnreadable(Unavailable):
    """The bill is WeChat's but not of the documented form, or its totals are not those of its rows."""

    code = "bill_unreadable"
    message = "微信账单无法读取，请人工核对。"


class NotificationRefused(Unauthenticated):
    """A notification that is not provably WeChat's and fresh. Answer 401, change nothing; WeChat sends it again."""

    code = "notification_refused"
    message = "通知来源无法确认。"


class NotificationUnreadable(Unavailable):
    """A notification that is WeChat's, but without what it must say. Answer 5xx; a person must look."""

    code = "notification_unreadable"
    message = "通知内容无法读取，请人工核对。"


class NotificationRepeated(Conflict):
    """A notification the caller says it holds already. Answer 204; ``detail["notification_id"]`` names it."""

    code = "notification_repeated"
    message = "通知已收到，无需重复处理。"


_OUTCOMES: dict[str, type[Problem]] = {
    "ORDERPAID": OrderPaid,
    "ORDER_PAID": OrderPaid,
    "ORDERCLOSED": OrderClosed,
    "ORDER_CLOSED": OrderClosed,
    "ORDERNOTEXIST": OrderUnknown,
    "ORDER_NOT_EXIST": OrderUnknown,
    "OUT_TRADE_NO_USED": ParametersDiffer,
    "OPENID_MISMATCH": PayerMismatch,
    "TRADE_ERROR": TradeRefused,
    "RULE_LIMIT": TradeRefused,
    "RULELIMIT": TradeRefused,
    "NOT_ENOUGH": NotEnoughBalance,
    "NOTENOUGH": NotEnoughBalance,
    "FREQUENCY_LIMITED": FrequencyLimited,
    "FREQUENCY_LIMIT_EXCEED": FrequencyLimited,
    "RATELIMIT_EXCEEDED": FrequencyLimited,
    "NO_STATEMENT_EXIST": NoStatement,
    "STATEMENT_CREATING": BillNotReady,
    "SYSTEM_ERROR": PayBusy,
    "SYSTEMERROR": PayBusy,
    "BANK_ERROR": PayBusy,
    "BANKERROR": PayBusy,
}
# The same code means different things at different doors.
_OUTCOMES_AT: dict[str, dict[str, type[Problem]]] = {
    "refund": {
        "TRADE_ERROR": RefundRefused,
        "RULE_LIMIT": RefundRefused,
        "INVALID_REQUEST": RefundRefused,
        "USER_ACCOUNT_ABNORMAL": RefundRefused,
        "RESOURCE_NOT_EXISTS": OrderUnknown,
    },
    "query_refund": {"RESOURCE_NOT_EXISTS": RefundUnknown, "REFUNDNOTEXIST": RefundUnknown},
}
# One code covers several outcomes here, and only its message tells them apart.
_INVALID_REQUEST_SAYS: tuple[tuple[str, type[Problem]], ...] = (
    ("重入", ParametersDiffer),
    ("参数与首次请求时不一致", ParametersDiffer),
    ("订单已支付", OrderPaid),
    ("订单已关闭", OrderClosed),
)
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_FIELD = re.compile(r"[A-Za-z0-9_./\[\]-]{1,64}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


def problem_for(operation: Operation, status: int, answer: object, request_id: str) -> Problem:
    """The outcome for an answer other than 2xx; one without a known code is PayBusy from 500 on, else misconfigured.

    Source: WeChat Pay APIv3, the error tables of the named operations; OPENID_MISMATCH comes with HTTP 500.
    """
    said = answer if isinstance(answer, dict) else {}
    code = _matching(_CODE, said.get("code"))
    outcome = _outcome(operation, status, code, str(said.get("message", "")))
    hint = said.get("detail")
    field = _matching(_FIELD, hint.get("field")) if isinstance(hint, dict) else ""
    return outcome(
        operation=operation,
        status=status,
        wechat_code=code,
        field=field,
        request_id=_matching(_REQUEST_ID, request_id),
    )


def _outcome(operation: Operation, status: int, code: str, message: str) -> type[Problem]:
    if code == "INVALID_REQUEST":
        for fragment, outcome in _INVALID_REQUEST_SAYS:
            if fragment in message:
                return outcome
    known = _OUTCOMES_AT.get(operation, {}).get(code) or _OUTCOMES.get(code)
    if known:
        return known
    if status == 429:
        return FrequencyLimited
    return PayBusy if status >= 500 else PayMisconfigured


def _matching(form: re.Pattern[str], value: object) -> str:
    """A word of WeChat's that has the form it should have, else nothing: it goes to logs."""
    return value if isinstance(value, str) and form.fullmatch(value) else ""
