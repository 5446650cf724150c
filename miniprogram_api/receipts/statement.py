"""A statement 对账单 of one room and year: what was owed, charged, paid and given back, computed from the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import NotFound
from miniprogram_api.kernel.money import format_yuan

if TYPE_CHECKING:
    from collections.abc import Iterable


class StatementUnknown(NotFound):
    """There is no such room, or it is somebody else's (the answer is the same)."""

    code = "statement_unknown"
    message = "没有找到该房屋，请返回重新选择。"


class FactKind(StrEnum):
    """What moved the sum a room owes."""

    CHARGED = "charged"
    REDUCED = "reduced"
    PAID = "paid"
    GIVEN_BACK = "given_back"


FACT_LABELS: dict[FactKind, str] = {
    FactKind.CHARGED: "应收",
    FactKind.REDUCED: "减免",
    FactKind.PAID: "已缴",
    FactKind.GIVEN_BACK: "退款",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that moved what is owed: ``fen`` is plus when more is owed after it, minus when less."""

    on: date
    kind: FactKind
    label: str
    fen: int


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of the year, and what was owed after it."""

    fact: Fact
    owed_fen: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A year of a room, in fen; ``opening_fen`` and ``closing_fen`` are what was owed, not due only.

    opening + charged + given back - reduced - paid = closing, by construction. Prepaid money stands beside it.
    """

    year: int
    opening_fen: int
    lines: tuple[Line, ...]
    closing_fen: int
    prepaid_opening_fen: int
    prepaid_closing_fen: int

    def sum_of(self, kind: FactKind) -> int:
        """Return what all facts of a kind add up to, as a positive amount."""
        return abs(sum(line.fact.fen for line in self.lines if line.fact.kind is kind))


def statement(year: int, facts: Iterable[Fact], prepaid: Iterable[tuple[date, int]]) -> Statement:
    """Return the statement of a year from every fact the room ever had, and every movement of its prepaid money."""
    known = sorted(facts, key=lambda fact: fact.on)
    moved = list(prepaid)
    opening = owed = sum(fact.fen for fact in known if fact.on.year < year)
    lines = []
    for fact in known:
        if fact.on.year == year:
            owed += fact.fen
            lines.append(Line(fact, owed))
    before = sum(fen for on, fen in moved if on.year < year)
    within = sum(fen for on, fen in moved if on.year == year)
    return Statement(year, opening, tuple(lines), owed, before, before + within)


@dataclass(frozen=True, slots=True)
class PrintedStatement:
    """Every text of a printed statement: its head, its sums, and a row for each line."""

    company_name: str
    place: str
    year: int
    made_on: date
    sums: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str, str, str], ...]


def printed_statement(made: Statement, company_name: str, place: str, made_on: date) -> PrintedStatement:
    """Return the texts of a statement; amounts in yuan, each row: day, kind, what, amount, owed after it."""
    sums = (
        ("期初未缴", made.opening_fen),
        *((f"本年{label}", made.sum_of(kind)) for kind, label in FACT_LABELS.items()),
        ("期末未缴", made.closing_fen),
        ("期初预存", made.prepaid_opening_fen),
        ("期末预存", made.prepaid_closing_fen),
    )
    rows = tuple(
        (
            line.fact.on.isoformat(),
            FACT_LABELS[line.fact.kind],
            line.fact.label,
            format_yuan(line.fact.fen),
            format_yuan(line.owed_fen),
        )
        for line in made.lines
    )
    named = tuple((label, format_yuan(fen)) for label, fen in sums)
    return PrintedStatement(company_name, place, made.year, made_on, named, rows)
