"""What a draft says of the rooms of a building: amounts, sums, what is unusual, and what cannot be billed (FEE-01)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

from miniprogram_api.kernel.charge import ChargeLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_LISTED = 50
"""How many outliers and problems of a building are kept by name; the counts beside them are whole."""

UNUSUAL = 3
"""An amount more than three times, or less than a third of, what is usual is shown before publishing (our own)."""

FEWEST_FOR_A_MEDIAN = 5
"""A building with fewer rooms has no usual price per m2 to compare with."""


@dataclass(frozen=True, slots=True)
class ChargeTotal:
    """What one charge adds up to, and on how many bills it stands."""

    charge: str
    label: str
    fen: int
    bills: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What bills add up to. ``without`` counts rooms that have nothing to pay."""

    rooms: int = 0
    without: int = 0
    fen: int = 0
    charges: tuple[ChargeTotal, ...] = ()
    outliers: int = 0
    problems: int = 0

    def plus(self, other: Tally) -> Tally:
        """Return both together."""
        sums = {total.charge: total for total in self.charges}
        for total in other.charges:
            there = sums.get(total.charge)
            added = replace(there, fen=there.fen + total.fen, bills=there.bills + total.bills) if there else total
            sums[total.charge] = added
        return Tally(
            self.rooms + other.rooms,
            self.without + other.without,
            self.fen + other.fen,
            tuple(sums[charge] for charge in sorted(sums)),
            self.outliers + other.outliers,
            self.problems + other.problems,
        )


NOTHING = Tally()
"""No bills at all."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a room cannot be billed; ``text`` tells people what is missing."""

    code: str
    room_label: str
    text: str


@dataclass(frozen=True, slots=True)
class RoomDraft:
    """What a run would bill one room; ``area`` in 0.01 m2, ``before_fen`` the room's bill of the period before."""

    room_id: str
    label: str
    building_id: str
    order: str
    area: int
    lines: tuple[ChargeLine, ...]
    problems: tuple[Trouble, ...] = ()
    before_fen: int | None = None

    @property
    def fen(self) -> int:
        """Return what the room would pay."""
        return sum(line.fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class Outlier:
    """A room whose amount is unusual: compared with ``usual_fen`` of the period before or of its building."""

    room_label: str
    fen: int
    usual_fen: int


def tally_of(bills: Iterable[tuple[ChargeLine, ...]]) -> Tally:
    """Return what the lines of bills add up to; no lines are a room without a bill."""
    rooms = without = fen = 0
    charges: dict[str, ChargeTotal] = {}
    for lines in bills:
        rooms, without = (rooms + 1, without) if lines else (rooms, without + 1)
        for line in lines:
            fen += line.fen
            there = charges.get(line.charge, ChargeTotal(line.charge, line.label, 0, 0))
            charges[line.charge] = replace(there, fen=there.fen + line.fen, bills=there.bills + 1)
    return Tally(rooms, without, fen, tuple(charges[charge] for charge in sorted(charges)))


def outliers(drafts: Sequence[RoomDraft]) -> list[Outlier]:
    """Return the rooms whose amount is unusual.

    A room is compared with its own bill of the period before where there is one, else with the median price per m2
    of its building.
    """
    rates = [Fraction(draft.fen, draft.area) for draft in drafts if draft.fen and draft.area]
    middle = median(rates) if len(rates) >= FEWEST_FOR_A_MEDIAN else None
    found = []
    for draft in drafts:
        usual = _usual(draft, middle)
        if draft.fen and usual and (draft.fen > UNUSUAL * usual or draft.fen * UNUSUAL < usual):
            found.append(Outlier(draft.label, draft.fen, int(usual)))
    return found


def _usual(draft: RoomDraft, middle: Fraction | None) -> Fraction | None:
    if draft.before_fen:
        return Fraction(draft.before_fen)
    return middle * draft.area if middle is not None else None


def fingerprint_of(drafts: Sequence[RoomDraft]) -> str:
    """Return a hash of every room and line of a building; what was usual before is not in it."""
    facts = [(draft.room_id, [asdict(line) for line in draft.lines], len(draft.problems)) for draft in drafts]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
