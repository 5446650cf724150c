"""Finding the operation of an address: the whole table of the house, and what lies beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from miniprogram_api.app import operations
from miniprogram_api.edge.addresses import Addresses, tree_of
from miniprogram_api.edge.guards import public
from miniprogram_api.edge.operations import Routes

OPERATIONS = operations()
HOUSE = Addresses.kept()
WERKZEUG = Map([Rule(one.path, endpoint=one, methods=[one.method]) for one in OPERATIONS], merge_slashes=False).bind(
    "x"
)
SEGMENTS = sorted({segment for one in OPERATIONS for segment in one.path.split("/")[1:] if segment[0] != "<"})


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_every_operation_is_found_with_the_parts_of_its_path(operation) -> None:
    parts = {name: f"some-{name}" for name in operation.path_parameters}
    path = operation.path
    for name, value in parts.items():
        path = path.replace(f"<{name}>", value)
    assert HOUSE.find(operation.method, path) == (operation, parts)


@given(
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]),
    st.lists(st.sampled_from(["", "x", "1.png", *SEGMENTS]) | st.text(max_size=3), max_size=7),
)
def test_another_router_finds_the_same(method, segments) -> None:
    path = "/" + "/".join(segment.replace("/", "") for segment in segments)

    def answer(find):
        try:
            found, parts = find()
        except NotFound:
            return None
        except MethodNotAllowed as refused:
            return set(refused.valid_methods) - {"HEAD", "OPTIONS"}
        return found.name, found.path, parts

    assert answer(lambda: HOUSE.find(method, path)) == answer(lambda: WERKZEUG.match(path, method=method))


def test_one_address_has_one_operation() -> None:
    routes = Routes("twice", tag="两次")
    for _ in range(2):
        routes.get("/v1/twice", guard=public(per_minute=1))(lambda call: None)
    with pytest.raises(ValueError, match="GET /v1/twice is declared twice"):
        tree_of(routes.operations)
