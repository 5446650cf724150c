"""From the cells of a workbook to rooms, with every row that cannot be taken named and every skipped one listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from miniprogram_api.kernel.area import AreaUnreadable
from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN, AreaSource, RoomUse
from miniprogram_api.roster.cells import CellUnreadable, text_of
from miniprogram_api.roster.facts import area_of, sources_of, unsold_of, uses_of
from miniprogram_api.roster.headings import Column, column_name, column_of, columns_of
from miniprogram_api.roster.owners import names_of, phones_of
from miniprogram_api.roster.places import (
    Address,
    BuildingMissing,
    address_of,
    arabic_of,
    building_of,
    entrance_of,
    is_building_sheet,
)

T = TypeVar("T")

_HEADING_WITHIN = 30
_TOTAL = re.compile(r"(本页)?(合计|总计|小计|共计|累计|总户数|总面积|平均)")
_FOOTER = re.compile(r"(制表|填表|审核|审批|复核|负责人|日期|说明|注|备注|打印|单位|物业|经办|联系人)")
_YES = frozenset({"有", "是", "有电梯", "Y", "YES", "√", "1"})
_NO = frozenset({"", "无", "否", "没有", "无电梯", "N", "NO", "×", "X", "0", "-"})
_LONGEST_NOTE = 200
_MOST_ROWS_NAMED = 10
_NOWHERE = Address("", "", "")

Sheets = Iterable[tuple[str, bool, list[tuple[int, list[object]]]]]
"""Name, whether it is hidden, and the rows that hold anything with their numbers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong where, in words for the person who looks after the file; ``column`` as in ``D列 建筑面积``."""

    sheet: str
    row: int
    column: str
    problem: str


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One room as the file states it. ``area`` is whole 0.01 m2; None where the file has no such column.

    ``use``, ``unsold`` and ``area_source`` are None where the cell says nothing, too.
    """

    building: str
    entrance: str
    number: str
    area: int
    floor: int | None = None
    has_lift: bool | None = None
    names: tuple[str, ...] | None = None
    phones: tuple[str, ...] | None = None
    note: str | None = None
    use: RoomUse | None = None
    unsold: bool | None = None
    area_source: AreaSource | None = None

    @property
    def address(self) -> tuple[str, str, str]:
        """Return what makes it this room and no other."""
        return self.building, self.entrance, self.number


@dataclass(slots=True)
class Reading:
    """What a workbook holds: rooms, what is wrong, and what was left out and why."""

    rows: list[RosterRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Finding] = field(default_factory=list)
    tables: int = 0


def read_roster(sheets: Sheets) -> Reading:
    """Read every visible sheet that has a table with room numbers under one of the usual headings (EST-02)."""
    reading = Reading()
    seen: dict[tuple[str, str, str], tuple[RosterRow, str, int]] = {}
    for name, hidden, rows in sheets:
        if not rows:
            continue
        if hidden:
            reading.skipped.append(Finding(name, rows[0][0], "", "隐藏的工作表没有导入；需要导入请取消隐藏。"))
            continue
        table = _Table.find(name, rows)
        if table is None:
            problem = "没有找到表头（至少要有房号和建筑面积），整张表没有导入。"
            reading.skipped.append(Finding(name, rows[0][0], "", problem))
            continue
        reading.tables += 1
        for number, row in table.read(reading):
            _take(reading, seen, name, number, row)
    return reading


def _take(
    reading: Reading,
    seen: dict[tuple[str, str, str], tuple[RosterRow, str, int]],
    sheet: str,
    number: int,
    row: RosterRow,
) -> None:
    known = seen.get(row.address)
    if known is None:
        seen[row.address] = (row, sheet, number)
        reading.rows.append(row)
        return
    where = f"“{known[1]}”第 {known[2]} 行"
    if known[0] == row:
        reading.skipped.append(Finding(sheet, number, "", f"与{where}完全相同，只导入一次。"))
        return
    problem = f"与{where}是同一套房屋但内容不同，请只保留一行；多位业主写在同一格，用“、”隔开。"
    reading.findings.append(Finding(sheet, number, "", problem))


@dataclass(slots=True)
class _Table:
    """One sheet with its heading row found; a blank building or entrance means the same as above.

    ``building`` is the one named last by a cell, a title line or the sheet, ``last`` the room above.
    """

    sheet: str
    headings: list[str]
    places: dict[Column, list[int]]
    rows: list[tuple[int, list[object]]]
    building: str = ""
    last: Address = _NOWHERE

    @classmethod
    def find(cls, sheet: str, rows: list[tuple[int, list[object]]]) -> _Table | None:
        """Return the table below the row with the most headings, among the first filled rows."""
        best: tuple[int, list[str], dict[Column, list[int]]] | None = None
        for place, (_, cells) in enumerate(rows[:_HEADING_WITHIN]):
            headings = [_quietly(cell) for cell in cells]
            places = columns_of(headings)
            if Column.NUMBER in places and len(places) > (len(best[2]) if best else 1):
                best = (place, headings, places)
        if best is None:
            return None
        building = building_of(sheet) if is_building_sheet(sheet) else ""
        return cls(sheet, best[1], best[2], rows[best[0] + 1 :], building)

    def read(self, reading: Reading) -> Iterable[tuple[int, RosterRow]]:
        """Yield the rooms below the heading; what is no room goes to the findings or the skipped rows."""
        if Column.AREA not in self.places:
            reading.findings.append(Finding(self.sheet, 0, "", "缺少“建筑面积”列，请补上后重新上传。"))
            return
        for heading in self.headings:
            if heading and column_of(heading) is None:
                reading.skipped.append(Finding(self.sheet, 0, heading, "不认识的列，没有导入。"))
        without_area: list[int] = []
        for number, cells in self.rows:
            reason = self._no_room(cells)
            if reason is None:
                row = self._room(number, cells, reading.findings)
                if row is not None:
                    without_area += [number] if row.area == AREA_UNKNOWN else []
                    yield number, row
            elif reason:
                reading.skipped.append(Finding(self.sheet, number, "", reason))
        if without_area:
            # First of all, since the list is cut at its end.
            reading.skipped.insert(0, Finding(self.sheet, 0, self._where(Column.AREA), _without_area(without_area)))

    def _no_room(self, cells: list[object]) -> str | None:
        """Return why a row is no room: a reason to list, an empty one for what needs no word, None for a room."""
        texts = [text for text in map(_quietly, cells) if text]
        if any(_TOTAL.match(text.replace(" ", "")) for text in texts[:3]):
            return "合计行，没有导入。"
        if columns_of([_quietly(cell) for cell in cells]) == self.places:
            return "重复的表头，没有导入。"
        if len(set(texts)) == 1 and (len(texts) > 2 or is_building_sheet(texts[0])):
            return self._section(texts[0])
        told = [column for column in self.places if self._text(cells, column)]
        if not set(told) - {Column.BUILDING, Column.ENTRANCE}:
            # A serial number alone, or the rest of a merged building, is as good as blank.
            words = [text for text in texts if not text.isdigit()]
            return "没有房屋信息，没有导入。" if len(words) > len(told) else ""
        bare = Column.NUMBER not in told and Column.AREA not in told
        return "表尾说明，没有导入。" if bare and _FOOTER.match(texts[0]) else None

    def _section(self, text: str) -> str:
        """Take a title line between rows; one that names a building holds for the rows below it."""
        if is_building_sheet(text):
            self.building = building_of(text)
        return "小标题行，没有导入。"

    def _room(self, number: int, cells: list[object], findings: list[Finding]) -> RosterRow | None:
        wrong: list[Finding] = []

        def cell(column: Column, read: Callable[[str], T], default: T) -> T:
            try:
                return read(text_of(self._raw(cells, column)))
            except CellUnreadable as unreadable:
                problem = unreadable.problem
            except AreaUnreadable as unreadable:
                problem = unreadable.message
            wrong.append(Finding(self.sheet, number, self._where(column), problem))
            return default

        building = cell(Column.BUILDING, lambda text: building_of(text) if text else "", "")
        self.building = building or self.building
        entrance = cell(Column.ENTRANCE, lambda text: text and (entrance_of(text) or "-"), "")
        area = cell(Column.AREA, area_of, AREA_UNKNOWN)
        row = RosterRow("", "", "", area, cell(Column.FLOOR, _floor, None))
        row = replace(
            row,
            has_lift=cell(Column.LIFT, _lift, None) if Column.LIFT in self.places else None,
            names=self._joined(cells, Column.OWNER, names_of, number, wrong),
            phones=self._joined(cells, Column.PHONE, phones_of, number, wrong),
            note=cell(Column.NOTE, _note, "") if Column.NOTE in self.places else None,
            use=self._agreed(cells, Column.USE, uses_of, number, wrong),
            unsold=self._unsold(cells, number, wrong),
            area_source=self._agreed(cells, Column.AREA_SOURCE, sources_of, number, wrong),
        )
        address = cell(Column.NUMBER, lambda text: self._address(building, entrance, text), None)
        findings += wrong
        if wrong or address is None:
            return None
        self.last = address
        return replace(row, building=address.building, entrance=address.entrance, number=address.number)

    def _address(self, building: str, entrance: str, text: str) -> Address:
        """Return the address of a row; a blank building or entrance is the one above it (a dash: no entrance)."""
        if not text:
            raise CellUnreadable("缺少房号。")
        beside = "" if entrance == "-" else entrance
        address = None if building else self._by_itself(beside, text)
        address = address or address_of(self.building, beside, text)
        if address.entrance or entrance or Column.ENTRANCE not in self.places:
            return address
        return replace(address, entrance=self.last.entrance if address.building == self.last.building else "")

    def _by_itself(self, entrance: str, text: str) -> Address | None:
        """Return the address when the room number alone states its building (3-2-501, 3号楼501)."""
        if len(text.split("-")) == 2:
            return None
        try:
            return address_of("", entrance, text)
        except BuildingMissing:
            return None

    def _joined(
        self,
        cells: list[object],
        column: Column,
        read: Callable[[str], tuple[T, ...]],
        number: int,
        wrong: list[Finding],
    ) -> tuple[T, ...] | None:
        """Return what all columns of a kind (电话1, 电话2) hold together, or None when the file has none."""
        if column not in self.places:
            return None
        found: list[T] = []
        for place in self.places[column]:
            try:
                found += read(text_of(cells[place] if place < len(cells) else None))
            except CellUnreadable as unreadable:
                heading = f"{column_name(place)}列 {self.headings[place]}"
                wrong.append(Finding(self.sheet, number, heading, unreadable.problem))
        return tuple(dict.fromkeys(found))

    def _agreed(
        self,
        cells: list[object],
        column: Column,
        read: Callable[[str], tuple[T, ...]],
        number: int,
        wrong: list[Finding],
    ) -> T | None:
        """Return the one thing that all columns of a kind (用途, 房屋性质) say, or None when they say nothing."""
        said = self._joined(cells, column, read, number, wrong) or ()
        if len(said) > 1:
            wrong.append(Finding(self.sheet, number, self._where(column), f"几列{column.value}的填写不一致，请核对。"))
        return said[0] if said else None

    def _unsold(self, cells: list[object], number: int, wrong: list[Finding]) -> bool | None:
        """Return whether the developer still holds the room: 已售 in one column and 未交付 in another means yes."""
        said = self._joined(cells, Column.SALE, unsold_of, number, wrong)
        return any(said) if said else None

    def _raw(self, cells: list[object], column: Column) -> object:
        place = self.places[column][0] if column in self.places else len(cells)
        return cells[place] if place < len(cells) else None

    def _text(self, cells: list[object], column: Column) -> str:
        return _quietly(self._raw(cells, column))

    def _where(self, column: Column) -> str:
        if column not in self.places:
            return column.value
        place = self.places[column][0]
        return f"{column_name(place)}列 {self.headings[place]}"


def _quietly(value: object) -> str:
    """Return the text of a cell that is only looked at; one that cannot be read is no blank either."""
    try:
        return text_of(value)
    except CellUnreadable:
        return "?"


def _without_area(rows: list[int]) -> str:
    named = "、".join(map(str, rows[:_MOST_ROWS_NAMED]))
    others = "等" if len(rows) > _MOST_ROWS_NAMED else ""
    return f"第 {named} {others}行共 {len(rows)} 套房屋按没有面积导入；按面积收费、分摊和表决之前请补上建筑面积。"


def _floor(text: str) -> int | None:
    if not text:
        return None
    own = re.sub(r"[层楼F]$", "", text.upper().replace(" ", "").split("/")[0])
    sign, digits = (-1, own[1:]) if own[:1] in {"-", "负"} else (1, own)
    number = arabic_of(digits)
    if number is None or number > 200:
        raise CellUnreadable("楼层应为数字，例如 3。")
    return sign * number


def _lift(text: str) -> bool | None:
    if text.upper() in _YES:
        return True
    if text.upper() in _NO:
        return False if text else None
    raise CellUnreadable("电梯列请填“有”或“无”。")


def _note(text: str) -> str:
    if len(text) > _LONGEST_NOTE:
        raise CellUnreadable(f"备注最多 {_LONGEST_NOTE} 个字。")
    return text
