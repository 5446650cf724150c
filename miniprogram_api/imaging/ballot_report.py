"""The result report of a ballot (VOT-01): running text on as many A4 pages as it takes, in black and white.

It is filed and copied, so nothing on it is a colour, and a page weighs 0.1 MB instead of 1 MB: the longest report that
a ballot can have stays below what one answer carries. Every character is drawn once and then only put in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from miniprogram_api.imaging.paper import DPI, pixels
from miniprogram_api.imaging.qr import draw_symbol
from miniprogram_api.imaging.typography import BASELINE, LINE_HEIGHT, Box, Weight, fit_text, load_font, missing_glyphs
from miniprogram_api.kernel.clock import spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH_MM: Final = 210
HEIGHT_MM: Final = 297
MARGIN_MM: Final = 18
CONTENT_MM: Final = WIDTH_MM - 2 * MARGIN_MM
LABEL_MM: Final = 36
TOP_MM: Final = 30
BOTTOM_MM: Final = 280
TEXT_MM: Final = 3.6
HEADING_MM: Final = 4.6
SYMBOL_MM: Final = 36
CLOSING_MM: Final = 92
"""The code and the places for three signatures stand together."""

# Without a letter whose code holds the byte 0D: see imaging/sheet.py.
TITLE: Final = "表决结果报告"
STAND_IN: Final = "〓"
_GAP_MM = 4
_BLACK, _WHITE = 0, 1


@dataclass(frozen=True, slots=True)
class ReportFace:
    """Sections of label and text; on each page ``reference`` and ``mark``, on the last ``signatures`` and ``url``."""

    title: str
    reference: str
    mark: str
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    signatures: tuple[str, ...]
    url: str
    made_on: date


@dataclass(frozen=True, slots=True)
class _Strip:
    """One line of print as high as ``height``: a heading, or a piece of a label beside a piece of its text."""

    height: float
    label: str
    text: str = ""
    heading: bool = False


def render_report(face: ReportFace) -> bytes:
    """The report as a PDF. What the font lacks stands as 〓, and a line says so. Source: VOT-01.

    Only one page is in memory at a time; equal reports make equal files.
    """
    pages = list(_pages(_strips(face)))
    with TemporaryFile() as file:
        for number, strips in enumerate(pages):
            page = draw_page(face, strips, number, len(pages))
            _append(file, page, face.made_on, first=not number)
        file.seek(0)
        return file.read()


def _append(file: IO[bytes], page: Image.Image, made_on: date, *, first: bool) -> None:
    dated = made_on.timetuple()
    about = {"title": TITLE, "creationDate": dated, "modDate": dated} if first else {}
    page.save(file, "PDF", append=not first, resolution=float(DPI), **about)


def _strips(face: ReportFace) -> Iterator[_Strip]:
    """All lines of print in their order."""
    for heading, lines in face.sections:
        for place, piece in enumerate(_wrapped(heading, CONTENT_MM, HEADING_MM, "Bold")):
            yield _Strip(HEADING_MM * LINE_HEIGHT + (0 if place else _GAP_MM), piece, heading=True)
        for label, text in lines:
            labels = _wrapped(label, LABEL_MM - 3, TEXT_MM)
            texts = [piece for part in text.split("\n") for piece in _wrapped(part, CONTENT_MM - LABEL_MM, TEXT_MM)]
            for place in range(max(len(labels), len(texts))):
                last = place == max(len(labels), len(texts)) - 1
                height = TEXT_MM * LINE_HEIGHT + (1.4 if last else 0)
                yield _Strip(height, "".join(labels[place : place + 1]), "".join(texts[place : place + 1]))
    if any(missing_glyphs(part) for part in _texts(face)):
        yield _Strip(TEXT_MM * LINE_HEIGHT, "", f"{STAND_IN} 处的字无法打印，原文见同名电子表格。")


def _texts(face: ReportFace) -> Iterator[str]:
    yield face.title
    for heading, lines in face.sections:
        yield heading
        for line in lines:
            yield from line


def _wrapped(text: str, width: float, size: float, weight: Weight = "Medium") -> list[str]:
    """Lines no longer than the width at exactly this size."""
    box = Box(0, 0, pixels(width), 10**9)
    return list(fit_text(_printable(text), box, largest=pixels(size), smallest=pixels(size), weight=weight).lines)


def _printable(text: str) -> str:
    missing = missing_glyphs(text)
    return "".join(STAND_IN if character in missing else character for character in text) if missing else text


def _pages(strips: Iterator[_Strip]) -> Iterator[list[_Strip]]:
    """Lines of print by page: a heading never stands last, and the last page has room for the signatures."""
    page: list[_Strip] = []
    headings: list[_Strip] = []
    for strip in strips:
        if strip.heading:
            headings.append(strip)
            continue
        if page and _height([*page, *headings, strip]) > BOTTOM_MM - TOP_MM:
            yield page
            page = []
        page += [*headings, strip]
        headings = []
    page += headings
    if _height(page) > BOTTOM_MM - TOP_MM - CLOSING_MM:
        # What is signed stands on the page of the signatures: the last section moves there, or its last line.
        last = max((place for place, strip in enumerate(page) if strip.heading), default=0)
        moved = last if last and _height(page[last:]) <= BOTTOM_MM - TOP_MM - CLOSING_MM else len(page) - 1
        yield page[:moved]
        page = page[moved:]
    yield page


def _height(strips: list[_Strip]) -> float:
    return sum(strip.height for strip in strips)


def draw_page(face: ReportFace, strips: list[_Strip], number: int, pages: int) -> Image.Image:
    """One page, counted from 0; the last one carries the code and the places for signatures."""
    page = Image.new("1", (pixels(WIDTH_MM), pixels(HEIGHT_MM)), _WHITE)
    _draw_head(page, face, first=not number)
    top = float(TOP_MM)
    for strip in strips:
        if strip.heading:
            low = top + strip.height - HEADING_MM * LINE_HEIGHT - 1
            _write(page, strip.label, MARGIN_MM, low, HEADING_MM, "Bold")
        else:
            _write(page, strip.label, MARGIN_MM, top, TEXT_MM, "Bold")
            _write(page, strip.text, MARGIN_MM + LABEL_MM, top, TEXT_MM)
        top += strip.height
    if number == pages - 1:
        _draw_closing(page, face)
    foot = f"{face.reference}　{spoken(face.made_on)}　时间为北京时间　第 {number + 1} 页，共 {pages} 页"
    _write(page, foot, MARGIN_MM, 285, 3)
    return page


def _draw_head(page: Image.Image, face: ReportFace, *, first: bool) -> None:
    room = CONTENT_MM - (66 if face.mark else 0)
    size = pixels(6.4 if first else 4)
    box = Box(0, 0, pixels(room), pixels(12))
    block = fit_text(_printable(face.title), box, largest=size, smallest=pixels(2.4), weight="Bold")
    for place, line in enumerate(block.lines):
        _put(page, line, pixels(MARGIN_MM), pixels(13) + round(place * block.size * LINE_HEIGHT), block.size, "Bold")
    if face.mark:
        corner = (pixels(WIDTH_MM - MARGIN_MM - 62), pixels(12), pixels(WIDTH_MM - MARGIN_MM), pixels(21))
        ImageDraw.Draw(page).rectangle(corner, outline=_BLACK, width=pixels(0.5))
        _write(page, face.mark, WIDTH_MM - MARGIN_MM - 59, 14.2, 4.6, "Bold")
    rule = (pixels(MARGIN_MM), pixels(26), pixels(WIDTH_MM - MARGIN_MM), pixels(26))
    ImageDraw.Draw(page).line(rule, fill=_BLACK, width=pixels(0.3))


def _draw_closing(page: Image.Image, face: ReportFace) -> None:
    """The address of the proof as a code, and where the three that file it sign."""
    top = BOTTOM_MM - CLOSING_MM + 6
    modules = draw_symbol(face.url, module_pixels=1)
    side = modules.width * max(pixels(SYMBOL_MM) // modules.width, 1)
    symbol = modules.resize((side, side), Image.Resampling.NEAREST).convert("1", dither=Image.Dither.NONE)
    page.paste(symbol, (pixels(MARGIN_MM), pixels(top)))
    for place, line in enumerate(_wrapped(f"存证文件：{face.url}", CONTENT_MM - SYMBOL_MM - 6, 3)):
        _write(page, line, MARGIN_MM + SYMBOL_MM + 6, top + 6 + place * 3 * LINE_HEIGHT, 3)
    width = CONTENT_MM / max(len(face.signatures), 1)
    for place, name in enumerate(face.signatures):
        left, low = MARGIN_MM + place * width, top + SYMBOL_MM + 8
        for row, text in enumerate((f"{name}（盖章）", "签字：", "日期：")):
            _write(page, text, left, low + row * 13, TEXT_MM)
        for under in (low + 17, low + 30):
            rule = (pixels(left + 11), pixels(under), pixels(left + width - 5), pixels(under))
            ImageDraw.Draw(page).line(rule, fill=_BLACK, width=pixels(0.2))


def _write(page: Image.Image, text: str, left: float, top: float, size: float, weight: Weight = "Medium") -> None:
    """Set one line with its em square at a place in millimetres."""
    _put(page, _printable(text), pixels(left), pixels(top), pixels(size), weight)


def _put(page: Image.Image, text: str, left: int, top: int, size: int, weight: Weight) -> None:
    reach, baseline = float(left), top + round(size * BASELINE)
    for character in text:
        ink, right, down, step = _glyph(character, size, weight)
        if ink is not None:
            page.paste(_BLACK, (round(reach) + right, baseline + down), ink)
        reach += step


@lru_cache(maxsize=4096)
def _glyph(character: str, size: int, weight: Weight) -> tuple[Image.Image | None, int, int, float]:
    """One character in black: its ink, where that begins beside and above the pen, and how far the pen moves."""
    font = load_font(weight, size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(character, anchor="ls"))
    step = font.getlength(character)
    if right <= left or bottom <= top:
        return None, 0, 0, step
    drawn = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(drawn).text((-left, -top), character, font=font, fill=255, anchor="ls")
    return drawn.convert("1", dither=Image.Dither.NONE), left, top, step
