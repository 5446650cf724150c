"""What people send and see of price talks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.prices.benchmark import ServiceLevel, deviation
from miniprogram_api.prices.costing import CostLine, CostSheet
from miniprogram_api.prices.counters import CounterFigures
from miniprogram_api.prices.guide import PriceLimit
from miniprogram_api.prices.schemas.prices import Charge, Document, GradeOrAny, Id, Label, Price, Services, Text
from miniprogram_api.prices.talk import (
    PRICE_TALK,
    STATE_LABELS,
    Agreement,
    Offer,
    PriceTalk,
    Subject,
    TalkState,
    TalkStep,
)
from miniprogram_api.prices.votes import VoteBase, VoteResult

Fen = Annotated[int, msgspec.Meta(ge=1, le=100_000_000_000)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10_000_000_000)]
Volume = Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class ChargeAbout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the priced charge is billed. ``unit`` (车位) where it is not by m2; ``includes`` are charges it covers."""

    label: Label
    kind: BillKind
    unit: Annotated[str, msgspec.Meta(max_length=10)] = ""
    includes: Annotated[tuple[Charge, ...], msgspec.Meta(max_length=20)] = ()

    def subject(self, charge: str, grade: str) -> Subject:
        """Return it as the house speaks of it."""
        return Subject(charge, self.label, self.kind, grade, self.unit, self.includes)


class NewTalk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which charge is to be priced, at which grade, and why; perhaps by an appraisal."""

    charge: Charge
    about: ChargeAbout
    reason: Reason
    grade: GradeOrAny = ""
    appraisal_id: Id | None = None


class NewAdjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the price should follow the appraisal."""

    about: ChargeAbout
    reason: Reason


class CostItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one item costs in a year."""

    item: Label
    yearly_fen: Fen


class CostsGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cost sheet: profit in 0.1 %, ``volume`` the chargeable area in 0.01 m2, or the number of spaces x 100."""

    lines: Annotated[tuple[CostItem, ...], msgspec.Meta(min_length=1, max_length=40)]
    profit_permille: Annotated[int, msgspec.Meta(ge=0, le=1000)]
    volume: Volume

    def sheet(self) -> CostSheet:
        """Return it as the house speaks of it."""
        lines = tuple(CostLine(line.item, line.yearly_fen) for line in self.lines)
        return CostSheet(lines, self.profit_permille, self.volume)


class MakeOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The company's price, explained in words and by its costs, and the services one gets for it."""

    price: Price
    explanation: Text
    costs: CostsGiven
    services: Services = ()

    def offer(self) -> Offer:
        """Return it as the house speaks of it."""
        services = tuple(service.level() for service in self.services)
        return Offer(self.price, self.explanation, self.costs.sheet(), services)


class Agree(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The agreed price with the minutes of the meeting and photos of them."""

    price: Price
    minutes: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)] = ()

    def agreement(self) -> Agreement:
        """Return it as the house speaks of it."""
        return Agreement(self.price, self.minutes, self.photo_ids)


class VoteBaseGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One base of a vote: area in 0.01 m2, or heads."""

    total: Volume
    cast: Count
    yes: Count

    def base(self) -> VoteBase:
        """Return it as the house speaks of it."""
        return VoteBase(self.total, self.cast, self.yes)


class RecordVote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the owners decided; ``reference`` is the ballot's id or the document it is written in."""

    decided_on: date
    reference: Document
    area: VoteBaseGiven
    heads: VoteBaseGiven

    def result(self) -> VoteResult:
        """Return it as the house speaks of it."""
        return VoteResult(self.decided_on, self.reference, self.area.base(), self.heads.base())


class NameBallot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The published ballot in which the owners decided, and which of its questions it was, the first being 1."""

    ballot_id: Id
    question: Annotated[int, msgspec.Meta(ge=1, le=20)] = 1


class FilePrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which day the price is charged."""

    starts_on: date


class EndTalk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the talk ends without a price."""

    reason: Reason


class TalkQuery(msgspec.Struct, frozen=True):
    """How much of a list, and from where; ``open`` lists only talks that have not ended, all of them."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    cursor: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    open: bool = False


class OfferShown(msgspec.Struct, frozen=True):
    """An offer with what its costs come to and how far it is from the benchmark (in 0.1 %)."""

    price: int
    explanation: str
    costs: CostSheet
    explained_price: int
    yearly_fen: int
    services: tuple[ServiceLevel, ...]
    reference: int | None = None
    deviation: int | None = None

    @classmethod
    def of(cls, offer: Offer | None) -> OfferShown | None:
        """Return what is shown of an offer, or None before there is one."""
        if offer is None:
            return None
        return cls(
            price=offer.price,
            explanation=offer.explanation,
            costs=offer.costs,
            explained_price=offer.costs.price,
            yearly_fen=offer.costs.yearly_fen,
            services=offer.services,
            reference=offer.reference,
            deviation=None if offer.reference is None else deviation(offer.price, offer.reference),
        )


class VoteShown(msgspec.Struct, frozen=True):
    """The owners' vote, and whether it adopted the price."""

    decided_on: date
    reference: str
    area: VoteBase
    heads: VoteBase
    passed: bool

    @classmethod
    def of(cls, vote: VoteResult | None) -> VoteShown | None:
        """Return what is shown of a vote, or None before there is one."""
        return None if vote is None else cls(vote.decided_on, vote.reference, vote.area, vote.heads, vote.passed)


class TalkStepShown(msgspec.Struct, frozen=True):
    """One step: who, when, what was filled in, where it led; ``limit`` is what the government allowed in its round."""

    number: int
    round: int
    name: str
    label: str
    state: TalkState
    by_name: str
    at: datetime
    limit: PriceLimit | None = None
    offer: OfferShown | None = None
    agreement: Agreement | None = None
    vote: VoteShown | None = None
    starts_on: date | None = None
    reason: str | None = None

    @classmethod
    def of(cls, step: TalkStep) -> TalkStepShown:
        """Return what is shown of a step."""
        return cls(
            number=step.number,
            round=step.round,
            name=step.name,
            label="发起" if step.name == "open" else PRICE_TALK.named(step.name).label,
            state=step.state,
            by_name=step.by_name,
            at=step.at,
            limit=step.limit,
            offer=OfferShown.of(step.offer),
            agreement=step.agreement,
            vote=VoteShown.of(step.vote),
            starts_on=step.starts_on,
            reason=step.reason,
        )


class TalkLine(msgspec.Struct, frozen=True):
    """One talk in a list; ``price`` is the newest that was asked or agreed in this round."""

    id: str
    estate_id: str
    charge: str
    label: str
    grade: str
    unit: str
    state: TalkState
    state_label: str
    round: int
    opened_at: datetime
    limit: int | None = None
    price: int | None = None
    due_at: datetime | None = None

    @classmethod
    def of(cls, talk: PriceTalk) -> TalkLine:
        """Return the line of a talk."""
        return cls(
            id=talk.id,
            estate_id=talk.estate_id,
            charge=talk.subject.charge,
            label=talk.subject.label,
            grade=talk.subject.grade,
            unit=talk.subject.unit,
            state=talk.state,
            state_label=STATE_LABELS[talk.state],
            round=talk.round,
            opened_at=talk.opened_at,
            limit=None if talk.limit is None else talk.limit.price,
            price=None if talk.offer is None else talk.offer.price,
            due_at=talk.due_at,
        )


class TalkShown(msgspec.Struct, frozen=True):
    """A talk as everybody of the estate reads it: this round, and every step so far.

    ``counters`` says of each round, in order, what owners offered together.
    """

    talk: TalkLine
    estate_type: str
    reason: str
    company_id: str
    takes_counters: bool
    late: bool
    counters: list[CounterFigures]
    steps: list[TalkStepShown]
    photos: list[PhotoShown]
    limit: PriceLimit | None = None
    offer: OfferShown | None = None
    agreement: Agreement | None = None
    vote: VoteShown | None = None
    starts_on: date | None = None
    appraisal_id: str | None = None

    @classmethod
    def of(
        cls,
        talk: PriceTalk,
        steps: list[TalkStep],
        counters: list[CounterFigures],
        photos: list[PhotoShown],
        now: datetime,
    ) -> TalkShown:
        """Return what is shown of a talk."""
        return cls(
            talk=TalkLine.of(talk),
            estate_type=talk.estate_type,
            reason=talk.reason,
            company_id=talk.company_id,
            takes_counters=talk.takes_counters(now),
            late=talk.due_at is not None and talk.due_at <= now,
            counters=counters,
            steps=[TalkStepShown.of(step) for step in steps],
            photos=photos,
            limit=talk.limit,
            offer=OfferShown.of(talk.offer),
            agreement=talk.agreement,
            vote=VoteShown.of(talk.vote),
            starts_on=talk.starts_on,
            appraisal_id=talk.appraisal_id,
        )
