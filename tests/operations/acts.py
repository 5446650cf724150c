"""What an act costs with everything that follows from it: counted on the engine, as docs/access-patterns.md counts."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

from local.event_sources import _as_json
from tests.capacity import INDEXES, Meter, Used, item_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from miniprogram_api.container import Container
    from tests.contract_client import ContractClient


@dataclass
class Cost:
    """Units and round trips of an act and of what follows from it; ``follows`` counts the records on the stream.

    ``follow_runs`` are the runs of the stream's function: what one call to DynamoDB writes comes together, from each
    shard of the stream that it is to be expected to touch. That calls in quick succession come together is not counted.
    ``requests`` are those at the gateway, ``messages`` those that go into the queue for WeChat; ``table_kb`` is by how
    much the table grew, its indexes included.
    """

    requests: int = 0
    calls: int = 0
    reads: float = 0
    writes: int = 0
    follows: int = 0
    follow_runs: float = 0
    follow_calls: int = 0
    messages: int = 0
    table_kb: float = 0

    def a_piece(self, pieces: int = 1) -> dict[str, float]:
        """Return it for one of so many pieces, to a tenth."""
        return {name: round(value / pieces, 1) for name, value in vars(self).items()}


class Counter:
    """Counts what happens inside ``counting()``, then lets the stream's function do its part and counts that too."""

    def __init__(self, container: Container, client: ContractClient) -> None:
        container.table.prime()
        self._container = container
        self._client = client
        self._meter = Meter(container.table.client_events())
        table = boto3.client("dynamodb").describe_table(TableName=container.settings.table)["Table"]
        self._streams = boto3.client("dynamodbstreams")
        self._where = {"StreamArn": table["LatestStreamArn"]}
        described = self._streams.describe_stream(**self._where)["StreamDescription"]
        self._where["ShardId"] = described["Shards"][-1]["ShardId"]

    @contextmanager
    def counting(self) -> Iterator[Cost]:
        """Count one act."""
        where = {**self._where, "ShardIteratorType": "LATEST"}
        iterator = self._streams.get_shard_iterator(**where)["ShardIterator"]
        cost = Cost()
        with self._requests(cost), self._meter.watching() as used:
            yield cost
        _add(cost, used)
        cost.calls = len(used.calls)
        while True:
            page = self._streams.get_records(ShardIterator=iterator)
            iterator = page["NextShardIterator"]
            if not page["Records"]:
                return
            self._follow(cost, page["Records"])

    def _follow(self, cost: Cost, records: list[dict[str, Any]]) -> None:
        cost.follows += len(records)
        with self._meter.watching() as used:
            for record in records:
                plain = json.loads(json.dumps(record, default=_as_json))
                kind = plain["dynamodb"].get("NewImage", {}).get("kind", {}).get("S")
                cost.messages += kind == "message" and record["eventName"] == "INSERT"
                cost.table_kb += (_kept(record, "NewImage") - _kept(record, "OldImage")) / 1024
                self._container.followers.follow(plain)
        _add(cost, used)
        cost.follow_calls += len(used.calls)

    @contextmanager
    def _requests(self, cost: Cost) -> Iterator[None]:
        real = self._client.open

        def counted(*args: Any, **how: Any) -> Any:
            cost.requests += 1
            return real(*args, **how)

        self._client.open = counted  # type: ignore[method-assign]
        try:
            yield
        finally:
            del self._client.open


SHARDS = 4
"""A stream has a shard for each partition of its table, and a table paid by request begins with four.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html (4,000 writes a
second at once; a partition takes 1,000)
"""

OVERHEAD = 100
"""What DynamoDB adds to the bytes of an item, and of each of its index entries.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""


def _kept(record: dict[str, Any], image: str) -> int:
    """The bytes that a form of an item takes, once in the table and once in every index that holds it."""
    item = record["dynamodb"].get(image)
    return 0 if item is None else (item_size(item) + OVERHEAD) * (1 + sum(f"{name}pk" in item for name in INDEXES))


def _add(cost: Cost, used: Used) -> None:
    cost.reads += used.reads
    cost.writes += used.writes + used.index_writes
    cost.follow_runs += sum(SHARDS * (1 - (1 - 1 / SHARDS) ** len(keys)) for keys in used.changed)
