"""The trade bill: byte-order mark, backticks, yuan, gzip, a hash of what is inside, five minutes to fetch it."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from local.wechat_simulator.pay.world import CHINA, Order, PayRefusal, PayWorld, Refund

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.wechat_simulator.pay.identities import Merchant

TOKEN_LIFE_SECONDS = 300
READY_HOUR = 10
KEPT_DAYS = 92
HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTALS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
_RATE = Decimal("0.006")


def apply(world: PayWorld, merchant: Merchant, query: Mapping[str, str], base_url: str) -> dict[str, Any]:
    """GET /v3/bill/tradebill: the hash of the uncompressed bill and where to fetch it."""
    try:
        day = date.fromisoformat(query.get("bill_date", ""))
    except ValueError:
        raise PayRefusal(400, "PARAM_ERROR", "账单日期格式错误", "bill_date") from None
    now = world.day()
    if day >= now.date() or day < now.date() - timedelta(days=KEPT_DAYS):
        raise PayRefusal(400, "INVALID_REQUEST", "账单日期不在可下载范围内")
    if now < datetime(day.year, day.month, day.day, READY_HOUR, tzinfo=CHINA) + timedelta(days=1):
        raise PayRefusal(400, "STATEMENT_CREATING", "账单生成中，请稍后再试")
    rows = _rows(world, merchant, day, query.get("sub_mchid"))
    if not rows:
        raise PayRefusal(400, "NO_STATEMENT_EXIST", "账单文件不存在")
    raw = _file(rows)
    token = secrets.token_urlsafe(48)
    sent = raw[:-40] + raw[-39:] if world.bill_plan.corrupt else raw
    if query.get("tar_type") == "GZIP" and world.bill_plan.compressed:
        sent = gzip.compress(sent, mtime=0)
    world.bills[token] = (sent, world.now() + TOKEN_LIFE_SECONDS, merchant.mchid)
    return {
        "hash_type": "SHA1",
        "hash_value": hashlib.sha1(raw).hexdigest(),  # noqa: S324
        "download_url": f"{base_url}/v3/billdownload/file?token={token}",
    }


def fetch(world: PayWorld, merchant: Merchant, query: Mapping[str, str]) -> bytes:
    """GET /v3/billdownload/file: the answer to it is not signed."""
    content, dies_at, mchid = world.bills.get(query.get("token", ""), (b"", 0.0, ""))
    if dies_at <= world.now() or mchid != merchant.mchid:
        raise PayRefusal(400, "PARAM_ERROR", "下载地址已失效", "token")
    return content


def _rows(world: PayWorld, merchant: Merchant, day: date, sub_mchid: str | None) -> list[dict[str, Any]]:
    plan, found = world.bill_plan, []
    for order in world.orders.values():
        if order.merchant is not merchant or not order.paid_at or sub_mchid not in (None, order.sub_mchid):
            continue
        if order.out_trade_no in plan.omit:
            continue
        if world.day(order.paid_at).date() == day:
            found.append(_payment(world, order, plan.amounts.get(order.out_trade_no, order.total)))
        done = [one for one in order.refunds if one.status == "SUCCESS" and world.day(one.ended_at).date() == day]
        found += [_refund(world, one) for one in done]
    found += [_stranger(world, merchant, day, one) for one in plan.strangers]
    return sorted(found, key=lambda row: str(row["交易时间"]))


def _payment(world: PayWorld, order: Order, total: int) -> dict[str, Any]:
    fee = Decimal(total).scaleb(-2) * _RATE
    return {
        **_trade(world, order, order.paid_at),
        "交易状态": "SUCCESS",
        "应结订单金额": yuan(total),
        "微信退款单号": "0",
        "商户退款单号": "0",
        "退款金额": "0.00",
        "退款类型": "",
        "退款状态": "",
        "手续费": f"{fee:.5f}",
        "订单金额": yuan(total),
        "申请退款金额": "0.00",
    }


def _refund(world: PayWorld, refund: Refund) -> dict[str, Any]:
    fee = Decimal(refund.refund_fen).scaleb(-2) * _RATE
    return {
        **_trade(world, refund.order, refund.ended_at),
        "交易状态": "REFUND",
        "应结订单金额": "0.00",
        "微信退款单号": refund.refund_id,
        "商户退款单号": refund.out_refund_no,
        "退款金额": yuan(refund.refund_fen),
        "退款类型": "ORIGINAL",
        "退款状态": refund.status,
        "手续费": f"{-fee:.5f}",
        "订单金额": "0.00",
        "申请退款金额": yuan(refund.refund_fen),
    }


def _trade(world: PayWorld, order: Order, moment: float) -> dict[str, Any]:
    return {
        "交易时间": f"{world.day(moment):%Y-%m-%d %H:%M:%S}",
        "公众账号ID": order.appid,
        "商户号": order.merchant.mchid,
        "特约商户号": order.sub_mchid or "0",
        "设备号": "",
        "微信订单号": order.transaction_id,
        "商户订单号": order.out_trade_no,
        "用户标识": order.openid,
        "交易类型": "JSAPI",
        "付款银行": "OTHERS",
        "货币种类": "CNY",
        "代金券金额": "0.00",
        "充值券退款金额": "0.00",
        "商品名称": order.request["description"],
        "商户数据包": order.request.get("attach", ""),
        "费率": "0.60%",
        "费率备注": "",
    }


def _stranger(world: PayWorld, merchant: Merchant, day: date, one: dict[str, Any]) -> dict[str, Any]:
    """A payment the product was never told of."""
    request = {
        "out_trade_no": one["out_trade_no"],
        "description": "物业费",
        "amount": {"total": one["total"]},
        "appid": world.wechat.appid,
        "payer": {"openid": one.get("openid", "oStranger00000000000000000001")},
        "sub_mchid": one.get("sub_mchid"),
    }
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=CHINA).timestamp()
    order = Order(merchant, one["out_trade_no"], request, noon, "SUCCESS", paid_at=noon)
    order.transaction_id = world.number("42000", 28)
    return _payment(world, order, order.total)


def _file(rows: list[dict[str, Any]]) -> bytes:
    columns = HEADER.split(",")
    lines = [HEADER, *(_line([row[name] for name in columns]) for row in rows), TOTALS]
    order, refund = _sum(rows, "订单金额"), _sum(rows, "退款金额")
    fees = _sum(rows, "手续费").quantize(Decimal("0.01"))
    settled, asked = _sum(rows, "应结订单金额"), _sum(rows, "申请退款金额")
    lines.append(_line([f"{len(rows)}.0", settled, refund, "0.00", fees, order, asked]))
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def _sum(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows), Decimal("0.00"))


def _line(cells: list[Any]) -> str:
    return ",".join(f"`{cell}" for cell in cells)


def yuan(fen: int) -> str:
    """Fen as WeChat's bills write yuan."""
    return f"{Decimal(fen).scaleb(-2):.2f}"
