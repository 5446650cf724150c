"""A count of a ballot as a patient person would do it on paper: sets of flats, exact fractions, the law at hand.

Written from the texts, not from the house's count, and as slowly as it likes: it is there to disagree.

- 民法典 278: two thirds of the area and of the owners take part; matters (6) to (8) want three quarters of those taking
  part, all others more than half, each time of the area and of the owners.
- 民法典 1259: 以上 includes the number itself, 过半数 does not.
- SPC interpretation on condominium disputes, 8 and 9: areas are added part by part; several parts of one owner are one
  owner.
- 002:27: a renovation wants two thirds of all households, for each of its two questions. 002:41: bands of satisfaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Answers = tuple[frozenset[str], ...]

THREE_QUARTERS_WANTED = {"fund_raise", "rebuild", "common_parts"}
DECIDED_BY_THE_ASSEMBLY = {"assembly", "election"}


@dataclass(frozen=True)
class Flat:
    """An exclusive part: its area in 0.01 m2, who owns it, whether they were provably told, what they answered."""

    number: int
    area: int
    owner: str
    told: bool
    answers: Answers | None


@dataclass(frozen=True)
class Asked:
    """A question: how it is answered, by which options, and what of 民法典 278 it decides."""

    form: str
    options: tuple[str, ...]
    matter: str | None = None
    seats: int = 1
    favourable: frozenset[str] = frozenset()
    valid: frozenset[str] = frozenset()


def weigh(flats: set[Flat]) -> dict[str, int]:
    """Area, owners and number of some flats."""
    return {
        "area": sum(flat.area for flat in flats),
        "heads": len({flat.owner for flat in flats}),
        "rooms": len(flats),
    }


def count(kind: str, asked: list[Asked], flats: set[Flat], silence: str, least: int = 0) -> list[dict[str, Any]]:
    """What each question came to."""
    return [_count_one(kind, n, question, flats, silence, least) for n, question in enumerate(asked)]


def _count_one(kind: str, n: int, question: Asked, flats: set[Flat], silence: str, least: int) -> dict[str, Any]:
    voted = {flat for flat in flats if flat.answers is not None}
    chose = {option: {flat for flat in voted if option in flat.answers[n]} for option in question.options}
    owners = {option: _owners_who_chose(option, n, voted) for option in question.options}
    standing = {
        option: {"area": weigh(chose[option])["area"], "heads": len(owners[option]), "rooms": len(chose[option])}
        for option in question.options
    }
    taking_part, deemed = weigh(voted), None
    if kind in DECIDED_BY_THE_ASSEMBLY and question.form == "approve":
        taking_part, deemed = _with_the_silent(flats, voted, silence, standing)
    found: dict[str, Any] = {
        "taking_part": taking_part,
        "deemed": deemed,
        "amounts": standing,
        "adopted": set(),
        "places": {},
        "tied": set(),
        "outcome": "counted",
        "satisfaction": _satisfaction(n, question, voted, least) if question.form == "rate" else None,
    }
    if question.form in {"approve", "select"}:
        _decide(kind, question, weigh(flats), found)
    return found


def _owners_who_chose(option: str, n: int, voted: set[Flat]) -> set[str]:
    """An owner is one person with one opinion: whoever answers differently for two flats holds none of them."""
    owners = {flat.owner for flat in voted}
    against = {flat.owner for flat in voted if option not in flat.answers[n]}
    return owners - against


def _with_the_silent(
    flats: set[Flat], voted: set[Flat], silence: str, standing: dict[str, dict[str, int]]
) -> tuple[dict[str, int], str | None]:
    """指导规则 26: whether an owner who did not vote is counted, and how, is for the estate's own rules."""
    taking_part = weigh(voted)
    took_part = {flat.owner for flat in voted}
    unanswered = {flat for flat in flats - voted if flat.told}
    of_absent_owners = {flat for flat in unanswered if flat.owner not in took_part}
    if silence == "abstain" and unanswered:
        return weigh(voted | unanswered), "abstain"
    if silence == "follow_majority" and of_absent_owners:
        by_area = _the_one_with_most({option: amount["area"] for option, amount in standing.items()})
        by_heads = _the_one_with_most({option: amount["heads"] for option, amount in standing.items()})
        if by_area is not None and by_area == by_heads:
            more = weigh(of_absent_owners)
            standing[by_area] = {name: standing[by_area][name] + more[name] for name in more}
            return weigh(voted | of_absent_owners), by_area
    return taking_part, None


def _the_one_with_most(figures: dict[str, int]) -> str | None:
    most = [option for option, figure in figures.items() if figure == max(figures.values())]
    return most[0] if len(most) == 1 else None


def _decide(kind: str, question: Asked, everybody: dict[str, int], found: dict[str, Any]) -> None:
    if kind in DECIDED_BY_THE_ASSEMBLY:
        part = found["taking_part"]
        quorum = all(_of(part[m], everybody[m]) >= Fraction(2, 3) for m in ("area", "heads"))

        def agreed(option: str) -> bool:
            shares = [_of(found["amounts"][option][m], part[m]) for m in ("area", "heads")]
            if question.matter in THREE_QUARTERS_WANTED:
                return all(share >= Fraction(3, 4) for share in shares)
            return all(share > Fraction(1, 2) for share in shares)
    else:
        quorum = True

        def agreed(option: str) -> bool:
            return _of(found["amounts"][option]["rooms"], everybody["rooms"]) >= Fraction(2, 3)

    if not quorum:
        found["outcome"] = "no_quorum"
    elif question.form == "approve":
        found["adopted"] = {"yes"} if agreed("yes") else set()
        found["outcome"] = "passed" if found["adopted"] else "failed"
    else:
        _seat(question, {option for option in question.options if agreed(option)}, found)


def _of(part: int, whole: int) -> Fraction:
    """A share; of nothing, nobody has any."""
    return Fraction(part, whole) if whole else Fraction(0)


def _seat(question: Asked, agreed: set[str], found: dict[str, Any]) -> None:
    """The strongest sit down first; equals sit down together or not at all, and then nobody after them."""

    def strength(option: str) -> tuple[int, int]:
        return found["amounts"][option]["heads"], found["amounts"][option]["area"]

    left, before = question.seats, 0
    for level in sorted({strength(option) for option in agreed}, reverse=True):
        equals = {option for option in agreed if strength(option) == level}
        found["places"].update(dict.fromkeys(equals, before + 1))
        before += len(equals)
        if len(equals) <= left:
            found["adopted"] |= equals
            left -= len(equals)
        else:
            found["tied"] |= equals if left else set()
            left = 0
    if len(found["adopted"]) == question.seats:
        found["outcome"] = "elected" if question.matter == "committee" else "passed"
    else:
        found["outcome"] = "seats_open" if found["adopted"] or found["tied"] else "failed"


def _satisfaction(n: int, question: Asked, voted: set[Flat], least: int) -> dict[str, Any]:
    valid = {flat for flat in voted if flat.answers[n] & question.valid}
    pleased = {flat for flat in valid if flat.answers[n] & question.favourable & question.valid}
    share = _of(len(pleased), len(valid)) * 100
    band = None
    if valid:
        band = 0 if share >= 90 else 1 if share >= 80 else 2 if share >= 70 else 3
    return {
        "favourable": len(pleased),
        "valid": len(valid),
        "band": band,
        "enough": bool(valid) and len(valid) >= least,
    }
