"""Lambda entry point of WeChat's message push: the address check, and the judgements of photos."""

from __future__ import annotations

import base64
from typing import Any

from miniprogram_api.container import Container
from miniprogram_api.photos.rules import Judgement
from miniprogram_api.settings import Settings
from miniprogram_api.wechat.errors import PushRefused
from miniprogram_api.wechat.push import ACKNOWLEDGED, MEDIA_CHECK, PushEvent, parse_media_check

CONTAINER = Container(Settings.from_environment())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer an HTTP API event (payload 2.0); what is not proved to come from WeChat has no effect."""
    query = event.get("queryStringParameters") or {}
    try:
        if event["requestContext"]["http"]["method"] == "GET":
            return _answer(200, CONTAINER.message_push.answer_address_check(query))
        take(CONTAINER.message_push.open(query, _body(event)))
    except PushRefused as refused:
        CONTAINER.log.warning("push_refused", extra=refused.detail)
        return _answer(403, refused.code)
    return _answer(200, ACKNOWLEDGED)


def take(event: PushEvent) -> None:
    """Take in a judgement; other events are only acknowledged (a used-up consent shows itself when sending, 43101)."""
    if event.name != MEDIA_CHECK or not event.fields.get("trace_id"):
        CONTAINER.log.info("push_not_needed", extra={"event": event.name})
        return
    verdict = parse_media_check(event)
    known = CONTAINER.photos.settle_check(verdict.trace_id, Judgement(verdict.suggest), CONTAINER.clock())
    CONTAINER.log.info("media_check", extra={"trace_id": verdict.trace_id, "known": known, "label": verdict.label})


def _body(event: dict[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _answer(status: int, text: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "text/plain; charset=utf-8"}, "body": text}
