"""The register: cards, and each card's life."""

from __future__ import annotations

from miniprogram_api.cards.rules import CardChanged, CardNotFound
from miniprogram_api.cards.schemas.register import CardBundle, CardLine, CardList, CardReason
from miniprogram_api.cards.service.register import CardRegister
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.workflow import IllegalTransition

routes = Routes("cards", tag="流动物业服务卡")


@routes.get("/v1/estates/<estate_id>/cards", guard=in_estate(Permission.CARD_READ))
def list_cards(call: Call, estate_id: str, query: CardList) -> PageOf[CardLine]:
    """List the cards of an estate, or of one building, in the order of the places they belong to."""
    page = call.service(CardRegister).list_cards(estate_id, query.building_id, query.limit, query.cursor)
    return PageOf([CardLine.of(card) for card in page.items], page.next)


@routes.get("/v1/estates/<estate_id>/cards/<card_id>", guard=in_estate(Permission.CARD_READ), errors=(CardNotFound,))
def read_card(call: Call, estate_id: str, card_id: str) -> CardLine:
    """Return one card of the register."""
    return CardLine.of(call.service(CardRegister).access_card_by_id(estate_id, card_id))


@routes.post(
    "/v1/estates/<estate_id>/cards/issued",
    guard=in_estate(Permission.CARD_ISSUE),
    errors=(CardNotFound, CardChanged),
)
def issue_cards(call: Call, estate_id: str, body: CardBundle) -> list[CardLine]:
    """Give out printed cards to be hung up; cards that are no longer, or not yet, merely printed stay as they are."""
    issued = call.service(CardRegister).issue(call.principal.account_id, estate_id, body.card_ids, call.now)
    return [CardLine.of(card) for card in issued]


@routes.post(
    "/v1/estates/<estate_id>/cards/<card_id>/suspension",
    guard=in_estate(Permission.CARD_ISSUE),
    errors=(CardNotFound, CardChanged, IllegalTransition),
)
def suspend_card(call: Call, estate_id: str, card_id: str, body: CardReason) -> CardLine:
    """Suspend a card: scans of it show nothing until it is resumed."""
    return _step(call, estate_id, card_id, "suspend", body.reason)


@routes.delete(
    "/v1/estates/<estate_id>/cards/<card_id>/suspension",
    guard=in_estate(Permission.CARD_ISSUE),
    errors=(CardNotFound, CardChanged, IllegalTransition),
)
def resume_card(call: Call, estate_id: str, card_id: str) -> CardLine:
    """Let a suspended card answer again."""
    return _step(call, estate_id, card_id, "resume")


@routes.post(
    "/v1/estates/<estate_id>/cards/<card_id>/revocation",
    guard=in_estate(Permission.CARD_ISSUE),
    errors=(CardNotFound, CardChanged, IllegalTransition),
)
def revoke_card(call: Call, estate_id: str, card_id: str, body: CardReason) -> CardLine:
    """End a card for good: its address is dead at once."""
    return _step(call, estate_id, card_id, "revoke", body.reason)


@routes.post(
    "/v1/estates/<estate_id>/cards/<card_id>/replacement",
    guard=in_estate(Permission.CARD_ISSUE),
    errors=(CardNotFound, CardChanged, IllegalTransition),
)
def replace_card(call: Call, estate_id: str, card_id: str, body: CardReason) -> CardLine:
    """Replace a lost card by a new one for the same place; the old address is dead at once (CARD-06)."""
    cards = call.service(CardRegister)
    card = cards.access_card_by_id(estate_id, card_id)
    return CardLine.of(cards.replace_card(call.principal.account_id, card, body.reason, call.now))


def _step(call: Call, estate_id: str, card_id: str, name: str, reason: str | None = None) -> CardLine:
    cards = call.service(CardRegister)
    card = cards.access_card_by_id(estate_id, card_id)
    return CardLine.of(cards.step(call.principal.account_id, card, name, call.now, reason))
