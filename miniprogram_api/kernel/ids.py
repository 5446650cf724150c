"""Identifiers: time-ordered with a prefix, or derived from what makes an act the same act."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 26
"""26 characters of 5 bits: 48 bits of milliseconds, 80 bits of chance (the layout of a ULID)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id(prefix: str, at: datetime) -> str:
    """Return an id such as ``wo_01jd...`` that sorts by the instant ``at`` (milliseconds) among ids of its prefix."""
    return f"{prefix}_{_encode((_milliseconds(at) << 80) | secrets.randbits(80))}"


def event_id(prefix: str, at: datetime, *identity: str) -> str:
    """Return an id that sorts by the instant ``at`` and is the same each time for the same event."""
    return f"{prefix}_{_encode((_milliseconds(at) << 80) | int.from_bytes(_digest(identity)[:10], 'big'))}"


def derived_id(prefix: str, *identity: str) -> str:
    """Return the id of the one thing that ``identity`` names, so that repeating an act finds it already there.

    Such an id does not sort by time; lists of these things are ordered by an index that holds the instant.
    """
    return f"{prefix}_{_encode(int.from_bytes(_digest(identity)[:16], 'big'))}"


def secret_token(length: int) -> str:
    """Return ``length`` unguessable characters of 0-9A-Za-z (5.95 bits each)."""
    return "".join(secrets.choice(_BASE62) for _ in range(length))


def _milliseconds(at: datetime) -> int:
    """Return whole milliseconds since 1970, exactly: a float would sometimes lose one."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _digest(identity: tuple[str, ...]) -> bytes:
    """Return a hash of all parts; each goes in with its length, so that no two lists of parts read the same."""
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in identity).encode()).digest()


def _encode(number: int) -> str:
    characters = []
    for _ in range(_ID_LENGTH):
        number, rest = divmod(number, 32)
        characters.append(_CROCKFORD[rest])
    return "".join(reversed(characters))
