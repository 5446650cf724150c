"""Read a roster file, show what it would change, write exactly that, and give the same file back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.estates.addresses import building_id, new_building, new_room, room_id
from miniprogram_api.estates.rules import ChangedMeanwhile, Room
from miniprogram_api.kernel.errors import Problem
from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.place import walking_order
from miniprogram_api.roster.facts import NO_AREA, SOLD, SOURCES, USES
from miniprogram_api.roster.headings import Column
from miniprogram_api.roster.reading import Reading, RosterRow, read_roster
from miniprogram_api.roster.rules import (
    MOST_FINDINGS,
    MOST_LISTED,
    ImportRefused,
    ImportRepeated,
    ImportRunning,
    ImportState,
    ImportUnknown,
    PlanStale,
    RoomChange,
    RosterImport,
    RosterMissing,
    RosterPlan,
    RosterTooLarge,
    building_lines,
)
from miniprogram_api.roster.store import ROSTER_IMPORT
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from miniprogram_api.estates.rules import Building, Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.roster.store import RosterStore

STEPS_AT_ONCE = 95
"""With the estate and the import itself this stays below the 100 parts of one transaction."""

PIECES_PER_CALL = 40
"""3,800 rooms a call: well inside a gateway's 29 s; what is left is done by the next call or the sweep."""

MOST_ROOMS = 20_000
_STUCK_AFTER = timedelta(minutes=2)
_COLLISIONS = 5
_FACTS = {
    "area": "建筑面积",
    "area_source": "面积来源",
    "use": "用途",
    "unsold": "销售状态",
    "floor": "楼层",
    "has_lift": "电梯",
    "owner_name": "业主姓名",
    "owner_phone": "联系电话",
    "note": "备注",
    "ended_at": "恢复房屋",
}
_KEPT = ("has_lift", "note", "use", "unsold", "area_source")
"""Facts of a room that a file without them leaves as they are."""

_WIDTHS = (10, 10, 10, 8, 14, 10, 10, 14, 24, 28, 8, 30)


class SheetRead(Protocol):
    """One sheet of a workbook."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def rows(self) -> list[tuple[int, list[object]]]:
        """Its rows that hold anything, with their numbers."""
        ...

    @property
    def hidden(self) -> bool:
        """Whether people do not see it."""
        ...


class Workbooks(Protocol):
    """Reads and writes Excel files."""

    def read(self, data: bytes) -> Sequence[SheetRead]:
        """Return the sheets of a workbook, or say why it cannot be read."""
        ...

    def write(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str | Decimal | None]], widths: Sequence[int]
    ) -> bytes:
        """Return a workbook of one sheet."""
        ...


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What a file would do to the register."""

    added: int
    unchanged: int
    changes: list[RoomChange]
    absent: list[Room]


class Roster:
    """Import and export of an estate's rooms (EST-02)."""

    def __init__(self, store: RosterStore, estates: Estates, workbooks: Workbooks) -> None:
        self._store = store
        self._estates = estates
        self._workbooks = workbooks

    # The dry run

    def check(self, by: str, key: str, estate_id: str, data: bytes, now: datetime) -> RosterImport:
        """Read a file, compare it with the register and keep the plan; nothing of the register changes.

        Raises:
            WorkbookUnreadable, WorkbookOld, WorkbookTooLarge: the file is not taken.
            RosterMissing: no sheet holds a roster.
            ImportRepeated: the same act came before with another file.
        """
        digest = hashlib.sha256(data).hexdigest()
        import_id = derived_id("imp", by, estate_id, key)
        there = self._store.find(estate_id, import_id)
        if there is not None and there.digest == digest:
            return there
        reading = read_roster((sheet.name, sheet.hidden, sheet.rows) for sheet in self._workbooks.read(data))
        if not reading.tables:
            raise RosterMissing
        estate = self._estates.get_estate(estate_id)
        made = RosterImport(
            id=import_id,
            estate_id=estate_id,
            state=ImportState.REFUSED,
            digest=digest,
            base_revision=estate.roster_revision,
            made_by=by,
            made_at=now,
        )
        made = self._compared(estate, made, reading)
        act = Transaction(by, "check_roster", now)
        act.add(ROSTER_IMPORT, made, otherwise=ImportRepeated)
        self._store.commit(act)
        return made

    def _compared(self, estate: Estate, made: RosterImport, reading: Reading) -> RosterImport:
        made = replace(
            made,
            rooms=len(reading.rows),
            error_count=len(reading.findings),
            errors=tuple(reading.findings[:MOST_FINDINGS]),
            skipped_count=len(reading.skipped),
            skipped=tuple(reading.skipped[:MOST_LISTED]),
            buildings=building_lines(reading.rows),
        )
        if reading.findings:
            return made
        compared = self._compare(estate.id, reading.rows)
        plan = RosterPlan(tuple(reading.rows), tuple(room.id for room in compared.absent))
        self._store.save_plan(made, plan)
        return replace(
            made,
            state=ImportState.CHECKED,
            added=compared.added,
            changed=len(compared.changes),
            unchanged=compared.unchanged,
            absent=len(compared.absent),
            changes=tuple(compared.changes[:MOST_LISTED]),
            absent_rooms=tuple(room.label for room in compared.absent[:MOST_LISTED]),
        )

    def _compare(self, estate_id: str, rows: Sequence[RosterRow]) -> _Comparison:
        live = {room.id: room for room in self._estates.list_all_rooms(estate_id)}
        wanted = {room_id(estate_id, *row.address): row for row in rows}
        # An index may lag and holds no ended rooms: what it does not show is read by its key.
        there = live | self._estates.find_rooms(estate_id, [identity for identity in wanted if identity not in live])
        changes: list[RoomChange] = []
        for identity, row in wanted.items():
            before = there.get(identity)
            if before is not None:
                facts = _differing(before, self._wanted(estate_id, before, row))
                changes += [RoomChange(before.label, facts)] if facts else []
        known = sum(1 for identity in wanted if identity in there)
        absent = [room for room in live.values() if room.id not in wanted]
        return _Comparison(len(wanted) - known, known - len(changes), changes, absent)

    def get_import(self, estate_id: str, import_id: str) -> RosterImport:
        """Return an import of the estate, or raise ImportUnknown."""
        found = self._store.find(estate_id, import_id)
        if found is None:
            raise ImportUnknown
        return found

    # Writing

    def apply(self, by: str, estate_id: str, import_id: str, end_absent: bool, now: datetime) -> RosterImport:
        """Write a checked import, or go on with one that was interrupted; one that is done is returned as it is.

        ``end_absent`` also ends rooms the file lacks, except those to which somebody is bound.

        Raises:
            ImportRefused: the file has errors.
            PlanStale: rooms were changed after the file was compared with them.
            ImportRunning: another import of this estate is being written.
        """
        found = self.get_import(estate_id, import_id)
        if found.state is ImportState.REFUSED:
            raise ImportRefused
        if found.state is ImportState.CHECKED:
            found = self._begin(by, found, end_absent, now)
        return self._continue(found, now) if found.state is ImportState.APPLYING else found

    def _begin(self, by: str, found: RosterImport, end_absent: bool, now: datetime) -> RosterImport:
        estate = self._estates.get_estate(found.estate_id)
        if estate.importing is not None:
            raise ImportRunning
        if estate.roster_revision != found.base_revision:
            raise PlanStale
        plan = self._store.load_plan(found)
        steps = len(self._steps(found.estate_id, plan, end_absent))
        begun = replace(
            found,
            state=ImportState.APPLYING,
            applied_by=by,
            end_absent=end_absent,
            steps=steps,
            progress_at=now,
        )
        act = Transaction(by, "begin_roster_import", now)
        begun = act.change(ROSTER_IMPORT, found, begun, otherwise=ImportRunning)
        self._estates.revise_rooms(act, estate, importing=found.id)
        try:
            self._store.commit(act)
        except ChangedMeanwhile:
            raise ImportRunning from None
        return begun

    def _continue(self, found: RosterImport, now: datetime) -> RosterImport:
        """Write piece after piece; each piece and the record of how far it came are one act."""
        plan = self._store.load_plan(found)
        steps = self._steps(found.estate_id, plan, found.end_absent)
        collisions = 0
        for piece in range(1, PIECES_PER_CALL + 1):
            try:
                found = self._write_piece(found, steps, now, save=piece == PIECES_PER_CALL)
            except ChangedMeanwhile:
                # Somebody edited the estate, or another call writes the same import: read again how far it is.
                collisions += 1
                if collisions > _COLLISIONS:
                    raise
                found = self.get_import(found.estate_id, found.id)
            if found.state is ImportState.DONE:
                self._store.drop_plan(found)
                break
        return found

    def _steps(self, estate_id: str, plan: RosterPlan, end_absent: bool) -> list[_Step]:
        """Return what is to be written in a fixed order: buildings, rooms, rooms to end."""
        by_building: dict[str, list[RosterRow]] = {}
        for row in plan.rows:
            by_building.setdefault(row.building, []).append(row)
        steps: list[_Step] = [_Buildings(building_id(estate_id, name), rows) for name, rows in by_building.items()]
        steps += [_Rooms(room_id(estate_id, *row.address), row) for row in plan.rows]
        return steps + [_Endings(identity) for identity in plan.absent if end_absent]

    def _write_piece(self, found: RosterImport, steps: list[_Step], now: datetime, *, save: bool) -> RosterImport:
        """Write the next piece; one in which nothing differs is only written down with a later one, or to ``save``."""
        piece = steps[found.written : found.written + STEPS_AT_ONCE]
        act = Transaction(found.applied_by or found.made_by, "import_roster", now)
        estate = self._estates.get_estate(found.estate_id)
        buildings = self._buildings([step for step in piece if isinstance(step, _Buildings)], estate.id)
        rooms = self._rooms([step for step in piece if isinstance(step, _Rooms)], estate.id)
        ended = self._ended([step for step in piece if isinstance(step, _Endings)], estate.id, now)
        kept = sum(isinstance(step, _Endings) for step in piece) - len(ended)
        written = found.written + len(piece)
        done = written >= len(steps)
        after = replace(
            found,
            written=written,
            ended=found.ended + len(ended),
            kept=found.kept + kept,
            progress_at=now,
            state=ImportState.DONE if done else ImportState.APPLYING,
        )
        same = not ended and not kept and all(old == new for old, new in (*buildings, *rooms))
        if same and not done and not save:
            return after
        after = act.change(ROSTER_IMPORT, found, after, otherwise=ChangedMeanwhile)
        importing = None if done else found.id
        self._estates.revise_rooms(act, estate, buildings=buildings, rooms=[*rooms, *ended], importing=importing)
        self._store.commit(act)
        return after

    def _buildings(self, steps: list[_Buildings], estate_id: str) -> list[tuple[Building | None, Building]]:
        there = self._estates.find_buildings(estate_id, [step.id for step in steps])
        return [(there.get(step.id), _building(estate_id, there.get(step.id), step.rows)) for step in steps]

    def _rooms(self, steps: list[_Rooms], estate_id: str) -> list[tuple[Room | None, Room]]:
        there = self._estates.find_rooms(estate_id, [step.id for step in steps])
        return [(there.get(step.id), self._wanted(estate_id, there.get(step.id), step.row)) for step in steps]

    def _ended(self, steps: list[_Endings], estate_id: str, now: datetime) -> list[tuple[Room | None, Room]]:
        if not steps:
            return []
        identities = [step.id for step in steps]
        bound = self._estates.bound_rooms(estate_id, identities)
        there = self._estates.find_rooms(estate_id, identities).values()
        return [(room, replace(room, ended_at=now)) for room in there if room.ended_at is None and room.id not in bound]

    def _wanted(self, estate_id: str, before: Room | None, row: RosterRow) -> Room:
        """Return the room as the file wants it; what the file has no column for stays as it is."""
        old_names, old_phones = self._estates.owner_of(before) if before else ((), ())
        room = new_room(estate_id, *row.address, area=row.area, floor=row.floor)
        if before is not None:
            floor = row.floor if row.floor is not None else before.floor
            kept = {name: getattr(before, name) for name in (*_KEPT, "version")}
            room = replace(room, floor=floor, **kept)
        told = {name: getattr(row, name) for name in _KEPT if getattr(row, name) is not None}
        room = replace(room, **told)
        names = old_names if row.names is None else row.names
        phones = old_phones if row.phones is None else row.phones
        return self._estates.with_owner(room, names, phones, before)

    def sweep(self, now: datetime) -> int:
        """Go on with imports that stopped half way; return how many were looked after."""
        stuck = self._store.list_stuck(now - _STUCK_AFTER, limit=5)
        refused: Problem | None = None
        for found in stuck:
            try:
                self._continue(self.get_import(found.estate_id, found.id), now)
            except Problem as problem:
                refused = refused or problem
        if refused is not None:
            raise refused
        return len(stuck)

    # Export

    def export(self, estate_id: str, building: str | None) -> bytes:
        """Return the rooms of an estate, or of one building, in the form that is imported.

        Raises:
            RosterTooLarge: the estate has more rooms than one file takes; name a building.
            BuildingUnknown: the estate has no such building.
        """
        estate = self._estates.get_estate(estate_id)
        if building is None and estate.households > MOST_ROOMS:
            raise RosterTooLarge
        buildings = (
            self._estates.list_buildings(estate_id)
            if building is None
            else [self._estates.get_building(estate_id, building)]
        )
        rows = [
            self._line(one.name, room)
            for one in sorted(buildings, key=lambda one: walking_order(one.name))
            for room in self._estates.list_rooms_of(one)
        ]
        return self._workbooks.write("房屋名册", [column.value for column in Column], rows, _WIDTHS)

    def _line(self, building: str, room: Room) -> list[str | Decimal | None]:
        names, phones = self._estates.owner_of(room)
        return [
            building,
            room.entrance or "无",
            room.number,
            None if room.floor is None else str(room.floor),
            NO_AREA if room.area == AREA_UNKNOWN else Decimal(room.area) / 100,
            SOURCES[room.area_source][0],
            USES[room.use][0],
            SOLD[room.unsold][0],
            "、".join(names),
            "、".join(phones),
            "有" if room.has_lift else "无",
            room.note,
        ]


@dataclass(frozen=True, slots=True)
class _Buildings:
    """A building to add, or to widen by entrances it did not have."""

    id: str
    rows: list[RosterRow]


@dataclass(frozen=True, slots=True)
class _Rooms:
    """A room to add or change."""

    id: str
    row: RosterRow


@dataclass(frozen=True, slots=True)
class _Endings:
    """A room to end, if nobody is bound to it."""

    id: str


_Step = _Buildings | _Rooms | _Endings


def _building(estate_id: str, there: Building | None, rows: list[RosterRow]) -> Building:
    entrances = [row.entrance for row in rows]
    floors = max((row.floor for row in rows if row.floor is not None and row.floor > 0), default=None)
    has_lift = any(row.has_lift for row in rows)
    if there is None:
        return new_building(estate_id, rows[0].building, tuple(entrances), floors, has_lift)
    widened = new_building(
        estate_id, there.name, (*there.entrances, *entrances), there.floors or floors, there.has_lift or has_lift
    )
    return replace(widened, version=there.version)


def _differing(before: Room, wanted: Room) -> tuple[str, ...]:
    return tuple(label for name, label in _FACTS.items() if getattr(before, name) != getattr(wanted, name))
