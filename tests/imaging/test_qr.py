"""The card's QR symbol is read by a decoder not ours, small, askew, and with a tenth of it covered (CARD-01)."""

from __future__ import annotations

import math
import random
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from miniprogram_api.imaging.qr import draw_symbol, qr_image

pytestmark = pytest.mark.row("CARD-01")

URL = "https://card.liudongwuye.cn/c/aB3dE5fG7hJ9kL1mN2pQ4rS6tU8v"
MODULE = 8
QUIET = 4
FINDER = 9  # finder pattern with its separator and the format bits beside it
FIFTEEN_MILLIMETRES = 177  # at 300 dpi, quiet zone included


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def printed_and_scanned(symbol: Image.Image, chance: random.Random) -> Image.Image:
    """15 mm on white paper, a little askew and out of focus, through a camera's JPEG."""
    paper = Image.new("L", (FIFTEEN_MILLIMETRES + 60,) * 2, 255)
    paper.paste(symbol.resize((FIFTEEN_MILLIMETRES,) * 2, Image.Resampling.LANCZOS), (30, 30))
    paper = paper.rotate(chance.uniform(-8, 8), Image.Resampling.BICUBIC, fillcolor=255)
    out = BytesIO()
    paper.filter(ImageFilter.GaussianBlur(0.7)).save(out, "JPEG", quality=70)
    return Image.open(out)


def blotched(symbol: Image.Image, chance: random.Random, count: int, colour: int) -> Image.Image:
    """A tenth of the symbol under ``count`` blotches that do not touch each other or the three finder patterns."""
    low, side = QUIET * MODULE, symbol.width - 2 * QUIET * MODULE
    zone = FINDER * MODULE
    corners = ((low, low), (low + side - zone, low), (low, low + side - zone))
    radius = math.sqrt(0.10 * side * side / count / math.pi)
    mask = Image.new("L", symbol.size)
    draw = ImageDraw.Draw(mask)
    while mask.histogram()[255] < 0.099 * side * side:
        flat = chance.uniform(0.7, 1.0)
        wide, high = radius / math.sqrt(flat), radius * math.sqrt(flat)
        x, y = chance.uniform(low + wide, low + side - wide), chance.uniform(low + high, low + side - high)
        box = (x - wide, y - high, x + wide, y + high)
        if any(
            box[0] < left + zone and box[2] > left and box[1] < top + zone and box[3] > top for left, top in corners
        ):
            continue
        if mask.crop((int(box[0]), int(box[1]), int(box[2]) + 1, int(box[3]) + 1)).getbbox() is None:
            draw.ellipse(box, fill=255)
    damaged = symbol.copy()
    damaged.paste(colour, (0, 0), mask)
    return damaged


def test_fifteen_millimetres_are_enough() -> None:
    symbol = draw_symbol(URL, module_pixels=MODULE)
    chance = random.Random("fifteen")
    assert all(read(printed_and_scanned(symbol, chance)) == [URL] for _ in range(20))


@pytest.mark.parametrize("colour", [255, 0, 140], ids=["white", "black", "grey"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_tenth_of_it_may_be_covered(count: int, colour: int) -> None:
    symbol = draw_symbol(URL, module_pixels=MODULE)
    for seed in range(10):
        chance = random.Random(f"{count} {colour} {seed}")
        damaged = blotched(symbol, chance, count, colour)
        assert read(damaged) == [URL], seed
        assert read(printed_and_scanned(damaged, chance)) == [URL], seed


def test_the_lower_right_corner_may_be_torn_off() -> None:
    symbol = draw_symbol(URL, module_pixels=MODULE)
    edge = symbol.width - QUIET * MODULE
    leg = math.sqrt(2 * 0.10) * (symbol.width - 2 * QUIET * MODULE)
    ImageDraw.Draw(symbol).polygon([(edge, edge), (edge - leg, edge), (edge, edge - leg)], fill=255)
    assert read(symbol) == [URL]
    assert read(printed_and_scanned(symbol, random.Random("corner"))) == [URL]


def test_the_quiet_zone_is_four_light_modules_wide() -> None:
    image = Image.open(BytesIO(qr_image(URL, module_pixels=5))).convert("L")
    dark = image.point(lambda level: 255 - level).getbbox()
    assert dark == (20, 20, image.width - 20, image.height - 20)
    assert read(image) == [URL]


def test_a_module_needs_a_pixel() -> None:
    with pytest.raises(ValueError, match="pixel"):
        qr_image(URL, module_pixels=0)
