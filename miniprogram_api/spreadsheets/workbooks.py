"""What the rooms are given to read and write Excel files; the library behind it loads when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.spreadsheets.reader import read_workbook
from miniprogram_api.spreadsheets.writer import write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from miniprogram_api.spreadsheets.reader import SheetCells


class Workbooks:
    """Reads and writes .xlsx workbooks."""

    def read(self, data: bytes) -> list[SheetCells]:
        """Return the sheets of a workbook; see :func:`read_workbook` for what is refused."""
        return read_workbook(data)

    def write(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str | Decimal | None]], widths: Sequence[int]
    ) -> bytes:
        """Return a workbook of one sheet."""
        return write_workbook(title, headings, rows, widths)
