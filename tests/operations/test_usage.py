"""local/usage.json against the engine: what an act takes is what was counted, with everything that follows from it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import yaml

from bench.seeding import billable_estate
from local.cost import HERE, read_usage
from miniprogram_api.app import create_app
from miniprogram_api.cards.face import Face
from miniprogram_api.cards.store import FACE
from miniprogram_api.container import JOBS
from miniprogram_api.kernel.access import Principal
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.period import Period
from miniprogram_api.storage.transaction import Transaction
from tests.ballots.conftest import OwnWork
from tests.ballots.hall import Hall
from tests.contract.test_access_patterns import hung_card
from tests.contract_client import ContractClient
from tests.funds.conftest import DECEMBER, Office
from tests.messaging.inbox import Inbox
from tests.operations.acts import Cost, Counter
from tests.payments.house import build_house
from tests.photos.conftest import PhotoDesk, desk
from tests.wechat.pay.notify_receiver import NotifyReceiver
from tests.work_orders.conftest import Scene

if TYPE_CHECKING:
    from miniprogram_api.container import Container
    from tests.world import People, World

__all__ = ["desk"]
USAGE = read_usage()
REPOSITORY = HERE.parent


def holds(act: str, cost: Cost, pieces: int = 1) -> None:
    """What was counted is what the file says of the act."""
    stated, counted = USAGE["acts"][act], cost.a_piece(pieces)
    # Names differ by a sign or two from run to run, and a query reads along what other tests left where it looks.
    assert counted.pop("table_kb") == pytest.approx(float(stated["table_kb"]), abs=0.3)
    measured = dict(stated["measured"])
    assert counted.pop("reads") == pytest.approx(measured.pop("reads"), abs=0.5 if pieces > 1 else 0)
    assert counted == measured


@pytest.fixture
def counter(container: Container, client: ContractClient) -> Counter:
    return Counter(container, client)


def hang_card(container: Container, world: World) -> str:
    face = Face(world.estate.id, world.estate.locator, world.estate.name, "友协社区", "0451-12345")
    act = Transaction("system", "test_setup", container.clock())
    act.add(FACE, face)
    container.table.commit(act)
    card = hung_card(container, world)
    return f"/c/{card.locator}{card.secret}"


def test_the_card_page(container, world, client, counter: Counter) -> None:
    address = hang_card(container, world)
    with counter.counting() as cost:
        assert client.get(address).status_code == 200
    holds("open_card", cost)


def test_the_home_page(client, simulator, world: World, people: People, counter: Counter) -> None:
    resident = people.resident(world.estate)
    estate = f"/v1/estates/{world.estate.id}"
    client.post("/v1/sessions", json={"code": simulator.control("login_code", openid="o-usage")["code"]})
    with counter.counting() as cost:
        client.post("/v1/sessions", json={"code": simulator.control("login_code", openid="o-usage")["code"]})
        for path in (f"{estate}/rooms/room_test/bills", f"{estate}/ballots?limit=20"):
            assert client.get(path, who=resident).status_code == 200
        for path in ("/v1/me/work-orders?limit=20", "/v1/me/messages/unread", "/v1/me/hand-outs"):
            assert client.get(path, who=resident).status_code == 200
    holds("open_home", cost)


def test_the_inbox(client, container, simulator, people: People, world: World, counter: Counter) -> None:
    inbox = Inbox(container, simulator, people.resident(world.estate), world.estate.id)
    inbox.allows(2)
    inbox.deliver(inbox.told())  # the token that every sending needs is fetched once in two hours
    with counter.counting() as told:
        message = inbox.told()
        inbox.deliver(message)
    holds("get_message", told)
    with counter.counting() as read:
        assert len(client.get("/v1/me/messages", who=inbox.person).json["items"]) == 2
        client.post("/v1/me/messages/read", who=inbox.person)
    holds("read_inbox", read)


def test_a_bill_issued(container, client, counter: Counter) -> None:
    estate_id, items = billable_estate(48, container.clock(), to_a_building=48)
    for item in items:
        boto3.client("dynamodb").put_item(TableName=container.settings.table, Item=item)
    finance = Principal("acc_finance", "财务", verified=True)
    with counter.counting() as cost:
        run = container.bill_runs.draft(finance, estate_id, Period(2026, 11), BillKind.SERVICE, container.clock())
        container.bill_runs.publish(finance, estate_id, run.id, container.clock())
    holds("issue_bill", cost, 48)


def test_a_bill_paid(settings, clock, simulator, contract) -> None:
    with NotifyReceiver() as receiver:
        house = build_house(settings, clock, simulator, receiver.base_url)
        client = ContractClient(create_app(house.container), contract)
        counter = Counter(house.container, client)
        owner, bill = house.owner_of("101"), house.bill()
        with counter.counting() as cost:
            for what in ("bills", "wallet"):
                assert client.get(f"{house.path}/rooms/{bill.room_id}/{what}", who=owner).status_code == 200
            body = {"bill_ids": [bill.id]}
            started = client.post(f"{house.path}/payment-orders", who=owner, key="usage-pay-1", json=body).json
            order = started["order"]["id"]
            house.wechat("user_pays", out_trade_no=order)
            house.wechat("deliver_due")
            (told,) = receiver.arrived
            house.container.payment_intake.take_in(told.headers, told.body, clock())
            assert house.work() == 1
            client.post(f"{house.path}/payment-orders/{order}/confirmation", who=owner)
            shown = client.get(f"{house.path}/payment-orders/{order}", who=owner)
    assert shown.json["state"] == "paid"
    holds("pay_bill", cost)


def test_a_repair(container, client, clock, people, world, desk: PhotoDesk, counter: Counter) -> None:
    scene = Scene(container, client, clock, people, world)
    estate_id = world.estate.id
    scene.photo = lambda who: desk.accepted(who, estate_id)
    desk.accepted(scene.reporter, estate_id)  # fetches the token that every check needs, once in two hours
    with counter.counting() as cost:
        client.get(f"/v1/estates/{estate_id}/work-order-categories", who=scene.reporter)
        photos = [desk.accepted(scene.reporter, estate_id) for _ in range(3)]
        order = scene.open(scene.at_home(photo_ids=photos))
        for who in (scene.dispatcher, scene.repairer, scene.manager):
            client.get(f"{scene.orders}/{order['id']}", who=who)
        scene.close(order)
        client.get(f"{scene.orders}/{order['id']}", who=scene.reporter)
    holds("report_repair", cost)


def test_the_common_money(client, container, people, world, clock, counter: Counter) -> None:
    office = Office(client, container, people, world, clock)
    place = office.place()
    office.book(place, 999)
    with counter.counting() as booked:
        assert office.book(place, 1_000).status_code == 201
    holds("book_entry", booked)
    office.go_to(DECEMBER)
    office.publish()
    with counter.counting() as read:
        assert office.get("/publications-of-year?year=2026", office.owner).status_code == 200
        assert office.get("/publications/2026-11", office.owner).status_code == 200
    holds("read_ledger", read)


def test_a_vote(container, client, clock, people, world, counter: Counter) -> None:
    queue = OwnWork(world.estate.id)
    container.__dict__["_ballots_queue"] = queue
    hall = Hall(container, client, clock, world, people, queue)
    rooms = [str(number) for number in range(101, 141)]
    hall.settle(dict.fromkeys(rooms, 8_000))
    with counter.counting() as roll:
        ballot_id = hall.opened()
    owner = people.again(hall.owners["101"])
    with counter.counting() as vote:
        for path in ("", f"/{ballot_id}", f"/{ballot_id}/rooms/{hall.rooms['101'].id}"):
            assert client.get(f"{hall.path}{path}", who=owner).status_code == 200
        hall.vote(ballot_id, "101")
        client.get(f"{hall.path}/{ballot_id}/turnout", who=owner)
    holds("vote", vote)
    with counter.counting() as counted:
        hall.close(ballot_id)
        hall.publish(ballot_id)
    both = Cost(*(getattr(roll, name) + getattr(counted, name) for name in vars(roll)))
    holds("roll_of_a_vote", both, len(rooms))


def test_a_page_of_the_desk(client, people, world, counter: Counter) -> None:
    manager = people.staff(world.estate)
    with counter.counting() as cost:
        address = f"/v1/estates/{world.estate.id}/work-orders?state=submitted"
        assert client.get(address, who=manager).status_code == 200
        assert client.get("/v1/me/held-work-orders", who=manager).status_code == 200
    holds("staff_page", cost)


@pytest.mark.parametrize("rhythm", JOBS)
def test_the_clock_with_nothing_due(container, world, clock, meter, rhythm: str) -> None:
    """By day, with one estate, when all that was due is done."""
    hang_card(container, world)
    for _ in range(60):
        for _, run in container.jobs(rhythm):
            run(clock())
    with meter() as used:
        for _, run in container.jobs(rhythm):
            run(clock())
    stated = USAGE["sweep"][rhythm]
    assert len(used.calls) <= stated["calls"]
    # A query reads half a unit for each 4 KB, also of what other tests left to be due on another day.
    assert used.reads <= stated["reads"] + len(used.calls) / 4
    assert used.writes + used.index_writes <= stated["writes"]
    # No job asks less than this would be worth, so the figure is not simply too high.
    assert len(used.calls) > stated["calls"] * 0.85


# What is deployed, as the file says it


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, whose meaning is nothing to this test."""


Loader.add_multi_constructor("!", lambda *_: None)


def deployed() -> dict[str, Any]:
    return dict(yaml.load((REPOSITORY / "serverless.yml").read_text(encoding="utf-8"), Loader))


def test_memory_is_that_of_serverless_yml() -> None:
    service = deployed()
    for name, function in USAGE["functions"].items():
        memory = service["functions"][name].get("memorySize", service["provider"]["memorySize"])
        assert function["memory_mb"] == memory, name


def test_what_stands_there_is_what_is_deployed() -> None:
    service, standing = deployed(), USAGE["standing"]
    events = [event for function in service["functions"].values() for event in function.get("events", [])]
    assert standing["queues_polled"] == sum("sqs" in event for event in events)
    schedules = [event["schedule"] for event in events if "schedule" in event]
    assert {each["input"]["job"]: each["rate"] for each in schedules} == {
        "often": "${param:sweepRate}",
        "hourly": "cron(1 * * * ? *)",
    }
    every = {rhythm: sweep["every_minutes"] for rhythm, sweep in USAGE["sweep"].items()}
    assert (service["params"]["default"]["sweepRate"], every["hourly"]) == (f"rate({every['often']} minutes)", 60)
    alarms = re.findall("AWS::CloudWatch::Alarm", (REPOSITORY / "infra" / "alarms.yml").read_text(encoding="utf-8"))
    assert standing["alarms"] == len(alarms)


def test_every_figure_of_the_file_is_measured_here() -> None:
    source = (REPOSITORY / "tests" / "operations" / "test_usage.py").read_text(encoding="utf-8")
    assert set(re.findall(r'holds\("(\w+)"', source)) == set(USAGE["acts"])
    assert all(Fraction(act["times"]) > 0 for act in USAGE["acts"].values())
