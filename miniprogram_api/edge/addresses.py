"""Which operation answers an address, found without loading the others.

The tree of all addresses is kept in ``addresses.json``, made from the operations by ``make contract``: a segment of a
path leads to the next, ``<name>`` stands for any (``<name>.png`` for any with that ending), and under the empty name
stands for each method the module that declares the operation. So a request loads one module of routes and what that
needs, where registering every operation would load the whole house: most of a cold start (docs/performance.md).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from werkzeug.exceptions import MethodNotAllowed, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from miniprogram_api.edge.operations import Operation

KEPT = Path(__file__).with_name("addresses.json")
HERE = ""
"""Under this name stands what is answered at a place itself; no segment of a path is empty."""

Tree = dict[str, Any]


class Found(NamedTuple):
    """An operation and the parts of the path it was asked with."""

    operation: Operation
    parts: dict[str, str]


class Addresses:
    """The addresses of a house."""

    def __init__(self, tree: Tree, load: Callable[[str], Iterable[Operation]]) -> None:
        self._tree = tree
        self._load = load

    @classmethod
    def kept(cls) -> Addresses:
        """Return those of the whole house, each loaded when first asked for."""
        return cls(msgspec.json.decode(KEPT.read_bytes()), _operations_of)

    @classmethod
    def of(cls, operations: Iterable[Operation]) -> Addresses:
        """Return those of operations that are loaded already."""
        listed = list(operations)
        return cls(tree_of(listed), lambda _module: listed)

    def find(self, method: str, path: str) -> Found:
        """Return what answers; HEAD is answered as GET.

        Raises:
            NotFound: nothing is at that address.
            MethodNotAllowed: something is, for other methods, which it names.
        """
        method = "GET" if method == "HEAD" else method
        allowed: set[str] = set()
        for methods, template, parts in _places(self._tree, path.split("/")[1:], ""):
            if method in methods:
                return Found(self._operation(methods[method], method, template), parts)
            allowed |= set(methods)
        if not allowed:
            raise NotFound
        raise MethodNotAllowed(valid_methods=sorted({*allowed, "OPTIONS", *({"HEAD"} if "GET" in allowed else ())}))

    def _operation(self, module: str, method: str, template: str) -> Operation:
        return next(one for one in self._load(module) if (one.method, one.path) == (method, template))


def tree_of(operations: Iterable[Operation]) -> Tree:
    """Return the tree in which operations are found.

    Raises:
        ValueError: two operations answer one address.
    """
    tree: Tree = {}
    for operation in operations:
        place = tree
        for segment in operation.path.split("/")[1:]:
            place = place.setdefault(segment, {})
        methods = place.setdefault(HERE, {})
        if operation.method in methods:
            raise ValueError(f"{operation.method} {operation.path} is declared twice")
        methods[operation.method] = operation.view.__module__
    return tree


def _places(place: Tree, segments: list[str], template: str) -> Iterator[tuple[dict[str, str], str, dict[str, str]]]:
    """Yield where the rest of a path leads: the methods there, the template, the parts; what is spelled out first."""
    if not segments:
        if HERE in place:
            yield place[HERE], template, {}
        return
    segment, rest = segments[0], segments[1:]
    if not segment:
        return
    if segment in place:
        yield from _places(place[segment], rest, f"{template}/{segment}")
    # What ends in something (<card_id>.png) before what is anything.
    for spelled in sorted((one for one in place if one.startswith("<")), key=lambda one: one.endswith(">")):
        name, _, ending = spelled[1:].partition(">")
        value = segment.removesuffix(ending)
        if segment == value + ending and value:
            for methods, whole, parts in _places(place[spelled], rest, f"{template}/{spelled}"):
                yield methods, whole, {name: value, **parts}


@cache
def _operations_of(module: str) -> list[Operation]:
    operations: list[Operation] = import_module(module).routes.operations
    return operations
