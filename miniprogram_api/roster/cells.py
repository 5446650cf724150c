"""What a cell of somebody's Excel file says, whatever Excel made of it."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation


class CellUnreadable(Exception):
    """The cell cannot be taken as it is; ``problem`` is the Chinese sentence that says what to do."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!)")
_DASHES = re.compile("[‐-―−﹣]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2060\ufeff]")


def text_of(value: object) -> str:
    """Return the text of a cell: full-width characters made plain, blanks trimmed, whole numbers without ``.0``.

    Raises:
        CellUnreadable: Excel made a date, a truth value or an error of it.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, bool):
        raise CellUnreadable("单元格是 TRUE/FALSE，请改为文字。")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime | date | time | timedelta):
        raise CellUnreadable("被 Excel 当成了日期，请把该列设为“文本”格式后重新填写。")
    raise CellUnreadable("单元格内容无法识别，请改为文字。")


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = _CONTROL.sub("", _DASHES.sub("-", text))
    text = re.sub(r"[^\S\n]+", " ", text)
    text = re.sub(r" ?\n\s*", "\n", text).strip()
    if _ERROR.fullmatch(text):
        raise CellUnreadable("单元格里的公式出错，请改为数值或文字。")
    return text


def _number(value: float) -> str:
    if not math.isfinite(value) or abs(value) >= 1e15:
        raise CellUnreadable("数字过大，请检查。")
    if value == int(value):
        return str(int(value))
    # Twelve digits are more than any area has and fewer than show the noise of binary fractions.
    return format(Decimal(format(value, ".12g")), "f")


def digits_of(text: str) -> str:
    """Return a number that Excel shows in scientific notation in full: ``1.3812345678E+10`` is ``13812345678``.

    Raises:
        CellUnreadable: the notation has lost digits (``1.38E+10``).
    """
    if not re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,2}", text, re.ASCII):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if len(number.as_tuple().digits) < number.adjusted() + 1 or number != number.to_integral_value():
        raise CellUnreadable("号码被 Excel 显示成科学计数法并丢失了数字，请把该列设为“文本”格式后重新填写。")
    return str(int(number))
