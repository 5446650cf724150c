"""Lambda entry point of WeChat Pay's notifications: proved, kept, handed on, and only then acknowledged."""

from __future__ import annotations

import base64
import json
from typing import Any

from miniprogram_api.container import Container
from miniprogram_api.kernel.errors import Problem, Unauthenticated
from miniprogram_api.settings import Settings

CONTAINER = Container(Settings.from_environment())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer an HTTP API event (payload 2.0) within WeChat's five seconds.

    204 means the notification is kept and handed on. 401 means it is not provably WeChat's, or not fresh; 500 that it
    could not be kept. Both make WeChat send it again, signed anew.
    """
    try:
        notification_id = CONTAINER.payment_intake.take_in(event["headers"], _body(event), CONTAINER.clock())
    except Unauthenticated as refused:
        CONTAINER.log.warning("pay_notification_refused", extra={"reason": str(refused.detail.get("reason", ""))})
        return _failed(401)
    except Problem as problem:
        CONTAINER.log.exception("pay_notification_not_kept", extra={"code": problem.code})
        return _failed(500)
    CONTAINER.log.info("pay_notification_kept", extra={"notification_id": notification_id})
    return {"statusCode": 204}


def _body(event: dict[str, Any]) -> bytes:
    """The body exactly as it came: what is signed is these bytes, not what they mean."""
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _failed(status: int) -> dict[str, Any]:
    body = json.dumps({"code": "FAIL", "message": "失败"}, ensure_ascii=False)
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": body}
