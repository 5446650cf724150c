"""Who took which step when, and what they filled in: the history that cases and breach records carry with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hand:
    """Who takes a step, and when; ``step_id`` is the same each time the same step is sent."""

    by: str
    name: str
    at: datetime
    step_id: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is filled in with a step. ``reference`` names what it rests on: a decision, an authority, a meeting."""

    text: str = ""
    photo_ids: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One step as it stays: the verb, the word people read, who, when, what was filled in."""

    step_id: str
    name: str
    label: str
    by: str
    by_name: str
    at: datetime
    said: Said = Said()


def line(name: str, label: str, said: Said, hand: Hand) -> Line:
    """Return the line that a step leaves."""
    return Line(hand.step_id, name, label, hand.by, hand.name, hand.at, said)


def step_of(history: tuple[Line, ...], step_id: str) -> Line | None:
    """Return the step that was sent before under this id, or None."""
    return next((one for one in history if one.step_id == step_id), None)


@dataclass(frozen=True, slots=True)
class Seat:
    """Whose conduct it is about: a seat in a committee, and where. ``name`` is what others may read (孙委员)."""

    estate_id: str
    estate_name: str
    units: tuple[str, ...]
    post_id: str
    body_id: str
    name: str
    title: str
    account_id: str | None = None

    @property
    def community_id(self) -> str:
        """The community in which the estate lies."""
        return self.units[-1]

    @property
    def street_id(self) -> str:
        """The street above the estate; a community always lies in one (IDR-08)."""
        return self.units[-2]
