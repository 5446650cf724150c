"""What linkage cases look like over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from miniprogram_api.linkage.catalogue import PARTY_LABELS, CostSource, Party, WorkKind
from miniprogram_api.linkage.rules import CaseState, Result, Slot, SlotState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.linkage.rules import Case, Participant, Step

Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Title = Annotated[str, msgspec.Meta(min_length=2, max_length=50)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
Text = Annotated[str, msgspec.Meta(max_length=1000)]
Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
Photos = Annotated[list[Identifier], msgspec.Meta(max_length=9)]
Fen = Annotated[int, msgspec.Meta(ge=0, le=100_000_000_00)]
Households = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Kind = Literal[
    "door_access", "charging_pile", "septic_tank", "dirty_corner", "public_board", "illegal_structure", "other"
]


class PartBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One party's part: who, what, until when. The organisation is free text; the original company is any (trap 4)."""

    organisation: Name
    person: Name
    task: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
    due_on: date
    account_id: Identifier | None = None

    def slot(self, party: Party) -> Slot:
        """Return the part as a slot of the party."""
        return Slot(party, self.organisation, self.person, self.task, self.due_on, self.account_id)


class PartiesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All five parties; none may be left out (CARD-04)."""

    community: PartBody
    original: PartBody
    committee: PartBody
    residents: PartBody
    provider: PartBody

    def slots(self) -> Iterable[Slot]:
        """Return the five slots."""
        return (getattr(self, party.value).slot(party) for party in Party)


class OpenBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One matter for five parties, with photos of how it is now."""

    kind: Kind
    title: Title
    description: Text
    parties: PartiesBody
    photo_ids: Photos = []


class ResultBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a party brought in so far; money in fen. ``done`` says that its part is fulfilled."""

    record: Text = ""
    promised: Fen = 0
    paid: Fen = 0
    asked: Households = 0
    consents: Households = 0
    order_ids: Annotated[list[Identifier], msgspec.Meta(max_length=20)] = []
    done: bool = False

    def result(self) -> Result:
        """Return the result; participants are counted, not entered."""
        return Result(self.record, self.promised, self.paid, self.asked, self.consents, 0, tuple(self.order_ids))


class ReasonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why."""

    reason: Reason


class CloseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of the matter, with photos from after the work."""

    summary: Annotated[str, msgspec.Meta(min_length=2, max_length=1000)]
    photo_ids: Photos = []


class TakePartBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody wants to take part."""

    wish: Annotated[str, msgspec.Meta(max_length=100)] = ""


class ResultShown(msgspec.Struct, frozen=True):
    """What a party brought in; money in fen."""

    record: str
    promised: int
    paid: int
    asked: int
    consents: int
    participants: int
    order_ids: list[str]


class PartShown(msgspec.Struct, frozen=True):
    """One party's part as everybody at the estate may see it."""

    party: Party
    label: str
    organisation: str
    person: str
    task: str
    due_on: date
    state: SlotState
    overdue: bool
    result: ResultShown
    reason: str | None = None
    finished_at: datetime | None = None

    @classmethod
    def of(cls, slot: Slot) -> PartShown:
        """Return a slot as shown."""
        got = slot.result
        return cls(
            slot.party,
            PARTY_LABELS[slot.party],
            slot.organisation,
            slot.person,
            slot.task,
            slot.due_on,
            slot.state,
            slot.overdue_at is not None and slot.state is SlotState.OPEN,
            ResultShown(
                got.record, got.promised, got.paid, got.asked, got.consents, got.participants, list(got.order_ids)
            ),
            slot.reason,
            slot.finished_at,
        )


class StepShown(msgspec.Struct, frozen=True):
    """One line of the timeline."""

    at: datetime
    by_name: str
    label: str
    text: str


class CaseShown(msgspec.Struct, frozen=True):
    """One matter and its five parties; ``fillable`` are those for which the reader may report."""

    id: str
    kind: str
    title: str
    description: str
    state: CaseState
    parties: list[PartShown]
    opened_at: datetime
    before_photo_ids: list[str]
    after_photo_ids: list[str]
    timeline: list[StepShown] = []
    summary: str | None = None
    closed_at: datetime | None = None
    published_at: datetime | None = None
    fillable: list[Party] = []

    @classmethod
    def of(cls, case: Case, steps: Iterable[Step] = ()) -> CaseShown:
        """Return a case, with its timeline when that was read."""
        return cls(
            case.id,
            case.kind,
            case.title,
            case.description,
            case.state,
            [PartShown.of(slot) for slot in case.slots],
            case.opened_at,
            list(case.before_photo_ids),
            list(case.after_photo_ids),
            [StepShown(step.at, step.by_name, step.label, step.text) for step in steps],
            case.summary,
            case.closed_at,
            case.published_at,
        )


class ParticipantShown(msgspec.Struct, frozen=True):
    """One resident who takes part, by the name others may read."""

    name: str
    at: datetime
    wish: str

    @classmethod
    def of(cls, one: Participant) -> ParticipantShown:
        """Return a participant as shown."""
        return cls(one.display_name, one.at, one.wish)


class TaskOfParty(msgspec.Struct, frozen=True):
    """What a party usually does in a kind of work."""

    party: Party
    label: str
    task: str


class WorkKindShown(msgspec.Struct, frozen=True):
    """One kind of work with its usual tasks, money, and whether consent and photos are asked (CARD-09)."""

    code: str
    name: str
    tasks: list[TaskOfParty]
    cost_source: CostSource
    needs_consent: bool
    needs_photos: bool

    @classmethod
    def of(cls, kind: WorkKind) -> WorkKindShown:
        """Return a kind as shown."""
        tasks = [TaskOfParty(party, PARTY_LABELS[party], task) for party, task in kind.tasks.items()]
        return cls(kind.code, kind.name, tasks, kind.cost_source, kind.needs_consent, kind.needs_photos)
