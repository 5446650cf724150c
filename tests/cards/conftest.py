"""One estate's wall."""

import pytest

from miniprogram_api.container import Container
from tests.cards.wall import FiledContracts, Wall
from tests.world import World


@pytest.fixture
def wall(container: Container, world: World) -> Wall:
    """A fresh estate whose contract is filed and whose cards show its manager and deputy."""
    container.filings = FiledContracts()
    hung = Wall(container, world)
    hung.show()
    return hung
