"""A page for newcomers at `/local`: the mini program, the cards on the walls, the people one can be.

Only `make run` serves it. Being somebody means: their WeChat login code from the simulator, exchanged at the product's
own door; everything else is asked there in their name. `/local/phone/…` is what a phone does for the mini program.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from local.cast import Cast
from local.phone import Phone
from miniprogram_api.cards.rules import CardUnknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from local.cast import Person
    from local.stack import Stack

_STYLE = (
    "*{box-sizing:border-box}body{font:18px/1.6 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',"
    "sans-serif;margin:0;background:#eef2ef;color:#17201b;overflow-wrap:anywhere;text-wrap:pretty}"
    "header{background:#067a45;color:#fff;padding:1.1rem 1.2rem}header>*,main{max-width:46rem;margin:0 auto}"
    "h1{font-size:1.7rem;line-height:1.3}header a{display:inline-block;padding:.5rem 0;color:#fff}"
    "main{padding:0 .8rem 2rem}"
    "h2{font-size:1.15rem;margin:1.3rem .4rem .5rem}"
    "ul{list-style:none;margin:0;padding:0;display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}"
    "li a{display:block;height:100%;min-height:3.4rem;padding:.55rem .8rem;border-radius:.7rem;background:#fff;"
    "color:#06683b;font-weight:700;text-decoration:none;line-height:1.35;box-shadow:0 1px 3px rgba(23,32,27,.12)}"
    "li a:hover{background:#dff3e7}a:focus-visible{outline:3px solid #17201b;outline-offset:2px}"
    "small{display:block;font-weight:400;font-size:1rem;color:#4c5751}"
    "code,pre{font:.95rem/1.5 ui-monospace,Consolas,monospace}"
    "pre{background:#fff;padding:.8rem;border-radius:.7rem;white-space:pre-wrap;margin:0 0 .8rem}"
    "header p code{background:#055c35;border-radius:.3rem;padding:.05rem .35rem}"
)


class Desk:
    """A WSGI application in front of the product: `/local` is its own, everything else passes through."""

    def __init__(self, application: WSGIApplication, stack: Stack, known: dict[str, Any]) -> None:
        self._application = application
        self._stack = stack
        self._known = known
        self._phone = Phone(stack.simulator)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"].rstrip("/")
        if path == "/local":
            return _page(start_response, self._welcome())
        if path == "/local/people":
            return _send(start_response, "application/json", json.dumps(self._known["people"], ensure_ascii=False))
        asked = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        if path == "/local/session":
            return self._session(start_response, asked.get("name", ""))
        if path.startswith("/local/phone/") and environ["REQUEST_METHOD"] == "POST":
            return self._act(start_response, path.removeprefix("/local/phone/"), environ)
        return self._application(environ, start_response)

    def _welcome(self) -> str:
        cards = "".join(_tile(card, self._place(card), f"……{card[-6:]}") for card in self._known["cards"])
        people = "".join(
            _tile(f"/local/session?name={person['name']}", person["name"], person["post"])
            for person in self._known["people"]
        )
        return (
            "<header><h1>道路队小区</h1>"
            "<p>三栋楼，166 户，1991 年进户。这里只在 <code>make run</code> 时存在。</p></header><main>"
            f"<section><h2>小程序</h2><ul>{_tile('/app/', '打开小程序', '在浏览器里，不用微信')}</ul></section>"
            f"<section><h2>扫一扫楼道里的卡</h2><ul>{cards}</ul></section>"
            f"<section><h2>以某人的身份调用接口</h2><ul>{people}</ul></section>"
            f"<section><h2>接口说明</h2><ul>{_tile('/docs', '/docs', '给人看')}"
            f"{_tile('/openapi.json', '/openapi.json', '给程序看')}</ul></section></main>"
        )

    def _place(self, card: str) -> str:
        """Where a card hangs; somebody may have taken it back since."""
        try:
            return self._stack.container.cards.place_of(card.removeprefix("/c/")).place.label
        except CardUnknown:
            return "已失效的卡"

    def _session(self, start_response: StartResponse, name: str) -> Iterable[bytes]:
        person = self._person(name)
        if person is None:
            return _page(start_response, f"{_BACK}<h1>没有这个人</h1></header>", "404 Not Found")
        me = json.dumps(person.get("/v1/me"), ensure_ascii=False, indent=1)
        command = f'curl -H "Authorization: Bearer {person.token}" {self._stack.base_url}/v1/me'
        return _page(
            start_response,
            f"{_BACK}<h1>{escape(name)}</h1></header><main><section><h2>两小时内有效</h2>"
            f"<pre>{escape(command)}</pre><pre>{escape(me)}</pre></section></main>",
        )

    def _act(self, start_response: StartResponse, what: str, environ: WSGIEnvironment) -> Iterable[bytes]:
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        done = self._phone.do(what, content)
        status = "404 Not Found" if done is None else "200 OK"
        return _send(start_response, "application/json", json.dumps(done, ensure_ascii=False), status)

    def _person(self, name: str) -> Person | None:
        """Return one of the known people, signed in anew."""
        known = name in {person["name"] for person in self._known["people"]}
        return Cast(self._stack).person(name) if known else None


_BACK = "<header><p><a href='/local'>← 返回道路队小区</a></p>"


def _tile(address: str, name: str, about: str) -> str:
    return f"<li><a href='{escape(address)}'>{escape(name)}<small>{escape(about)}</small></a>"


def _page(start_response: StartResponse, body: str, status: str = "200 OK") -> Iterable[bytes]:
    document = (
        "<!doctype html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>流动物业</title><style>{_STYLE}</style>{body}"
    )
    return _send(start_response, "text/html; charset=utf-8", document, status)


def _send(start_response: StartResponse, media_type: str, text: str, status: str = "200 OK") -> Iterable[bytes]:
    content = text.encode()
    start_response(status, [("Content-Type", media_type), ("Content-Length", str(len(content)))])
    return [content]
