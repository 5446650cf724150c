"""The vendor's table of orders: which columns it has, and what is wrong with which row (FEE-10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.kernel.digits import half_width
from miniprogram_api.kernel.errors import Invalid, TooLarge
from miniprogram_api.kernel.money import MoneyUnreadable, parse_yuan
from miniprogram_api.wallets.credit import Order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEADINGS = ("房屋", "订单号", "订单金额", "下单日期")
MOST_ORDERS = 300
_NUMBER = re.compile(r"[0-9A-Za-z_-]{1,40}", re.ASCII)


class SheetMissing(Invalid):
    """The file has no table of orders."""

    code = "credit_sheet_missing"
    message = "表格第一行应有“房屋、订单号、订单金额、下单日期”四列，请检查后重新上传。"


class SheetTooLong(TooLarge):
    """The file has more orders than are entered at once."""

    code = "credit_sheet_too_long"
    message = f"一次最多导入{MOST_ORDERS}个订单，请拆分后分别上传。"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a row, numbered as Excel counts."""

    row: int
    problem: str


@dataclass(frozen=True, slots=True)
class SheetOrders:
    """The orders of a file by row, and what is wrong with the other rows."""

    orders: tuple[tuple[int, Order], ...]
    findings: tuple[Finding, ...]


def read_orders(rows: Sequence[tuple[int, Sequence[object]]], rooms: Mapping[str, str]) -> SheetOrders:
    """Return the orders of a table; ``rooms`` says the id of a room by its label, blanks left out.

    Raises:
        SheetMissing: its first row does not hold the headings.
        SheetTooLong: see there.
    """
    if not rows:
        raise SheetMissing
    heads = [_text(cell) for cell in rows[0][1]]
    if any(heading not in heads for heading in HEADINGS):
        raise SheetMissing
    if len(rows) - 1 > MOST_ORDERS:
        raise SheetTooLong
    columns = [heads.index(heading) for heading in HEADINGS]
    orders, findings = [], []
    for number, cells in rows[1:]:
        read = _order([cells[at] if at < len(cells) else None for at in columns], rooms)
        if isinstance(read, str):
            findings.append(Finding(number, read))
        else:
            orders.append((number, read))
    return SheetOrders(tuple(orders), tuple(findings))


def _order(cells: Sequence[object], rooms: Mapping[str, str]) -> Order | str:
    """Return the order of a row, or what is wrong with it."""
    room, number, amount, day = cells
    room_id, number_text, ordered_on = rooms.get(_text(room)), _text(number), _day(day)
    if room_id is None:
        return "没有找到该房屋，请按房屋名册中的名称填写"
    if not _NUMBER.fullmatch(number_text):
        return "订单号应为1至40位数字、字母、横线或下划线"
    if ordered_on is None:
        return "下单日期应为日期，例如 2026-11-23"
    try:
        return Order(room_id, number_text, parse_yuan(_text(amount)), ordered_on)
    except MoneyUnreadable as problem:
        return problem.message


def _text(cell: object) -> str:
    """Return a cell as text without blanks; Excel gives whole numbers as they are and others as the nearest float."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else re.sub(r"\s", "", half_width(str(cell)))


def _day(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(_text(cell).replace("/", "-"))
    except ValueError:
        return None
