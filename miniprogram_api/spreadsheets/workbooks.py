"""What the rooms are given to read and write Excel files; the library behind it loads when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.spreadsheets.reader import read_workbook
from miniprogram_api.spreadsheets.writer import write_tables, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from miniprogram_api.spreadsheets.reader import SheetCells
    from miniprogram_api.spreadsheets.writer import Cell, Table


class Workbooks:
    """Reads and writes .xlsx workbooks."""

    def read(self, data: bytes) -> list[SheetCells]:
        """Return the sheets of a workbook; see :func:`read_workbook` for what is refused."""
        return read_workbook(data)

    def write(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
    ) -> bytes:
        """Return a workbook of one sheet."""
        return write_workbook(title, headings, rows, widths)

    def write_tables(self, tables: Iterable[Table]) -> bytes:
        """Return a workbook of several sheets."""
        return write_tables(tables)
