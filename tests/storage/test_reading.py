"""Lists, pages, batches and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from miniprogram_api.storage.cursor import CursorStale
from miniprogram_api.storage.kinds import Key
from tests.storage.faults import bodies, meeting
from tests.storage.notes import NOTE, OTHER, Note, act_of, fresh_book, key_of, queue_of

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table


def fill(table: Table, count: int) -> str:
    book = fresh_book()
    for start in range(0, count, 100):
        act = act_of()
        for number in range(start, min(start + 100, count)):
            act.add(NOTE, Note(book, f"n{number:03}", waiting=True))
        table.commit(act)
    return book


def read_through(table: Table, pk: str, **how: object) -> list[list[str]]:
    pages, cursor = [], None
    while True:
        page: Page[Note] = table.page(NOTE, pk, cursor=cursor, **how)  # type: ignore[arg-type]
        pages.append([note.id for note in page.items])
        cursor = page.next
        if cursor is None:
            return pages


@pytest.mark.parametrize("index", [None, "gsi1"])
@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (1, [1]), (3, [3]), (4, [3, 1]), (6, [3, 3]), (7, [3, 3, 1])])
def test_pages_hold_everything_once_and_the_last_full_one_has_no_next(
    table: Table, index: str | None, newest_first: bool, count: int, sizes: list[int]
) -> None:
    book = fill(table, count)
    pk = key_of(book, "").pk if index is None else queue_of(book)
    pages = read_through(table, pk, index=index, limit=3, newest_first=newest_first)
    assert [len(page) for page in pages] == sizes
    names = [f"n{number:03}" for number in range(count)]
    assert [name for page in pages for name in page] == (names[::-1] if newest_first else names)


def test_a_page_is_one_query(table: Table) -> None:
    book = fill(table, 7)
    with meeting(table) as seen:
        table.page(NOTE, key_of(book, "").pk, limit=3)
    (body,) = bodies(seen)
    assert (body["Limit"], body["ConsistentRead"]) == (4, True)


def test_a_page_goes_on_where_it_ended_although_its_last_item_is_gone(table: Table) -> None:
    book = fill(table, 5)
    first = table.page(NOTE, key_of(book, "").pk, limit=2)
    act = act_of()
    act.remove(key_of(book, "n001"))
    table.commit(act)
    second = table.page(NOTE, key_of(book, "").pk, limit=2, cursor=first.next)
    assert [note.id for note in second.items] == ["n002", "n003"]


def test_things_of_another_kind_in_the_partition_are_passed_over_without_losing_a_page(table: Table) -> None:
    book = fresh_book()
    act = act_of()
    for number in range(6):
        act.add(NOTE if number % 2 else OTHER, Note(book, f"n{number}"))
    table.commit(act)
    pages = read_through(table, key_of(book, "").pk, limit=2)
    assert [name for page in pages for name in page] == ["n1", "n3", "n5"]


def test_a_cursor_belongs_to_one_list(table: Table) -> None:
    book, other = fill(table, 3), fill(table, 3)
    pk = key_of(book, "").pk
    cursor = table.page(NOTE, pk, limit=1).next
    assert cursor is not None
    for pk_asked, how in [
        (key_of(other, "").pk, {}),
        (pk, {"newest_first": True}),
        (pk, {"prefix": "NOTE#n"}),
        (pk, {"between": ("NOTE#a", "NOTE#z")}),
        (queue_of(book), {"index": "gsi1"}),
    ]:
        with pytest.raises(CursorStale):
            table.page(NOTE, pk_asked, limit=1, cursor=cursor, **how)  # type: ignore[arg-type]


def test_a_range_has_both_its_ends(table: Table) -> None:
    book = fill(table, 5)
    pk = key_of(book, "").pk
    assert [note.id for note in table.all_of(NOTE, pk, between=("NOTE#n001", "NOTE#n003"))] == ["n001", "n002", "n003"]
    assert [note.id for note in table.all_of(NOTE, pk, prefix="NOTE#n00")] == [f"n00{number}" for number in range(5)]
    assert table.count(pk, prefix="NOTE#n001") == 1
    assert table.count(pk) == table.count(queue_of(book), index="gsi1") == 5


def test_counting_says_what_was_just_written(table: Table) -> None:
    with meeting(table) as seen:
        table.count("NOTES#x")
        table.count("NOTES#x", index="gsi1")
    assert [body.get("ConsistentRead", False) for body in bodies(seen)] == [True, False]


def test_two_hundred_and_fifty_keys_are_three_round_trips(table: Table) -> None:
    book = fill(table, 250)
    wanted = [key_of(book, f"n{number:03}") for number in range(250)]
    with meeting(table) as seen:
        found = table.find_all(NOTE, [*wanted, *wanted[:30], Key("NOTES#none", "NOTE#none")])
    assert {note.id for note in found.values()} == {f"n{number:03}" for number in range(250)}
    assert set(found) == set(wanted)
    assert len(seen) == 3
    assert table.find_all(NOTE, []) == {}


def test_a_collection_larger_than_a_page_of_the_store_is_read_whole(table: Table) -> None:
    """DynamoDB ends a query after 1 MB; 5 notes of 300 KB are more than that."""
    book = fresh_book()
    for number in range(5):
        act = act_of()
        act.add(NOTE, Note(book, f"n{number}", text="文" * 100_000))
        table.commit(act)
    pk = key_of(book, "").pk
    with meeting(table) as seen:
        assert len(table.all_of(NOTE, pk)) == 5
    assert len(seen) > 1
    assert [len(page) for page in read_through(table, pk, limit=4)] == [4, 1]
    assert table.count(pk) == 5


def test_an_unknown_index_is_a_fault_of_the_code(table: Table) -> None:
    with pytest.raises(ValueError, match="gsi9"):
        table.page(NOTE, "NOTES#x", index="gsi9")


def test_what_a_write_costs(table: Table) -> None:
    """One write unit a KB alone, two in a transaction: the reason why a single part is written plainly."""
    units: dict[str, float] = {}

    def note_units(parsed: dict[str, object], model: object, **_: object) -> None:
        capacity = parsed.get("ConsumedCapacity")
        given = capacity if isinstance(capacity, list) else [capacity]
        units[model.name] = sum(one["CapacityUnits"] for one in given if one)  # type: ignore[attr-defined]

    def ask(params: dict[str, object], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    events = table.client_events()
    events.register("provide-client-params.dynamodb", ask)
    events.register("after-call.dynamodb", note_units)
    alone, together = act_of(), act_of()
    alone.add(NOTE, Note(fresh_book(), "n1"))
    together.add(NOTE, Note(fresh_book(), "n1"))
    together.add(NOTE, Note(fresh_book(), "n2"))
    table.commit(alone)
    table.commit(together)
    assert units == {"PutItem": 1, "TransactWriteItems": 4}
