"""Owners and their telephones, several to a cell (EST-02)."""

from __future__ import annotations

import re

from miniprogram_api.kernel.privacy import PhoneUnreadable, parse_mobile
from miniprogram_api.roster.cells import CellUnreadable, digits_of

MOST = 8
_LONGEST_NAME = 60
_BETWEEN = re.compile(r"[、,;/|\n]+")
_CHINESE_WORD = re.compile(r"[\u3400-\u9fff·]+")
_NOBODY = frozenset({"", "-", "无", "/"})
_LANDLINE = re.compile(r"(?:\(?(?P<area>0[0-9]{2,3})\)?)?-?(?P<number>[2-9][0-9]{6,7})", re.ASCII)


def names_of(text: str) -> tuple[str, ...]:
    """Return the owners a cell names: 张三、李四 and 张三/李四 are two, 张 三 is one.

    Raises:
        CellUnreadable: there are more than 8, or one is longer than 60 characters.
    """
    if text in _NOBODY:
        return ()
    names = tuple(dict.fromkeys(name for part in _BETWEEN.split(text) for name in _apart(part.strip()) if name))
    if len(names) > MOST:
        raise CellUnreadable(f"最多填写 {MOST} 位业主。")
    if any(len(name) > _LONGEST_NAME for name in names):
        raise CellUnreadable(f"业主姓名最多 {_LONGEST_NAME} 个字，其他说明请写在备注列。")
    return names


def _apart(part: str) -> list[str]:
    words = part.split(" ")
    if len(words) == 1 or not all(_CHINESE_WORD.fullmatch(word) for word in words):
        return [part]
    return words if all(len(word) > 1 for word in words) else ["".join(words)]


def phones_of(text: str) -> tuple[str, ...]:
    """Return the telephone numbers of a cell: mobile numbers as 11 digits, landlines with or without area code.

    Raises:
        CellUnreadable: something in it is no telephone number, or there are more than 8.
    """
    if text in _NOBODY:
        return ()
    phones = tuple(dict.fromkeys(phone for part in _BETWEEN.split(text) for phone in _numbers(part.strip()) if phone))
    if len(phones) > MOST:
        raise CellUnreadable(f"最多填写 {MOST} 个电话。")
    return phones


def _numbers(part: str) -> list[str]:
    whole = phone_of(part)
    if whole is not None:
        return [whole]
    apart = [phone_of(word) for word in part.split()]
    found = [phone for phone in apart if phone is not None]
    if len(found) < len(apart):
        raise CellUnreadable("电话号码不正确：手机应为 11 位，只填号码，其他说明请写在备注列。")
    return found


def phone_of(text: str) -> str | None:
    """Return one telephone number in its one form, or None: 13812345678, 0451-86000000, 86000000."""
    text = digits_of(re.sub(r"\s|(?<=[0-9])\.0$", "", text))
    try:
        return parse_mobile(text)
    except PhoneUnreadable:
        match = _LANDLINE.fullmatch(text)
    if match is None:
        return None
    area, number = match["area"], match["number"]
    if area is None:
        return number
    # 010 and 02x are the area codes of three digits; a greedy match would take a digit of the number.
    joined = area + number
    length = 3 if joined.startswith(("010", "02")) else 4
    area, number = joined[:length], joined[length:]
    return f"{area}-{number}" if 7 <= len(number) <= 8 else None
