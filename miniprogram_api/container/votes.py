"""The rooms in which residents decide: rules of the house, ballots, decisions, assemblies, consultations, conduct."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from miniprogram_api.container.house import HouseRooms

if TYPE_CHECKING:
    pass


class VoteRooms(HouseRooms):
    """The rooms in which residents decide, each built when first used."""
