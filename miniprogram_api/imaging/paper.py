"""A sheet of paper that is written on in millimetres, for what is printed at the office: receipts, statements."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal

from PIL import Image, ImageDraw

from miniprogram_api.imaging.errors import MissingGlyphs
from miniprogram_api.imaging.qr import draw_symbol
from miniprogram_api.imaging.typography import Box, TextBlock, Weight, draw_block, fit_text, missing_glyphs

if TYPE_CHECKING:
    from datetime import date
    from time import struct_time

DPI: Final = 200
JPEG_QUALITY: Final = 88
INK: Final = "#17201B"
GREY: Final = "#5B665F"
HAIRLINE: Final = "#C9D3CD"
PALE: Final = "#EFF7F2"
GREEN: Final = "#067A45"
RED: Final = "#C3272B"

Millimetres = tuple[float, float, float, float]
"""Left, top, width and height of a box on the paper."""


def pixels(millimetres: float) -> int:
    """A length on paper in pixels at 200 dpi."""
    return round(millimetres * DPI / 25.4)


class Paper:
    """One white sheet; lengths are millimetres on paper, text sizes millimetres an em."""

    def __init__(self, width: float, height: float) -> None:
        self.image = Image.new("RGB", (pixels(width), pixels(height)), "white")
        self._draw = ImageDraw.Draw(self.image)

    def write(
        self,
        text: str,
        at: Millimetres,
        size: float,
        *,
        smallest: float = 1.8,
        fill: str = INK,
        weight: Weight = "Medium",
        align: Literal["left", "centre", "right"] = "left",
        middle: bool = True,
    ) -> TextBlock:
        """Set a text into a box: it wraps, then shrinks, then ends in an ellipsis. Returns what was set.

        Raises:
            MissingGlyphs: the font cannot draw some of it.
        """
        missing = missing_glyphs(text)
        if missing:
            raise MissingGlyphs(missing)
        box = Box(*(pixels(length) for length in at))
        block = fit_text(text, box, largest=pixels(size), smallest=pixels(smallest), weight=weight)
        if align == "right":
            shift = box.width - round(block.width)
            box = Box(box.left + shift, box.top, box.width - shift, box.height)
        draw_block(self._draw, block, box, fill=fill, align="centre" if align == "centre" else "left", middle=middle)
        return block

    def line(self, left: float, top: float, right: float, bottom: float, *, fill: str, width: float = 0.2) -> None:
        """Draw a straight line."""
        ends = (pixels(left), pixels(top), pixels(right), pixels(bottom))
        self._draw.line(ends, fill=fill, width=max(pixels(width), 1))

    def panel(self, at: Millimetres, fill: str, radius: float = 0.0) -> None:
        """Fill a rectangle, its corners round by the radius."""
        left, top, width, height = at
        corner = (pixels(left), pixels(top), pixels(left + width) - 1, pixels(top + height) - 1)
        self._draw.rounded_rectangle(corner, radius=pixels(radius), fill=fill)

    def frame(self, at: Millimetres, outline: str, width: float, radius: float = 0.0) -> None:
        """Draw the border of a rectangle."""
        left, top, wide, high = at
        corner = (pixels(left), pixels(top), pixels(left + wide) - 1, pixels(top + high) - 1)
        self._draw.rounded_rectangle(corner, radius=pixels(radius), outline=outline, width=max(pixels(width), 1))

    def symbol(self, text: str, left: float, top: float, side: float) -> None:
        """Draw a QR symbol in whole pixels a module, as large as the square allows."""
        modules = draw_symbol(text, module_pixels=1)
        size = modules.width * max(pixels(side) // modules.width, 1)
        offset = (pixels(side) - size) // 2
        square = modules.resize((size, size), Image.Resampling.NEAREST)
        self.image.paste(square, (pixels(left) + offset, pixels(top) + offset))

    def stamp(self, mark: Paper, centre: tuple[float, float], angle: float, opacity: int) -> None:
        """Press another sheet onto this one as a rubber stamp does: turned, its white clear, the print beneath legible.

        ``angle`` is in degrees against the clock, ``opacity`` from 0 to 255.
        """
        ink = Image.eval(mark.image.convert("L"), lambda level: (255 - level) * opacity // 255)
        colour = Image.merge("RGBA", (*Image.new("RGB", mark.image.size, RED).split(), ink))
        turned = colour.rotate(angle, Image.Resampling.BICUBIC, expand=True)
        corner = (pixels(centre[0]) - turned.width // 2, pixels(centre[1]) - turned.height // 2)
        self.image.paste(turned, corner, turned)


def png(paper: Paper) -> bytes:
    """One sheet as a PNG file."""
    out = BytesIO()
    paper.image.save(out, "PNG", dpi=(DPI, DPI), optimize=True)
    return out.getvalue()


def pdf(papers: list[Paper], title: str, made_on: date) -> bytes:
    """The sheets as one PDF; it is dated by what it says, so that equal sheets make equal files."""
    out = BytesIO()
    dated: struct_time = made_on.timetuple()
    first, *others = (paper.image for paper in papers)
    first.save(
        out,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=float(DPI),
        quality=JPEG_QUALITY,
        title=title,
        creationDate=dated,
        modDate=dated,
    )
    return out.getvalue()
