"""What people send to a consultation."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from miniprogram_api.consultation.settings import MOST_SUPPORTERS, Settings
from miniprogram_api.consultation.topic import Responsible, Result, Stage
from miniprogram_api.consultation.words import Meeting, WordKind
from miniprogram_api.edge.operations import ListQuery
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Title = Annotated[str, msgspec.Meta(min_length=2, max_length=50)]
Text = Annotated[str, msgspec.Meta(min_length=2, max_length=1000)]
Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
Photos = Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)]
Fen = Annotated[int, msgspec.Meta(ge=0, le=100_000_000_000)]


class PlaceGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where it is: common parts or a facility, never inside a home, since everybody reads it."""

    label: Label
    building_id: Id | None = None
    entrance: Label | None = None
    facility_id: Id | None = None

    def place(self) -> PlaceInEstate:
        """Return it as the house speaks of it."""
        kind = PlaceKind.COMMON if self.facility_id is None else PlaceKind.FACILITY
        return PlaceInEstate(kind, self.label, self.building_id, self.entrance, None, self.facility_id)


class ProposeTopic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be talked about; a scanned card fills in the place."""

    title: Title
    text: Text
    place: PlaceGiven | None = None
    work_order_id: Id | None = None
    photo_ids: Photos = ()


class GiveReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why."""

    reason: Reason


class GiveNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was done."""

    note: Reason


class SaySomething(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A comment, or an option for the decision."""

    text: Text
    kind: Literal["comment", "option"] = "comment"


class KeepMinutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When people met, who came, what was said."""

    held_on: date
    attendance: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    minutes: Annotated[str, msgspec.Meta(min_length=2, max_length=5000)]
    photo_ids: Photos = ()

    def meeting(self) -> Meeting:
        """Return it as the house speaks of it."""
        return Meeting(self.held_on, self.attendance)


class LinkBallot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The survey or owners' vote that asks people in this round."""

    ballot_id: Id


class ResponsibleGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for it; with an account, if it is one of somebody with a post at the estate, they are told."""

    name: Name
    account_id: Id | None = None

    def responsible(self) -> Responsible:
        """Return it as the house speaks of it."""
        return Responsible(self.name, self.account_id)


class Resolve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was resolved, on which signed joint discussion it rests, and who answers for it."""

    resolution: Annotated[str, msgspec.Meta(min_length=2, max_length=2000)]
    joint_action_id: Id
    responsible: ResponsibleGiven


class GiveTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody is to do until a day."""

    text: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
    due_on: date
    responsible: ResponsibleGiven
    work_order_id: Id | None = None


class PublishResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of it, what it cost in fen, and photos of it."""

    text: Annotated[str, msgspec.Meta(min_length=2, max_length=2000)]
    cost_fen: Fen
    photo_ids: Photos

    def result(self) -> Result:
        """Return it as the house speaks of it."""
        return Result(self.text, self.cost_fen, self.photo_ids)


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The mark of a room, from 1 to 5."""

    mark: Annotated[int, msgspec.Meta(ge=1, le=5)]


class SettingsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rooms that must support a topic, days to rate, the bar in tenths of a mark, from how many ratings it holds."""

    supporters: Annotated[int, msgspec.Meta(ge=1, le=MOST_SUPPORTERS)]
    rating_days: Annotated[int, msgspec.Meta(ge=1, le=90)]
    bar_tenths: Annotated[int, msgspec.Meta(ge=10, le=50)]
    fewest_ratings: Annotated[int, msgspec.Meta(ge=1, le=1000)]

    def settings(self, estate_id: str) -> Settings:
        """Return them as the house speaks of them."""
        return Settings(estate_id, self.supporters, self.rating_days, self.bar_tenths, self.fewest_ratings)


class SettingsShown(msgspec.Struct, frozen=True):
    """What counts at the estate; ``set_by`` is absent while these are the defaults of the house."""

    supporters: int
    rating_days: int
    bar_tenths: int
    fewest_ratings: int
    set_by: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> SettingsShown:
        """Return what is shown of them."""
        return cls(
            settings.supporters,
            settings.rating_days,
            settings.bar_tenths,
            settings.fewest_ratings,
            settings.set_by or None,
        )


class TopicQuery(ListQuery, frozen=True):
    """Topics of one stage, or all."""

    stage: Stage | None = None


class WordQuery(ListQuery, frozen=True):
    """What was said, of one kind."""

    kind: WordKind = WordKind.COMMENT
