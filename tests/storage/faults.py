"""What no engine does on its own: answers of DynamoDB that are refusals, silence, or lost on their way back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

if TYPE_CHECKING:
    from miniprogram_api.storage.table import Table

_TYPES = "com.amazonaws.dynamodb.v20120810#"
Fault = Callable[[Any], Any]


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._content


def answering(code: str, *, status: int = 400, reasons: list[str] | None = None) -> Fault:
    """Answer in DynamoDB's place, with an error code and, for a transaction, one reason a part."""
    body: dict[str, Any] = {"__type": _TYPES + code, "Message": "made by a test"}
    if reasons is not None:
        body["CancellationReasons"] = [{"Code": reason} for reason in reasons]

    def fault(request: Any) -> AWSResponse:
        headers = {"Content-Type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, status, headers, _Body(json.dumps(body).encode()))

    return fault


def failing(error: Exception) -> Fault:
    """Let the connection fail before anything is sent."""

    def fault(_: Any) -> None:
        raise error

    return fault


@contextmanager
def meeting(table: Table, *faults: Fault | None) -> Iterator[list[Any]]:
    """The next requests meet these faults in order (None: pass), later ones pass; yields the requests seen."""
    seen: list[Any] = []
    waiting = list(faults)

    def before_send(request: Any, **_: object) -> Any:
        seen.append(request)
        fault = waiting.pop(0) if waiting else None
        return fault(request) if fault is not None else None

    table.prime()
    events = table.client_events()
    events.register("before-send.dynamodb", before_send)
    try:
        yield seen
    finally:
        events.unregister("before-send.dynamodb", before_send)


@contextmanager
def losing_answers(table: Table, count: int) -> Iterator[list[bytes]]:
    """The next requests are carried out, but their answers are lost; yields the bodies of all requests sent."""
    table.prime()
    http = table._connection.client._endpoint.http_session
    original = http.send
    sent: list[bytes] = []

    def send(request: Any) -> Any:
        sent.append(request.body)
        response = original(request)
        if len(sent) <= count:
            raise ReadTimeoutError(endpoint_url=request.url)
        return response

    http.send = send
    try:
        yield sent
    finally:
        http.send = original


def bodies(requests: list[Any]) -> list[dict[str, Any]]:
    """Return what the requests asked for."""
    return [json.loads(request.body) for request in requests]
