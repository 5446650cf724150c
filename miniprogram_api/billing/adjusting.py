"""Requests to change what a room owes, decided by a second person: less, void, other lines, instalments, a charge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from miniprogram_api.billing.bill import Instalment
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.charge import BillKind, ChargeLine
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.workflow import Transition, Workflow

MOST_PARTS = 12


class AdjustmentUnknown(NotFound):
    """The estate has no such request."""

    code = "adjustment_unknown"
    message = "没有找到该申请，请刷新列表。"


class AdjustmentMoved(Conflict):
    """Somebody else decided the request at the same moment."""

    code = "adjustment_moved"
    message = "该申请刚刚被处理，请刷新后查看。"


class AdjustmentKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "adjustment_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class AdjustmentIncomplete(Invalid):
    """The request lacks what its kind needs."""

    code = "adjustment_incomplete"
    message = "申请内容不完整，请按所选类型补齐后提交。"


class AdjustmentKind(StrEnum):
    """What is asked for."""

    ABATEMENT = "abatement"  # of future bills, by percent
    ABATEMENT_END = "abatement_end"  # an approved abatement ends on a day
    REDUCTION = "reduction"  # of an issued bill, in fen
    VOID = "void"
    REPLACEMENT = "replacement"  # void and issue with other lines
    INSTALMENTS = "instalments"
    SINGLE = "single"  # one charge by hand


ADJUSTMENT_LABELS: dict[AdjustmentKind, str] = {
    AdjustmentKind.ABATEMENT: "后续账期减免",
    AdjustmentKind.ABATEMENT_END: "减免终止",
    AdjustmentKind.REDUCTION: "账单减免",
    AdjustmentKind.VOID: "账单作废",
    AdjustmentKind.REPLACEMENT: "账单更正",
    AdjustmentKind.INSTALMENTS: "分期缴纳",
    AdjustmentKind.SINGLE: "单笔收费",
}

OF_A_BILL = frozenset(
    {AdjustmentKind.REDUCTION, AdjustmentKind.VOID, AdjustmentKind.REPLACEMENT, AdjustmentKind.INSTALMENTS}
)


class Reason(StrEnum):
    """Why it is asked for."""

    VACANT = "vacant"
    HARDSHIP = "hardship"
    SERVICE = "service"
    WRONG = "wrong"
    POLICY = "policy"
    AGREED = "agreed"
    OTHER = "other"


REASON_LABELS: dict[Reason, str] = {
    Reason.VACANT: "房屋空置",
    Reason.HARDSHIP: "生活困难",
    Reason.SERVICE: "服务未达标",
    Reason.WRONG: "计费有误",
    Reason.POLICY: "政策减免",
    Reason.AGREED: "双方约定",
    Reason.OTHER: "其他",
}


class AdjustmentState(StrEnum):
    """How far a request came."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


ADJUSTMENT_STATE_LABELS: dict[AdjustmentState, str] = {
    AdjustmentState.ASKED: "待审批",
    AdjustmentState.APPROVED: "已通过",
    AdjustmentState.REFUSED: "未通过",
    AdjustmentState.WITHDRAWN: "已撤回",
}

_ASKED = frozenset({AdjustmentState.ASKED})

ADJUSTMENT: Workflow[AdjustmentState] = Workflow(
    "bill_adjustment",
    AdjustmentState.ASKED,
    (
        Transition(
            "approve",
            "通过",
            _ASKED,
            AdjustmentState.APPROVED,
            Permission.BILL_APPROVE,
            not_by=frozenset({"asker"}),
        ),
        Transition(
            "refuse",
            "不通过",
            _ASKED,
            AdjustmentState.REFUSED,
            Permission.BILL_APPROVE,
            requires=frozenset({"note"}),
            not_by=frozenset({"asker"}),
        ),
        Transition("withdraw", "撤回", _ASKED, AdjustmentState.WITHDRAWN, Permission.BILL_ADJUST),
    ),
)
"""Whoever asks does not decide."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; which fields it needs depends on the kind.

    ``percent`` off ``charges`` (all, when empty) from ``first_on`` to ``last_on`` (open when None); ``fen`` off
    ``bill_id``; ``lines`` of a new bill of ``bill_kind`` for ``period``, due ``due_on``; ``plan`` of instalments;
    ``ends`` is the request of an abatement whose last day becomes ``last_on``.
    """

    kind: AdjustmentKind
    reason: Reason
    text: str
    room_id: str = ""
    bill_id: str = ""
    fen: int = 0
    percent: int = 0
    charges: tuple[str, ...] = ()
    first_on: date | None = None
    last_on: date | None = None
    lines: tuple[ChargeLine, ...] = ()
    bill_kind: BillKind | None = None
    period: str = ""
    due_on: date | None = None
    plan: tuple[Instalment, ...] = ()
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One request, with who asked and who decided."""

    id: str
    estate_id: str
    room_id: str
    room_label: str
    wanted: Wanted
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    photo_ids: tuple[str, ...] = ()
    state: AdjustmentState = AdjustmentState.ASKED
    decided_by: str | None = None
    decided_by_name: str = ""
    decided_at: datetime | None = None
    note: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Abated:
    """An approved abatement as it lies beside the rooms that a run works out."""

    estate_id: str
    building_id: str
    room_id: str
    ref: str
    charges: tuple[str, ...]
    percent: int
    first_on: date
    last_on: date | None
    reason: str
    version: int = 0


def check(wanted: Wanted) -> None:
    """Make sure that a request has what its kind needs, and nothing impossible.

    Raises:
        AdjustmentIncomplete: it has not.
    """
    if wanted.kind in OF_A_BILL and not wanted.bill_id:
        raise AdjustmentIncomplete
    if not _CHECKS[wanted.kind](wanted):
        raise AdjustmentIncomplete


def _abatement_complete(wanted: Wanted) -> bool:
    if not wanted.room_id or wanted.first_on is None or not 1 <= wanted.percent <= 100:
        return False
    return wanted.last_on is None or wanted.first_on <= wanted.last_on


def _lines_complete(wanted: Wanted) -> bool:
    return bool(wanted.lines) and all(line.fen > 0 for line in wanted.lines) and wanted.due_on is not None


def _single_complete(wanted: Wanted) -> bool:
    named = bool(wanted.room_id and wanted.period) and wanted.bill_kind is not None
    return named and _lines_complete(wanted)


_CHECKS = {
    AdjustmentKind.ABATEMENT: _abatement_complete,
    AdjustmentKind.ABATEMENT_END: lambda wanted: bool(wanted.ends) and wanted.last_on is not None,
    AdjustmentKind.REDUCTION: lambda wanted: wanted.fen > 0,
    AdjustmentKind.VOID: lambda _: True,
    AdjustmentKind.REPLACEMENT: _lines_complete,
    AdjustmentKind.INSTALMENTS: lambda wanted: 2 <= len(wanted.plan) <= MOST_PARTS,
    AdjustmentKind.SINGLE: _single_complete,
}


def decided(found: Adjustment, step: str, by: str, by_name: str, note: str, now: datetime) -> Adjustment:
    """Return the request after it was approved, refused or withdrawn.

    Raises:
        IllegalTransition: it was decided before.
        SamePersonRefused: whoever asked would decide.
        InputMissing: a refusal without a reason.
    """
    taken = ADJUSTMENT.step(found.state, step, given={"note": note}, actor=by, participants={"asker": found.asked_by})
    return replace(found, state=taken.target, decided_by=by, decided_by_name=by_name, decided_at=now, note=note)
