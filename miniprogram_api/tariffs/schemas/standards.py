"""What is sent and shown of service standards and of an estate's menu."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.tariffs.methods import unit_price_text
from miniprogram_api.tariffs.schemas.tariffs import Basis, Id, Name, Word
from miniprogram_api.tariffs.standards import Grade, ServiceItem, ServiceStandard

if TYPE_CHECKING:
    from miniprogram_api.tariffs.tariff import Hand, Tariff


class ItemOfStandard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One quantified item: what is done, how often, measured by what, proved by what (FEE-15)."""

    id: Id
    name: Name
    content: Basis
    frequency: Name
    measure: Basis
    proof: Basis


class GradeOfStandard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grade as a set of items."""

    id: Word
    label: Name
    items: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=200)]


class NewStandard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A standard from a day on, by a document."""

    valid_from: date
    document: Basis
    items: Annotated[tuple[ItemOfStandard, ...], msgspec.Meta(min_length=1, max_length=200)]
    grades: Annotated[tuple[GradeOfStandard, ...], msgspec.Meta(min_length=1, max_length=10)]

    def standard(self, unit_id: str, hand: Hand) -> ServiceStandard:
        """Return it as the house speaks of it."""
        items = tuple(
            ServiceItem(one.id, one.name, one.content, one.frequency, one.measure, one.proof) for one in self.items
        )
        grades = tuple(Grade(one.id, one.label, one.items) for one in self.grades)
        return ServiceStandard(unit_id, self.valid_from, self.document, items, grades, hand)


class StandardShown(msgspec.Struct, frozen=True):
    """A service standard."""

    unit_id: str
    valid_from: date
    document: str
    items: list[ItemOfStandard]
    grades: list[GradeOfStandard]
    published_by_name: str

    @classmethod
    def of(cls, standard: ServiceStandard) -> StandardShown:
        """Return what is shown of a standard."""
        return cls(
            standard.unit_id,
            standard.valid_from,
            standard.document,
            [_item(item) for item in standard.items],
            [GradeOfStandard(grade.id, grade.label, grade.items) for grade in standard.grades],
            standard.published.by_name,
        )


def _item(item: ServiceItem) -> ItemOfStandard:
    return ItemOfStandard(item.id, item.name, item.content, item.frequency, item.measure, item.proof)


class PackageItem(msgspec.Struct, frozen=True):
    """One item of the package at its price a m2 and month; how often and how well, where a standard says so."""

    id: str
    label: str
    price: int
    standard: ItemOfStandard | None = None


class Package(msgspec.Struct, frozen=True):
    """The basic package: its grade, its items, and what they come to, in 0.0001 yuan a m2 and month."""

    tariff_id: str
    label: str
    grade: str
    price: int
    decision: str
    items: list[PackageItem]


class MenuOption(msgspec.Struct, frozen=True):
    """An item of the menu that a household may order, with what one gets for its price."""

    charge: str
    label: str
    price: int
    price_words: str
    unit: str
    frequency: str
    standard: str
    decision: str

    @classmethod
    def of(cls, tariff: Tariff) -> MenuOption:
        """Return what is shown of an item."""
        pricing = tariff.pricing
        return cls(
            charge=tariff.code,
            label=tariff.label,
            price=pricing.price,
            price_words=unit_price_text(pricing),
            unit=pricing.unit,
            frequency=tariff.frequency,
            standard=tariff.standard,
            decision=tariff.decision,
        )


class MenuShown(msgspec.Struct, frozen=True):
    """What an estate offers: packages, and items that households may order beside them (FEE-08)."""

    packages: list[Package]
    options: list[MenuOption]

    @classmethod
    def of(cls, packages: list[Tariff], options: list[Tariff], standard: ServiceStandard | None) -> MenuShown:
        """Return the menu with what the standard says of each item."""
        known = {item.id: _item(item) for item in standard.items} if standard else {}
        return cls([_package(tariff, known) for tariff in packages], [MenuOption.of(tariff) for tariff in options])


def _package(tariff: Tariff, known: dict[str, ItemOfStandard]) -> Package:
    items = [
        PackageItem(item.item_id, item.label, item.price, known.get(item.item_id)) for item in tariff.pricing.items
    ]
    price = tariff.pricing.unit_price or 0
    return Package(tariff.id, tariff.label, tariff.grade, price, tariff.decision, items)
