"""Hand cards to households and know who has none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.cards.handing import CardNotReady, Coverage, HandOut, HandOutUnknown, NotAHouseholdCard
from miniprogram_api.cards.rules import ANSWERING, CardChanged, CardState
from miniprogram_api.cards.store import HAND_OUT, CardStore
from miniprogram_api.kernel.page import Page
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.cards.service.register import CardRegister
    from miniprogram_api.estates.rules import Room
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal


class Receipts(Protocol):
    """The part of the photos that the register needs."""

    def attach(self, act: Transaction, estate_id: str, photo_ids: tuple[str, ...], owner: str, purpose: str) -> None:
        """Bind uploaded photos to the thing written by the same act."""
        ...


class HandOuts:
    """The hand-out register of all estates."""

    def __init__(self, store: CardStore, register: CardRegister, estates: Estates, photos: Receipts) -> None:
        self._store = store
        self._register = register
        self._estates = estates
        self._photos = photos

    def hand_out(self, by: str, estate_id: str, card_id: str, photo_id: str | None, now: datetime) -> HandOut:
        """Hand a room's card to its household; the card becomes active (CARD-06). Repeating it changes nothing.

        Raises:
            CardNotFound: the register has no such card.
            NotAHouseholdCard: the card belongs to a wall.
            CardNotReady: it is a draft, suspended or ended.
            RoomUnknown: the room was taken out of the register.
            CardChanged: somebody else was faster.
        """
        card = self._register.access_card_by_id(estate_id, card_id)
        if card.place.room_id is None:
            raise NotAHouseholdCard
        if card.state not in ANSWERING:
            raise CardNotReady
        line = self._store.find_hand_out(estate_id, card.place.room_id)
        if line is not None and line.card_id == card_id and line.ended_at is None:
            return line
        room = self._estates.get_room(estate_id, card.place.room_id)
        act = Transaction(by, "hand_out_card", now)
        new = HandOut(estate_id, room.id, room.label, card_id, by, now, card.order, photo_id)
        if line is None:
            act.add(HAND_OUT, new, otherwise=CardChanged)
        else:
            new = act.change(HAND_OUT, line, replace(new, version=line.version), otherwise=CardChanged)
        # Written even when the card is active already: it must not be replaced in the same moment.
        after = replace(card) if card.state is CardState.ACTIVE else card.step("hand_out", by, now)
        self._store.change_card(act, card, after)
        if photo_id is not None:
            self._photos.attach(act, estate_id, (photo_id,), card_id, "card_receipt")
        self._store.commit(act)
        return new

    def confirm(self, principal: Principal, estate_id: str, room_id: str, now: datetime) -> HandOut:
        """Let a resident of the room confirm in the app that the card arrived (CARD-06).

        Raises:
            HandOutUnknown: the room is not theirs, or it got no card.
            CardChanged: the card was replaced at the same moment.
        """
        line = self._store.find_hand_out(estate_id, room_id)
        if room_id not in principal.rooms_in(estate_id) or line is None or line.ended_at is not None:
            raise HandOutUnknown
        if line.confirmed_by is not None:
            return line
        act = Transaction(principal.account_id, "confirm_card", now)
        after = replace(line, confirmed_by=principal.account_id, confirmed_at=now)
        confirmed = act.change(HAND_OUT, line, after, otherwise=CardChanged)
        self._store.commit(act)
        return confirmed

    def list_waiting(self, principal: Principal) -> list[HandOut]:
        """List the cards handed to the homes of a person that still wait for a word that they arrived (CARD-06)."""
        homes = {(grant.scope.id, grant.room_id) for grant in principal.grants if grant.room_id is not None}
        found = self._store.find_hand_outs(homes).values()
        return sorted((line for line in found if line.waits), key=lambda line: line.handed_at)

    def list_hand_outs(self, estate_id: str, limit: int, cursor: str | None) -> Page[HandOut]:
        """List the households of an estate that have a living card."""
        return self._store.list_hand_outs(estate_id, limit, cursor)

    def list_without_card(self, estate_id: str, building_id: str, limit: int, cursor: str | None) -> Page[Room]:
        """List the rooms of a building without a living card; a page looks at ``limit`` rooms and may hold fewer."""
        rooms = self._estates.list_rooms(estate_id, building_id, limit, cursor)
        living = self._store.find_hand_outs((estate_id, room.id) for room in rooms.items)
        without = tuple(room for room in rooms.items if room.ended_at is None and room.id not in living)
        return Page(without, rooms.next)

    def coverage(self, estate_id: str) -> Coverage:
        """Count the rooms with a living card in the household's hands, out of all rooms (CARD-06)."""
        return Coverage(self._store.count_covered(estate_id), self._estates.get_estate(estate_id).households)
