"""The QR symbol of the service card 流动物业服务卡 (CARD-01): an ordinary link that survives a stairwell wall."""

from __future__ import annotations

from io import BytesIO

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_H

# ISO/IEC 18004 asks for four light modules on every side; cameras lose the symbol with fewer.
QUIET_ZONE_MODULES = 4

# Level H by measurement, not by habit. A link of 58 bytes, 10 % of the symbol's area covered by blotches outside the
# finder patterns, printed at 15 mm and scanned askew, 90 trials for each number of blotches, read by zxing-cpp:
#   blotches    1    2    3    5    8   12
#   level M    53%  32%   8%   1%   1%   0%   (version 4)
#   level Q   100%  99%  91%  74%  49%  24%   (version 5)
#   level H   100% 100% 100% 100%  92%  93%   (version 6)
# Hundreds of specks or scratches that touch most modules, or a lost finder pattern, defeat every level.
# Undamaged, all three levels decode at 15 mm, so the finer modules of H cost nothing that we could see.
ERROR_CORRECTION = ERROR_CORRECT_H


def draw_symbol(url: str, *, module_pixels: int) -> Image.Image:
    """The QR symbol with its quiet zone as a black-and-white picture; a module is ``module_pixels`` square.

    Raises ValueError when ``module_pixels`` is below 1. Source: CARD-01.
    """
    if module_pixels < 1:
        raise ValueError("a module needs at least one pixel")
    code = qrcode.QRCode(error_correction=ERROR_CORRECTION, border=QUIET_ZONE_MODULES)
    # One segment: splitting a random token into modes can cost more bits than it saves and makes the version jump.
    code.add_data(url, optimize=0)
    code.make(fit=True)
    rows = code.get_matrix()
    symbol = Image.new("L", (len(rows), len(rows)), 255)
    symbol.putdata([0 if dark else 255 for row in rows for dark in row])
    side = len(rows) * module_pixels
    return symbol.resize((side, side), Image.Resampling.NEAREST)


def qr_image(url: str, *, module_pixels: int = 8) -> bytes:
    """The QR symbol with its quiet zone as a PNG file; a module is ``module_pixels`` square.

    Raises ValueError when ``module_pixels`` is below 1. Source: CARD-01.
    """
    out = BytesIO()
    draw_symbol(url, module_pixels=module_pixels).convert("1").save(out, "PNG", optimize=True)
    return out.getvalue()
