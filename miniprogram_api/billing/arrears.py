"""What was owed before this software 期初欠费: one Excel file, checked row by row, written whole or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import Bill, Origin
from miniprogram_api.billing.reminding import announced
from miniprogram_api.kernel.charge import BILL_KIND_LABELS, BillKind, ChargeLine
from miniprogram_api.kernel.digits import half_width
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_FINDINGS = 300
COLUMNS = ("楼号", "单元", "房号", "费用类型", "账期", "金额", "到期日", "备注")
"""The headings of the file, in this order or any other; only 单元 and 备注 may be missing."""

OPTIONAL = frozenset({"单元", "备注"})

_KINDS: dict[str, BillKind] = {
    **{label: kind for kind, label in BILL_KIND_LABELS.items()},
    "物业费": BillKind.SERVICE,
    "车位费": BillKind.PARKING,
    "水电公摊": BillKind.UTILITY,
    "公摊费": BillKind.UTILITY,
    "维修资金": BillKind.FUND,
    "其他": BillKind.OTHER,
}
_MONTH = re.compile(r"(20[0-9]{2})[-/.年]([0-9]{1,2})月?", re.ASCII)
_DAY = re.compile(r"(20[0-9]{2})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.ASCII)


class ArrearsImportUnknown(NotFound):
    """The estate has no such import."""

    code = "arrears_import_unknown"
    message = "没有找到这次导入，请重新上传文件。"


class ArrearsMissing(Invalid):
    """No sheet has the headings of arrears."""

    code = "arrears_missing"
    message = "文件里没有找到欠费表：表头应有楼号、房号、费用类型、账期、金额、到期日，请检查后重新上传。"


class ArrearsRefused(Conflict):
    """The file has errors, so nothing of it is written."""

    code = "arrears_refused"
    message = "文件有错误，不能导入。请按错误清单修改后重新上传。"


class ArrearsRepeated(Conflict):
    """The same act was sent before with another file."""

    code = "arrears_repeated"
    message = "该请求已用于另一个文件，请重新选择文件上传。"


class ArrearsMoved(Conflict):
    """The import went on at the same moment."""

    code = "arrears_moved"
    message = "该导入正在进行，请刷新后查看进度。"


class ArrearsState(StrEnum):
    """How far an import came."""

    REFUSED = "refused"
    CHECKED = "checked"
    APPLYING = "applying"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with which row of which sheet."""

    sheet: str
    row: int
    problem: str


@dataclass(frozen=True, slots=True)
class Owed:
    """One row of the file, with the room it names."""

    room_id: str
    room_label: str
    building_id: str
    room_order: str
    kind: BillKind
    period: str
    fen: int
    due_on: date
    note: str


@dataclass(frozen=True, slots=True)
class ArrearsPlan:
    """What is to be written, kept as a file until it is."""

    rows: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class ArrearsImport:
    """One import; ``known`` counts rows whose bill stands already, ``written`` how many rows are through.

    ``left_out`` names the rooms for which another bill was issued between the check and the writing.
    """

    id: str
    estate_id: str
    state: ArrearsState
    digest: str
    made_by: str
    made_at: datetime
    company_id: str
    rows: int = 0
    fen: int = 0
    known: int = 0
    error_count: int = 0
    errors: tuple[RowError, ...] = ()
    applied_by: str | None = None
    applied_at: datetime | None = None
    progress_at: datetime | None = None
    written: int = 0
    left_out: tuple[str, ...] = ()
    version: int = 0


def kind_named(text: str) -> BillKind | None:
    """Return the kind of bill that a cell names, or None."""
    return _KINDS.get(text.strip())


def period_text(text: str) -> str:
    """Return a period as :meth:`Period.parse` reads it: ``2025年3月`` and ``2025/3`` are ``2025-03``."""
    plain = half_width(text).strip()
    month = _MONTH.fullmatch(plain)
    if month is not None:
        return f"{month[1]}-{int(month[2]):02d}"
    return plain.removesuffix("年") if re.fullmatch(r"20[0-9]{2}年", plain, re.ASCII) else plain


def day_named(text: str) -> date | None:
    """Return the day that ``2025-03-31``, ``2025/3/31`` or ``2025年3月31日`` name, or None."""
    found = _DAY.fullmatch(half_width(text).strip())
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def bill_of(found: ArrearsImport, owed: Owed) -> Bill:
    """Return the one bill of a row; the same each time it is asked."""
    if found.applied_at is None:
        raise ValueError("arrears become bills when they are applied")
    line = ChargeLine(
        f"arrears_{owed.kind.value}", f"期初欠费 {BILL_KIND_LABELS[owed.kind]}", owed.fen, basis=owed.note
    )
    bill = Bill(
        estate_id=found.estate_id,
        room_id=owed.room_id,
        room_label=owed.room_label,
        building_id=owed.building_id,
        room_order=owed.room_order,
        company_id=found.company_id,
        kind=owed.kind,
        period=owed.period,
        number=1,
        lines=(line,),
        issued_at=found.applied_at,
        due_on=owed.due_on,
        origin=Origin.ARREARS,
        source=found.id,
    )
    return announced(bill, found.applied_at)


def is_same(bill: Bill, owed: Owed) -> bool:
    """Say whether a bill that stands already is the one a row means."""
    return bill.origin is Origin.ARREARS and sum(line.fen for line in bill.lines) == owed.fen


def headed(cells: Sequence[str]) -> dict[str, int] | None:
    """Return where each column stands in a heading row, or None when it is none."""
    places = {name: cells.index(name) for name in COLUMNS if name in cells}
    return places if set(COLUMNS) - OPTIONAL <= places.keys() else None
