"""An estate with rooms, a till that takes money, and bills, as the rooms of money would have written them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.billing.bill import Bill
from miniprogram_api.billing.store import BILL
from miniprogram_api.container import Container
from miniprogram_api.estates.rules import Room
from miniprogram_api.estates.store import ROOM
from miniprogram_api.kernel.charge import BillKind, ChargeLine
from miniprogram_api.receipts.rules import ReceiptDraft, ReceiptLine
from miniprogram_api.storage.transaction import Transaction
from tests.world import World

if TYPE_CHECKING:
    from miniprogram_api.receipts.rules import Receipt

_sources = itertools.count(1)


@dataclass(frozen=True)
class Till:
    """Takes money at an estate and gives receipts for it."""

    container: Container
    world: World

    def draft(self, room_id: str = "room_test", means: str = "现金", *fens: int, **other: object) -> ReceiptDraft:
        lines = tuple(
            ReceiptLine(f"物业服务费 2026年{month}月", fen, f"bill_{room_id}_2026-{month:02d}_service_1")
            for month, fen in enumerate(fens or (5192,), start=1)
        )
        draft = ReceiptDraft(
            company_id=self.world.company.id,
            estate_id=self.world.estate.id,
            estate_name=self.world.estate.name,
            room_id=room_id,
            room_label="1号楼1单元101",
            payer_name="张**",
            means_label=means,
            lines=lines,
            paid_at=self.container.clock(),
            source=f"pay_{next(_sources):06d}",
        )
        return replace(draft, **other)

    def issue(self, *drafts: ReceiptDraft) -> list[Receipt]:
        act = Transaction("acc_cashier", "take_money", self.container.clock())
        made = self.container.receipts.issue(act, drafts)
        self.container.table.commit(act)
        return made

    def one(self, room_id: str = "room_test", means: str = "现金", *fens: int, **other: object) -> Receipt:
        (receipt,) = self.issue(self.draft(room_id, means, *fens, **other))
        return receipt

    def room(self, room_id: str, label: str = "1号楼1单元101") -> Room:
        room = Room(room_id, self.world.estate.id, "bld_1", "1", "101", label, 8653, "001")
        self.write(ROOM, room)
        return room

    def bill(self, room_id: str, period: str, fen: int, kind: BillKind = BillKind.SERVICE, **other: object) -> Bill:
        bill = Bill(
            estate_id=self.world.estate.id,
            room_id=room_id,
            room_label="1号楼1单元101",
            building_id="bld_1",
            room_order="001",
            company_id=self.world.company.id,
            kind=kind,
            period=period,
            number=1,
            lines=(ChargeLine("property", "物业服务费", fen),),
            issued_at=self.container.clock(),
            due_on=date(2026, 12, 20),
        )
        bill = replace(bill, **other)
        self.write(BILL, bill)
        return bill

    def write(self, kind: object, thing: object) -> None:
        act = Transaction("system", "test_setup", self.container.clock())
        act.add(kind, thing)
        self.container.table.commit(act)

    @property
    def path(self) -> str:
        return f"/v1/estates/{self.world.estate.id}"


@pytest.fixture
def till(container: Container, world: World) -> Till:
    return Till(container, world)
