"""What people send to ballots."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from miniprogram_api.ballots.ballot import Entrance, Scope
from miniprogram_api.ballots.candidates import Nominator
from miniprogram_api.ballots.deliveries import Contact, Method
from miniprogram_api.ballots.law import Form, Kind
from miniprogram_api.ballots.mandates import MandateKind
from miniprogram_api.ballots.questions import MOST_OPTIONS, MOST_QUESTIONS, Choices, Effect, Option, Question
from miniprogram_api.ballots.roll import AmendmentKind, Correction
from miniprogram_api.ballots.wanted import Wanted
from miniprogram_api.edge.operations import ListQuery
from miniprogram_api.kernel.matter import Matter

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern="^[0-9A-Za-z_-]+$")]
OptionId = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern="^[0-9A-Za-z_-]+$")]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Photos = Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)]
Fen = Annotated[int, msgspec.Meta(ge=1, le=100_000_000_000)]
Area = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
Serial = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern="^[0-9A-Za-z_-]+$")]


class AskedOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One option of a question; yes, no and abstain are there by themselves."""

    id: OptionId
    label: Title


class AskedQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question. ``most`` is how many options may be chosen, ``seats`` how many win; ``amount_fen`` bounds money."""

    title: Title
    form: Form
    matter: Matter | None = None
    text: Text = ""
    options: Annotated[tuple[AskedOption, ...], msgspec.Meta(max_length=MOST_OPTIONS)] = ()
    most: Annotated[int, msgspec.Meta(ge=1, le=MOST_OPTIONS)] = 1
    seats: Annotated[int, msgspec.Meta(ge=1, le=MOST_OPTIONS)] = 1
    amount_fen: Fen | None = None
    effect: Effect | None = None

    def question(self) -> Question:
        """Return it as the house speaks of it."""
        options = tuple(Option(one.id, one.label) for one in self.options)
        return Question(
            self.title, self.form, options, self.matter, self.text, self.most, self.seats, self.amount_fen, self.effect
        )


class AskedEntrance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entrance of a building."""

    building_id: Id
    name: Annotated[str, msgspec.Meta(max_length=20)]


class DraftBallot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a ballot asks, and whom: without buildings and entrances the whole estate.

    ``least_answers`` and ``marks`` (of the four bands) belong to ratings.
    """

    kind: Kind
    title: Title
    text: Text
    questions: Annotated[tuple[AskedQuestion, ...], msgspec.Meta(min_length=1, max_length=MOST_QUESTIONS)]
    building_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=50)] = ()
    entrances: Annotated[tuple[AskedEntrance, ...], msgspec.Meta(max_length=50)] = ()
    photo_ids: Photos = ()
    session_id: Id | None = None
    consultation_id: Id | None = None
    least_answers: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    marks: Annotated[tuple[int, ...], msgspec.Meta(max_length=4)] = ()

    def wanted(self) -> Wanted:
        """Return it as the house speaks of it."""
        entrances = tuple(Entrance(one.building_id, one.name) for one in self.entrances)
        return Wanted(
            kind=self.kind,
            title=self.title,
            text=self.text,
            questions=tuple(one.question() for one in self.questions),
            scope=Scope(self.building_ids, entrances),
            photo_ids=self.photo_ids,
            session_id=self.session_id,
            consultation_id=self.consultation_id,
            least_answers=self.least_answers,
            marks=self.marks,
        )


class EditBallot(DraftBallot, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft in place of the one of ``version``."""

    version: int


class SayWhy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reason of a step."""

    reason: Reason


class Announce(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When voting begins and ends."""

    opens_at: Annotated[datetime, msgspec.Meta(tz=True)]
    closes_at: Annotated[datetime, msgspec.Meta(tz=True)]


class Extend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new end of a running vote, and why."""

    closes_at: Annotated[datetime, msgspec.Meta(tz=True)]
    reason: Reason


AskedChoices = Annotated[
    tuple[Annotated[tuple[OptionId, ...], msgspec.Meta(max_length=MOST_OPTIONS)], ...],
    msgspec.Meta(min_length=1, max_length=MOST_QUESTIONS),
]


class CastVote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For each question the options chosen. ``for_co_owners`` says that those who own the room together agree."""

    choices: AskedChoices
    for_co_owners: bool = False
    change: bool = False


class ReadPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one person reads on a paper vote."""

    room_id: Id
    serial: Serial
    choices: AskedChoices
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=9)]
    channel: Literal["paper", "on_site"] = "paper"


class ConfirmPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the second person reads on the same paper."""

    serial: Serial
    choices: AskedChoices


class GiveProxy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is to vote for one's room, until when."""

    agent_account_id: Id
    agent_name: Annotated[str, msgspec.Meta(max_length=40)] = ""
    valid_until: date | None = None


class RecordMandate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A proxy or guardianship that came on paper, with its photos."""

    room_id: Id
    agent_account_id: Id
    kind: MandateKind
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=9)]
    agent_name: Annotated[str, msgspec.Meta(max_length=40)] = ""
    valid_until: date | None = None


class NameMandate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which mandate."""

    room_id: Id
    agent_account_id: Id


class AskedCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the roll to put right; ``like_room_id`` for a shared head, ``area`` (0.01 m2) for an area."""

    room_id: Id
    kind: AmendmentKind
    like_room_id: Id | None = None
    area: Area | None = None

    def correction(self) -> Correction:
        """Return it as the house speaks of it."""
        return Correction(self.room_id, self.kind, self.like_room_id, self.area)


class AmendRoll(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines to put right, and why; everybody reads it."""

    corrections: Annotated[tuple[AskedCorrection, ...], msgspec.Meta(min_length=1, max_length=50)]
    reason: Reason


class RecordDelivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An attempt to tell a room: a visit with a photo, a letter with its number."""

    contact: Contact
    method: Method
    detail: Annotated[str, msgspec.Meta(max_length=200)] = ""
    photo_ids: Photos = ()


class NameCandidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who stands. Party membership and a concurrent post are said only by whoever wants to."""

    name: Name
    room_id: Id
    nominator: Nominator
    account_id: Id | None = None
    statement: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    party_member: bool | None = None
    concurrent_post: Annotated[str, msgspec.Meta(max_length=60)] = ""
    photo_ids: Photos = ()


class CheckCandidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether somebody may stand; why not, where not."""

    passed: bool
    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Object(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody holds against a result."""

    text: Reason
    photo_ids: Photos = ()


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to an objection."""

    answer: Reason


class RollQuery(ListQuery, frozen=True):
    """Which part of a roll."""

    building_id: Id | None = None


class OpenedQuery(msgspec.Struct, frozen=True):
    """Which page of the opened votes."""

    page: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


def choices_of(asked: AskedChoices) -> Choices:
    """Return choices as the house speaks of them."""
    return tuple(tuple(chosen) for chosen in asked)
