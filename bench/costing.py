"""What a month costs at list price: not timed, but worked out from units counted on the engine (local/cost.py)."""

from collections.abc import Iterator

from bench.figures import Figure
from local.cost import BAR_HOUSEHOLDS, BAR_YUAN, month, read_prices, read_usage

REGIONS = ("cn-northwest-1", "ap-southeast-1")


def measure() -> Iterator[Figure]:
    """Give the month of a thousand households in China and outside of it."""
    usage = read_usage()
    for region in REGIONS:
        yuan = month(BAR_HOUSEHOLDS, read_prices(region), usage).yuan
        name = f"a month of {BAR_HOUSEHOLDS:,} households, {region}"
        yield Figure(name, round(float(yuan), 2), "yuan", "list price, no free tier", BAR_YUAN)
