"""Snow in a city: photos as in tests/photos."""

from __future__ import annotations

from tests.photos.conftest import desk

__all__ = ["desk"]
