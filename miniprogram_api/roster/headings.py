"""The headings property offices write above the columns of a room roster."""

from __future__ import annotations

import re
from enum import StrEnum


class Column(StrEnum):
    """What a column holds; the value is the heading we write ourselves."""

    BUILDING = "楼号"
    ENTRANCE = "单元"
    NUMBER = "房号"
    FLOOR = "楼层"
    AREA = "建筑面积(㎡)"
    AREA_SOURCE = "面积来源"
    USE = "用途"
    SALE = "销售状态"
    OWNER = "业主姓名"
    PHONE = "联系电话"
    LIFT = "电梯"
    NOTE = "备注"


SPELLINGS: dict[Column, tuple[str, ...]] = {
    Column.BUILDING: (
        "楼号", "楼栋", "楼栋号", "楼栋名称", "楼幢", "楼幢号", "幢", "幢号", "栋", "栋号", "楼", "楼座", "座", "座号",
        "楼宇", "楼宇号", "楼宇名称", "楼名",
    ),
    Column.ENTRANCE: ("单元", "单元号", "单元门", "门", "门洞", "门洞号", "门号", "梯", "梯号"),
    Column.NUMBER: (
        "房号", "室号", "门牌", "门牌号", "房间号", "房间", "室", "户号", "房屋", "房屋编号", "房屋号", "房屋地址",
        "地址", "房屋坐落", "坐落", "房产地址", "单元房号", "楼栋房号", "楼房号", "房间编号",
    ),
    Column.FLOOR: ("楼层", "层", "所在层", "所在楼层", "层次"),
    Column.AREA: ("建筑面积", "面积", "房屋面积", "房屋建筑面积", "产权面积", "建面", "产权建筑面积", "房产面积"),
    Column.AREA_SOURCE: ("面积来源", "建筑面积来源", "面积依据", "面积出处"),
    Column.USE: (
        "用途", "房屋用途", "房屋性质", "使用性质", "规划用途", "设计用途", "登记用途", "产权用途", "用途性质",
    ),
    Column.SALE: (
        "销售状态", "产权状态", "交付状态", "销售情况", "交付情况", "售出状态", "出售状态", "交房状态", "交房情况",
        "销售交付状态", "交付使用状态",
    ),
    Column.OWNER: (
        "业主姓名", "业主", "业主名称", "户主", "户主姓名", "产权人", "产权人姓名", "姓名", "房主", "房主姓名",
        "所有权人", "权利人", "共有人", "共有人姓名",
    ),
    Column.PHONE: (
        "联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "业主电话", "户主电话", "联系手机",
        "移动电话", "固定电话", "固话", "备用电话", "产权人电话", "联系号码",
    ),
    Column.LIFT: ("电梯", "有无电梯", "是否有电梯"),
    Column.NOTE: ("备注", "备注说明", "说明"),
}  # fmt: skip

_COLUMN_OF = {spelling: column for column, spellings in SPELLINGS.items() for spelling in spellings}
_SEVERAL = frozenset({Column.OWNER, Column.PHONE, Column.AREA_SOURCE, Column.USE, Column.SALE})
"""Columns that may stand there twice (电话1, 电话2; 销售状态, 交付状态): all of them count."""


def column_of(heading: str) -> Column | None:
    """Return what a heading means, or None when it means nothing to the roster.

    Units and remarks in brackets, blanks and a counting digit do not matter: ``面积(m2)``, ``电话 1``.
    """
    bare = re.sub(r"[(\[【].*?[)\]】]", "", heading)
    bare = re.sub(r"[\s:*/]|m2|平方米|平米", "", bare)
    counted = re.sub(r"[0-9一二三]$", "", bare)
    column = _COLUMN_OF.get(bare)
    return column if column is not None else _in_several(counted)


def _in_several(bare: str) -> Column | None:
    column = _COLUMN_OF.get(bare)
    return column if column in _SEVERAL else None


def columns_of(headings: list[str]) -> dict[Column, list[int]]:
    """Return where each column stands in a row of headings; of a single column the first counts."""
    places: dict[Column, list[int]] = {}
    for place, heading in enumerate(headings):
        column = column_of(heading) if heading else None
        if column is not None and (column in _SEVERAL or column not in places):
            places.setdefault(column, []).append(place)
    return places


def column_name(place: int) -> str:
    """Return what Excel calls the column at a place counted from 0: A, B, ... AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
