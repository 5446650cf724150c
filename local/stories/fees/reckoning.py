"""The tour's own arithmetic: from the roster file and the prices as people say them, none of it the product's."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from math import floor

from local.roster_file import Home, homes

HOMES = homes()
SERVICE_YUAN = Fraction("0.55")
"""Agreed a m2 and month."""
PARKING_YUAN = Fraction(80)
WATER_YUAN = Fraction("3.45")
STAIR_LIGHT_FEN = 123_457
"""The invoice for the light on the stairs in November; it does not divide by 166."""
SHOPS = range(162, 166)
SPACES = {**dict.fromkeys(range(10), 1), 10: 2}
"""Which homes rent how many parking spaces."""
WATER = dict(zip(SHOPS, (12_500, 0, 8_333, 31_007), strict=True))
"""What the water meters of the shops ran in November, in 0.001 t."""


def fen(yuan: Fraction) -> int:
    """Return an exact amount in whole fen, a half rounded up."""
    return floor(yuan * 100 + Fraction(1, 2))


def service_fen(home: Home) -> int:
    """Return a home's service fee of a month."""
    return fen(Fraction(home.area) * SERVICE_YUAN)


def water_fen(index: int) -> int:
    """Return what a shop's water of November costs."""
    return fen(Fraction(WATER[index], 1000) * WATER_YUAN)


def light_yuan(home: Home) -> Fraction:
    """Return a home's exact part of the light on the stairs, in proportion to its area."""
    return Fraction(STAIR_LIGHT_FEN, 100) * Fraction(home.area) / TOTAL_AREA


TOTAL_AREA = sum((Fraction(home.area) for home in HOMES), Fraction(0))
SERVICE_FEN = sum(service_fen(home) for home in HOMES)
PARKING_FEN = sum(fen(PARKING_YUAN * count) for count in SPACES.values())
UTILITY_FEN = STAIR_LIGHT_FEN + sum(water_fen(index) for index in SHOPS)


def yuan(amount: int) -> str:
    """Return fen as people write yuan."""
    return f"{Decimal(amount).scaleb(-2):,.2f} yuan"


def price(parts: int) -> str:
    """Return a price that the house counts in 0.0001 yuan as people say it."""
    return f"{Decimal(parts).scaleb(-4)} yuan"


def percent(part: int, whole: int) -> Decimal:
    """Return a share in percent with two decimals, the rest cut off: only all of it is 100.00."""
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_DOWN)
