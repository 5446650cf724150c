"""WeChat's trade bill of one day, read exactly: yuan become fen by decimal arithmetic, and rows must add up.

The file is UTF-8 with a byte-order mark; every cell of data begins with a backtick and is not quoted, so that cells
are parted by comma and backtick together. After the rows come a second header and one row of totals.
Source: WeChat Pay APIv3, trade bill of type ALL (27 columns, of which those below are read, by their names).
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import io
import re
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from miniprogram_api.kernel.clock import SHANGHAI
from miniprogram_api.wechat.pay.errors import BillHashMismatch, BillUnreadable

LARGEST_BILL_BYTES = 128 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,8})?")
_NOTHING = ("", "0")


@dataclass(frozen=True)
class BillRow:
    """One payment or one refund of the day; a refund has ``out_refund_no``, and its ``order_fen`` is 0.

    ``fee_yuan`` is the only amount not in fen: WeChat writes its fee with five decimals.
    """

    traded_at: datetime
    appid: str
    mchid: str
    sub_mchid: str | None
    transaction_id: str
    out_trade_no: str
    openid: str = field(repr=False)
    trade_type: str
    trade_state: str
    currency: str
    order_fen: int
    settlement_fen: int
    coupon_fen: int
    refund_id: str | None
    out_refund_no: str | None
    refund_fen: int
    requested_refund_fen: int
    refund_status: str
    description: str
    attach: str
    fee_yuan: Decimal


@dataclass(frozen=True)
class BillTotals:
    """The last row of the bill; ``rows`` counts payments and refunds."""

    rows: int
    order_fen: int
    settlement_fen: int
    refund_fen: int
    requested_refund_fen: int
    fee_yuan: Decimal


@dataclass(frozen=True)
class TradeBill:
    """A day's bill whose rows add up to its totals."""

    rows: tuple[BillRow, ...]
    totals: BillTotals


def open_bill(downloaded: bytes, sha1: str) -> TradeBill:
    """The bill in a downloaded file, compressed or not; ``sha1`` is that of the uncompressed file (hex).

    Raises:
        BillHashMismatch: it is not the file WeChat announced.
        BillUnreadable: it is, and yet not a bill as documented.
    """
    raw = _uncompressed(downloaded)
    if not hmac.compare_digest(hashlib.sha1(raw).hexdigest(), sha1.lower()):  # noqa: S324  # WeChat's choice
        raise BillHashMismatch()
    return parse_bill(raw)


def parse_bill(raw: bytes) -> TradeBill:
    """The bill in an uncompressed file.

    Raises:
        BillUnreadable: ``detail["reason"]`` says what is not as documented; ``detail["line"]`` where.
    """
    try:
        lines = raw.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise BillUnreadable(reason="encoding") from None
    lines = [line.removesuffix("\r") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) < 3:
        raise BillUnreadable(reason="too short")
    header = lines[0].split(",")
    rows = tuple(_row(_Cells(header, line, number)) for number, line in enumerate(lines[1:-2], start=2))
    totals = _totals(_Cells(lines[-2].split(","), lines[-1], len(lines)))
    _require_sums(rows, totals)
    return TradeBill(rows, totals)


def fen(yuan: str) -> int:
    """Yuan as WeChat writes them (``12.34``, ``0.0``, ``0``) in fen.

    Raises:
        ValueError: it is no such number, or not a whole number of fen.
    """
    amount = _exact(yuan).scaleb(2)
    if amount != amount.to_integral_value():
        raise ValueError("not a whole number of fen")
    return int(amount)


def _exact(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError("not a number")
    return Decimal(text)


def _uncompressed(downloaded: bytes) -> bytes:
    if not downloaded.startswith(_GZIP_MAGIC):
        return downloaded
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(downloaded)) as file:
            raw = file.read(LARGEST_BILL_BYTES + 1)
    except (OSError, EOFError, zlib.error):  # torn on the way
        raise BillHashMismatch() from None
    if len(raw) > LARGEST_BILL_BYTES:
        raise BillUnreadable(reason="too large")
    return raw


class _Cells:
    """One line of data under its header."""

    def __init__(self, header: list[str], line: str, number: int) -> None:
        self._number = number
        cells = line.removeprefix("`").split(",`")
        if not line.startswith("`") or len(cells) != len(header):
            raise BillUnreadable(reason="cells", line=number)
        self._cells = dict(zip(header, cells, strict=True))

    def text(self, name: str) -> str:
        if name not in self._cells:
            raise BillUnreadable(reason="column missing", column=name)
        return self._cells[name]

    def perhaps(self, name: str) -> str | None:
        value = self.text(name)
        return None if value in _NOTHING else value

    def fen(self, name: str) -> int:
        try:
            return fen(self.text(name))
        except ValueError:
            raise BillUnreadable(reason="amount", line=self._number, column=name) from None

    def number(self, name: str) -> Decimal:
        try:
            return _exact(self.text(name))
        except ValueError:
            raise BillUnreadable(reason="number", line=self._number, column=name) from None

    def instant(self, name: str) -> datetime:
        try:
            local = datetime.strptime(self.text(name), "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
        except ValueError:
            raise BillUnreadable(reason="time", line=self._number, column=name) from None
        return local.astimezone(UTC)


def _row(cells: _Cells) -> BillRow:
    return BillRow(
        traded_at=cells.instant("交易时间"),
        appid=cells.text("公众账号ID"),
        mchid=cells.text("商户号"),
        sub_mchid=cells.perhaps("特约商户号"),
        transaction_id=cells.text("微信订单号"),
        out_trade_no=cells.text("商户订单号"),
        openid=cells.text("用户标识"),
        trade_type=cells.text("交易类型"),
        trade_state=cells.text("交易状态"),
        currency=cells.text("货币种类"),
        order_fen=cells.fen("订单金额"),
        settlement_fen=cells.fen("应结订单金额"),
        coupon_fen=cells.fen("代金券金额"),
        refund_id=cells.perhaps("微信退款单号"),
        out_refund_no=cells.perhaps("商户退款单号"),
        refund_fen=cells.fen("退款金额"),
        requested_refund_fen=cells.fen("申请退款金额"),
        refund_status=cells.text("退款状态"),
        description=cells.text("商品名称"),
        attach=cells.text("商户数据包"),
        fee_yuan=cells.number("手续费"),
    )


def _totals(cells: _Cells) -> BillTotals:
    rows = cells.number("总交易单数")
    if rows != rows.to_integral_value():  # WeChat writes 45.0
        raise BillUnreadable(reason="number", column="总交易单数")
    return BillTotals(
        rows=int(rows),
        order_fen=cells.fen("订单总金额"),
        settlement_fen=cells.fen("应结订单总金额"),
        refund_fen=cells.fen("退款总金额"),
        requested_refund_fen=cells.fen("申请退款总金额"),
        fee_yuan=cells.number("手续费总金额"),
    )


def _require_sums(rows: tuple[BillRow, ...], totals: BillTotals) -> None:
    """The fee is left out: WeChat rounds its total, so it need not be the sum of what the rows show."""
    if len(rows) != totals.rows:
        raise BillUnreadable(reason="rows missing", counted=len(rows), announced=totals.rows)
    for name in ("order_fen", "settlement_fen", "refund_fen", "requested_refund_fen"):
        if sum(getattr(row, name) for row in rows) != getattr(totals, name):
            raise BillUnreadable(reason="totals", column=name)
