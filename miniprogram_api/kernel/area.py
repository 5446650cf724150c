"""Areas of exclusive parts 专有部分: whole numbers of 0.01 m2, never floats (design: ratios are compared exactly)."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from miniprogram_api.kernel.digits import half_width
from miniprogram_api.kernel.errors import Invalid

_MAXIMUM = 10_000_000
"""100,000 m2: no exclusive part is larger; a value above it is a typing error (a missing decimal point)."""


class AreaUnreadable(Invalid):
    """The text is not an area in square metres with at most two decimals (EST-02)."""

    code = "area_unreadable"
    message = "建筑面积应为大于 0 的数字，最多两位小数，例如 86.53。"


def parse_area(text: str) -> int:
    """Return the area in 0.01 m2 that ``text`` states in square metres, such as ``"86.5㎡"`` or ``"８６．５"``.

    Raises:
        AreaUnreadable: it is no positive number, has more than two decimals, or exceeds 100,000 m2.
    """
    cleaned = re.sub(r"(㎡|m2|m²|平方米|平米)$", "", half_width(text).strip(), flags=re.IGNORECASE).strip()
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2}0*)?", cleaned, flags=re.ASCII):
        raise AreaUnreadable
    hundredths = int((Decimal(cleaned) * 100).to_integral_value(ROUND_HALF_UP))
    if not 0 < hundredths <= _MAXIMUM:
        raise AreaUnreadable
    return hundredths


def format_area(hundredths: int) -> str:
    """Return the area as people write it, in square metres with two decimals: ``8653`` is ``"86.53"``."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"
