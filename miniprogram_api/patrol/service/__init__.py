"""Patrols: planning them, walking them, and the upkeep of facilities."""

from __future__ import annotations

from miniprogram_api.patrol.service.planning import PatrolPlanning
from miniprogram_api.patrol.service.upkeep import Upkeep
from miniprogram_api.patrol.service.walking import Finding, Patrol

__all__ = ["Finding", "Patrol", "PatrolPlanning", "Upkeep"]
