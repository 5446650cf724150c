"""The printed statement 对账单 of a room (FEE-12): A4 pages, sums first, then every line of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from miniprogram_api.imaging.paper import GREEN, GREY, HAIRLINE, PALE, Paper, pdf
from miniprogram_api.kernel.clock import spoken

WIDTH_MM: Final = 210
HEIGHT_MM: Final = 297
MARGIN_MM: Final = 15
CONTENT_MM: Final = WIDTH_MM - 2 * MARGIN_MM
ROWS_A_PAGE: Final = 25
_ROW: Final = 7.4
_TABLE_TOP: Final = 76.0
_HEADINGS: Final = ("日期", "类别", "项目", "金额（元）", "累计未缴（元）")
_COLUMNS: Final = (26, 18, 76, 28, 32)
_FIRST_AMOUNT: Final = 3

Row = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class StatementFace:
    """What stands on a statement: eight sums at most, and rows of day, kind, what, amount and owed after it."""

    company_name: str
    place: str
    year: int
    made_on: date
    sums: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


def render_statement(face: StatementFace) -> bytes:
    """The statement as a PDF of A4 pages. Raises MissingGlyphs when a text cannot be drawn. Source: FEE-12."""
    starts = range(0, max(len(face.rows), 1), ROWS_A_PAGE)
    papers = [draw_page(face, page, len(starts)) for page in range(len(starts))]
    return pdf(papers, f"{face.year}年对账单", face.made_on)


def draw_page(face: StatementFace, page: int, pages: int) -> Paper:
    """One page, counted from 0, with its part of the rows. Raises as ``render_statement`` does."""
    paper = Paper(WIDTH_MM, HEIGHT_MM)
    paper.panel((0, 0, WIDTH_MM, 3), GREEN)
    paper.write(f"{face.year}年对账单", (MARGIN_MM, 11, CONTENT_MM, 12), 8, weight="Bold", align="centre", fill=GREEN)
    paper.write(face.place, (MARGIN_MM, 26, 110, 8), 4.4, smallest=2.4, weight="Bold")
    paper.write(face.company_name, (127, 26, 68, 8), 3.6, smallest=2, align="right", fill=GREY)
    _draw_sums(paper, face.sums)
    paper.panel((MARGIN_MM, _TABLE_TOP, CONTENT_MM, _ROW), PALE)
    rows = face.rows[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    for place, row in enumerate((_HEADINGS, *rows)):
        _draw_row(paper, _TABLE_TOP + place * _ROW, row)
    foot = f"{spoken(face.made_on)}生成，金额由账单和收款记录计算 · 第{page + 1}页，共{pages}页"
    paper.write(foot, (MARGIN_MM, 283, CONTENT_MM, 5), 3, align="centre", fill=GREY)
    return paper


def _draw_sums(paper: Paper, sums: tuple[tuple[str, str], ...]) -> None:
    paper.panel((MARGIN_MM, 37, CONTENT_MM, 34), PALE, radius=2)
    for place, (label, amount) in enumerate(sums):
        left, top = MARGIN_MM + 4 + place % 4 * 44, 39 + place // 4 * 15
        paper.write(label, (left, top, 42, 6), 3.2, fill=GREY)
        paper.write(f"￥{amount}", (left, top + 6, 42, 8), 5, smallest=2.6, weight="Bold")


def _draw_row(paper: Paper, top: float, row: Row) -> None:
    left = float(MARGIN_MM)
    for column, (text, width) in enumerate(zip(row, _COLUMNS, strict=True)):
        at = (left + 1.5, top, width - 3, _ROW * 0.96)
        paper.write(text, at, 3.4, smallest=1.9, align="right" if column >= _FIRST_AMOUNT else "left")
        left += width
    paper.line(MARGIN_MM, top + _ROW, MARGIN_MM + CONTENT_MM, top + _ROW, fill=HAIRLINE)
