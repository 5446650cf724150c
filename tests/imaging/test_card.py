"""The printed card and its A4 sheet: readable by people and by a phone, whatever is written on it (CARD-01)."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageChops
from pypdf import PdfReader

from miniprogram_api.imaging.card import CardFace, draw_card, render_card, spaced_phone
from miniprogram_api.imaging.errors import MissingGlyphs, TooManyCards, UnreadableImage
from miniprogram_api.imaging.sheet import render_sheet

pytestmark = pytest.mark.row("CARD-01")

URL = "https://card.liudongwuye.cn/c/aB3dE5fG7hJ9kL1mN2pQ4rS6tU8v"
FACE = CardFace(
    estate_name="道路队小区",
    place_label="2号楼1单元",
    company_name="绿城惠民物业服务有限公司",
    manager_name="王海英",
    manager_phone="13800138000",
    photo=None,
    hours="每天 8:00-20:00",
    services=("水电急修", "门禁维修", "化粪池清掏"),
    community_name="莲城社区居委会",
    community_phone="0577-88123456",
    committee_contact="张建国 13905771234",
    hotline="0577-96345",
    card_number="LD-2026-000123",
    url=URL,
    issued_on=date(2026, 11, 22),
)
EMPTY = replace(
    FACE, estate_name="", place_label="", company_name="", manager_name="", manager_phone="", hours="", services=(),
    community_name="", community_phone="", card_number="",
)  # fmt: skip
WORST = replace(
    FACE,
    estate_name="温州市鹿城区南汇街道锦绣社区原市政道路工程队职工家属第三生活小区" * 3,
    place_label="第二十二号楼第三单元东侧门厅旁边的自行车棚入口" * 3,
    company_name="绿城惠民城市运营与老旧小区流动物业综合服务（集团）有限责任公司" * 4,
    manager_name="买买提·艾则孜阿卜杜热合曼" * 5,
    manager_phone="0577-88123456转8012" * 6,
    hours="周一至周五8:00-20:00，周六周日及法定节假日9:00-17:00，" * 5,
    services=("化粪池清掏与污水管道疏通",) * 60,
    community_name="温州市鹿城区南汇街道锦绣社区居民委员会" * 5,
    committee_contact="第三届业主委员会主任欧阳建国" * 9,
    hotline="0577-96345 " * 30,
    card_number="LD-2026-" + "0" * 200,
)
# Where variable text may stand, in millimetres: left, top, right, bottom.
TEXT_AREAS = (
    (6, 23, 89, 33.5),
    (31, 40, 89, 62.5),
    (9, 66, 86, 86),
    (36, 103, 89, 118),
    (19, 119.5, 89, 133.4),
    (6, 133.6, 89, 136.8),
)


def millimetres(*values: float) -> tuple[int, ...]:
    return tuple(round(value * 300 / 25.4) for value in values)


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def test_the_card_is_a_300_dpi_picture_that_a_phone_can_scan() -> None:
    image = Image.open(BytesIO(render_card(FACE)))
    assert image.format == "PNG"
    assert image.size == millimetres(95, 138)
    assert [round(value) for value in image.info["dpi"]] == [300, 300]
    assert read(image) == [URL]


@pytest.mark.parametrize("face", [FACE, WORST], ids=["usual", "worst"])
def test_text_stays_where_it_belongs(face: CardFace) -> None:
    change = ImageChops.difference(draw_card(face), draw_card(replace(EMPTY, hotline="1", committee_contact="1")))
    for left, top, right, bottom in TEXT_AREAS:
        box = millimetres(left, top, right, bottom)
        assert change.crop(box).getbbox() is not None, (left, top)
        change.paste(0, box)
    assert change.getbbox() is None
    assert read(draw_card(face)) == [URL]


def test_name_and_phone_are_at_least_six_millimetres_high() -> None:
    plain = draw_card(replace(FACE, manager_name="", manager_phone=""))
    change = ImageChops.difference(draw_card(FACE), plain).convert("L").point(lambda level: 255 if level > 60 else 0)
    name, phone = change.crop(millimetres(26, 39, 95, 54)).getbbox(), change.crop(millimetres(6, 64, 95, 80)).getbbox()
    assert name is not None
    assert phone is not None
    six = millimetres(6)[0]
    assert name[3] - name[1] >= six
    assert phone[3] - phone[1] >= six


def test_a_portrait_fills_its_frame() -> None:
    out = BytesIO()
    Image.new("RGB", (300, 500), (200, 30, 30)).save(out, "JPEG")
    card = draw_card(replace(FACE, photo=out.getvalue()))
    red, green, blue = card.getpixel(millimetres(16, 48))
    assert red > 180
    assert green < 60
    assert blue < 60
    with pytest.raises(UnreadableImage):
        draw_card(replace(FACE, photo=out.getvalue()[:200]))


def test_a_character_that_cannot_be_printed_stops_the_card() -> None:
    with pytest.raises(MissingGlyphs) as caught:
        render_card(replace(FACE, manager_name="王𰻞", services=("修😀",)))
    assert caught.value.characters == {"𰻞", "😀"}
    assert "𰻞" in caught.value.message


def test_a_mobile_number_is_grouped_as_it_is_said() -> None:
    assert spaced_phone("13800138000") == "138 0013 8000"
    assert spaced_phone("0577-88123456") == "0577-88123456"


def test_the_sheet_is_a4_with_four_cards_a_page_in_their_order() -> None:
    urls = [f"{URL[:-2]}{number:02d}" for number in range(5)]
    pdf = render_sheet(replace(FACE, url=url) for url in urls)
    reader = PdfReader(BytesIO(pdf))
    assert len(reader.pages) == 2
    for page in reader.pages:
        # A4 is 595.28 by 841.89 points.
        assert abs(float(page.mediabox.width) - 595.28) < 0.5
        assert abs(float(page.mediabox.height) - 841.89) < 0.5
    pages = [page.images[0].image for page in reader.pages]
    assert [image.size for image in pages] == [millimetres(210, 297)] * 2
    found = zxingcpp.read_barcodes(pages[0])
    placed = sorted(found, key=lambda one: (one.position.top_left.y // 500, one.position.top_left.x))
    assert [one.text for one in placed] == urls[:4]
    assert read(pages[1]) == urls[4:]
    assert reader.metadata is not None
    assert reader.metadata.title == "流动物业卡"


def test_cut_marks_meet_the_edges_of_the_cards() -> None:
    page = PdfReader(BytesIO(render_sheet([FACE]))).pages[0].images[0].image.convert("L")
    # Two cards of 95 mm and a gutter of 6 mm leave 7 mm at each side; two of 138 mm leave 7.5 mm above and below.
    for edge in (7, 102, 108, 203):
        x = millimetres(edge)[0]
        assert min(page.getpixel((x + shift, millimetres(4)[0])) for shift in range(-2, 3)) < 190, edge
    for edge in (7.5, 145.5, 151.5, 289.5):
        y = millimetres(edge)[0]
        assert min(page.getpixel((millimetres(3.5)[0], y + shift)) for shift in range(-2, 3)) < 190, edge


def test_a_sheet_file_is_bounded() -> None:
    drawn: list[int] = []

    def endless() -> object:
        while True:
            drawn.append(1)
            yield FACE

    with pytest.raises(TooManyCards):
        render_sheet(endless(), limit=4)
    assert len(drawn) <= 8
    with pytest.raises(ValueError, match="at least one"):
        render_sheet([])


def test_the_package_itself_does_not_load_pillow() -> None:
    code = "import sys, miniprogram_api.imaging, miniprogram_api.imaging.errors; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
