"""What officials and members send and see of breaches of faith."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from miniprogram_api.conduct.breach import STATE_LABELS, BreachState
from miniprogram_api.conduct.history import Said
from miniprogram_api.conduct.schemas.steps import Id, LineShown, PhotoIds, ProofIds, Text
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.workflow import Offer

if TYPE_CHECKING:
    from miniprogram_api.conduct.breach import Breach


class RecordBreach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which member did what, with proof."""

    post_id: Id
    fact: Text
    photo_ids: ProofIds

    def said(self) -> Said:
        """Return it as the house speaks of it."""
        return Said(self.fact, self.photo_ids)


class BreachStepName(StrEnum):
    """What community or street can do with a record."""

    HEAR = "hear"
    UPHOLD = "uphold"
    WITHDRAW = "withdraw"


class BreachStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step with its words: what was heard, or why it is decided so."""

    step: BreachStepName
    text: Text
    photo_ids: PhotoIds = ()

    def said(self) -> Said:
        """Return it as the house speaks of it."""
        return Said(self.text, self.photo_ids)


class BreachLine(msgspec.Struct, frozen=True):
    """One record in a list."""

    id: str
    estate_id: str
    post_id: str
    member: str
    title: str
    state: BreachState
    state_label: str
    recorded_at: datetime
    appeal_until: datetime | None = None

    @classmethod
    def of(cls, breach: Breach) -> BreachLine:
        """Return the line of a record."""
        return cls(
            id=breach.id,
            estate_id=breach.estate_id,
            post_id=breach.seat.post_id,
            member=breach.seat.name,
            title=breach.seat.title,
            state=breach.state,
            state_label=STATE_LABELS[breach.state],
            recorded_at=breach.recorded_at,
            appeal_until=breach.appeal_until,
        )


class BreachShown(msgspec.Struct, frozen=True):
    """A record with its history; ``stands`` says that no appeal is possible any more."""

    breach: BreachLine
    fact: str
    stands: bool
    history: list[LineShown]
    photos: list[PhotoShown]
    steps: list[Offer]

    @classmethod
    def of(cls, breach: Breach, photos: list[PhotoShown], now: datetime, steps: list[Offer]) -> BreachShown:
        """Return what community, street and the member see, with the steps that the person who asks may take."""
        history = [LineShown.of(line) for line in breach.history]
        return cls(BreachLine.of(breach), breach.fact, breach.stands(now), history, photos, steps)
