"""What the reader makes of the files that property offices really have."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN, AreaSource, RoomUse
from miniprogram_api.roster.reading import Reading, RosterRow, read_roster
from miniprogram_api.spreadsheets.errors import WorkbookOld, WorkbookTooLarge, WorkbookUnreadable
from miniprogram_api.spreadsheets.reader import read_workbook
from tests.roster.sheets import HEADINGS, workbook

if TYPE_CHECKING:
    from miniprogram_api.kernel.errors import Problem


def read(data: bytes) -> Reading:
    return read_roster((sheet.name, sheet.hidden, sheet.rows) for sheet in read_workbook(data))


def one(*cells: Any, headings: list[str] | None = None) -> RosterRow:
    reading = read(workbook(("名册", [headings or HEADINGS, list(cells)])))
    assert reading.findings == []
    (row,) = reading.rows
    return row


def problem_of(*cells: Any, headings: list[str] | None = None) -> tuple[str, str]:
    reading = read(workbook(("名册", [headings or HEADINGS, list(cells)])))
    assert reading.rows == []
    (finding,) = reading.findings
    assert (finding.sheet, finding.row) == ("名册", 2)
    return finding.column, finding.problem


@pytest.mark.row("EST-02")
def test_the_whole_mess_at_once() -> None:
    rows: list[list[Any]] = [
        ["道路队小区业主花名册（２０２６年）", None, None, None, None, None, None, None],
        ["制表日期：2026-10-01"],
        ["序号", "楼栋", "单 元", "门牌号", "面积(㎡)", "户主", "电话1", "电话2", "备注"],
        [1, "1幢", "一单元", 101.0, 56.3, "张 三", 13812345678.0, None, "  "],
        [2, None, None, "１０２室", "56.30㎡", "李四、王五", "１３９１２３４５６７８/0451-86001234", 86001235, None],
        [3, None, 2, "0201", 60, "赵六/钱七", "1.3812345679E+10", None, "空置"],
        [4, "２＃楼", "无", "301室", "70.05平方米", None, None, None, None],
        ["合计", None, None, "4套", 242.65],
        [None, None, None, None],
        ["制表人：王会计"],
    ]
    reading = read(
        workbook(("花名册", rows), ("说明", [["填表说明", "请勿改动"]]), merges={"花名册": ["A1:I1", "B4:B6", "C4:C5"]})
    )
    assert reading.findings == []
    assert reading.rows == [
        RosterRow("1号楼", "1单元", "101", 5630, None, None, ("张三",), ("13812345678",), ""),
        RosterRow(
            "1号楼",
            "1单元",
            "102",
            5630,
            None,
            None,
            ("李四", "王五"),
            ("13912345678", "0451-86001234", "86001235"),
            "",
        ),
        RosterRow("1号楼", "2单元", "201", 6000, None, None, ("赵六", "钱七"), ("13812345679",), "空置"),
        RosterRow("2号楼", "", "301", 7005, None, None, (), (), ""),
    ]
    left_out = [(skipped.sheet, skipped.row) for skipped in reading.skipped]
    assert ("花名册", 8) in left_out  # the total
    assert ("花名册", 10) in left_out  # who made the list
    assert ("花名册", 0) in left_out  # the column of serial numbers
    assert ("说明", 1) in left_out


@pytest.mark.parametrize(
    ("cells", "address"),
    [
        (["3-2-501"], ("3号楼", "2单元", "501")),
        (["３－２－５０１"], ("3号楼", "2单元", "501")),
        (["3栋2单元501室"], ("3号楼", "2单元", "501")),
        (["3号楼501"], ("3号楼", "", "501")),
        (["A座1203"], ("A号楼", "", "1203")),
        (["道路队小区3号楼2单元501室"], ("3号楼", "2单元", "501")),
        (["3-501"], ("3号楼", "", "501")),
    ],
)
def test_combined_room_numbers(cells: list[str], address: tuple[str, str, str]) -> None:
    assert one(*cells, 80, headings=["房屋地址", "建筑面积"]).address == address


def test_a_building_does_not_stick_to_rooms_that_name_their_own() -> None:
    reading = read(workbook(("名册", [["房号", "面积"], ["3-501", 80], ["4-501", 80]])))
    assert [row.address for row in reading.rows] == [("3号楼", "", "501"), ("4号楼", "", "501")]


@pytest.mark.parametrize("text", ["3", 3, 3.0, "3栋", "三幢", "第3号楼", "03#", "3＃楼", "3号", "3座"])
def test_one_building_in_many_spellings(text: object) -> None:
    assert one(text, "1", "301", 80).building == "3号楼"


def test_sheets_named_after_buildings() -> None:
    heading = ["单元", "房号", "面积"]
    reading = read(workbook(("1号楼", [heading, [1, 101, 50]]), ("2号楼", [heading, [1, 101, 60]])))
    assert [(row.address, row.area) for row in reading.rows] == [
        (("1号楼", "1单元", "101"), 5000),
        (("2号楼", "1单元", "101"), 6000),
    ]


def test_title_rows_between_blocks_name_the_building() -> None:
    rows: list[list[Any]] = [
        ["单元", "房号", "面积"],
        ["5号楼", None, None],
        [1, 101, 50],
        ["单元", "房号", "面积"],
        ["6号楼", None, None],
        [1, 101, 60],
    ]
    reading = read(workbook(("名册", rows), merges={"名册": ["A2:C2", "A5:C5"]}))
    assert [row.building for row in reading.rows] == ["5号楼", "6号楼"]
    assert reading.findings == []


def test_a_heading_of_two_merged_rows() -> None:
    rows: list[list[Any]] = [
        ["楼号", "单元", "房号", "面积", "业主信息", None],
        [None, None, None, None, "姓名", "电话"],
        [1, 1, 101, 50, "张三", "13812345678"],
    ]
    reading = read(workbook(("名册", rows), merges={"名册": ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"]}))
    assert reading.findings == []
    assert [(row.names, row.phones) for row in reading.rows] == [(("张三",), ("13812345678",))]


def test_a_merged_owner_belongs_to_every_room_of_the_range() -> None:
    rows: list[list[Any]] = [HEADINGS, [1, 1, 101, 50, "张三", "13812345678"], [1, 1, 102, 50, None, None]]
    reading = read(workbook(("名册", rows), merges={"名册": ["E2:E3", "F2:F3"]}))
    assert [(row.names, row.phones) for row in reading.rows] == [(("张三",), ("13812345678",))] * 2


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ([1, 1, 101, None], "D列 建筑面积(m2)", "缺少建筑面积"),
        ([1, 1, 101, "86.535"], "D列 建筑面积(m2)", "最多两位小数"),
        ([1, 1, 101, -5], "D列 建筑面积(m2)", "大于 0"),
        ([1, 1, 101, "#REF!"], "D列 建筑面积(m2)", "公式出错"),
        ([1, 1, None, 50, "张三"], "C列 房号", "缺少房号"),
        ([None, 1, 101, 50], "C列 房号", "缺少楼号"),
        ([1, date(2026, 3, 2), 101, 50], "B列 单元", "日期"),
        ([1, 1, "4-2-101", 50], "C列 房号", "不一致"),
        ([1, 1, 101, 50, "张三", "1381234567"], "F列 联系电话", "11 位"),
        ([1, 1, 101, 50, "张三", "1.38E+10"], "F列 联系电话", "科学计数法"),
        ([1, 1, 101, 50, "张三", "13812345678（儿子）"], "F列 联系电话", "只填号码"),
        ([1, 1, True, 50], "C列 房号", "TRUE"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(cells: list[Any], column: str, problem: str) -> None:
    where, what = problem_of(*cells)
    assert where == column
    assert problem in what


FACTS = ["楼号", "房号", "面积", "房屋用途", "销售状态", "面积来源"]


@pytest.mark.row("EST-02")
@pytest.mark.parametrize(
    ("cells", "facts"),
    [
        (["住宅", "已售", "登记"], (RoomUse.DWELLING, False, AreaSource.REGISTERED)),
        (["普通住宅", "已交付", "房产证"], (RoomUse.DWELLING, False, AreaSource.REGISTERED)),
        (["商 铺", "未售", "实测"], (RoomUse.SHOP, True, AreaSource.SURVEYED)),
        (["非住宅", "已售未交付", "测绘报告"], (RoomUse.SHOP, True, AreaSource.SURVEYED)),
        (["门市房", "待售", "测绘"], (RoomUse.SHOP, True, AreaSource.SURVEYED)),
        (["地下车位", "未交付", "购房合同"], (RoomUse.PARKING, True, AreaSource.CONTRACT)),
        (["车库", "已售已交付", "合同"], (RoomUse.PARKING, False, AreaSource.CONTRACT)),
        (["储藏间", "未售或未交付", "合同面积"], (RoomUse.STORAGE, True, AreaSource.CONTRACT)),
        ([None, "-", " "], (None, None, None)),
        (["商品房", None, None], (None, None, None)),
    ],
)
def test_what_votes_count_on_in_the_words_of_offices(cells: list[Any], facts: tuple[Any, ...]) -> None:
    row = one(1, 101, 50, *cells, headings=FACTS)
    assert (row.use, row.unsold, row.area_source) == facts


@pytest.mark.row("EST-02")
@pytest.mark.parametrize(
    ("cells", "column", "allowed"),
    [
        (["宿舍", "已售", "登记"], "D列 房屋用途", ["住宅", "商铺", "车位", "储藏室", "非住宅"]),
        (["住宅", "是", "登记"], "E列 销售状态", ["已售", "未售", "已售未交付"]),
        (["住宅", "已售", "估计"], "F列 面积来源", ["登记", "实测", "合同"]),
    ],
)
def test_a_word_votes_cannot_count_on_is_refused_with_the_allowed_ones(
    cells: list[Any], column: str, allowed: list[str]
) -> None:
    where, what = problem_of(1, 101, 50, *cells, headings=FACTS)
    assert where == column
    assert [word for word in allowed if f"“{word}”" not in what] == []
    for word in allowed:
        place = FACTS.index(column[3:])
        good = ["住宅", "已售", "登记"]
        good[place - 3] = word
        one(1, 101, 50, *good, headings=FACTS)


@pytest.mark.row("EST-02")
def test_two_columns_about_one_fact_both_count() -> None:
    headings = ["楼号", "房号", "面积", "销售状态", "交付状态", "房屋性质", "用途"]
    assert one(1, 101, 50, "已售", "未交付", "商品房", "车位", headings=headings).unsold is True
    assert one(1, 101, 50, "已售", "已交付", "商品房", "车位", headings=headings).unsold is False
    assert one(1, 101, 50, "已售", None, "商品房", "车位", headings=headings).use is RoomUse.PARKING
    where, what = problem_of(1, 101, 50, "已售", None, "住宅", "车位", headings=headings)
    assert (where, what) == ("F列 房屋性质", "几列用途的填写不一致，请核对。")


@pytest.mark.row("EST-02")
def test_an_area_is_unknown_only_where_the_file_says_so() -> None:
    rows: list[list[Any]] = [HEADINGS, [1, 1, 101, 50], *([1, 1, number, "无"] for number in range(102, 114))]
    reading = read(workbook(("名册", rows)))
    assert reading.findings == []
    assert [row.area for row in reading.rows] == [5000, *[AREA_UNKNOWN] * 12]
    (warned,) = reading.skipped
    assert (warned.row, warned.column) == (0, "D列 建筑面积(m2)")
    assert warned.problem.startswith("第 3、4、5、6、7、8、9、10、11、12 等行共 12 套房屋按没有面积导入")
    for cell in (None, "", 0, "0", "-"):
        assert "建筑面积" in problem_of(1, 1, 101, cell, "张三")[1]


def test_duplicates() -> None:
    same = [1, 1, 101, 50, "张三", "13812345678"]
    other = [1, 1, 101, 50, "李四", "13912345678"]
    reading = read(workbook(("一", [HEADINGS, same]), ("二", [HEADINGS, same, other])))
    assert len(reading.rows) == 1
    assert [(skipped.sheet, skipped.row) for skipped in reading.skipped] == [("二", 2)]
    assert [(finding.sheet, finding.row) for finding in reading.findings] == [("二", 3)]
    assert "“一”第 2 行" in reading.findings[0].problem


def test_hidden_sheets_and_missing_columns_are_named() -> None:
    book = openpyxl.Workbook()
    book.active.append(["楼号", "房号"])
    book.active.append([1, 101])
    hidden = book.create_sheet("旧")
    hidden.append(HEADINGS)
    hidden.append([1, 1, 101, 50])
    hidden.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    reading = read(file.getvalue())
    assert reading.rows == []
    assert "建筑面积" in reading.findings[0].problem
    assert [skipped.sheet for skipped in reading.skipped] == ["旧"]


def test_a_formula_is_never_calculated() -> None:
    _, what = problem_of(1, 1, 101, "=40+10")
    assert "缺少建筑面积" in what


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"", WorkbookUnreadable),
        (b"PK\x03\x04 not a zip", WorkbookUnreadable),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, WorkbookOld),
    ],
)
def test_no_workbook(data: bytes, outcome: type[Problem]) -> None:
    with pytest.raises(outcome):
        read_workbook(data)


def test_any_zip_is_no_workbook_and_a_bomb_is_refused_unopened() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"x")
    with pytest.raises(WorkbookUnreadable):
        read_workbook(file.getvalue())
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (65 * 1024 * 1024))
    assert len(file.getvalue()) < 100_000
    with pytest.raises(WorkbookTooLarge):
        read_workbook(file.getvalue())


def test_a_damaged_workbook_is_refused_and_entities_do_not_grow() -> None:
    data = workbook(("名册", [HEADINGS, [1, 1, 101, 50]]))
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "'
        + b"x" * 1000
        + b'"><!ENTITY b "'
        + b"&a;" * 1000
        + b'"><!ENTITY c "'
        + b"&b;" * 1000
        + b'">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>'
    )
    for sheet in (b"<worksheet", bomb):
        file = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w") as target:
            for entry in source.infolist():
                content = sheet if entry.filename == "xl/worksheets/sheet1.xml" else source.read(entry)
                target.writestr(entry.filename, content)
        with pytest.raises(WorkbookUnreadable):
            read_workbook(file.getvalue())


def test_rows_beyond_the_bound_are_refused() -> None:
    rows = [HEADINGS, *([1, 1, number, 50] for number in range(1, 20_001))]
    with pytest.raises(WorkbookTooLarge):
        read_workbook(workbook(("名册", rows)))


def test_blank_rows_down_to_the_last_are_no_reason_to_refuse() -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active.append([1, 1, 101, 50])
    book.active.cell(1_048_576, 1).font = openpyxl.styles.Font(bold=True)
    file = io.BytesIO()
    book.save(file)
    assert len(read(file.getvalue()).rows) == 1
