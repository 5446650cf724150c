"""How many took part so far, followed from the stream of written votes; no certified figure comes from here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.ballots.figures import (
    CountedContact,
    CountedHead,
    CountedRoom,
    Figure,
    part_of,
    with_contact,
)
from miniprogram_api.ballots.store import COUNTED_CONTACT, COUNTED_HEAD, COUNTED_ROOM, FIGURE
from miniprogram_api.kernel.errors import Conflict, Unavailable
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from miniprogram_api.ballots.deliveries import Delivery
    from miniprogram_api.ballots.store import FigureStore
    from miniprogram_api.ballots.vote import Vote
    from miniprogram_api.kernel.page import Page

_TRIES = 8


class _RoomCounted(Conflict):
    """The vote of the room is in the figures."""


class _HeadCounted(Conflict):
    """The person is in the figures."""


class _FigureMoved(Conflict):
    """Another vote was added to the same figure at this moment."""


class FiguresBusy(Unavailable):
    """Other votes kept changing a figure; the stream delivers again."""

    code = "ballot_figures_busy"


class RunningFigures:
    """Adds each room and each person once, however often and in whichever order the stream delivers."""

    def __init__(self, store: FigureStore) -> None:
        self._store = store

    def follow_vote(self, before: Vote | None, after: Vote | None, at: datetime) -> None:
        """Add the first vote of a room to the figures; a changed vote changes nothing here."""
        if before is not None or after is None or after.revision != 1:
            return
        head_is_new = True
        for _ in range(_TRIES):
            try:
                self._add(after, at, head_is_new=head_is_new)
            except _RoomCounted:
                return
            except _HeadCounted:
                head_is_new = False
            except _FigureMoved:
                continue
            else:
                return
        raise FiguresBusy

    def follow_delivery(self, _before: Delivery | None, after: Delivery | None, at: datetime) -> None:
        """Add what came of telling a room to the figures, in place of what was known before (VOT-04)."""
        if after is None:
            return
        for _ in range(_TRIES):
            known = self._store.find_contact(after.estate_id, after.ballot_id, after.room_id)
            if known is not None and known.seen >= after.version:
                return
            try:
                self._add_contact(after, known, at)
            except _FigureMoved:
                continue
            return
        raise FiguresBusy

    def _add_contact(self, told: Delivery, known: CountedContact | None, at: datetime) -> None:
        of = (told.estate_id, told.ballot_id)
        act = Transaction("system", "count_contact", at)

        def grown(figure: Figure) -> Figure:
            less = figure if known is None else with_contact(figure, known.contact, -1)
            return with_contact(less, told.contact, 1)

        mark = CountedContact(*of, told.room_id, told.contact, told.version)
        if known is None:
            act.add(COUNTED_CONTACT, mark, otherwise=_FigureMoved)
        else:
            act.change(COUNTED_CONTACT, known, replace(mark, version=known.version), otherwise=_FigureMoved)
        self._grow(act, _places(*of, told.building_id, told.room_id), grown)
        self._store.commit(act)

    def _add(self, vote: Vote, at: datetime, *, head_is_new: bool) -> None:
        act = Transaction("system", "count_turnout", at)
        of = (vote.estate_id, vote.ballot_id)
        act.add(COUNTED_ROOM, CountedRoom(*of, vote.room_id), otherwise=_RoomCounted)
        if head_is_new:
            act.add(COUNTED_HEAD, CountedHead(*of, vote.head), otherwise=_HeadCounted)

        def grown(figure: Figure) -> Figure:
            heads = figure.heads + (1 if head_is_new else 0)
            return replace(figure, rooms=figure.rooms + 1, area=figure.area + vote.area, heads=heads)

        self._grow(act, _places(*of, vote.building_id, vote.room_id), grown)
        self._store.commit(act)

    def _grow(self, act: Transaction, places: tuple[Figure, ...], grown: Callable[[Figure], Figure]) -> None:
        for empty in places:
            before = self._store.find_figure(empty)
            if before is None:
                act.add(FIGURE, grown(empty), otherwise=_FigureMoved)
            else:
                act.change(FIGURE, before, grown(before), otherwise=_FigureMoved)

    def parts_of(self, estate_id: str, ballot_id: str) -> list[Figure]:
        """Return the parts that add up to a ballot's figure: one query of at most sixteen, whatever the estate."""
        return self._store.list_parts(estate_id, ballot_id)

    def buildings_of(self, estate_id: str, ballot_id: str, limit: int, cursor: str | None) -> Page[Figure]:
        """Return one page of the figures of a ballot's buildings."""
        return self._store.list_buildings(estate_id, ballot_id, limit, cursor)


def _places(estate_id: str, ballot_id: str, building_id: str, room_id: str) -> tuple[Figure, ...]:
    """The two figures that a room is added to, as they are before anybody was."""
    return (
        Figure(estate_id, ballot_id, building_id, None),
        Figure(estate_id, ballot_id, None, part_of(room_id)),
    )
