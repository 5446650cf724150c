"""What is stored is what is read back, and every kind of the house can be."""

from __future__ import annotations

import dataclasses
import importlib
import types
import typing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miniprogram_api.storage.kinds import Key, Kind
from miniprogram_api.storage.row import from_dynamodb, to_dynamodb
from tests.storage.notes import NOTE, Note, act_of, fresh_book, key_of


class Colour(StrEnum):
    RED = "red"
    BLACK = "black"


class Grade(IntEnum):
    GOOD = 1
    BAD = 2


@dataclass(frozen=True, slots=True)
class Leaf:
    label: str
    area: int
    on: date
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    id: str
    at: datetime
    grade: Grade
    flag: bool
    big: int
    leaves: tuple[Leaf, ...] = ()
    words: list[str] = field(default_factory=list)
    colours: frozenset[Colour] = frozenset()
    by_name: dict[str, Leaf] = field(default_factory=dict)
    by_floor: dict[int, str] = field(default_factory=dict)
    pair: tuple[int, str] = (0, "")
    wait: timedelta = timedelta()
    maybe: Leaf | None = None
    version: int = 0


TREE = Kind("tree", Tree, lambda tree: Key(f"TREES#{tree.id}", "TREE"))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.integers(-(10**38) + 1, 10**38 - 1)  # DynamoDB keeps 38 digits
instants = st.datetimes(timezones=st.just(UTC))
leaves = st.builds(Leaf, texts, numbers, st.dates(), st.none() | st.sampled_from(Colour))
trees = st.builds(
    Tree,
    st.just("t"),
    instants,
    st.sampled_from(Grade),
    st.booleans(),
    numbers,
    st.lists(leaves, max_size=3).map(tuple),
    st.lists(texts, max_size=3),
    st.frozensets(st.sampled_from(Colour)),
    st.dictionaries(texts, leaves, max_size=3),
    st.dictionaries(st.integers(-3, 40), texts, max_size=3),
    st.tuples(numbers, texts),
    st.timedeltas(timedelta(), timedelta(days=400)),
    st.none() | leaves,
)


@given(trees)
def test_a_thing_survives_its_stored_form(tree: Tree) -> None:
    typed = to_dynamodb(TREE.body(tree))
    assert TREE.entity_of(from_dynamodb(typed)) == tree


@settings(max_examples=25, deadline=None)
@given(tree=trees)
def test_a_thing_survives_the_real_table(one_table, tree: Tree) -> None:
    tree = dataclasses.replace(tree, id=fresh_book())
    act = act_of()
    act.add(TREE, tree)
    one_table.commit(act)
    assert one_table.find(TREE, TREE.key(tree)) == tree


@given(st.frozensets(st.text(max_size=3), max_size=6))
def test_a_set_is_always_stored_in_one_order(words: frozenset[str]) -> None:
    @dataclass(frozen=True)
    class Bag:
        words: frozenset[str]

    kind = Kind("bag", Bag, lambda _: Key("BAG", "BAG"))
    assert kind.body(Bag(words))["words"] == sorted(words)


@pytest.mark.parametrize("value", [1.5, 0.0, float("nan"), [1, 2.5], {"a": {"b": 0.1}}, b"bytes", object()])
def test_what_is_no_plain_value_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_dynamodb(value)


def test_a_float_never_reaches_the_table(one_table) -> None:
    note = Note(fresh_book(), "n1", amount=typing.cast("int", 0.1))
    act = act_of()
    act.add(NOTE, note)
    with pytest.raises(TypeError):
        one_table.commit(act)
    assert one_table.find(NOTE, NOTE.key(note)) is None


def test_fields_of_newer_code_are_ignored_and_absent_ones_take_their_default() -> None:
    read = NOTE.entity_of({"book": "b", "id": "n", "colour_of_next_year": "green"})
    assert read == Note("b", "n")


def test_none_is_read_back_where_there_is_no_default(one_table) -> None:
    @dataclass(frozen=True)
    class Holder:
        id: str
        account_id: str | None

    kind = Kind("holder", Holder, lambda holder: Key(f"HOLDERS#{holder.id}", "HOLDER"))
    holder = Holder(fresh_book(), None)
    act = act_of()
    act.add(kind, holder)
    one_table.commit(act)
    assert one_table.find(kind, kind.key(holder)) == holder


def test_a_missing_field_that_must_be_there_is_a_fault() -> None:
    with pytest.raises(msgspec.ValidationError):
        NOTE.entity_of({"book": "b"})


def test_a_thing_of_another_kind_is_not_found(one_table) -> None:
    book = fresh_book()
    act = act_of()
    act.add(Kind("stranger", Note, lambda note: key_of(note.book, note.id)), Note(book, "n1"))
    one_table.commit(act)
    assert one_table.find(NOTE, key_of(book, "n1")) is None
    assert one_table.find_all(NOTE, [key_of(book, "n1")]) == {}


# The kinds of the house

STORES = sorted(Path("miniprogram_api").glob("*/store.py")) + sorted(Path("miniprogram_api").glob("*/store/*.py"))


def kinds_of_the_house() -> list[Kind[typing.Any]]:
    found: dict[int, Kind[typing.Any]] = {}
    for path in [*STORES, Path("miniprogram_api/storage/wechat_tokens.py")]:
        module = importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
        found |= {id(value): value for value in vars(module).values() if isinstance(value, Kind)}
    return sorted(found.values(), key=lambda kind: kind.name)


def test_kinds_have_names_of_their_own() -> None:
    names = [kind.name for kind in kinds_of_the_house()]
    assert len(names) > 10
    assert sorted(set(names)) == names


@pytest.mark.parametrize("kind", kinds_of_the_house(), ids=lambda kind: kind.name)
def test_a_field_that_may_be_none_has_no_other_default(kind: Kind[typing.Any]) -> None:
    """None is not stored: read back, the field would take its default instead."""
    hints = typing.get_type_hints(kind.entity)
    for each in dataclasses.fields(kind.entity):
        is_union = typing.get_origin(hints[each.name]) in {typing.Union, types.UnionType}
        if is_union and types.NoneType in typing.get_args(hints[each.name]):
            assert each.default in {None, dataclasses.MISSING}, f"{kind.name}.{each.name}"
            assert each.default_factory is dataclasses.MISSING, f"{kind.name}.{each.name}"


def _holds_float(hint: object) -> bool:
    return hint is float or any(_holds_float(part) for part in typing.get_args(hint))


@pytest.mark.parametrize("kind", kinds_of_the_house(), ids=lambda kind: kind.name)
def test_no_kind_holds_a_float(kind: Kind[typing.Any]) -> None:
    assert not [name for name, hint in typing.get_type_hints(kind.entity).items() if _holds_float(hint)]
