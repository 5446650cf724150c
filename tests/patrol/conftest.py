"""An estate with three points on one route, walked every weekday from 09:00 for two hours."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import pytest

from tests.photos.conftest import desk
from tests.world import Person, World

__all__ = ["desk"]

WORKDAYS = [1, 2, 3, 4, 5]
NINE_O_CLOCK = 9 * 60


@dataclass
class PatrolDesk:
    """Plans and walks, as people do over HTTP."""

    client: Any
    container: Any
    world: World
    manager: Person
    patroller: Person

    def path(self, rest: str) -> str:
        return f"/v1/estates/{self.world.estate.id}/{rest}"

    def point(self, name: str, *checklist: str, **place: str) -> dict[str, Any]:
        body = {"name": name, "place": {"kind": "common", "label": name, **place}, "checklist": list(checklist)}
        answer = self.client.post(self.path("patrol-points"), json=body, who=self.manager, key=secrets.token_hex(8))
        assert answer.status_code == 201, answer.json
        return dict(answer.json)

    def code(self, point: dict[str, Any]) -> str:
        """What the camera reads on the wall."""
        return str(self.container.patrol_planning.get_point(self.world.estate.id, point["id"]).printed)

    def route(self, *points: dict[str, Any], **plan: Any) -> dict[str, Any]:
        plan = {"weekdays": WORKDAYS, "start_minute": NINE_O_CLOCK, "minutes": 120, **plan}
        body = {"name": "日巡", "point_ids": [point["id"] for point in points], "plan": plan, "role": "patroller"}
        answer = self.client.post(self.path("patrol-routes"), json=body, who=self.manager, key=secrets.token_hex(8))
        assert answer.status_code == 201, answer.json
        return dict(answer.json)

    def scan(self, route: dict[str, Any], code: str, who: Person | None = None, key: str = "", **body: Any) -> Any:
        path = self.path(f"patrol-routes/{route['id']}/scans")
        return self.client.post(
            path, json={"code": code, **body}, who=who or self.patroller, key=key or secrets.token_hex(8)
        )

    def run(self, route: dict[str, Any], day: str = "2026-11-23", who: Person | None = None) -> Any:
        return self.client.get(self.path(f"patrol-routes/{route['id']}/runs/{day}"), who=who or self.manager)


@pytest.fixture
def patrol(client, container, world, people) -> PatrolDesk:
    from miniprogram_api.kernel.access import Role

    manager = people.staff(world.estate)
    return PatrolDesk(client, container, world, manager, people.staff(world.estate, Role.PATROLLER))
