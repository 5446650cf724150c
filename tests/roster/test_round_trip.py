"""What is exported is read back as exactly the same rooms, whatever they are called."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from miniprogram_api.kernel.area import parse_area
from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN, AreaSource, RoomUse
from miniprogram_api.roster.facts import NO_AREA, SOLD, SOURCES, USES
from miniprogram_api.roster.headings import Column
from miniprogram_api.roster.reading import RosterRow, read_roster
from miniprogram_api.spreadsheets.reader import read_workbook
from miniprogram_api.spreadsheets.writer import write_workbook

buildings = st.one_of(
    st.integers(1, 200).map("{}号楼".format), st.sampled_from(["A号楼", "一期12号楼", "商业街", "东楼"])
)
entrances = st.one_of(st.just(""), st.integers(1, 40).map("{}单元".format), st.sampled_from(["甲单元", "A单元"]))
numbers = st.one_of(st.integers(1, 9999).map(str), st.sampled_from(["301A", "B1", "商铺3", "301-1", "地下室2"]))
phones = st.one_of(
    st.integers(13_000_000_000, 19_999_999_999).map(str),
    st.sampled_from(["0451-86001234", "010-86001234", "86001234", "8600123"]),
)
names = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4).filter(
    lambda name: name != "无"
)
notes = st.one_of(
    st.sampled_from(["", "=1+1", "@SUM(A1)", "+86", "-1", "合计", "楼号", "_x0041_", "1.0", "TRUE"]),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=30),
)
rows = st.builds(
    RosterRow,
    building=buildings,
    entrance=entrances,
    number=numbers,
    area=st.one_of(st.just(AREA_UNKNOWN), st.integers(1, 10_000_000)),
    floor=st.one_of(st.none(), st.integers(-3, 60)),
    has_lift=st.booleans(),
    names=st.lists(names, max_size=3, unique=True).map(tuple),
    phones=st.lists(phones, max_size=3, unique=True).map(tuple),
    note=notes,
    use=st.sampled_from(RoomUse),
    unsold=st.booleans(),
    area_source=st.sampled_from(AreaSource),
)


def line(row: RosterRow) -> list[str | Decimal | None]:
    assert row.use is not None
    assert row.unsold is not None
    assert row.area_source is not None
    return [
        row.building,
        row.entrance or "无",
        row.number,
        None if row.floor is None else str(row.floor),
        NO_AREA if row.area == AREA_UNKNOWN else Decimal(row.area) / 100,
        SOURCES[row.area_source][0],
        USES[row.use][0],
        SOLD[row.unsold][0],
        "、".join(row.names or ()),
        "、".join(row.phones or ()),
        "有" if row.has_lift else "无",
        row.note,
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, min_size=1, max_size=8, unique_by=lambda row: row.address))
def test_export_then_import_is_the_same(wanted: list[RosterRow]) -> None:
    data = write_workbook("房屋名册", [column.value for column in Column], [line(row) for row in wanted])
    reading = read_roster((sheet.name, sheet.hidden, sheet.rows) for sheet in read_workbook(data))
    assert reading.findings == []
    assert reading.rows == wanted


@given(st.integers(1, 10_000_000))
def test_an_area_survives_excel_s_binary_fractions(area: int) -> None:
    assert parse_area(format(Decimal(format(float(Decimal(area) / 100), ".12g")), "f")) == area
