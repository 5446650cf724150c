"""How a request becomes a view's arguments and a view's result becomes an answer: the same for every operation."""

from __future__ import annotations

import types
import typing
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import msgspec
from flask import Response, g, request
from werkzeug.exceptions import MethodNotAllowed

from miniprogram_api.edge.errors import BodyTooLarge, KeyMissing, Malformed, RouteUnknown, unreadable_field
from miniprogram_api.edge.guards import Gatekeeper, InPlace, Public
from miniprogram_api.edge.operations import (
    IDENTIFIER,
    JSON,
    KEY,
    WORKSPACE,
    Call,
    Content,
    Operation,
    Services,
    is_identifier,
)
from miniprogram_api.edge.rate_limit import RateLimit
from miniprogram_api.kernel.access import Principal, Territory, demand
from miniprogram_api.kernel.errors import Unauthenticated

if typing.TYPE_CHECKING:
    from miniprogram_api.edge.addresses import Addresses
    from miniprogram_api.kernel.clock import Clock


class Dispatcher:
    """Finds the operation, checks the guard, decodes, calls the view, encodes."""

    def __init__(self, addresses: Addresses, gatekeeper: Gatekeeper, services: Services, clock: Clock) -> None:
        self._addresses = addresses
        self._gatekeeper = gatekeeper
        self._services = services
        self._clock = clock
        self._limit = RateLimit()

    def answer(self) -> Response:
        """Answer the request.

        Raises:
            NotFound, MethodNotAllowed: no operation is at that address, or none for that method.
            Problem: as its operation says.
        """
        try:
            operation, path = self._addresses.find(request.method, request.path)
        except MethodNotAllowed as other:
            if request.method != "OPTIONS":
                raise
            return Response(headers={"Allow": ", ".join(other.valid_methods or ())})
        g.route = operation.path
        return self._run(operation, path)

    def _run(self, operation: Operation, path: dict[str, str]) -> Response:
        """First who may, then what was sent, then the act."""
        if not all(IDENTIFIER.fullmatch(value) for name, value in path.items() if is_identifier(name)):
            raise RouteUnknown
        principal, territory = self._admit(operation, path)
        call = Call(
            services=self._services,
            now=self._clock(),
            address=request.remote_addr or "",
            request_id=g.request_id,
            accepts=request.accept_mimetypes.best_match(operation.produces, JSON) or JSON,
            key=self._key(operation),
            _principal=principal,
            _territory=territory,
        )
        arguments: dict[str, Any] = dict(path)
        if operation.query is not None:
            arguments["query"] = _decode_query(operation.query)
        if operation.body is not None:
            arguments["body"] = _decode_body(operation)
        return _encode(operation.view(call, **arguments), operation.status)

    def _admit(self, operation: Operation, path: dict[str, str]) -> tuple[Principal | None, Territory | None]:
        guard = operation.guard
        if isinstance(guard, Public):
            now = self._clock().timestamp()
            self._limit.take(operation.name, request.remote_addr or "", guard.per_minute, now)
            return None, None
        principal = self._principal()
        if not isinstance(guard, InPlace):
            return principal, None
        territory = self._gatekeeper.territory(guard.place, path[guard.place.value])
        demand(principal, guard.permission, territory)
        return principal, territory

    def _principal(self) -> Principal:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        principal = self._gatekeeper.principal(token)
        workspace = request.headers.get(WORKSPACE)
        return principal.within(workspace) if workspace else principal

    def _key(self, operation: Operation) -> str:
        key = request.headers.get("Idempotency-Key", "")
        if operation.repeatable and not KEY.fullmatch(key):
            raise KeyMissing
        return key if operation.repeatable else ""


def _decode_body(operation: Operation) -> Any:
    if (request.content_length or 0) > operation.maximum_bytes:
        raise BodyTooLarge
    data = request.get_data(cache=False)
    if len(data) > operation.maximum_bytes:  # a body sent in pieces does not say its length before
        raise BodyTooLarge
    if operation.body is bytes:
        return data
    if request.mimetype != JSON:
        raise Malformed("请以 JSON 格式提交。")
    try:
        return msgspec.json.decode(data, type=operation.body)
    except msgspec.ValidationError as error:
        raise unreadable_field(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Malformed from None


def _decode_query(kind: type[msgspec.Struct]) -> msgspec.Struct:
    given: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        values = request.args.getlist(field.encode_name)
        if values:
            given[field.encode_name] = values if _is_list(field.type) else values[-1]
    try:  # werkzeug keeps bytes that are no UTF-8 as they were escaped, so they would pass as a text nobody wrote
        unquote_to_bytes(request.query_string).decode()
    except UnicodeDecodeError:
        raise Malformed from None
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise unreadable_field(error) from None


def _is_list(annotation: Any) -> bool:
    if typing.get_origin(annotation) in {typing.Union, types.UnionType, typing.Annotated}:
        return any(_is_list(part) for part in typing.get_args(annotation))
    return typing.get_origin(annotation) in {list, tuple}


def _encode(result: Any, status: int) -> Response:
    if isinstance(result, Response):
        return result
    if result is None:
        return Response(status=204)
    if isinstance(result, Content):
        response = Response(result.data, result.status, mimetype=result.media_type)
        if result.filename:
            response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(result.filename)}"
        return response
    return Response(msgspec.json.encode(result), status, mimetype=JSON)
