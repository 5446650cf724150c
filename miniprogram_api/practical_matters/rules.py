"""Practical matters 实事 and what a ledger of them adds up to (REP-17; 004:56 counts 240 matters, 69,000 people)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable


class MatterUnknown(NotFound):
    """There is no such matter in this ledger."""

    code = "practical_matter_unknown"
    message = "没有找到该实事项目，请返回台账刷新。"


class AlreadySolved(Conflict):
    """The matter was recorded as solved, with other facts."""

    code = "practical_matter_solved"
    message = "该实事已登记办结，如需更正请联系上级单位。"


class SolutionRefused(Invalid):
    """A matter is solved on a day from its opening until today, not in the future."""

    code = "solution_refused"
    message = "办结日期应在立项之后且不晚于今天，请检查。"


class OrdersUnknown(Invalid):
    """A matter can only be made from work orders of an estate below the unit that keeps the ledger."""

    code = "orders_unknown"
    message = "所选工单不属于本辖区的小区，请重新选择。"


class MatterKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


@dataclass(frozen=True, slots=True)
class Solution:
    """How a matter was solved: on which day, how many people it reached, and the proof."""

    solved_on: date
    people_reached: int
    proof: str
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """One line of a ledger. ``units`` is the path of the unit that keeps it, from the city down.

    It may be made from one or many work orders of one estate.
    """

    id: str
    units: tuple[str, ...]
    title: str
    responsible: str
    due_on: date
    opened_on: date
    opened_by: str
    opened_at: datetime
    digest: str
    estate_id: str | None = None
    order_ids: tuple[str, ...] = ()
    solution: Solution | None = None
    version: int = 0

    def solved(self, solution: Solution, today: date) -> Matter:
        """Return the matter as solved; the same solution again changes nothing.

        Raises:
            AlreadySolved: it was solved with other facts.
            SolutionRefused: the day lies before its opening or in the future.
        """
        if self.solution is not None and self.solution != solution:
            raise AlreadySolved
        if not self.opened_on <= solution.solved_on <= today:
            raise SolutionRefused
        return replace(self, solution=solution)


@dataclass(frozen=True, slots=True)
class Totals:
    """What some matters add up to; ``overdue`` are unsolved past their date."""

    matters: int = 0
    solved: int = 0
    people_reached: int = 0
    overdue: int = 0


def total(matters: Iterable[Matter], today: date) -> Totals:
    """Add up matters from their records."""
    listed = list(matters)
    solutions = [matter.solution for matter in listed if matter.solution is not None]
    overdue = sum(matter.solution is None and matter.due_on < today for matter in listed)
    return Totals(len(listed), len(solutions), sum(one.people_reached for one in solutions), overdue)


def totals_below(matters: Iterable[Matter], path: tuple[str, ...], today: date) -> dict[str, Totals]:
    """Return the totals of each unit directly below the one at ``path``; its own matters count under itself."""
    groups: dict[str, list[Matter]] = {}
    for matter in matters:
        groups.setdefault(matter.units[min(len(path), len(matter.units) - 1)], []).append(matter)
    return {unit: total(group, today) for unit, group in groups.items()}
