"""How one kind of thing is laid in the table: its key, its index entries, its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

E = TypeVar("E")


class Key(NamedTuple):
    """The place of an item: partition key and sort key."""

    pk: str
    sk: str


def _no_index(_: object) -> Mapping[str, Key]:
    return {}


def _never(_: object) -> datetime | None:
    return None


@dataclass(frozen=True, slots=True)
class Kind(Generic[E]):
    """The layout of one kind: a frozen dataclass, where it lives, and which index entries it has while they apply.

    ``indexes`` returns only the entries that hold now; an entry it no longer returns is removed by the next write
    (a sparse index entry is a waiting line). ``expires`` is for things of no lasting value only.
    """

    name: str
    entity: type[E]
    key: Callable[[E], Key]
    indexes: Callable[[E], Mapping[str, Key]] = _no_index
    expires: Callable[[E], datetime | None] = _never

    def body(self, entity: E) -> dict[str, Any]:
        """Return the plain fields to store; a field that is None is not stored, so it has no other default."""
        plain = msgspec.to_builtins(entity, str_keys=True, order="deterministic")
        return {name: value for name, value in plain.items() if value is not None}

    def entity_of(self, body: Mapping[str, Any]) -> E:
        """Return the thing stored as ``body``; without newer code's fields, absent ones at their default."""
        entity: Any = self.entity
        thing: E = msgspec.convert({**_absent(entity), **body}, entity, str_keys=True)
        return thing


@cache
def _absent(entity: type[Any]) -> dict[str, None]:
    """Return None for each field without a default: it is not stored when it is None, so absent means None."""
    without = (each for each in fields(entity) if each.default is MISSING and each.default_factory is MISSING)
    return {each.name: None for each in without}
