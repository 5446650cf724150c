"""Content checks: texts judged at once, pictures downloaded and judged later by push."""

from __future__ import annotations

import hashlib
import http.client
import threading
import urllib.parse
import urllib.request
import uuid
from typing import TYPE_CHECKING, Any

from local.wechat_simulator.exchange import Refusal, Reply, Request, json_reply

if TYPE_CHECKING:
    from local.wechat_simulator.push_desk import PushDesk
    from local.wechat_simulator.world import World

MAX_IMAGE_BYTES = 10 * 1024 * 1024
UNREACHABLE = -1008
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM")
_SEVERITY = {"pass": 0, "review": 1, "risky": 2}


def _require_body(world: World, request: Request) -> dict[str, Any]:
    body = request.json_object()
    if "access_token" in body:
        raise Refusal(47001, "data format error")
    if body.get("version") != 2:
        raise Refusal(40097, "invalid args")
    if body.get("scene") not in (1, 2, 3, 4):
        raise Refusal(40129, "invalid scene")
    world.require_recent_visitor(body.get("openid"))
    return body


def _detail(suggest: str, label: int) -> list[dict[str, Any]]:
    return [{"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}]


def check_text(world: World, request: Request) -> Reply:
    """POST /wxa/msg_sec_check, version 2: errcode 0 always, the judgement is in ``result``, ``label`` a number."""
    body = _require_body(world, request)
    content = body.get("content")
    if not isinstance(content, str) or not content:
        raise Refusal(44002, "empty post data")
    if len(content) > 2500:
        raise Refusal(45002, "content size out of limit")
    found = [verdict for word, verdict in world.content.words.items() if word in content]
    suggest, label = max(found, key=lambda verdict: _SEVERITY[verdict[0]], default=("pass", 100))
    return json_reply(
        {
            "errcode": 0,
            "errmsg": "ok",
            "detail": _detail(suggest, label),
            "trace_id": _trace_id(),
            "result": {"suggest": suggest, "label": label},
        }
    )


def _trace_id() -> str:
    return str(uuid.uuid4())


def check_media(world: World, request: Request, push: PushDesk) -> Reply:
    """POST /wxa/media_check_async, version 2: a trace_id now, the judgement later as event ``wxa_media_check``."""
    body = _require_body(world, request)
    if body.get("media_type") not in (1, 2):
        raise Refusal(40097, "invalid args")
    url = body.get("media_url")
    if not isinstance(url, str) or urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise Refusal(40097, "invalid args")
    trace_id = _trace_id()
    threading.Thread(target=_judge, args=(world, push, str(body["openid"]), url, trace_id), daemon=True).start()
    return json_reply({"errcode": 0, "errmsg": "ok", "trace_id": trace_id})


def _judge(world: World, push: PushDesk, openid: str, url: str, trace_id: str) -> None:
    picture = _download(url)
    event: dict[str, Any] = {
        "ToUserName": world.original_id,
        "FromUserName": openid,
        "CreateTime": int(world.clock.now()),
        "MsgType": "event",
        "Event": "wxa_media_check",
        "appid": world.appid,
        "trace_id": trace_id,
        "version": 2,
    }
    if picture is None:
        push.send({**event, "detail": [], "errcode": UNREACHABLE, "errmsg": "download error"})
        return
    with world.lock:
        digest = hashlib.sha256(picture).hexdigest()
        rules = world.content
        chosen = rules.next_images.popleft() if rules.next_images else rules.images.get(digest, ("pass", 100))
    result = {"suggest": chosen[0], "label": chosen[1]}
    push.send({**event, "detail": _detail(*chosen), "errcode": 0, "errmsg": "ok", "result": result})


def _download(url: str) -> bytes | None:
    """The picture, or None when it cannot be fetched, is too large, or is no jpg, png, gif or bmp."""
    try:
        with _DIRECT.open(url, timeout=10) as answer:
            data: bytes = answer.read(MAX_IMAGE_BYTES + 1)
    except (OSError, ValueError, http.client.HTTPException):
        return None
    return data if len(data) <= MAX_IMAGE_BYTES and data.startswith(_MAGIC) else None
