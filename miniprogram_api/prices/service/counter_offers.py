"""Owners answer the company's offer: one counter-offer a room, changeable until the round is over (FEE-06)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.prices.counters import (
    Counter,
    CounterFigures,
    CounteringClosed,
    CounterMet,
    CounterRoomUnknown,
    CounterUnknown,
    figures,
    owned_rooms,
)
from miniprogram_api.prices.guide import within
from miniprogram_api.prices.store import COUNTER
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.prices.store import TalkStore
    from miniprogram_api.prices.talk import PriceTalk


class CounterOffers:
    """The counter-offers in all price talks."""

    def __init__(self, store: TalkStore, estates: Estates) -> None:
        self._store = store
        self._estates = estates

    def put(
        self, principal: Principal, talk: PriceTalk, room_id: str, price: int, reason: str, now: datetime
    ) -> Counter:
        """Put the counter-offer of an owner's room, new or changed; the same again changes nothing.

        Raises:
            CounterRoomUnknown: the person does not own such a room.
            CounteringClosed: the round has not begun or is over.
            PriceAboveLimit: nobody may pay more than the government allows.
            CounterMet: another owner of the room wrote at the same moment.
        """
        if room_id not in owned_rooms(principal, talk.estate_id):
            raise CounterRoomUnknown
        if not talk.takes_counters(now):
            raise CounteringClosed
        within(talk.limit, price)
        before = self._find(talk, room_id)
        if before is not None and (before.price, before.reason, before.by) == (price, reason, principal.account_id):
            return before
        act = Transaction(principal.account_id, "put_counter_offer", now)
        self._store.require_countering(act, talk, CounteringClosed)
        if before is None:
            after = Counter(
                id=_id(talk, room_id),
                talk_id=talk.id,
                estate_id=talk.estate_id,
                round=talk.round,
                room_id=room_id,
                price=price,
                reason=reason,
                by=principal.account_id,
                at=now,
            )
            act.add(COUNTER, after, otherwise=CounterMet)
        else:
            changed = replace(before, price=price, reason=reason, by=principal.account_id, at=now)
            after = act.change(COUNTER, before, changed, otherwise=CounterMet)
        self._store.commit(act)
        return after

    def access_counter_by_room(self, principal: Principal, talk: PriceTalk, room_id: str) -> Counter:
        """Return what an owner's own room offers in this round.

        Raises:
            CounterRoomUnknown: the person does not own such a room.
            CounterUnknown: it has offered nothing yet.
        """
        if room_id not in owned_rooms(principal, talk.estate_id):
            raise CounterRoomUnknown
        found = self._find(talk, room_id)
        if found is None:
            raise CounterUnknown
        return found

    def list_counters(self, talk: PriceTalk, limit: int, cursor: str | None) -> Page[Counter]:
        """List the counter-offers of this round with their reasons, for those who negotiate."""
        return self._store.list_counters(talk.estate_id, talk.id, talk.round, limit, cursor)

    def figures_of(self, talk: PriceTalk) -> list[CounterFigures]:
        """Return what the counter-offers of each round say together, the first round first, recounted from them."""
        rooms = self._estates.get_estate(talk.estate_id).households
        numbers = range(1, talk.round + 1)
        return [figures(self._store.counter_prices(talk.estate_id, talk.id, number), rooms) for number in numbers]

    def _find(self, talk: PriceTalk, room_id: str) -> Counter | None:
        return self._store.find_counter(talk.estate_id, talk.id, talk.round, _id(talk, room_id))


def _id(talk: PriceTalk, room_id: str) -> str:
    return derived_id("counter", talk.id, room_id)
