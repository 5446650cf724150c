"""How many took part so far: rooms and area by building, heads once each; never what anybody chose."""

from __future__ import annotations

from dataclasses import dataclass, replace

from miniprogram_api.ballots.deliveries import Contact


@dataclass(frozen=True, slots=True)
class BuildingFigure:
    """Votes of one building. ``heads`` counts a person where a room of theirs voted first, so that the sum is right.

    ``delivered``, ``refused`` and ``absent`` are the rooms somebody tried to tell, by what came of it (VOT-04).
    """

    estate_id: str
    ballot_id: str
    building_id: str
    rooms: int = 0
    area: int = 0
    heads: int = 0
    delivered: int = 0
    refused: int = 0
    absent: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class CountedRoom:
    """Mark: the vote of a room has been added to the figures."""

    estate_id: str
    ballot_id: str
    room_id: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class CountedContact:
    """What of telling a room is in the figures; ``seen`` is the version of the delivery that was added last."""

    estate_id: str
    ballot_id: str
    room_id: str
    contact: Contact
    seen: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class CountedHead:
    """Mark: the person has been added to the figures."""

    estate_id: str
    ballot_id: str
    head: str
    version: int = 0


def with_contact(figure: BuildingFigure, contact: Contact, by: int) -> BuildingFigure:
    """Return the figure with one room more or less of what came of telling it."""
    match contact:
        case Contact.DELIVERED:
            return replace(figure, delivered=figure.delivered + by)
        case Contact.REFUSED:
            return replace(figure, refused=figure.refused + by)
        case Contact.ABSENT:
            return replace(figure, absent=figure.absent + by)
