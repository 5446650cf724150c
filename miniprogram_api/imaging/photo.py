"""A resident's photo made safe to show (REP-01): upright, small, and without a trace of where it was taken."""

from __future__ import annotations

import hashlib
import struct
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageCms

from miniprogram_api.imaging.errors import (
    HeicNotSupported,
    ImageTooLarge,
    TooManyPixels,
    UnreadableImage,
    UnsupportedImageFormat,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIENTATION_TAG: Final = 0x0112
# EXIF 2.32, tag Orientation: where row 0 and column 0 of the stored picture are, and what turns them upright.
UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ACCEPTED_FORMATS: Final = ("JPEG", "PNG", "WEBP")
HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
# What Pillow's three readers raise on hostile files: it documents no closed list, this one comes from fuzzing them.
BROKEN: Final = (
    OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, OverflowError, EOFError, struct.error, zlib.error
)  # fmt: skip
BOMB: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """How big a photo may come in, and how big it goes out; lengths in pixels, quality on the JPEG scale."""

    max_bytes: int = 10 * 1024 * 1024
    # A plain JPEG is shrunk while it is decoded; every other file must be opened whole first, so it may hold less.
    max_pixels_jpeg: int = 50_000_000
    max_pixels_other: int = 16_000_000
    # A progressive file may repeat a nearly free scan thousands of times; real ones have about ten.
    max_progressive_scans: int = 100
    long_side: int = 2048
    medium_side: int = 720
    small_side: int = 240
    quality: int = 82


@dataclass(frozen=True, slots=True)
class Rendition:
    """One JPEG file of a photo with its size in pixels."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ProcessedPhoto:
    """The three files of one photo; ``sha256`` (hex) is that of ``full``, the identity of the picture."""

    full: Rendition
    medium: Rendition
    small: Rendition
    sha256: str


def process_photo(data: bytes, *, limits: PhotoLimits) -> ProcessedPhoto:
    """The photo upright in sRGB on white, bounded, with two thumbnails, and none of the metadata it came with.

    Of an animated file the first frame. Raises ImageTooLarge, UnsupportedImageFormat, HeicNotSupported, TooManyPixels
    (from the header, before decoding) or UnreadableImage. Source: REP-01; location must not leave with a photo.
    """
    full = open_upright(data, limits=limits, long_side=limits.long_side)
    full_file = _encode(full, limits.quality)
    return ProcessedPhoto(
        full=full_file,
        medium=_encode(_bounded(full, limits.medium_side), limits.quality),
        small=_encode(_bounded(full, limits.small_side), limits.quality),
        sha256=hashlib.sha256(full_file.jpeg).hexdigest(),
    )


def open_upright(data: bytes, *, limits: PhotoLimits, long_side: int) -> Image.Image:
    """The photo as an upright RGB picture without metadata, its long side at most ``long_side`` pixels.

    Raises as ``process_photo`` does. Source: REP-01.
    """
    if len(data) > limits.max_bytes:
        raise ImageTooLarge(limits.max_bytes)
    _check_signature(data)
    with _broken_is_unreadable(), Image.open(BytesIO(data), formats=ACCEPTED_FORMATS) as image:
        _check_cost(image, data, limits)
        orientation = _orientation(image)
        if image.format in ("JPEG", "MPO"):
            # libjpeg drops what is not needed while decoding, to a half, a quarter or an eighth of each side.
            image.draft(None, _fit(image.size, long_side))
        image.load()
        upright = _bounded(_to_srgb(image), long_side)
        if orientation in UPRIGHT:
            upright = upright.transpose(UPRIGHT[orientation])
        # Pillow writes some of what it finds here (a JPEG comment) back into the next file.
        upright.info = {}
        return upright


@contextmanager
def _broken_is_unreadable() -> Iterator[None]:
    """Turns whatever Pillow says of a damaged or hostile file into an outcome with a name."""
    try:
        yield
    except BOMB as error:
        raise TooManyPixels from error
    except BROKEN as error:
        raise UnreadableImage from error


def _check_signature(data: bytes) -> None:
    """Refuses what is not JPEG, PNG or WebP by its first bytes, HEIC with advice of its own."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        raise HeicNotSupported
    known = data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
    if not known:
        raise UnsupportedImageFormat if data else UnreadableImage


def _check_cost(image: Image.Image, data: bytes, limits: PhotoLimits) -> None:
    """Refuses by the header alone what would take too much memory or time to decode."""
    progressive = bool(image.info.get("progressive"))
    shrinks = image.format in ("JPEG", "MPO") and image.mode in ("RGB", "L") and not progressive
    if image.width * image.height > (limits.max_pixels_jpeg if shrinks else limits.max_pixels_other):
        raise TooManyPixels
    if progressive and data.count(b"\xff\xda") > limits.max_progressive_scans:
        raise UnreadableImage


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 when there is none; a damaged EXIF block is no reason to refuse the photo."""
    try:
        value = image.getexif().get(ORIENTATION_TAG, 1)
    except BROKEN:
        return 1
    return value if isinstance(value, int) else 1


def _to_srgb(image: Image.Image) -> Image.Image:
    """The picture as RGB in sRGB, its transparent parts on white."""
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        opaque = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(opaque, mask=opaque.getchannel("A"))
        image = flat
    elif image.mode.startswith("I"):
        # 16 bits a pixel: Pillow's own conversion would clip everything above 255 to white.
        image = image.convert("I").point(lambda level: level / 257).convert("L")
    elif image.mode in ("P", "1"):
        image = image.convert("RGB")
    if profile:
        image = _through_profile(image, profile)
    return image.convert("RGB")


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours the camera meant; a profile that is damaged or of another colour space is left aside."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *BROKEN):
        return image
    return converted if converted is not None else image


def _fit(size: tuple[int, int], long_side: int) -> tuple[int, int]:
    """The size with its long side at most ``long_side``, never larger than it was, never below one pixel."""
    longest = max(size)
    if longest <= long_side:
        return size
    return max(1, round(size[0] * long_side / longest)), max(1, round(size[1] * long_side / longest))


def _bounded(image: Image.Image, long_side: int) -> Image.Image:
    """The picture no longer than ``long_side``."""
    target = _fit(image.size, long_side)
    return image if target == image.size else image.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encode(image: Image.Image, quality: int) -> Rendition:
    """A progressive JPEG that holds the pixels and nothing else."""
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, progressive=True, optimize=True)
    return Rendition(out.getvalue(), image.width, image.height)
