"""The room roster of 道路队小区 as a property office keeps it in Excel: 3 buildings, 166 households (004:74)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

BUILDINGS = (("1号楼", 3, 6, 3), ("2号楼", 3, 6, 3), ("3号楼", 3, 6, 3))
"""Name, entrances, floors, rooms a landing: 54 each; the shops below building 3 make up the rest of 166."""
SHOPS = 4
"""Ground-floor rooms of building 3 that open to the street."""

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("建国", "秀兰", "志强", "桂英", "海涛", "淑珍", "永刚", "玉梅", "文博", "晓燕", "德福", "凤霞")


@dataclass(frozen=True)
class Home:
    """One line of the roster."""

    building: str
    entrance: str
    number: str
    area: str
    owner: str
    phone: str


def homes() -> list[Home]:
    """Return the 166 homes; names and numbers are made up, and the numbers belong to nobody."""
    doors = [
        (building, f"{entrance}单元", f"{floor}0{door}")
        for building, entrances, floors, landing in BUILDINGS
        for entrance in range(1, entrances + 1)
        for floor in range(1, floors + 1)
        for door in range(1, landing + 1)
    ]
    doors += [("3号楼", "临街", f"10{shop}") for shop in range(1, SHOPS + 1)]
    return [_home(index, *door) for index, door in enumerate(doors)]


def _home(index: int, building: str, entrance: str, number: str) -> Home:
    owner = _SURNAMES[index % len(_SURNAMES)] + _GIVEN[(index * 7) % len(_GIVEN)]
    area = 4380 + (index * 137) % 3100
    return Home(building, entrance, number, f"{area // 100}.{area % 100:02d}", owner, f"1380451{index:04d}")


def roster_file(estate: str = "道路队小区", listed: Sequence[Home] | None = None) -> bytes:
    """Return the sheet of an estate, of its 166 homes unless others are named.

    It has what such sheets have: a title above the header, notes, and a total at the end.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "业主花名册"
    sheet.append([f"{estate}业主花名册（2026年）"])
    sheet.append([])
    sheet.append(["序号", "楼号", "单元", "房号", "建筑面积(㎡)", "业主姓名", "联系电话", "备注"])
    listed = homes() if listed is None else listed
    for number, home in enumerate(listed, 1):
        sheet.append([number, home.building, home.entrance, home.number, float(home.area), home.owner, home.phone, ""])
    sheet.append(["合计", "", "", "", float(round(sum(float(home.area) for home in listed), 2)), "", "", ""])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
