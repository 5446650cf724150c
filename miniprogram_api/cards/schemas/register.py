"""What the register of cards, its batches, hand-outs and figures look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.cards.rules import Card, CardState, Grain
from miniprogram_api.kernel.place import PlaceInEstate

if TYPE_CHECKING:
    from miniprogram_api.cards.batches import CardBatch
    from miniprogram_api.cards.figures import MonthFigures
    from miniprogram_api.cards.handing import Coverage, HandOut

Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=200)]


class CardList(msgspec.Struct, frozen=True):
    """How much of the register, from where, of which building."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    cursor: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    building_id: Identifier | None = None


class CardLine(msgspec.Struct, frozen=True):
    """One card of the register. Its secret address is only on the paper and in the printed picture."""

    id: str
    number: str
    state: CardState
    grain: Grain
    place: PlaceInEstate
    created_at: datetime
    issued_at: datetime | None = None
    changed_at: datetime | None = None
    reason: str | None = None
    replaced_by: str | None = None
    batch_id: str | None = None

    @classmethod
    def of(cls, card: Card) -> CardLine:
        """Return a card as the register shows it."""
        return cls(
            card.id,
            card.number,
            card.state,
            card.grain,
            card.place,
            card.created_at,
            card.issued_at,
            card.changed_at,
            card.reason,
            card.replaced_by,
            card.batch_id,
        )


class CardReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a card is taken out of use."""

    reason: Reason


class CardBundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Printed cards that are given out together."""

    card_ids: Annotated[list[Identifier], msgspec.Meta(min_length=1, max_length=100)]


class BatchBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One card for every place of the grain, in these buildings or (none named) in all."""

    grain: Grain
    building_ids: Annotated[list[Identifier], msgspec.Meta(max_length=100)] = []


class BatchLine(msgspec.Struct, frozen=True):
    """One batch: its places, how many cards it made, how many places had one already, how many sheets it fills."""

    id: str
    grain: Grain
    building_ids: list[str]
    ordered_at: datetime
    places: int
    made: int
    already: int
    sheets: int
    done: bool

    @classmethod
    def of(cls, batch: CardBatch) -> BatchLine:
        """Return a batch as shown."""
        return cls(
            batch.id,
            batch.grain,
            list(batch.building_ids),
            batch.ordered_at,
            batch.places,
            batch.made,
            batch.already,
            batch.sheets,
            batch.done_at is not None,
        )


class SheetQuery(msgspec.Struct, frozen=True):
    """Which batch, and which of its sheets (from 1)."""

    batch_id: Identifier
    sheet: Annotated[int, msgspec.Meta(ge=1, le=63)] = 1


class HandOutBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card handed to its household; the photo shows the signed receipt, when there is one."""

    receipt_photo_id: Identifier | None = None


class HandOutLine(msgspec.Struct, frozen=True):
    """One household's card: who handed it over, when, and how its receipt is proven."""

    room_id: str
    room_label: str
    card_id: str
    handed_by: str
    handed_at: datetime
    confirmed: bool
    confirmed_at: datetime | None = None
    receipt_photo_id: str | None = None

    @classmethod
    def of(cls, line: HandOut) -> HandOutLine:
        """Return a line as shown."""
        return cls(
            line.room_id,
            line.room_label,
            line.card_id,
            line.handed_by,
            line.handed_at,
            line.confirmed_by is not None,
            line.confirmed_at,
            line.receipt_photo_id,
        )


class WaitingHandOut(msgspec.Struct, frozen=True):
    """A card that was handed to a home and waits for a resident's word that it arrived."""

    estate_id: str
    room_id: str
    room_label: str
    handed_at: datetime

    @classmethod
    def of(cls, line: HandOut) -> WaitingHandOut:
        """Return a line as its household sees it."""
        return cls(line.estate_id, line.room_id, line.room_label, line.handed_at)


class RoomsQuery(msgspec.Struct, frozen=True):
    """Which building, how much, from where."""

    building_id: Identifier
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 100
    cursor: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class RoomWithoutCard(msgspec.Struct, frozen=True):
    """A room whose household has no living card."""

    room_id: str
    label: str


class CoverageShown(msgspec.Struct, frozen=True):
    """Rooms with a card out of all rooms; the share in thousandths, rounded down."""

    covered: int
    rooms: int
    permille: int

    @classmethod
    def of(cls, coverage: Coverage) -> CoverageShown:
        """Return coverage as shown."""
        return cls(coverage.covered, coverage.rooms, coverage.permille)


class MonthQuery(msgspec.Struct, frozen=True):
    """Which month, written as 2026-11."""

    month: Annotated[str, msgspec.Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class RequestsShown(msgspec.Struct, frozen=True):
    """The month's requests: how many, how many by card, mean minutes to the first answer, closed in thousandths.

    ``satisfaction_hundredths`` is the mean mark in hundredths (437 is 4.37).
    """

    opened: int
    by_card: int
    first_answer_minutes: int | None = None
    closed_permille: int | None = None
    satisfaction_hundredths: int | None = None


class FiguresShown(msgspec.Struct, frozen=True):
    """The month of one estate (CARD-10). Coverage is that of this moment."""

    month: str
    issued: int
    scans: int
    dead_scans: int
    calls: int
    coverage: CoverageShown
    requests: RequestsShown

    @classmethod
    def of(cls, figures: MonthFigures) -> FiguresShown:
        """Return a month as shown."""
        asked = figures.requests
        requests = RequestsShown(
            asked.opened,
            asked.by_card,
            asked.first_answer_minutes,
            asked.closed_permille,
            asked.satisfaction_hundredths,
        )
        return cls(
            figures.month,
            figures.issued,
            figures.scans,
            figures.dead,
            figures.calls,
            CoverageShown.of(figures.coverage),
            requests,
        )
