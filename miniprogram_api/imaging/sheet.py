"""The A4 print sheet of service cards (CARD-01): four a page, with bleed and cut marks, as one PDF."""

from __future__ import annotations

from itertools import islice, pairwise
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from miniprogram_api.imaging.card import CARD_HEIGHT_MM, CARD_WIDTH_MM, DPI, CardFace, draw_card, pixels
from miniprogram_api.imaging.errors import TooManyCards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PAGE_WIDTH_MM: Final = 210
PAGE_HEIGHT_MM: Final = 297
COLUMNS: Final = 2
ROWS: Final = 2
CARDS_PER_PAGE: Final = COLUMNS * ROWS
GUTTER_MM: Final = 6
# Colour goes this far beyond the cut, so that a cut that misses by a millimetre leaves no white edge.
BLEED_MM: Final = 1.5
MARK_MM: Final = 3
MARK_COLOUR: Final = "#808080"
# A file of 400 cards is 100 pages: more is slow to send to a printer's office, and an estate is printed by building.
MAX_CARDS_PER_SHEET: Final = 400
# About 0.8 MB a page; at 300 dpi no fringe shows around letters or modules.
JPEG_QUALITY: Final = 75
# Without 服: Pillow 13 writes its code 670D unescaped, and PDF readers turn the byte 0D into a line feed.
DOCUMENT_TITLE: Final = "流动物业卡"


def render_sheet(faces: Iterable[CardFace], *, limit: int = MAX_CARDS_PER_SHEET) -> bytes:
    """The cards on A4 pages at 300 dpi, in the order given, four a page.

    Only one page is in memory at a time. Raises TooManyCards above ``limit``, ValueError when there is no card, and
    what ``render_card`` raises. Source: CARD-01 (print sheet).
    """
    with TemporaryFile() as file:
        written = 0
        for group in _pages(faces):
            written += len(group)
            if written > limit:
                raise TooManyCards(limit)
            _append_page(file, group, first=written == len(group))
        if not written:
            raise ValueError("a sheet needs at least one card")
        file.seek(0)
        return file.read()


def _pages(faces: Iterable[CardFace]) -> Iterator[list[CardFace]]:
    """The faces in groups of one page."""
    remaining = iter(faces)
    while group := list(islice(remaining, CARDS_PER_PAGE)):
        yield group


def _append_page(file: IO[bytes], group: list[CardFace], *, first: bool) -> None:
    """Adds one page to the file; the document's date is the first card's, so that equal cards make equal files."""
    issued = group[0].issued_on.timetuple()
    about = {"title": DOCUMENT_TITLE, "creationDate": issued, "modDate": issued} if first else {}
    draw_page(group).save(
        file,
        "PDF",
        append=not first,
        resolution=float(DPI),
        quality=JPEG_QUALITY,
        optimize=True,
        progressive=True,
        **about,
    )


def draw_page(group: list[CardFace]) -> Image.Image:
    """One A4 page with up to four cards and their cut marks. Raises as ``render_card`` does. Source: CARD-01."""
    page = Image.new("RGB", (pixels(PAGE_WIDTH_MM), pixels(PAGE_HEIGHT_MM)), "white")
    lefts, tops = _starts(page.width, CARD_WIDTH_MM, COLUMNS), _starts(page.height, CARD_HEIGHT_MM, ROWS)
    for number, face in enumerate(group):
        _place(page, draw_card(face), lefts[number % COLUMNS], tops[number // COLUMNS])
    _draw_marks(ImageDraw.Draw(page), lefts, tops)
    return page


def _starts(page: int, card_mm: int, count: int) -> list[int]:
    """Where the cards begin along one side of the page, the whole block centred."""
    step = pixels(card_mm) + pixels(GUTTER_MM)
    first = (page - (count * step - pixels(GUTTER_MM))) // 2
    return [first + number * step for number in range(count)]


def _place(page: Image.Image, card: Image.Image, left: int, top: int) -> None:
    """Puts a card on the page with its edges drawn out into the bleed."""
    bleed = pixels(BLEED_MM)
    right, bottom = card.width - 1, card.height - 1
    wide = Image.new("RGB", (card.width + 2 * bleed, card.height))
    wide.paste(card.crop((0, 0, 1, card.height)).resize((bleed, card.height)), (0, 0))
    wide.paste(card, (bleed, 0))
    wide.paste(card.crop((right, 0, right + 1, card.height)).resize((bleed, card.height)), (bleed + card.width, 0))
    for row, target in ((0, top - bleed), (bottom, top + card.height)):
        page.paste(wide.crop((0, row, wide.width, row + 1)).resize((wide.width, bleed)), (left - bleed, target))
    page.paste(wide, (left - bleed, top))


def _draw_marks(draw: ImageDraw.ImageDraw, lefts: list[int], tops: list[int]) -> None:
    """Short lines outside the cards where the knife goes; none touches a card or its bleed."""
    width, height = pixels(CARD_WIDTH_MM), pixels(CARD_HEIGHT_MM)
    xs = [edge for left in lefts for edge in (left, left + width)]
    ys = [edge for top in tops for edge in (top, top + height)]
    for low, high in _mark_spans(tops, height):
        for x in xs:
            draw.line((x, low, x, high), fill=MARK_COLOUR, width=2)
    for low, high in _mark_spans(lefts, width):
        for y in ys:
            draw.line((low, y, high, y), fill=MARK_COLOUR, width=2)


def _mark_spans(starts: list[int], length: int) -> list[tuple[int, int]]:
    """The stretches along one side of the page where marks may stand: before, between and after the cards."""
    away, mark = pixels(BLEED_MM) + pixels(0.5), pixels(MARK_MM)
    before, after = starts[0] - away, starts[-1] + length + away
    between = [(start + length + away, following - away) for start, following in pairwise(starts)]
    return [(before - mark, before), *between, (after, after + mark)]
