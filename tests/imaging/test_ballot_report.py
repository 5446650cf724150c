"""The printed result report: nothing is lost over the pages, each says it is not final, the code opens (VOT-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageChops
from pypdf import PdfReader

from miniprogram_api.imaging.ballot_report import (
    BOTTOM_MM,
    CLOSING_MM,
    MARGIN_MM,
    STAND_IN,
    ReportFace,
    _pages,
    _strips,
    draw_page,
    render_report,
)
from miniprogram_api.imaging.paper import pixels

URL = "https://wy.example.cn/v1/public/estates/est_01jd8a7b6c5d4e3f2g1h0j9k8m/ballots/bal_01jd8a7b6c5d4e3f2g1h0j9k8m/bundle"
LONG = "外墙保温层脱落，雨季渗水，需要搭设脚手架整体维修；费用由业主共同承担。"
FACE = ReportFace(
    title="道路队小区 表决结果报告",
    reference="bal_01jd8a7b6c5d4e3f2g1h0j9k8m",
    mark="",
    sections=(
        ("一、基本情况", (("小区", "道路队小区"), ("说明", "详见附件"))),
        ("八、确认、公布与存证", (("存证文件 SHA-256", "0123456789abcdef" * 4),)),
    ),
    signatures=("业主委员会", "社区居民委员会", "街道办事处"),
    url=URL,
    made_on=date(2026, 11, 23),
)
MANY = replace(
    FACE,
    sections=(
        ("一、基本情况", (("说明", f"{LONG * 60}\n第二段"),)),
        *((f"六、表决结果 {n}", tuple((f"第{n}题第{m}项", LONG) for m in range(9))) for n in range(6)),
        FACE.sections[-1],
    ),
)


def pages_of(face: ReportFace) -> list[Image.Image]:
    pages = list(_pages(_strips(face)))
    return [draw_page(face, strips, number, len(pages)) for number, strips in enumerate(pages)]


def box(image: Image.Image) -> tuple[int, int, int, int]:
    return ImageChops.invert(image.convert("L")).getbbox() or (0, 0, 0, 0)


@pytest.mark.parametrize("face", [FACE, MANY], ids=["short", "long"])
def test_every_character_is_printed_once_and_in_order(face) -> None:
    strips = [strip for page in _pages(_strips(face)) for strip in page]
    shown = "".join(strip.text for strip in strips)
    assert shown.replace(" ", "") == "".join(text for _, lines in face.sections for _, text in lines).replace("\n", "")
    assert [strip.label for strip in strips if strip.heading] == [heading for heading, _ in face.sections]


def test_a_heading_never_stands_last_and_what_is_signed_stands_with_the_signatures() -> None:
    for sections in range(1, 40):
        filled = (("六、表决结果", tuple((str(n), "成立") for n in range(sections * 2))), FACE.sections[-1])
        pages = list(_pages(_strips(replace(FACE, sections=filled))))
        assert all(page and not page[-1].heading for page in pages)
        assert pages[-1][0].heading or len(pages[-1]) > 2, "never signatures alone"


@pytest.mark.row("VOT-01")
def test_the_mark_stands_on_each_page_and_on_none_of_a_final_one() -> None:
    marked, final = pages_of(replace(MANY, mark="计票结果（异议期内）")), pages_of(MANY)
    assert len(marked) == len(final) > 3
    for with_mark, without in zip(marked, final, strict=True):
        left, top, right, bottom = ImageChops.difference(with_mark.convert("L"), without.convert("L")).getbbox()
        assert pixels(120) < left
        assert right <= pixels(210 - MARGIN_MM) + 1
        assert (pixels(10) < top, bottom < pixels(26)) == (True, True)


@pytest.mark.row("VOT-01")
def test_a_phone_reads_the_address_of_the_proof_from_the_last_page_alone() -> None:
    *others, last = pages_of(MANY)
    assert [one.text for one in zxingcpp.read_barcodes(last.convert("L"))] == [URL]
    assert not any(zxingcpp.read_barcodes(page.convert("L")) for page in others)


@pytest.mark.parametrize(
    "face", [MANY, replace(MANY, title=LONG * 8, mark="计票结果（异议期内）")], ids=["usual", "wide"]
)
def test_nothing_runs_off_a_page(face) -> None:
    for page in pages_of(face):
        left, top, right, bottom = box(page)
        assert left >= pixels(MARGIN_MM - 1)
        assert top >= pixels(10)
        assert right <= pixels(210 - MARGIN_MM + 1)
        assert bottom <= pixels(290)
    for strips in _pages(_strips(face)):
        assert sum(strip.height for strip in strips) <= BOTTOM_MM - 30
    assert sum(strip.height for strip in strips) <= BOTTOM_MM - 30 - CLOSING_MM


def test_what_the_font_lacks_has_a_stand_in_and_a_line_says_so() -> None:
    odd = replace(FACE, sections=(("一、基本情况", (("说明", "修\U0001f6e0好"),)),))
    texts = [strip.text for page in _pages(_strips(odd)) for strip in page]
    assert texts[-2:] == [f"修{STAND_IN}好", f"{STAND_IN} 处的字无法打印，原文见同名电子表格。"]
    assert render_report(odd).startswith(b"%PDF")


def test_equal_reports_are_equal_files_in_black_and_white() -> None:
    made = render_report(MANY)
    assert render_report(MANY) == made
    reader = PdfReader(BytesIO(made))
    assert len(reader.pages) == len(pages_of(MANY))
    assert {image.image.mode for page in reader.pages for image in page.images} == {"1"}
    assert len(made) / len(reader.pages) < 150_000
