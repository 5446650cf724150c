"""Estates of any size, laid straight into the engine's kept state: the one thing here that no request does.

Through the engine's own interface, 100,000 rooms take minutes that say nothing of the house. So the engine is stopped,
its state grows by exactly the items that committing the same things would have put, and the engine starts on it.
"""

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from miniprogram_api.cards.face import Contact, Face
from miniprogram_api.cards.rules import Card, CardState, Grain
from miniprogram_api.cards.store import CARD, CARD_TOKEN, FACE
from miniprogram_api.container import Container
from miniprogram_api.estates.addresses import new_building, new_room
from miniprogram_api.estates.rules import Estate, Room
from miniprogram_api.estates.store import BUILDING, ESTATE, ROOM
from miniprogram_api.households.rules import Occupancy, OccupancyState, Relation
from miniprogram_api.households.store import OCCUPANCY
from miniprogram_api.identity.rules import Account, AccountState, HeldGrant
from miniprogram_api.identity.store import ACCOUNT, GRANT
from miniprogram_api.kernel.access import Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.ids import new_id, secret_token
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from miniprogram_api.storage.kinds import Kind
from miniprogram_api.storage.row import to_dynamodb
from miniprogram_api.storage.sealing import Sealer
from miniprogram_api.storage.transaction import Add, Transaction
from miniprogram_api.tariffs.store import TARIFF
from miniprogram_api.tariffs.tariff import Hand, Method, Pricing, Tariff, TariffState
from miniprogram_api.work_orders.rules import Order, OrderKind, Source, desk_of
from miniprogram_api.work_orders.store import ORDER

ROOMS_PER_BUILDING = 56
ROOMS_PER_OPEN_ORDER = 100
OPEN_ORDERS_AT_LEAST = 20
"""The smallest estate fills one page of the board; the board of a large one grows with its rooms."""

E = TypeVar("E")
Item = dict[str, Any]
_START = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass(frozen=True)
class SeededEstate:
    """An estate with its manager signed in, and the items it consists of."""

    estate_id: str
    account_id: str
    session: str
    card_token: str
    items: list[Item]


def estate_of(container: Container, rooms: int) -> SeededEstate:
    """Make an estate of so many rooms: the rooms, its open orders, a card, and the manager."""
    now = container.clock()
    estate_id, account_id = new_id("est", now), new_id("acc", now)
    card = _card(estate_id, now)
    act = Transaction("system", "seed", now)
    small = (
        (ESTATE, _estate(estate_id, card.locator, now)), (FACE, _face(estate_id, card.locator)), (CARD, card),
        (CARD_TOKEN, card),
        (ACCOUNT, Account(account_id, container.sealer.seal(account_id, "openid"), now, AccountState.VERIFIED)),
        (GRANT, _manager(estate_id, account_id, now)),
    )  # fmt: skip
    for kind, thing in small:
        act.add(kind, thing)  # type: ignore[arg-type]
    session, _ = container.tokens.issue(account_id, 1, now)
    parts = itertools.chain(act.parts, _parts(estate_id, rooms, now))
    items = [_item(part) for part in parts if isinstance(part, Add)]
    return SeededEstate(estate_id, account_id, session, card.locator + card.secret, items)


def billable_estate(rooms: int, now: datetime, to_a_building: int = ROOMS_PER_BUILDING) -> tuple[str, Iterator[Item]]:
    """Make the id and the items of an estate under contract whose rooms pay by area; ids as long as real ones are."""
    estate_id = new_id("est", now)
    parts = _billable_parts(estate_id, rooms, to_a_building, now)
    return estate_id, (_item(part) for part in parts if isinstance(part, Add))


def room_of(estate_id: str, number: int, to_a_building: int = ROOMS_PER_BUILDING) -> Room:
    """Return the room of a number in a billable estate; numbers count from nought, building by building."""
    building, place = divmod(number, to_a_building)
    floor, door = divmod(place, 8)
    name, address = _building_name(building), f"{floor + 1}{door + 1:02d}"
    return new_room(estate_id, name, "1单元", address, area=4_000 + number % 6_000, floor=None)


def _billable_parts(estate_id: str, rooms: int, to_a_building: int, now: datetime) -> Iterator[Any]:
    act = Transaction("system", "seed", now)
    act.add(ESTATE, replace(_estate(estate_id, secret_token(6), now), households=rooms))
    act.add(TARIFF, _tariff(estate_id, now))
    for number in range(0, rooms, to_a_building):
        name = _building_name(number // to_a_building)
        act.add(BUILDING, new_building(estate_id, name, ("1单元",), 7, has_lift=False))
    yield from act.parts
    for number in range(rooms):
        act = Transaction("system", "seed", now)
        act.add(ROOM, room_of(estate_id, number, to_a_building))
        yield from act.parts


def votable_estate(sealer: Sealer, rooms: int, now: datetime) -> tuple[str, Iterator[Item]]:
    """Make the id and the items of an estate whose owners may vote: named, with a telephone, bound to their rooms.

    Every tenth room belongs to the owner of the one before it. Each has an account of its own, whose id says which.
    """
    estate_id = new_id("est", now)
    parts = _votable_parts(sealer, estate_id, rooms, now)
    return estate_id, (_item(part) for part in parts if isinstance(part, Add))


def owner_of(number: int) -> str:
    """Return the account that is bound to a room of a votable estate."""
    return f"acc_{number:026d}"


def _votable_parts(sealer: Sealer, estate_id: str, rooms: int, now: datetime) -> Iterator[Any]:
    for part in _billable_parts(estate_id, rooms, ROOMS_PER_BUILDING, now):
        if part.kind not in {ROOM.name, TARIFF.name}:
            yield part
    for number in range(rooms):
        room, owner = room_of(estate_id, number), number - (number % 10 == 9)
        name, phone = f"业主{owner}", f"138{owner:08d}"
        named = replace(
            room,
            owner_name=sealer.seal(name, "name"),
            owner_phone=sealer.seal(phone, "phone"),
            owner_phone_indexes=(sealer.index(phone, "phone"),),
        )
        bound = Occupancy(
            estate_id, room.id, owner_of(number), Relation.OWNER, now, "道路队小区", room.label,
            state=OccupancyState.LIVE, name_masked="业**", decided_by="roster", decided_at=now,
        )  # fmt: skip
        act = Transaction("system", "seed", now)
        act.add(ROOM, named)
        act.add(OCCUPANCY, bound)
        yield from act.parts


def _building_name(number: int) -> str:
    return f"{number + 1}号楼"


def _tariff(estate_id: str, now: datetime) -> Tariff:
    return Tariff(
        id=new_id("tariff", now),
        estate_id=estate_id,
        code="service_base",
        label="物业服务费",
        kind=BillKind.SERVICE,
        pricing=Pricing(Method.AREA_PRICE, price=6_000),
        valid_from=date(2026, 1, 1),
        basis="2025年12月业主大会决议",
        drafted=Hand("acc_finance", "财务", now),
        state=TariffState.IN_FORCE,
        approved=Hand("acc_manager", "项目经理", now),
    )


def lay_into(state: Path, table: str, items: Iterable[Item]) -> None:
    """Add items to a table in the state that a stopped engine left behind."""
    kept = state / "dynamodb.json"
    saved = json.loads(kept.read_text())
    (held,) = (found for name, found in saved["payload"]["tables"]["data"].items() if name.endswith(repr(table)))
    for item in items:
        held["items"].setdefault(item["pk"]["S"], {})[item["sk"]["S"]] = item
    kept.write_text(json.dumps(saved))


def item_of(kind: Kind[E], thing: E, act: Transaction | None = None) -> Item:
    """The item that committing an act which adds the thing would put."""
    act = act or Transaction("system", "seed", _START)
    act.add(kind, thing)
    (part,) = (part for part in act.parts if isinstance(part, Add))
    return _item(part)


def _item(part: Add) -> Item:
    """The item that committing the part would put."""
    plain: dict[str, Any] = {"pk": part.key.pk, "sk": part.key.sk, "kind": part.kind, "body": dict(part.body)}
    for name, key in part.indexes.items():
        plain |= {f"{name}pk": key.pk, f"{name}sk": key.sk}
    return {name: to_dynamodb(value) for name, value in plain.items()}


def _parts(estate_id: str, rooms: int, now: datetime) -> Iterator[Any]:
    orders = max(OPEN_ORDERS_AT_LEAST, rooms // ROOMS_PER_OPEN_ORDER)
    for number in range(rooms):
        act = Transaction("system", "seed", now)
        room = _room(estate_id, number)
        act.add(ROOM, room)
        if number < orders:
            act.add(ORDER, _order(estate_id, room, number))
        yield from act.parts


def _room(estate_id: str, number: int) -> Room:
    building, place = divmod(number, ROOMS_PER_BUILDING)
    floor, door = divmod(place, 8)
    name = f"{floor + 1}{door + 1:02d}"
    label = f"{building + 1}号楼1单元{name}"
    return Room(
        f"room_{number:06d}", estate_id, f"bld_{building:05d}", "1单元", name, label, 5_500, f"01#{name:>5}", floor + 1
    )


def _order(estate_id: str, room: Room, number: int) -> Order:
    at = _START + timedelta(minutes=number)
    place = PlaceInEstate(PlaceKind.COMMON, room.label, building_id=room.building_id, entrance=room.entrance)
    return Order(
        id=f"wo_{number:026d}",
        estate_id=estate_id,
        units=("unit_city", "unit_district", "unit_street", "unit_community"),
        kind=OrderKind.REPAIR,
        category="leak",
        place=place,
        text="楼道顶棚漏水，已经三天了，地面湿滑，请尽快派人来看。",
        source=Source.MINI_PROGRAM,
        opened_by="acc_resident",
        opened_at=at,
        loop_started_at=at,
        state_since=at,
        digest="0" * 64,
        holder=desk_of(estate_id),
        next_look_at=at + timedelta(hours=2),
        reporter_id="acc_resident",
    )


def _estate(estate_id: str, locator: str, now: datetime) -> Estate:
    return Estate(
        id=estate_id,
        name="道路队小区",
        address="平房区友协大街",
        units=("unit_city", "unit_district", "unit_street", "unit_community"),
        locator=locator,
        created_at=now,
        company_id="cmp_seed",
        occupied_year=1991,
    )


def _face(estate_id: str, locator: str) -> Face:
    return Face(
        estate_id,
        locator,
        "道路队小区",
        "友协社区",
        "0451-86500000",
        verified=True,
        company_name="流动物业服务企业",
        hotline="0451-86000000",
        leader=Contact("王建国", "项目经理", "13800000001"),
        deputy=Contact("李秀英", "副经理", "13800000002"),
    )


def _card(estate_id: str, now: datetime) -> Card:
    place = PlaceInEstate(PlaceKind.COMMON, "1号楼1单元", building_id="bld_00000", entrance="1单元")
    return Card(
        new_id("card", now), estate_id, secret_token(6), secret_token(22), Grain.ENTRANCE, place, "00001", now,
        state=CardState.ACTIVE, issued_at=now,
    )  # fmt: skip


def _manager(estate_id: str, account_id: str, now: datetime) -> HeldGrant:
    scope = Scope(ScopeKind.ESTATE, estate_id)
    grant = Grant(new_id("grant", now), Role.MANAGER, scope, "道路队小区", company_id="cmp_seed")
    return HeldGrant(account_id, grant, "system", now)
