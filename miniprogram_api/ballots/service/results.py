"""What is shown of a counted ballot: turnout, opened votes where the rules show them, and the file of proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import RESULT_KNOWN, Ballot, State
from miniprogram_api.ballots.counting import Amount
from miniprogram_api.ballots.refusals import BallotUnknown, VotesMasked
from miniprogram_api.ballots.roll import shard_numbers
from miniprogram_api.kernel.vote_terms import Disclosure

if TYPE_CHECKING:
    from miniprogram_api.ballots.bundle import OpenedRow
    from miniprogram_api.ballots.figures import Figure
    from miniprogram_api.ballots.service.counting import Counting
    from miniprogram_api.ballots.service.following import RunningFigures
    from miniprogram_api.ballots.service.ports import Files
    from miniprogram_api.kernel.page import Page

_PUBLIC = frozenset({State.PUBLISHED, State.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who took part so far, and of how many; and how many rooms somebody tried to tell, by what came of it."""

    total: Amount
    voted: Amount
    delivered: int
    refused: int
    absent: int


class Results:
    """Counted ballots."""

    def __init__(self, figures: RunningFigures, counting: Counting, files: Files) -> None:
        self._figures = figures
        self._counting = counting
        self._files = files

    def turnout(self, ballot: Ballot) -> Turnout:
        """Return how many took part so far; it may lag by seconds, and says nothing of any choice."""
        parts = self._figures.parts_of(ballot.estate_id, ballot.id)
        voted = Amount(sum(one.area for one in parts), sum(one.heads for one in parts), sum(one.rooms for one in parts))
        delivered, refused = sum(one.delivered for one in parts), sum(one.refused for one in parts)
        roll = ballot.roll
        total = Amount() if roll is None else Amount(roll.area, roll.heads, roll.rooms)
        return Turnout(total, voted, delivered, refused, sum(one.absent for one in parts))

    def turnout_of_buildings(self, ballot: Ballot, limit: int, cursor: str | None) -> Page[Figure]:
        """Return one page of the same, building by building: where somebody still has to go round (VOT-04)."""
        return self._figures.buildings_of(ballot.estate_id, ballot.id, limit, cursor)

    def opened(self, ballot: Ballot, page: int) -> tuple[list[OpenedRow], int]:
        """Return one page of which room chose what, where the rules publish it, and how many pages there are.

        Raises:
            VotesMasked: the ballot is not counted, or its rules mask it.
        """
        if ballot.state not in RESULT_KNOWN or ballot.disclosure is not Disclosure.SIGNED:
            raise VotesMasked
        numbers = shard_numbers(ballot.attempt, ballot.shards)
        if not 0 <= page < len(numbers):
            return [], len(numbers)
        rows = self._counting.read_chunk(ballot, numbers[page])
        return sorted(rows, key=lambda row: row.label), len(numbers)

    def bundle_link(self, ballot: Ballot) -> str:
        """Return where the file of proof of a published ballot can be fetched, for an hour.

        Raises:
            BallotUnknown: it is not published.
        """
        if ballot.bundle is None or ballot.state not in _PUBLIC:
            raise BallotUnknown
        return self._files.link(ballot.bundle.key)
