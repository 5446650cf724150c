"""One's inbox, one's consents, and what could not be delivered."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate, signed_in
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.messaging.rules import MessageUnknown
from miniprogram_api.messaging.schemas import (
    AllowanceLeft,
    GrantMessages,
    MessageShown,
    MessageTemplate,
    PersonToTell,
    SeenTo,
    UndeliveredMessage,
    Unread,
)
from miniprogram_api.messaging.service import Messages

routes = Routes("messaging", tag="消息")


@routes.get("/v1/me/messages", guard=signed_in())
def list_messages(call: Call, query: ListQuery) -> PageOf[MessageShown]:
    """List one's messages, newest first."""
    page = call.service(Messages).list_inbox(call.principal.account_id, query.limit, query.cursor)
    return PageOf([MessageShown.of(message) for message in page.items], page.next)


@routes.get("/v1/me/messages/unread", guard=signed_in())
def count_unread(call: Call) -> Unread:
    """Return how many messages wait to be read."""
    return Unread(call.service(Messages).count_unread(call.principal.account_id))


@routes.post("/v1/me/messages/read", guard=signed_in(), errors=(Conflict,))
def read_all_messages(call: Call) -> Unread:
    """Mark the oldest fifty unread messages read; returns how many are still unread."""
    return Unread(call.service(Messages).read_all(call.principal.account_id, call.now))


@routes.post("/v1/me/messages/<message_id>/read", guard=signed_in(), errors=(MessageUnknown, Conflict))
def read_message(call: Call, message_id: str) -> MessageShown:
    """Mark one message read; doing so again changes nothing."""
    return MessageShown.of(call.service(Messages).read(call.principal.account_id, message_id, call.now))


@routes.get("/v1/message-templates", guard=signed_in())
def list_message_templates(call: Call) -> list[MessageTemplate]:
    """List the subscribe-message templates, for wx.requestSubscribeMessage."""
    templates = call.service(Messages).templates()
    return [MessageTemplate(kind, template.id) for kind, template in templates.items()]


@routes.post("/v1/me/message-allowances", guard=signed_in(), repeatable=True, errors=(Conflict,))
def grant_messages(call: Call, body: GrantMessages) -> list[AllowanceLeft]:
    """Count the subscribe messages a person just accepted: one message each (WeChat's one-time subscription)."""
    left = call.service(Messages).grant(call.principal.account_id, body.accepted, call.key, call.now)
    return [AllowanceLeft(kind, count) for kind, count in left.items()]


@routes.get(
    "/v1/estates/<estate_id>/undelivered-messages",
    guard=in_estate(Permission.MESSAGES_UNDELIVERED),
)
def list_undelivered_messages(call: Call, estate_id: str, query: ListQuery) -> PageOf[UndeliveredMessage]:
    """List the messages of an estate that WeChat did not take, for a person to see to."""
    page = call.service(Messages).list_undelivered(estate_id, query.limit, query.cursor)
    return PageOf([UndeliveredMessage.of(message) for message in page.items], page.next)


@routes.get(
    "/v1/estates/<estate_id>/undelivered-messages/<account_id>/<message_id>/person",
    guard=in_estate(Permission.MESSAGES_UNDELIVERED),
    errors=(MessageUnknown,),
)
def read_person_to_tell(call: Call, estate_id: str, account_id: str, message_id: str) -> PersonToTell:
    """Return whom a message did not reach and the number to call, until somebody has seen to it."""
    return PersonToTell(*call.service(Messages).person_to_tell(estate_id, account_id, message_id))


@routes.post(
    "/v1/estates/<estate_id>/undelivered-messages/<account_id>/<message_id>/seen-to",
    guard=in_estate(Permission.MESSAGES_UNDELIVERED),
    errors=(MessageUnknown, Conflict),
)
def see_to_message(call: Call, estate_id: str, account_id: str, message_id: str, body: SeenTo) -> UndeliveredMessage:
    """Record that somebody told the person in another way."""
    by = call.principal.account_id
    seen = call.service(Messages).see_to(estate_id, account_id, message_id, body.note, by, call.now)
    return UndeliveredMessage.of(seen)
