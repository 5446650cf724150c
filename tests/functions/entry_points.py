"""Entry points with the container of a test, and the events AWS would hand them."""

from __future__ import annotations

import importlib
import itertools
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeSerializer

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from miniprogram_api.container import Container

_SEQUENCE = itertools.count(100_000_000_003_498_069_978)
_typed = TypeSerializer().serialize
LONG_TO_COME = datetime(2100, 1, 1, tzinfo=UTC)
"""What was sent then has not waited yet, whatever a test's clock says."""
NOON = "2026-11-22T04:00:00+00:00"


def entry_point(name: str, container: Container, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], Any]:
    """Return the handler of a function that works with this container."""
    module = importlib.import_module(f"functions.{name}")
    monkeypatch.setattr(module, "CONTAINER", container)
    return lambda event: module.handler(event, None)


def queue_event(*bodies: Any, tries: int = 1, sent: datetime = LONG_TO_COME) -> dict[str, Any]:
    """An SQS event, delivered for the so-manieth time; what is no text is sent as JSON. Its ids are m0, m1 ..."""
    records = [
        {
            "messageId": f"m{number}",
            "body": body if isinstance(body, str) else json.dumps(body),
            "attributes": {
                "ApproximateReceiveCount": str(tries),
                "SentTimestamp": str(int(sent.timestamp() * 1000)),
            },
        }
        for number, body in enumerate(bodies)
    ]
    return {"Records": records}


def failed(answer: dict[str, Any]) -> list[str]:
    """The identifiers a handler reports as failed."""
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def stream_record(
    kind: str,
    pk: str,
    sk: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    *,
    by: str = "acc_1",
    verb: str = "edit",
    at: str = NOON,
    expired: bool = False,
) -> dict[str, Any]:
    """One record of the table's stream, as DynamoDB hands it to Lambda."""

    def image(body: dict[str, Any]) -> dict[str, Any]:
        item = {"pk": pk, "sk": sk, "kind": kind, "body": body, "touched_by": by, "touched_at": at, "verb": verb}
        return {name: _typed(value) for name, value in item.items()}

    change: dict[str, Any] = {
        "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
        "SequenceNumber": str(next(_SEQUENCE)),
        "ApproximateCreationDateTime": 1_795_320_007.0,  # 2026-11-22T04:00:07Z
    }
    if before is not None:
        change["OldImage"] = image(before)
    if after is not None:
        change["NewImage"] = image(after)
    record: dict[str, Any] = {"eventName": "MODIFY", "dynamodb": change}
    if expired:
        record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    return record
