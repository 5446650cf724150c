"""Keep the ledger of practical matters (REP-17)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.practical_matters.rules import (
    Matter,
    MatterKeyReused,
    OrdersUnknown,
    Solution,
    Totals,
    total,
    totals_below,
)
from miniprogram_api.practical_matters.store import MATTER, Ledger
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.kernel.page import Page


class PhotoAlbum(Protocol):
    """Binds uploaded photos to what the same act writes."""

    def attach(self, act: Transaction, estate_id: str, photo_ids: Iterable[str], owner: str, purpose: str) -> None:
        """Add the parts that bind the photos."""
        ...


class EstateRegister(Protocol):
    """Knows where an estate lies."""

    def get_estate(self, estate_id: str) -> Estate:
        """Return an estate, or raise PlaceUnknown."""
        ...


@dataclass(frozen=True, slots=True)
class Promise:
    """What is to be done, by whom, until when, and from which work orders it came."""

    title: str
    responsible: str
    due_on: date
    estate_id: str | None = None
    order_ids: tuple[str, ...] = ()


class _AlreadyListed(Conflict):
    """The same request added its matter before."""


class PracticalMatters:
    """The ledgers of all units."""

    def __init__(self, ledger: Ledger, photos: PhotoAlbum, estates: EstateRegister) -> None:
        self._ledger = ledger
        self._photos = photos
        self._estates = estates

    def add_matter(self, by: str, path: tuple[str, ...], promise: Promise, key: str, now: datetime) -> Matter:
        """Add a matter to the ledger of the unit at ``path``; the same request finds it already there.

        Raises:
            OrdersUnknown: its work orders are not of an estate below the unit.
            MatterKeyReused: the key came before with different content.
        """
        if promise.order_ids and promise.estate_id is None:
            raise OrdersUnknown
        if promise.estate_id is not None and path[-1] not in self._estates.get_estate(promise.estate_id).units:
            raise OrdersUnknown
        content = json.dumps([path, asdict(promise)], default=str, sort_keys=True)
        matter = Matter(
            id=derived_id("matter", by, path[-1], key),
            units=path,
            title=promise.title,
            responsible=promise.responsible,
            due_on=promise.due_on,
            opened_on=date_of(now),
            opened_by=by,
            opened_at=now,
            digest=hashlib.sha256(content.encode()).hexdigest(),
            estate_id=promise.estate_id,
            order_ids=promise.order_ids,
        )
        act = Transaction(by, "add_practical_matter", now)
        act.add(MATTER, matter, otherwise=_AlreadyListed)
        if promise.estate_id is not None:
            self._ledger.require_orders(act, promise.estate_id, promise.order_ids)
        try:
            self._ledger.commit(act)
        except _AlreadyListed:
            first = self._ledger.get(path, matter.id)
            if first.digest != matter.digest:
                raise MatterKeyReused from None
            return first
        return matter

    def solve(self, by: str, path: tuple[str, ...], matter_id: str, solution: Solution, now: datetime) -> Matter:
        """Record that a matter was solved, with the people it reached and the proof; repeating it changes nothing.

        Raises:
            MatterUnknown: there is none of that id in the unit's own ledger.
            AlreadySolved, SolutionRefused: see the rule.
        """
        before = self._ledger.get(path, matter_id)
        after = before.solved(solution, date_of(now))
        if before.solution is not None:
            return before
        act = Transaction(by, "solve_practical_matter", now)
        after = act.change(MATTER, before, after)
        if solution.photo_ids and before.estate_id is not None:
            self._photos.attach(act, before.estate_id, solution.photo_ids, before.id, "practical_matter")
        self._ledger.commit(act)
        return after

    def get_matter(self, path: tuple[str, ...], matter_id: str) -> Matter:
        """Return a matter of the unit's own ledger, or raise MatterUnknown."""
        return self._ledger.get(path, matter_id)

    def list_matters(self, path: tuple[str, ...], limit: int, cursor: str | None) -> Page[Matter]:
        """List the matters of a unit and of everything below it."""
        return self._ledger.list_below(path, limit, cursor)

    def list_of_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[Matter]:
        """List the matters of one estate, newest first."""
        return self._ledger.list_of_estate(estate_id, limit, cursor)

    def totals(self, path: tuple[str, ...], now: datetime) -> tuple[Totals, dict[str, Totals]]:
        """Recompute what the ledgers of a unit and those below it add up to, as a whole and by unit below."""
        matters = self._ledger.all_below(path)
        return total(matters, date_of(now)), totals_below(matters, path, date_of(now))
