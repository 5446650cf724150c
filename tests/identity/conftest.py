import itertools
import secrets

import pytest

from tests.neighbours import Neighbour, fresh_phone

_counted = itertools.count(1)


@pytest.fixture
def newcomer(client, simulator):
    """Makes somebody who signed in for the first time."""

    def make(name: str = "王小明", phone: str | None = None) -> Neighbour:
        openid = f"o-{secrets.token_hex(6)}-{next(_counted)}"
        return Neighbour(client, simulator, openid, phone or fresh_phone(), name).sign_in()

    return make
