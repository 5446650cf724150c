"""The daily bill: exact to the fen, whole or refused."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from miniprogram_api.wechat.pay import bill
from miniprogram_api.wechat.pay.bill import open_bill, parse_bill
from miniprogram_api.wechat.pay.errors import (
    BillHashMismatch,
    BillNotReady,
    BillUnreadable,
    NoStatement,
    PayMisconfigured,
)
from miniprogram_api.wechat.pay.facts import RefundOrder

from .conftest import COMPANY, PAYER, an_order

DAY = date(2026, 12, 1)
HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTALS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
PAID = (
    "`2026-12-01 23:59:59,`wx1,`1900006511,`0,`,`4200001,`pay_0001,`oA,`JSAPI,`SUCCESS,`OTHERS,`CNY,`{0},`0.00,`0,`0,"
    "`0.00,`0.00,`,`,`物业费,12月,`,`0.00060,`0.60%,`{0},`0.00,`"
)
REFUNDED = (
    "`2026-12-01 08:00:00,`wx1,`1900006511,`0,`,`4200001,`pay_0001,`oA,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,"
    "`5030001,`ref_1,`0.05,`0.00,`ORIGINAL,`SUCCESS,`物业费,`,`-0.00030,`0.60%,`0.00,`0.05,`"
)


def a_file(*rows: str, totals: str, end: str = "\r\n") -> bytes:
    return b"\xef\xbb\xbf" + "".join(line + end for line in (HEADER, *rows, TOTALS, totals)).encode()


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_bill_written_by_hand_is_read_to_the_fen(end):
    read = parse_bill(a_file(PAID.format("0.10"), REFUNDED, totals="`2.0,`0.10,`0.05,`0.00,`0.00,`0.10,`0.05", end=end))
    paid, refunded = read.rows
    assert paid.traded_at == datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in China
    assert (paid.order_fen, paid.settlement_fen, paid.out_refund_no, paid.sub_mchid) == (10, 10, None, None)
    assert (paid.description, paid.fee_yuan) == ("物业费,12月", Decimal("0.00060"))
    assert (refunded.order_fen, refunded.refund_fen, refunded.out_refund_no) == (0, 5, "ref_1")
    assert (refunded.refund_status, refunded.fee_yuan) == ("SUCCESS", Decimal("-0.00030"))
    assert (read.totals.rows, read.totals.order_fen, read.totals.refund_fen) == (2, 10, 5)


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [
        ("0", 0),
        ("0.0", 0),
        ("0.01", 1),
        ("0.29", 29),
        ("1.1", 110),
        ("4.35", 435),
        ("1.15", 115),
        ("0.1000", 10),
        ("-8.90", -890),
        ("90071992547409.93", 9007199254740993),
    ],
)
def test_yuan_become_fen_exactly(yuan, fen):
    """4.35 * 100 is 434.99999999999994 in floating point, and 2**53 + 1 does not exist there."""
    assert bill.fen(yuan) == fen


@pytest.mark.parametrize("yuan", ["", " 1", "1.001", "1e2", "NaN", "Infinity", "1,000.00", "１.00", "+1", ".5", "0x1"])
def test_what_is_no_whole_number_of_fen_is_refused(yuan):
    with pytest.raises(ValueError, match="number"):
        bill.fen(yuan)


def test_a_day_of_no_rows_can_be_read_too():
    read = parse_bill(a_file(totals="`0.0,`0.00,`0.00,`0.00,`0.00,`0.00,`0.00"))
    assert (read.rows, read.totals.rows, read.totals.order_fen) == ((), 0, 0)


ONE = "`1.0,`0.10,`0.00,`0.00,`0.00,`0.10,`0.00"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (a_file(PAID.format("0.10"), totals=ONE.replace("1.0", "2.0")), "rows missing"),
        (a_file(PAID.format("0.11"), totals=ONE), "totals"),
        (a_file(PAID.format("0.10") + ",`", totals=ONE), "cells"),
        (a_file(PAID.format("0.10").replace("物业费", "物\n业费"), totals=ONE), "cells"),
        (a_file(PAID.format("0.105"), totals=ONE), "amount"),
        (a_file(PAID.format(""), totals=ONE), "amount"),
        (a_file(PAID.format("0.10").replace("23:59:59", "24:59:59"), totals=ONE), "time"),
        (a_file(PAID.format("0.10"), totals=ONE).replace("手续费,".encode(), "费用,".encode()), "column missing"),
        (a_file(PAID.format("0.10"), totals=ONE.replace("1.0", "1.5")), "number"),
        (b"\xef\xbb\xbf", "too short"),
        (b"<html>error</html>", "too short"),
        (b"\xff\xfe\x00", "encoding"),
    ],
)
def test_a_bill_that_is_not_as_documented_is_for_a_person(content, reason):
    with pytest.raises(BillUnreadable) as unreadable:
        parse_bill(content)
    assert unreadable.value.detail["reason"] == reason


def test_the_hash_is_of_the_file_inside_and_every_other_file_is_refused():
    raw = a_file(PAID.format("0.10"), totals=ONE)
    sha1 = hashlib.sha1(raw).hexdigest()
    packed = gzip.compress(raw)
    assert open_bill(raw, sha1) == open_bill(packed, sha1.upper()) == parse_bill(raw)
    for wrong in (raw[:-1], raw + b"\n", raw.replace(b"0.10", b"0.20"), packed[:-9], packed[:40], b"\x1f\x8bx", b""):
        with pytest.raises(BillHashMismatch):
            open_bill(wrong, sha1)
    with pytest.raises(BillHashMismatch):
        open_bill(raw, hashlib.sha1(packed).hexdigest())


def test_a_bill_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(bill, "LARGEST_BILL_BYTES", 1000)
    with pytest.raises(BillUnreadable) as unreadable:
        open_bill(gzip.compress(b"0" * 1001), "0" * 40)
    assert unreadable.value.detail["reason"] == "too large"


@pytest.mark.row("FEE-02")
def test_yesterdays_bill_holds_every_payment_and_refund(pay, paid, wechat, go_to):
    go_to("2026-12-01 12:00")
    number = paid("pay_0001", 10001, attach="bill_01")
    paid("pay_0002", 99)
    pay.refund(RefundOrder(number, "ref_1", 1, 10001))
    wechat("deliver_all")
    pay.order(an_order("pay_0003"))
    go_to("2026-12-02 10:00")
    paid("pay_0004")

    read = pay.trade_bill(DAY)

    by_number = {(row.out_trade_no, row.out_refund_no): row for row in read.rows}
    assert set(by_number) == {("pay_0001", None), ("pay_0002", None), ("pay_0001", "ref_1")}
    first, refund = by_number["pay_0001", None], by_number["pay_0001", "ref_1"]
    assert (first.order_fen, first.openid, first.attach) == (10001, PAYER, "bill_01")
    assert first.transaction_id == pay.query("pay_0001").payment.transaction_id
    assert (refund.refund_fen, refund.requested_refund_fen, refund.order_fen) == (1, 1, 0)
    assert (read.totals.rows, read.totals.order_fen, read.totals.refund_fen) == (3, 10100, 1)


@pytest.mark.parametrize("compressed", [True, False])
def test_a_thousand_rows_add_up(pay, wechat, go_to, compressed):
    go_to("2026-12-01 12:00")
    wechat("seed_paid", count=1000, total=100)
    wechat("bill", compressed=compressed)
    go_to("2026-12-02 10:00")
    read = pay.trade_bill(DAY)
    assert len(read.rows) == 1000
    assert sum(row.order_fen for row in read.rows) == read.totals.order_fen == 1000 * (100 + 1099) // 2


def test_a_provider_gets_all_companies_or_one(connect, wechat, go_to):
    go_to("2026-12-01 12:00")
    pay = connect(provider=True)
    for number, company in (("pay_0001", COMPANY), ("pay_0002", "1900008512")):
        pay.order(an_order(number, sub_mchid=company))
        wechat("user_pays", out_trade_no=number)
    go_to("2026-12-02 10:00")
    assert {row.sub_mchid for row in pay.trade_bill(DAY).rows} == {COMPANY, "1900008512"}
    assert [row.out_trade_no for row in pay.trade_bill(DAY, COMPANY).rows] == ["pay_0001"]


def test_the_bill_is_there_from_ten_the_next_day_for_three_months(paid, pay, go_to):
    go_to("2026-12-01 12:00")
    paid()
    go_to("2026-12-02 09:59")
    with pytest.raises(BillNotReady):
        pay.trade_bill(DAY)
    go_to("2026-12-02 10:00")
    assert len(pay.trade_bill(DAY).rows) == 1
    with pytest.raises(NoStatement):
        pay.trade_bill(date(2026, 11, 30))
    go_to("2027-04-01 10:00")
    with pytest.raises(PayMisconfigured):
        pay.trade_bill(DAY)


def test_a_bill_torn_on_the_way_is_refused(pay, paid, wechat, go_to):
    go_to("2026-12-01 12:00")
    paid()
    wechat("bill", corrupt=True)
    go_to("2026-12-02 10:00")
    with pytest.raises(BillHashMismatch):
        pay.trade_bill(DAY)


def test_a_bill_that_differs_from_what_we_know_is_read_as_it_is(pay, paid, wechat, go_to):
    go_to("2026-12-01 12:00")
    paid("pay_0001", 100)
    paid("pay_0002", 200)
    strangers = [{"out_trade_no": "pay_none", "total": 5}]
    wechat("bill", omit=["pay_0001"], amounts={"pay_0002": 199}, strangers=strangers)
    go_to("2026-12-02 10:00")
    rows = pay.trade_bill(DAY).rows
    assert sorted((row.out_trade_no, row.order_fen) for row in rows) == [("pay_0002", 199), ("pay_none", 5)]


def test_a_download_address_elsewhere_is_not_called(pay, simulator, go_to, paid):
    go_to("2026-12-01 12:00")
    paid()
    go_to("2026-12-02 10:00")
    simulator._server.pay.door.base_url = "https://elsewhere.example"
    assert len(pay.trade_bill(DAY).rows) == 1  # the path is asked for at WeChat's own address
