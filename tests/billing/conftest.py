"""A house whose tariffs a test sets by hand."""

from __future__ import annotations

import pytest

from tests.billing.estate import SetTariffs
from tests.photos.conftest import desk

__all__ = ["desk", "tariffs"]


@pytest.fixture
def tariffs(container) -> SetTariffs:
    """0.60 yuan per m2 and month, due after 15 days, no late fee."""
    made = SetTariffs()
    container.__dict__["tariffs"] = made
    return made
