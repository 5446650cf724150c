"""An estate with a room, a vendor that takes part, and a way to look at the books."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.billing.bill import Bill
from miniprogram_api.billing.store import BILL
from miniprogram_api.container import Container
from miniprogram_api.estates.rules import Building, Room
from miniprogram_api.estates.store import BUILDING, ROOM
from miniprogram_api.funds.ledger import balances
from miniprogram_api.kernel.charge import BillKind, ChargeLine
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.kernel.period import month_after
from miniprogram_api.storage.transaction import Transaction
from tests.contract_client import ContractClient
from tests.world import Person, World

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

_numbers = itertools.count(1)
TERMS = {"rate": 500, "return_days": 7, "expiry_days": 365, "funder": "vendor"}


@dataclass(frozen=True)
class Shop:
    """A vendor of the programme as the office and a household see it."""

    client: ContractClient
    container: Container
    world: World
    staff: Person
    owner: Person
    room_id: str
    vendor_id: str

    @property
    def path(self) -> str:
        return f"/v1/estates/{self.world.estate.id}"

    @property
    def vendor_path(self) -> str:
        return f"{self.path}/credit-vendors/{self.vendor_id}"

    def buy(self, fen: int, number: str | None = None, on: date | None = None) -> dict[str, Any]:
        number = number or f"order-{next(_numbers)}"
        answer = self.enter(number, fen, on or date_of(self.container.clock()))
        assert answer.status_code == 201, answer.json
        return answer.json

    def enter(self, number: str, fen: int, on: date, room_id: str | None = None) -> TestResponse:
        order = {"room_id": room_id or self.room_id, "order_number": number, "fen": fen, "ordered_on": on.isoformat()}
        return self.client.post(f"{self.vendor_path}/orders", json=order, who=self.staff)

    def take_back(self, number: str) -> TestResponse:
        return self.client.post(f"{self.vendor_path}/orders/{number}/return", json={"reason": "退货"}, who=self.staff)

    def bill(self, fen: int, kind: BillKind = BillKind.SERVICE, **other: Any) -> Bill:
        facts = {
            "estate_id": self.world.estate.id,
            "room_id": self.room_id,
            "room_label": "1号楼1单元101",
            "building_id": "bld_1",
            "room_order": "001",
            "company_id": self.world.company.id,
            "kind": kind,
            "period": "2026-12",
            "number": next(_numbers) % 999 + 1,
            "lines": (ChargeLine("property", "物业服务费", fen),),
            "issued_at": self.container.clock(),
            "due_on": date(2027, 12, 20),
        }
        bill = Bill(**{**facts, **other})
        act = Transaction("system", "test_setup", self.container.clock())
        act.add(BILL, bill)
        self.container.table.commit(act)
        return bill

    def read_bill(self, bill: Bill) -> Bill:
        return self.container.bills.find_bills(bill.estate_id, [bill.id])[bill.id]

    def offset(self, bill: Bill, key: str, fen: int | None = None, who: Person | None = None) -> TestResponse:
        path = f"{self.path}/bills/{bill.id}/credit-offsets"
        body = {} if fen is None else {"fen": fen}
        return self.client.post(path, json=body, who=who or self.owner, key=key)

    def wallet(self) -> dict[str, Any]:
        return self.client.get(f"{self.path}/rooms/{self.room_id}/wallet", who=self.owner).json

    def credits(self) -> list[dict[str, Any]]:
        return self.client.get(f"{self.path}/rooms/{self.room_id}/credits?limit=100", who=self.owner).json["items"]

    def owed(self) -> int:
        vendors = self.client.get(f"{self.path}/credit-vendors", who=self.staff).json
        return next(one["owed_fen"] for one in vendors if one["id"] == self.vendor_id)

    def books(self) -> dict[str, int]:
        """Return what every account of the estate's book adds up to, counted from all its postings."""
        postings = []
        month = date(2026, 11, 1)
        while month <= date_of(self.container.clock()):
            postings += self.container.ledger.list_postings(self.world.estate.id, f"{month:%Y-%m}", 1000, None).items
            month = month_after(month, 1)
        for posting in postings:
            assert sum(leg.fen for leg in posting.entry.legs) == 0
        return {account: fen for account, fen in balances(postings).items() if fen}


def open_shop(client: ContractClient, container: Container, world: World, people: Any, **terms: Any) -> Shop:
    room = Room(new_id("room", container.clock()), world.estate.id, "bld_1", "1", "101", "1号楼1单元101", 8653, "001")
    for kind, thing in ((ROOM, room), (BUILDING, Building("bld_1", world.estate.id, "1号楼"))):
        act = Transaction("system", "test_setup", container.clock())
        act.add(kind, thing)
        with suppress(Conflict):  # a second shop of the same estate finds the building there
            container.table.commit(act)
    staff, owner = people.staff(world.estate), people.resident(world.estate, room_id=room.id)
    body = {"name": "王家超市", "terms": {**TERMS, **terms}}
    vendor = client.post(f"/v1/estates/{world.estate.id}/credit-vendors", json=body, who=staff)
    assert vendor.status_code == 201, vendor.json
    return Shop(client, container, world, staff, owner, room.id, vendor.json["id"])


@pytest.fixture
def shop(client, container, world, people) -> Shop:
    return open_shop(client, container, world, people)
