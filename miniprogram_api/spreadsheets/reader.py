"""Read an .xlsx workbook into plain cells: values only, nothing evaluated, nothing unbounded."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from miniprogram_api.spreadsheets.errors import WorkbookOld, WorkbookTooLarge, WorkbookUnreadable

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAXIMUM_UNPACKED = 64 * 1024 * 1024
"""Ten times what 6 MB of honest tables unpack to at most; checked against the directory before anything is unpacked,
and the unpacking itself never gives more than the directory says."""

MAXIMUM_ROWS = 20_000
MAXIMUM_SHEETS = 50
MAXIMUM_COLUMNS = 60
_LAST_ROW = 1_048_576
_MAXIMUM_STEPS = 2 * _LAST_ROW
"""Blank rows count here: a file may format a whole sheet down to its last row."""

_OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')


@dataclass(frozen=True, slots=True)
class SheetCells:
    """One visible sheet: its rows that hold anything, each with its number as Excel counts; merged cells filled in."""

    name: str
    rows: list[tuple[int, list[object]]]
    hidden: bool = False


def read_workbook(data: bytes) -> list[SheetCells]:
    """Return the cells of every sheet. A formula yields the value last stored with it, never a calculation.

    Raises:
        WorkbookOld: it is an .xls file, or encrypted.
        WorkbookUnreadable: it is no workbook.
        WorkbookTooLarge: unpacked it exceeds 64 MB, 50 sheets or 20,000 filled rows.
    """
    if data.startswith(_OLD_FORMAT):
        raise WorkbookOld
    _check_archive(data)
    import openpyxl

    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        return _sheets(workbook)
    except WorkbookTooLarge:
        raise
    # The reader trusts its input, so a damaged file can surface as almost any error; all mean the same to a person.
    except Exception as error:
        raise WorkbookUnreadable from error


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise WorkbookUnreadable from error
    if len(entries) > 1000 or sum(entry.file_size for entry in entries) > MAXIMUM_UNPACKED:
        raise WorkbookTooLarge


def _sheets(workbook: Any) -> list[SheetCells]:
    sheets: list[SheetCells] = []
    steps = filled = 0
    worksheets = [sheet for sheet in workbook.worksheets if hasattr(sheet, "reset_dimensions")]
    if len(worksheets) > MAXIMUM_SHEETS:
        raise WorkbookTooLarge
    for sheet in worksheets:
        # Many programs write a wrong size into the sheet; without it every cell that is there is read.
        sheet.reset_dimensions()
        rows: list[tuple[int, list[object]]] = []
        for number, values in enumerate(sheet.iter_rows(max_row=_LAST_ROW, values_only=True), start=1):
            steps += 1
            if any(value is not None and value != "" for value in values):
                rows.append((number, list(values[:MAXIMUM_COLUMNS])))
                filled += 1
            if steps > _MAXIMUM_STEPS or filled > MAXIMUM_ROWS:
                raise WorkbookTooLarge
        _fill_merged(sheet, rows)
        sheets.append(SheetCells(sheet.title, rows, sheet.sheet_state != "visible"))
    return sheets


def _fill_merged(sheet: ReadOnlyWorksheet, rows: list[tuple[int, list[object]]]) -> None:
    """Give every cell of a merged range the value of its first cell, as people see it."""
    by_number = dict(rows)
    cells = 0
    with sheet.parent._archive.open(sheet._worksheet_path) as source:
        ranges = _MERGE.findall(source.read())
    for first_column, first_row, last_column, last_row in ranges:
        left, right = _column(first_column), min(_column(last_column), MAXIMUM_COLUMNS - 1)
        top = by_number.get(int(first_row))
        value = top[left] if top is not None and left < len(top) else None
        if value is None:
            continue
        for number in range(int(first_row), min(int(last_row), rows[-1][0]) + 1):
            row = by_number.get(number)
            cells += 1 if row is None else right + 1 - left
            if cells > _MAXIMUM_STEPS:
                raise WorkbookTooLarge
            if row is None:
                continue
            row += [None] * (right + 1 - len(row))
            row[left : right + 1] = [value] * (right + 1 - left)


def _column(letters: bytes) -> int:
    """Return the place of a column counted from 0: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
