"""A ballot from draft to archive: what it is, its states, and what may be done to it when (VOT-01)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from miniprogram_api.ballots.law import KINDS, Kind
from miniprogram_api.ballots.questions import Question
from miniprogram_api.ballots.results import BallotResult
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.vote_terms import Disclosure, VoteTerms
from miniprogram_api.kernel.workflow import Transition, Workflow


class State(StrEnum):
    """How far a ballot has come."""

    DRAFT = "draft"
    CHECKING = "checking"  # 社区审核
    FREEZING = "freezing"  # the roll is being written
    FROZEN = "frozen"  # the roll stands; it may be announced
    NOTICE = "notice"  # 公告期
    OPEN = "open"
    CLOSING = "closing"  # no vote comes in any more; being counted
    COUNTED = "counted"  # 异议期
    CERTIFIED = "certified"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


STATE_LABELS: dict[State, str] = {
    State.DRAFT: "草稿",
    State.CHECKING: "社区审核中",
    State.FREEZING: "生成名册中",
    State.FROZEN: "名册已冻结",
    State.NOTICE: "公告中",
    State.OPEN: "投票中",
    State.CLOSING: "计票中",
    State.COUNTED: "结果异议期",
    State.CERTIFIED: "已确认",
    State.PUBLISHED: "已公布",
    State.ARCHIVED: "已归档",
    State.WITHDRAWN: "已撤回",
}

_S = State
_BEFORE_OPENING = frozenset({_S.DRAFT, _S.CHECKING, _S.FREEZING, _S.FROZEN, _S.NOTICE})

BALLOT = Workflow(
    "ballot",
    _S.DRAFT,
    (
        Transition("submit", "提交审核", frozenset({_S.DRAFT}), _S.CHECKING, Permission.BALLOT_DRAFT),
        Transition(
            "return",
            "退回修改",
            frozenset({_S.CHECKING}),
            _S.DRAFT,
            Permission.BALLOT_CHECK,
            requires=frozenset({"reason"}),
        ),
        Transition(
            "pass",
            "审核通过",
            frozenset({_S.CHECKING}),
            _S.FREEZING,
            Permission.BALLOT_CHECK,
            not_by=frozenset({"drafter"}),
        ),
        Transition("refuse", "名册无法冻结", frozenset({_S.FREEZING}), _S.DRAFT, requires=frozenset({"reason"})),
        Transition("freeze", "冻结名册", frozenset({_S.FREEZING}), _S.FROZEN),
        Transition("announce", "公告", frozenset({_S.FROZEN}), _S.NOTICE, Permission.BALLOT_DRAFT),
        Transition("open", "开始投票", frozenset({_S.NOTICE}), _S.OPEN),
        Transition(
            "extend",
            "延长投票",
            frozenset({_S.NOTICE, _S.OPEN}),
            _S.OPEN,
            Permission.BALLOT_DRAFT,
            requires=frozenset({"reason"}),
        ),
        Transition("close", "投票截止", frozenset({_S.NOTICE, _S.OPEN}), _S.CLOSING),
        Transition("count", "计票", frozenset({_S.CLOSING}), _S.COUNTED),
        Transition(
            "certify",
            "确认结果",
            frozenset({_S.COUNTED}),
            _S.CERTIFIED,
            Permission.BALLOT_CERTIFY,
            not_by=frozenset({"drafter"}),
        ),
        Transition("publish", "公布结果", frozenset({_S.CERTIFIED}), _S.PUBLISHED, Permission.BALLOT_CERTIFY),
        Transition("archive", "归档", frozenset({_S.PUBLISHED}), _S.ARCHIVED),
        Transition(
            "withdraw",
            "撤回",
            _BEFORE_OPENING,
            _S.WITHDRAWN,
            Permission.BALLOT_DRAFT,
            requires=frozenset({"reason"}),
        ),
    ),
)
"""draft -> community check -> roll frozen -> notice -> open -> closed -> counted -> objections -> certified ->
published -> archived. Whoever drafted neither checks nor certifies."""

SHOWN_TO_ALL = frozenset({_S.NOTICE, _S.OPEN, _S.CLOSING, _S.COUNTED, _S.CERTIFIED, _S.PUBLISHED, _S.ARCHIVED})
"""From the notice on everybody of the estate may read a ballot; before, those who prepare it."""

RESULT_KNOWN = frozenset({_S.COUNTED, _S.CERTIFIED, _S.PUBLISHED, _S.ARCHIVED})

LONGEST_OPEN = timedelta(days=120)
SHORTEST_OPEN = timedelta(hours=1)
AMENDMENTS_END_BEFORE = timedelta(hours=1)
"""The roll rests this long before voting begins, so that everybody votes on the roll that people could read."""

REMIND_BEFORE = timedelta(hours=24)
"""Who has not voted is reminded once, a day before the end; this day is ours."""

KEPT_OPEN = timedelta(days=400)
"""民法典 280 and the SPC's interpretation 12: a decision can be revoked in court within a year of knowing of it. The
evidence file stays at hand for longer than that."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """One entrance 单元 of a building."""

    building_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Who shares what is decided on: the whole estate, some buildings, or some entrances; empty is the whole estate."""

    building_ids: tuple[str, ...] = ()
    entrances: tuple[Entrance, ...] = ()

    def holds(self, building_id: str, entrance: str) -> bool:
        """Say whether a room lies within it."""
        if not self.building_ids and not self.entrances:
            return True
        return building_id in self.building_ids or Entrance(building_id, entrance) in self.entrances


@dataclass(frozen=True, slots=True)
class Hand:
    """Who did something, and when."""

    by: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Roll:
    """The frozen electorate 投票权名册 in figures, and the root that binds every line of it.

    ``shards`` is over how many partitions it is spread, for good. ``lone_areas`` counts rooms whose area is like no
    other's, which can be told by it even where rooms are masked.
    """

    frozen_at: datetime
    rooms: int
    heads: int
    area: int
    root: str
    shards: int
    lone_areas: int = 0
    amendments: int = 0


@dataclass(frozen=True, slots=True)
class Extension:
    """The one extension of a vote: from when to when, and why."""

    hand: Hand
    reason: str
    closed_at_before: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """The record of the opening of the box: how many votes lay in it, and the root that bound them before."""

    at: datetime
    votes: int
    root: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The published file of proof: where it lies, how long it is, and its SHA-256."""

    key: str
    size: int
    digest: str


class Event(StrEnum):
    """What everybody on the roll is told."""

    ANNOUNCED = "announced"
    EXTENDED = "extended"
    ENDING = "ending"  # only to those who have not voted
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot. Everything the count rests on is copied into it when it is frozen and never changes after.

    ``rules_source`` says which version of the estate's rules ``terms`` come from. ``public_key`` seals its votes.
    ``attempt`` and ``shards`` say where its roll lies, ``roster_revision`` of which state of the register it is.
    ``reached`` says how far the work of writing the roll, or of counting, has come. ``least_answers`` and
    ``marks`` belong to ratings: how many valid answers are believed, and the mark of each band (SUP-12). ``telling`` is
    what everybody on the roll has yet to be told.
    """

    id: str
    estate_id: str
    estate_name: str
    community_id: str
    kind: Kind
    title: str
    text: str
    questions: tuple[Question, ...]
    drafted: Hand
    scope: Scope = field(default_factory=Scope)
    photo_ids: tuple[str, ...] = ()
    session_id: str | None = None
    consultation_id: str | None = None
    state: State = State.DRAFT
    returned_reason: str | None = None
    checked: Hand | None = None
    terms: VoteTerms = field(default_factory=VoteTerms)
    rules_source: str = ""
    attempt: int = 0
    shards: int = 0
    roster_revision: int = 0
    reached: str = ""
    public_key: str | None = None
    roll: Roll | None = None
    announced: Hand | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    extended: Extension | None = None
    opening: Opening | None = None
    counted_at: datetime | None = None
    result: BallotResult | None = None
    bundle: Bundle | None = None
    objections_until: datetime | None = None
    open_objections: int = 0
    certified: Hand | None = None
    published: Hand | None = None
    ended_reason: str | None = None
    least_answers: int = 0
    marks: tuple[int, ...] = ()
    told_ending: bool = False
    telling: Event | None = None
    version: int = 0

    @property
    def needs_notice(self) -> bool:
        """Whether the law's notice is owed (物业管理条例 14)."""
        return KINDS[self.kind].notice

    @property
    def disclosure(self) -> Disclosure:
        """Return what of it is published once it is counted; answers to surveys are nobody's business."""
        if self.kind is Kind.ELECTION:
            return self.terms.election_disclosure
        return self.terms.disclosure if self.needs_notice else Disclosure.MASKED

    def takes_votes(self, now: datetime) -> bool:
        """Say whether a vote may be cast now: by its times, whichever state the clock's job has written by then."""
        running = self.state in {State.NOTICE, State.OPEN}
        return (
            running
            and self.opens_at is not None
            and self.closes_at is not None
            and (self.opens_at <= now < self.closes_at)
        )

    def is_ending(self, now: datetime) -> bool:
        """Say whether those who have not voted are to be reminded now."""
        if self.told_ending or self.opens_at is None or self.closes_at is None or not self.takes_votes(now):
            return False
        long_enough = self.closes_at - self.opens_at > 2 * REMIND_BEFORE
        return long_enough and self.closes_at - REMIND_BEFORE <= now

    def takes_amendments(self, now: datetime) -> bool:
        """Say whether the roll may still be put right: in public, and before voting begins."""
        if self.state is State.FROZEN:
            return True
        return self.state is State.NOTICE and self.opens_at is not None and now < self.opens_at - AMENDMENTS_END_BEFORE

    def may_change(self) -> bool:
        """Say whether a voter may change a vote once."""
        return self.terms.change_once
