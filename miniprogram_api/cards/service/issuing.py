"""Make cards for whole buildings and print them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.cards.batches import (
    CARDS_PER_SHEET,
    LARGEST_BATCH,
    BatchEmpty,
    BatchKeyReused,
    BatchTooLarge,
    BatchUnknown,
    BuildingPlaces,
    CardBatch,
    CardOver,
    CardSpot,
    ContractNotFiled,
    PrintedCard,
    SheetEmpty,
    first_card,
    spots_of,
)
from miniprogram_api.cards.rules import ENDED, Card, CardChanged, Grain, card_id
from miniprogram_api.cards.service.register import CARDS_PER_ACT
from miniprogram_api.cards.store import CARD_BATCH, CardStore
from miniprogram_api.cards.week import hours_text
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import NotFound, Unavailable
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.cards.face import Face
    from miniprogram_api.cards.service import Cards
    from miniprogram_api.cards.service.register import CardRegister
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.objects import Objects

_TRIES = 4


class FiledContracts(Protocol):
    """The part of the filings that cards need."""

    def current(self, estate_id: str) -> object | None:
        """Return the filed contract in force, or None."""
        ...


class Press(Protocol):
    """Makes pictures of cards.

    Both raise CardUnprintable with the reason in Chinese.
    """

    def picture(self, card: PrintedCard) -> bytes:
        """Return one card as PNG."""
        ...

    def sheet(self, cards: list[PrintedCard]) -> bytes:
        """Return cards on A4 pages with cut marks as PDF."""
        ...


class CardIssuing:
    """Batches and their print."""

    def __init__(
        self,
        store: CardStore,
        cards: Cards,
        register: CardRegister,
        estates: Estates,
        filings: FiledContracts,
        press: Press,
        media: Objects,
        public_url: str,
    ) -> None:
        self._store = store
        self._cards = cards
        self._register = register
        self._estates = estates
        self._filings = filings
        self._press = press
        self._media = media
        self._public_url = public_url

    def make_batch(
        self, by: str, estate_id: str, grain: Grain, building_ids: tuple[str, ...], key: str, now: datetime
    ) -> CardBatch:
        """Make one card for every place of the grain that has no living one (CARD-01).

        The same key goes on with the same batch, however often and from however many places at once; a card's id is
        its place, so that no place gets two.

        Raises:
            ContractNotFiled: the estate has no filed contract.
            BatchEmpty: there is no such place.
            BatchTooLarge: there are more than 1,000.
            BatchKeyReused: the key belongs to another order.
        """
        batch_id = derived_id("batch", by, "make_batch", estate_id, key)
        batch = self._store.find_batch(estate_id, batch_id)
        if batch is not None and (batch.grain, batch.building_ids) != (grain, building_ids):
            raise BatchKeyReused
        if batch is not None and batch.done_at is not None:
            return batch
        estate = self._estates.get_estate(estate_id)
        spots = self._spots(estate, grain, building_ids)
        if batch is None:
            batch = self._begin(CardBatch(batch_id, estate_id, grain, building_ids, by, now), estate)
        made = 0
        for start in range(0, len(spots), CARDS_PER_ACT):
            made += self._fill(batch, estate, spots[start : start + CARDS_PER_ACT], now)
        return self._finish(batch, len(spots), made, now)

    def _spots(self, estate: Estate, grain: Grain, building_ids: tuple[str, ...]) -> list[CardSpot]:
        if self._filings.current(estate.id) is None:
            raise ContractNotFiled
        buildings = []
        for building in self._estates.list_buildings(estate.id):
            if building_ids and building.id not in building_ids:
                continue
            rooms = self._rooms(estate.id, building.id) if grain is Grain.ROOM else ()
            buildings.append(BuildingPlaces(building.id, building.name, building.entrances, rooms))
        spots = spots_of(grain, estate.name, buildings)
        if not spots:
            raise BatchEmpty
        if len(spots) > LARGEST_BATCH:
            raise BatchTooLarge
        return spots

    def _rooms(self, estate_id: str, building_id: str) -> tuple[tuple[str, str, str, str], ...]:
        rooms: list[tuple[str, str, str, str]] = []
        cursor = None
        while True:
            page = self._estates.list_rooms(estate_id, building_id, 100, cursor)
            rooms += [(one.id, one.entrance, one.order, one.label) for one in page.items if one.ended_at is None]
            cursor = page.next
            if cursor is None or len(rooms) > LARGEST_BATCH:
                return tuple(rooms)

    def _begin(self, batch: CardBatch, estate: Estate) -> CardBatch:
        act = Transaction(batch.ordered_by, "make_batch", batch.ordered_at)
        act.add(CARD_BATCH, batch, otherwise=CardChanged)
        if self._cards.face_of(estate) is None:
            self._cards.create_face(act, estate)
        try:
            self._store.commit(act)
        except CardChanged:  # the same order is being carried out at this moment; both go on, neither makes two cards
            return self._store.find_batch(batch.estate_id, batch.id) or batch
        return batch

    def _fill(self, batch: CardBatch, estate: Estate, spots: list[CardSpot], now: datetime) -> int:
        """Give each place its card; return how many of their cards are this batch's, made now or before a crash."""
        for _ in range(_TRIES):
            fresh, own = self._missing(batch, estate, spots, now)
            act = Transaction(batch.ordered_by, "make_batch", now)
            for card in fresh:
                self._store.add_card(act, card)
            try:
                self._store.commit(act)
            except CardChanged:  # another batch reached one of these places first
                continue
            return len(fresh) + own
        raise Unavailable

    def _missing(
        self, batch: CardBatch, estate: Estate, spots: list[CardSpot], now: datetime
    ) -> tuple[list[Card], int]:
        """Return new cards for places without a living one, and how many living ones are this batch's already."""
        wanted = {card_id(estate.id, batch.grain, spot.place, 1): spot for spot in spots}
        newest = self._store.find_cards(estate.id, wanted)
        fresh = [
            first_card(estate.id, estate.locator, batch.grain, spot, batch.id, now)
            for identity, spot in wanted.items()
            if identity not in newest
        ]
        own = 0
        while newest:
            own += sum(card.state not in ENDED and card.batch_id == batch.id for card in newest.values())
            ended = [card for card in newest.values() if card.state in ENDED]
            followers = {follower.id: follower for follower in (card.successor(now, batch.id) for card in ended)}
            newest = self._store.find_cards(estate.id, followers) if followers else {}
            fresh += [follower for identity, follower in followers.items() if identity not in newest]
        return fresh, own

    def _finish(self, batch: CardBatch, places: int, made: int, now: datetime) -> CardBatch:
        act = Transaction(batch.ordered_by, "make_batch", now)
        after = replace(batch, places=places, made=made, done_at=now)
        done = act.change(CARD_BATCH, batch, after, otherwise=CardChanged)
        try:
            self._store.commit(act)
        except CardChanged:
            return self.access_batch_by_id(batch.estate_id, batch.id)
        return done

    def access_batch_by_id(self, estate_id: str, batch_id: str) -> CardBatch:
        """Return a batch of the estate that the guard checked, or raise BatchUnknown."""
        batch = self._store.find_batch(estate_id, batch_id)
        if batch is None:
            raise BatchUnknown
        return batch

    def list_batches(self, estate_id: str, limit: int, cursor: str | None) -> Page[CardBatch]:
        """List the batches of an estate."""
        return self._store.list_batches(estate_id, limit, cursor)

    def print_card(self, by: str, estate_id: str, card_id: str, now: datetime) -> bytes:
        """Return the picture of one card; a draft becomes printed (CARD-01).

        Raises:
            CardNotFound: the register has no such card.
            CardOver: it was replaced or revoked.
            CardUnprintable: a character or the portrait cannot be drawn; nothing was changed.
        """
        card = self._register.access_card_by_id(estate_id, card_id)
        if card.state in ENDED:
            raise CardOver
        picture = self._press.picture(self._printed([card])[0])
        self._register.step_all(by, [card], "print", now)
        return picture

    def print_sheet(self, by: str, estate_id: str, batch_id: str, number: int, now: datetime) -> bytes:
        """Return the sheet ``number`` (from 1) of a batch, sixteen cards on A4; its drafts become printed (CARD-01).

        Raises:
            BatchUnknown: the estate has no such batch.
            SheetEmpty: the batch has fewer sheets, or all cards of this one have ended.
            CardUnprintable: a character or the portrait cannot be drawn; nothing was changed.
        """
        self.access_batch_by_id(estate_id, batch_id)
        start = (number - 1) * CARDS_PER_SHEET
        batch = self._store.list_batch(estate_id, batch_id)
        cards = [card for card in batch[start : start + CARDS_PER_SHEET] if card.state not in ENDED]
        if not cards:
            raise SheetEmpty
        sheet = self._press.sheet(self._printed(cards))
        self._register.step_all(by, cards, "print", now)
        return sheet

    def _printed(self, cards: list[Card]) -> list[PrintedCard]:
        face = self._cards.shown_at(cards[0].estate_id)
        if face is None:
            raise ContractNotFiled
        photo = self._photo(face)
        return [printed_card(face, card, photo, self._public_url) for card in cards]

    def _photo(self, face: Face) -> bytes | None:
        if face.leader is None or face.leader.photo_key is None:
            return None
        try:
            return self._media.read(face.leader.photo_key)
        except NotFound:  # the portrait was removed; the card shows a silhouette
            return None


def printed_card(face: Face, card: Card, photo: bytes | None, public_url: str) -> PrintedCard:
    """Return what stands on a card's paper: the manager, else the hotline, else the community."""
    leader, committee = face.leader, face.committee
    return PrintedCard(
        estate_name=face.estate_name,
        place_label="" if card.grain is Grain.ESTATE else card.place.label,
        company_name=face.company_name or "",
        manager_name=leader.name if leader is not None else face.company_name or face.community_name,
        manager_phone=leader.phone if leader is not None else face.hotline or face.community_phone,
        photo=photo,
        hours=hours_text(leader.hours) if leader is not None and leader.hours else "全天",
        services=face.services,
        community_name=face.community_name,
        community_phone=face.community_phone,
        committee_contact=None if committee is None else f"{committee.name} {committee.phone}",
        hotline=face.hotline or "",
        card_number=card.number,
        url=f"{public_url}/c/{card.token}",
        issued_on=date_of(card.created_at),
    )
