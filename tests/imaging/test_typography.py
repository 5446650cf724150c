"""Text set into boxes: it wraps, shrinks, ends in an ellipsis, and unknown characters are found first (CARD-01)."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageDraw, ImageFont

from miniprogram_api.imaging.typography import FONT_FOLDER, LIST_ITEM, Box, draw_block, fit_text, missing_glyphs

pytestmark = pytest.mark.row("CARD-01")

BOX = Box(40, 30, 400, 120)


def test_a_short_text_keeps_its_largest_size() -> None:
    block = fit_text("王海英", BOX, largest=90, smallest=20)
    assert (block.lines, block.size, block.cut) == (("王海英",), 90, False)


def test_a_longer_text_shrinks_and_loses_nothing() -> None:
    text = "道路队职工家属第三生活小区" * 3
    block = fit_text(text, BOX, largest=90, smallest=20)
    assert not block.cut
    assert "".join(block.lines) == text
    assert 20 <= block.size < 90


def test_what_cannot_fit_says_so() -> None:
    block = fit_text("道路队小区" * 200, BOX, largest=90, smallest=20)
    assert block.cut
    assert block.size == 20
    assert block.lines[-1].endswith("…")


@pytest.mark.parametrize("text", ["道路队小区" * 200, "8" * 500, "买买提·艾则孜，" * 40, "A B " * 300, "、" * 300])
@pytest.mark.parametrize("pieces", [None, LIST_ITEM])
def test_no_ink_leaves_the_box(text: str, pieces: object) -> None:
    block = fit_text(text, BOX, largest=90, smallest=20, **({"pieces": pieces} if pieces else {}))
    page = Image.new("RGB", (480, 180), "white")
    draw_block(ImageDraw.Draw(page), block, BOX, fill="black")
    ink = page.convert("L").point(lambda level: 255 - level).getbbox()
    assert ink is not None
    assert ink[0] >= 40 - 1
    assert ink[1] >= 30 - 1
    assert ink[2] <= 440 + 1
    assert ink[3] <= 150 + 1


def test_numbers_stay_whole_and_marks_never_begin_a_line() -> None:
    block = fit_text("请打电话 0577-88123456，随时有人接听。", Box(0, 0, 340, 300), largest=40, smallest=40)
    assert any("0577-88123456" in line for line in block.lines)
    # Five hanzi of 40 pixels fill a line of 200; the comma takes the last of them down with it.
    assert fit_text("道路队小区，好", Box(0, 0, 200, 300), largest=40, smallest=40).lines == ("道路队小", "区，好")
    assert fit_text("小区12345678。", Box(0, 0, 260, 300), largest=40, smallest=40).lines == ("小区", "12345678。")


def test_random_texts_lose_no_character_and_keep_to_their_width() -> None:
    chance = random.Random("wrap")
    for _ in range(300):
        text = "".join(chance.choices("道路队小区。，、（）·：A8-. 5", k=chance.randrange(1, 60)))
        width = chance.randrange(45, 400)
        block = fit_text(text, Box(0, 0, width, 100_000), largest=40, smallest=40)
        assert "".join("".join(block.lines).split()) == "".join(text.split())
        assert all(block.lines)
        assert block.width <= width


def test_a_list_breaks_after_its_entries() -> None:
    text = "服务内容：水电急修、门禁维修、化粪池清掏、楼道保洁"
    block = fit_text(text, Box(0, 0, 330, 300), largest=40, smallest=40, pieces=LIST_ITEM)
    assert block.lines == ("服务内容：", "水电急修、", "门禁维修、", "化粪池清掏、", "楼道保洁")


def test_names_and_signs_of_real_cards_are_covered() -> None:
    # Outside GB 2312, inside 通用规范汉字表: characters of people's and places' names.
    assert missing_glyphs("喆玥珺堃昇璟淼犇垚䶮祎鋆浬邨㙦") == set()
    assert missing_glyphs("①⑩㎡℃·—…“”《》（）【】￥×№ Aa09") == set()
    # Every hanzi of GB 2312, by its own code table.
    cells = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    gb2312 = "".join(cell.decode("gb2312", "ignore") for cell in cells)
    assert len(gb2312) == 6763
    assert missing_glyphs(gb2312) == set()


def test_what_the_font_lacks_is_named() -> None:
    assert missing_glyphs("王𰻞\u200b明😀\n 好") == {"𰻞", "\u200b", "😀"}
    assert missing_glyphs("") == set()


@pytest.mark.parametrize("weight", ["Medium", "Bold"])
def test_the_list_of_characters_is_what_the_font_file_draws(weight: str) -> None:
    """FreeType draws the same box for every character a font lacks; no listed character may look like it."""
    font = ImageFont.truetype(str(FONT_FOLDER / f"FlowingPropertySansSC-{weight}.ttf"), 12)
    box, size = bytes(font.getmask("\U000efffe")), font.getbbox("\U000efffe")
    listed = (FONT_FOLDER / "coverage.txt").read_text(encoding="utf-8")
    assert box
    boxed = [
        character for character in listed if font.getbbox(character) == size and bytes(font.getmask(character)) == box
    ]
    assert boxed == []
    assert bytes(font.getmask("𰻞")) == box


def test_the_licence_travels_with_the_fonts() -> None:
    assert "SIL Open Font License, Version 1.1" in (FONT_FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in FONT_FOLDER.iterdir()) < 6_000_000
