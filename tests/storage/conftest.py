"""The table alone: these tests need no room of the house."""

import pytest

from miniprogram_api.settings import Settings
from miniprogram_api.storage.aws import Aws
from miniprogram_api.storage.cursor import CursorSigner
from miniprogram_api.storage.table import Table


@pytest.fixture(scope="session")
def one_table(settings: Settings) -> Table:
    """One table for many examples; nothing of it changes between them."""
    return Table(settings.table, settings.region, CursorSigner(lambda: b"k" * 32), Aws(settings.region))


@pytest.fixture
def table(settings: Settings) -> Table:
    """A table with a client of its own, so that a test may disturb it."""
    table = Table(settings.table, settings.region, CursorSigner(lambda: b"k" * 32), Aws(settings.region))
    table.prime()
    return table
