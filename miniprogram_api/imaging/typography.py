"""Setting Chinese text into a box (CARD-01): the two fonts, what they cannot draw, wrapping, shrinking, ellipsis."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PIL import ImageFont

if TYPE_CHECKING:
    from PIL import ImageDraw

Weight = Literal["Medium", "Bold"]

FONT_FOLDER: Final = Path(__file__).parent / "fonts"
ELLIPSIS: Final = "…"
LINE_HEIGHT: Final = 1.26
# Where the baseline sits below the top of the em square in Noto Sans SC.
BASELINE: Final = 0.88
SHRINK_STEP: Final = 0.96
# A line must not begin with these (GB/T 15834, 标点符号用法, 5.1.10).
NEVER_FIRST: Final = frozenset("，。、；：？！）》」』”’…·,.;:?!)]%")
# A number or a Latin word stays on one line; everything else may break after any character.
WORD: Final = re.compile(r"[0-9A-Za-z@#&+\-./:()（）]+|\s+|.", re.DOTALL)
# In a list with 、 an entry stays on one line.
LIST_ITEM: Final = re.compile(r"[^、：]+[、：]?|[、：]")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture in pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines that fit their box at ``size`` pixels an em; ``cut`` tells that the text ends in an ellipsis."""

    lines: tuple[str, ...]
    size: int
    weight: Weight
    cut: bool

    @property
    def height(self) -> int:
        """Height in pixels from the top of the first em square to the bottom of the last."""
        return _height(len(self.lines), self.size)

    @property
    def width(self) -> float:
        """Length of the longest line in pixels."""
        return max((load_font(self.weight, self.size).getlength(line) for line in self.lines), default=0.0)


@lru_cache(maxsize=128)
def load_font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """The card's font in one weight, ``size`` pixels an em; plain layout, so that every machine draws the same."""
    path = FONT_FOLDER / f"FlowingPropertySansSC-{weight}.ttf"
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _coverage() -> frozenset[str]:
    """Every character the fonts draw, as listed when they were built."""
    return frozenset((FONT_FOLDER / "coverage.txt").read_bytes().decode("utf-8"))


def missing_glyphs(text: str) -> set[str]:
    """The characters of ``text`` that would print as an empty box; white space never does. Source: CARD-01."""
    return {character for character in text if character not in _coverage() and not character.isspace()}


def fit_text(
    text: str, box: Box, *, largest: int, smallest: int, weight: Weight = "Medium", pieces: re.Pattern[str] = WORD
) -> TextBlock:
    """The text as large as the box allows, wrapped; at the smallest size what does not fit ends in an ellipsis.

    Sizes are pixels an em; ``pieces`` finds what is not broken over two lines while it fits one. Source: CARD-01
    (long names shrink or wrap, they are never cut unmarked).
    """
    plain = " ".join(text.split())
    size = largest
    while True:
        font = load_font(weight, size)
        at_least = math.ceil(font.getlength(plain) / box.width)
        if size == smallest or _height(at_least, size) <= box.height:
            lines = _wrap(plain, font, box.width, pieces)
            if _height(len(lines), size) <= box.height:
                return TextBlock(tuple(lines), size, weight, cut=False)
            if size == smallest:
                return _cut(lines, box, size, weight)
        size = max(smallest, int(size * SHRINK_STEP))


def draw_block(
    draw: ImageDraw.ImageDraw,
    block: TextBlock,
    box: Box,
    *,
    fill: str,
    align: Literal["left", "centre"] = "left",
    middle: bool = True,
) -> None:
    """Draws a fitted block into its box, at its middle height or from its top."""
    font = load_font(block.weight, block.size)
    top = box.top + ((box.height - block.height) / 2 if middle else 0)
    for number, line in enumerate(block.lines):
        baseline = top + block.size * (BASELINE + number * LINE_HEIGHT)
        indent = (box.width - font.getlength(line)) / 2 if align == "centre" else 0
        draw.text((box.left + indent, baseline), line, font=font, fill=fill, anchor="ls")


@lru_cache(maxsize=16_384)
def _length(font: ImageFont.FreeTypeFont, piece: str) -> float:
    """How long a word or a character is; a long text has the same ones over and over."""
    return font.getlength(piece)


def _height(lines: int, size: int) -> int:
    """Height of so many lines; the last needs no space below it."""
    return round(size * (1 + LINE_HEIGHT * (lines - 1))) if lines else 0


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: int, pattern: re.Pattern[str]) -> list[str]:
    """Lines no longer than ``width``; a piece that is longer than a line is broken anywhere."""
    lines: list[str] = []
    line: list[str] = []
    length = 0.0
    for piece in _pieces(text, font, width, pattern):
        step = _length(font, piece)
        # The fonts carry no kerning, so the lengths of pieces add up; a space at the end of a line takes no room.
        if line and length + step > width and not piece.isspace():
            carried = _carried(line, piece, font, width - step)
            lines.append("".join(line).rstrip())
            line = carried
            length = font.getlength("".join(line))
        if line or not piece.isspace():
            line.append(piece)
            length += step
    last = "".join(line).rstrip()
    return [*lines, last] if last else lines


def _carried(line: list[str], following: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Takes off the end of a full line what must go down with ``following``, so that no mark begins a line."""
    whole = "".join(line)
    if following[0] not in NEVER_FIRST or whole[-1] in NEVER_FIRST or len(whole) == 1:
        return []
    if len(line) > 1 and font.getlength(line[-1]) <= room:
        return [line.pop()]
    if font.getlength(whole[-1]) > room:
        return []
    line[-1] = line[-1][:-1]
    return [whole[-1]]


def _pieces(text: str, font: ImageFont.FreeTypeFont, width: int, pattern: re.Pattern[str]) -> list[str]:
    """What may not be broken: words and numbers that fit a line, else single characters."""
    pieces: list[str] = []
    for piece in pattern.findall(text):
        pieces.extend([piece] if _length(font, piece) <= width else piece)
    return pieces


def _cut(lines: list[str], box: Box, size: int, weight: Weight) -> TextBlock:
    """As many lines as fit, the last one shortened until its ellipsis fits too."""
    font = load_font(weight, size)
    kept = max(1, sum(1 for count in range(1, len(lines) + 1) if _height(count, size) <= box.height))
    last = lines[kept - 1]
    while last and font.getlength(last + ELLIPSIS) > box.width:
        last = last[:-1]
    return TextBlock((*lines[: kept - 1], last.rstrip() + ELLIPSIS), size, weight, cut=True)
