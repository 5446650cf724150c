"""The formula of the capacity units, on examples worked out by hand from AWS's description."""

import pytest

from tests.capacity import index_units, item_size, read_units, value_size, write_units


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ({"S": "abc"}, 3),
        ({"S": "流动"}, 6),  # UTF-8
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),  # one digit: half a byte, rounded up, and one
        ({"N": "-27"}, 3),  # two digits: one byte, one, and one for the sign
        ({"N": "1991"}, 3),
        ({"N": "1000"}, 2),  # trailing zeros are not significant
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"M": {}}, 3),
        ({"M": {"ab": {"S": "cde"}}}, 3 + 1 + 2 + 3),
        ({"L": [{"S": "a"}, {"S": "bc"}]}, 3 + 1 + 1 + 1 + 2),
    ],
)
def test_size_of_a_value(typed, size) -> None:
    assert value_size(typed) == size


def test_size_of_an_item_counts_the_names() -> None:
    assert item_size({"pk": {"S": "ESTATE#1"}, "sk": {"S": "ESTATE"}}) == 2 + 8 + 2 + 6


def item(size: int, **more: str):
    """An item of exactly so many bytes."""
    held = {name: {"S": value} for name, value in {"pk": "p", "sk": "s", **more}.items()}
    return {**held, "x": {"S": "y" * (size - item_size(held) - 1)}}


@pytest.mark.parametrize(
    ("sizes", "consistent", "together", "units"),
    [
        ([0], True, False, 1),  # nothing there still costs the smallest read
        ([1], True, False, 1),
        ([4096], True, False, 1),
        ([4097], True, False, 2),
        ([4097], False, False, 1),
        ([100], False, False, 0.5),
        ([100, 5000], True, False, 3),  # a batch rounds each item up
        ([100, 5000], True, True, 2),  # a query rounds their sum up
        ([], False, True, 0.5),
    ],
)
def test_read_units(sizes, consistent, together, units) -> None:
    assert read_units(sizes, consistent=consistent, together=together) == units


def test_write_units_follow_the_larger_form() -> None:
    assert write_units(None, item(1024)) == 1
    assert write_units(None, item(1025)) == 2
    assert write_units(item(3000), item(100)) == 3
    assert write_units(None, None) == 1


def test_index_units() -> None:
    waiting = item(500, gsi1pk="queue", gsi1sk="1")
    moved = item(500, gsi1pk="queue", gsi1sk="2")
    grown = item(1500, gsi1pk="queue", gsi1sk="1")
    assert index_units(None, item(500)) == 0
    assert index_units(None, waiting) == 1
    assert index_units(waiting, waiting) == 0
    assert index_units(waiting, grown) == 2
    assert index_units(waiting, item(500)) == 1
    assert index_units(waiting, moved) == 2
