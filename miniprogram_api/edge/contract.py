"""The contract: OpenAPI 3.1 built from the operations themselves, so that it cannot differ from what runs."""

from __future__ import annotations

import re
from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from miniprogram_api.edge.errors import (
    BodyTooLarge,
    Broken,
    KeyMissing,
    Malformed,
    ProblemBody,
    RouteUnknown,
    status_of,
)
from miniprogram_api.edge.guards import InPlace, Public
from miniprogram_api.edge.operations import IDENTIFIER, JSON, KEY, WORKSPACE, Content, Operation, is_identifier
from miniprogram_api.kernel.access import NotAllowed, PlaceUnknown, WorkspaceUnknown
from miniprogram_api.kernel.errors import Invalid, Problem, TooManyRequests, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

TITLE = "流动物业 Flowing Property"
UNITS = "流动物业小程序后端。金额单位为分，面积单位为 0.01 平方米，时间为 UTC。"
_REFERENCE = "#/components/schemas/{name}"
_IDENTIFIER = {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"}
_TEXT_IN_PATH = {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}
_MEANINGS = {
    "estate_id": "小区编号",
    "unit_id": "市、区、街道或社区编号",
    "company_id": "物业企业编号",
    "building_id": "楼栋编号",
    "room_id": "房屋编号",
    "account_id": "账号编号",
    "token": "服务卡或链接上的编码",
    "limit": "每页条数",
    "cursor": "上一页返回的 next，不填为第一页",
}
"""What parameters mean that many operations share; a field's own description wins."""

Schema = dict[str, Any]


def openapi(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the operations.

    Raises:
        ValueError: two operations have one name, which clients call them by.
    """
    listed = list(operations)
    twice = [name for name, count in Counter(operation.name for operation in listed).items() if count > 1]
    if twice:
        raise ValueError(f"operations must have a name of their own, but several are called {', '.join(twice)}")
    schemas = _Schemas(listed)
    paths: dict[str, dict[str, Any]] = {}
    for operation in listed:
        path = re.sub(r"<(\w+)>", r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _describe(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1", "description": UNITS},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in listed)],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Schemas:
    """The schema of every type in the contract, made in one go: only so do two types of one name stay apart."""

    def __init__(self, operations: list[Operation]) -> None:
        kinds: list[Any] = [ProblemBody]
        for operation in operations:
            kinds += [kind for kind in (operation.body, operation.returns) if _is_schema(kind)]
            if operation.query is not None:
                kinds += [field.type for field in msgspec.structs.fields(operation.query)]
        kinds = list(dict.fromkeys(kinds))
        schemas, components = msgspec.json.schema_components(kinds, ref_template=_REFERENCE)
        self._by_kind: dict[Any, Schema] = dict(zip(kinds, map(dict, schemas), strict=True))
        self.components: dict[str, Schema] = dict(components)

    def of(self, kind: Any) -> Schema:
        """Return the schema of one of the operations' types."""
        return self._by_kind[kind]


def _is_schema(kind: Any) -> bool:
    return kind is not None and kind is not bytes and kind is not Content and kind is not type(None)


def _describe(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    summary, _, description = operation.summary.partition("\n")
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": summary,
        "parameters": _parameters(operation, schemas),
        "responses": _responses(operation, schemas),
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
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": schemas.of(operation.body)}}}
    return described


def _parameters(operation: Operation, schemas: _Schemas) -> list[dict[str, Any]]:
    listed = [
        _parameter("path", name, _IDENTIFIER if is_identifier(name) else _TEXT_IN_PATH, required=True)
        for name in operation.path_parameters
    ]
    if operation.query is not None:
        for field in msgspec.structs.fields(operation.query):
            schema = {name: value for name, value in schemas.of(field.type).items() if name != "default"}
            listed.append(_parameter("query", field.encode_name, schema, required=field.required))
    if operation.repeatable:
        meaning = "防重复编号：同一次操作重试时不变"
        schema = {"type": "string", "pattern": f"^{KEY.pattern}$"}
        listed.append(_parameter("header", "Idempotency-Key", schema, required=True, meaning=meaning))
    if not isinstance(operation.guard, Public):
        meaning = "只以这一身份（授权编号）办理；不填为本人的全部身份"
        listed.append(_parameter("header", WORKSPACE, {"type": "string"}, required=False, meaning=meaning))
    return listed


def _parameter(where: str, name: str, schema: Schema, *, required: bool, meaning: str = "") -> dict[str, Any]:
    described = {"name": name, "in": where, "required": required, "schema": schema}
    meaning = schema.get("description") or meaning or _MEANINGS.get(name, "")
    return described | ({"description": meaning} if meaning else {})


def _responses(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    responses: dict[str, Any] = {str(operation.status): _success(operation, schemas)}
    outcomes: dict[int, set[str]] = {}
    for kind in _outcomes(operation):
        outcomes.setdefault(status_of(kind), set()).add(kind.code)
    for status, codes in sorted(outcomes.items()):
        responses[str(status)] = {
            "description": f"{HTTPStatus(status).phrase}: {', '.join(sorted(codes))}",
            "content": {JSON: {"schema": schemas.of(ProblemBody)}},
        }
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            described = {"description": "多少秒后再试", "required": True, "schema": {"type": "integer"}}
            responses[str(status)]["headers"] = {"Retry-After": described}
    return responses


def _success(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    phrase = HTTPStatus(operation.status).phrase
    if operation.status == HTTPStatus.NO_CONTENT:
        return {"description": phrase}
    content: dict[str, Any] = {}
    for media_type in operation.produces:
        json = media_type == JSON and _is_schema(operation.returns)
        content[media_type] = {"schema": schemas.of(operation.returns) if json else {"type": "string"}}
    return {"description": phrase, "content": content}


def _outcomes(operation: Operation) -> list[type[Problem]]:
    kinds: list[type[Problem]] = [*operation.errors, Broken, Unavailable]
    if any(is_identifier(name) for name in operation.path_parameters):
        kinds.append(RouteUnknown)
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
