"""The duty roster, and what the cards offer."""

from __future__ import annotations

from miniprogram_api.cards.face import FaceChanged
from miniprogram_api.cards.schemas.page import FaceShown
from miniprogram_api.cards.schemas.roster import Roster, RosterBody, ServicesBody, ServicesShown
from miniprogram_api.cards.service import Cards
from miniprogram_api.cards.week import SpanUnreadable
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, Routes
from miniprogram_api.kernel.access import Permission

routes = Routes("cards", tag="流动物业服务卡")


@routes.get("/v1/estates/<estate_id>/card-face", guard=in_estate(Permission.ESTATE_READ))
def read_card_face(call: Call, estate_id: str) -> FaceShown:
    """Return what every card of the estate shows at this moment: who is in charge, whom else to call, services."""
    return FaceShown.of(call.service(Cards).shown_at(estate_id), call.now)


@routes.get("/v1/estates/<estate_id>/duty-roster", guard=in_estate(Permission.ESTATE_READ))
def read_duty_roster(call: Call, estate_id: str) -> Roster:
    """Return the weekly duty roster with the parts of the week that nobody covers (CARD-05)."""
    return Roster.of(call.service(Cards).shown_at(estate_id))


@routes.put(
    "/v1/estates/<estate_id>/duty-roster",
    guard=in_estate(Permission.DUTY_EDIT),
    errors=(SpanUnreadable, FaceChanged),
)
def set_duty_roster(call: Call, estate_id: str, body: RosterBody) -> Roster:
    """Replace the weekly duty roster; every printed card follows at once. Holes are reported, not refused."""
    shifts = tuple(line.shift() for line in body.shifts)
    return Roster.of(call.service(Cards).set_roster(call.principal.account_id, estate_id, shifts, call.now))


@routes.put("/v1/estates/<estate_id>/card-services", guard=in_estate(Permission.CARD_ISSUE), errors=(FaceChanged,))
def set_card_services(call: Call, estate_id: str, body: ServicesBody) -> ServicesShown:
    """Replace the list of services that the cards of the estate offer."""
    face = call.service(Cards).set_services(call.principal.account_id, estate_id, tuple(body.services), call.now)
    return ServicesShown(list(face.services))
