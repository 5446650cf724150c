"""Quantities that a meter counts: whole 0.001 units, never floats."""

from __future__ import annotations

THOUSANDTHS = 1000
"""A quantity is stored in 0.001 units: 12.5 t of water are 12500."""


def format_quantity(thousandths: int) -> str:
    """Return a quantity as people write it, with the decimals it has: ``12500`` is ``"12.5"``."""
    return f"{thousandths // THOUSANDTHS}.{thousandths % THOUSANDTHS:03d}".rstrip("0").rstrip(".")
