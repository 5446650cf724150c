"""What an operation costs in DynamoDB: its round trips, and its capacity units by the formula AWS publishes.

Units are computed from the sizes of the items, because the stand-in's own figures are wrong above 4 KB:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html (units) and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html (item sizes).

A test writes::

    with meter() as used:
        client.get(f"/c/{card.token}")
    assert used.calls == ["BatchGetItem"]
    assert used.reads == 2
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import boto3

Item = Mapping[str, Mapping[str, Any]]

READ_UNIT = 4096
WRITE_UNIT = 1024
INDEXES = ("gsi1", "gsi2", "gsi3", "gsi4")
_REWORDED = ("Select", "FilterExpression", "ProjectionExpression")


@dataclass
class Used:
    """The calls in order and what they cost.

    ``reads`` and ``writes`` are units on the table. ``index_writes`` are the units by which the indexes follow; that
    happens after the write, so no transaction doubles them. ``changed`` has for each call that changed something the
    partition keys it changed.
    """

    calls: list[str] = field(default_factory=list)
    reads: float = 0
    writes: int = 0
    index_writes: int = 0
    changed: list[set[str]] = field(default_factory=list)


def item_size(item: Item) -> int:
    """Return the size of an item in bytes: the names of its attributes and their values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(typed: Mapping[str, Any]) -> int:
    """Return the size of one typed value in bytes."""
    ((form, value),) = typed.items()
    match form:
        case "S":
            return len(value.encode())
        case "N":
            return _number_size(value)
        case "B":
            return len(value)
        case "BOOL" | "NULL":
            return 1
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_size(entry) for name, entry in value.items())
        case "L":
            return 3 + sum(1 + value_size(entry) for entry in value)
        case _:
            raise NotImplementedError(f"the house stores no {form}")


def _number_size(text: str) -> int:
    """About one byte for two significant digits, one more, and one for a minus sign; at most 21."""
    digits = re.sub(r"^-|\.", "", text).strip("0")
    return min(21, ceil(len(digits) / 2) + 1 + text.startswith("-"))


def read_units(sizes: list[int], *, consistent: bool, together: bool = False) -> float:
    """Return the units of reading items of these sizes, each rounded up, or all ``together`` as a query counts them."""
    counted = [sum(sizes)] if together else sizes
    units = sum(max(1, ceil(size / READ_UNIT)) for size in counted)
    return units if consistent else units / 2


def write_units(before: Item | None, after: Item | None) -> int:
    """Return the units of one plain write or check: by the larger form of the item, at least one."""
    return max(1, ceil(max(_size(before), _size(after)) / WRITE_UNIT))


def index_units(before: Item | None, after: Item | None) -> int:
    """Return the units by which the sparse indexes, which hold whole items, follow a write."""
    return sum(_one_index(index, before or {}, after or {}) for index in INDEXES)


def _one_index(index: str, before: Item, after: Item) -> int:
    old, new = (_entry(index, item) for item in (before, after))
    if old == new:
        return write_units(before, after) if old is not None and before != after else 0
    # An entry whose key changes is deleted and put again.
    return sum(write_units(item, None) for item, entry in ((before, old), (after, new)) if entry is not None)


def _entry(index: str, item: Item) -> tuple[str, str] | None:
    names = (f"{index}pk", f"{index}sk")
    return (item[names[0]]["S"], item[names[1]]["S"]) if all(name in item for name in names) else None


def _size(item: Item | None) -> int:
    return item_size(item) if item else 0


class Meter:
    """Watches a client's calls. Sizes it looks up itself, through a client of its own that nobody watches."""

    def __init__(self, events: Any) -> None:
        self._events = events
        self._own = boto3.client("dynamodb")

    @contextmanager
    def watching(self) -> Iterator[Used]:
        """Give the account of what is used while the block runs."""
        used = Used()
        before: dict[int, list[Item | None]] = {}

        def begin(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
            used.calls.append(model.name)
            context["metered"] = params
            before[id(params)] = [self._read(table, key) for table, key in touched(model.name, params)]

        def end(http_response: Any, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
            params = context["metered"]
            held = before.pop(id(params))
            if http_response.status_code == 200:
                self._charge(used, model.name, params, held)

        self._events.register("provide-client-params.dynamodb", begin)
        self._events.register("after-call.dynamodb", end)
        try:
            yield used
        finally:
            self._events.unregister("provide-client-params.dynamodb", begin)
            self._events.unregister("after-call.dynamodb", end)

    def _charge(self, used: Used, name: str, params: dict[str, Any], before: list[Item | None]) -> None:
        if name == "Query":
            asked = {key: value for key, value in params.items() if key not in _REWORDED}
            sizes = [item_size(item) for item in self._own.query(**asked)["Items"]]
            used.reads += read_units(sizes, consistent=params.get("ConsistentRead", False), together=True)
        elif name in {"GetItem", "BatchGetItem", "TransactGetItems"}:
            units = read_units([_size(item) for item in before], consistent=_consistent(name, params))
            used.reads += units * (2 if name.startswith("Transact") else 1)
        elif name in {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}:
            named = touched(name, params)
            after = [self._read(table, key) for table, key in named]
            pairs = list(zip(before, after, strict=True))
            used.writes += sum(write_units(*pair) for pair in pairs) * (2 if name.startswith("Transact") else 1)
            used.index_writes += sum(index_units(*pair) for pair in pairs)
            changed = {key["pk"]["S"] for (_, key), (old, new) in zip(named, pairs, strict=True) if old != new}
            used.changed += [changed] if changed else []
        else:
            raise AssertionError(f"no request may need {name}")

    def _read(self, table: str, key: Item) -> Item | None:
        found: Item | None = self._own.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        return found


def touched(name: str, params: Mapping[str, Any]) -> list[tuple[str, Item]]:
    """Return table and key of every item that a call names."""
    if name == "BatchGetItem":
        return [(table, key) for table, asked in params["RequestItems"].items() for key in asked["Keys"]]
    if name in {"TransactWriteItems", "TransactGetItems"}:
        return [_named(part) for item in params["TransactItems"] for part in item.values()]
    return [] if name in {"Query", "Scan"} else [_named(params)]


def _named(part: Mapping[str, Any]) -> tuple[str, Item]:
    key = part["Key"] if "Key" in part else {name: part["Item"][name] for name in ("pk", "sk")}
    return part["TableName"], key


def _consistent(name: str, params: Mapping[str, Any]) -> bool:
    if name == "BatchGetItem":
        return all(asked.get("ConsistentRead", False) for asked in params["RequestItems"].values())
    return name == "TransactGetItems" or bool(params.get("ConsistentRead", False))
