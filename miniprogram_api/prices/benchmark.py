"""Benchmark prices 基准价: item x grade of a city; what an estate's services cost by them, how far a price is off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.money import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence


class BenchmarkThere(Conflict):
    """The unit has a matrix from that day on; versions are never edited (FEE-07)."""

    code = "benchmark_there"
    message = "该起始日期已有基准价，不能修改，请用新的起始日期录入新版本。"


class BenchmarkUnknown(NotFound):
    """No unit above the estate has benchmark prices on the day, or they lack an item at that grade."""

    code = "benchmark_unknown"
    message = "基准价表中没有该项目或等级，请核对后重新选择。"


class ServiceTwice(Invalid):
    """One item is named twice; it would count twice."""

    code = "service_twice"
    message = "同一服务项目重复，请删除重复的项目。"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One cell: what an item costs at a grade, in 0.0001 yuan a month and m2."""

    item: str
    label: str
    grade: str
    price: int


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """One item that an estate has or is offered, at a grade (FEE-15)."""

    item: str
    grade: str


@dataclass(frozen=True, slots=True)
class BenchmarkMatrix:
    """One version of a unit's whole matrix, in force until the next begins."""

    id: str
    unit_id: str
    valid_from: date
    document: str
    cells: tuple[Benchmark, ...]
    entered_by: str
    entered_at: datetime
    version: int = 0

    def __post_init__(self) -> None:
        if len({(cell.item, cell.grade) for cell in self.cells}) < len(self.cells):
            raise ServiceTwice

    def reference(self, services: Sequence[ServiceLevel]) -> int:
        """Return the sum of the cells of the services, in 0.0001 yuan a month and m2 (FEE-07).

        Raises:
            ServiceTwice: an item is named twice.
            BenchmarkUnknown: the matrix has no such item at that grade.
        """
        if len({service.item for service in services}) < len(services):
            raise ServiceTwice
        prices = {(cell.item, cell.grade): cell.price for cell in self.cells}
        missing = [service.item for service in services if (service.item, service.grade) not in prices]
        if missing:
            raise BenchmarkUnknown(items=missing)
        return sum(prices[service.item, service.grade] for service in services)


def deviation(price: int, reference: int) -> int:
    """Return by how many tenths of a percent a price lies above (below: negative) the reference, a half away from 0.

    Raises:
        ValueError: the reference is not positive.
    """
    if reference <= 0:
        raise ValueError("a reference price is more than 0")
    return rounded(Fraction((price - reference) * 1000, reference))
