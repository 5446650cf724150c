"""botocore's descriptions of AWS, cut to what the functions ask: making a client reads all of them.

Whole, they describe some 400 services in 25 MB, and one client costs a quarter of a cold start to make. What the roles
of infra/roles.yml do not allow is left out; a call that is not described here fails in the first test that makes it
(`make deploy-local` runs on these descriptions).
"""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTITIONS = ("aws", "aws-cn")
OPERATIONS: dict[str, frozenset[str]] = {
    "dynamodb": frozenset(
        {
            *("GetItem", "BatchGetItem", "Query"),
            *("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"),
        }
    ),
    "lambda": frozenset({"Invoke"}),
    # HeadBucket: how botocore finds the region of a bucket that answers "elsewhere".
    # CreateBucket: how it addresses the form that a client posts.
    "s3": frozenset({"GetObject", "PutObject", "DeleteObject", "HeadBucket", "CreateBucket"}),
    "sqs": frozenset({"SendMessage"}),
    "ssm": frozenset({"GetParameter"}),
}
"""What is called of each service."""

_NEVER_READ = ("examples-*", "paginators-*", "waiters-*")


def slim(data: Path) -> None:
    """Cut the folder botocore/data to the partitions, services and operations above, in plain JSON."""
    for service in [entry for entry in data.iterdir() if entry.is_dir()]:
        if service.name in OPERATIONS:
            _slim_service(service, OPERATIONS[service.name])
        else:
            shutil.rmtree(service)
    endpoints = json.loads((data / "endpoints.json").read_text())
    kept = [partition for partition in endpoints["partitions"] if partition["partition"] in PARTITIONS]
    for partition in kept:
        partition["services"] = {name: entry for name, entry in partition["services"].items() if name in OPERATIONS}
    _write(data / "endpoints.json", {**endpoints, "partitions": kept})


def _slim_service(service: Path, wanted: frozenset[str]) -> None:
    *older, latest = sorted(entry for entry in service.iterdir() if entry.is_dir())
    for version in older:
        shutil.rmtree(version)
    for pattern in _NEVER_READ:
        for path in latest.glob(pattern):
            path.unlink()
    for packed in latest.glob("*.json.gz"):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    for path in latest.glob("*.json"):
        _write(path, json.loads(path.read_text()))
    model = json.loads((latest / "service-2.json").read_text())
    _write(latest / "service-2.json", _of_operations(model, wanted))


def _of_operations(model: dict[str, Any], wanted: frozenset[str]) -> dict[str, Any]:
    """The description with these operations alone, the shapes they need, and no prose."""
    operations = {name: operation for name, operation in model["operations"].items() if name in wanted}
    if missing := wanted - set(operations):
        raise RuntimeError(f"botocore no longer describes {', '.join(sorted(missing))}")
    reached: set[str] = set()
    waiting = list(_shapes_named_in(operations))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _shapes_named_in(model["shapes"][name])
    shapes = {name: shape for name, shape in model["shapes"].items() if name in reached}
    cut: dict[str, Any] = _without_prose({**model, "operations": operations, "shapes": shapes})
    return cut


def _shapes_named_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        part = list(part.values())
    if isinstance(part, list):
        for entry in part:
            yield from _shapes_named_in(entry)


def _without_prose(part: Any) -> Any:
    if isinstance(part, dict):
        # Emptied, not left out: botocore asks some parts for it.
        return {
            name: "" if name == "documentation" and isinstance(entry, str) else _without_prose(entry)
            for name, entry in part.items()
        }
    return [_without_prose(entry) for entry in part] if isinstance(part, list) else part


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, separators=(",", ":")))
