"""The one way of writing a building, an entrance and a room number, whatever way the file writes them (EST-02)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from miniprogram_api.roster.cells import CellUnreadable

_CHINESE_DIGITS = {character: number for number, character in enumerate("零一二三四五六七八九")}
_CHINESE = "[一二三四五六七八九十]{1,3}"
_BUILDING_WORD = "号楼|号栋|号幢|栋楼|幢楼|#楼|栋|幢|座|楼|号|#"
_BUILDING = re.compile(rf"第?(?P<before>.*?)(?P<core>[0-9]+|[A-Z]|{_CHINESE})(?:{_BUILDING_WORD})?")
_SHEET = re.compile(rf"第?(?:[0-9]+|[A-Z]|{_CHINESE})(?:号楼|栋|幢|座|#楼|#)")
_ENTRANCE = re.compile(rf"第?(?P<core>[0-9]+|[A-Z]|{_CHINESE}|[甲乙丙丁东西南北中])号?(?:单元门|单元|门洞|门|梯)?")
_NONE = frozenset({"", "0", "-", "/", "无", "无单元"})
_NUMBER = re.compile(r"[0-9A-Z\u4e00-\u9fff]+(?:-[0-9A-Z]+)*")
_WORDS = re.compile(
    rf"(?:(?P<building>[^-]*?(?:{_BUILDING_WORD})))?-?"
    rf"(?:(?P<entrance>[0-9]+|[A-Z]|{_CHINESE}|[甲乙丙丁东西南北中])(?:单元|门))?-?"
    r"(?P<number>[0-9]+[A-Z]?|[A-Z][0-9]+)[室号户房]?"
)
_LONGEST = 20


class BuildingMissing(CellUnreadable):
    """Neither the room number nor anything beside it says in which building the room is."""

    def __init__(self) -> None:
        super().__init__("缺少楼号，请在楼号列填写，或把房号写成“3-2-501”。")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a room lies; an empty entrance is a building with only one way in."""

    building: str
    entrance: str
    number: str


def building_of(text: str) -> str:
    """Return the one name of a building: 3, 3栋, 三幢, 03# and 第3号楼 are all 3号楼; other names stay as they are."""
    bare = text.replace(" ", "").upper()
    match = _BUILDING.fullmatch(bare)
    name = f"{match['before']}{_arabic(match['core'])}号楼" if match else bare
    return _bounded(name, "楼号")


def entrance_of(text: str) -> str:
    """Return the one name of an entrance: 2, 2门, 二单元 are all 2单元; 无 and a dash mean there is none."""
    bare = text.replace(" ", "").upper()
    if bare in _NONE:
        return ""
    match = _ENTRANCE.fullmatch(bare)
    return f"{_arabic(match['core'])}单元" if match else _bounded(bare, "单元")


def number_of(text: str) -> str:
    """Return the one form of a room number: 0301 and 301室 are 301.

    Raises:
        CellUnreadable: it is no room number.
    """
    bare = re.sub(r"\.0+$", "", text.replace(" ", "").upper())
    bare = re.sub(r"(?<=[0-9A-Z])[室号户房]$", "", bare)
    if not _NUMBER.fullmatch(bare):
        raise CellUnreadable("房号无法识别，请只填房号，例如 301。")
    return _bounded(_arabic(bare) if bare.isascii() else bare, "房号")


def is_building_sheet(name: str) -> bool:
    """Say whether a sheet is named after a building (3号楼), so that its rows need no building of their own."""
    return _SHEET.fullmatch(name.replace(" ", "").upper()) is not None


def address_of(building: str, entrance: str, text: str) -> Address:
    """Return the address that a room number states together with the columns beside it, which may be empty.

    ``3-2-501`` and ``3号楼2单元501室`` state all three parts, ``2-501`` an entrance (or, without a building beside
    it, a building) and a room.

    Raises:
        BuildingMissing: no building is known.
        CellUnreadable: the parts contradict the columns, or it is no room number.
    """
    stated = _stated(building, entrance, re.sub(r"^.*小区", "", text.replace(" ", "").upper()))
    if not stated.building and not building:
        raise BuildingMissing
    for name, said, beside in (("楼号", stated.building, building), ("单元", stated.entrance, entrance)):
        if said and beside and said != beside:
            raise CellUnreadable(f"房号里的{name}“{said}”与{name}列“{beside}”不一致，请核对。")
    return Address(stated.building or building, stated.entrance or entrance, stated.number)


def _stated(building: str, entrance: str, text: str) -> Address:
    parts = text.split("-")
    if len(parts) == 3:
        return Address(building_of(parts[0]), entrance_of(parts[1]), number_of(parts[2]))
    if len(parts) == 2 and not building:
        return Address(building_of(parts[0]), "", number_of(parts[1]))
    if len(parts) == 2 and re.fullmatch(r"[0-9]{1,2}|[A-Z]", parts[0]) and entrance in {"", entrance_of(parts[0])}:
        return Address("", entrance_of(parts[0]), number_of(parts[1]))
    words = _WORDS.fullmatch(text)
    if words and (words["building"] or words["entrance"]):
        house = building_of(words["building"]) if words["building"] else ""
        return Address(house, entrance_of(words["entrance"] or ""), number_of(words["number"]))
    return Address("", "", number_of(text))


def arabic_of(text: str) -> int | None:
    """Return the number that Chinese numerals up to 99 or digits state, or None."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    if not re.fullmatch(_CHINESE, text):
        return None
    if "十" not in text:
        return _CHINESE_DIGITS[text] if len(text) == 1 else None
    tens, _, ones = text.partition("十")
    if any(digit and digit not in _CHINESE_DIGITS for digit in (tens, ones)):
        return None
    return (_CHINESE_DIGITS[tens] if tens else 1) * 10 + (_CHINESE_DIGITS[ones] if ones else 0)


def _arabic(core: str) -> str:
    number = arabic_of(core)
    return core if number is None else str(number)


def _bounded(text: str, what: str) -> str:
    if len(text) > _LONGEST:
        raise CellUnreadable(f"{what}过长，最多 {_LONGEST} 个字。")
    return text
