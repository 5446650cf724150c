"""One import of the room roster: read and compared, then written as a whole or not at all (EST-02)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from miniprogram_api.roster.reading import Finding, RosterRow

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_FINDINGS = 300
MOST_LISTED = 100
"""An import keeps this many lines of each list; the counts beside them are always whole."""


class ImportState(StrEnum):
    """How far an import has come."""

    REFUSED = "refused"  # something in the file is wrong: nothing can be written
    CHECKED = "checked"  # may be written
    APPLYING = "applying"  # being written in pieces that each hold as a whole
    DONE = "done"


class RosterMissing(Invalid):
    """No sheet has a table with room numbers."""

    code = "roster_missing"
    message = "文件里没有找到房屋名册：表头至少要有房号和建筑面积，请检查后重新上传。"


class ImportUnknown(NotFound):
    """The estate has no such import."""

    code = "import_unknown"
    message = "没有找到这次导入，请重新上传文件。"


class ImportRefused(Conflict):
    """The file has errors, so nothing of it is written."""

    code = "import_refused"
    message = "文件有错误，不能导入。请按错误清单修改后重新上传。"


class PlanStale(Conflict):
    """Rooms of the estate were changed after the file was compared with them."""

    code = "import_stale"
    message = "上传之后房屋名册又有改动，请重新上传文件再导入。"


class ImportRunning(Conflict):
    """Another import of this estate is being written."""

    code = "import_running"
    message = "该小区有另一次导入正在进行，请等它完成后再试。"


class ImportRepeated(Conflict):
    """The same act was sent before with another file."""

    code = "import_repeated"
    message = "该请求已用于另一个文件，请重新选择文件上传。"


class RosterTooLarge(TooLarge):
    """More rooms than one file holds."""

    code = "roster_too_large"
    message = "房屋超过 20000 套，请选择楼栋分别导出。"


@dataclass(frozen=True, slots=True)
class RoomChange:
    """A room that the import changes, and which of its facts: no personal data, so that it may stay on record."""

    label: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuildingLine:
    """How many rooms the file has in a building: what a person checks at a glance."""

    name: str
    entrances: int
    rooms: int


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What is to be written: the rooms of the file, and the rooms of the register that the file lacks."""

    rows: tuple[RosterRow, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterImport:
    """One import. ``base_revision`` is the state of the register it was compared with.

    ``written`` counts the steps of the plan that are done, ``ended`` the rooms taken off, ``kept`` those left because
    somebody is bound to them.
    """

    id: str
    estate_id: str
    state: ImportState
    digest: str
    base_revision: int
    made_by: str
    made_at: datetime
    rooms: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    error_count: int = 0
    skipped_count: int = 0
    errors: tuple[Finding, ...] = ()
    skipped: tuple[Finding, ...] = ()
    buildings: tuple[BuildingLine, ...] = ()
    changes: tuple[RoomChange, ...] = ()
    absent_rooms: tuple[str, ...] = ()
    end_absent: bool = False
    applied_by: str | None = None
    progress_at: datetime | None = None
    steps: int = 0
    written: int = 0
    ended: int = 0
    kept: int = 0
    version: int = 0


def building_lines(rows: Iterable[RosterRow]) -> tuple[BuildingLine, ...]:
    """Return how many entrances and rooms each building of the file has, in the order of the file."""
    rooms: Counter[str] = Counter()
    entrances: dict[str, set[str]] = {}
    for row in rows:
        rooms[row.building] += 1
        entrances.setdefault(row.building, set()).add(row.entrance)
    lines = [BuildingLine(name, len(entrances[name] - {""}), count) for name, count in rooms.items()]
    return tuple(lines[:MOST_LISTED])
