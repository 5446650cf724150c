"""A ballot's roll: written by the ballot office from the register, beside the same lines put by boto3.

What is timed is what the function does, as it is handed to it, in a process of its own; before it the same for a
small estate, which does not count.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bench.effort import Effort, by_hand, counting
from bench.processes import peak_memory
from bench.seeding import Item, item_of, owner_of, room_of
from miniprogram_api.ballots.ballot import Ballot, State
from miniprogram_api.ballots.law import Form, Kind
from miniprogram_api.ballots.questions import Choices, Option, Question
from miniprogram_api.ballots.roll import Elector
from miniprogram_api.ballots.service.desk import Asked
from miniprogram_api.ballots.service.freezing import LINES_AT_ONCE, ROOMS_A_CALL, RollWriter
from miniprogram_api.ballots.store import ELECTOR
from miniprogram_api.ballots.wanted import Wanted
from miniprogram_api.container import Container
from miniprogram_api.kernel.access import Principal
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.settings import Settings
from tests.capacity import index_units, write_units

COMMITTEE = Principal("acc_committee", "马主任", verified=True)
COMMUNITY = Principal("acc_community", "孙书记", verified=True)
DRAFTED = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
OPENS, CLOSES = DRAFTED + timedelta(days=15), DRAFTED + timedelta(days=25)
VOTING = OPENS + timedelta(days=1)

_QUESTIONS = (
    Question("是否解聘现物业服务企业", Form.APPROVE, matter=Matter.MANAGER),
    Question(
        "选聘哪一家物业服务企业",
        Form.SELECT,
        (Option("longjiang", "龙江惠民物业服务有限公司"), Option("beifang", "北方家和物业服务有限公司")),
        Matter.MANAGER,
    ),
)


class Waiting(list[Mapping[str, str]]):
    """The ballot office's work in memory; the bench does it itself."""

    def put(self, work: Mapping[str, str]) -> None:
        """Keep a piece of work."""
        self.append(work)


def house() -> Container:
    """Return what a function is made of, with its own hands for a queue."""
    container = Container(Settings.from_environment())
    container.__dict__["_ballots_queue"] = Waiting()
    container.table.prime()
    return container


def choices_of(number: int) -> Choices:
    """Return what is voted for a room: three in four agree and choose the first company."""
    return ((("yes",), ("longjiang",)), (("no",), ()))[number % 4 == 3]


class Known:
    """Who is bound to the rooms of a votable estate, handed in instead of asked: one read a room less."""

    def __init__(self, estate_id: str, rooms: int) -> None:
        self._bound = {room_of(estate_id, number).id: (owner_of(number),) for number in range(rooms)}

    def bound_at(self, _estate_id: str, room_ids: Iterable[str], **_: bool) -> dict[str, tuple[str, ...]]:
        """Return for each room the account bound to it."""
        return {room_id: self._bound[room_id] for room_id in room_ids}


@dataclass(frozen=True)
class Frozen:
    """A roll as it was written. ``adding_up`` is the last call, in seconds, where it did nothing else.

    ``effort`` is of the rooms of the first call, ``units`` write units a line, indexes included; memory is in bytes.
    """

    ballot_id: str
    effort: Effort
    adding_up: float
    units: float
    peak: int


def freeze(estate_id: str, rooms: int, warm_up: str, key: str) -> Frozen:
    """Draft a ballot and pass it, have its roll written, announce it."""
    container = house()
    announced(container, warm_up, 0, f"{key}-warm")
    ballot, effort, adding_up = announced(container, estate_id, rooms, key)
    if ballot.roll is None or ballot.roll.rooms != rooms:
        raise RuntimeError(f"{ballot.roll} is not a roll of {rooms} rooms")
    line = item_of(ELECTOR, line_of(container, ballot, 0))
    units = 2 * write_units(None, line) + index_units(None, line)
    return Frozen(ballot.id, effort, adding_up, units, peak_memory())


def announced(container: Container, estate_id: str, rooms: int, key: str) -> tuple[Ballot, Effort, float]:
    """Bring a ballot from its draft to its announcement, with what the first and the last call for its roll took.

    Where a roll takes several calls, the first one is the function's own; in the others who is bound is handed in.
    """
    desk, calls = container.ballots, [0.0]
    wanted = Wanted(Kind.ASSEMBLY, "关于物业服务的表决", "详见附件", _QUESTIONS)
    ballot = desk.draft(COMMITTEE, estate_id, wanted, key, DRAFTED)
    desk.submit(Asked(COMMITTEE, estate_id, ballot.id, key, DRAFTED))
    desk.approve(Asked(COMMUNITY, estate_id, ballot.id, key, DRAFTED))
    work = {"do": "freeze", "estate_id": estate_id, "ballot_id": ballot.id}
    effort = Effort(max(1, min(rooms, ROOMS_A_CALL)))
    with counting(container.table.client_events(), effort):
        state = effort.call(partial(container.ballot_work.do, work, DRAFTED))
    office = _knowing(container, estate_id, rooms)
    while state == State.FREEZING:
        one = Effort(1)
        state = one.call(partial(office.freeze, estate_id, ballot.id, DRAFTED)).state
        calls.append(one.seconds)
    if state != State.FROZEN:
        raise RuntimeError(f"{ballot.id} is {state}")
    shown = desk.announce(Asked(COMMITTEE, estate_id, ballot.id, key, DRAFTED), OPENS, CLOSES)
    return shown, effort, calls[-1]


def _knowing(container: Container, estate_id: str, rooms: int) -> RollWriter:
    known = Known(estate_id, rooms if rooms > ROOMS_A_CALL else 0)
    stores = container._ballot_store, container._roll_store
    return RollWriter(*stores, container.estates, known, container._ballot_keys, container.sealer)


def line_of(container: Container, ballot: Ballot, number: int) -> Elector:
    """Return the line of a room of a votable estate on the roll."""
    line = container._roll_store.find_elector(ballot, room_of(ballot.estate_id, number).id)
    if line is None:
        raise RuntimeError(f"room {number} is not on the roll")
    return line


def write_by_hand(estate_id: str, ballot_id: str, rooms: int) -> Effort:
    """Put copies of a line of the roll under other keys, as many to a transaction as the house does."""
    container, client, effort = house(), by_hand(), Effort(rooms)
    ballot = container.ballots.get_ballot(estate_id, ballot_id)
    model, table = item_of(ELECTOR, line_of(container, ballot, 0)), container.settings.table
    copies = f"{ballot_id}f{time.time_ns()}"

    def put(first: int, last: int) -> None:
        puts = [put_of(table, _copy(model, ballot_id, copies, number)) for number in range(first, last)]
        client.transact_write_items(TransactItems=puts)

    put(rooms, rooms + 1)  # connects; does not count
    for first in range(0, rooms, LINES_AT_ONCE):
        effort.call(partial(put, first, min(first + LINES_AT_ONCE, rooms)))
        effort.round_trips += 1
    return effort


def _copy(model: Item, ballot_id: str, copies: str, number: int) -> Item:
    """Return a line under a key of its own, on the table and in its indexes."""
    named = {"sk": f"ROOM#{number}", "gsi1sk": f"{number:08d}", "gsi2sk": f"{number:08d}"}
    moved = {name: {"S": model[name]["S"].replace(ballot_id, copies)} for name in ("pk", "gsi1pk", "gsi2pk")}
    return {**model, **moved, **{name: {"S": text} for name, text in named.items()}}


def put_of(table: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part of a transaction: the item, if nothing lies there."""
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
