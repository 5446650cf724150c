"""The printed receipt 收据 (FEE-01): A5 landscape, one sheet whatever is on it, with the link to its twin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from miniprogram_api.imaging.paper import GREEN, GREY, HAIRLINE, INK, PALE, RED, Paper, pdf, png

WIDTH_MM: Final = 210
HEIGHT_MM: Final = 148
MARGIN_MM: Final = 12
CONTENT_MM: Final = WIDTH_MM - 2 * MARGIN_MM
MOST_LINES: Final = 30
TITLE: Final = "收据"
NO_INVOICE: Final = "本收据不作为发票使用，需要发票请在小程序中申请。"
_TABLE_TOP: Final = 57.0
_TABLE_HEIGHT: Final = 47.0
_HEAD: Final = 6.6
_ONE_COLUMN: Final = 6
"""Up to six lines stand in one column; above that they stand in two, so that thirty stay readable."""


@dataclass(frozen=True, slots=True)
class ReceiptFace:
    """What stands on a printed receipt; amounts are written as people read them (``"128.50"``).

    ``facts`` are label and value, at most six of them; ``lines`` what the money was for and how much, at most thirty;
    ``notes`` stand at the foot (money given back, the number that replaces it). ``void`` is the stamp's small text.
    """

    company_name: str
    number: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    total: str
    total_in_words: str
    notes: tuple[str, ...]
    url: str
    issued_on: date
    issued: str
    reprinted: str | None = None
    void: str | None = None


def render_receipt(face: ReceiptFace) -> bytes:
    """One receipt as a PNG file at 200 dpi. Raises MissingGlyphs when a text cannot be drawn. Source: FEE-01."""
    return png(draw_receipt(face))


def render_receipt_pdf(face: ReceiptFace) -> bytes:
    """One receipt as a PDF of one A5 page. Raises as ``render_receipt`` does. Source: FEE-01."""
    return pdf([draw_receipt(face)], f"{TITLE} {face.number}", face.issued_on)


def draw_receipt(face: ReceiptFace) -> Paper:
    """One receipt as a sheet. Raises as ``render_receipt`` does, ValueError above thirty lines."""
    if len(face.lines) > MOST_LINES:
        raise ValueError(f"a receipt has room for {MOST_LINES} lines")
    paper = Paper(WIDTH_MM, HEIGHT_MM)
    _draw_header(paper, face)
    _draw_facts(paper, face.facts)
    _draw_lines(paper, face.lines)
    _draw_total(paper, face)
    _draw_foot(paper, face)
    if face.void is not None:
        paper.stamp(_void_mark(face.void), (105, 76), 14, 190)
    return paper


def _draw_header(paper: Paper, face: ReceiptFace) -> None:
    """Who received the money, the word, and the number that is given only once."""
    paper.panel((0, 0, WIDTH_MM, 3), GREEN)
    paper.write(face.company_name, (MARGIN_MM, 10, 66, 13), 5, smallest=2.6, weight="Bold")
    paper.write("收　据", (80, 8.5, 50, 12), 10, weight="Bold", align="centre", fill=GREEN)
    paper.line(87, 22.3, 123, 22.3, fill=GREEN, width=0.5)
    paper.line(87, 23.3, 123, 23.3, fill=GREEN, width=0.2)
    paper.write(f"No. {face.number}", (134, 10, 64, 6), 5, weight="Bold", fill=RED, align="right")
    if face.reprinted is not None:
        paper.frame((164, 17.4, 34, 6), GREY, 0.25, radius=1)
        paper.write(face.reprinted, (165, 17.4, 32, 6), 3, fill=GREY, align="centre")


def _draw_facts(paper: Paper, facts: tuple[tuple[str, str], ...]) -> None:
    """Where, who, when, how: two columns of three."""
    for place, (label, value) in enumerate(facts):
        left = MARGIN_MM + (place % 2) * 98
        top = 28.5 + (place // 2) * 8.6
        paper.write(label, (left, top, 19, 8), 3.4, fill=GREY)
        paper.write(value, (left + 19, top, 69, 8), 3.8, smallest=2)
        paper.line(left + 19, top + 8.1, left + 88, top + 8.1, fill=HAIRLINE)


def _draw_lines(paper: Paper, lines: tuple[tuple[str, str], ...]) -> None:
    """What the money was for; thirty lines fit in two columns of fifteen."""
    columns = 1 if len(lines) <= _ONE_COLUMN else 2
    rows = max(-(-len(lines) // columns), _ONE_COLUMN)
    width, height = CONTENT_MM / columns, (_TABLE_HEIGHT - _HEAD) / rows
    paper.panel((MARGIN_MM, _TABLE_TOP, CONTENT_MM, _HEAD), PALE)
    for column in range(columns):
        left = MARGIN_MM + column * width
        _draw_row(paper, left, _TABLE_TOP, width, _HEAD, ("序号", "收费项目", "金额（元）"), GREY)
        if column:
            paper.line(left, _TABLE_TOP, left, _TABLE_TOP + _TABLE_HEIGHT, fill=HAIRLINE)
    for place, (label, amount) in enumerate(lines):
        left, top = MARGIN_MM + place // rows * width, _TABLE_TOP + _HEAD + place % rows * height
        _draw_row(paper, left, top, width, height, (str(place + 1), label, amount))
        paper.line(left, top + height, left + width, top + height, fill=HAIRLINE)
    paper.frame((MARGIN_MM, _TABLE_TOP, CONTENT_MM, _TABLE_HEIGHT), GREEN, 0.3)


def _draw_row(
    paper: Paper, left: float, top: float, width: float, height: float, texts: tuple[str, str, str], fill: str = INK
) -> None:
    number, label, amount = texts
    size, inside = min(3.7, height * 0.66), height * 0.94
    paper.write(number, (left + 1, top, 9, inside), size, align="centre", fill=GREY)
    paper.write(label, (left + 11, top, width - 34, inside), size, smallest=min(1.9, size * 0.75), fill=fill)
    paper.write(amount, (left + width - 24, top, 22, inside), size, align="right", fill=fill)


def _draw_total(paper: Paper, face: ReceiptFace) -> None:
    """The sum twice, in capital numerals that cannot be altered and in figures."""
    top = _TABLE_TOP + _TABLE_HEIGHT
    paper.panel((MARGIN_MM, top, CONTENT_MM, 10), PALE)
    paper.write("合计（大写）", (MARGIN_MM + 3, top, 24, 10), 3.4, fill=GREY)
    paper.write(face.total_in_words, (MARGIN_MM + 27, top, 105, 10), 4.6, smallest=2.6, weight="Bold")
    paper.write(f"￥{face.total}", (146, top, 50, 10), 5.6, smallest=3, weight="Bold", align="right", fill=GREEN)
    paper.frame((MARGIN_MM, top, CONTENT_MM, 10), GREEN, 0.3)


def _draw_foot(paper: Paper, face: ReceiptFace) -> None:
    """The link, what came of the money later, what the paper is not, and room for the seal."""
    paper.symbol(face.url, MARGIN_MM - 2, 115.5, 27)
    paper.write("微信扫一扫，查看电子收据", (38, 117, 84, 5), 3.2, fill=GREY)
    paper.write(NO_INVOICE, (38, 122, 84, 5), 3.2, weight="Bold")
    if face.notes:
        paper.write("；".join(face.notes), (38, 127.5, 84, 13.5), 3.2, fill=RED, middle=False)
    paper.write("收款单位（盖章）", (126, 117, 72, 5), 3.2, fill=GREY)
    paper.write(face.company_name, (126, 122.4, 72, 9), 3.6, smallest=2.2, middle=False)
    paper.write(face.issued, (126, 136, 72, 5), 3.2, fill=GREY)


def _void_mark(text: str) -> Paper:
    """The stamp of a receipt that no longer stands."""
    mark = Paper(74, 34)
    mark.frame((1, 1, 72, 32), INK, 1.2, radius=3)
    mark.frame((3, 3, 68, 28), INK, 0.4, radius=2)
    mark.write("作　废", (5, 3.5, 64, 18), 15, weight="Bold", fill=INK, align="centre")
    mark.write(text, (6, 21.5, 62, 8), 3.4, smallest=2, fill=INK, align="centre")
    return mark
