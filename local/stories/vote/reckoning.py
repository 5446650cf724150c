"""The teller's own count: votes as they were heard, areas as the roster says; nothing of the product's."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from local.roster_file import homes

HOMES = homes()
LANDLORD = range(54, 69)
"""Fifteen flats of one owner."""
DEED = 20
"""A flat that two own together."""
UNSOLD = range(162, 166)
"""Shops the developer still holds: one head together."""
TWO_PHONES = (16, 76)
"""Two flats of one owner, who left another telephone number for each: two heads until the roll is amended."""
NAMESAKES = (*TWO_PHONES, 136)
"""The third bears the same name and is somebody else."""

Choices = tuple[tuple[str, ...], ...]


def area_of(index: int) -> int:
    """Return the area of a home in 0.01 m2."""
    return int(Fraction(HOMES[index].area) * 100)


def head_of(index: int, *, amended: bool = True) -> str:
    """Return whose head a home counts as."""
    if index in LANDLORD:
        return "landlord"
    if index in UNSOLD:
        return "developer"
    return str(TWO_PHONES[0] if amended and index == TWO_PHONES[1] else index)


def amount(indices: set[int], heads: set[str]) -> dict[str, int]:
    """Return area, heads and rooms, as the house names them."""
    return {"area": sum(area_of(index) for index in indices), "heads": len(heads), "rooms": len(indices)}


def electorate(*, amended: bool) -> dict[str, int]:
    """Return all of the estate."""
    every = set(range(len(HOMES)))
    return amount(every, {head_of(index, amended=amended) for index in every})


@dataclass
class Heard:
    """What was voted for each home, by its number in the roster."""

    votes: dict[int, Choices] = field(default_factory=dict)

    def voted(self) -> dict[str, int]:
        """Return who took part."""
        return amount(set(self.votes), {head_of(index) for index in self.votes})

    def chose(self, question: int, option: str) -> dict[str, int]:
        """Return what chose an option; a head did if every home it voted for did."""
        homes_for = {index for index, choices in self.votes.items() if option in choices[question]}
        against = {head_of(index) for index in self.votes if index not in homes_for}
        return amount(homes_for, {head_of(index) for index in homes_for} - against)

    def passes(self, question: int, option: str) -> bool:
        """Say whether an option has more than half of those taking part, and those two thirds of all (民法典 278)."""
        whole, part, chosen = electorate(amended=True), self.voted(), self.chose(question, option)
        return all(3 * part[one] >= 2 * whole[one] and 2 * chosen[one] > part[one] for one in ("area", "heads"))
