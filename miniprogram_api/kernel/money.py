"""Money is whole fen, never a float; prices finer than a fen are whole 0.0001 yuan; shares add up to the whole."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from miniprogram_api.kernel.digits import half_width
from miniprogram_api.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

PRICE_PARTS = 10_000
"""A price is stored in 0.0001 yuan: 0.6 yuan per m2 and month is 6000."""

LARGEST_FEN = 100_000_000_000
"""One thousand million yuan: no single amount of an estate is larger; above it somebody mistyped."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


class MoneyUnreadable(Invalid):
    """The text is not an amount in yuan with at most two decimals."""

    code = "money_unreadable"
    message = "金额应为数字，单位为元，最多两位小数，例如 128.50。"


def parse_yuan(text: str) -> int:
    """Return the fen that ``text`` states in yuan, such as ``"1,280.5"`` or ``"￥１２８"``.

    Raises:
        MoneyUnreadable: it is no amount, has more than two decimals, or is absurdly large.
    """
    cleaned = half_width(text).strip().lstrip("￥¥").removesuffix("元").replace(",", "").strip()
    if not re.fullmatch(r"-?[0-9]{1,10}(\.[0-9]{1,2}0*)?", cleaned, flags=re.ASCII):
        raise MoneyUnreadable
    fen = int(Decimal(cleaned) * 100)
    if abs(fen) > LARGEST_FEN:
        raise MoneyUnreadable
    return fen


def format_yuan(fen: int) -> str:
    """Return the amount as people write it, in yuan with two decimals: ``-1205`` is ``"-12.05"``."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def rounded(amount: Fraction) -> int:
    """Return the whole number nearest to the amount, a half away from zero as accountants do (四舍五入)."""
    sign = -1 if amount < 0 else 1
    return sign * ((2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator))


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Return whole parts of ``total`` in proportion to the weights, whose sum is exactly the total.

    Every part is the exact share rounded down, and the fen left over go to the largest remainders, among equal ones
    to the first.

    Raises:
        ValueError: a weight is negative, or all are 0 while there is something to share out.
    """
    whole = sum(weights)
    if min(weights, default=0) < 0 or (whole == 0 and total != 0):
        raise ValueError("weights are not negative, and one at least is more than 0")
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return parts


def chinese_amount(fen: int) -> str:
    """Return the amount in the capital numerals of receipts: ``12305`` is ``"壹佰贰拾叁元零伍分"``.

    Source: 支付结算办法 annex 1, 正确填写票据和结算凭证的基本规定.

    Raises:
        ValueError: it is negative, or larger than such a text says clearly.
    """
    if not 0 <= fen <= LARGEST_FEN * 10:
        raise ValueError("an amount on a receipt is not negative")
    yuan, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_whole(yuan)}元" if yuan or not fen else ""
    if not jiao and not cent:
        return f"{text}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif text:
        text += "零"
    return f"{text}{_DIGITS[cent]}分" if cent else f"{text}整"


def _whole(number: int) -> str:
    """Return a whole number in capital numerals; zeros within are said once."""
    if number == 0:
        return "零"
    text, zero = "", False
    digits = str(number)
    for at, digit in enumerate(digits):
        place = len(digits) - at - 1
        if digit == "0":
            zero = True
        else:
            text += ("零" if zero and text else "") + _DIGITS[int(digit)] + _PLACES[place % 4]
            zero = False
        if place % 4 == 0 and place and number // 10**place % 10_000:
            text += _GROUPS[place // 4]
            zero = False if digit != "0" else zero
    return text
