"""The printed 流动物业服务卡 (CARD-01): one face, 95 mm by 138 mm, for a stairwell wall or the inside of a door.

The size is what makes the manager's name and phone readable from two steps away (above 6 mm) and still puts four
cards on an A4 sheet. Lengths are millimetres on paper, turned into pixels at 300 dpi.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageOps

from miniprogram_api.imaging.errors import MissingGlyphs
from miniprogram_api.imaging.photo import PhotoLimits, open_upright
from miniprogram_api.imaging.qr import QUIET_ZONE_MODULES, draw_symbol
from miniprogram_api.imaging.typography import LIST_ITEM, WORD, Box, Weight, draw_block, fit_text, missing_glyphs
from miniprogram_api.kernel.clock import spoken

DPI: Final = 300
CARD_WIDTH_MM: Final = 95
CARD_HEIGHT_MM: Final = 138

TITLE: Final = "流动物业服务卡"
SLOGAN: Final = "时时有人管 · 事事有人管 · 处处有人管"
SCAN: Final = "微信扫一扫"
SCAN_FOR: Final = "找经理·报修·投诉"

# White on DEEP_GREEN is 5.5:1; WeChat's own green is too light behind white letters for old eyes (2.4:1).
DEEP_GREEN: Final = "#067A45"
WECHAT_GREEN: Final = "#07C160"
PALE_GREEN: Final = "#E9F7EF"
PALE_GREY: Final = "#F4F6F5"
INK: Final = "#17201B"
GREY: Final = "#56615B"
WHITE: Final = "#FFFFFF"

MARGIN_MM: Final = 6
CONTENT_MM: Final = CARD_WIDTH_MM - 2 * MARGIN_MM


@dataclass(frozen=True, slots=True)
class CardFace:
    """What stands on one card; all of it is meant for a public wall.

    ``photo`` is the manager's portrait (JPEG, PNG or WebP bytes), ``hours`` the duty hours as people say them,
    ``url`` the card's own link, ``issued_on`` a Shanghai date. An empty ``hotline`` leaves its line out.
    """

    estate_name: str
    place_label: str
    company_name: str
    manager_name: str
    manager_phone: str
    photo: bytes | None
    hours: str
    services: tuple[str, ...]
    community_name: str
    community_phone: str
    committee_contact: str | None
    hotline: str
    card_number: str
    url: str
    issued_on: date


def pixels(millimetres: float) -> int:
    """A length on paper in pixels at 300 dpi."""
    return round(millimetres * DPI / 25.4)


def render_card(face: CardFace) -> bytes:
    """One card as a PNG file at 300 dpi (1122 by 1630 pixels).

    Raises MissingGlyphs when a text cannot be drawn, UnreadableImage and its like when the portrait cannot be opened.
    Source: CARD-01.
    """
    out = BytesIO()
    draw_card(face).save(out, "PNG", dpi=(DPI, DPI), optimize=True)
    return out.getvalue()


def draw_card(face: CardFace) -> Image.Image:
    """One card as a picture. Raises as ``render_card`` does. Source: CARD-01."""
    missing = missing_glyphs(_all_text(face))
    if missing:
        raise MissingGlyphs(missing)
    card = Image.new("RGB", (pixels(CARD_WIDTH_MM), pixels(CARD_HEIGHT_MM)), WHITE)
    draw = ImageDraw.Draw(card)
    _draw_header(draw)
    _draw_place(draw, face)
    _draw_manager(card, draw, face)
    _draw_phone(draw, face)
    _draw_scan(card, draw, face)
    _draw_contacts(draw, face)
    return card


def _all_text(face: CardFace) -> str:
    """Every text of the face that is set in the card's font."""
    return "".join((
        face.estate_name, face.place_label, face.company_name, face.manager_name, face.manager_phone, face.hours,
        *face.services, face.community_name, face.community_phone, face.committee_contact or "", face.hotline,
        face.card_number,
    ))  # fmt: skip


def _box(left: float, top: float, width: float, height: float) -> Box:
    """A box given in millimetres."""
    return Box(pixels(left), pixels(top), pixels(width), pixels(height))


def _write(
    draw: ImageDraw.ImageDraw,
    text: str,
    box: Box,
    *,
    largest: float,
    smallest: float,
    fill: str = INK,
    weight: Weight = "Medium",
    centre: bool = False,
    middle: bool = True,
    pieces: re.Pattern[str] = WORD,
) -> float:
    """Sets a text into a box, sizes in millimetres an em; returns the width it took in millimetres."""
    block = fit_text(text, box, largest=pixels(largest), smallest=pixels(smallest), weight=weight, pieces=pieces)
    draw_block(draw, block, box, fill=fill, align="centre" if centre else "left", middle=middle)
    return block.width * 25.4 / DPI


def _panel(draw: ImageDraw.ImageDraw, box: Box, fill: str, radius: float) -> None:
    """A filled rectangle with round corners, the radius in millimetres."""
    corner = (box.left, box.top, box.left + box.width - 1, box.top + box.height - 1)
    draw.rounded_rectangle(corner, radius=pixels(radius), fill=fill)


def _draw_header(draw: ImageDraw.ImageDraw) -> None:
    """Title and promise, the band that one recognises from the foot of the stairs."""
    draw.rectangle((0, 0, pixels(CARD_WIDTH_MM), pixels(20)), fill=DEEP_GREEN)
    draw.rectangle((0, pixels(20), pixels(CARD_WIDTH_MM), pixels(21.2)), fill=WECHAT_GREEN)
    title, slogan = _box(MARGIN_MM, 2.6, CONTENT_MM, 10), _box(MARGIN_MM, 13.2, CONTENT_MM, 5)
    _write(draw, TITLE, title, largest=9.4, smallest=9.4, fill=WHITE, weight="Bold", centre=True)
    _write(draw, SLOGAN, slogan, largest=4, smallest=4, fill=WHITE, centre=True)


def _draw_place(draw: ImageDraw.ImageDraw, face: CardFace) -> None:
    """Which estate, and where in it this card hangs."""
    place = fit_text(face.place_label, _box(0, 0, 31, 7), largest=pixels(4.6), smallest=pixels(3), weight="Bold")
    tag_width = place.width * 25.4 / DPI + 5 if face.place_label.strip() else 0
    estate = _box(MARGIN_MM, 23.2, CONTENT_MM - tag_width - (3 if tag_width else 0), 10)
    _write(draw, face.estate_name, estate, largest=6.8, smallest=2.7, weight="Bold")
    if tag_width:
        tag = _box(MARGIN_MM + CONTENT_MM - tag_width, 24, tag_width, 8.4)
        _panel(draw, tag, DEEP_GREEN, 1.6)
        draw_block(draw, place, tag, fill=WHITE, align="centre")


def _draw_manager(card: Image.Image, draw: ImageDraw.ImageDraw, face: CardFace) -> None:
    """Who is responsible: portrait, name, company."""
    frame = _box(MARGIN_MM, 35, 20.5, 27)
    card.paste(_portrait(face.photo, (frame.width, frame.height)), (frame.left, frame.top), _rounded(frame))
    left, width = MARGIN_MM + 20.5 + 4.5, CONTENT_MM - 25
    _write(draw, "您的物业经理", _box(left, 35, width, 5), largest=4.2, smallest=4.2, fill=DEEP_GREEN, weight="Bold")
    _write(draw, face.manager_name, _box(left, 40.6, width, 12.4), largest=11.6, smallest=4.2, weight="Bold")
    _write(draw, face.company_name, _box(left, 53.6, width, 8.4), largest=4, smallest=2.8, fill=GREY)


def _draw_phone(draw: ImageDraw.ImageDraw, face: CardFace) -> None:
    """The number to call, the largest thing on the card, and when somebody answers it."""
    _panel(draw, _box(MARGIN_MM, 65, CONTENT_MM, 22), PALE_GREEN, 2.5)
    number = _box(MARGIN_MM + 3, 66.4, CONTENT_MM - 6, 12.8)
    _write(
        draw, spaced_phone(face.manager_phone), number,
        largest=12.4, smallest=4, fill=DEEP_GREEN, weight="Bold", centre=True,
    )  # fmt: skip
    hours = _box(MARGIN_MM + 3, 79.6, CONTENT_MM - 6, 6)
    _write(draw, f"服务时间 {face.hours}", hours, largest=4.4, smallest=2.5, centre=True)


def spaced_phone(phone: str) -> str:
    """A mobile number in the groups people say it in, 3-4-4; any other number as it was given."""
    mobile = re.fullmatch(r"(1\d{2})(\d{4})(\d{4})", phone.strip())
    return " ".join(mobile.groups()) if mobile else phone


def _draw_scan(card: Image.Image, draw: ImageDraw.ImageDraw, face: CardFace) -> None:
    """The code, what scanning it is for, and what the company does."""
    modules = draw_symbol(face.url, module_pixels=1)
    scale = max(1, pixels(31) // modules.width)
    side = modules.width * scale
    # The quiet zone reaches beyond the text margin, so that the dark modules line up with the text.
    corner = (pixels(MARGIN_MM) - QUIET_ZONE_MODULES * scale, pixels(103) - side // 2)
    card.paste(modules.resize((side, side), Image.Resampling.NEAREST), corner)
    left, width = MARGIN_MM + 30, CONTENT_MM - 30
    _write(draw, SCAN, _box(left, 90, width, 6.4), largest=6, smallest=6, fill=DEEP_GREEN, weight="Bold")
    _write(draw, SCAN_FOR, _box(left, 96.6, width, 5.4), largest=4.6, smallest=4.6, weight="Bold")
    services = "、".join(service.strip() for service in face.services if service.strip())
    if services:
        text = _box(left, 103.2, width, 14.2)
        _write(
            draw, f"服务内容：{services}", text, largest=3.7, smallest=2.6, fill=GREY, middle=False, pieces=LIST_ITEM
        )


def _draw_contacts(draw: ImageDraw.ImageDraw, face: CardFace) -> None:
    """Who else answers when the manager does not, then number and date of the card."""
    top = 119.0
    draw.rectangle((0, pixels(top), pixels(CARD_WIDTH_MM), pixels(CARD_HEIGHT_MM)), fill=PALE_GREY)
    contacts = [("社区", f"{face.community_name} {face.community_phone}")]
    contacts += [("业委会", face.committee_contact)] if face.committee_contact else []
    contacts += [("热线", face.hotline)] if face.hotline.strip() else []
    height = 4.4
    first = top + 1 + (3 - len(contacts)) * height / 2
    for number, (label, text) in enumerate(contacts):
        line = first + number * height
        label_box, text_box = _box(MARGIN_MM, line, 12, height), _box(MARGIN_MM + 13, line, CONTENT_MM - 13, height)
        _write(draw, label, label_box, largest=3.5, smallest=3.5, fill=DEEP_GREEN, weight="Bold")
        _write(draw, text, text_box, largest=3.5, smallest=1.9)
    issued = f"{spoken(face.issued_on)}发"
    foot = _box(MARGIN_MM, 133.8, CONTENT_MM, 2.8)
    _write(draw, f"{issued} · 卡号 {face.card_number}", foot, largest=2.5, smallest=1.9, fill=GREY, centre=True)


def _portrait(photo: bytes | None, size: tuple[int, int]) -> Image.Image:
    """The manager's portrait filling the frame, the face kept when the picture is taller; a silhouette without one."""
    if photo is None:
        return _silhouette(size)
    picture = open_upright(photo, limits=PhotoLimits(), long_side=3 * max(size))
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS, centering=(0.5, 0.3))


def _silhouette(size: tuple[int, int]) -> Image.Image:
    """Head and shoulders of nobody in particular, drawn at double size for smooth edges."""
    width, height = 2 * size[0], 2 * size[1]
    picture = Image.new("RGB", (width, height), "#DCEBE2")
    draw = ImageDraw.Draw(picture)
    middle, head = width / 2, width * 0.21
    draw.ellipse((middle - head, height * 0.2, middle + head, height * 0.2 + 2.3 * head), fill="#8FB8A0")
    shoulders = (width * 0.1, height * 0.64, width * 0.9, height * 1.3)
    draw.rounded_rectangle(shoulders, radius=int(width * 0.34), fill="#8FB8A0")
    return picture.resize(size, Image.Resampling.LANCZOS)


def _rounded(frame: Box) -> Image.Image:
    """The mask that gives the portrait its round corners."""
    mask = Image.new("L", (2 * frame.width, 2 * frame.height), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *(side - 1 for side in mask.size)), radius=pixels(4), fill=255)
    return mask.resize((frame.width, frame.height), Image.Resampling.LANCZOS)
