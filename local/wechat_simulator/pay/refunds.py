"""Refunds: accepted at once, ended later, the same number never twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.wechat_simulator.pay.trades import check_company, check_notify_url
from local.wechat_simulator.pay.world import Order, PayRefusal, PayWorld, Refund

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.wechat_simulator.pay.identities import Merchant

_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
MOST_PARTS = 50
OLDEST_SECONDS = 365 * 86400


def ask(world: PayWorld, merchant: Merchant, body: dict[str, Any]) -> tuple[Refund, bool]:
    """POST /v3/refund/domestic/refunds: the refund, and whether it is a new one."""
    check_company(merchant, body.get("sub_mchid"))
    number, amount = body.get("out_refund_no"), body.get("amount")
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        raise PayRefusal(400, "PARAM_ERROR", "商户退款单号不合法", "/out_refund_no")
    if not isinstance(amount, dict) or any(type(amount.get(one)) is not int for one in ("refund", "total")):
        raise PayRefusal(400, "PARAM_ERROR", "退款金额不合法", "/amount")
    if "notify_url" in body:
        check_notify_url(body["notify_url"])
    known = world.refunds.get((merchant.mchid, number))
    if known is not None:
        if known.request != body:
            raise PayRefusal(400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致")
        return known, False
    order = _order(world, merchant, body)
    _check_amount(world, order, amount)
    refund = Refund(order, body, world.number("50302", 28), world.now())
    world.refunds[merchant.mchid, number] = refund
    order.refunds.append(refund)
    order.state = "REFUND"
    world.balances[world.purse(order)] -= refund.refund_fen
    return refund, True


def _order(world: PayWorld, merchant: Merchant, body: Mapping[str, Any]) -> Order:
    order = world.orders.get((merchant.mchid, str(body.get("out_trade_no"))))
    if order is None or order.first_request is None or order.sub_mchid != body.get("sub_mchid"):
        raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "订单不存在")
    if order.state not in ("SUCCESS", "REFUND"):
        raise PayRefusal(403, "TRADE_ERROR", "订单状态错误")
    if world.now() - order.paid_at > OLDEST_SECONDS:
        raise PayRefusal(403, "TRADE_ERROR", "订单已超过可退款的最大期限")
    return order


def _check_amount(world: PayWorld, order: Order, amount: Mapping[str, int]) -> None:
    if amount["total"] != order.total:
        raise PayRefusal(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")
    if amount["refund"] < 1 or order.refunded() + amount["refund"] > order.total:
        raise PayRefusal(400, "INVALID_REQUEST", "申请退款金额大于订单可退金额")
    if len(order.refunds) >= MOST_PARTS:
        raise PayRefusal(403, "RULE_LIMIT", "部分退款次数超过限制")
    if world.balances[world.purse(order)] < amount["refund"]:
        raise PayRefusal(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起")


def find(world: PayWorld, merchant: Merchant, out_refund_no: str, ids: Mapping[str, Any]) -> Refund:
    """GET /v3/refund/domestic/refunds/{out_refund_no}."""
    check_company(merchant, ids.get("sub_mchid"))
    refund = world.refunds.get((merchant.mchid, out_refund_no))
    if refund is None or refund.order.sub_mchid != ids.get("sub_mchid"):
        raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
    return refund


def end(world: PayWorld, refund: Refund, status: str) -> None:
    """The refund ends; what did not reach the payer is the merchant's again only when it is CLOSED."""
    if status == "CLOSED" and refund.status != "CLOSED":
        world.balances[world.purse(refund.order)] += refund.refund_fen
    refund.status, refund.ended_at = status, world.now()
