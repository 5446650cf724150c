"""Proves of a whole table that its books balance and its ballots verify: what a restore is worth (docs/operations.md).

Nothing here asks the application for a sum. Items are read as they lie, each once, and added up again by other lines of
code: a mistake in the application's own arithmetic, or a restore that lost something, shows as a difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from miniprogram_api.storage.row import from_dynamodb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FAULTS_SHOWN = 20
"""So many faults of one proof are printed; the others are counted."""


class Item(NamedTuple):
    """One item as it lies in the table; ``body`` has the plain fields of the thing."""

    pk: str
    sk: str
    kind: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Proven:
    """What one proof came to: a sentence with what was counted, and every fault it found."""

    sentence: str
    faults: list[str]


class Proof(Protocol):
    """One promise about the whole table."""

    def take(self, item: Item) -> None:
        """Look at one item; they come in no order."""
        ...

    def proven(self) -> Proven:
        """Say what holds, once every item was seen."""
        ...


@dataclass
class Differences:
    """Sums that must come to nothing: what one side says is added, what the other says is taken off.

    Only what does not fit yet is kept, so that a table of a city fits into memory.
    """

    open: dict[tuple[str, ...], int] = field(default_factory=dict)

    def add(self, *key: str, fen: int) -> None:
        """Add an amount, in fen or whatever is counted, under a name."""
        left = self.open.get(key, 0) + fen
        if left:
            self.open[key] = left
        else:
            self.open.pop(key, None)


def read_table(client: Any, table: str) -> Iterator[Item]:
    """Read every item of a table once. An operator may scan; no function of ours can."""
    for page in client.get_paginator("scan").paginate(TableName=table):
        for raw in page["Items"]:
            whole = {name: from_dynamodb(value) for name, value in raw.items()}
            yield Item(whole["pk"], whole["sk"], whole.get("kind", ""), whole.get("body", {}))


def prove(items: Iterable[Item], proofs: Sequence[Proof]) -> list[Proven]:
    """Let every proof see every item and say what it found; the first line is how much was read."""
    count = 0
    for item in items:
        count += 1
        for proof in proofs:
            proof.take(item)
    read = Proven(f"{count} items read", [] if count else ["the table is empty: there is nothing to prove"])
    return [read, *(proof.proven() for proof in proofs)]


def tell(outcome: Iterable[Proven]) -> bool:
    """Print what was proved and every fault; return whether there is none."""
    holds = True
    for one in outcome:
        holds = holds and not one.faults
        print(f"{'FAULT' if one.faults else 'holds'}  {one.sentence}")
        for fault in one.faults[:FAULTS_SHOWN]:
            print(f"       {fault}")
        if len(one.faults) > FAULTS_SHOWN:
            print(f"       and {len(one.faults) - FAULTS_SHOWN} more")
    return holds


def yuan(fen: int) -> str:
    """Return an amount as people read it: ``-12.30``."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
