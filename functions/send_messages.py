"""Lambda entry point of the message queue: sends WeChat subscribe messages."""

from __future__ import annotations

import json
from typing import Any

from miniprogram_api.container import Container
from miniprogram_api.kernel.errors import Unavailable
from miniprogram_api.messaging.rules import TRIES, WAITED_TOO_LONG, MessageUnknown
from miniprogram_api.settings import Settings

CONTAINER = Container(Settings.from_environment())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Send each message; those WeChat was too busy for go back to the queue, one by one, until their last try."""
    failed = []
    for record in event["Records"]:
        attributes = record["attributes"]
        if CONTAINER.clock().timestamp() - int(attributes["SentTimestamp"]) / 1000 > WAITED_TOO_LONG.total_seconds():
            CONTAINER.call_a_person("message_waited")
        try:
            _send(json.loads(record["body"]), last=int(attributes["ApproximateReceiveCount"]) >= TRIES)
        except MessageUnknown:
            # Its owner deleted the account in the meantime: there is nobody to tell.
            CONTAINER.log.info("message_gone", extra={"body": record["body"]})
        except Unavailable as reason:
            CONTAINER.log.warning("message_put_back", extra={"body": record["body"], "code": reason.code})
            failed.append({"itemIdentifier": record["messageId"]})
        except Exception:
            CONTAINER.log.exception("message_not_sent", extra={"body": record["body"]})
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _send(named: dict[str, str], *, last: bool) -> None:
    """Send one message; one that its last try does not get through either stands in the list of undelivered ones."""
    of = (named["account_id"], named["message_id"])
    try:
        CONTAINER.messages.deliver(*of, CONTAINER.clock())
    except MessageUnknown:
        raise
    except Exception:
        if not last:
            raise
        CONTAINER.log.exception("message_given_up", extra={"body": named})
        CONTAINER.messages.give_up(*of, CONTAINER.clock())
        CONTAINER.call_a_person("undelivered_message")
