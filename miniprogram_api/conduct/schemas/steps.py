"""What is filled in with a step, and how a step is shown."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.conduct.history import Said
from miniprogram_api.kernel.workflow import Offer, S

if TYPE_CHECKING:
    from miniprogram_api.conduct.history import Line
    from miniprogram_api.kernel.workflow import Workflow

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Text = Annotated[str, msgspec.Meta(min_length=2, max_length=2000, pattern=r"\S")]
PhotoIds = Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)]
ProofIds = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=9)]


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody has to say, with photos."""

    text: Text
    photo_ids: PhotoIds = ()

    def said(self) -> Said:
        """Return it as the house speaks of it."""
        return Said(self.text, self.photo_ids)


class LineShown(msgspec.Struct, frozen=True):
    """One step: what, when, by whom, what was filled in. ``by_name`` is absent where it is not told."""

    name: str
    label: str
    at: datetime
    text: str
    photo_ids: tuple[str, ...]
    by_name: str | None = None
    reference: str | None = None

    @classmethod
    def of(cls, line: Line, *, anonymous: bool = False) -> LineShown:
        """Return what is shown of a step."""
        return cls(
            name=line.name,
            label=line.label,
            at=line.at,
            text=line.said.text,
            photo_ids=line.said.photo_ids,
            by_name=None if anonymous else line.by_name,
            reference=line.said.reference or None,
        )


def own_steps(life: Workflow[S], state: S) -> list[Offer]:
    """Return the steps that only the member whom it is about may take from a state."""
    return [Offer(step.name, step.label) for step in life.open_to(state) if step.permission is None]
