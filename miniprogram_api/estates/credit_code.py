"""The unified social credit code 统一社会信用代码 of a company, as GB 32100-2015 lays it down."""

from __future__ import annotations

import re

from miniprogram_api.kernel.errors import Invalid

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters: the digits and the letters without I, O, S, V, Z (GB 32100-2015, table 3)."""

_SHAPE = re.compile(rf"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}", re.ASCII)
"""Authority and category, six digits of the region, nine characters of the organisation code, the check character."""


class CreditCodeUnreadable(Invalid):
    """The text is not a unified social credit code, or its check character does not fit (a typing error)."""

    code = "credit_code_unreadable"
    message = "统一社会信用代码应为 18 位且校验码正确，请对照营业执照检查。"


def parse_credit_code(text: str) -> str:
    """Return the 18 characters in capitals, blanks removed.

    Raises:
        CreditCodeUnreadable: the form or the check character is wrong (EST-03, GB 32100-2015).
    """
    code = re.sub(r"\s", "", text).upper()
    if not _SHAPE.fullmatch(code) or check_character(code[:17]) != code[17]:
        raise CreditCodeUnreadable
    return code


def check_character(first_17: str) -> str:
    """Return the 18th character: weights are the powers of 3 modulo 31 (GB 32100-2015, 5.2)."""
    total = sum(_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first_17))
    return _ALPHABET[(31 - total % 31) % 31]
