"""Lambda entry point of the ballots queue: writes rolls, opens boxes, counts; the only one that can open a vote."""

from __future__ import annotations

import json
from typing import Any

from miniprogram_api.container import Container
from miniprogram_api.kernel.errors import Conflict, Unavailable
from miniprogram_api.settings import Settings

CONTAINER = Container(Settings.from_environment())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Do each piece of work; what could not be done goes back to the queue, one by one.

    Work that fails for good ends in the dead-letter queue, whose alarm calls a person; a ballot that waits also stands
    in the sweep's queue and is put here again.
    """
    failed = []
    for record in event["Records"]:
        work: dict[str, str] = json.loads(record["body"])
        try:
            state = CONTAINER.ballot_work.do(work, CONTAINER.clock())
            CONTAINER.log.info("ballot_work_done", extra={"work": work, "state": state})
        except (Unavailable, Conflict) as reason:
            CONTAINER.log.warning("ballot_work_put_back", extra={"work": work, "code": reason.code})
            failed.append({"itemIdentifier": record["messageId"]})
        except Exception:
            CONTAINER.log.exception("ballot_work_failed", extra={"work": work})
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
