"""An estate with a guide price above it, and everybody who has a say in its price."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from miniprogram_api.kernel.access import Role
from tests.photos.conftest import desk
from tests.world import Person

__all__ = ["desk"]

_keys = itertools.count(1)

GUIDE = {
    "charge": "service_base",
    "grade": "三级",
    "price": 10_000,
    "float_up": 20,
    "valid_from": "2021-01-01",
    "document": "西安市住宅小区物业服务收费标准",
    "items": ["保洁", "秩序维护"],
}
"""1.00 yuan and 20 % up: at most 1.20 yuan a m2 and month."""

COSTS = {
    "lines": [{"item": "人工", "yearly_fen": 18_000_000}, {"item": "保洁耗材", "yearly_fen": 3_000_000}],
    "profit_permille": 80,
    "volume": 1_600_000,
}
"""210,000 yuan a year and 8 % over 16,000 m2: 226,800 / (16,000 x 12) = 1.18125 yuan."""

OFFER = {"price": 11_500, "explanation": "人工成本上涨", "costs": COSTS}
ABOUT = {"label": "物业服务费", "kind": "service"}
OPENING = {"charge": "service_base", "grade": "三级", "about": ABOUT, "reason": "合同到期调价"}
YES = {
    "decided_on": "2026-12-08",
    "reference": "业主大会决议 2026-3",
    "area": {"total": 1_600_000, "cast": 1_200_000, "yes": 700_000},
    "heads": {"total": 166, "cast": 120, "yes": 61},
}
NO = {**YES, "heads": {"total": 166, "cast": 120, "yes": 60}}


@dataclass
class Talking:
    """One estate's price talks over HTTP, each act under a fresh key unless one is given."""

    client: Any
    container: Any
    clock: Any
    people: Any
    world: Any
    persons: dict[str, Person] = field(default_factory=dict)

    def who(self, role: Role) -> Person:
        """The one person of a role, signed in again where time has passed."""
        if role.value not in self.persons:
            self.persons[role.value] = self.people.holding(role, self.world)
        return self.people.again(self.persons[role.value])

    @property
    def path(self) -> str:
        return f"/v1/estates/{self.world.estate.id}/price-talks"

    def post(self, path: str, body: Any, role: Role, key: str | None = None) -> Any:
        return self.client.post(path, json=body, who=self.who(role), key=key or f"price-key-{next(_keys):04d}")

    def guide(self, unit: Any = None, **changed: Any) -> Any:
        """The bureau enters a guide price."""
        unit = unit or self.world.district
        official = self.people.official(unit)
        body = {**GUIDE, **changed}
        return self.client.post(
            f"/v1/units/{unit.id}/guide-prices", json=body, who=official, key=f"guide-key-{next(_keys):04d}"
        )

    def open(self, role: Role = Role.MANAGER, key: str | None = None, **changed: Any) -> Any:
        return self.post(self.path, {**OPENING, **changed}, role, key)

    def step(self, talk_id: str, step: str, body: Any, role: Role, key: str | None = None) -> Any:
        return self.post(f"{self.path}/{talk_id}/{step}", body, role, key)

    def read(self, talk_id: str, role: Role = Role.OWNER) -> dict[str, Any]:
        return dict(self.client.get(f"{self.path}/{talk_id}", who=self.who(role)).json)

    def counter(self, talk_id: str, who: Person, room_id: str, price: int = 9_000, reason: str = "收入有限") -> Any:
        body = {"price": price, "reason": reason}
        return self.client.put(f"{self.path}/{talk_id}/counter-offers/{room_id}", json=body, who=who)

    def offered(self, **changed: Any) -> str:
        """A talk in which owners may answer."""
        self.guide()
        talk_id = self.open().json["talk"]["id"]
        assert self.step(talk_id, "offer", {**OFFER, **changed}, Role.MANAGER).status_code == 200
        return str(talk_id)

    def wait(self, days: int) -> None:
        """Time passes, and the clock's job runs."""
        self.clock.advance(timedelta(days=days))
        self.container.price_talks.sweep(self.clock())

    def negotiating(self, **changed: Any) -> str:
        """A talk whose round of counter-offers is over."""
        talk_id = self.offered(**changed)
        self.wait(14)
        return talk_id

    def agreed(self) -> str:
        """A talk about which the owners have to vote."""
        talk_id = self.negotiating()
        body = {"price": 11_500, "minutes": "双方同意每平方米每月 1.15 元"}
        assert self.step(talk_id, "agreement", body, Role.COMMITTEE).status_code == 200
        return talk_id

    def passed(self) -> str:
        """A talk whose price the owners have adopted."""
        talk_id = self.agreed()
        self.wait(1)
        assert self.step(talk_id, "vote", YES, Role.COMMITTEE).json["talk"]["state"] == "passed"
        return talk_id


@pytest.fixture
def talking(client, container, clock, people, world) -> Talking:
    """Price talks at a fresh estate."""
    return Talking(client, container, clock, people, world)
