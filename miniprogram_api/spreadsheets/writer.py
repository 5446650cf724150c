"""Write a plain .xlsx table that says exactly what was put in, whatever a cell begins with."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.cell import WriteOnlyCell

_LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[str | Decimal | None]], widths: Sequence[int] = ()
) -> bytes:
    """Return an .xlsx file of one sheet with a bold heading row.

    Texts are written as texts: one that begins like a formula is marked so that no program ever calculates it
    (formula injection). Numbers are given as ``Decimal`` and shown with two decimals.
    """
    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    heading_cells = [_cell(sheet, heading) for heading in headings]
    for cell in heading_cells:
        cell.font = Font(bold=True)
    sheet.append(heading_cells)
    for row in rows:
        sheet.append([None if value is None else _cell(sheet, value) for value in row])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _cell(sheet: object, value: str | Decimal) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, Decimal):
        cell.number_format = "0.00"
        return cell
    cell.data_type = "s"
    if value.startswith(_LOOKS_LIKE_A_FORMULA):
        cell.quotePrefix = True
    return cell
