"""The estate of the tariff tests, whose meters are read."""

from __future__ import annotations

from tests.photos.conftest import desk
from tests.tariffs.conftest import office

__all__ = ["desk", "office"]
