"""Operations: what one route accepts, answers, refuses, and who may call it, read from its view's signature.

A room writes::

    routes = Routes("cards", tag="流动物业服务卡")

    @routes.get("/v1/estates/<estate_id>/cards", guard=in_estate(Permission.CARD_READ))
    def list_cards(call: Call, query: CardList) -> PageOf[CardLine]:
        \"\"\"List the cards of an estate in the order of the places they hang.\"\"\"
        return ...

``call`` is who asks and when; ``query`` and ``body`` are msgspec structs decoded before the view runs (``body`` may be
``bytes`` with ``consumes=``); other parameters are parts of the path. The return type is the answer (None: 204,
``Content``: bytes with ``produces=``). The contract is built from exactly these facts (edge/contract.py).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, Protocol, TypeVar, get_type_hints

import msgspec

from miniprogram_api.edge.guards import Guard, InPlace
from miniprogram_api.kernel.access import Permission, Principal, Territory
from miniprogram_api.kernel.errors import Problem

S = TypeVar("S")
T = TypeVar("T")
V = TypeVar("V", bound=Callable[..., Any])

JSON = "application/json"
WORKSPACE = "X-Workspace"
"""The header that names one of the person's grants, to act in that workspace only (IDR-02)."""

KEY = re.compile(r"[0-9A-Za-z_-]{8,64}", re.ASCII)
"""What an Idempotency-Key looks like."""

IDENTIFIER = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
"""What a part of a path that is an id looks like; nothing else can be one, so nothing else reaches a key."""


def is_identifier(name: str) -> bool:
    """Say whether a part of a path is an id, by its name; other parts are read by their view."""
    return name.endswith("_id")


class PageOf(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list. ``next`` is the cursor of the following page; absent on the last one."""

    items: list[T]
    next: str | None = None


class ListQuery(msgspec.Struct, frozen=True):
    """How much of a list, and from where."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    cursor: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class Services(Protocol):
    """Gives a view the service of its own room by its type."""

    def service(self, kind: type[S]) -> S:
        """Return the one service of that type."""
        ...


@dataclass(frozen=True, slots=True)
class Content:
    """An answer that is not JSON: a page, a picture, a sheet; ``filename`` offers it as a download."""

    data: bytes
    media_type: str
    filename: str | None = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, when, from where, under which key; and the territory the guard checked."""

    services: Services
    now: datetime
    address: str
    request_id: str
    accepts: str = JSON
    key: str = ""
    _principal: Principal | None = None
    _territory: Territory | None = None

    @property
    def principal(self) -> Principal:
        """The person who asks; only public operations have none."""
        if self._principal is None:
            raise RuntimeError("a public operation has no principal")
        return self._principal

    @property
    def territory(self) -> Territory:
        """The estate, unit or company of the path, already checked against the guard's permission."""
        if self._territory is None:
            raise RuntimeError("only operations guarded by place have a territory")
        return self._territory

    def may(self, permission: Permission) -> bool:
        """Say whether the person may do something at the place of the path."""
        return self.principal.may(permission, self.territory)

    def service(self, kind: type[S]) -> S:
        """Return the service of the view's room."""
        return self.services.service(kind)


@dataclass(frozen=True, slots=True)
class Operation:
    """Everything the edge and the contract need to know of one route."""

    name: str
    method: str
    path: str
    tag: str
    summary: str
    guard: Guard
    view: Callable[..., Any]
    path_parameters: tuple[str, ...]
    query: type[msgspec.Struct] | None
    body: Any
    returns: Any
    status: int
    errors: tuple[type[Problem], ...]
    repeatable: bool
    consumes: str
    produces: tuple[str, ...]
    maximum_bytes: int


class Routes:
    """The operations of one room, to be registered by the application."""

    def __init__(self, name: str, *, tag: str) -> None:
        self.name = name
        self.tag = tag
        self.operations: list[Operation] = []

    def get(self, path: str, **facts: Any) -> Callable[[V], V]:
        """Declare a reading operation."""
        return self._declare("GET", path, **facts)

    def post(self, path: str, **facts: Any) -> Callable[[V], V]:
        """Declare an act. ``repeatable=True`` demands an Idempotency-Key, so that a retry finds the act done."""
        return self._declare("POST", path, **facts)

    def put(self, path: str, **facts: Any) -> Callable[[V], V]:
        """Declare the replacement of a whole thing, repeatable by nature."""
        return self._declare("PUT", path, **facts)

    def patch(self, path: str, **facts: Any) -> Callable[[V], V]:
        """Declare the change of some fields of a thing."""
        return self._declare("PATCH", path, **facts)

    def delete(self, path: str, **facts: Any) -> Callable[[V], V]:
        """Declare the end of a thing."""
        return self._declare("DELETE", path, **facts)

    def _declare(
        self,
        method: str,
        path: str,
        *,
        guard: Guard,
        status: int = 200,
        errors: tuple[type[Problem], ...] = (),
        repeatable: bool = False,
        consumes: str = JSON,
        produces: tuple[str, ...] = (JSON,),
        maximum_bytes: int = 256 * 1024,
    ) -> Callable[[V], V]:
        def register(view: V) -> V:
            hints = get_type_hints(view, include_extras=True)
            names = list(inspect.signature(view).parameters)
            in_path = tuple(name for name in names if f"<{name}>" in path)
            if isinstance(guard, InPlace) and f"<{guard.place.value}>" not in path:
                raise ValueError(f"{path}: the guard checks {guard.place.value}, which the path does not name")
            self.operations.append(
                Operation(
                    name=view.__name__,
                    method=method,
                    path=path,
                    tag=self.tag,
                    summary=inspect.cleandoc(view.__doc__ or ""),
                    guard=guard,
                    view=view,
                    path_parameters=in_path,
                    query=hints.get("query"),
                    body=hints.get("body"),
                    returns=hints.get("return"),
                    status=204 if hints.get("return") is type(None) else status,
                    errors=errors,
                    repeatable=repeatable,
                    consumes=consumes,
                    produces=produces,
                    maximum_bytes=maximum_bytes,
                )
            )
            return view

        return register
