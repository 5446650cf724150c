"""How personal data looks when it is shown: masked by default (design section 8)."""

from __future__ import annotations

import re

from miniprogram_api.kernel.digits import half_width
from miniprogram_api.kernel.errors import Invalid

_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})", re.ASCII)


class PhoneUnreadable(Invalid):
    """The text is not a mainland mobile number."""

    code = "phone_unreadable"
    message = "请填写 11 位手机号码。"


def parse_mobile(text: str) -> str:
    """Return the 11 digits of a mainland mobile number, with blanks, dashes and +86 removed.

    Raises:
        PhoneUnreadable: it is no such number.
    """
    mobile = _MOBILE.fullmatch(re.sub(r"[\s-]", "", half_width(text)))
    if mobile is None:
        raise PhoneUnreadable
    return mobile[1]


def mask_phone(phone: str) -> str:
    """Return a phone number of which only the ends can be read: ``138****5678``, of a short one two digits."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-2:]}" if len(phone) >= 7 else "****"


def mask_name(name: str) -> str:
    """Return a name of which only the family name can be read: 王** for 王小明 (at most two stars)."""
    name = name.strip()
    return name[:1] + "*" * min(max(len(name) - 1, 0), 2)
