"""Reading the table's stream: what was written, by whom, and how it was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from miniprogram_api.storage.kinds import Key
from miniprogram_api.storage.row import from_dynamodb


@dataclass(frozen=True, slots=True)
class Written:
    """One write to one item. ``before`` is None for a new item, ``after`` None for one that is gone.

    A deletion carries no stamps: ``by`` is then ``system`` when the item's time was over and ``unknown`` otherwise (the
    other parts of the same act say who), and ``at`` is when the table carried it out, in whole seconds.
    """

    key: Key
    kind: str
    by: str
    verb: str
    at: datetime
    event_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def read_record(record: Mapping[str, Any]) -> Written:
    """Return what one stream record says.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
    """
    change = record["dynamodb"]
    new, old = _plain(change.get("NewImage")), _plain(change.get("OldImage"))
    by, verb, at = _stamps(new) if new else _end(record)
    return Written(
        key=Key(change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"]),
        kind=str((new or old).get("kind", "")),
        by=by,
        verb=verb,
        at=at,
        event_id=str(change["SequenceNumber"]),
        before=old.get("body") if old else None,
        after=new.get("body") if new else None,
    )


def _stamps(image: Mapping[str, Any]) -> tuple[str, str, datetime]:
    """Return who wrote an item, by which act, and when."""
    return str(image["touched_by"]), str(image["verb"]), datetime.fromisoformat(image["touched_at"])


def _end(record: Mapping[str, Any]) -> tuple[str, str, datetime]:
    """Return who ended an item, how, and when: DynamoDB itself deletes what has expired."""
    expired = (record.get("userIdentity") or {}).get("principalId") == "dynamodb.amazonaws.com"
    at = datetime.fromtimestamp(int(record["dynamodb"]["ApproximateCreationDateTime"]), UTC)
    return ("system", "expire", at) if expired else ("unknown", "remove", at)


def _plain(image: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: from_dynamodb(value) for name, value in (image or {}).items()}
