"""Workbooks as property offices write them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl


def workbook(*sheets: tuple[str, list[list[Any]]], merges: dict[str, list[str]] | None = None) -> bytes:
    """Return an .xlsx file of the sheets; ``merges`` names merged ranges by sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(number, column, value)
        for area in (merges or {}).get(name, []):
            sheet.merge_cells(area)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


HEADINGS = ["楼号", "单元", "房号", "建筑面积(㎡)", "业主姓名", "联系电话", "备注"]


def estate_of(buildings: int, entrances: int, floors: int, doors: int) -> list[list[Any]]:
    """Return rows of a regular estate below its headings: every room with an owner and a mobile number."""
    rows: list[list[Any]] = [list(HEADINGS)]
    number = 0
    for building in range(1, buildings + 1):
        for entrance in range(1, entrances + 1):
            for floor in range(1, floors + 1):
                for door in range(1, doors + 1):
                    number += 1
                    phone = f"138{number:08d}"
                    address = [f"{building}号楼", f"{entrance}单元", floor * 100 + door]
                    rows.append([*address, 50 + number % 50, f"业主{number % 9}", phone, None])
    return rows


def rooms_166() -> list[list[Any]]:
    """Return the sample estate of the seeds: three buildings, 166 households (004:74)."""
    return estate_of(3, 4, 7, 2)[: 166 + 1]
