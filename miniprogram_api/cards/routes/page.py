"""The page behind the code on the wall, over HTTP."""

from __future__ import annotations

from flask import Response, after_this_request

from miniprogram_api.cards.page import CONTENT_SECURITY_POLICY, dead_page, living_page
from miniprogram_api.cards.rules import CardUnknown
from miniprogram_api.cards.schemas.page import CallQuery, CardPage, PhotoQuery
from miniprogram_api.cards.service import Cards
from miniprogram_api.edge.guards import public
from miniprogram_api.edge.operations import JSON, Call, Content, Routes
from miniprogram_api.kernel.errors import NotFound

routes = Routes("cards", tag="流动物业服务卡")

HTML = "text/html"


@routes.get("/c/<token>", guard=public(per_minute=120), produces=(JSON, HTML))
def open_card(call: Call, token: str) -> CardPage:
    """Answer the scan of a card: who is in charge now, whom else to call, what one can do from here (CARD-02).

    Public, because it is what hangs on the wall. Browsers get a page, the mini program asks for JSON. The status is
    always 200 and an address without a living card always gets the same answer, whether it is unknown, damaged,
    suspended, replaced or revoked: it names whom to ask and nothing of any estate.
    """
    cards = call.service(Cards)
    scanned = cards.scan(token, call.now)
    face, card = scanned.face, scanned.card
    if face is not None and card is not None:
        page, document = CardPage.living(face, card, call.now), living_page(face, card, call.now)
    else:
        page, document = CardPage.dead(scanned.community, CardUnknown.message), dead_page(scanned.community)
    cards.remember(scanned)
    after_this_request(_fenced)
    if call.accepts != HTML:
        return page
    # The other form of the same answer, as `produces` says.
    return Content(document.encode(), HTML)  # type: ignore[return-value]


@routes.get(
    "/c/<token>/photo",
    guard=public(per_minute=120),
    produces=("image/jpeg",),
    errors=(CardUnknown, NotFound),
)
def read_card_photo(call: Call, token: str, query: PhotoQuery) -> Content:
    """Return the portrait of the manager or the deputy. Public, as the page it stands on."""
    return Content(call.service(Cards).photo_of(token, query.of), "image/jpeg")


@routes.get("/c/<name>.txt", guard=public(per_minute=60), produces=("text/plain",), errors=(NotFound,))
def read_link_check(call: Call, name: str) -> Content:
    """Return the file by which WeChat sees who owns this address. Public, because WeChat's console asks for it."""
    return Content(call.service(Cards).link_check(name).encode(), "text/plain")


@routes.post("/c/<token>/calls", guard=public(per_minute=60))
def count_card_call(call: Call, token: str, query: CallQuery) -> None:
    """Count that a number on the card's page was tapped (CARD-10). Public; the answer is the same for any address."""
    call.service(Cards).count_call(token, query.to, call.now)


def _fenced(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Vary"] = "Accept"
    return response
