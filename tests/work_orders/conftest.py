"""An estate with rooms and its people around one work order, and how they act over HTTP."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.container import Container
from miniprogram_api.estates.rules import Building, Room
from miniprogram_api.estates.store import BUILDING, ROOM
from miniprogram_api.kernel.access import Role
from miniprogram_api.storage.transaction import Transaction
from tests.contract_client import ContractClient
from tests.world import People, Person, SettableClock, World

if TYPE_CHECKING:
    from collections.abc import Callable

_keys = itertools.count(1)


def fresh_key() -> str:
    """An Idempotency-Key nobody used before."""
    return f"test-key-{next(_keys):06d}"


@dataclass
class Scene:
    """Everybody one order needs, and the requests they make."""

    container: Container
    client: ContractClient
    clock: SettableClock
    people: People
    world: World
    reporter: Person = field(init=False)
    neighbour: Person = field(init=False)
    manager: Person = field(init=False)
    dispatcher: Person = field(init=False)
    repairer: Person = field(init=False)
    community: Person = field(init=False)

    def __post_init__(self) -> None:
        estate = self.world.estate
        self.reporter = self.people.resident(estate, room_id="room_301")
        self.neighbour = self.people.resident(estate, room_id="room_302")
        self.manager = self.people.staff(estate, Role.MANAGER)
        self.dispatcher = self.people.staff(estate, Role.DISPATCHER)
        self.repairer = self.people.staff(estate, Role.REPAIRER)
        self.community = self.people.official(self.world.community)
        act = Transaction("system", "test_setup", self.clock())
        act.add(BUILDING, Building("bld_2", estate.id, "2号楼", ("1单元", "2单元")))
        for number in ("301", "302"):
            label = f"2号楼1单元{number}"
            act.add(ROOM, Room(f"room_{number}", estate.id, "bld_2", "1单元", number, label, 5566, number))
        self.container.table.commit(act)

    @property
    def orders(self) -> str:
        """The address of the estate's orders."""
        return f"/v1/estates/{self.world.estate.id}/work-orders"

    def at_common_part(self, **changes: Any) -> dict[str, Any]:
        """A report of dark stairs."""
        place = {"kind": "common", "label": "2号楼1单元", "building_id": "bld_2", "entrance": "1单元"}
        return {"kind": "repair", "category": "lighting", "place": place, "text": "楼道灯不亮", **changes}

    def at_home(self, **changes: Any) -> dict[str, Any]:
        """A report of a leak in the reporter's home."""
        place = {"kind": "home", "label": "2号楼1单元301", "room_id": "room_301"}
        return {"kind": "repair", "category": "home_leak", "place": place, "text": "厨房漏水", **changes}

    def post_order(self, body: dict[str, Any] | None = None, *, who: Person | None = None, key: str = "") -> Any:
        """Open an order and return the answer."""
        body = body or self.at_common_part()
        return self.client.post(self.orders, json=body, who=self.again(who or self.reporter), key=key or fresh_key())

    def open(self, body: dict[str, Any] | None = None, *, who: Person | None = None) -> dict[str, Any]:
        """Open an order and return it."""
        answer = self.post_order(body, who=who)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return dict(answer.get_json())

    def step(self, order: dict[str, Any], who: Person, step: str, *, key: str = "", **given: Any) -> Any:
        """Take a step and return the answer."""
        path = f"{self.orders}/{order['id']}/steps"
        return self.client.post(path, json={"step": step, **given}, who=self.again(who), key=key or fresh_key())

    def must(self, order: dict[str, Any], who: Person, step: str, **given: Any) -> dict[str, Any]:
        """Take a step that has to succeed, and return the order."""
        answer = self.step(order, who, step, **given)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return dict(answer.get_json())

    def accept(self, order: dict[str, Any]) -> dict[str, Any]:
        """The dispatcher accepts."""
        return self.must(order, self.dispatcher, "accept", scope="in_contract", scope_reason="合同约定公共照明")

    def handle(self, order: dict[str, Any]) -> dict[str, Any]:
        """The repairer takes the job and reports it done with a photo."""
        self.must(order, self.dispatcher, "assign", to_account_id=self.repairer.account_id)
        self.must(order, self.repairer, "take")
        return self.must(order, self.repairer, "handled", note="已更换灯泡", photo_ids=[self.photo(self.repairer)])

    def register(self, order: dict[str, Any]) -> dict[str, Any]:
        """Accept, handle, verify and register."""
        self.accept(order)
        self.handle(order)
        self.must(order, self.manager, "verify", note="现场已亮")
        return self.must(
            order, self.dispatcher, "register", note="更换灯泡1只", payer="company", payer_reason="合同内维修"
        )

    def close(self, order: dict[str, Any]) -> dict[str, Any]:
        """The whole loop until the reporter confirms."""
        self.register(order)
        return self.must(order, self.reporter, "confirm")

    def photo(self, who: Person) -> str:
        """A photo this person is about to upload."""
        path = f"/v1/estates/{self.world.estate.id}/photos"
        body = {"content_type": "image/jpeg", "size": 1000}
        answer = self.client.post(path, json=body, who=self.again(who), key=fresh_key())
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.get_json()["photo_id"])

    def read(self, order: dict[str, Any], who: Person) -> Any:
        """Ask for the order."""
        return self.client.get(f"{self.orders}/{order['id']}", who=self.again(who))

    def again(self, who: Person) -> Person:
        """The person with a session of this moment."""
        return self.people.again(who)


@pytest.fixture
def scene(container: Container, client: ContractClient, clock: SettableClock, people: People, world: World) -> Scene:
    """A fresh estate with its people."""
    return Scene(container, client, clock, people, world)


@pytest.fixture
def sweep(container: Container) -> Callable[[], int]:
    """The scheduled job, run at the present instant."""
    ((_, job),) = container.jobs("work_orders")
    return lambda: job(container.clock())
