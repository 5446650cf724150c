"""An estate whose fees can be paid through the simulated WeChat Pay, and everybody it takes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.wechat_simulator import WeChatSimulator
from miniprogram_api.billing.bill import Bill, LateFeeTerms
from miniprogram_api.billing.store import BILL
from miniprogram_api.container import Container
from miniprogram_api.estates.rules import Room
from miniprogram_api.estates.store import ROOM
from miniprogram_api.kernel.access import Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.charge import BillKind, ChargeLine
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.storage.transaction import Transaction
from tests.world import People, Person, SettableClock, World, build_world

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from miniprogram_api.billing.service import Bills

_sub_mchids = itertools.count(1_700_000_001)
NOVEMBER = "2026-11"


class WorkList:
    """What is handed to the function of payments, in memory: it stays until the test takes it."""

    def __init__(self) -> None:
        self.waiting: list[dict[str, str]] = []

    def put(self, work: Mapping[str, str]) -> None:
        self.waiting.append(dict(work))


@dataclass
class PayingHouse:
    """An estate under a company with a confirmed merchant account; ``queue`` holds the work nobody has done yet."""

    container: Container
    clock: SettableClock
    simulator: WeChatSimulator
    world: World
    people: People
    sub_mchid: str | None
    queue: WorkList
    rooms: dict[str, Room] = field(default_factory=dict)

    @property
    def estate_id(self) -> str:
        return self.world.estate.id

    @property
    def company_id(self) -> str:
        return self.world.company.id

    @property
    def path(self) -> str:
        return f"/v1/estates/{self.estate_id}"

    @property
    def bills(self) -> Bills:
        return self.container.bills

    def wechat(self, act: str, **arguments: Any) -> dict[str, Any]:
        """An act at the control desk of the simulated WeChat Pay."""
        return self.simulator.control("pay", act=act, **arguments)

    def room(self, number: str = "101") -> Room:
        """A room of 1号楼, made when first asked for."""
        if number not in self.rooms:
            room = Room(
                id=new_id("room", self.clock()),
                estate_id=self.estate_id,
                building_id="bld_1",
                entrance="1单元",
                number=number,
                label=f"1号楼1单元{number}",
                area=8653,
                order=f"01#{number:>5}",
            )
            act = Transaction("system", "test_setup", self.clock())
            act.add(ROOM, room)
            self.container.table.commit(act)
            self.rooms[number] = room
        return self.rooms[number]

    def owner_of(self, *numbers: str, role: Role = Role.OWNER) -> Person:
        """Somebody bound to the rooms, whom WeChat knows."""
        scope = Scope(ScopeKind.ESTATE, self.estate_id)
        grants = [
            Grant(new_id("grant", self.clock()), role, scope, room_id=self.room(number).id)
            for number in numbers or ("101",)
        ]
        person = self.people.with_grants(*grants)
        self.simulator.control("visit", openid=f"openid-{person.account_id}")
        return person

    def staff(self, role: Role = Role.FINANCE) -> Person:
        return self.people.staff(self.world.estate, role)

    def bill(
        self,
        fen: int = 5192,
        number: str = "101",
        kind: BillKind = BillKind.SERVICE,
        period: str = NOVEMBER,
        due_on: date = date(2026, 11, 30),
        late_fee: LateFeeTerms | None = None,
    ) -> Bill:
        """A bill as issuing writes it; 86.53 m2 at 0.60 yuan are 51.92 yuan."""
        room = self.room(number)
        bill = Bill(
            estate_id=self.estate_id,
            room_id=room.id,
            room_label=room.label,
            building_id=room.building_id,
            room_order=room.order,
            company_id=self.company_id,
            kind=kind,
            period=period,
            number=1,
            lines=(ChargeLine("service_base", "物业服务费", fen, "86.53㎡", "0.60元/㎡·月"),),
            issued_at=self.clock(),
            due_on=due_on,
            late_fee_terms=late_fee,
        )
        act = Transaction("system", "issue_bills", self.clock())
        act.add(BILL, bill)
        self.container.table.commit(act)
        return bill

    def see(self, bill: Bill) -> Bill:
        """The bill as it stands now."""
        return self.bills.find_bills(self.estate_id, [bill.id])[bill.id]

    def balances(self, book: str | None = None) -> dict[str, int]:
        """What stands on each account, recounted from this month's postings."""
        from miniprogram_api.funds.ledger import balances
        from miniprogram_api.funds.store import LedgerStore

        book = book or self.estate_id
        store = LedgerStore(self.container.table)
        months = {f"{self.clock().astimezone().year}-{month:02d}" for month in (11, 12)}
        return balances(posting for month in sorted(months) for posting in store.list_month(book, month))

    def work(self) -> int:
        """Do what waits in the queue, and what comes of it; how much that was."""
        done = 0
        while self.queue.waiting:
            self.container.payment_work.do(self.queue.waiting.pop(0), self.clock())
            done += 1
        return done

    def pass_seconds(self, seconds: int) -> None:
        """Let time pass for both; what WeChat sends is then due, however slow this machine is."""
        self.clock.advance(timedelta(seconds=seconds))
        self.meet_clocks()

    def meet_clocks(self) -> None:
        """Make it the same moment for WeChat as for the product."""
        behind = self.clock().timestamp() - self.simulator.world.clock.now()
        self.simulator.control("clock", advance_seconds=behind)


def build_house(
    settings: Any,
    clock: SettableClock,
    simulator: WeChatSimulator,
    public_url: str | None = None,
    container_of: Callable[..., Container] = Container,
) -> PayingHouse:
    """Build it: a fresh world, a merchant account proposed and confirmed, an empty queue."""
    if public_url is not None:
        settings = replace(settings, public_url=public_url)
    container = container_of(settings, clock)
    queue = WorkList()
    container.__dict__["_payments_queue"] = queue
    world = build_world(container)
    sub_mchid = str(next(_sub_mchids)) if settings.pay.service_provider else None
    house = PayingHouse(container, clock, simulator, world, People(container), sub_mchid, queue)
    if sub_mchid is not None:
        house.wechat("enroll", sub_mchid=sub_mchid)
    container.merchants.propose("acc_head", world.company.id, sub_mchid, clock())
    container.merchants.confirm("acc_operator", world.company.id, clock())
    house.meet_clocks()
    return house


def forget_notices(simulator: WeChatSimulator) -> None:
    """What WeChat still had to send to the houses of earlier tests is never sent."""
    desk = simulator._server.pay.notices
    desk.timetable._waiting.clear()
    desk.plans.clear()
    desk.attempts.clear()


def at(text: str) -> datetime:
    """An instant on the clock in China."""
    from miniprogram_api.kernel.clock import SHANGHAI

    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
