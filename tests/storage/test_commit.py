"""One act, one write: every part holds or none is written, and the refusing part says so itself."""

from __future__ import annotations

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.table import StoreUnavailable, Table
from tests.storage.faults import bodies, meeting
from tests.storage.notes import NOTE, NOW, Note, Refused, act_of, fresh_book, key_of, queue_of

if TYPE_CHECKING:
    from miniprogram_api.storage.transaction import Transaction

KINDS_OF_PART = ("add", "change", "require", "remove")


def write(table: Table, *notes: Note) -> None:
    act = act_of("setup")
    for note in notes:
        act.add(NOTE, note)
    table.commit(act)


def put(table: Table, act: Transaction, kind: str, number: int, book: str, *, fails: bool) -> None:
    """Add a part of a kind to an act, prepared so that it holds or fails; its outcome carries its number."""
    note, otherwise = Note(book, f"n{number}", text="before"), Refused(number)
    match kind:
        case "add":
            if fails:
                write(table, note)
            act.add(NOTE, note, otherwise=otherwise)
        case "change":
            write(table, replace(note, version=1 if fails else 0))
            act.change(NOTE, note, replace(note, text="after"), otherwise=otherwise)
        case "require":
            write(table, replace(note, state="closed" if fails else "open"))
            act.require(NOTE.key(note), state="open", otherwise=otherwise)
        case "remove":
            if not fails:
                write(table, note)
            act.remove(NOTE.key(note), otherwise=otherwise)


@pytest.mark.parametrize("order", list(itertools.permutations(KINDS_OF_PART)), ids="-".join)
def test_the_refusing_part_is_found_at_every_place_of_every_order(table: Table, order: tuple[str, ...]) -> None:
    """DynamoDB's reasons come in the order of its own lists, not in the order the act was written down."""
    for failing in range(len(order)):
        book, act = fresh_book(), act_of()
        for number, kind in enumerate(order):
            put(table, act, kind, number, book, fails=number == failing)
        with pytest.raises(Refused) as refused:
            table.commit(act)
        assert refused.value.number == failing
        added = order.index("add")
        if added != failing:
            assert table.find(NOTE, key_of(book, f"n{added}")) is None, "nothing of a refused act is written"


def test_mixed_acts_with_several_failures_name_the_first_in_the_callers_order(table: Table) -> None:
    draw = random.Random(22)
    for _ in range(12):
        book, act = fresh_book(), act_of()
        failing = sorted(draw.sample(range(10), draw.randint(1, 4)))
        for number in range(10):
            put(table, act, draw.choice(KINDS_OF_PART), number, book, fails=number in failing)
        with pytest.raises(Refused) as refused:
            table.commit(act)
        assert refused.value.number == failing[0]


@pytest.mark.parametrize("kind", KINDS_OF_PART)
def test_a_single_part_is_refused_with_its_own_outcome(table: Table, kind: str) -> None:
    act = act_of()
    put(table, act, kind, 7, fresh_book(), fails=True)
    with pytest.raises(Refused) as refused:
        table.commit(act)
    assert refused.value.number == 7


@pytest.mark.parametrize(
    ("kind", "operation"),
    [("add", "PutItem"), ("change", "UpdateItem"), ("remove", "TransactWriteItems"), ("require", "TransactWriteItems")],
)
def test_one_added_or_changed_item_needs_no_transaction(table: Table, kind: str, operation: str) -> None:
    act = act_of()
    put(table, act, kind, 0, fresh_book(), fails=False)
    with meeting(table) as seen:
        table.commit(act)
    assert [request.headers["X-Amz-Target"].decode().rpartition(".")[2] for request in seen] == [operation]


def test_a_transaction_carries_a_token_of_its_own(table: Table) -> None:
    tokens = set()
    for _ in range(2):
        book = fresh_book()
        act = act_of()
        act.add(NOTE, Note(book, "n1"))
        act.add(NOTE, Note(book, "n2"))
        with meeting(table) as seen:
            table.commit(act)
        tokens |= {body["ClientRequestToken"] for body in bodies(seen)}
    assert len(tokens) == 2


def test_at_most_a_hundred_parts_and_no_item_twice(table: Table) -> None:
    book = fresh_book()
    hundred = act_of()
    for number in range(100):
        hundred.add(NOTE, Note(book, f"n{number:03}"))
    table.commit(hundred)
    assert len(table.all_of(NOTE, key_of(book, "").pk)) == 100
    hundred.add(NOTE, Note(book, "n100"))
    with pytest.raises(ValueError, match="101 parts"):
        table.commit(hundred)
    twice = act_of("twice")
    twice.add(NOTE, Note(book, "x"))
    twice.require(key_of(book, "x"), otherwise=Conflict)
    with pytest.raises(ValueError, match="twice: two parts on one item"):
        table.commit(twice)


def test_an_empty_act_asks_nothing(table: Table) -> None:
    with meeting(table) as seen:
        table.commit(act_of())
    assert seen == []


# Change


def test_a_change_touches_only_what_differs_and_keeps_what_newer_code_wrote(table: Table) -> None:
    book = fresh_book()
    note = Note(book, "n1", text="before", remark="old", tags={"a": 1})
    write(table, note)
    newer = {":blue": {"S": "blue"}, ":deep": {"M": {"x": {"N": "1"}}}}
    table._connection.client.update_item(
        TableName=table._row.Meta.table_name,
        Key={"pk": {"S": key_of(book, "n1").pk}, "sk": {"S": key_of(book, "n1").sk}},
        UpdateExpression="SET body.colour = :blue, body.shape = :deep",
        ExpressionAttributeValues=newer,
    )
    act = act_of("rewrite", by="acc_writer")
    changed = act.change(NOTE, note, replace(note, text="after", remark=None))
    assert changed == replace(note, text="after", remark=None, version=1)
    table.commit(act)
    ((kind, body),) = table.collection(key_of(book, "").pk)
    assert kind == "note"
    assert body == {
        "book": book, "id": "n1", "text": "after", "amount": 0, "state": "open", "waiting": False, "tags": {"a": 1},
        "version": 1, "colour": "blue", "shape": {"x": 1},
    }  # fmt: skip


def test_an_index_entry_stands_only_while_the_thing_waits(table: Table) -> None:
    book = fresh_book()
    note = Note(book, "n1", waiting=True)
    write(table, note)
    assert table.all_of(NOTE, queue_of(book), index="gsi1") == [note]
    act = act_of()
    done = act.change(NOTE, note, replace(note, waiting=False))
    table.commit(act)
    assert table.all_of(NOTE, queue_of(book), index="gsi1") == []
    act = act_of()
    again = act.change(NOTE, done, replace(done, waiting=True))
    table.commit(act)
    assert table.all_of(NOTE, queue_of(book), index="gsi1") == [again]


def test_the_time_a_thing_is_kept_moves_with_it(table: Table) -> None:
    book = fresh_book()
    note = Note(book, "n1", keep_until=NOW + timedelta(hours=1))
    write(table, note)
    assert stored_expiry(table, note) == 1_795_323_600  # 2026-11-22T05:00:00Z
    act = act_of()
    longer = act.change(NOTE, note, replace(note, keep_until=NOW + timedelta(hours=2)))
    table.commit(act)
    assert stored_expiry(table, note) == 1_795_327_200
    act = act_of()
    kept = act.change(NOTE, longer, replace(longer, keep_until=None))
    table.commit(act)
    assert stored_expiry(table, note) is None
    assert table.find(NOTE, NOTE.key(note)) == kept


def stored_expiry(table: Table, note: Note) -> int | None:
    expiry: int | None = table._row.get(*NOTE.key(note), consistent_read=True).expires_at
    return expiry


def test_a_sharper_condition_never_turns_the_version_back(table: Table) -> None:
    """Somebody who still holds version 1 of a note must be refused after others brought it further."""
    note = Note(fresh_book(), "n1")
    write(table, note)
    first = act_of()
    one = first.change(NOTE, note, replace(note, text="1"))
    table.commit(first)
    second = act_of()
    second.change(NOTE, one, replace(one, text="2"))
    table.commit(second)
    by_state = act_of()
    by_state.change(NOTE, note, replace(note, amount=5), unchanged=("state",))
    table.commit(by_state)
    now = table.find(NOTE, NOTE.key(note))
    assert now == replace(note, text="2", amount=5, version=3)
    stale = act_of()
    stale.change(NOTE, one, replace(one, text="stale"))
    with pytest.raises(Conflict):
        table.commit(stale)


def test_a_condition_on_a_field_that_was_absent_holds_only_while_it_is(table: Table) -> None:
    note = Note(fresh_book(), "n1")
    write(table, note)
    act = act_of()
    act.change(NOTE, note, replace(note, remark="mine"), unchanged=("remark",))
    table.commit(act)
    late = act_of()
    late.change(NOTE, note, replace(note, remark="late"), unchanged=("remark",), otherwise=Refused(1))
    with pytest.raises(Refused):
        table.commit(late)


def test_a_change_cannot_move_a_thing(table: Table) -> None:
    note = Note(fresh_book(), "n1")
    with pytest.raises(ValueError, match="keeps its key"):
        act_of().change(NOTE, note, replace(note, id="n2"))


def test_required_values_are_compared_in_their_stored_form(table: Table) -> None:
    note = Note(fresh_book(), "n1", keep_until=NOW, amount=3)
    write(table, note)
    act = act_of()
    act.require(NOTE.key(note), keep_until=NOW, amount=3, remark=None, otherwise=Refused(1))
    table.commit(act)


# Many at once


def test_of_sixteen_who_add_one_thing_exactly_one_wins(table: Table) -> None:
    note, start = Note(fresh_book(), "n1"), Barrier(16)

    def add(number: int) -> bool:
        act = act_of(by=f"acc_{number}")
        act.add(NOTE, note)
        start.wait()
        try:
            table.commit(act)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(add, range(16))) == [False] * 15 + [True]


def test_of_sixteen_who_add_two_things_at_once_exactly_one_wins(table: Table) -> None:
    book, start = fresh_book(), Barrier(16)

    def add(number: int) -> bool:
        act = act_of(by=f"acc_{number}")
        act.add(NOTE, Note(book, f"own{number}"))
        act.add(NOTE, Note(book, "shared"))
        start.wait()
        try:
            table.commit(act)
        except (Conflict, StoreUnavailable):
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(add, range(16)))
    assert won.count(True) == 1
    names = {note.id for note in table.all_of(NOTE, key_of(book, "").pk)}
    assert names == {"shared", f"own{won.index(True)}"}


def test_every_success_counts_once_and_no_other(table: Table) -> None:
    note = Note(fresh_book(), "n1")
    write(table, note)

    def count(_: int) -> int:
        done = 0
        for _ in range(5):
            current = table.find(NOTE, NOTE.key(note))
            assert current is not None
            act = act_of()
            act.change(NOTE, current, replace(current, amount=current.amount + 1))
            try:
                table.commit(act)
            except Conflict:
                continue
            done += 1
        return done

    with ThreadPoolExecutor(8) as pool:
        successes = sum(pool.map(count, range(8)))
    final = table.find(NOTE, NOTE.key(note))
    assert final is not None
    assert (final.amount, final.version) == (successes, successes)
    assert successes >= 5


def test_transfers_keep_the_sum(table: Table) -> None:
    book = fresh_book()
    write(table, *(Note(book, f"n{number}", amount=100) for number in range(4)))

    def move(seed: int) -> None:
        draw = random.Random(seed)
        for _ in range(6):
            one, other = draw.sample(range(4), 2)
            giver, taker = (table.find(NOTE, key_of(book, f"n{number}")) for number in (one, other))
            assert giver is not None
            assert taker is not None
            act = act_of("move")
            sum_moved = draw.randint(1, 40)
            act.change(NOTE, giver, replace(giver, amount=giver.amount - sum_moved))
            act.change(NOTE, taker, replace(taker, amount=taker.amount + sum_moved))
            try:
                table.commit(act)
            except (Conflict, StoreUnavailable):
                continue

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(move, range(6)))
    notes = table.all_of(NOTE, key_of(book, "").pk)
    assert sum(note.amount for note in notes) == 400
    assert any(note.version for note in notes)
