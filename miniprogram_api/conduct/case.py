"""A negative-list case 负面清单案件 about a committee member (VOT-14, 003:81).

reported -> checked -> suspended -> voting -> ended or restored -> announced; at any time after the report it can also
be handed to justice 移送司法, which changes no state. Two ends are OURS, since the source only tells of cases that
prove true: a report that proves untrue is dismissed, and a case lapses when the membership ended by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from miniprogram_api.conduct.catalogue import Item
from miniprogram_api.conduct.history import Hand, Line, Said, Seat, line, step_of
from miniprogram_api.conduct.refusals import AlreadyReferred, NotHeard, ReferralDateWrong, StatementsFull
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of, spoken
from miniprogram_api.kernel.workflow import Transition, Workflow

MOST_STATEMENTS = 5
"""Statements of one case: enough to be heard, and few enough for the case to keep its whole history with it."""


class CaseState(StrEnum):
    """How far a case is."""

    REPORTED = "reported"
    CHECKED = "checked"  # the fact is true; the member is to be heard
    DISMISSED = "dismissed"
    SUSPENDED = "suspended"
    VOTING = "voting"
    ENDED = "ended"
    RESTORED = "restored"
    ANNOUNCED = "announced"
    LAPSED = "lapsed"


STATE_LABELS: dict[CaseState, str] = {
    CaseState.REPORTED: "待核实",
    CaseState.CHECKED: "已核实",
    CaseState.DISMISSED: "不属实",
    CaseState.SUSPENDED: "暂停履职",
    CaseState.VOTING: "业主大会表决中",
    CaseState.ENDED: "已终止成员资格",
    CaseState.RESTORED: "已恢复履职",
    CaseState.ANNOUNCED: "已公告",
    CaseState.LAPSED: "任职已结束",
}

_S = CaseState
_CHECK = Permission.CONDUCT_CHECK
_TEXT = frozenset({"text"})
_MEMBER = frozenset({"member"})
_APART = frozenset({"member", "reporter"})

CASE_LIFE: Workflow[CaseState] = Workflow(
    "negative_list_case",
    _S.REPORTED,
    (
        Transition("check", "核实属实", frozenset({_S.REPORTED}), _S.CHECKED, _CHECK, _TEXT, _APART),
        Transition("dismiss", "核实不属实", frozenset({_S.REPORTED, _S.CHECKED}), _S.DISMISSED, _CHECK, _TEXT, _APART),
        Transition("state", "本人陈述", frozenset({_S.CHECKED}), _S.CHECKED, None, _TEXT),
        Transition("hear", "听取陈述", frozenset({_S.CHECKED}), _S.CHECKED, _CHECK, _TEXT, _MEMBER),
        Transition("suspend", "暂停履职", frozenset({_S.CHECKED}), _S.SUSPENDED, _CHECK, _TEXT, _APART),
        Transition("put_to_vote", "提请业主大会", frozenset({_S.SUSPENDED}), _S.VOTING, _CHECK, _TEXT, _MEMBER),
        Transition(
            "end",
            "终止成员资格",
            frozenset({_S.VOTING}),
            _S.ENDED,
            _CHECK,
            _TEXT | {"reference"},
            _MEMBER,
        ),
        Transition("restore", "恢复履职", frozenset({_S.VOTING}), _S.RESTORED, _CHECK, _TEXT, _MEMBER),
        Transition(
            "announce", "公告全体业主", frozenset({_S.ENDED, _S.RESTORED}), _S.ANNOUNCED, _CHECK, _TEXT, _MEMBER
        ),
        Transition(
            "lapse",
            "任职已结束",
            frozenset({_S.REPORTED, _S.CHECKED, _S.SUSPENDED, _S.VOTING}),
            _S.LAPSED,
            _CHECK,
            _TEXT,
            _MEMBER,
        ),
    ),
)
"""The reporter neither checks nor suspends, and the member takes no step but their own statement."""

REFERRAL = ("refer", "移送司法机关")
STREET_STEPS = frozenset({"suspend", "restore"})
"""The street suspends (003:81); what it took, it gives back."""

_OVER = frozenset({_S.DISMISSED, _S.ANNOUNCED, _S.LAPSED})
_WITHOUT_RIGHTS = frozenset({_S.SUSPENDED, _S.VOTING, _S.ENDED})


@dataclass(frozen=True, slots=True)
class Referral:
    """The case was handed to justice: when, to whom, with what words."""

    on: date
    authority: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case. ``post_ids`` are the seats that it suspends; ``decision_id`` is the assembly's decision to end them."""

    id: str
    seat: Seat
    item: Item
    fact: str
    photo_ids: tuple[str, ...]
    reported_by: str
    reported_at: datetime
    history: tuple[Line, ...]
    state: CaseState = CaseState.REPORTED
    statements: int = 0
    post_ids: tuple[str, ...] = ()
    suspended_at: datetime | None = None
    decision_id: str | None = None
    announced_at: datetime | None = None
    announcement: str | None = None
    referral: Referral | None = None
    version: int = 0

    @property
    def estate_id(self) -> str:
        """Where it happened."""
        return self.seat.estate_id

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state not in _OVER

    @property
    def on_board(self) -> bool:
        """Whether everybody at the estate may know of it: the fact of a suspension, and what was announced."""
        return self.state in _WITHOUT_RIGHTS or self.state is CaseState.ANNOUNCED

    @property
    def membership_ended(self) -> bool:
        """Whether the owners' assembly ended the membership."""
        return self.decision_id is not None

    def last(self, name: str) -> Line:
        """Return the latest step of a name; StopIteration is a programming error, the workflow saw to the step."""
        return next(one for one in reversed(self.history) if one.name == name)

    def step_of(self, step_id: str) -> Line | None:
        """Return the step that was sent before under this id, or None."""
        return step_of(self.history, step_id)


def reported(case_id: str, seat: Seat, item: Item, said: Said, hand: Hand) -> Case:
    """Return a new case: somebody of the estate says what happened, with proof."""
    first = line("report", "举报", said, hand)
    return Case(case_id, seat, item, said.text, said.photo_ids, hand.by, hand.at, (first,))


def stepped(case: Case, name: str, said: Said, hand: Hand) -> Case:
    """Return the case after one step; what it does to the member's posts belongs to the same act.

    Raises:
        IllegalTransition, SamePersonRefused, InputMissing: see the workflow.
        NotHeard: a suspension before any statement.
        StatementsFull: the member was heard five times.
    """
    given = {"text": said.text, "reference": said.reference}
    participants = {"reporter": case.reported_by, "member": case.seat.account_id}
    transition = CASE_LIFE.step(case.state, name, given=given, actor=hand.by, participants=participants)
    changes: dict[str, Any] = {"state": transition.target}
    match name:
        case "state" | "hear":
            if case.statements >= MOST_STATEMENTS:
                raise StatementsFull
            changes["statements"] = case.statements + 1
        case "suspend":
            if not case.statements:
                raise NotHeard
            changes["suspended_at"] = hand.at
        case "end":
            changes["decision_id"] = said.reference
        case "announce":
            changes |= {"announced_at": hand.at, "announcement": said.text}
    return replace(case, history=(*case.history, line(name, transition.label, said, hand)), **changes)


def referred(case: Case, referral: Referral, hand: Hand) -> Case:
    """Return the case after it was handed to justice, whatever its state; that happens once.

    Raises:
        AlreadyReferred: it was before.
        ReferralDateWrong: in the future, or before the report.
    """
    if case.referral is not None:
        raise AlreadyReferred
    if not date_of(case.reported_at) <= referral.on <= date_of(hand.at):
        raise ReferralDateWrong
    said = Said(referral.text, reference=f"{referral.authority} {spoken(referral.on)}")
    return replace(case, referral=referral, history=(*case.history, line(*REFERRAL, said, hand)))
