"""A hall for every test: a fresh estate that votes."""

from __future__ import annotations

import pytest

from tests.ballots.hall import Hall
from tests.payments.house import WorkList


class OwnWork(WorkList):
    """What is handed to the ballot office; what the sweep of the shared table finds of other tests is let go."""

    def __init__(self, estate_id: str) -> None:
        super().__init__()
        self.estate_id = estate_id

    def put(self, work) -> None:
        if work["estate_id"] == self.estate_id:
            super().put(work)


@pytest.fixture
def hall(container, client, clock, world, people) -> Hall:
    queue = OwnWork(world.estate.id)
    container.__dict__["_ballots_queue"] = queue
    return Hall(container, client, clock, world, people, queue)
