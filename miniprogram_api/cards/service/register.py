"""Lead each card through its life: given out, suspended, replaced, revoked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.cards.rules import CARD_LIFE, ENDED, Card, CardNotFound, CardState
from miniprogram_api.cards.store import HAND_OUT, CardStore
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from miniprogram_api.kernel.page import Page

CARDS_PER_ACT = 48
"""Two parts a card, and room for what goes with them, within the hundred parts of one act."""


class CardRegister:
    """The register of all cards."""

    def __init__(self, store: CardStore) -> None:
        self._store = store

    def access_card_by_id(self, estate_id: str, card_id: str) -> Card:
        """Return a card of the estate that the guard checked, or raise CardNotFound."""
        card = self._store.find_card(estate_id, card_id)
        if card is None:
            raise CardNotFound
        return card

    def list_cards(self, estate_id: str, building_id: str | None, limit: int, cursor: str | None) -> Page[Card]:
        """List the cards of an estate or one building in the order of their places, ended ones included."""
        return self._store.list_cards(estate_id, building_id, limit, cursor)

    def has_active_card(self, estate_id: str, building_id: str) -> bool:
        """Say whether some active card belongs to a building (CARD-05)."""
        return self._store.has_active_card(estate_id, building_id)

    def issue(self, by: str, estate_id: str, card_ids: Iterable[str], now: datetime) -> list[Card]:
        """Give out printed cards to be hung up; cards in another state stay as they are.

        Raises:
            CardNotFound: one of them is not in the register of this estate; none was given out.
            CardChanged: somebody else was faster with one of them.
        """
        wanted = list(dict.fromkeys(card_ids))
        found = self._store.find_cards(estate_id, wanted)
        if len(found) < len(wanted):
            raise CardNotFound
        return self.step_all(by, [found[card_id] for card_id in wanted], "issue", now)

    def step(self, by: str, card: Card, name: str, now: datetime, reason: str | None = None) -> Card:
        """Take one step of a card's life; a step already taken is answered with the card as it is.

        Raises:
            IllegalTransition: the card's state does not allow it.
            CardChanged: somebody else was faster.
        """
        if card.state is CARD_LIFE.named(name).target:
            return card
        act = Transaction(by, f"{name}_card", now)
        changed = self._store.change_card(act, card, card.step(name, by, now, {"reason": reason}))
        if changed.state in ENDED:
            self._end_hand_out(act, card, now)
        self._store.commit(act)
        return changed

    def step_all(self, by: str, cards: Iterable[Card], name: str, now: datetime) -> list[Card]:
        """Take one step with every card that can take it: printing a sheet, giving out a bundle."""
        listed = list(cards)
        ready = CARD_LIFE.named(name).sources
        moved: dict[str, Card] = {}
        waiting = [card for card in listed if card.state in ready]
        for start in range(0, len(waiting), CARDS_PER_ACT):
            act = Transaction(by, f"{name}_card", now)
            for card in waiting[start : start + CARDS_PER_ACT]:
                moved[card.id] = self._store.change_card(act, card, card.step(name, by, now))
            self._store.commit(act)
        return [moved.get(card.id, card) for card in listed]

    def replace_card(self, by: str, card: Card, reason: str, now: datetime) -> Card:
        """Replace a lost or damaged card: a new draft for the same place, the old address dead at once (CARD-06).

        The household counts as without a card until it gets the new one. Asked again, it returns the successor made
        before.

        Raises:
            IllegalTransition: the card was revoked, or was never printed.
            CardChanged: somebody else was faster.
        """
        if card.state is CardState.REPLACED and card.replaced_by is not None:
            return self.access_card_by_id(card.estate_id, card.replaced_by)
        act = Transaction(by, "replace_card", now)
        successor = card.successor(now)
        ended = replace(card.step("replace", by, now, {"reason": reason}), replaced_by=successor.id)
        self._store.change_card(act, card, ended)
        self._store.add_card(act, successor)
        self._end_hand_out(act, card, now)
        self._store.commit(act)
        return successor

    def _end_hand_out(self, act: Transaction, card: Card, now: datetime) -> None:
        if card.place.room_id is None:
            return
        line = self._store.find_hand_out(card.estate_id, card.place.room_id)
        if line is not None and line.card_id == card.id and line.ended_at is None:
            act.change(HAND_OUT, line, replace(line, ended_at=now))
