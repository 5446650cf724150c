"""The shape of every item in the one table, as a PynamoDB model made for one table at run time.

One model serves all kinds: PynamoDB builds a client per model class and hides items of kinds that are not imported
(docs/decisions.md), and a thing's own fields live in ``body`` as a map, so that a write touches only the fields it
changes and never drops one that newer code added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

INDEXES = ("gsi1", "gsi2", "gsi3", "gsi4")

CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 3
RETRIES = 2
"""At worst 3 tries of 4 s: a request that meets a dead endpoint still answers inside the gateway's 29 s."""


def to_dynamodb(value: object) -> dict[str, Any]:
    """Return the typed DynamoDB form of a plain value.

    Raises:
        TypeError: the value is a float (money, area and ratios are whole numbers) or no plain value at all.
    """
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, Mapping):
        return {"M": {str(key): to_dynamodb(entry) for key, entry in value.items()}}
    if isinstance(value, list | tuple):
        return {"L": [to_dynamodb(entry) for entry in value]}
    raise TypeError(f"{type(value).__name__} cannot be stored; use whole numbers, text, lists and maps")


def from_dynamodb(typed: Mapping[str, Any]) -> Any:
    """Return the plain value of a typed DynamoDB form, the inverse of :func:`to_dynamodb`."""
    ((form, value),) = typed.items()
    match form:
        case "NULL":
            return None
        case "N":
            return int(value)
        case "M":
            return {key: from_dynamodb(entry) for key, entry in value.items()}
        case "L":
            return [from_dynamodb(entry) for entry in value]
        case _:
            return value


class BodyAttribute(Attribute[dict[str, Any]]):
    """The fields of a thing as a DynamoDB map of plain values."""

    attr_type = "M"

    def serialize(self, value: dict[str, Any]) -> Any:
        """Return the typed map."""
        return to_dynamodb(value)["M"]

    def deserialize(self, value: Any) -> dict[str, Any]:
        """Return the plain map."""
        return {key: from_dynamodb(entry) for key, entry in value.items()}


class Row(Model):
    """What all items have; a concrete subclass for one table is made by :func:`row_model`."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    body = BodyAttribute()
    gsi1pk = UnicodeAttribute(null=True)
    gsi1sk = UnicodeAttribute(null=True)
    gsi2pk = UnicodeAttribute(null=True)
    gsi2sk = UnicodeAttribute(null=True)
    gsi3pk = UnicodeAttribute(null=True)
    gsi3sk = UnicodeAttribute(null=True)
    gsi4pk = UnicodeAttribute(null=True)
    gsi4sk = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    touched_by = UnicodeAttribute(null=True)
    touched_at = UnicodeAttribute(null=True)
    verb = UnicodeAttribute(null=True)


def row_model(table_name: str, region: str) -> type[Row]:
    """Return the model of one table; nothing is shared between two calls, so two tables can live in one process."""

    def index(name: str) -> Any:
        class Meta:
            index_name = name
            projection = AllProjection()

        attributes: dict[str, Any] = {
            "Meta": Meta,
            f"{name}pk": UnicodeAttribute(hash_key=True),
            f"{name}sk": UnicodeAttribute(range_key=True),
        }
        return type(f"{name.title()}Index", (GlobalSecondaryIndex,), attributes)()

    class Meta:
        connect_timeout_seconds = CONNECT_TIMEOUT_SECONDS
        read_timeout_seconds = READ_TIMEOUT_SECONDS
        max_retry_attempts = RETRIES
        max_pool_connections = 20

    Meta.table_name = table_name  # type: ignore[attr-defined]
    Meta.region = region  # type: ignore[attr-defined]
    model: type[Row] = type("TableRow", (Row,), {"Meta": Meta} | {f"by_{name}": index(name) for name in INDEXES})
    return model
