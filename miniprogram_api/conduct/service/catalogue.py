"""Keep a street's negative list and the text of its commitment, and say what holds at an estate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.conduct.catalogue import (
    SAMPLE_COMMITMENT,
    Commitment,
    PledgeText,
    StreetItem,
    items_in_force,
)
from miniprogram_api.conduct.refusals import CatalogueMisplaced, ItemUnknown
from miniprogram_api.conduct.store import PLEDGE_TEXT, STREET_ITEM
from miniprogram_api.estates.rules import UnitLevel
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.conduct.catalogue import Item
    from miniprogram_api.conduct.store import ConductStore
    from miniprogram_api.estates.service import Estates


class ConductCatalogue:
    """The negative lists and commitments of all streets."""

    def __init__(self, store: ConductStore, estates: Estates) -> None:
        self._store = store
        self._estates = estates

    def items_at(self, estate_id: str) -> list[Item]:
        """Return the negative list that holds at an estate."""
        return self.items_of(self._estates.get_estate(estate_id).units[-2])

    def items_of(self, unit_id: str) -> list[Item]:
        """Return the negative list of a street, samples it has not replaced among it."""
        return items_in_force(self._store.list_items(unit_id))

    def item_at(self, street_id: str, code: str) -> Item:
        """Return an item that holds in the street, or raise ItemUnknown."""
        item = next((item for item in self.items_of(street_id) if item.code == code), None)
        if item is None:
            raise ItemUnknown
        return item

    def put_item(self, by: str, unit_id: str, code: str, text: str, valid: bool, now: datetime) -> StreetItem:
        """Write an item, new or changed; cases keep the words they were reported under (VOT-14).

        Raises:
            CatalogueMisplaced: the unit is no street.
            Conflict: somebody else wrote it at the same moment.
        """
        self._require_street(unit_id)
        before = self._store.find_item(unit_id, code)
        act = Transaction(by, "put_conduct_item", now)
        if before is None:
            written = StreetItem(unit_id, code, text, valid, by, now)
            act.add(STREET_ITEM, written)
        elif (before.text, before.valid) == (text, valid):
            return before
        else:
            after = replace(before, text=text, valid=valid, set_by=by, set_at=now)
            written = act.change(STREET_ITEM, before, after)
        self._store.commit(act)
        return written

    def commitment_at(self, estate_id: str) -> Commitment:
        """Return the commitment that members of an estate's committees sign."""
        return self.commitment_of(self._estates.get_estate(estate_id).units[-2])

    def commitment_of(self, unit_id: str) -> Commitment:
        """Return the commitment of a street, the sample where it wrote none."""
        own = self._store.find_pledge_text(unit_id)
        return SAMPLE_COMMITMENT if own is None else Commitment(own.text, sample=False)

    def put_commitment(self, by: str, unit_id: str, text: str, now: datetime) -> Commitment:
        """Write the street's commitment; what was signed stays as it was signed (VOT-13).

        Raises:
            CatalogueMisplaced: the unit is no street.
            Conflict: somebody else wrote it at the same moment.
        """
        self._require_street(unit_id)
        before = self._store.find_pledge_text(unit_id)
        act = Transaction(by, "put_pledge_text", now)
        if before is None:
            act.add(PLEDGE_TEXT, PledgeText(unit_id, text, by, now))
        elif before.text != text:
            act.change(PLEDGE_TEXT, before, replace(before, text=text, set_by=by, set_at=now))
        self._store.commit(act)
        return Commitment(text, sample=False)

    def _require_street(self, unit_id: str) -> None:
        if self._estates.get_unit(unit_id).level is not UnitLevel.STREET:
            raise CatalogueMisplaced
