"""What a vote costs is measured in an estate that votes."""

from __future__ import annotations

from tests.ballots.conftest import hall

__all__ = ["hall"]
