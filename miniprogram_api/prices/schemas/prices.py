"""What the bureau sends and everybody sees of guide prices and benchmarks."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.prices.benchmark import Benchmark, BenchmarkMatrix, ServiceLevel

if TYPE_CHECKING:
    from miniprogram_api.prices.guide import GuidePrice

Charge = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Grade = Annotated[str, msgspec.Meta(pattern=r"^[^#\s]{1,20}$")]
GradeOrAny = Annotated[str, msgspec.Meta(pattern=r"^[^#\s]{0,20}$")]
Price = Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Document = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]


class NewGuidePrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of a guide price; without ``grade`` it holds for every grade. ``float_up`` is whole percent."""

    charge: Charge
    price: Price
    valid_from: date
    document: Document
    grade: GradeOrAny = ""
    float_up: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    valid_until: date | None = None
    items: Annotated[tuple[Label, ...], msgspec.Meta(max_length=60)] = ()


class GuidePriceShown(msgspec.Struct, frozen=True):
    """A version of a guide price, and the highest price it allows."""

    id: str
    unit_id: str
    charge: str
    grade: str
    price: int
    float_up: int
    limit: int
    valid_from: date
    document: str
    items: tuple[str, ...]
    entered_at: datetime
    valid_until: date | None = None

    @classmethod
    def of(cls, price: GuidePrice) -> GuidePriceShown:
        """Return what is shown of a version."""
        return cls(
            id=price.id,
            unit_id=price.unit_id,
            charge=price.charge,
            grade=price.grade,
            price=price.price,
            float_up=price.float_up,
            limit=price.limit,
            valid_from=price.valid_from,
            document=price.document,
            items=price.items,
            entered_at=price.entered_at,
            valid_until=price.valid_until,
        )


class OnDay(msgspec.Struct, frozen=True):
    """The day asked about; today when left out."""

    on: date | None = None


class BenchmarkCell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an item costs at a grade."""

    item: Charge
    label: Label
    grade: Grade
    price: Price


class NewBenchmarks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of the whole matrix item x grade."""

    valid_from: date
    document: Document
    cells: Annotated[tuple[BenchmarkCell, ...], msgspec.Meta(min_length=1, max_length=300)]

    def benchmarks(self) -> tuple[Benchmark, ...]:
        """Return the cells as the house speaks of them."""
        return tuple(Benchmark(cell.item, cell.label, cell.grade, cell.price) for cell in self.cells)


class BenchmarksShown(msgspec.Struct, frozen=True):
    """A version of a unit's matrix."""

    id: str
    unit_id: str
    valid_from: date
    document: str
    cells: tuple[Benchmark, ...]

    @classmethod
    def of(cls, matrix: BenchmarkMatrix) -> BenchmarksShown:
        """Return what is shown of a version."""
        return cls(matrix.id, matrix.unit_id, matrix.valid_from, matrix.document, matrix.cells)


class ServiceAtGrade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item at a grade."""

    item: Charge
    grade: Grade

    def level(self) -> ServiceLevel:
        """Return it as the house speaks of it."""
        return ServiceLevel(self.item, self.grade)


Services = Annotated[tuple[ServiceAtGrade, ...], msgspec.Meta(max_length=60)]


class PriceToCompare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A price and the services one gets for it."""

    price: Price
    services: Annotated[tuple[ServiceAtGrade, ...], msgspec.Meta(min_length=1, max_length=60)]


class BenchmarkComparison(msgspec.Struct, frozen=True):
    """What the services cost by the benchmark; ``deviation`` is in 0.1 %, negative below it."""

    price: int
    reference: int
    deviation: int
