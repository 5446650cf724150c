"""What travels between a caller and the simulator: a request, a reply, and WeChat's way of refusing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """One HTTP request as it came in: path without the query, the last value of each query name, the raw body.

    ``headers`` have lower-case names; ``target`` is path and query as they were sent, which is what WeChat Pay signs.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    target: str = ""

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            Refusal: 47001, as WeChat says it, when the body is not one.
        """
        try:
            data = json.loads(self.body)
        except ValueError:
            raise Refusal(47001, "data format error") from None
        if not isinstance(data, dict):
            raise Refusal(47001, "data format error")
        return data


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    body: bytes
    content_type: str = "application/json; encoding=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """WeChat says no: always HTTP 200 with ``errcode`` and ``errmsg`` (the rid is added on the way out)."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errcode, errmsg)
        self.errcode, self.errmsg = errcode, errmsg


def json_reply(data: Mapping[str, Any], content_type: str = "application/json; encoding=utf-8") -> Reply:
    """A JSON answer with HTTP 200."""
    return Reply(json.dumps(data, ensure_ascii=False).encode(), content_type)


def refusal_reply(refusal: Refusal) -> Reply:
    """The answer for a refusal; errmsg ends with `` rid: xxxxxxxx-xxxxxxxx-xxxxxxxx`` as WeChat's does."""
    rid = "-".join(secrets.token_hex(4) for _ in range(3))
    return json_reply({"errcode": refusal.errcode, "errmsg": f"{refusal.errmsg} rid: {rid}"})
