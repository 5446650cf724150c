"""An estate with two buildings, and the people who make its tariffs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import pytest

from miniprogram_api.estates.addresses import new_building, new_room
from miniprogram_api.estates.rules import Room
from miniprogram_api.estates.store import BUILDING, ROOM
from miniprogram_api.kernel.access import Role
from miniprogram_api.storage.transaction import Transaction
from tests.photos.conftest import desk
from tests.world import Person

__all__ = ["desk"]

SERVICE = {
    "code": "service_base",
    "label": "物业服务费",
    "kind": "service",
    "pricing": {"method": "area_price", "price": 6000},
    "valid_from": "2026-01-01",
    "basis": "物业服务合同第五条",
}
PARKING = {
    "code": "parking_open",
    "label": "露天停车",
    "kind": "parking",
    "pricing": {"method": "per_count", "price": 1_500_000, "unit": "车位"},
    "valid_from": "2026-01-01",
    "basis": "停车服务收费公示2026年第1号",
}

_keys = itertools.count(1)


@dataclass
class Office:
    """The finance clerk who drafts and the manager who approves, over HTTP."""

    client: Any
    estate_id: str
    clerk: Person
    manager: Person
    rooms: list[Room]

    def path(self, rest: str) -> str:
        return f"/v1/estates/{self.estate_id}/{rest}"

    def draft(self, tariff: dict[str, Any], **changed: Any) -> Any:
        body = {**tariff, **changed}
        return self.client.post(self.path("tariffs"), json=body, who=self.clerk, key=f"tariff-key-{next(_keys)}")

    def step(self, tariff_id: str, name: str, who: Person, **body: Any) -> Any:
        return self.client.post(self.path(f"tariffs/{tariff_id}/{name}"), json=body or None, who=who)

    def proposed(self, tariff: dict[str, Any], **changed: Any) -> str:
        answer = self.draft(tariff, **changed)
        assert answer.status_code == 201, answer.json
        assert self.step(answer.json["id"], "proposal", self.clerk).status_code == 200
        return str(answer.json["id"])

    def approve(self, tariff_id: str) -> Any:
        return self.step(tariff_id, "approval", self.manager)

    def in_force(self, tariff: dict[str, Any], **changed: Any) -> dict[str, Any]:
        answer = self.approve(self.proposed(tariff, **changed))
        assert answer.status_code == 200, answer.json
        return dict(answer.json)

    def charges(self, room: Room, kind: str = "service", period: str = "2026-11") -> dict[str, Any]:
        path = self.path(f"rooms/{room.id}/charges?kind={kind}&period={period}")
        answer = self.client.get(path, who=self.clerk)
        assert answer.status_code == 200, answer.json
        return dict(answer.json)


@pytest.fixture
def office(client: Any, container: Any, world: Any, people: Any) -> Office:
    """An estate of two buildings with two rooms each."""
    act = Transaction("system", "test_setup", container.clock())
    rooms = []
    for building in ("1号楼", "2号楼"):
        act.add(BUILDING, new_building(world.estate.id, building, ("1单元",), None, False))
        for number, area in (("301", 8653), ("302", 5000)):
            rooms.append(new_room(world.estate.id, building, "1单元", number, area=area, floor=None))
    for room in rooms:
        act.add(ROOM, room)
    container.table.commit(act)
    clerk, manager = people.staff(world.estate, Role.FINANCE), people.staff(world.estate, Role.MANAGER)
    return Office(client, world.estate.id, clerk, manager, rooms)
