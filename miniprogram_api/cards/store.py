"""Where faces, cards and scans lie: a face and its tokens share a partition, so that one batch read answers a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.cards.batches import CardBatch
from miniprogram_api.cards.face import Face
from miniprogram_api.cards.figures import DayFigures, Progress
from miniprogram_api.cards.handing import HandOut
from miniprogram_api.cards.rules import Card, CardChanged, CardState
from miniprogram_api.cards.scans import KEPT_FOR, Scan
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind
from miniprogram_api.storage.transaction import Add, Change

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction


def _card_indexes(card: Card) -> dict[str, Key]:
    entries = {"gsi1": keys.card_at(card.estate_id, card.order, card.id)}
    if card.state is CardState.ACTIVE:
        entries["gsi2"] = keys.card_active(card.estate_id, card.place.building_id or "", card.id)
    if card.batch_id is not None:
        entries["gsi3"] = keys.card_of_batch(card.estate_id, card.batch_id, card.order, card.id)
    if card.issued_at is not None:
        entries["gsi4"] = keys.card_issued(card.estate_id, date_of(card.issued_at), card.id)
    return entries


FACE = Kind("face", Face, lambda face: keys.face(face.locator), lambda face: {"gsi3": keys.face_of_all(face.locator)})
CARD = Kind("card", Card, lambda card: keys.card(card.estate_id, card.id), _card_indexes)
CARD_TOKEN = Kind("card_token", Card, lambda card: keys.card_token(card.locator, card.secret))
CARD_BATCH = Kind("card_batch", CardBatch, lambda batch: keys.card_batch(batch.estate_id, batch.id))
HAND_OUT = Kind(
    "hand_out",
    HandOut,
    lambda line: keys.hand_out(line.estate_id, line.room_id),
    lambda line: {} if line.ended_at else {"gsi1": keys.hand_out_living(line.estate_id, line.order, line.room_id)},
)
DAY_FIGURES = Kind("card_figures", DayFigures, lambda day: keys.card_figures(day.estate_id, day.day))
PROGRESS = Kind("sweep_progress", Progress, lambda progress: keys.sweep_progress(progress.job))
SCAN = Kind(
    "scan", Scan, lambda scan: keys.scan(scan.estate_id, scan.day, scan.at, scan.id), expires=lambda s: s.at + KEPT_FOR
)


class CardStore:
    """Faces, cards and scans in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_wall(self, locator: str, secret: str | None) -> tuple[Face | None, Card | None]:
        """Return the face of an estate and the card of a token: one round trip for both."""
        face_key = keys.face(locator)
        wanted = [face_key] if secret is None else [face_key, keys.card_token(locator, secret)]
        face, card = None, None
        for name, body in self._table.find_rows(wanted).values():
            if name == FACE.name:
                face = FACE.entity_of(body)
            elif name == CARD_TOKEN.name:
                card = CARD_TOKEN.entity_of(body)
        return face, card

    def find_by_token(self, locator: str, secret: str) -> Card | None:
        """Return the card of a token, or None."""
        return self._table.find(CARD_TOKEN, keys.card_token(locator, secret))

    def find_face(self, locator: str) -> Face | None:
        """Return what the cards of an estate show, or None before its first card or contract."""
        return self._table.find(FACE, keys.face(locator))

    def list_faces(self, after: str | None, limit: int) -> list[Face]:
        """List the faces of all estates behind one locator, in the fixed order of locators."""
        pk = keys.face_of_all("").pk
        # "~" sorts behind every locator and "after" itself is left out: no locator ends with "!".
        between = (f"{after}!" if after else "0", "~")
        return list(self._table.page(FACE, pk, index="gsi3", between=between, limit=limit).items)

    def pending_face(self, act: Transaction, locator: str) -> tuple[Face | None, Face | None]:
        """Take the part that an act already holds for a face out of it; return the face before and after that part."""
        key = keys.face(locator)
        stored = self.find_face(locator)
        for part in act.parts:
            if part.key == key and isinstance(part, Add):
                act.parts.remove(part)
                return None, FACE.entity_of(part.body)
            if part.key == key and isinstance(part, Change) and stored is not None:
                act.parts.remove(part)
                body = {name: value for name, value in FACE.body(stored).items() if name not in part.remove}
                return stored, FACE.entity_of({**body, **part.assign})
        return stored, stored

    def add_card(self, act: Transaction, card: Card) -> None:
        """Put a new card into the register and its secret beside the face: two parts of one act."""
        act.add(CARD, card, otherwise=CardChanged)
        act.add(CARD_TOKEN, card, otherwise=CardChanged)

    def change_card(self, act: Transaction, before: Card, after: Card) -> Card:
        """Change a card in the register and under its token at once: two parts of one act."""
        act.change(CARD_TOKEN, before, after, otherwise=CardChanged)
        return act.change(CARD, before, after, otherwise=CardChanged)

    def find_card(self, estate_id: str, card_id: str) -> Card | None:
        """Return a card of the register, or None."""
        return self._table.find(CARD, keys.card(estate_id, card_id))

    def find_cards(self, estate_id: str, card_ids: Iterable[str]) -> dict[str, Card]:
        """Return the cards of an estate that exist among the ids, one round trip a hundred."""
        found = self._table.find_all(CARD, [keys.card(estate_id, card_id) for card_id in card_ids])
        return {card.id: card for card in found.values()}

    def list_cards(self, estate_id: str, building_id: str | None, limit: int, cursor: str | None) -> Page[Card]:
        """List the cards of an estate, or of one of its buildings, in the order of their places."""
        pk = keys.card_at(estate_id, "", "").pk
        prefix = f"{building_id}#" if building_id else None
        return self._table.page(CARD, pk, index="gsi1", prefix=prefix, limit=limit, cursor=cursor)

    def list_batch(self, estate_id: str, batch_id: str) -> list[Card]:
        """List the cards of one batch in the order of their places; a batch has a bounded size."""
        return self._table.all_of(CARD, keys.card_of_batch(estate_id, batch_id, "", "").pk, index="gsi3")

    def has_active_card(self, estate_id: str, building_id: str) -> bool:
        """Say whether some active card belongs to a building."""
        pk = keys.card_active(estate_id, "", "").pk
        return bool(self._table.page(CARD, pk, index="gsi2", prefix=f"{building_id}#", limit=1).items)

    def count_issued(self, estate_id: str, day: date) -> int:
        """Count the cards given out on one day in China."""
        return self._table.count(keys.card_issued(estate_id, day, "").pk, index="gsi4", prefix=day.isoformat())

    def list_scans(self, estate_id: str, day: date) -> list[Scan]:
        """List the scans and calls of one day; an estate has as many as its people scan cards."""
        return self._table.all_of(SCAN, keys.scans_of_day(estate_id, day))

    def find_batch(self, estate_id: str, batch_id: str) -> CardBatch | None:
        """Return a batch, or None."""
        return self._table.find(CARD_BATCH, keys.card_batch(estate_id, batch_id))

    def list_batches(self, estate_id: str, limit: int, cursor: str | None) -> Page[CardBatch]:
        """List the batches of an estate."""
        return self._table.page(CARD_BATCH, keys.card_batch(estate_id, "").pk, limit=limit, cursor=cursor)

    def find_hand_out(self, estate_id: str, room_id: str) -> HandOut | None:
        """Return the line of a household, or None."""
        return self._table.find(HAND_OUT, keys.hand_out(estate_id, room_id))

    def find_hand_outs(self, homes: Iterable[tuple[str, str]]) -> dict[str, HandOut]:
        """Return the lines that count as covered among homes (estate and room), one round trip a hundred."""
        found = self._table.find_all(HAND_OUT, [keys.hand_out(estate_id, room_id) for estate_id, room_id in homes])
        return {line.room_id: line for line in found.values() if line.ended_at is None}

    def list_hand_outs(self, estate_id: str, limit: int, cursor: str | None) -> Page[HandOut]:
        """List the households with a living card, in the order of their places."""
        pk = keys.hand_out_living(estate_id, "", "").pk
        return self._table.page(HAND_OUT, pk, index="gsi1", limit=limit, cursor=cursor)

    def count_covered(self, estate_id: str) -> int:
        """Count the households with a living card."""
        return self._table.count(keys.hand_out_living(estate_id, "", "").pk, index="gsi1")

    def find_day(self, estate_id: str, day: date) -> DayFigures | None:
        """Return the figures of one day, or None before they were counted."""
        return self._table.find(DAY_FIGURES, keys.card_figures(estate_id, day))

    def list_days(self, estate_id: str, first: date, last: date) -> list[DayFigures]:
        """List the counted days between two dates, both included."""
        between = (first.isoformat(), last.isoformat())
        return self._table.all_of(DAY_FIGURES, keys.card_figures(estate_id, first).pk, between=between)

    def find_progress(self, job: str) -> Progress | None:
        """Return how far a job that visits every estate has come, or None before its first run."""
        return self._table.find(PROGRESS, keys.sweep_progress(job))
