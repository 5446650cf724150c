"""A photo as a phone takes it: lying on its side with a note to turn it, and the place it was taken in its tags."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

ORIENTATION_TAG = 0x0112
GPS_TAG = 0x8825
TURN_RIGHT = 6
"""EXIF orientation 6: the picture must be turned a quarter to the right to stand upright."""

TALL = (1200, 1600)


def photograph(words: str) -> bytes:
    """Return a JPEG of 1200 x 1600 upright pixels, stored turned, with orientation and GPS in its EXIF."""
    upright = Image.new("RGB", TALL, (214, 219, 222))
    draw = ImageDraw.Draw(upright)
    draw.rectangle((0, 0, TALL[0], 300), fill=(120, 60, 40))
    draw.ellipse((300, 700, 900, 1300), fill=(60, 66, 80))
    draw.text((60, 120), words, fill="white")
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = TURN_RIGHT
    exif.get_ifd(GPS_TAG).update({1: "N", 2: (45.0, 36.0, 0.0), 3: "E", 4: (126.0, 37.0, 0.0)})
    stream = io.BytesIO()
    upright.transpose(Image.Transpose.ROTATE_90).save(stream, "JPEG", quality=88, exif=exif)
    return stream.getvalue()
