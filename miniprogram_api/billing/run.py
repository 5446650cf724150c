"""One bill run 出账: a period of one kind is worked out, looked at, and issued; twice makes no second bill (FEE-01)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import Bill, LateFeeTerms
from miniprogram_api.billing.drafting import (
    MOST_LISTED,
    NOTHING,
    Outlier,
    RoomDraft,
    Tally,
    Trouble,
    fingerprint_of,
    outliers,
    tally_of,
)
from miniprogram_api.billing.reminding import announced
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.period import Period, month_after
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class RunUnknown(NotFound):
    """The estate has no such run."""

    code = "bill_run_unknown"
    message = "没有找到该账期的出账任务，请先生成草稿。"


class RunMoved(Conflict):
    """Somebody else took a step of the run at the same moment."""

    code = "bill_run_moved"
    message = "出账任务刚刚有了新进展，请刷新后再操作。"


class RunHasProblems(Conflict):
    """Some rooms cannot be billed; ``rooms`` names the first of them."""

    code = "bill_run_has_problems"
    message = "还有房屋无法计费，请按清单补齐面积、抄表或收费标准后重新生成草稿。"


class RunStale(Conflict):
    """What decides the amounts changed since the preview."""

    code = "bill_run_stale"
    message = "预览之后收费标准、房屋或抄表有改动，请重新生成草稿并核对后再发布。"


class PeriodBilled(Conflict):
    """A month of the period was or is being billed by another run of the kind, such as the quarter it lies in."""

    code = "period_billed"
    message = "该账期中已有月份按其他账期出过账，请核对账期，避免重复收费。"


class NothingToBill(Conflict):
    """No room has anything to pay for the period."""

    code = "nothing_to_bill"
    message = "该账期没有需要出账的费用，请核对收费标准。"


class NoCompany(Conflict):
    """The estate has no company under contract that the money would be owed to."""

    code = "no_company"
    message = "该小区没有在管物业企业，不能出账，请先备案物业服务合同。"


class RunState(StrEnum):
    """How far a run has come."""

    DRAFT = "draft"
    PREVIEWED = "previewed"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


RUN_LABELS: dict[RunState, str] = {
    RunState.DRAFT: "计算中",
    RunState.PREVIEWED: "待发布",
    RunState.PUBLISHING: "发布中",
    RunState.PUBLISHED: "已发布",
    RunState.CANCELLED: "已取消",
}

GOING = frozenset({RunState.DRAFT, RunState.PUBLISHING})
"""In these states a run goes on by itself until it is through."""

_NOT_ISSUED = frozenset({RunState.DRAFT, RunState.PREVIEWED, RunState.CANCELLED})

RUN: Workflow[RunState] = Workflow(
    "bill_run",
    RunState.DRAFT,
    (
        Transition("draft", "生成草稿", _NOT_ISSUED, RunState.DRAFT, Permission.BILL_ISSUE),
        Transition("show", "完成计算", frozenset({RunState.DRAFT}), RunState.PREVIEWED),
        Transition("publish", "发布", frozenset({RunState.PREVIEWED}), RunState.PUBLISHING, Permission.BILL_ISSUE),
        Transition("finish", "完成发布", frozenset({RunState.PUBLISHING}), RunState.PUBLISHED),
        Transition("return", "退回草稿", frozenset({RunState.PUBLISHING}), RunState.DRAFT),
        Transition(
            "cancel",
            "取消",
            frozenset({RunState.DRAFT, RunState.PREVIEWED}),
            RunState.CANCELLED,
            Permission.BILL_ISSUE,
        ),
    ),
)
"""draft -> previewed -> publishing -> published; before publishing it may be worked out anew or cancelled."""


@dataclass(frozen=True, slots=True)
class Billed:
    """Guard: which run bills a month of a kind."""

    estate_id: str
    kind: BillKind
    month: str
    run_id: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class RunPart:
    """What one draft of a run worked out for one building; nothing is kept of single rooms but what is unusual."""

    estate_id: str
    run_id: str
    revision: int
    building_id: str
    building: str
    tally: Tally
    outliers: tuple[Outlier, ...]
    problems: tuple[Trouble, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class BillRun:
    """One run, identified by estate, period and kind. ``revision`` counts drafts.

    ``reached`` is the building (in the order of ids) up to which the present state has come, ``fingerprint`` what
    decided the amounts, ``tally`` the draft, ``issued`` what was counted from the bills written. Who is owed, when
    it is due and the late fee are fixed when publishing begins, so that every repetition writes the same bills.
    """

    estate_id: str
    period: str
    kind: BillKind
    state: RunState
    made_by: str
    made_by_name: str
    made_at: datetime
    progress_at: datetime
    fingerprint: str
    revision: int = 1
    reached: str = ""
    tally: Tally = NOTHING
    issued: Tally = NOTHING
    published_by: str | None = None
    published_by_name: str = ""
    company_id: str = ""
    issued_at: datetime | None = None
    due_on: date | None = None
    late_fee_terms: LateFeeTerms | None = None
    version: int = 0

    @property
    def id(self) -> str:
        """Return the id within the estate."""
        return run_id(self.period, self.kind)

    def bill_of(self, draft: RoomDraft) -> Bill:
        """Return the one bill this run issues to a room; the same each time it is asked."""
        if self.issued_at is None or self.due_on is None:
            raise ValueError("a run has no bills before it is published")
        bill = Bill(
            estate_id=self.estate_id,
            room_id=draft.room_id,
            room_label=draft.label,
            building_id=draft.building_id,
            room_order=draft.order,
            company_id=self.company_id,
            kind=self.kind,
            period=self.period,
            number=1,
            lines=draft.lines,
            issued_at=self.issued_at,
            due_on=self.due_on,
            source=self.id,
            late_fee_terms=self.late_fee_terms,
        )
        return announced(bill, self.issued_at)


def run_id(period: str, kind: BillKind) -> str:
    """Return the id of a run within its estate."""
    return f"{period}_{kind.value}"


def months_to_bill(run: BillRun, there: Iterable[Billed]) -> list[Billed]:
    """Return the guards that a run has to set before it issues anything, given those that stand.

    Raises:
        PeriodBilled: another run bills one of its months.
    """
    by_month = {one.month: one for one in there}
    months = [str(month) for month in Period.parse(run.period).each_month()]
    if any(by_month[month].run_id != run.id for month in months if month in by_month):
        raise PeriodBilled
    return [Billed(run.estate_id, run.kind, month, run.id) for month in months if month not in by_month]


def period_before(period: Period) -> Period:
    """Return the period of the same length that ends where this one begins."""
    first = month_after(period.first_on, -period.months)
    return Period(first.year, first.month, period.months)


def drafted_anew(run: BillRun, by: str, by_name: str, fingerprint: str, now: datetime) -> BillRun:
    """Return the run at the beginning of another draft.

    Raises:
        IllegalTransition: it is being published, or was.
    """
    state = RUN.step(run.state, "draft", given={}, actor=by, participants={}).target
    made = replace(run, made_by=by, made_by_name=by_name, made_at=now)
    return _begun(replace(made, state=state, fingerprint=fingerprint, revision=run.revision + 1), now)


def with_part(run: BillRun, part: RunPart, now: datetime) -> BillRun:
    """Return the draft with one more building worked out."""
    return replace(run, reached=part.building_id, tally=run.tally.plus(part.tally), progress_at=now)


def previewed(run: BillRun, now: datetime) -> BillRun:
    """Return the run once every building was worked out."""
    return _stepped(run, "show", now)


def publishing(run: BillRun, by: str, by_name: str, terms: IssueTerms, now: datetime) -> BillRun:
    """Return the run when its bills begin to be written.

    Raises:
        IllegalTransition: it was not previewed, or was published before.
        RunHasProblems: rooms cannot be billed.
        NothingToBill: there is nothing to issue.
    """
    begun = _begun(_stepped(run, "publish", now, by), now)
    if run.tally.problems:
        raise RunHasProblems(problems=run.tally.problems)
    if not run.tally.rooms:
        raise NothingToBill
    return replace(
        begun,
        tally=run.tally,
        published_by=by,
        published_by_name=by_name,
        company_id=terms.company_id,
        issued_at=now,
        due_on=terms.due_on,
        late_fee_terms=terms.late_fee_terms,
    )


def with_issued(run: BillRun, building_id: str, counted: Tally, now: datetime) -> BillRun:
    """Return the run with the bills of one more building written and counted."""
    return replace(run, reached=building_id, issued=run.issued.plus(counted), progress_at=now)


def published(run: BillRun, now: datetime) -> BillRun:
    """Return the run once every bill was written."""
    return _stepped(run, "finish", now)


def returned(run: BillRun, now: datetime) -> BillRun:
    """Return a run whose facts changed while it was published: it is worked out again; bills already issued stay."""
    state = RUN.step(run.state, "return", given={}, actor="system", participants={}).target
    return _begun(replace(run, state=state, revision=run.revision + 1), now)


def cancelled(run: BillRun, by: str, now: datetime) -> BillRun:
    """Return the run after it was called off.

    Raises:
        IllegalTransition: bills of it were written.
    """
    return _stepped(run, "cancel", now, by)


@dataclass(frozen=True, slots=True)
class IssueTerms:
    """What holds for every bill of a run: who is owed, until when, and how a late fee grows."""

    company_id: str
    due_on: date
    late_fee_terms: LateFeeTerms | None


def _stepped(run: BillRun, name: str, now: datetime, by: str = "system") -> BillRun:
    state = RUN.step(run.state, name, given={}, actor=by, participants={}).target
    return replace(run, state=state, progress_at=now)


def _begun(run: BillRun, now: datetime) -> BillRun:
    return replace(run, reached="", tally=NOTHING, issued=NOTHING, progress_at=now)


def part_of(run: BillRun, building_id: str, building: str, drafts: Sequence[RoomDraft]) -> RunPart:
    """Return what a draft says of one building."""
    unusual = outliers(drafts)
    problems = [problem for draft in drafts for problem in draft.problems]
    tally = replace(tally_of(draft.lines for draft in drafts), outliers=len(unusual), problems=len(problems))
    return RunPart(
        run.estate_id,
        run.id,
        run.revision,
        building_id,
        building,
        tally,
        tuple(unusual[:MOST_LISTED]),
        tuple(problems[:MOST_LISTED]),
        fingerprint_of(drafts),
    )


def due_day(issued_on: date, offset_days: int) -> date:
    """Return the day until which a bill is to be paid: so many days after it is issued."""
    return issued_on + timedelta(days=offset_days)
