"""An estate's office for common money: who keeps, decides, pays and checks; photos as in tests/photos."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.decisions.decision import BallotQuestion, Decision, Maker, Mark, decision_id
from miniprogram_api.estates.rules import Building, Room
from miniprogram_api.estates.store import BUILDING, ROOM
from miniprogram_api.facilities.rules import Facility, FacilityKind
from miniprogram_api.facilities.store import FACILITY
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.storage.transaction import Transaction
from tests.photos.conftest import desk, jpeg_with_place

if TYPE_CHECKING:
    from tests.world import Person

__all__ = ["desk"]

DECEMBER = datetime(2026, 12, 5, 2, 0, tzinfo=UTC)
"""A Saturday at 10:00 in China, when November is over."""

_keys = itertools.count(1)


def once() -> str:
    return f"once-{next(_keys):06d}-{secrets.token_hex(4)}"


@dataclass
class Office:
    """Acts on the common money of one estate, each person in their own part."""

    client: Any
    container: Any
    people: Any
    world: Any
    clock: Any
    committee: Role = Role.COMMITTEE

    def __post_init__(self) -> None:
        estate = self.world.estate
        self.estate_id = estate.id
        self.manager = self.people.staff(estate)
        self.finance = self.people.staff(estate, Role.FINANCE)
        self.keeper = self.people.neighbour(estate, self.committee)
        self.chair = self.people.neighbour(estate, self.committee)
        self.owner = self.people.resident(estate)

    def again(self) -> None:
        """Everybody signs in again, as after time has passed."""
        for name in ("manager", "finance", "keeper", "chair", "owner"):
            setattr(self, name, self.people.again(getattr(self, name)))

    def go_to(self, now: datetime) -> None:
        self.clock.set(now)
        self.again()

    def get(self, path: str, who: Person | None = None, **rest: Any) -> Any:
        return self.client.get(f"/v1/estates/{self.estate_id}{path}", who=who or self.manager, **rest)

    def post(self, path: str, who: Person, key: str | None = None, **body: Any) -> Any:
        address = f"/v1/estates/{self.estate_id}{path}"
        return (
            self.client.post(address, who=who, key=key or once(), json=body)
            if body
            else self.client.post(address, who=who, key=key or once())
        )

    def put(self, path: str, who: Person, **body: Any) -> Any:
        return self.client.put(f"/v1/estates/{self.estate_id}{path}", who=who, json=body)

    def place(self, *purposes: str, keeper: Person | None = None, **changed: Any) -> str:
        answer = self.open_place(*purposes, keeper=keeper, **changed)
        assert answer.status_code == 201, answer.json
        return str(answer.json["id"])

    def open_place(self, *purposes: str, keeper: Person | None = None, **changed: Any) -> Any:
        body = {
            "kind": "bank",
            "holder": "owners_assembly",
            "name": "业主大会公共收益户",
            "bank": "哈尔滨银行友协支行",
            "last4": "6688",
            "purposes": list(purposes or ("public_income", "parking_gross", "parking_surplus")),
            "keeper_account_id": (keeper or self.keeper).account_id,
            **changed,
        }
        return self.post("/money-accounts", self.manager, **body)

    def book(self, place: str, fen: int, item: str = "advertising", month: str = "2026-11", **changed: Any) -> Any:
        body = {
            "direction": "income",
            "purpose": "public_income",
            "item": item,
            "place_id": place,
            "fen": fen,
            "summary": "电梯广告 11 月",
            "on": "2026-11-23",
            **changed,
        }
        who, key = body.pop("who", self.finance), body.pop("key", None)
        return self.post(f"/ledger/{month}/entries", who, key, **body)

    def balances(self) -> dict[str, int]:
        return {one["account"]: one["fen"] for one in self.get("/ledger/balances").json["items"]}

    def enter(self, month: str = "2026-11", who: Person | None = None) -> Any:
        return self.post(f"/fund-months/{month}/entering", who or self.finance)

    def publish(self, month: str = "2026-11") -> Any:
        """Enter, check and publish a month."""
        assert self.enter(month).status_code == 200
        assert self.post(f"/fund-months/{month}/check", self.chair).status_code == 200
        answer = self.post(f"/fund-months/{month}/publication", self.manager)
        assert answer.status_code == 201, answer.json
        return answer

    def photo(self, desk: Any, who: Person) -> str:
        return str(desk.ask(who, self.estate_id, jpeg_with_place())["photo_id"])

    def facility(self) -> str:
        """A drain of this estate."""
        now = self.clock()
        facility = Facility(
            new_id("fac", now), self.estate_id, FacilityKind.DRAIN, "1号楼排水管", secrets.token_hex(8), date_of(now)
        )
        self._write(FACILITY, facility)
        return facility.id

    def rooms(self, *areas: int, building: str = "1号楼") -> list[str]:
        """A building with rooms of these areas in 0.01 m2."""
        building_id = new_id("bld", self.clock())
        self._write(BUILDING, Building(building_id, self.estate_id, building))
        made = []
        for number, area in enumerate(areas, start=1):
            room = Room(
                new_id("room", self.clock()), self.estate_id, building_id, "1单元", f"{number}01",
                f"{building}1单元{number}01", area, f"{building}#{number:04d}",
            )  # fmt: skip
            self._write(ROOM, room)
            made.append(room.id)
        return made

    def decided(self, matter: Matter = Matter.OTHER, **changed: Any) -> str:
        """What a published ballot of the owners enters into the register."""
        now, ballot = self.clock(), new_id("bal", self.clock())
        decision = Decision(
            decision_id(ballot, 1), self.estate_id, Maker.ASSEMBLY, matter, "更换单元门锁", "同意更换", date_of(now),
            Mark("system", "系统", now), ballot=BallotQuestion(ballot, 1), **changed,
        )  # fmt: skip
        act = Transaction("system", "publish_ballot", now)
        self.container.decisions.add(act, decision)
        self.container.table.commit(act)
        return decision.id

    def _write(self, kind: Any, thing: Any) -> None:
        act = Transaction("system", "test_setup", self.clock())
        act.add(kind, thing)
        self.container.table.commit(act)


@pytest.fixture
def office(client, container, people, world, clock) -> Office:
    return Office(client, container, people, world, clock)
