"""A resident's photo: upright, bounded, without metadata, and hostile files refused with advice (REP-01)."""

from __future__ import annotations

import hashlib
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from miniprogram_api.imaging import photo
from miniprogram_api.imaging.errors import (
    HeicNotSupported,
    ImageTooLarge,
    ImagingProblem,
    TooManyPixels,
    UnreadableImage,
    UnsupportedImageFormat,
)
from miniprogram_api.imaging.photo import PhotoLimits, process_photo

pytestmark = pytest.mark.row("REP-01")

LIMITS = PhotoLimits()
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
CELL = 32

# What the camera saw, two cells wide and three high.
SCENE = (
    (RED, GREEN),
    (BLUE, WHITE),
    (BLUE, GREEN),
)
# The same scene as stored for each orientation, written down from the EXIF table: where the stored row 0 and the
# stored column 0 lie in the scene. 6, for instance: row 0 is the right side, column 0 the top.
STORED = {
    1: SCENE,
    2: ((GREEN, RED), (WHITE, BLUE), (GREEN, BLUE)),
    3: ((GREEN, BLUE), (WHITE, BLUE), (GREEN, RED)),
    4: ((BLUE, GREEN), (BLUE, WHITE), (RED, GREEN)),
    5: ((RED, BLUE, BLUE), (GREEN, WHITE, GREEN)),
    6: ((GREEN, WHITE, GREEN), (RED, BLUE, BLUE)),
    7: ((GREEN, WHITE, GREEN), (BLUE, BLUE, RED)),
    8: ((BLUE, BLUE, RED), (GREEN, WHITE, GREEN)),
}


def picture(cells: tuple[tuple[tuple[int, int, int], ...], ...]) -> Image.Image:
    image = Image.new("RGB", (len(cells[0]) * CELL, len(cells) * CELL))
    for row, line in enumerate(cells):
        for column, colour in enumerate(line):
            image.paste(colour, (column * CELL, row * CELL, (column + 1) * CELL, (row + 1) * CELL))
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(BytesIO(jpeg))
    image.load()
    return image


def near(seen: object, wanted: tuple[int, int, int], tolerance: int = 12) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(one - other) <= tolerance for one, other in zip(seen, wanted, strict=True))


def exif_with_place(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretCamera"
    position = exif.get_ifd(0x8825)
    position.update({1: "N", 2: (28.0, 0.0, 36.0), 3: "E", 4: (120.0, 39.0, 0.0)})
    return exif


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_comes_out_as_the_camera_saw_it(orientation: int, kind: str) -> None:
    data = saved(picture(STORED[orientation]), kind, exif=exif_with_place(orientation), quality=95)
    result = process_photo(data, limits=LIMITS)
    assert (result.full.width, result.full.height) == (2 * CELL, 3 * CELL)
    for rendition in (result.full, result.medium, result.small):
        seen = opened(rendition.jpeg)
        for row, line in enumerate(SCENE):
            for column, colour in enumerate(line):
                middle = (column * CELL + CELL // 2, row * CELL + CELL // 2)
                assert near(seen.getpixel(middle), colour), (orientation, row, column)


def test_nothing_of_the_metadata_survives() -> None:
    image = picture(SCENE)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = exif_with_place()
    notes = PngInfo()
    notes.add_text("Comment", "SecretPlace")
    notes.add_itxt("XML:com.adobe.xmp", "<x>SecretPlace</x>")
    files = [
        saved(image, "JPEG", exif=exif, icc_profile=srgb, comment=b"SecretPlace", xmp=b"<x>SecretPlace</x>"),
        saved(image, "JPEG", comment=b"SecretPlace"),
        saved(image, "JPEG", exif=exif) + b"SecretPlace trailer",
        saved(image, "MPO", save_all=True, append_images=[image.rotate(90)], exif=exif),
        saved(image, "PNG", exif=exif, icc_profile=srgb, pnginfo=notes),
        saved(image, "WEBP", exif=exif, icc_profile=srgb, xmp=b"<x>SecretPlace</x>"),
    ]
    assert all(b"Secret" in data for data in files)
    for data in files:
        result = process_photo(data, limits=LIMITS)
        for rendition in (result.full, result.medium, result.small):
            seen = opened(rendition.jpeg)
            assert not seen.getexif()
            assert not seen.getexif().get_ifd(0x8825)
            assert set(seen.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
            for trace in (b"Exif", b"GPS", b"Secret", b"xmp", b"ICC_PROFILE", b"MPF", b"http"):
                assert trace not in rendition.jpeg
            assert rendition.jpeg.count(b"\xff\xd8\xff") == 1


def test_sizes_are_bounded_and_never_enlarged() -> None:
    result = process_photo(saved(Image.new("RGB", (4000, 3000), RED), "JPEG"), limits=LIMITS)
    sizes = [(one.width, one.height) for one in (result.full, result.medium, result.small)]
    assert sizes == [(2048, 1536), (720, 540), (240, 180)]
    assert [opened(one.jpeg).size for one in (result.full, result.medium, result.small)] == sizes
    assert result.sha256 == hashlib.sha256(result.full.jpeg).hexdigest()
    assert opened(result.full.jpeg).info["progressive"]
    small = process_photo(saved(Image.new("RGB", (3, 1000), RED), "PNG"), limits=LIMITS)
    assert [(one.width, one.height) for one in (small.full, small.medium, small.small)] == [
        (3, 1000), (2, 720), (1, 240),
    ]  # fmt: skip


def test_unusual_pixels_become_the_colours_they_mean() -> None:
    size = (16, 16)
    clear = Image.new("RGBA", size, (255, 0, 0, 0))
    half = Image.new("RGBA", size, (255, 0, 0, 128))
    palette = Image.new("RGB", size, BLUE).quantize(4)
    animated = Image.new("RGB", size, GREEN)
    frames = [Image.new("RGB", size, RED)]
    cases = [
        (saved(clear, "PNG"), WHITE),
        (saved(clear, "WEBP", lossless=True, exact=True), WHITE),
        (saved(half, "PNG"), (255, 127, 127)),
        (saved(palette, "PNG"), BLUE),
        (saved(palette, "PNG", transparency=palette.getpixel((0, 0))), WHITE),
        (saved(Image.new("RGB", size, RED), "PNG", transparency=RED), WHITE),
        (saved(Image.new("LA", size, (0, 0)), "PNG"), WHITE),
        (saved(Image.new("1", size, 1), "PNG"), WHITE),
        (saved(Image.new("L", size, 77), "JPEG"), (77, 77, 77)),
        (saved(Image.new("I;16", size, 0x8080), "PNG"), (128, 128, 128)),
        (saved(Image.new("CMYK", size, (0, 255, 255, 0)), "JPEG", quality=95), RED),
        (saved(animated, "PNG", save_all=True, append_images=frames), GREEN),
        (saved(animated, "WEBP", save_all=True, append_images=frames, lossless=True), GREEN),
    ]
    for number, (data, colour) in enumerate(cases):
        seen = opened(process_photo(data, limits=LIMITS).full.jpeg)
        assert seen.mode == "RGB"
        assert near(seen.getpixel((8, 8)), colour), number


def linear_profile() -> bytes:
    """An ICC profile with sRGB's primaries (D50) and no gamma, put together by hand from ICC.1:2001-04."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + fixed(*values)

    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    tags = {
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.4361, 0.2225, 0.0139),
        b"gXYZ": xyz(0.3851, 0.7169, 0.0971),
        b"bXYZ": xyz(0.1431, 0.0606, 0.7141),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve,
    }  # fmt: skip
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", at + len(body), len(value))
        body += value
    size = at + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249) + bytes(48)
    assert len(header) == 128
    return header + struct.pack(">I", len(tags)) + table + body


def test_colours_are_brought_to_srgb_before_the_profile_is_dropped() -> None:
    # A linear 55/255 is 0.2157; sRGB shows it as 1.055 * 0.2157**(1/2.4) - 0.055 = 0.502, that is 128.
    data = saved(Image.new("RGB", (16, 16), (55, 55, 55)), "PNG", icc_profile=linear_profile())
    assert near(opened(process_photo(data, limits=LIMITS).full.jpeg).getpixel((8, 8)), (128, 128, 128), 3)
    broken = saved(Image.new("RGB", (16, 16), (55, 55, 55)), "PNG", icc_profile=b"no profile at all")
    assert near(opened(process_photo(broken, limits=LIMITS).full.jpeg).getpixel((8, 8)), (55, 55, 55), 3)


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_by_its_header_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("the picture was decoded")

    small_jpeg = bytearray(saved(Image.new("RGB", (16, 16)), "JPEG"))
    size_at = small_jpeg.index(b"\xff\xc0") + 5
    small_jpeg[size_at : size_at + 4] = struct.pack(">HH", 8000, 8000)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    for data in (png_claiming(4001, 4000), png_claiming(10_000, 10_000), png_claiming(60_000, 60_000), small_jpeg):
        with pytest.raises(TooManyPixels):
            process_photo(bytes(data), limits=LIMITS)


def test_a_progressive_file_of_endless_scans_is_refused() -> None:
    data = saved(picture(SCENE), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    endless = data[:last] + data[last:-2] * (LIMITS.max_progressive_scans + 1) + data[-2:]
    with pytest.raises(UnreadableImage):
        process_photo(endless, limits=LIMITS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_cut_short_is_refused(kind: str) -> None:
    whole = saved(Image.effect_noise((200, 200), 90).convert("RGB"), kind)
    for part in (0.0, 0.01, 0.3, 0.9):
        with pytest.raises((UnreadableImage, UnsupportedImageFormat)):
            process_photo(whole[: int(len(whole) * part)], limits=LIMITS)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_does_not_cost_the_photo() -> None:
    data = saved(picture(SCENE), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff broken", quality=95)
    assert near(opened(process_photo(data, limits=LIMITS).full.jpeg).getpixel((CELL // 2, CELL // 2)), RED)


def test_other_formats_and_sizes_are_refused_with_advice() -> None:
    dot = Image.new("RGB", (2, 2))
    cases: list[tuple[bytes, type[ImagingProblem], str]] = [
        (b"", UnreadableImage, "image_unreadable"),
        (saved(dot, "GIF"), UnsupportedImageFormat, "image_format_unsupported"),
        (saved(dot, "TIFF"), UnsupportedImageFormat, "image_format_unsupported"),
        (b"%PDF-1.7", UnsupportedImageFormat, "image_format_unsupported"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", HeicNotSupported, "image_heic_unsupported"),
        (b"\xff\xd8\xff" + bytes(LIMITS.max_bytes), ImageTooLarge, "image_too_large"),
    ]
    for data, outcome, code in cases:
        with pytest.raises(outcome) as caught:
            process_photo(data, limits=LIMITS)
        assert caught.value.code == code
        assert "请" in caught.value.message


def test_fifty_megapixels_of_jpeg_are_shrunk_while_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    to_srgb = photo._to_srgb

    def note(image: Image.Image) -> Image.Image:
        decoded.append(image.size)
        return to_srgb(image)

    monkeypatch.setattr(photo, "_to_srgb", note)
    result = process_photo(saved(Image.new("RGB", (8660, 5773), BLUE), "JPEG"), limits=LIMITS)
    assert decoded == [(2165, 1444)]  # a quarter of each side, rounded up by libjpeg
    assert (result.full.width, result.full.height) == (2048, 1366)
