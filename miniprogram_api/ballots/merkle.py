"""Hashes that bind a ballot: canonical text, commitments, and the Merkle tree over them.

The published bundle is checked with the same few lines written a second time in ``verify_ballot.py``; what they must
agree on is docs/ballot-bundle.md. The tree is that of RFC 6962: a leaf and a node are never mistaken for each other,
and no leaf is counted twice.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").hexdigest()


def canonical(value: object) -> bytes:
    """Return the one way to write a JSON value: keys sorted, no blanks, UTF-8, no floats."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(*value: object) -> str:
    """Return the SHA-256 of the values as one JSON list, in hexadecimal."""
    return hashlib.sha256(canonical(list(value))).hexdigest()


def row_name(ballot_id: str, room_id: str, salt: str) -> str:
    """Return the name under which a room stands in the published rows: without its salt nobody can guess the room."""
    return digest("row", ballot_id, room_id, salt)[:32]


def roll_leaf(row: str, area: int, head: str) -> str:
    """Return the hash of one line of the roll."""
    return digest("roll", row, area, head)


def commitment(ballot_id: str, row: str, revision: int, choices: Sequence[Sequence[str]], salt: str) -> str:
    """Return what binds a vote without showing it: the salt is known to nobody until the ballot is opened."""
    return digest("vote", ballot_id, row, revision, [list(chosen) for chosen in choices], salt)


def vote_leaf(row: str, revision: int, committed: str) -> str:
    """Return the hash of one vote, or of one that was changed later."""
    return digest("cast", row, revision, committed)


def root(leaves: Sequence[str]) -> str:
    """Return the Merkle root of hexadecimal leaves in their order (RFC 6962, section 2.1)."""
    if not leaves:
        return EMPTY_ROOT
    level = [hashlib.sha256(b"\x00" + bytes.fromhex(leaf)).digest() for leaf in leaves]
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(paired) * 2 :]
    return level[0].hex()
