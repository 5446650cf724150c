"""For which rooms of an estate a tariff is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """For which rooms of the estate: each part that is given narrows it, none is the whole estate."""

    buildings: tuple[str, ...] = ()
    entrances: tuple[str, ...] = ()
    lift: bool | None = None
    lowest_floor: int | None = None
    highest_floor: int | None = None

    @property
    def needs_floor(self) -> bool:
        """Whether it asks on which floor a room lies."""
        return self.lowest_floor is not None or self.highest_floor is not None

    def holds(self, building_id: str, entrance: str, floor: int | None, *, has_lift: bool) -> bool:
        """Say whether a room lies within; one of unknown floor counts as within any floors."""
        return self.meets(Scope((building_id,), (entrance,), has_lift, floor, floor))

    def meets(self, other: Scope) -> bool:
        """Say whether some room may lie within both."""
        return (
            _share(self.buildings, other.buildings)
            and _share(self.entrances, other.entrances)
            and (self.lift is None or other.lift is None or self.lift == other.lift)
            and _not_above(self.lowest_floor, other.highest_floor)
            and _not_above(other.lowest_floor, self.highest_floor)
        )


WHOLE_ESTATE = Scope()


def _share(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return not some or not others or not set(some).isdisjoint(others)


def _not_above(low: int | None, high: int | None) -> bool:
    return low is None or high is None or low <= high
