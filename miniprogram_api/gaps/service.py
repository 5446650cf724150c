"""Look at an estate, remember since when something is missing, forget it when somebody is in charge."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.cards.week import span_text, uncovered
from miniprogram_api.gaps.rules import (
    DESK_ROLES,
    BuildingSeen,
    Facts,
    Gap,
    Hours,
    Matter,
    Round,
    compare,
    find_gaps,
)
from miniprogram_api.gaps.store import GAP, ROUND, GapStore
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from miniprogram_api.cards.face import Face
    from miniprogram_api.cards.service import Cards
    from miniprogram_api.cards.service.register import CardRegister
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.identity.rules import HeldGrant
    from miniprogram_api.kernel.access import Role
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.work_orders.category import Category

ESTATES_PER_RUN = 20
_PARTS = 90


class Categories(Protocol):
    """The part of the work orders that the checks need."""

    def list_categories(self, estate_id: str) -> Iterable[Category]:
        """Return every category of the estate with the role that handles it."""
        ...


class People(Protocol):
    """The part of the appointments that the checks need."""

    def people_at(self, *, estate_id: str, roles: Collection[Role], now: datetime) -> Iterable[HeldGrant]:
        """List who holds one of the roles at an estate now."""
        ...


class Gaps:
    """The gap lists of all estates."""

    def __init__(
        self,
        store: GapStore,
        estates: Estates,
        cards: Cards,
        register: CardRegister,
        categories: Categories,
        people: People,
    ) -> None:
        self._store = store
        self._estates = estates
        self._cards = cards
        self._register = register
        self._categories = categories
        self._people = people

    def look(self, estate_id: str, now: datetime) -> tuple[Gap, ...]:
        """Check an estate now, write what changed, and return its open gaps, the oldest first (CARD-05)."""
        estate = self._estates.get_estate(estate_id)
        facts = self._facts(estate, self._cards.face_of(estate), now)
        changes = compare(estate.id, estate.units, self._store.list_known(estate.id), find_gaps(facts), now)
        act = Transaction("system", "find_gaps", now)
        for gap in changes.opened:
            act.add(GAP, gap)
        for before, after in changes.changed:
            act.change(GAP, before, after)
        for start in range(0, len(act.parts), _PARTS):
            # Parts of one look need not be true together: each is a finding of its own.
            with suppress(Conflict):  # another look at the same moment wrote the same
                self._store.commit(Transaction(act.by, act.verb, act.at, act.parts[start : start + _PARTS]))
        return changes.open_now

    def list_below(self, path: tuple[str, ...], limit: int, cursor: str | None) -> Page[Gap]:
        """List the open gaps of every estate below a unit, in tree order."""
        return self._store.list_below(path, limit, cursor)

    def sweep(self, now: datetime) -> int:
        """Look at the next twenty estates of the hourly round; returns how many were looked at."""
        stored = self._store.find_round()
        going = stored or Round()
        if not going.due(now):
            return 0
        if going.done:
            going = replace(going, after=None, began_at=now, done=False)
        faces = self._cards.list_faces(going.after, ESTATES_PER_RUN)
        for face in faces:
            with suppress(NotFound):  # the estate was taken out of the tree
                self.look(face.estate_id, now)
        after = faces[-1].locator if faces else None
        going = replace(going, after=after, done=len(faces) < ESTATES_PER_RUN)
        act = Transaction("system", "find_gaps", now)
        if stored is None:
            act.add(ROUND, going)
        else:
            act.change(ROUND, stored, going)
        with suppress(Conflict):  # two runs at once looked at the same estates, which harms nobody
            self._store.commit(act)
        return len(faces)

    def _facts(self, estate: Estate, face: Face | None, now: datetime) -> Facts:
        matters = tuple(
            Matter(category.code, category.name, category.handler_role)
            for category in self._categories.list_categories(estate.id)
            if category.in_use
        )
        roles = {matter.role for matter in matters} | DESK_ROLES
        present = frozenset(
            held.grant.role for held in self._people.people_at(estate_id=estate.id, roles=roles, now=now)
        )
        buildings = tuple(
            BuildingSeen(building.id, building.name, self._register.has_active_card(estate.id, building.id))
            for building in self._estates.list_buildings(estate.id)
        )
        return Facts(_holes(face), matters, present, buildings, face is not None and face.leader is not None)


def _holes(face: Face | None) -> tuple[Hours, ...]:
    """Return the week's holes between the shifts and the stated hours of manager and deputy."""
    spans = []
    if face is not None:
        spans += [shift.span for shift in face.shifts]
        spans += [span for person in (face.leader, face.deputy) if person is not None for span in person.hours]
    return tuple(Hours(hole.start, hole.end, span_text(hole)) for hole in uncovered(spans))
