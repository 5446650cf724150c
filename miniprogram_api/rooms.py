"""Which rooms there are: the one list that a new room joins."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from miniprogram_api.edge.operations import Routes

ROOMS = (
    "identity",
    "households",
    "appointments",
    "estates",
    "facilities",
    "roster",
    "filings",
    "cards",
    "rounds",
    "linkage",
    "gaps",
    "work_orders",
    "practical_matters",
    "photos",
    "patrol",
    "season_tasks",
    "payments",
    "billing",
    "messaging",
    "funds",
    "prices",
    "decisions",
    "tariffs",
    "meters",
    "receipts",
    "wallets",
    "ballots",
    "consultation",
    "house_rules",
    "assembly",
    "conduct",
)


def all_routes() -> list[Routes]:
    """Return the operations of every room: of its module ``routes``, or of each module of its package ``routes``.

    This loads the whole house; a request loads what answers it (edge/addresses.py).
    """
    found = []
    for room in ROOMS:
        package = import_module(f"miniprogram_api.{room}.routes")
        parts = [part.name for part in iter_modules(getattr(package, "__path__", []), f"{package.__name__}.")]
        found += [import_module(name).routes for name in parts or [package.__name__]]
    return found
