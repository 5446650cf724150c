"""Take over what was owed before from an Excel file: checked whole, then written in pieces that can be repeated."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from miniprogram_api.billing.arrears import (
    MOST_FINDINGS,
    ArrearsImport,
    ArrearsImportUnknown,
    ArrearsMissing,
    ArrearsMoved,
    ArrearsPlan,
    ArrearsRefused,
    ArrearsRepeated,
    ArrearsState,
    Owed,
    RowError,
    bill_of,
    day_named,
    headed,
    is_same,
    kind_named,
    period_text,
)
from miniprogram_api.billing.bill import bill_id
from miniprogram_api.billing.collection import Ageing, next_night
from miniprogram_api.billing.run import NoCompany
from miniprogram_api.billing.store import AGEING, ARREARS_IMPORT, BILL, ArrearsStore, FigureStore
from miniprogram_api.estates.addresses import room_id
from miniprogram_api.kernel.errors import Invalid, Problem
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.money import parse_yuan
from miniprogram_api.kernel.period import Period, spoken_period
from miniprogram_api.roster.cells import CellUnreadable, text_of
from miniprogram_api.roster.places import address_of, building_of, entrance_of
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from miniprogram_api.billing.service import Bills
    from miniprogram_api.estates.rules import Room
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.roster.service import Workbooks

ROWS_AT_ONCE = 48
PIECES_PER_CALL = 40
_HEADING_WITHIN = 10
_TOTALS = ("合计", "总计", "小计")
_STUCK_AFTER = timedelta(minutes=2)
_STUCK_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file as it reads, before its room was looked up."""

    sheet: str
    number: int
    room_id: str
    named: str
    owed: Owed


@dataclass(slots=True)
class _Reading:
    """What the file says, and what is wrong with it."""

    rows: list[_Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    tables: int = 0


class OpeningArrears:
    """The imports of all estates."""

    def __init__(
        self, store: ArrearsStore, figures: FigureStore, bills: Bills, estates: Estates, workbooks: Workbooks
    ) -> None:
        self._store = store
        self._figures = figures
        self._bills = bills
        self._estates = estates
        self._workbooks = workbooks

    def get_import(self, estate_id: str, import_id: str) -> ArrearsImport:
        """Return an import of the estate, or raise ArrearsImportUnknown."""
        found = self._store.find_import(estate_id, import_id)
        if found is None:
            raise ArrearsImportUnknown
        return found

    def check(self, by: str, key: str, estate_id: str, data: bytes, now: datetime) -> ArrearsImport:
        """Read a file and say row by row what is wrong; no bill is written.

        Raises:
            WorkbookUnreadable, WorkbookOld, WorkbookTooLarge: the file is not taken.
            ArrearsMissing: no sheet has the headings.
            ArrearsRepeated: the same act came before with another file.
            NoCompany: nobody is under contract that the money would be owed to.
        """
        digest = hashlib.sha256(data).hexdigest()
        import_id = derived_id("arrears", by, estate_id, "check_arrears", key)
        there = self._store.find_import(estate_id, import_id)
        if there is not None and there.digest == digest:
            return there
        company_id = self._estates.get_estate(estate_id).company_id
        if company_id is None:
            raise NoCompany
        reading = self._read(estate_id, data)
        if not reading.tables:
            raise ArrearsMissing
        plan, known = self._plan(estate_id, reading)
        made = ArrearsImport(
            import_id,
            estate_id,
            ArrearsState.REFUSED if reading.errors else ArrearsState.CHECKED,
            digest,
            by,
            now,
            company_id,
            rows=len(plan.rows) + known,
            fen=sum(owed.fen for owed in plan.rows),
            known=known,
            error_count=len(reading.errors),
            errors=tuple(reading.errors[:MOST_FINDINGS]),
        )
        if made.state is ArrearsState.CHECKED:
            self._store.save_plan(made, plan)
        act = Transaction(by, "check_arrears", now)
        act.add(ARREARS_IMPORT, made, otherwise=ArrearsRepeated)
        self._store.commit(act)
        return made

    def apply(self, by: str, estate_id: str, import_id: str, now: datetime) -> ArrearsImport:
        """Write a checked import, or go on with one that was interrupted; one that is done is returned as it is.

        Raises:
            ArrearsRefused: the file has errors.
            ArrearsImportUnknown, ArrearsMoved: see there.
        """
        found = self.get_import(estate_id, import_id)
        if found.state is ArrearsState.REFUSED:
            raise ArrearsRefused
        if found.state is ArrearsState.CHECKED:
            begun = replace(found, state=ArrearsState.APPLYING, applied_by=by, applied_at=now, progress_at=now)
            act = Transaction(by, "begin_arrears_import", now)
            found = act.change(ARREARS_IMPORT, found, begun, otherwise=ArrearsMoved)
            if self._figures.find_ageing(estate_id) is None:
                act.add(AGEING, Ageing(estate_id, next_night(now)), otherwise=ArrearsMoved)
            self._store.commit(act)
        return self._continue(found, now)

    def sweep(self, now: datetime) -> int:
        """Go on with imports that stopped half way; return how many were looked after."""
        stuck = self._store.list_imports_stuck(now - _STUCK_AFTER, _STUCK_AT_ONCE)
        refused: Problem | None = None
        for found in stuck:
            try:
                self._continue(self.get_import(found.estate_id, found.id), now)
            except Problem as problem:
                refused = refused or problem
        if refused is not None:
            raise refused
        return len(stuck)

    def _continue(self, found: ArrearsImport, now: datetime) -> ArrearsImport:
        """Write piece after piece; each piece and the record of how far it came are one act."""
        if found.state is not ArrearsState.APPLYING:
            return found
        plan = self._store.load_plan(found)
        for _ in range(PIECES_PER_CALL):
            found = self._write_piece(found, plan, now)
            if found.state is ArrearsState.DONE:
                self._store.drop_plan(found)
                break
        return found

    def _write_piece(self, found: ArrearsImport, plan: ArrearsPlan, now: datetime) -> ArrearsImport:
        piece = plan.rows[found.written : found.written + ROWS_AT_ONCE]
        bills = [bill_of(found, owed) for owed in piece]
        there = self._bills.find_bills(found.estate_id, (bill.id for bill in bills))
        act = Transaction(found.applied_by or found.made_by, "import_arrears", now)
        for bill in bills:
            if bill.id not in there:
                act.add(BILL, bill, otherwise=ArrearsMoved)
        written = found.written + len(piece)
        state = ArrearsState.DONE if written >= len(plan.rows) else ArrearsState.APPLYING
        pairs = [(there[bill.id], owed) for bill, owed in zip(bills, piece, strict=True) if bill.id in there]
        left_out = [owed.room_label for bill, owed in pairs if not is_same(bill, owed)]
        after = replace(found, written=written, state=state, progress_at=now, left_out=(*found.left_out, *left_out))
        after = act.change(ARREARS_IMPORT, found, after, otherwise=ArrearsMoved)
        self._store.commit(act)
        return after

    # Reading

    def _read(self, estate_id: str, data: bytes) -> _Reading:
        reading = _Reading()
        for sheet in self._workbooks.read(data):
            if not sheet.hidden:
                _read_sheet(reading, estate_id, sheet.name, sheet.rows)
        return reading

    def _plan(self, estate_id: str, reading: _Reading) -> tuple[ArrearsPlan, int]:
        """Look up the rooms and the bills that stand already; return what is to be written and how much is known."""
        rooms = self._estates.find_rooms(estate_id, {row.room_id for row in reading.rows})
        identities = {id(row): bill_id(row.room_id, row.owed.period, row.owed.kind, 1) for row in reading.rows}
        bills = self._bills.find_bills(estate_id, identities.values())
        seen: dict[str, int] = {}
        rows: list[Owed] = []
        known = 0
        for row in reading.rows:
            identity = identities[id(row)]
            room, bill = rooms.get(row.room_id), bills.get(identity)
            problem = _problem(row, room, identity, seen)
            seen.setdefault(identity, row.number)
            if problem is None and bill is not None and not is_same(bill, row.owed):
                problem = f"{row.named} {spoken_period(row.owed.period)}已有同类账单，请核对后删除该行或改用账单调整。"
            if problem is not None or room is None:
                reading.errors.append(RowError(row.sheet, row.number, problem or ""))
            elif bill is not None:
                known += 1
            else:
                rows.append(_owed_by(row.owed, room))
        return ArrearsPlan(tuple(rows)), known


def _problem(row: _Row, room: Room | None, identity: str, seen: dict[str, int]) -> str | None:
    if room is None or room.ended_at is not None:
        return f"房屋名册里没有“{row.named}”，请核对楼号、单元和房号。"
    if identity in seen:
        return f"与第 {seen[identity]} 行是同一房屋、费用和账期，请合并为一行。"
    return None


def _owed_by(owed: Owed, room: Room) -> Owed:
    return replace(owed, room_label=room.label, building_id=room.building_id, room_order=room.order)


def _read_sheet(reading: _Reading, estate_id: str, name: str, rows: Sequence[tuple[int, list[object]]]) -> None:
    places: dict[str, int] | None = None
    for number, cells in rows:
        if places is None:
            if number > _HEADING_WITHIN:
                return
            places = headed([value.strip() if isinstance(value, str) else "" for value in cells])
            reading.tables += places is not None
            continue
        if isinstance(cells[0], str) and cells[0].strip().startswith(_TOTALS):
            continue
        try:
            reading.rows.append(_read_row(estate_id, name, number, places, cells))
        except CellUnreadable as unreadable:
            reading.errors.append(RowError(name, number, unreadable.problem))
        except Invalid as invalid:
            reading.errors.append(RowError(name, number, invalid.message))


def _read_row(estate_id: str, sheet: str, number: int, places: dict[str, int], cells: list[object]) -> _Row:
    def cell(column: str) -> object:
        at = places.get(column)
        return cells[at] if at is not None and at < len(cells) else None

    building = text_of(cell("楼号"))
    address = address_of(
        building_of(building) if building else "", entrance_of(text_of(cell("单元"))), text_of(cell("房号"))
    )
    room = room_id(estate_id, address.building, address.entrance, address.number)
    kind = kind_named(text_of(cell("费用类型")))
    if kind is None:
        raise CellUnreadable("费用类型无法识别，请填写物业服务费、停车费、代收水电公摊费、专项维修资金或其他费用。")
    fen = parse_yuan(text_of(cell("金额")))
    if fen <= 0:
        raise CellUnreadable("金额应大于 0，没有欠费的房屋请删除该行。")
    due_on = _day(cell("到期日"))
    period = str(Period.parse(_period(cell("账期"))))
    note = text_of(cell("备注"))[:100]
    named = f"{address.building}{address.entrance}{address.number}"
    return _Row(sheet, number, room, named, Owed(room, named, "", "", kind, period, fen, due_on, note))


def _period(value: object) -> str:
    """Return a period; Excel makes a date of ``2025-03``."""
    return value.strftime("%Y-%m") if isinstance(value, date) else period_text(text_of(value))


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    day = value if isinstance(value, date) else day_named(text_of(value))
    if day is None:
        raise CellUnreadable("到期日无法识别，请按 2025-12-31 填写。")
    return day
