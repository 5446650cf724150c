"""The sheet for the notice board (FND-04): a heading, rows in three columns, a foot and a code, on A4 pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from miniprogram_api.imaging.paper import GREY, HAIRLINE, Paper, pdf

WIDTH_MM: Final = 210
HEIGHT_MM: Final = 297
MARGIN_MM: Final = 15
TOP_MM: Final = 55
ROW_MM: Final = 8
ROWS_A_PAGE: Final = 28
SYMBOL_MM: Final = 32
COLUMNS_MM: Final = (45, 100, 35)
# Without a letter whose code holds the byte 0D: see imaging/sheet.py.
TITLE: Final = "公共收支公示"


@dataclass(frozen=True, slots=True)
class BoardSheet:
    """What stands on it: ``rows`` are what, summary and amount as people read them; ``url`` opens the same figures."""

    heading: str
    rows: tuple[tuple[str, str, str], ...]
    foot: str
    url: str
    made_on: date


def render_board_sheet(sheet: BoardSheet) -> bytes:
    """The sheet as a PDF; heading, code and foot stand on each page.

    Raises MissingGlyphs when a text cannot be drawn. Source: FND-04.
    """
    starts = range(0, max(len(sheet.rows), 1), ROWS_A_PAGE)
    pages = [_draw_page(sheet, sheet.rows[start : start + ROWS_A_PAGE]) for start in starts]
    return pdf(pages, TITLE, sheet.made_on)


def _draw_page(sheet: BoardSheet, rows: tuple[tuple[str, str, str], ...]) -> Paper:
    paper, wide = Paper(WIDTH_MM, HEIGHT_MM), WIDTH_MM - 2 * MARGIN_MM
    paper.write(sheet.heading, (MARGIN_MM, MARGIN_MM, wide - SYMBOL_MM - 5, SYMBOL_MM), 8, weight="Bold")
    paper.symbol(sheet.url, WIDTH_MM - MARGIN_MM - SYMBOL_MM, MARGIN_MM, SYMBOL_MM)
    for number, row in enumerate(rows):
        top, left = TOP_MM + number * ROW_MM, MARGIN_MM
        for text, width in zip(row, COLUMNS_MM, strict=True):
            last = width == COLUMNS_MM[-1]
            paper.write(text, (left, top, width - 2, ROW_MM - 1), 3.8, align="right" if last else "left")
            left += width
        paper.line(MARGIN_MM, top + ROW_MM - 0.5, WIDTH_MM - MARGIN_MM, top + ROW_MM - 0.5, fill=HAIRLINE)
    paper.write(sheet.foot, (MARGIN_MM, HEIGHT_MM - MARGIN_MM, wide, 5), 3.4, fill=GREY)
    return paper
