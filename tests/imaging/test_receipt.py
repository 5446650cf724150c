"""The printed receipt and statement: whatever is on them stays on the sheet, and the code can be scanned (FEE-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
import zxingcpp
from PIL import Image, ImageChops
from pypdf import PdfReader

from miniprogram_api.imaging.errors import MissingGlyphs
from miniprogram_api.imaging.paper import DPI, Paper, pixels
from miniprogram_api.imaging.receipt import MOST_LINES, ReceiptFace, draw_receipt, render_receipt, render_receipt_pdf
from miniprogram_api.imaging.room_statement import ROWS_A_PAGE, StatementFace, render_statement

URL = "https://wy.example.cn/r/est_01jd8a7b6c5d4e3f2g1h0j9k8m/rct_cmp_01jd8a7b6c5d4e3f2g1h0j9k8m_2026_123"
FACE = ReceiptFace(
    company_name="绿城惠民物业服务有限公司",
    number="2026-0000123",
    facts=(
        ("房屋", "道路队小区 1号楼1单元101"),
        ("收款时间", "2026年11月23日 10:00"),
        ("交款人", "张**"),
        ("支付方式", "微信支付"),
        ("交易单号", "4200002345202611231234567890"),
        ("纸质收据", "A-0012"),
    ),
    lines=(("物业服务费 2026年11月", "51.92"), ("停车费 2026年11月", "120.00")),
    total="171.92",
    total_in_words="壹佰柒拾壹元玖角贰分",
    notes=(),
    url=URL,
    issued_on=date(2026, 11, 23),
    issued="2026年11月23日开具",
)
LONG = "公共区域水电费分摊与电梯运行维护费用含一户多表及阶梯电价差额补缴部分" * 3
WORST = replace(
    FACE,
    company_name="绿城惠民城市运营与老旧小区流动物业综合服务（集团）有限责任公司" * 3,
    facts=tuple((label, LONG) for label, _ in FACE.facts),
    lines=tuple((f"{number} {LONG}", "99999999.99") for number in range(MOST_LINES)),
    total="9999999999.99",
    total_in_words="玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
    notes=tuple(f"已退款 ￥20.00（2026年11月{day}日）" for day in range(1, 20)),
    reprinted="补打 2026年11月25日",
)
BLANK = replace(
    FACE, company_name="", number="", facts=tuple(("", "") for _ in FACE.facts), lines=(), total="", total_in_words="",
    issued="",
)  # fmt: skip
# Where text may stand, in millimetres: left, top, right, bottom.
AREAS = (
    (12, 8, 78, 25),
    (132, 8, 199, 25),
    (12, 28, 199, 56),
    (11, 56, 199, 115),
    (37, 116, 122.5, 142),
    (125, 116, 199, 142),
)


def box(*millimetres: float) -> tuple[int, ...]:
    return tuple(pixels(length) for length in millimetres)


@pytest.mark.row("FEE-01")
def test_the_receipt_is_a5_at_200_dpi_and_a_phone_reads_its_code() -> None:
    image = Image.open(BytesIO(render_receipt(FACE)))
    assert image.size == (round(210 / 25.4 * 200), round(148 / 25.4 * 200))
    assert [round(one) for one in image.info["dpi"]] == [DPI, DPI]
    assert [one.text for one in zxingcpp.read_barcodes(image)] == [URL]


@pytest.mark.parametrize("face", [replace(FACE, notes=WORST.notes[:1]), WORST], ids=["usual", "worst"])
def test_text_stays_where_it_belongs(face) -> None:
    change = ImageChops.difference(draw_receipt(face).image, draw_receipt(BLANK).image)
    for area in AREAS:
        assert change.crop(box(*area)).getbbox() is not None, area
        change.paste(0, box(*area))
    assert change.getbbox() is None
    assert [one.text for one in zxingcpp.read_barcodes(draw_receipt(face).image)] == [URL]


@pytest.mark.row("FEE-01")
def test_thirty_lines_fit_and_each_is_there() -> None:
    faces = [replace(FACE, lines=(("费用", "1.00"),) * count) for count in (1, 6, 7, 14, 15, 29, MOST_LINES)]
    images = [draw_receipt(face).image for face in faces]
    for before, after in pairwise(images):
        assert ImageChops.difference(before, after).getbbox() is not None
    with pytest.raises(ValueError, match="30"):
        draw_receipt(replace(FACE, lines=(("费用", "1.00"),) * 31))


@pytest.mark.row("FEE-01")
def test_the_stamp_of_a_void_receipt_is_red_and_lets_the_print_show() -> None:
    full = replace(FACE, lines=FACE.lines * 15)
    plain, void = draw_receipt(full).image, draw_receipt(replace(full, void="写错交款人 2026年11月24日")).image
    changed = ImageChops.difference(plain, void).getbbox()
    assert changed is not None
    left, top, right, bottom = changed
    assert (right - left) > pixels(70)
    assert (bottom - top) > pixels(30)
    red, green, blue = min(void.crop(changed).get_flattened_data(), key=lambda pixel: pixel[1] - pixel[0])
    assert red > green + 80
    assert red > blue + 80
    # Ink under the stamp stays darker than stamped paper, which is about 210 in red.
    pixels_of = zip(plain.crop(changed).get_flattened_data(), void.crop(changed).get_flattened_data(), strict=True)
    inked = [after[0] for before, after in pixels_of if sum(before) < 100]
    assert inked
    assert max(inked) < 170
    assert [one.text for one in zxingcpp.read_barcodes(void)] == [URL]


def test_a_character_that_cannot_be_printed_stops_the_receipt() -> None:
    with pytest.raises(MissingGlyphs) as caught:
        render_receipt(replace(FACE, facts=(("交款人", "王𰻞"),)))
    assert caught.value.characters == {"𰻞"}


def test_the_pdf_is_one_page_of_a5_and_the_same_each_time() -> None:
    made = render_receipt_pdf(FACE)
    assert made == render_receipt_pdf(FACE)
    (page,) = PdfReader(BytesIO(made)).pages
    assert [round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height)] == [210, 148]
    assert PdfReader(BytesIO(made)).metadata.title == "收据 2026-0000123"


def test_a_text_at_the_right_ends_at_the_right() -> None:
    paper = Paper(60, 10)
    paper.write("128.50", (0, 0, 60, 10), 4, align="right")
    ink = ImageChops.invert(paper.image.convert("L")).getbbox()
    assert ink is not None
    assert pixels(58.5) < ink[2] <= pixels(60)
    assert ink[0] > pixels(40)


@pytest.mark.row("FEE-12")
@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (ROWS_A_PAGE, 1), (ROWS_A_PAGE + 1, 2)])
def test_a_statement_has_as_many_pages_as_its_year_needs(rows, pages) -> None:
    line = ("2026-11-23", "应收", LONG, "51.92", "1234567.89")
    sums = tuple((f"本年合计{number}", "1234567.89") for number in range(8))
    face = StatementFace("物业", "道路队小区 1号楼1单元101", 2026, date(2026, 11, 23), sums, (line,) * rows)
    assert len(PdfReader(BytesIO(render_statement(face))).pages) == pages
