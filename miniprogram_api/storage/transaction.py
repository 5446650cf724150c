"""One business act as one write: what must be true together is written together, conditionally.

A room collects the parts of an act in a :class:`Transaction`, each with the outcome to raise if just that part is
refused, and hands it to ``Table.commit``. Nothing is written before, and either all parts are written or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec

from miniprogram_api.kernel.errors import Conflict, Problem
from miniprogram_api.storage.kinds import Key, Kind

E = TypeVar("E")
V = TypeVar("V", bound="Versioned")


class Versioned(Protocol):
    """A frozen dataclass that counts its changes in ``version``."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def version(self) -> int:
        """How often it was changed; 0 when new."""
        ...


MAXIMUM_PARTS = 100
"""DynamoDB's limit for one transaction; longer jobs are cut into parts that can each be repeated."""


@dataclass(frozen=True, slots=True)
class Part:
    """One write or check of an act; ``otherwise`` is raised when its condition does not hold."""

    key: Key
    otherwise: Problem


@dataclass(frozen=True, slots=True)
class Add(Part):
    """Put an item that must not be there yet."""

    kind: str
    body: Mapping[str, Any]
    indexes: Mapping[str, Key]
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class Change(Part):
    """Set and remove the fields that differ between two versions of an item, if it is still the first of them.

    ``count_up`` raises the stored version by one instead of setting it, because it was not compared.
    """

    assign: Mapping[str, Any]
    remove: tuple[str, ...]
    indexes: Mapping[str, Key]
    stale_indexes: tuple[str, ...]
    expected: Mapping[str, Any]
    count_up: bool
    expires_at: int | None
    expiry_moves: bool


@dataclass(frozen=True, slots=True)
class Remove(Part):
    """Delete an item that must be there."""


@dataclass(frozen=True, slots=True)
class Require(Part):
    """Only check: the item is there and its named fields have these values."""

    expected: Mapping[str, Any]


@dataclass(slots=True)
class Transaction:
    """The parts of one business act: who does it (``by``, an account id or ``system``), what it is called, when.

    Who, what and when are stamped on every item it writes; the audit trail follows from the table's stream.
    """

    by: str
    verb: str
    at: datetime
    parts: list[Part] = field(default_factory=list)

    def add(self, kind: Kind[E], entity: E, *, otherwise: Problem | type[Problem] = Conflict) -> None:
        """Add a thing that must not exist yet; its key is its identity."""
        self.parts.append(
            Add(
                key=kind.key(entity),
                otherwise=_outcome(otherwise),
                kind=kind.name,
                body=kind.body(entity),
                indexes=kind.indexes(entity),
                expires_at=_epoch_seconds(kind.expires(entity)),
            )
        )

    def change(
        self,
        kind: Kind[V],
        before: V,
        after: V,
        *,
        unchanged: tuple[str, ...] = ("version",),
        otherwise: Problem | type[Problem] = Conflict,
    ) -> V:
        """Replace ``before`` by ``after``, touching only what differs, if the ``unchanged`` fields still are as before.

        Things that change carry an integer ``version``, raised here by one; the returned thing has the new version.
        Where a sharper condition says more (``("state",)``), name that field instead: other fields may then have
        changed in the meantime, and the returned version is a guess for which the next change may be refused.
        """
        if kind.key(after) != kind.key(before):
            raise ValueError(f"a {kind.name} keeps its key: one that must move is another thing")
        count_up = "version" not in unchanged
        after = replace(after, version=before.version if count_up else before.version + 1)
        old, new = kind.body(before), kind.body(after)
        old_indexes, new_indexes = kind.indexes(before), kind.indexes(after)
        self.parts.append(
            Change(
                key=kind.key(before),
                otherwise=_outcome(otherwise),
                assign={name: value for name, value in new.items() if name not in old or old[name] != value},
                remove=tuple(name for name in old if name not in new),
                indexes={name: key for name, key in new_indexes.items() if old_indexes.get(name) != key},
                stale_indexes=tuple(name for name in old_indexes if name not in new_indexes),
                expected={name: old.get(name) for name in unchanged},
                count_up=count_up,
                expires_at=_epoch_seconds(kind.expires(after)),
                expiry_moves=kind.expires(before) != kind.expires(after),
            )
        )
        return replace(after, version=before.version + 1)

    def remove(self, key: Key, *, otherwise: Problem | type[Problem] = Conflict) -> None:
        """Delete a guard or another item of no history; facts are never deleted."""
        self.parts.append(Remove(key=key, otherwise=_outcome(otherwise)))

    def require(self, key: Key, *, otherwise: Problem | type[Problem], **fields: Any) -> None:
        """Let the act happen only if the item exists and its named fields have these values."""
        self.parts.append(Require(key=key, otherwise=_outcome(otherwise), expected=msgspec.to_builtins(fields)))


def _epoch_seconds(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())


def _outcome(otherwise: Problem | type[Problem]) -> Problem:
    return otherwise() if isinstance(otherwise, type) else otherwise
