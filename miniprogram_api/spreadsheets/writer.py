"""Write plain .xlsx tables that say exactly what was put in, whatever a cell begins with."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

Cell = str | int | Decimal | None
_LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Table(Protocol):
    """One sheet: its rows are taken one at a time."""

    @property
    def title(self) -> str:
        """What the sheet is called."""
        ...

    @property
    def headings(self) -> Sequence[str]:
        """The heading row."""
        ...

    @property
    def rows(self) -> Iterable[Sequence[Cell]]:
        """Everything below it."""
        ...

    @property
    def widths(self) -> Sequence[int]:
        """How wide the columns are, in characters."""
        ...


def write_workbook(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int] = ()
) -> bytes:
    """Return an .xlsx file of one sheet with a bold heading row.

    Texts are written as texts: one that begins like a formula is marked so that no program ever calculates it
    (formula injection). Control characters, which no workbook can hold, are left out. A ``Decimal`` is shown with two
    decimals, a whole number as one.
    """
    import openpyxl

    workbook = openpyxl.Workbook(write_only=True)
    _add_sheet(workbook, title, headings, rows, widths)
    return _saved(workbook)


def write_tables(tables: Iterable[Table]) -> bytes:
    """Return an .xlsx file of several such sheets."""
    import openpyxl

    workbook = openpyxl.Workbook(write_only=True)
    for table in tables:
        _add_sheet(workbook, table.title, table.headings, table.rows, table.widths)
    return _saved(workbook)


def _add_sheet(
    workbook: Workbook, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

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


def _saved(workbook: Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _cell(sheet: object, value: str | int | Decimal) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
    if not isinstance(value, str):
        cell.number_format = "0.00" if isinstance(value, Decimal) else "0"
        return cell
    cell.data_type = "s"
    if value.startswith(_LOOKS_LIKE_A_FORMULA):
        cell.quotePrefix = True
    return cell
