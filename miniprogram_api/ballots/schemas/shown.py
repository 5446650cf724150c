"""What people see of ballots."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

import msgspec

from miniprogram_api.ballots.ballot import STATE_LABELS, Ballot, Hand, Opening, Scope, State
from miniprogram_api.ballots.candidates import Candidate, CandidateCheck, Nominator
from miniprogram_api.ballots.counting import Amount
from miniprogram_api.ballots.deliveries import Contact, Delivery, Method
from miniprogram_api.ballots.law import KIND_LABELS, SATISFACTION_BANDS, Kind, Voters
from miniprogram_api.ballots.mandates import Mandate, MandateKind
from miniprogram_api.ballots.questions import Question
from miniprogram_api.ballots.results import OUTCOME_LABELS, BallotResult, Check, Outcome, QuestionResult, Satisfaction
from miniprogram_api.ballots.roll import Amendment, Correction, Elector
from miniprogram_api.ballots.vote import RECEIPT_FORMAT, Channel, PaperEntry, Receipt
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.vote_terms import Disclosure, VoteTerms

if TYPE_CHECKING:
    from miniprogram_api.ballots.bundle import OpenedRow
    from miniprogram_api.ballots.figures import Figure
    from miniprogram_api.ballots.objections import Objection, Step


class Signed(msgspec.Struct, frozen=True):
    """Who did something, and when."""

    name: str
    at: datetime

    @classmethod
    def of(cls, hand: Hand | None) -> Self | None:
        """Return what is shown of a hand."""
        return None if hand is None else cls(hand.name, hand.at)


class RollFigures(msgspec.Struct, frozen=True):
    """The frozen roll in figures, and its root. Areas are in 0.01 m2."""

    frozen_at: datetime
    rooms: int
    heads: int
    area: int
    root: str
    amendments: int
    lone_areas: int


class CheckShown(msgspec.Struct, frozen=True):
    """One comparison with its working."""

    measure: str
    base: str
    part: int
    whole: int
    holds: bool
    working: str
    source: str

    @classmethod
    def of(cls, check: Check) -> Self:
        """Return what is shown of a comparison."""
        return cls(
            check.measure.value, check.base.value, check.part, check.whole, check.holds, check.working, check.source
        )


class OptionShown(msgspec.Struct, frozen=True):
    """What chose an option, and what became of it."""

    id: str
    label: str
    amount: Amount
    checks: list[CheckShown]
    place: int | None
    adopted: bool
    tied: bool


class QuestionShown(msgspec.Struct, frozen=True):
    """What a question came to."""

    outcome: Outcome
    label: str
    taking_part: Amount
    quorum: list[CheckShown]
    options: list[OptionShown]
    deemed: str | None
    satisfaction: Satisfaction | None
    band: str | None
    mark: int | None

    @classmethod
    def of(cls, one: QuestionResult, marks: tuple[int, ...]) -> Self:
        """Return what is shown of a question's result; ``marks`` are those of the bands."""
        options = [
            OptionShown(
                each.id,
                each.label,
                each.amount,
                [CheckShown.of(check) for check in each.checks],
                each.place,
                each.adopted,
                each.tied,
            )
            for each in one.options
        ]
        band = None if one.satisfaction is None else one.satisfaction.band
        return cls(
            one.outcome,
            OUTCOME_LABELS[one.outcome],
            one.taking_part,
            [CheckShown.of(check) for check in one.quorum],
            options,
            one.deemed,
            one.satisfaction,
            None if band is None else SATISFACTION_BANDS[band][1],
            marks[band] if band is not None and band < len(marks) else None,
        )


class ResultShown(msgspec.Struct, frozen=True):
    """Everything that was counted, with the working."""

    total: Amount
    voted: Amount
    questions: list[QuestionShown]
    all_passed: bool

    @classmethod
    def of(cls, result: BallotResult, marks: tuple[int, ...]) -> Self:
        """Return what is shown of a result."""
        questions = [QuestionShown.of(one, marks) for one in result.questions]
        return cls(result.total, result.voted, questions, result.all_passed)


class ExtensionShown(msgspec.Struct, frozen=True):
    """The one extension, and why."""

    by: Signed | None
    reason: str
    closed_at_before: datetime


class BallotLine(msgspec.Struct, frozen=True):
    """A ballot in a list."""

    id: str
    kind: Kind
    kind_label: str
    title: str
    state: State
    state_label: str
    opens_at: datetime | None
    closes_at: datetime | None
    takes_votes: bool

    @classmethod
    def of(cls, ballot: Ballot, now: datetime) -> Self:
        """Return a ballot's line."""
        return cls(
            ballot.id,
            ballot.kind,
            KIND_LABELS[ballot.kind],
            ballot.title,
            ballot.state,
            STATE_LABELS[ballot.state],
            ballot.opens_at,
            ballot.closes_at,
            ballot.takes_votes(now),
        )


class BallotShown(msgspec.Struct, frozen=True):
    """A whole ballot. ``digest`` is that of the file of proof.

    ``steps`` are the steps of its way that the person who asks may take now, ``work`` what they may do around them:
    edit, name_candidate, check_candidate, read_roll, amend_roll, deliver, record_mandate, enter_paper, object,
    answer_objection, look_at_papers.
    """

    id: str
    estate_id: str
    kind: Kind
    kind_label: str
    title: str
    text: str
    questions: tuple[Question, ...]
    scope: Scope
    photos: list[PhotoShown]
    state: State
    state_label: str
    version: int
    voters: Voters
    disclosure: Disclosure
    terms: VoteTerms
    rules_source: str
    drafted: Signed | None
    checked: Signed | None
    announced: Signed | None
    certified: Signed | None
    published: Signed | None
    returned_reason: str | None
    ended_reason: str | None
    session_id: str | None
    consultation_id: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    takes_votes: bool
    extended: ExtensionShown | None
    roll: RollFigures | None
    opening: Opening | None
    counted_at: datetime | None
    objections_until: datetime | None
    open_objections: int
    result: ResultShown | None
    digest: str | None
    steps: list[str]
    work: list[str]

    @classmethod
    def of(
        cls, ballot: Ballot, photos: list[PhotoShown], now: datetime, voters: Voters, steps: list[str], work: list[str]
    ) -> Self:
        """Return everything that is shown of a ballot, with what the person who asks may do."""
        extended, roll = ballot.extended, ballot.roll
        return cls(
            id=ballot.id,
            estate_id=ballot.estate_id,
            kind=ballot.kind,
            kind_label=KIND_LABELS[ballot.kind],
            title=ballot.title,
            text=ballot.text,
            questions=ballot.questions,
            scope=ballot.scope,
            photos=photos,
            state=ballot.state,
            state_label=STATE_LABELS[ballot.state],
            version=ballot.version,
            voters=voters,
            disclosure=ballot.disclosure,
            terms=ballot.terms,
            rules_source=ballot.rules_source,
            drafted=Signed.of(ballot.drafted),
            checked=Signed.of(ballot.checked),
            announced=Signed.of(ballot.announced),
            certified=Signed.of(ballot.certified),
            published=Signed.of(ballot.published),
            returned_reason=ballot.returned_reason,
            ended_reason=ballot.ended_reason,
            session_id=ballot.session_id,
            consultation_id=ballot.consultation_id,
            opens_at=ballot.opens_at,
            closes_at=ballot.closes_at,
            takes_votes=ballot.takes_votes(now),
            extended=None
            if extended is None
            else ExtensionShown(Signed.of(extended.hand), extended.reason, extended.closed_at_before),
            roll=None
            if roll is None
            else RollFigures(
                roll.frozen_at, roll.rooms, roll.heads, roll.area, roll.root, roll.amendments, roll.lone_areas
            ),
            opening=ballot.opening,
            counted_at=ballot.counted_at,
            objections_until=ballot.objections_until,
            open_objections=ballot.open_objections,
            result=None if ballot.result is None else ResultShown.of(ballot.result, ballot.marks),
            digest=None if ballot.bundle is None else ballot.bundle.digest,
            steps=steps,
            work=work,
        )


class StepLine(msgspec.Struct, frozen=True):
    """One line of a ballot's history."""

    name: str
    label: str
    by: str
    at: datetime
    reason: str

    @classmethod
    def of(cls, step: Step) -> Self:
        """Return what is shown of a step."""
        return cls(step.name, step.label, step.hand.name, step.hand.at, step.reason)


class RollLine(msgspec.Struct, frozen=True):
    """One line of the roll for those who check it. Rooms of one head have the same ``head``."""

    room_id: str
    label: str
    building_id: str
    area: int
    area_source: str
    head: str
    owners: int
    unsold: bool
    excluded: bool
    reachable: bool
    delivery: Contact | None = None
    method: Method | None = None
    told_at: datetime | None = None
    attempts: int = 0

    @classmethod
    def of(cls, one: Elector, delivery: Delivery | None = None) -> Self:
        """Return a line; ``reachable`` says that somebody is signed up who votes for the room."""
        return cls(
            one.room_id,
            one.label,
            one.building_id,
            one.area,
            one.area_source,
            one.head,
            one.owners,
            one.unsold,
            one.excluded,
            bool(one.accounts),
            None if delivery is None else delivery.contact,
            None if delivery is None else delivery.method,
            None if delivery is None else delivery.at,
            0 if delivery is None else delivery.attempts,
        )


class AmendmentShown(msgspec.Struct, frozen=True):
    """A public amendment of the roll."""

    number: int
    corrections: tuple[Correction, ...]
    reason: str
    by: str
    at: datetime
    applied_at: datetime | None
    refused_at: datetime | None
    root_before: str | None
    root_after: str | None

    @classmethod
    def of(cls, one: Amendment) -> Self:
        """Return what is shown of an amendment."""
        return cls(
            one.number,
            one.corrections,
            one.reason,
            one.made.name,
            one.made.at,
            one.applied_at,
            one.refused_at,
            one.root_before,
            one.root_after,
        )


class DeliveryShown(msgspec.Struct, frozen=True):
    """What is known of telling a room."""

    room_id: str
    contact: Contact
    method: Method
    at: datetime
    by: str
    detail: str
    attempts: int

    @classmethod
    def of(cls, one: Delivery) -> Self:
        """Return what is shown of a delivery."""
        return cls(one.room_id, one.contact, one.method, one.at, one.by_name, one.detail, one.attempts)


class MandateShown(msgspec.Struct, frozen=True):
    """A proxy or guardianship."""

    room_id: str
    agent_account_id: str
    agent_name: str
    kind: MandateKind
    given: Signed | None
    confirmed: Signed | None
    revoked: Signed | None
    valid_until: date | None
    stands: bool

    @classmethod
    def of(cls, one: Mandate) -> Self:
        """Return what is shown of a mandate."""
        return cls(
            one.room_id,
            one.agent,
            one.agent_name,
            one.kind,
            Signed.of(one.given),
            Signed.of(one.confirmed),
            Signed.of(one.revoked),
            one.valid_until,
            one.stands,
        )


class MyLine(msgspec.Struct, frozen=True):
    """How the person who asks stands to a room on the roll; what was chosen nobody is shown before the count.

    ``mandates`` are who else votes for the room, shown to its own voters.
    """

    ballot: BallotShown
    room_id: str
    label: str
    area: int
    owners: int
    as_agent: bool
    voted: bool
    revision: int
    may_change: bool
    channel: Channel | None
    mandates: list[MandateShown]


class ReceiptShown(msgspec.Struct, frozen=True, rename={"format_": "format"}):
    """What a voter keeps, as verify_ballot.py reads it (docs/ballot-bundle.md)."""

    format_: str
    ballot_id: str
    room_id: str
    row: str
    row_salt: str
    revision: int
    commitment: str
    roll_root: str
    at: str
    channel: Channel

    @classmethod
    def of(cls, one: Receipt) -> Self:
        """Return a receipt."""
        return cls(
            RECEIPT_FORMAT,
            one.ballot_id,
            one.room_id,
            one.row,
            one.row_salt,
            one.revision,
            one.commitment,
            one.roll_root,
            one.at.isoformat(),
            one.channel,
        )


class PaperShown(msgspec.Struct, frozen=True):
    """A paper vote on its way into the box; what it says is shown to nobody."""

    room_id: str
    label: str
    serial: str
    channel: Channel
    entered_by: str
    entered_at: datetime
    confirmed: bool
    withdrawn: bool

    @classmethod
    def of(cls, one: PaperEntry, label: str) -> Self:
        """Return what is shown of a paper vote; ``label`` is that of its room, which the second reader compares."""
        return cls(
            one.room_id,
            label,
            one.serial,
            one.channel,
            one.entered_by_name,
            one.entered_at,
            one.confirmed_by is not None,
            one.withdrawn_by is not None,
        )


class PaperSeen(msgspec.Struct, frozen=True):
    """A paper after the count, with its photos; ``confirmed_by`` is empty where no second person read it in time."""

    room_id: str
    serial: str
    channel: Channel
    entered_by: str
    entered_at: datetime
    confirmed_by: str
    counted: bool
    photos: list[PhotoShown]

    @classmethod
    def of(cls, one: PaperEntry, photos: list[PhotoShown]) -> Self:
        """Return what is shown of a paper to whoever checks the count."""
        return cls(
            one.room_id,
            one.serial,
            one.channel,
            one.entered_by_name,
            one.entered_at,
            one.confirmed_by_name,
            one.confirmed_by is not None,
            photos,
        )


class CandidateCheckShown(msgspec.Struct, frozen=True):
    """What one side found."""

    passed: bool
    reason: str
    by: str
    at: datetime

    @classmethod
    def of(cls, check: CandidateCheck | None) -> Self | None:
        """Return what is shown of a check."""
        return None if check is None else cls(check.passed, check.reason, check.hand.name, check.hand.at)


class CandidateShown(msgspec.Struct, frozen=True):
    """Somebody who stands."""

    id: str
    name: str
    room_label: str
    nominator: Nominator
    statement: str
    concurrent_post: str
    community: CandidateCheckShown | None
    street: CandidateCheckShown | None
    qualified: bool
    withdrawn: bool

    @classmethod
    def of(cls, one: Candidate) -> Self:
        """Return what is shown of a candidate; whether somebody is a party member is nobody else's business."""
        return cls(
            one.id,
            one.name,
            one.room_label,
            one.nominator,
            one.statement,
            one.concurrent_post,
            CandidateCheckShown.of(one.community),
            CandidateCheckShown.of(one.street),
            one.qualified,
            one.withdrawn is not None,
        )


class PartyShare(msgspec.Struct, frozen=True):
    """Party members among the elected, as a reminder for the community (VOT-11)."""

    members: int
    elected: int
    more_than_half: bool


class BuildingTurnout(msgspec.Struct, frozen=True):
    """How many of a building took part."""

    building_id: str
    rooms: int
    area: int
    delivered: int
    refused: int
    absent: int

    @classmethod
    def of(cls, one: Figure) -> Self:
        """Return a line."""
        return cls(one.building_id or "", one.rooms, one.area, one.delivered, one.refused, one.absent)


class TurnoutShown(msgspec.Struct, frozen=True):
    """How many took part so far, of how many, and how many were told; nothing of what they chose."""

    total: Amount
    voted: Amount
    delivered: int
    refused: int
    absent: int


class OpenedLine(msgspec.Struct, frozen=True):
    """What a room chose, where the rules publish it."""

    label: str
    row: str
    area: int
    channel: str | None
    choices: tuple[tuple[str, ...], ...] | None

    @classmethod
    def of(cls, one: OpenedRow) -> Self:
        """Return a line."""
        vote = one.vote
        return cls(
            one.label, one.row, one.area, None if vote is None else vote.channel, None if vote is None else vote.choices
        )


class OpenedPage(msgspec.Struct, frozen=True):
    """One page of opened votes."""

    items: list[OpenedLine]
    pages: int


class ObjectionShown(msgspec.Struct, frozen=True):
    """An objection and its answer."""

    id: str
    by: str
    at: datetime
    text: str
    answer: str | None
    answered: Signed | None

    @classmethod
    def of(cls, one: Objection) -> Self:
        """Return what is shown of an objection."""
        return cls(one.id, one.made.name, one.made.at, one.text, one.answer, Signed.of(one.answered))


class BundleLink(msgspec.Struct, frozen=True):
    """Where the file of proof is fetched, for an hour, and what its digest must be."""

    url: str
    digest: str
    size: int
