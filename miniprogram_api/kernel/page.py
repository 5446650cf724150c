"""One page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some things of a longer list, and the opaque cursor that continues it (None at the end)."""

    items: tuple[T, ...]
    next: str | None = None

    def map(self, change: Callable[[T], U]) -> Page[U]:
        """Return the same page with each thing changed."""
        return Page(tuple(change(item) for item in self.items), self.next)
