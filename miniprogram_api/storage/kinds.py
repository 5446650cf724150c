"""How one kind of thing is laid in the table: its key, its index entries, its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
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
        """Return the plain fields to store; a field that is None is not stored."""
        plain = msgspec.to_builtins(entity)
        return {name: value for name, value in plain.items() if value is not None}

    def entity_of(self, body: Mapping[str, Any]) -> E:
        """Return the thing stored as ``body``; fields of newer code are ignored, absent ones take their default."""
        return msgspec.convert(body, self.entity)
