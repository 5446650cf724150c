"""The service standard 服务等级标准 of a city or district: quantified items, and grades as sets of them (FEE-15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.tariffs.tariff import Hand, Method, Tariff


class StandardUnknown(NotFound):
    """No unit above the estate has laid down a service standard that holds on the day."""

    code = "service_standard_unknown"
    message = "当地尚未公布物业服务等级标准。"


class StandardThere(Conflict):
    """The unit laid down another standard from the same day on."""

    code = "service_standard_there"
    message = "该日期已有服务等级标准，请改用其他生效日期。"


class StandardUnclear(Invalid):
    """An item or a grade stands twice, or a grade names an item that is not there."""

    code = "service_standard_unclear"
    message = "服务事项或等级重复，或等级包含不存在的事项，请检查后重新提交。"


class PackageIncomplete(Invalid):
    """A package names an item that the standard does not know, or lacks one that its grade consists of (FEE-08)."""

    code = "package_incomplete"
    message = "套餐事项与服务等级标准不一致，请补齐该等级的全部事项。"


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One quantified item: what is done, how often, measured by what, proved by what."""

    id: str
    name: str
    content: str
    frequency: str
    measure: str
    proof: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of service: the items it consists of."""

    id: str
    label: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceStandard:
    """The standard of a unit from a day on, by a document; a change is a new one from a later day."""

    unit_id: str
    valid_from: date
    document: str
    items: tuple[ServiceItem, ...]
    grades: tuple[Grade, ...]
    published: Hand
    version: int = 0

    def grade(self, grade_id: str) -> Grade | None:
        """Return a grade of the standard."""
        return next((grade for grade in self.grades if grade.id == grade_id), None)


def check_standard(standard: ServiceStandard) -> None:
    """Make sure that items and grades stand once, and that grades name items that are there.

    Raises:
        StandardUnclear: they do not.
    """
    items, grades = [item.id for item in standard.items], [grade.id for grade in standard.grades]
    named = {item for grade in standard.grades for item in grade.items}
    if len(set(items)) < len(items) or len(set(grades)) < len(grades) or not named <= set(items):
        raise StandardUnclear


def check_package(tariff: Tariff, standard: ServiceStandard) -> None:
    """Make sure that a package consists of items of the standard, and of all that its grade has.

    Raises:
        PackageIncomplete: it does not.
    """
    if tariff.pricing.method is not Method.GRADE_MENU:
        return
    names = {item.item_id for item in tariff.pricing.items}
    grade = standard.grade(tariff.grade)
    if not names <= {item.id for item in standard.items} or (grade is not None and not names >= set(grade.items)):
        raise PackageIncomplete
