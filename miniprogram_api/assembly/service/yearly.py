"""See which estates held no yearly session, and have those told who must call one (VOT-24)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.assembly.store import MISSING, WALK
from miniprogram_api.assembly.yearly import Missing, Walk, Year, begins_missing, year_of
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.assembly.service.sides import Sides
    from miniprogram_api.assembly.store import AssemblyStore
    from miniprogram_api.cards.face import Face
    from miniprogram_api.estates.service import Estates

_ESTATES_A_RUN = 20


class EveryEstate(Protocol):
    """Goes through all estates, for jobs that visit every one."""

    def list_faces(self, after: str | None, limit: int) -> list[Face]:
        """Return the faces of estates behind one locator."""
        ...


class YearlyAssemblies:
    """The yearly sessions of all estates."""

    def __init__(self, store: AssemblyStore, sides: Sides, estates: Estates, every: EveryEstate) -> None:
        self._store = store
        self._sides = sides
        self._estates = estates
        self._every = every

    def years(self, estate_id: str, today: date) -> tuple[Year, Year]:
        """Return what an estate has of this year so far, and of the last."""
        sessions = self._store.list_years(estate_id, today.year - 1, today.year)
        terms = self._sides.terms(estate_id)
        this, last = (year_of(sessions, terms, year, today) for year in (today.year, today.year - 1))
        return this, last

    def sweep(self, now: datetime) -> int:
        """From 1 December look at twenty more estates, each once a year; return how many were looked at."""
        today = date_of(now)
        if today < begins_missing(today.year):
            return 0
        stored = self._store.find_walk()
        going = stored if stored is not None and stored.year == today.year else Walk(today.year)
        if going.done:
            return 0
        faces = self._every.list_faces(going.after, _ESTATES_A_RUN)
        for face in faces:
            self._remind(face.estate_id, today, now)
        after = faces[-1].locator if faces else None
        act = Transaction("system", "look_for_yearly_assemblies", now)
        if stored is None:
            act.add(WALK, Walk(today.year, after, len(faces) < _ESTATES_A_RUN))
        else:
            act.change(WALK, stored, Walk(today.year, after, len(faces) < _ESTATES_A_RUN, stored.version))
        with suppress(Conflict):  # two runs at once looked at the same estates, and each is told once
            self._store.commit(act)
        return len(faces)

    def _remind(self, estate_id: str, today: date, now: datetime) -> None:
        """Note once that a yearly session was neither held nor called."""
        try:
            estate = self._estates.get_estate(estate_id)
        except NotFound:  # it was taken out of the tree
            return
        this, _ = self.years(estate_id, today)
        if not this.is_missing or this.called_id is not None:
            return
        act = Transaction("system", "remind_of_yearly_assembly", now)
        act.add(MISSING, Missing(estate_id, estate.name, today.year, now))
        with suppress(Conflict):  # it was noted already
            self._store.commit(act)
