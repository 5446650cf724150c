"""The five-party linkage case: opened -> five parties done or not needed -> closed -> published (CARD-04)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Permission, Role
from miniprogram_api.kernel.clock import date_of, start_of
from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from miniprogram_api.kernel.workflow import InputMissing, Transition, Workflow
from miniprogram_api.linkage.catalogue import KINDS_BY_CODE, PARTY_LABELS, Party

if TYPE_CHECKING:
    from collections.abc import Iterable


class CaseUnknown(NotFound):
    """The estate has no such linkage case."""

    code = "linkage_case_unknown"
    message = "没有找到该联动事项，请刷新后重试。"


class CaseChanged(Conflict):
    """Somebody else changed the case at the same moment."""

    code = "linkage_case_changed"
    message = "该联动事项刚刚被他人更新，请刷新后再试。"


class PartyUnknown(NotFound):
    """There are five parties, and this is none of them."""

    code = "linkage_party_unknown"
    message = "没有这一方，请刷新后重试。"


class PartyMissing(Invalid):
    """All five parties need a person, a task and a date not in the past."""

    code = "linkage_party_missing"
    message = "五方都要填写负责人、任务和完成日期，日期不能早于今天。"


class ResultRefused(Invalid):
    """What the party reported is not yet the result it owes."""

    code = "linkage_result_refused"
    message = "还不能办结这一方，请补充结果。"


class PartyOfOthers(Forbidden):
    """Another party answers for this slot."""

    code = "linkage_party_of_others"
    message = "这一项由其他方负责填写，请联系社区。"


class PartiesUnfinished(Conflict):
    """The case cannot close before all five parties are done or not needed."""

    code = "linkage_parties_unfinished"
    message = "五方还没有全部完成，请先办结或注明不需要的原因。"


class NotOfHere(Forbidden):
    """Only residents of the estate take part."""

    code = "linkage_residents_only"
    message = "只有本小区居民可以报名，请先绑定房屋。"


class CaseState(StrEnum):
    """How far a case is."""

    OPENED = "opened"
    CLOSED = "closed"
    PUBLISHED = "published"


class SlotState(StrEnum):
    """How far one party is."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


CASE_LIFE = Workflow(
    "linkage",
    CaseState.OPENED,
    (
        Transition(
            "close",
            "结案",
            frozenset({CaseState.OPENED}),
            CaseState.CLOSED,
            Permission.LINKAGE_OPEN,
            frozenset({"summary"}),
        ),
        Transition("publish", "公布", frozenset({CaseState.CLOSED}), CaseState.PUBLISHED, Permission.LINKAGE_OPEN),
    ),
)

SLOT_LIFE = Workflow(
    "linkage_slot",
    SlotState.OPEN,
    (
        Transition("assign", "分工", frozenset({SlotState.OPEN}), SlotState.OPEN, Permission.LINKAGE_OPEN),
        Transition("report", "进展", frozenset({SlotState.OPEN}), SlotState.OPEN, Permission.LINKAGE_FILL),
        Transition("finish", "办结", frozenset({SlotState.OPEN}), SlotState.DONE, Permission.LINKAGE_FILL),
        Transition(
            "waive",
            "不需要",
            frozenset({SlotState.OPEN}),
            SlotState.NOT_NEEDED,
            Permission.LINKAGE_OPEN,
            frozenset({"reason"}),
        ),
        Transition(
            "reopen",
            "重新办理",
            frozenset({SlotState.DONE, SlotState.NOT_NEEDED}),
            SlotState.OPEN,
            Permission.LINKAGE_OPEN,
            frozenset({"reason"}),
        ),
    ),
)

FILLERS: dict[Party, frozenset[Role]] = {
    Party.COMMUNITY: frozenset({Role.COMMUNITY}),
    Party.ORIGINAL: frozenset({Role.COMMUNITY}),  # it need not be on the platform, so the community enters its word
    Party.COMMITTEE: frozenset({Role.COMMITTEE, Role.COMMUNITY}),
    Party.RESIDENTS: frozenset({Role.BUILDING_HEAD, Role.COMMITTEE, Role.COMMUNITY}),
    Party.PROVIDER: frozenset({Role.MANAGER}),
}
"""Which roles report for which party."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a party brought in; money in fen. Which fields count depends on the party."""

    record: str = ""
    promised: int = 0
    paid: int = 0
    asked: int = 0
    consents: int = 0
    participants: int = 0
    order_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One party's part: who, what, until when, and the result. ``organisation`` is free text."""

    party: Party
    organisation: str
    person: str
    task: str
    due_on: date
    account_id: str | None = None
    state: SlotState = SlotState.OPEN
    result: Result = Result()
    reason: str | None = None
    finished_at: datetime | None = None
    overdue_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """The instant at which the date given has passed."""
        return start_of(self.due_on + timedelta(days=1))


def check_result(party: Party, result: Result, *, needs_consent: bool) -> None:
    """Refuse a result that does not yet fulfil the party's part (CARD-04).

    Community: a record of what was agreed. Original company: a promise, and all of it paid. Committee: households
    asked, consents no more than asked, and some where the work needs consent. Residents: at least one participant.
    Provider: a record of the takeover.

    Raises:
        ResultRefused: it does not.
    """
    fulfilled = {
        Party.COMMUNITY: bool(result.record),
        Party.ORIGINAL: 0 < result.promised <= result.paid,
        Party.COMMITTEE: 0 < result.asked >= result.consents and (result.consents > 0 or not needs_consent),
        Party.RESIDENTS: result.participants > 0,
        Party.PROVIDER: bool(result.record),
    }
    if not fulfilled[party]:
        raise ResultRefused(_WANTED[party], party=party.value)


_WANTED = {
    Party.COMMUNITY: "请填写协调记录后再办结。",
    Party.ORIGINAL: "请填写承诺金额，资金全部到位后再办结。",
    Party.COMMITTEE: "请填写征求意见户数和同意户数（同意不能多于征求）后再办结。",
    Party.RESIDENTS: "还没有居民报名参加，有居民参与后再办结。",
    Party.PROVIDER: "请填写承接情况后再办结。",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One matter carried by five parties."""

    id: str
    estate_id: str
    kind: str
    title: str
    description: str
    slots: tuple[Slot, ...]
    opened_by: str
    opened_at: datetime
    before_photo_ids: tuple[str, ...] = ()
    after_photo_ids: tuple[str, ...] = ()
    state: CaseState = CaseState.OPENED
    summary: str | None = None
    closed_at: datetime | None = None
    published_at: datetime | None = None
    version: int = 0

    def slot(self, party: Party) -> Slot:
        """Return the part of one party."""
        return next(slot for slot in self.slots if slot.party is party)

    def with_slot(self, changed: Slot) -> Case:
        """Return the case with one party's part changed."""
        return replace(self, slots=tuple(changed if slot.party is changed.party else slot for slot in self.slots))

    @property
    def due_at(self) -> datetime | None:
        """The next instant at which an open party is overdue and nobody has been told yet."""
        if self.state is not CaseState.OPENED:
            return None
        waiting = [slot.due_at for slot in self.slots if slot.state is SlotState.OPEN and slot.overdue_at is None]
        return min(waiting, default=None)

    def step_slot(
        self, name: str, party: Party, at: datetime, *, reason: str = "", result: Result | None = None
    ) -> Case:
        """Return the case after one step of one party.

        Raises:
            CaseChanged: the case is closed.
            IllegalTransition: the part is not in a state for this step.
            InputMissing: the step needs a reason.
            ResultRefused: the result does not fulfil the part.
        """
        if self.state is not CaseState.OPENED:
            raise CaseChanged("该联动事项已结案，不能再修改。")
        slot = self.slot(party)
        transition = SLOT_LIFE.step(slot.state, name, given={"reason": reason}, actor="", participants={})
        result = slot.result if result is None else result
        if name == "finish":
            check_result(party, result, needs_consent=KINDS_BY_CODE[self.kind].needs_consent)
        finished = transition.target is not SlotState.OPEN
        return self.with_slot(
            replace(
                slot,
                state=transition.target,
                result=result,
                reason=reason or None,
                finished_at=at if finished else None,
            )
        )

    def close(self, summary: str, after_photo_ids: tuple[str, ...], at: datetime) -> Case:
        """Return the closed case.

        Raises:
            IllegalTransition: it is closed already.
            PartiesUnfinished: a party is neither done nor not needed.
            InputMissing: the summary is missing, or photos from before or after where this work needs them.
        """
        given = {"summary": summary}
        transition = CASE_LIFE.step(self.state, "close", given=given, actor="", participants={})
        unfinished = [slot.party.value for slot in self.slots if slot.state is SlotState.OPEN]
        if unfinished:
            raise PartiesUnfinished(parties=unfinished)
        if KINDS_BY_CODE[self.kind].needs_photos and not (self.before_photo_ids and after_photo_ids):
            raise InputMissing("这类事项需要整治前后的照片，请补充后结案。", missing=["before_photos", "after_photos"])
        return replace(self, state=transition.target, summary=summary, after_photo_ids=after_photo_ids, closed_at=at)

    def publish(self, at: datetime) -> Case:
        """Return the published case, or raise IllegalTransition when it is not closed."""
        transition = CASE_LIFE.step(self.state, "publish", given={}, actor="", participants={})
        return replace(self, state=transition.target, published_at=at)

    def with_overdue(self, now: datetime) -> Case:
        """Return the case with every open party marked whose date has passed."""
        late = (
            replace(slot, overdue_at=now)
            if slot.state is SlotState.OPEN and slot.overdue_at is None and slot.due_at <= now
            else slot
            for slot in self.slots
        )
        return replace(self, slots=tuple(late))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a case's timeline, numbered by the case's version."""

    estate_id: str
    case_id: str
    number: int
    at: datetime
    by: str
    by_name: str
    label: str
    party: Party | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """One resident who takes part; ``display_name`` is the masked name others may read."""

    estate_id: str
    case_id: str
    account_id: str
    display_name: str
    at: datetime
    wish: str = ""


def check_slots(slots: Iterable[Slot], now: datetime) -> tuple[Slot, ...]:
    """Return the five parts in the order of the method, or raise PartyMissing (CARD-04: five mandatory slots)."""
    by_party = {slot.party: slot for slot in slots}
    listed = list(by_party.values())
    if set(by_party) != set(Party) or any(slot.due_on < date_of(now) for slot in listed):
        raise PartyMissing
    return tuple(by_party[party] for party in Party)


def fillable(roles: frozenset[Role]) -> tuple[Party, ...]:
    """Return the parties for which somebody with these roles may report."""
    return tuple(party for party, fillers in FILLERS.items() if not fillers.isdisjoint(roles))


def may_fill(party: Party, roles: frozenset[Role]) -> None:
    """Let somebody report for a party whose roles answer for it, or raise PartyOfOthers."""
    if FILLERS[party].isdisjoint(roles):
        raise PartyOfOthers(party=PARTY_LABELS[party])
