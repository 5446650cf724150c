"""Somebody who reported something in an estate, and their inbox."""

from __future__ import annotations

import pytest

from tests.messaging.inbox import Inbox


@pytest.fixture
def inbox(container, simulator, people, world) -> Inbox:
    """A resident of a fresh estate."""
    return Inbox(container, simulator, people.resident(world.estate), world.estate.id)
