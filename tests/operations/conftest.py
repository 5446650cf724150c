"""What the application leaves in the table, laid once for all tests of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.operations.laid import Laid, lay

if TYPE_CHECKING:
    from local.wechat_simulator import WeChatSimulator
    from miniprogram_api.settings import Settings
    from tests.contract_client import Contract


@pytest.fixture(scope="module")
def laid(settings: Settings, simulator: WeChatSimulator, contract: Contract) -> Laid:
    """Two estates with money on every way it can go, and a published ballot."""
    return lay(settings, simulator, contract)
