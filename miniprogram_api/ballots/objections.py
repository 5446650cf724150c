"""Objections to a counted result, and their answers, before anybody confirms it (VOT-01)."""

from __future__ import annotations

from dataclasses import dataclass, field

from miniprogram_api.ballots.ballot import Hand


@dataclass(frozen=True, slots=True)
class Objection:
    """What an owner holds against a result, and what was answered."""

    id: str
    estate_id: str
    ballot_id: str
    made: Hand
    text: str
    photo_ids: tuple[str, ...] = ()
    answer: str | None = None
    answered: Hand | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a ballot's history: what was done, by whom, and why; ``number`` orders the lines."""

    id: str
    estate_id: str
    ballot_id: str
    number: int
    name: str
    label: str
    hand: Hand
    reason: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    version: int = 0


"""Everybody of the estate reads it from the notice on."""
