"""Lambda entry point of the dead-letter queue: what could not be sent becomes visible to a person."""

from __future__ import annotations

import json
from typing import Any

from miniprogram_api.container import Container
from miniprogram_api.settings import Settings

CONTAINER = Container(Settings.from_environment())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Mark each message undelivered; it then stands in the estate's work list until somebody has seen to it."""
    failed = []
    for record in event["Records"]:
        try:
            body = json.loads(record["body"])
            CONTAINER.messages.give_up(body["account_id"], body["message_id"], CONTAINER.clock())
            CONTAINER.call_a_person("undelivered_message")
        except Exception:
            CONTAINER.log.exception("dead_letter_not_marked")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
