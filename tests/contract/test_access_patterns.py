"""docs/access-patterns.md against the code: every key has its line, what requests cost is what the page says."""

import ast
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import boto3
import pytest

from bench.seeding import billable_estate
from miniprogram_api.billing.run import RunState
from miniprogram_api.cards.face import Face
from miniprogram_api.cards.rules import Card, CardState, Grain
from miniprogram_api.cards.store import CARD, CARD_TOKEN, FACE
from miniprogram_api.kernel.access import Principal
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.ids import new_id, secret_token
from miniprogram_api.kernel.period import Period
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from miniprogram_api.payments.order import Wanted
from miniprogram_api.storage.transaction import Transaction
from tests.capacity import Meter, Used
from tests.payments.house import build_house
from tests.wechat.pay.notify_receiver import NotifyReceiver

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "access-patterns.md").read_text(encoding="utf-8")
PRODUCT = REPOSITORY / "miniprogram_api"
KEY_FILES = sorted((PRODUCT / "storage").glob("*keys.py"))
SCANS = {"scan", "rate_limited_scan", "parallel_scan"}


def template(node: ast.expr, functions: dict[str, ast.FunctionDef]) -> str:
    """The text an expression builds, with a star for every value."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(part.value if isinstance(part, ast.Constant) else "*" for part in parts)
        case ast.Call(func=ast.Name(id=name)) if name in functions:
            return template(returned(functions[name]), functions)
        case _:
            return "*"


def returned(function: ast.FunctionDef) -> ast.expr:
    return next(node.value for node in ast.walk(function) if isinstance(node, ast.Return))


def keys() -> dict[str, tuple[str, str]]:
    """Every function of the keys files that makes a key: name -> (pk, sk) with stars."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in KEY_FILES]
    functions = {node.name: node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}
    made = {name: returned(function) for name, function in functions.items()}
    return {
        name: tuple(template(part, functions) for part in value.args)
        for name, value in made.items()
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "Key"
    }


def documented() -> list[set[str]]:
    """The key texts of every line of every table of the page, with stars."""
    rows = [line for line in PAGE.splitlines() if line.startswith("|")]
    return [{re.sub(r"<[^>]*>|\{[^}]*\}", "*", text) for text in re.findall(r"`([^`]+)`", row)} for row in rows]


LINES = documented()


def shaped(pk: str, line: set[str]) -> bool:
    """Whether a line names the partition; what a function fills in, the page may write out."""
    pattern = re.compile("[^#]+".join(map(re.escape, pk.split("*"))))
    return any(pattern.fullmatch(text) for text in line)


@pytest.mark.parametrize("name", keys())
def test_every_key_has_its_line_on_the_page(name) -> None:
    pk, sk = keys()[name]
    fixed = sk.partition("*")[0]
    found = any(shaped(pk, line) and any(text.startswith(fixed) for text in line) for line in LINES)
    assert found, f"docs/access-patterns.md has no line for keys.{name}: pk `{pk}`, sk `{sk}` (a star is any <value>)"


@pytest.mark.parametrize("name", keys())
def test_every_key_is_used(name) -> None:
    stores = [path for path in PRODUCT.rglob("*.py") if path not in KEY_FILES]
    assert any(re.search(rf"\b\w*keys\.{name}\b", path.read_text(encoding="utf-8")) for path in stores)


def test_no_code_path_scans() -> None:
    scanning = [
        f"{path.relative_to(REPOSITORY)}:{node.lineno}"
        for path in [*PRODUCT.glob("storage/*.py"), *PRODUCT.glob("*/store*.py"), *PRODUCT.glob("*/store/*.py")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in SCANS and ast.unparse(node) != "keys.scan"
    ]
    assert scanning == []


def test_no_function_may_scan() -> None:
    allowed = (REPOSITORY / "infra" / "roles.yml").read_text(encoding="utf-8")
    assert "dynamodb:Query" in allowed
    assert not re.search(r"dynamodb:(Scan|PartiQL|\*)", allowed)


def test_only_storage_and_stores_reach_the_table() -> None:
    reaching = [
        str(path.relative_to(PRODUCT))
        for path in PRODUCT.rglob("*.py")
        if re.search(r"\bclient\(\s*[\"']dynamodb|\bresource\(\s*[\"']dynamodb", path.read_text(encoding="utf-8"))
    ]
    assert reaching == []


def promised(operation: str) -> list[str]:
    """The calls that the page states for an operation."""
    row = re.search(rf"^\| {operation} \| ([^|]+) \|", PAGE, re.MULTILINE)
    assert row, f"docs/access-patterns.md says nothing of what {operation} costs"
    return [call.strip() for call in row.group(1).split("+")]


def hung_card(container, world) -> Card:
    """An active card of the world's estate, with the face it shows."""
    now = container.clock()
    place = PlaceInEstate(PlaceKind.COMMON, "1号楼1单元")
    card = Card(
        new_id("card", now), world.estate.id, world.estate.locator, secret_token(22), Grain.ENTRANCE, place,
        secret_token(5), now, state=CardState.ACTIVE,
    )  # fmt: skip
    act = Transaction("system", "test_setup", now)
    act.add(CARD, card)
    act.add(CARD_TOKEN, card)
    container.table.commit(act)
    return card


def opened_card(client, container, world, people, _cards):
    face = Face(world.estate.id, world.estate.locator, world.estate.name, "友协社区", "0451-12345")
    act = Transaction("system", "test_setup", container.clock())
    act.add(FACE, face)
    container.table.commit(act)
    card = hung_card(container, world)
    return lambda: client.get(f"/c/{card.locator}{card.secret}")


def listed_cards(client, container, world, people, cards):
    for _ in range(cards):
        hung_card(container, world)
    manager = people.staff(world.estate)
    return lambda: client.get(f"/v1/estates/{world.estate.id}/cards?limit=5", who=manager)


@pytest.mark.parametrize("rooms", [2, 40])
def test_a_vote_costs_what_the_page_says_whatever_the_size(hall, meter, rooms) -> None:
    """An owner bound to the room votes on one question, then reads how many took part."""
    hall.settle({str(number): 8_000 + number for number in range(101, 101 + rooms)})
    ballot_id = hall.opened()
    hall.get(f"{hall.path}/{ballot_id}", hall.owners["101"])  # signs in again after fifteen days
    with meter() as cast:
        hall.vote(ballot_id, "101")
    with meter() as seen:
        hall.get(f"{hall.path}/{ballot_id}/turnout", hall.owners["101"])
    assert (cast.calls, seen.calls) == (promised("cast_vote"), promised("get_turnout"))
    own, session = cost_of("cast_vote"), 2  # two small items say who asks and where
    assert cast.calls[2:] == own.calls
    assert (cast.reads - session, cast.writes, cast.index_writes) == (own.reads, own.writes, own.index_writes)


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize(("operation", "prepared"), [("open_card", opened_card), ("list_cards", listed_cards)])
def test_an_operation_costs_what_the_page_says_whatever_the_size(
    client, container, world, people, meter, operation, prepared, size
) -> None:
    ask = prepared(client, container, world, people, size)
    with meter() as used:
        assert ask().status_code == 200
    assert used.calls == promised(operation)
    # Two small items, read consistently: the face and the card. The list: who asks, the estate, half a unit a page.
    assert used.reads == {"open_card": 2, "list_cards": 2.5}[operation]
    assert used.writes == {"open_card": 1, "list_cards": 0}[operation]


@dataclass(frozen=True)
class Cost:
    """What the page says that one more bill, or a payment, costs."""

    calls: list[str]
    reads: float
    writes: float
    index_writes: float


def spent(used: Used) -> Cost:
    return Cost(used.calls, used.reads, used.writes, used.index_writes)


def cost_of(act: str) -> Cost:
    row = re.search(rf"^\| {act} \| ([^|]+) \| ([0-9.]+) \| ([0-9.]+) \| ([0-9.]+) \|$", PAGE, re.MULTILINE)
    assert row, f"docs/access-patterns.md says nothing of what {act} costs"
    calls, *units = row.groups()
    return Cost([] if calls == "none" else calls.split(" + "), *map(float, units))


def one_more(few: Used, many: Used, by: int) -> Cost:
    """What one more of something costs, from an account of few and one of many; the calls are those of all the more."""
    calls = sorted((Counter(many.calls) - Counter(few.calls)).elements())
    figures = ((getattr(many, name) - getattr(few, name)) / by for name in ("reads", "writes", "index_writes"))
    return Cost(calls, *(round(figure, 1) for figure in figures))


def billed(container, meter, rooms: int) -> tuple[Used, Used]:
    """What drafting and publishing a month of one building takes."""
    estate_id, items = billable_estate(rooms, container.clock(), to_a_building=rooms)
    client = boto3.client("dynamodb")
    for item in items:
        client.put_item(TableName=container.settings.table, Item=item)
    finance = Principal("acc_finance", "财务", verified=True)
    with meter() as draft:
        run = container.bill_runs.draft(finance, estate_id, Period(2026, 11), BillKind.SERVICE, container.clock())
    with meter() as publication:
        run = container.bill_runs.publish(finance, estate_id, run.id, container.clock())
    assert (run.state, run.issued.rooms) == (RunState.PUBLISHED, rooms)
    return draft, publication


def test_a_bill_costs_what_the_page_says(container, meter) -> None:
    (draft, publication), (larger_draft, larger_publication) = (billed(container, meter, rooms) for rooms in (48, 96))
    assert one_more(draft, larger_draft, 48) == cost_of("draft_bill")
    more = one_more(publication, larger_publication, 48)
    assert more.calls == ["TransactWriteItems"], "48 bills more are one transaction more, and nothing else"
    assert replace(more, calls=[]) == cost_of("publish_bill")


def test_a_payment_costs_what_the_page_says(settings, clock, simulator) -> None:
    with NotifyReceiver() as receiver:
        house = build_house(settings, clock, simulator, receiver.base_url)
        owner, bill, container = house.owner_of("101"), house.bill(), house.container
        principal = container.identity.principal(owner.token, clock())
        wanted = Wanted((bill.id,))
        order, _ = container.payment_ordering.start(principal, house.estate_id, wanted, "what-it-costs", clock())
        house.wechat("user_pays", out_trade_no=order.out_trade_no)
        house.wechat("deliver_due")
    (told,) = receiver.arrived
    meter = Meter(container.table.client_events())
    with meter.watching() as taking_in:
        container.payment_intake.take_in(told.headers, told.body, clock())
    assert spent(taking_in) == cost_of("take_in_notification")
    with meter.watching() as settling:
        settled = container.settlement.settle(order.out_trade_no, clock())
    assert (house.see(bill).state, len(settled.receipts)) == ("paid", 1)
    assert spent(settling) == cost_of("settle_payment")
