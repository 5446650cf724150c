"""What the room of ballots asks of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class WorkQueue(Protocol):
    """The ballot office; work waits until it comes to it."""

    def put(self, work: Mapping[str, str]) -> None:
        """Hand one piece of work on; handing it on twice is harmless."""
        ...


class Keys(Protocol):
    """The keys of ballots, which only the ballot office holds."""

    def public_key(self, ballot_id: str) -> str:
        """Return the public key of a ballot."""
        ...

    def mask(self, ballot_id: str, text: str) -> str:
        """Return a name for ``text`` that nobody else can make."""
        ...

    def open(self, ballot_id: str, sealed: str, context: str) -> bytes:
        """Open a vote."""
        ...


class Seals(Protocol):
    """Keyed hashes of the house."""

    def index(self, text: str, purpose: str) -> str:
        """Return the keyed hash of a text."""
        ...


class Owners(Protocol):
    """Who is bound to a room."""

    def bound_at(self, estate_id: str, room_ids: Iterable[str], *, owners_only: bool) -> Mapping[str, tuple[str, ...]]:
        """Return for each room the accounts bound to it now."""
        ...


class Files(Protocol):
    """The private bucket of the house."""

    def read(self, key: str) -> bytes:
        """Return a file."""
        ...

    def write(self, key: str, data: bytes, content_type: str) -> None:
        """Store a file."""
        ...

    def link(self, key: str, seconds: int = 3600) -> str:
        """Return an address that ends."""
        ...


class PhoneOf(Protocol):
    """The proved telephone of a person, as the roster knows telephones."""

    def phone_index_of(self, account_id: str) -> str | None:
        """Return the keyed hash of the number, or None."""
        ...
