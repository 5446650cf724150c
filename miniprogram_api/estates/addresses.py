"""What a place in an estate is called, and the one identity that follows from its name (EST-02)."""

from __future__ import annotations

import re

from miniprogram_api.estates.rules import Building, Room
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.place import walking_order


def building_id(estate_id: str, name: str) -> str:
    """Return the id of the one building of that name: adding it again finds it there.

    It begins with what counts in the name, so that whatever is listed by building has 2号楼 before 10号楼.
    """
    place = re.sub("[^0-9a-z]", "", walking_order(name.lower()))[:12].ljust(12, "0")
    return derived_id(f"bld_{place}", estate_id, name)


def room_id(estate_id: str, building: str, entrance: str, number: str) -> str:
    """Return the id of the one room at that address: importing it again finds it there."""
    return derived_id("room", estate_id, building, entrance, number)


def room_label(building: str, entrance: str, number: str) -> str:
    """Return what people call a room: 2号楼1单元301."""
    return f"{building}{entrance}{number}"


def floor_of(number: str) -> int | None:
    """Return the floor a room number tells: 301 is on 3, 1203 on 12; other forms tell none."""
    match = re.fullmatch(r"([0-9]{1,2})[0-9]{2}", number, re.ASCII)
    return int(match[1]) or None if match else None


def new_building(estate_id: str, name: str, entrances: tuple[str, ...], floors: int | None, has_lift: bool) -> Building:
    """Return a building with its entrances in walking order, each once."""
    ordered = tuple(sorted(set(entrances) - {""}, key=walking_order))
    return Building(building_id(estate_id, name), estate_id, name, ordered, floors, has_lift)


def new_room(estate_id: str, building: str, entrance: str, number: str, *, area: int, floor: int | None) -> Room:
    """Return a room at an address; ``area`` is whole 0.01 m2, a floor not given is read from the number."""
    return Room(
        id=room_id(estate_id, building, entrance, number),
        estate_id=estate_id,
        building_id=building_id(estate_id, building),
        entrance=entrance,
        number=number,
        label=room_label(building, entrance, number),
        area=area,
        order=walking_order(entrance, number),
        floor=floor if floor is not None else floor_of(number),
    )
