"""Which rooms there are: the one list that a new room joins."""

from __future__ import annotations

from importlib import import_module
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
    """Return the operations of every room."""
    return [import_module(f"miniprogram_api.{room}.routes").routes for room in ROOMS]
