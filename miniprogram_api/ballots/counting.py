"""Counting a ballot: from the rows of the roll and the votes on them to every figure, exactly and in any order.

A :class:`Tally` takes rows one by one and tallies of parts can be joined, so that it does not matter in which order, in
how many pieces or how often a piece was begun anew. What a sum of votes means is decided once, at the end, by
:func:`result_of`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from miniprogram_api.ballots.law import Form, Measure
from miniprogram_api.ballots.questions import Choices
from miniprogram_api.kernel.vote_terms import Silence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.ballots.questions import Question


@dataclass(frozen=True, slots=True)
class Row:
    """One exclusive part on the roll as it is counted: whose head it belongs to, and what was voted for it.

    ``area`` is in 0.01 m2. ``head`` names the person or persons who own it: parts of one head count as one.
    ``delivered`` says that they were provably told. ``choices`` is None where nobody voted.
    """

    row: str
    area: int
    head: str
    delivered: bool = False
    choices: Choices | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of each measure."""

    area: int = 0
    heads: int = 0
    rooms: int = 0

    def of(self, measure: Measure) -> int:
        """Return the figure of one measure."""
        return {Measure.AREA: self.area, Measure.HEADS: self.heads, Measure.ROOMS: self.rooms}[measure]


@dataclass(slots=True)
class _Pile:
    """Rooms put together: their area, their number, and the set of their heads."""

    area: int = 0
    rooms: int = 0
    heads: set[str] = field(default_factory=set)

    def take(self, row: Row) -> None:
        self.area += row.area
        self.rooms += 1
        self.heads.add(row.head)

    def join(self, other: _Pile) -> None:
        self.area += other.area
        self.rooms += other.rooms
        self.heads |= other.heads


class Tally:
    """Sums of a ballot; a head agrees to an option only where every part it voted for agrees (docs/law.md)."""

    def __init__(self, questions: tuple[Question, ...]) -> None:
        self.questions = questions
        self.all = _Pile()
        self.cast = _Pile()
        self._told_area: Counter[str] = Counter()
        self._told_rooms: Counter[str] = Counter()
        self._chosen: list[Counter[str]] = [Counter() for _ in questions]
        self._rooms: list[Counter[str]] = [Counter() for _ in questions]
        self._heads: dict[str, list[frozenset[str]]] = {}

    def take(self, row: Row) -> None:
        """Count one row."""
        self.all.take(row)
        if row.choices is None:
            if row.delivered:
                self._told_area[row.head] += row.area
                self._told_rooms[row.head] += 1
            return
        self.cast.take(row)
        sets = [frozenset(options) for options in row.choices]
        for number, options in enumerate(row.choices):
            for option in options:
                self._chosen[number][option] += row.area
                self._rooms[number][option] += 1
        before = self._heads.get(row.head)
        self._heads[row.head] = sets if before is None else [a & b for a, b in zip(before, sets, strict=True)]

    def take_all(self, rows: Iterable[Row]) -> Tally:
        """Count rows, and return this tally."""
        for row in rows:
            self.take(row)
        return self

    def join(self, other: Tally) -> None:
        """Add the sums of other rows; no row may be in both."""
        self.all.join(other.all)
        self.cast.join(other.cast)
        self._told_area += other._told_area
        self._told_rooms += other._told_rooms
        for number in range(len(self.questions)):
            self._chosen[number] += other._chosen[number]
            self._rooms[number] += other._rooms[number]
        for head, sets in other._heads.items():
            before = self._heads.get(head)
            self._heads[head] = sets if before is None else [a & b for a, b in zip(before, sets, strict=True)]

    def total(self) -> Amount:
        """Return the whole electorate."""
        return _amount(self.all)

    def voted(self) -> Amount:
        """Return who voted themselves."""
        return _amount(self.cast)

    def for_option(self, number: int, option: str) -> Amount:
        """Return what chose an option of a question."""
        heads = sum(1 for sets in self._heads.values() if option in sets[number])
        return Amount(self._chosen[number][option], heads, self._rooms[number][option])

    def unanswered(self) -> Amount:
        """Return the parts that were provably told of the vote and have none, and the heads that voted with no part."""
        heads = self._told_rooms.keys() - self.cast.heads
        return Amount(self._told_area.total(), len(heads), self._told_rooms.total())

    def silent(self) -> Amount:
        """Return the parts among them of owners who did not vote at all.

        Whoever said no for one flat has taken part, and is not counted with a yes for the next.
        """
        heads = self._told_rooms.keys() - self.cast.heads
        return Amount(
            sum(self._told_area[head] for head in heads), len(heads), sum(self._told_rooms[head] for head in heads)
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of one question: who took part in it, and each option; ``deemed`` is what silence was counted as."""

    taking_part: Amount
    options: tuple[Amount, ...]
    deemed: str | None = None


def figures_of(tally: Tally, silence: Silence) -> tuple[Counted, ...]:
    """Return the figures of each question after the estate's rule about silence (指导规则 26).

    Every paper that was handed over and not given back can be an abstention. Only owners who did not vote at all follow
    a majority, and only where one option has the most area and the most heads; where the two differ, or two options are
    equal, they count as not taking part.
    """
    return tuple(_figures(tally, number, question, silence) for number, question in enumerate(tally.questions))


def _figures(tally: Tally, number: int, question: Question, silence: Silence) -> Counted:
    voted = tally.voted()
    silent = tally.unanswered() if silence is Silence.ABSTAIN else tally.silent()
    options = tuple(tally.for_option(number, option) for option in question.option_ids)
    if silence is Silence.NOT_PARTICIPATED or question.form is not Form.APPROVE or not silent.rooms:
        return Counted(voted, options)
    both = Amount(voted.area + silent.area, voted.heads + silent.heads, voted.rooms + silent.rooms)
    if silence is Silence.ABSTAIN:
        return Counted(both, options, deemed="abstain")
    most = _majority(options)
    if most is None:
        return Counted(voted, options)
    followed = tuple(
        Amount(one.area + silent.area, one.heads + silent.heads, one.rooms + silent.rooms) if at == most else one
        for at, one in enumerate(options)
    )
    return Counted(both, followed, deemed=question.option_ids[most])


def _majority(options: tuple[Amount, ...]) -> int | None:
    """Return which option alone has the most area and the most heads, or None."""
    areas = [one.area for one in options]
    heads = [one.heads for one in options]
    at = areas.index(max(areas))
    alone = areas.count(areas[at]) == 1 and heads.count(heads[at]) == 1 and heads[at] == max(heads)
    return at if alone else None


def _amount(pile: _Pile) -> Amount:
    return Amount(pile.area, len(pile.heads), pile.rooms)
