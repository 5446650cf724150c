"""Lambda entry point of the table's stream: everything that may lag follows from what was written."""

from __future__ import annotations

from typing import Any

from miniprogram_api.container import Container
from miniprogram_api.settings import Settings

CONTAINER = Container(Settings.from_environment())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Follow each write in order; the first that fails and all after it are delivered again."""
    for record in event["Records"]:
        sequence = record["dynamodb"]["SequenceNumber"]
        try:
            CONTAINER.followers.follow(record)
        except Exception:
            CONTAINER.log.exception("record_not_followed", extra={"sequence": sequence})
            return {"batchItemFailures": [{"itemIdentifier": sequence}]}
    return {"batchItemFailures": []}
