"""What people send to the ledger and what they see of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.practical_matters.rules import Solution

if TYPE_CHECKING:
    from miniprogram_api.practical_matters.rules import Matter, Totals

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_.~-]+$")]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class AddMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be done, who answers for it, until when; perhaps made from work orders of one estate."""

    title: Title
    responsible: Name
    due_on: date
    estate_id: Id | None = None
    order_ids: Annotated[list[Id], msgspec.Meta(max_length=50)] = []


class AddMatterOfEstate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same for the estate in the path; its community keeps the ledger."""

    title: Title
    responsible: Name
    due_on: date
    order_ids: Annotated[list[Id], msgspec.Meta(max_length=50)] = []


class SolveMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which day it was solved, how many people it reached, and the proof."""

    solved_on: date
    people_reached: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]
    proof: Text
    photo_ids: Annotated[list[Id], msgspec.Meta(max_length=9)] = []

    def solution(self) -> Solution:
        """Return the solution."""
        return Solution(self.solved_on, self.people_reached, self.proof, tuple(dict.fromkeys(self.photo_ids)))


class MatterShown(msgspec.Struct, frozen=True):
    """One line of a ledger; ``unit_id`` is the unit that keeps it."""

    id: str
    unit_id: str
    title: str
    responsible: str
    due_on: date
    opened_on: date
    order_ids: list[str]
    solved: bool
    estate_id: str | None = None
    solved_on: date | None = None
    people_reached: int | None = None
    proof: str | None = None
    photo_ids: list[str] = []

    @classmethod
    def of(cls, matter: Matter) -> MatterShown:
        """Return the matter as it is shown."""
        shown = cls(
            matter.id,
            matter.units[-1],
            matter.title,
            matter.responsible,
            matter.due_on,
            matter.opened_on,
            list(matter.order_ids),
            matter.solution is not None,
            matter.estate_id,
        )
        done = matter.solution
        if done is None:
            return shown
        return msgspec.structs.replace(
            shown,
            solved_on=done.solved_on,
            people_reached=done.people_reached,
            proof=done.proof,
            photo_ids=list(done.photo_ids),
        )


class TotalsShown(msgspec.Struct, frozen=True):
    """What some matters add up to."""

    matters: int
    solved: int
    people_reached: int
    overdue: int

    @classmethod
    def of(cls, totals: Totals) -> TotalsShown:
        """Return the totals as they are shown."""
        return cls(totals.matters, totals.solved, totals.people_reached, totals.overdue)


class LedgerTotals(msgspec.Struct, frozen=True):
    """The whole, and each unit directly below."""

    whole: TotalsShown
    by_unit: dict[str, TotalsShown]
