"""A page for newcomers at `/local`: the cards on the walls and the people one can be. Only `make run` serves it.

Being somebody means: their WeChat login code from the simulator, exchanged at the product's own door.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from local.cast import Cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from local.stack import Stack

_STYLE = (
    "body{font:17px/1.7 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;max-width:52rem;"
    "margin:0 auto;padding:1rem;color:#17201b}a{color:#06683b}td{border-top:1px solid #e4e9e6;padding:.35rem .6rem}"
    "table{border-collapse:collapse;width:100%}pre{background:#f2f5f3;padding:.8rem;border-radius:8px;overflow:auto}"
)


class Desk:
    """A WSGI application in front of the product: `/local` is its own, everything else passes through."""

    def __init__(self, application: WSGIApplication, stack: Stack, known: dict[str, Any]) -> None:
        self._application = application
        self._stack = stack
        self._known = known

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"].rstrip("/")
        if path == "/local":
            return _page(start_response, self._welcome())
        if path == "/local/people":
            return _send(start_response, "application/json", json.dumps(self._known["people"], ensure_ascii=False))
        if path == "/local/session":
            name = parse_qs(environ.get("QUERY_STRING", "")).get("name", [""])[0]
            return self._session(start_response, name)
        return self._application(environ, start_response)

    def _welcome(self) -> str:
        people = "".join(
            f"<tr><td><a href='/local/session?name={escape(person['name'])}'>{escape(person['name'])}</a>"
            f"<td>{escape(person['post'])}"
            for person in self._known["people"]
        )
        cards = "".join(f"<tr><td><a href='{escape(card)}'>{escape(card)}</a>" for card in self._known["cards"])
        return (
            "<h1>道路队小区</h1><p>三栋楼，166 户，1991 年进户。这里只在 <code>make run</code> 时存在。</p>"
            f"<h2>扫一扫楼道里的卡</h2><table>{cards}</table>"
            f"<h2>以某人的身份登录</h2><table>{people}</table>"
            "<p>接口说明：<a href='/docs'>/docs</a></p>"
        )

    def _session(self, start_response: StartResponse, name: str) -> Iterable[bytes]:
        if name not in {person["name"] for person in self._known["people"]}:
            return _page(start_response, "<h1>没有这个人</h1><p><a href='/local'>返回</a></p>", "404 Not Found")
        person = Cast(self._stack).person(name)
        me = json.dumps(person.get("/v1/me"), ensure_ascii=False, indent=1)
        command = f'curl -H "Authorization: Bearer {person.token}" {self._stack.base_url}/v1/me'
        return _page(
            start_response,
            f"<h1>{escape(name)}</h1><p>两小时内有效：</p><pre>{escape(command)}</pre><pre>{escape(me)}</pre>"
            "<p><a href='/local'>返回</a></p>",
        )


def _page(start_response: StartResponse, body: str, status: str = "200 OK") -> Iterable[bytes]:
    document = (
        f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>流动物业</title><style>{_STYLE}</style>{body}"
    )
    return _send(start_response, "text/html; charset=utf-8", document, status)


def _send(start_response: StartResponse, media_type: str, text: str, status: str = "200 OK") -> Iterable[bytes]:
    content = text.encode()
    start_response(status, [("Content-Type", media_type), ("Content-Length", str(len(content)))])
    return [content]
