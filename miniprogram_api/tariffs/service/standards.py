"""Lay down and find service standards (FEE-15)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.standards import ServiceStandard, StandardThere, StandardUnknown, check_standard
from miniprogram_api.tariffs.store import STANDARD, TariffStore

if TYPE_CHECKING:
    from datetime import date

    from miniprogram_api.estates.service import Estates


class Standards:
    """The service standards of all units."""

    def __init__(self, store: TariffStore, estates: Estates) -> None:
        self._store = store
        self._estates = estates

    def publish(self, standard: ServiceStandard) -> ServiceStandard:
        """Lay down a standard from a day on; the same again changes nothing.

        Raises:
            StandardUnclear: see ``check_standard``.
            StandardThere: another one begins on the day.
        """
        check_standard(standard)
        act = Transaction(standard.published.by, "publish_service_standard", standard.published.at)
        act.add(STANDARD, standard, otherwise=StandardThere)
        try:
            self._store.commit(act)
        except StandardThere:
            there = self._store.find_standard(standard.unit_id, standard.valid_from)
            if there is None or replace(standard, published=there.published) != there:
                raise
            return there
        return standard

    def list_of_unit(self, unit_id: str) -> list[ServiceStandard]:
        """List every standard a unit laid down, the newest first."""
        return self._store.list_standards(unit_id)[::-1]

    def find_for_estate(self, estate_id: str, on: date) -> ServiceStandard | None:
        """Return the standard that holds at an estate on a day: that of the nearest unit above it."""
        for unit_id in reversed(self._estates.get_estate(estate_id).units):
            begun = [one for one in self._store.list_standards(unit_id) if one.valid_from <= on]
            if begun:
                return begun[-1]
        return None

    def get_for_estate(self, estate_id: str, on: date) -> ServiceStandard:
        """Return the standard that holds at an estate on a day, or raise StandardUnknown."""
        standard = self.find_for_estate(estate_id, on)
        if standard is None:
            raise StandardUnknown
        return standard
