"""Batches, print, hand-outs and figures."""

from __future__ import annotations

from miniprogram_api.cards.batches import (
    BatchEmpty,
    BatchKeyReused,
    BatchTooLarge,
    BatchUnknown,
    CardOver,
    CardUnprintable,
    ContractNotFiled,
    SheetEmpty,
)
from miniprogram_api.cards.figures import MonthUnreadable
from miniprogram_api.cards.handing import CardNotReady, HandOutUnknown, NotAHouseholdCard
from miniprogram_api.cards.rules import CardChanged, CardNotFound
from miniprogram_api.cards.schemas.register import (
    BatchBody,
    BatchLine,
    CoverageShown,
    FiguresShown,
    HandOutBody,
    HandOutLine,
    MonthQuery,
    RoomsQuery,
    RoomWithoutCard,
    SheetQuery,
    WaitingHandOut,
)
from miniprogram_api.cards.service.figures import CardFigures
from miniprogram_api.cards.service.hand_outs import HandOuts
from miniprogram_api.cards.service.issuing import CardIssuing
from miniprogram_api.edge.guards import in_estate, signed_in
from miniprogram_api.edge.operations import Call, Content, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound

routes = Routes("cards", tag="流动物业服务卡")

PNG = "image/png"
PDF = "application/pdf"


@routes.post(
    "/v1/estates/<estate_id>/card-batches",
    guard=in_estate(Permission.CARD_ISSUE),
    status=201,
    repeatable=True,
    errors=(ContractNotFiled, BatchEmpty, BatchTooLarge, BatchKeyReused, CardChanged),
)
def make_card_batch(call: Call, estate_id: str, body: BatchBody) -> BatchLine:
    """Make one card for every estate, building, entrance or room that has no living one (CARD-01)."""
    buildings = tuple(dict.fromkeys(body.building_ids))
    by = call.principal.account_id
    return BatchLine.of(call.service(CardIssuing).make_batch(by, estate_id, body.grain, buildings, call.key, call.now))


@routes.get("/v1/estates/<estate_id>/card-batches", guard=in_estate(Permission.CARD_READ))
def list_card_batches(call: Call, estate_id: str, query: ListQuery) -> PageOf[BatchLine]:
    """List the batches of cards."""
    page = call.service(CardIssuing).list_batches(estate_id, query.limit, query.cursor)
    return PageOf([BatchLine.of(batch) for batch in page.items], page.next)


@routes.get(
    "/v1/estates/<estate_id>/cards/<card_id>.png",
    guard=in_estate(Permission.CARD_ISSUE),
    produces=(PNG,),
    errors=(CardNotFound, CardOver, CardUnprintable, CardChanged, ContractNotFiled),
)
def print_card(call: Call, estate_id: str, card_id: str) -> Content:
    """Return the picture of one card to be printed; a draft becomes printed. Characters the font lacks are named."""
    picture = call.service(CardIssuing).print_card(call.principal.account_id, estate_id, card_id, call.now)
    return Content(picture, PNG, f"服务卡-{card_id[-8:].upper()}.png")


@routes.get(
    "/v1/estates/<estate_id>/cards/sheet.pdf",
    guard=in_estate(Permission.CARD_ISSUE),
    produces=(PDF,),
    errors=(BatchUnknown, SheetEmpty, CardUnprintable, CardChanged, ContractNotFiled),
)
def print_card_sheet(call: Call, estate_id: str, query: SheetQuery) -> Content:
    """Return one sheet of a batch, sixteen cards on A4 with cut marks; its drafts become printed."""
    issuing, by = call.service(CardIssuing), call.principal.account_id
    sheet = issuing.print_sheet(by, estate_id, query.batch_id, query.sheet, call.now)
    return Content(sheet, PDF, f"服务卡-{query.sheet}.pdf")


@routes.post(
    "/v1/estates/<estate_id>/cards/<card_id>/hand-out",
    guard=in_estate(Permission.CARD_HAND_OUT),
    errors=(CardNotFound, NotAHouseholdCard, CardNotReady, CardChanged, NotFound, Conflict, Invalid),
)
def hand_out_card(call: Call, estate_id: str, card_id: str, body: HandOutBody) -> HandOutLine:
    """Record that a room's card was handed to its household; the card becomes active (CARD-06)."""
    by = call.principal.account_id
    line = call.service(HandOuts).hand_out(by, estate_id, card_id, body.receipt_photo_id, call.now)
    return HandOutLine.of(line)


@routes.post(
    "/v1/estates/<estate_id>/hand-outs/<room_id>/confirmation",
    guard=in_estate(Permission.ESTATE_READ),
    errors=(HandOutUnknown, CardChanged),
)
def confirm_hand_out(call: Call, estate_id: str, room_id: str) -> HandOutLine:
    """Confirm as a resident of the room that the card arrived (CARD-06)."""
    return HandOutLine.of(call.service(HandOuts).confirm(call.principal, estate_id, room_id, call.now))


@routes.get("/v1/me/hand-outs", guard=signed_in())
def list_my_waiting_hand_outs(call: Call) -> list[WaitingHandOut]:
    """List the cards that were handed to my homes and that nobody there has confirmed yet (CARD-06)."""
    return [WaitingHandOut.of(line) for line in call.service(HandOuts).list_waiting(call.principal)]


@routes.get("/v1/estates/<estate_id>/hand-outs", guard=in_estate(Permission.CARD_READ))
def list_hand_outs(call: Call, estate_id: str, query: ListQuery) -> PageOf[HandOutLine]:
    """List the households that have a living card."""
    page = call.service(HandOuts).list_hand_outs(estate_id, query.limit, query.cursor)
    return PageOf([HandOutLine.of(line) for line in page.items], page.next)


@routes.get("/v1/estates/<estate_id>/hand-outs/missing", guard=in_estate(Permission.CARD_READ))
def list_rooms_without_card(call: Call, estate_id: str, query: RoomsQuery) -> PageOf[RoomWithoutCard]:
    """List the rooms of a building whose household has no living card; a page may hold fewer than its limit."""
    page = call.service(HandOuts).list_without_card(estate_id, query.building_id, query.limit, query.cursor)
    return PageOf([RoomWithoutCard(room.id, room.label) for room in page.items], page.next)


@routes.get("/v1/estates/<estate_id>/hand-outs/coverage", guard=in_estate(Permission.CARD_READ))
def read_coverage(call: Call, estate_id: str) -> CoverageShown:
    """Return how many rooms have a card (CARD-06)."""
    return CoverageShown.of(call.service(HandOuts).coverage(estate_id))


@routes.get(
    "/v1/estates/<estate_id>/card-figures",
    guard=in_estate(Permission.CARD_STATISTICS),
    errors=(MonthUnreadable,),
)
def read_card_figures(call: Call, estate_id: str, query: MonthQuery) -> FiguresShown:
    """Return what the cards achieved in a month (CARD-10)."""
    return FiguresShown.of(call.service(CardFigures).month(estate_id, query.month, call.now))
