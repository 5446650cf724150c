"""Orders: placing, paying, querying, closing."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from local.wechat_simulator.pay.identities import Merchant, is_signed
from local.wechat_simulator.pay.world import PREPAY_LIFE_SECONDS, Order, PayRefusal, PayWorld

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
_LOOPBACK = ("127.0.0.1", "localhost")


def place(world: PayWorld, merchant: Merchant, body: dict[str, Any]) -> dict[str, Any]:
    """POST .../transactions/jsapi: the same contents give a prepay_id again, other contents are refused."""
    _check_ids(world, merchant, body)
    _check_contents(world, body)
    key = (merchant.mchid, body["out_trade_no"])
    order = world.orders.get(key)
    if order is None:
        order = world.orders[key] = Order(merchant, body["out_trade_no"], body, world.now())
    if order.state in ("SUCCESS", "REFUND"):
        raise PayRefusal(400, "ORDERPAID", "该订单已支付")
    if order.state == "CLOSED" or order.dies_at() <= world.now():
        raise PayRefusal(400, "ORDER_CLOSED", "该订单已关闭，请重新下单")
    if order.first_request != body:
        raise PayRefusal(400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致")
    return {"prepay_id": _prepay_id(world, order)}


def _prepay_id(world: PayWorld, order: Order) -> str:
    for prepay_id, made_at in order.prepay_ids.items():
        if world.now() < made_at + PREPAY_LIFE_SECONDS:
            return prepay_id
    prepay_id = world.new_prepay_id()
    order.prepay_ids[prepay_id] = world.now()
    return prepay_id


def _check_ids(world: PayWorld, merchant: Merchant, body: Mapping[str, Any]) -> None:
    mchid, appid = ("sp_mchid", "sp_appid") if merchant.provider else ("mchid", "appid")
    if body.get(mchid) != merchant.mchid:
        raise PayRefusal(400, "PARAM_ERROR", "商户号与签名的商户不一致", f"/{mchid}")
    if body.get(appid) != world.wechat.appid:
        raise PayRefusal(400, "APPID_MCHID_NOT_MATCH", "商户号和appid没有绑定关系", f"/{appid}")
    check_company(merchant, body.get("sub_mchid"))


def check_company(merchant: Merchant, sub_mchid: object) -> None:
    """A service provider must name one of its companies.

    Raises:
        PayRefusal: PARAM_ERROR when it names none, NO_AUTH for another's.
    """
    if merchant.provider and not sub_mchid:
        raise PayRefusal(400, "PARAM_ERROR", "输入源“/body/sub_mchid”映射到值字段“特约商户号”不能为空", "/sub_mchid")
    if merchant.provider and sub_mchid not in merchant.sub_mchids:
        raise PayRefusal(403, "NO_AUTH", "特约子商户商户号未授权服务商的产品权限")


def _check_contents(world: PayWorld, body: Mapping[str, Any]) -> None:
    if not _is_text(body.get("out_trade_no"), 6, 32) or not _NUMBER.fullmatch(body["out_trade_no"]):
        raise PayRefusal(400, "PARAM_ERROR", "商户订单号不合法", "/out_trade_no")
    if not _is_text(body.get("description"), 1, 127):
        raise PayRefusal(400, "PARAM_ERROR", "商品描述不合法", "/description")
    if not _is_text(body.get("attach", ""), 0, 128):
        raise PayRefusal(400, "PARAM_ERROR", "附加数据不合法", "/attach")
    amount = body.get("amount")
    total = amount.get("total") if isinstance(amount, dict) else None
    if type(total) is not int or total < 1:
        raise PayRefusal(400, "PARAM_ERROR", "订单金额不合法", "/amount/total")
    check_notify_url(body.get("notify_url"))
    _check_expiry(world, body.get("time_expire"))
    payer = body.get("payer")
    openid = (payer.get("openid") or payer.get("sp_openid")) if isinstance(payer, dict) else None
    if openid not in world.wechat.personas:
        raise PayRefusal(500, "OPENID_MISMATCH", "openid和appid不匹配")


def _check_expiry(world: PayWorld, expires: object) -> None:
    if expires is None:
        return
    try:
        moment = datetime.fromisoformat(str(expires))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.timestamp() > world.now() + 90 * 86400:
        raise PayRefusal(400, "PARAM_ERROR", "交易结束时间不合法", "/time_expire")


def check_notify_url(url: object) -> None:
    """HTTPS without a query; this simulator also knows addresses on its own machine, where nobody has a certificate.

    Raises:
        PayRefusal: PARAM_ERROR.
    """
    parts = urlsplit(url) if isinstance(url, str) and len(url) <= 255 else None
    secure = parts is not None and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK))
    if parts is None or not secure or parts.query or parts.fragment:
        raise PayRefusal(400, "PARAM_ERROR", "通知地址不合法", "/notify_url")


def _is_text(value: object, shortest: int, longest: int) -> bool:
    return isinstance(value, str) and shortest <= len(value) <= longest


def find(world: PayWorld, merchant: Merchant, out_trade_no: str, ids: Mapping[str, Any]) -> Order:
    """The order of that number; ``ids`` are what the caller says it is.

    Raises:
        PayRefusal: ORDER_NOT_EXIST, or PARAM_ERROR when the ids are not the caller's.
    """
    name = "sp_mchid" if merchant.provider else "mchid"
    if ids.get(name) != merchant.mchid:
        raise PayRefusal(400, "PARAM_ERROR", "商户号与签名的商户不一致", f"/{name}")
    check_company(merchant, ids.get("sub_mchid"))
    order = world.orders.get((merchant.mchid, out_trade_no))
    if order is None or order.first_request is None or order.sub_mchid != ids.get("sub_mchid"):
        raise PayRefusal(404, "ORDER_NOT_EXIST", "订单不存在")
    return order


def close(world: PayWorld, merchant: Merchant, out_trade_no: str, ids: Mapping[str, Any]) -> None:
    """POST .../close: closing a number nobody ordered succeeds, and that number is then gone (switchable)."""
    key = (merchant.mchid, out_trade_no)
    if key not in world.orders and world.closing_burns_unknown_numbers:
        check_company(merchant, ids.get("sub_mchid"))
        world.orders[key] = Order(merchant, out_trade_no, None, world.now(), state="CLOSED")
        return
    order = find(world, merchant, out_trade_no, ids)
    if order.state in ("SUCCESS", "REFUND"):
        raise PayRefusal(400, "ORDERPAID", "该订单已支付")
    order.state = "CLOSED"


def order_of_prepay(world: PayWorld, prepay_id: str) -> Order | None:
    """The order a prepay_id was given out for."""
    return next((order for order in world.orders.values() if prepay_id in order.prepay_ids), None)


def pay(world: PayWorld, order: Order, prepay_id: str, even_if_closed: bool = False) -> str:
    """The payer confirms in WeChat: what ``wx.requestPayment`` then reports."""
    now = world.now()
    if order.state in ("SUCCESS", "REFUND"):
        return "requestPayment:fail 该订单已支付"
    expired = now >= order.prepay_ids.get(prepay_id, 0.0) + PREPAY_LIFE_SECONDS or now >= order.dies_at()
    if (order.state == "CLOSED" or expired) and not even_if_closed:
        return "requestPayment:fail 订单已关闭" if order.state == "CLOSED" else "requestPayment:fail 支付已过期"
    settle(world, order)
    return "requestPayment:ok"


def settle(world: PayWorld, order: Order) -> None:
    """The money has moved."""
    order.state, order.paid_at = "SUCCESS", world.now()
    order.transaction_id = world.number("42000", 28)
    world.balances[world.purse(order)] += order.total


def check_pay_sign(world: PayWorld, given: Mapping[str, str]) -> Order:
    """The order behind the arguments of ``wx.requestPayment``, whose paySign must be the merchant's.

    Raises:
        ValueError: it is not, or there is no such order.
    """
    package = given.get("package", "")
    order = order_of_prepay(world, package.removeprefix("prepay_id="))
    if order is None or not package.startswith("prepay_id=") or given.get("signType") != "RSA":
        raise ValueError("requestPayment:fail 调用支付JSAPI缺少参数")
    lines = (order.appid, given.get("timeStamp", ""), given.get("nonceStr", ""), package)
    if not is_signed(order.merchant.key.public_key(), given.get("paySign", ""), *lines):
        raise ValueError("requestPayment:fail 支付验证签名失败")
    return order
