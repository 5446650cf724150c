"""Reading the table's stream: what was written, by whom, and how it was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from miniprogram_api.storage.kinds import Key
from miniprogram_api.storage.row import from_dynamodb


@dataclass(frozen=True, slots=True)
class Written:
    """One write to one item. ``before`` is None for a new item, ``after`` None for one that is gone."""

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
    stamps = new or old or {}
    return Written(
        key=Key(change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"]),
        kind=str(stamps.get("kind", "")),
        by=str(stamps.get("touched_by", "system")),
        verb=str(stamps.get("verb", "")) if new else "remove",
        at=datetime.fromisoformat(stamps["touched_at"]),
        event_id=str(change["SequenceNumber"]),
        before=old.get("body") if old else None,
        after=new.get("body") if new else None,
    )


def _plain(image: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: from_dynamodb(value) for name, value in (image or {}).items()}
