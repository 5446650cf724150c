"""How residents rate what was done 评: one mark a room, an average below the bar sends the topic back (VOT-03).

The source names the step only; the bar, the days and how many ratings it takes are settings of the estate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MARKS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Rating:
    """The mark of one room in one round; ``by`` is who of the room gave it last."""

    estate_id: str
    topic_id: str
    round: int
    room_id: str
    mark: int
    by: str
    at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class RatingTerms:
    """Until when residents rate, and what sends a topic back; fixed when its result is published.

    ``bar_tenths`` is the bar in tenths of a mark, ``fewest`` how many ratings it takes.
    """

    until: datetime
    bar_tenths: int
    fewest: int


@dataclass(frozen=True, slots=True)
class RatingFigures:
    """How many rooms gave each mark, from 1 to 5."""

    counts: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many rooms rated."""
        return sum(self.counts)

    @property
    def total(self) -> int:
        """The sum of all marks."""
        return sum(mark * count for mark, count in zip(MARKS, self.counts, strict=True))

    def falls_short(self, terms: RatingTerms) -> bool:
        """Say whether the average lies below the bar and enough rooms rated; compared in whole numbers."""
        return self.count >= terms.fewest and self.total * 10 < terms.bar_tenths * self.count


def figures_of(ratings: Iterable[Rating]) -> RatingFigures:
    """Return the figures of the ratings of a round."""
    marks = [rating.mark for rating in ratings]
    return RatingFigures(tuple(marks.count(mark) for mark in MARKS))
