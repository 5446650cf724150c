"""Two releases at once, as while a deployment exchanges the functions: neither loses what the other wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
import pytest

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.storage.kinds import Key, Kind
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from miniprogram_api.container import Container


class State(StrEnum):
    OPEN = "open"
    DONE = "done"


class NewerState(StrEnum):
    OPEN = "open"
    DONE = "done"
    PAUSED = "paused"


@dataclass(frozen=True)
class Ticket:
    """As the release before stores it."""

    id: str
    text: str
    state: State = State.OPEN
    version: int = 0


@dataclass(frozen=True)
class NewerTicket:
    """As this release stores it: one field more, with a default that means "as before", and an index entry for it."""

    id: str
    text: str
    state: NewerState = NewerState.OPEN
    urgent: bool = False
    version: int = 0


def key(one: Ticket | NewerTicket) -> Key:
    return Key(f"TICKET#{one.id}", "TICKET")


def urgent_first(one: NewerTicket) -> dict[str, Key]:
    return {"gsi1": Key("TICKETS_URGENT", one.id)} if one.urgent else {}


OLD = Kind("ticket", Ticket, key)
NEW = Kind("ticket", NewerTicket, key, urgent_first)


def act(container: Container, verb: str) -> Transaction:
    return Transaction("acc_1", verb, container.clock())


@pytest.fixture
def ticket(container: Container) -> Ticket:
    """Written by the release before."""
    made = Ticket(new_id("tkt", container.clock()), "楼道灯不亮")
    opened = act(container, "open")
    opened.add(OLD, made)
    container.table.commit(opened)
    return made


def test_what_one_release_writes_the_other_reads_and_keeps(container: Container, ticket: Ticket) -> None:
    table, place = container.table, key(ticket)
    newer = table.find(NEW, place)
    assert newer == NewerTicket(ticket.id, ticket.text), "what is absent is as before"
    marked = act(container, "mark_urgent")
    newer = marked.change(NEW, newer, replace(newer, urgent=True))
    table.commit(marked)
    # A run that is still under way on the old code changes the same thing.
    older = table.find(OLD, place)
    assert older == replace(ticket, version=1)
    done = act(container, "finish")
    done.change(OLD, older, replace(older, state=State.DONE))
    table.commit(done)
    assert table.find(NEW, place) == NewerTicket(ticket.id, ticket.text, NewerState.DONE, urgent=True, version=2)
    assert table.page(NEW, "TICKETS_URGENT", index="gsi1", limit=100).items[-1].id == ticket.id, "its entry stands"


def test_two_releases_never_overwrite_each_other(container: Container, ticket: Ticket) -> None:
    newer, older = container.table.find(NEW, key(ticket)), container.table.find(OLD, key(ticket))
    assert newer is not None
    assert older is not None
    first, second = act(container, "mark_urgent"), act(container, "finish")
    first.change(NEW, newer, replace(newer, urgent=True))
    second.change(OLD, older, replace(older, state=State.DONE))
    container.table.commit(first)
    with pytest.raises(Conflict):
        container.table.commit(second)


def test_a_new_value_needs_code_that_reads_it_everywhere_first(container: Container, ticket: Ticket) -> None:
    """Why docs/operations.md asks for two deployments: old code refuses what it cannot name, it does not guess."""
    newer = container.table.find(NEW, key(ticket))
    assert newer is not None
    paused = act(container, "pause")
    paused.change(NEW, newer, replace(newer, state=NewerState.PAUSED))
    container.table.commit(paused)
    with pytest.raises(msgspec.ValidationError):
        container.table.find(OLD, key(ticket))
