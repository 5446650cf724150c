"""Tell all owners of what happened to a session: building by building, each room once (条例 14)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.assembly.letters import letters_of
from miniprogram_api.assembly.store import LETTERS, MAILING
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.assembly.letters import Mailing
    from miniprogram_api.assembly.store import AssemblyStore
    from miniprogram_api.estates.service import Estates

_BUILDINGS_A_RUN = 60
"""So that a run ends long before the next; an estate of 100 buildings is told within ten minutes."""


class AssemblyMail:
    """What owners are told of sessions."""

    def __init__(self, store: AssemblyStore, estates: Estates) -> None:
        self._store = store
        self._estates = estates

    def sweep(self, now: datetime) -> int:
        """Go on telling owners where not all have been told; return how many buildings were done."""
        left = _BUILDINGS_A_RUN
        for mailing in self._store.mailings_open():
            if left == 0:
                break
            with suppress(Conflict):  # another run does the same estate at this very moment
                left -= self._go_on(mailing, left, now)
        return _BUILDINGS_A_RUN - left

    def _go_on(self, mailing: Mailing, most: int, now: datetime) -> int:
        buildings = self._estates.list_buildings_after(mailing.estate_id, mailing.building_id, most)
        for building in buildings:
            rooms = [room.id for room in self._estates.list_rooms_of(building)]
            act = Transaction("system", "tell_owners_of_assembly", now)
            # The building's letters and how far telling has come are one act: after a crash neither is there.
            for letters in letters_of(mailing, building.id, rooms):
                act.add(LETTERS, letters)
            after = replace(mailing, building_id=building.id, rooms=mailing.rooms + len(rooms))
            mailing = act.change(MAILING, mailing, after)
            self._store.commit(act)
        if len(buildings) < most:
            act = Transaction("system", "owners_told_of_assembly", now)
            act.change(MAILING, mailing, replace(mailing, done_at=now))
            self._store.commit(act)
        return len(buildings)
