"""The contract: OpenAPI 3.1 built from the operations themselves, so that it cannot differ from what runs."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from miniprogram_api.edge.errors import BodyTooLarge, Broken, KeyMissing, Malformed, ProblemBody, status_of
from miniprogram_api.edge.guards import InPlace, Public
from miniprogram_api.edge.operations import JSON, Content, Operation
from miniprogram_api.kernel.access import NotAllowed, PlaceUnknown, WorkspaceUnknown
from miniprogram_api.kernel.errors import Invalid, Problem, TooManyRequests, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

TITLE = "流动物业 Flowing Property"
_REFERENCE = "#/components/schemas/{name}"
_IDENTIFIER = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[0-9A-Za-z_.~-]+$"}


def openapi(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the operations."""
    listed = list(operations)
    schemas = _component_schemas(listed)
    paths: dict[str, dict[str, Any]] = {}
    for operation in listed:
        path = re.sub(r"<(\w+)>", r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1", "description": "流动物业小程序后端。金额单位为分，面积单位为 0.01 平方米。"},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in listed)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }


def _component_schemas(operations: list[Operation]) -> dict[str, Any]:
    kinds: list[Any] = [ProblemBody]
    for operation in operations:
        kinds += [kind for kind in (operation.query, operation.body, operation.returns) if _is_schema(kind)]
    _, components = msgspec.json.schema_components(list(dict.fromkeys(kinds)), ref_template=_REFERENCE)
    return dict(components)


def _is_schema(kind: Any) -> bool:
    return kind is not None and kind is not bytes and kind is not Content and kind is not type(None)


def _schema_of(kind: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=_REFERENCE)
    return dict(schema)


def _describe(operation: Operation) -> dict[str, Any]:
    summary, _, description = operation.summary.partition("\n")
    described: dict[str, Any] = {
        "operationId": f"{operation.name}",
        "tags": [operation.tag],
        "summary": summary,
        "parameters": _parameters(operation),
        "responses": _responses(operation),
        "security": [] if isinstance(operation.guard, Public) else [{"session": []}],
    }
    if description.strip():
        described["description"] = description.strip()
    if isinstance(operation.guard, InPlace):
        described["x-permission"] = operation.guard.permission.value
    if operation.body is bytes:
        content = {operation.consumes: {"schema": {"type": "string", "format": "binary"}}}
        described["requestBody"] = {"required": True, "content": content}
    elif operation.body is not None:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": _schema_of(operation.body)}}}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _IDENTIFIER} for name in operation.path_parameters
    ]
    if operation.query is not None:
        fields = msgspec.structs.fields(operation.query)
        listed += [
            {
                "name": field.encode_name,
                "in": "query",
                "required": field.required,
                "schema": {k: v for k, v in _schema_of(field.type).items() if k != "default"},
            }
            for field in fields
        ]
    if operation.repeatable:
        schema = {"type": "string", "pattern": "^[0-9A-Za-z_-]{8,64}$"}
        listed.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema})
    return listed


def _responses(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {str(operation.status): _success(operation)}
    outcomes: dict[int, set[str]] = {}
    for kind in _outcomes(operation):
        outcomes.setdefault(status_of(kind), set()).add(kind.code)
    for status, codes in sorted(outcomes.items()):
        responses[str(status)] = {
            "description": f"{HTTPStatus(status).phrase}: {', '.join(sorted(codes))}",
            "content": {JSON: {"schema": {"$ref": _REFERENCE.format(name=ProblemBody.__name__)}}},
        }
    return responses


def _success(operation: Operation) -> dict[str, Any]:
    phrase = HTTPStatus(operation.status).phrase
    if operation.status == 204:
        return {"description": phrase}
    content: dict[str, Any] = {}
    for media_type in operation.produces:
        json = media_type == JSON and _is_schema(operation.returns)
        content[media_type] = {"schema": _schema_of(operation.returns) if json else {"type": "string"}}
    return {"description": phrase, "content": content}


def _outcomes(operation: Operation) -> list[type[Problem]]:
    kinds: list[type[Problem]] = [*operation.errors, Broken, Unavailable]
    if operation.query is not None:
        kinds += [Malformed, Invalid]
    if operation.body is not None:
        kinds += [Malformed, Invalid, BodyTooLarge]
    if operation.repeatable:
        kinds.append(KeyMissing)
    if isinstance(operation.guard, Public):
        kinds.append(TooManyRequests)
    else:
        kinds += [Unauthenticated, WorkspaceUnknown]
    if isinstance(operation.guard, InPlace):
        kinds += [PlaceUnknown, NotAllowed]
    return kinds
