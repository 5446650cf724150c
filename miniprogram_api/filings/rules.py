"""A filing 备案: submitted by the company, reviewed by the community, in force for its term, ended with it (EST-04)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from miniprogram_api.kernel.access import Permission, Principal, ScopeKind
from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from miniprogram_api.kernel.workflow import Transition, Workflow

WARNING_DAYS = (90, 30, 7)
"""Days before the end of a contract at which its people are told (EST-04: "alert before contract end"; the numbers are
settings of the house, the source text names none)."""


class FilingState(StrEnum):
    """How far a filing has come (requirements section 4)."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    FILED = "filed"
    EXPIRING = "expiring"
    ENDED = "ended"


_LIVE = frozenset({FilingState.FILED, FilingState.EXPIRING})

FILING = Workflow(
    "filing",
    FilingState.SUBMITTED,
    (
        Transition(
            "file",
            "准予备案",
            frozenset({FilingState.SUBMITTED}),
            FilingState.FILED,
            Permission.FILING_REVIEW,
            not_by=frozenset({"submitter"}),
        ),
        Transition(
            "return",
            "退回",
            frozenset({FilingState.SUBMITTED}),
            FilingState.RETURNED,
            Permission.FILING_REVIEW,
            requires=frozenset({"reason"}),
            not_by=frozenset({"submitter"}),
        ),
        Transition(
            "resubmit",
            "重新提交",
            frozenset({FilingState.RETURNED}),
            FilingState.SUBMITTED,
            Permission.FILING_SUBMIT,
        ),
        Transition("warn", "到期提醒", _LIVE, FilingState.EXPIRING),
        Transition("end", "到期终止", _LIVE, FilingState.ENDED),
    ),
)
"""submitted -> filed / returned -> expiring -> ended (EST-04); the last two steps are the calendar's."""


class FilingUnknown(NotFound):
    """There is no such filing here."""

    code = "filing_unknown"
    message = "没有找到该备案，请刷新列表。"


class FilingRepeated(Conflict):
    """The same act was sent before with other contents."""

    code = "filing_repeated"
    message = "该请求已用于另一份备案，请重新提交。"


class FilingChanged(Conflict):
    """Somebody else decided on the filing at the same moment."""

    code = "filing_changed"
    message = "该备案刚刚被他人处理，请刷新后查看。"


class TermUnclear(Invalid):
    """The contract ends before it begins, or is over already."""

    code = "filing_term_unclear"
    message = "合同终止日期须晚于起始日期，且不能早于今天。"


class LeaderTwice(Invalid):
    """Leader and deputy are the same person, so nobody stands in."""

    code = "leader_twice"
    message = "项目负责人和副手不能是同一个手机号码。"


class AnotherInForce(Conflict):
    """The estate has a filed contract; only one is in force at a time."""

    code = "another_in_force"
    message = "该小区已有生效的备案；新合同的起始日期须晚于今天，到期自动接续。"


class CompanyNotConfirmed(Conflict):
    """The company's registration is not confirmed, so its contracts cannot be filed (EST-03)."""

    code = "company_not_confirmed"
    message = "物业企业信息尚未经住建部门确认，请先完成企业报备。"


class ReviewerPartial(Forbidden):
    """Somebody of the company does not review its filing (EST-04)."""

    code = "reviewer_partial"
    message = "您在该物业企业任职，不能审核它的备案，请由其他工作人员办理。"


class ContractFileRefused(Invalid):
    """The contract is neither a PDF nor a photo."""

    code = "contract_file_refused"
    message = "合同文件应为 PDF、JPG 或 PNG，请重新选择文件。"


@dataclass(frozen=True, slots=True)
class Leader:
    """The project leader 项目负责人 or the deputy: a business contact that goes on the wall card."""

    name: str
    phone: str
    filing_number: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is filed: the contract with its term (both days included), fee, grade and items, and who leads."""

    starts_on: date
    ends_on: date
    fee_standard: str
    service_grade: str
    items: tuple[str, ...]
    contract_file: str
    leader: Leader
    deputy: Leader | None = None

    def check(self, today: date) -> None:
        """Make sure the term runs forward and is not over, and that the deputy is somebody else.

        Raises:
            TermUnclear, LeaderTwice: it does not, or they are the same.
        """
        if self.ends_on <= self.starts_on or self.ends_on < today:
            raise TermUnclear
        if self.deputy is not None and self.deputy.phone == self.leader.phone:
            raise LeaderTwice


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing. ``in_force_since`` is the day it took effect, ``warned_days`` the last warning given.

    ``deputy_seated`` says that the deputy's appointment, an act of its own, has been made.
    """

    id: str
    estate_id: str
    estate_name: str
    units: tuple[str, ...]
    company_id: str
    company_name: str
    terms: Terms
    submitted_by: str
    submitted_at: datetime
    state: FilingState = FilingState.SUBMITTED
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    in_force_since: date | None = None
    deputy_seated: bool = False
    warned_days: int | None = None
    ended_on: date | None = None
    version: int = 0

    @property
    def is_in_force(self) -> bool:
        """Whether it is the contract of its estate now."""
        return self.in_force_since is not None and self.state in _LIVE

    @property
    def is_waiting(self) -> bool:
        """Whether it is filed and its first day has not come."""
        return self.in_force_since is None and self.state is FilingState.FILED

    @property
    def next_day(self) -> date | None:
        """Return the day on which the calendar has something to do with it."""
        if self.is_waiting:
            return self.terms.starts_on
        if not self.is_in_force:
            return None
        if self.terms.deputy is not None and not self.deputy_seated:
            return self.in_force_since
        coming = [days for days in WARNING_DAYS if self.warned_days is None or days < self.warned_days]
        return self.terms.ends_on - timedelta(days=coming[0] if coming else -1)

    def stepped(self, step: str, by: str, at: datetime, reason: str | None = None) -> Filing:
        """Return the filing after a decision.

        Raises:
            IllegalTransition: it is not in the state for that.
            SamePersonRefused: who submitted it decides on it.
            InputMissing: it is returned without a reason.
        """
        transition = FILING.step(
            self.state, step, given={"reason": reason}, actor=by, participants={"submitter": self.submitted_by}
        )
        return replace(self, state=transition.target, decided_by=by, decided_at=at, reason=reason)

    def begun(self, on: date) -> Filing:
        """Return the filing from the day it takes effect."""
        return replace(self, in_force_since=on)

    def warned(self, today: date) -> Filing:
        """Return the filing after the warning that is due today: 90, 30 or 7 days before its end."""
        left = (self.terms.ends_on - today).days
        return replace(self, state=FilingState.EXPIRING, warned_days=min(days for days in WARNING_DAYS if left <= days))

    def over(self, on: date) -> Filing:
        """Return the filing from the day its contract counts no more."""
        return replace(self, state=FilingState.ENDED, ended_on=on)


def check_impartial(reviewer: Principal, company_id: str) -> None:
    """Make sure that the reviewer holds no post in the company.

    Raises:
        ReviewerPartial: they do.
    """
    for grant in reviewer.grants:
        of_company = grant.scope.kind is ScopeKind.COMPANY and grant.scope.id == company_id
        if of_company or grant.company_id == company_id:
            raise ReviewerPartial


def media_type_of(data: bytes) -> str:
    """Return the media type of a contract file by its first bytes.

    Raises:
        ContractFileRefused: it is neither a PDF nor a JPEG or PNG photo.
    """
    for beginning, media_type in (
        (b"%PDF-", "application/pdf"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
    ):
        if data.startswith(beginning):
            return media_type
    raise ContractFileRefused
