"""Two estates as a year would leave them: money on every way it can go, and a ballot from its draft to its notice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3

from infra.proving import Item, read_table
from miniprogram_api.app import create_app
from miniprogram_api.container import Container
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.charge import BillKind
from tests.ballots.conftest import OwnWork
from tests.ballots.hall import NO, YES, Hall
from tests.contract_client import ContractClient
from tests.funds.conftest import DECEMBER, Office
from tests.payments.house import PayingHouse, build_house
from tests.wallets.conftest import Shop, open_shop
from tests.world import People, SettableClock, build_world

if TYPE_CHECKING:
    from local.wechat_simulator import WeChatSimulator
    from miniprogram_api.settings import Settings
    from tests.contract_client import Contract

NOVEMBER = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CREDITS_USABLE = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Laid:
    """What lies in the table of these estates, and the names of what tests look at."""

    items: list[Item]
    estate_id: str
    company_id: str
    ballot_id: str
    media: Callable[[str], bytes]

    def of_kind(self, kind: str) -> list[Item]:
        return [item for item in self.items if item.kind == kind]


def lay(settings: Settings, simulator: WeChatSimulator, contract: Contract) -> Laid:
    """Do everything through the application, then read the table as the rehearsal does; what is others' is left."""
    house = build_house(settings, SettableClock(NOVEMBER), simulator)
    _collect(house, ContractClient(create_app(house.container), contract))
    hall, ballot_id = _vote(settings, contract)
    ours = (house.estate_id, house.company_id, hall.estate_id)
    items = [item for item in read_table(boto3.client("dynamodb"), settings.table) if _is_of(item, ours)]
    return Laid(items, house.estate_id, house.company_id, ballot_id, hall.container.media.read)


def _is_of(item: Item, ours: tuple[str, ...]) -> bool:
    text = f"{item.pk} {json.dumps(item.body)}"
    return any(name in text for name in ours)


@dataclass
class Desk:
    """Acts below the estate's path, each of which must succeed."""

    house: PayingHouse
    client: ContractClient
    calls: int = 0

    def post(self, path: str, who: Any, **body: Any) -> dict[str, Any]:
        self.calls += 1
        key = f"operations-{self.calls:05d}"
        answer = self.client.post(f"{self.house.path}/{path}", who=who, key=key, json=body or None)
        assert answer.status_code < 300, answer.json
        return dict(answer.json)

    def pay(self, who: Any, *bill_ids: str, prepay: tuple[dict[str, Any], ...] = ()) -> str:
        started = self.post("payment-orders", who, bill_ids=list(bill_ids), prepay=list(prepay))
        self.house.wechat("user_pays", request_payment=started["request_payment"])
        self.house.container.settlement.settle(started["order"]["id"], self.house.clock())
        return str(started["order"]["id"])

    def take_cash(self, who: Any, bill_id: str, fen: int, paper: str, **more: Any) -> dict[str, Any]:
        photo = self.post("photos", who, content_type="image/jpeg", size=1000)["photo_id"]
        return self.post(
            "counter-payments",
            who,
            room_id=self.house.room().id,
            means="cash",
            parts=[{"bill_id": bill_id, "fen": fen}],
            payer_name="张三丰",
            paid_on="2026-11-23",
            paper_number=paper,
            photo_id=photo,
            **more,
        )


def _collect(house: PayingHouse, client: ContractClient) -> None:
    """Bills of every kind, paid by phone, at the counter, from prepaid money and with credits; a refund; two months."""
    desk, shop = Desk(house, client), open_shop(client, house.container, house.world, house.people)
    office = Office(client, house.container, house.people, house.world, house.clock)
    owner, finance, manager = house.owner_of("101", "102"), house.staff(Role.FINANCE), house.staff(Role.MANAGER)
    service, parking = house.bill(5192), house.bill(9000, kind=BillKind.PARKING)
    fund, older = house.bill(30000, kind=BillKind.FUND), house.bill(5192, period="2026-10")
    number = desk.pay(owner, service.id, parking.id, fund.id)
    desk.pay(owner, prepay=({"room_id": house.room("102").id, "fen": 10_000},))
    _refund(desk, number, service, finance, manager)
    desk.take_cash(finance, older.id, 1_000, "NO-0001", prepaid_fen=808)
    mistaken = desk.take_cash(finance, older.id, 500, "NO-0002")
    desk.post(f"counter-payments/{mistaken['id']}/void", house.staff(), reason="写错了")
    house.container.prepaid_offsets.apply("system", "系统", house.estate_id, house.room().id, house.clock())
    _stray(house)
    place, kept = office.place(), office.place("maintenance")
    office.rooms(5000, 3000, building="2号楼")
    assert office.book(place, 120_000).status_code == 201
    assert office.book(place, 3_005, item="bank_charge", direction="expense", summary="账户管理费").status_code == 201
    body = {"kind": "deposit", "place_id": kept, "fen": 100_001, "summary": "维修资金交存", "on": "2026-11-23"}
    answer = office.post("/maintenance-fund/movements", office.finance, building_ids=_second(house), **body)
    assert answer.status_code == 201, answer.json
    _use_credits(house, shop)
    office.go_to(DECEMBER)
    office.publish("2026-11")


def _second(house: PayingHouse) -> list[str]:
    """The building whose rooms have areas."""
    return [one.id for one in house.container.estates.list_buildings(house.estate_id) if one.name == "2号楼"]


def _refund(desk: Desk, number: str, bill: Any, finance: Any, manager: Any) -> None:
    part = {"room_id": bill.room_id, "bill_id": bill.id, "fen": 3_000, "late_fee_fen": 0}
    asked = desk.post(f"payments/{number}/refunds", finance, origin="bills", parts=[part], reason="多收了")
    desk.post(f"payments/{number}/refunds/{asked['id']}/decision", manager, approve=True)
    desk.house.work()
    desk.house.pass_seconds(30)
    desk.house.wechat("deliver_due")
    desk.house.container.paying_back.carry_on(number, asked["id"], desk.house.clock())


def _stray(house: PayingHouse) -> None:
    """Money for a number that is none of ours."""
    house.wechat("seed_paid", count=1, total=777, provider=True, sub_mchid=house.sub_mchid)
    assert house.container.settlement.take_stray("seeded000000", house.sub_mchid, house.clock())


def _use_credits(house: PayingHouse, shop: Shop) -> None:
    shop.buy(20_000, "A-1")
    bill = shop.bill(600)
    house.clock.set(CREDITS_USABLE)
    while house.container.credits.sweep(house.clock()):
        pass
    assert shop.offset(bill, "use-credits-1", who=house.people.again(shop.owner)).status_code == 201


def _vote(settings: Settings, contract: Contract) -> tuple[Hall, str]:
    """Three owners vote, one of them twice over the phone of a second room; counted, certified, published."""
    clock = SettableClock(NOVEMBER)
    container = Container(settings, clock)
    world = build_world(container)
    queue = OwnWork(world.estate.id)
    container.__dict__["_ballots_queue"] = queue
    hall = Hall(container, ContractClient(create_app(container), contract), clock, world, People(container), queue)
    hall.settle({"101": 8653, "102": 5000, "103": 7000, "104": 6400})
    ballot_id = hall.opened()
    for number, choice in (("101", YES), ("102", YES), ("103", NO)):
        hall.vote(ballot_id, number, choice)
    hall.close(ballot_id)
    assert hall.publish(ballot_id)["state"] == "published"
    return hall, ballot_id
