"""Subscribe messages: one accepted pop-up is one message, and every value is held to its key's format.

The formats are written here a second time, from WeChat's table of parameter values, on purpose: the product's own
table must not be its own judge.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from local.wechat_simulator.exchange import Refusal, Reply, Request, json_reply

if TYPE_CHECKING:
    from local.wechat_simulator.push_desk import PushDesk
    from local.wechat_simulator.world import World

_MOMENT = r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2})"
_HOUR = r"([01]?\d|2[0-3]):[0-5]\d"
_TIME = rf"({_MOMENT} )?{_HOUR}"
_DATE = rf"{_MOMENT}( {_HOUR})?"

FORMATS = {
    "thing": r".{1,20}",
    "number": r"(?=.{1,33}$)-?\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[!-~]{1,32}",
    "time": rf"{_TIME}(~{_TIME})?",
    "date": rf"{_DATE}(~{_DATE})?",
    "amount": r"[¥￥$€£]?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[\d+\-() *#]{1,17}",
    "car_number": r"[一-鿿A-Z0-9][A-Z0-9]{0,6}[一-鿿A-Z0-9]?",
    "name": r"[一-鿿·]{1,10}|[A-Za-z .'\-]{1,20}|[一-鿿A-Za-z·. '\-]{1,10}",
    "phrase": r"[一-鿿]{1,5}",
    "enum": r".+",
    "enum_string": r".+",
}
_MESSAGE_IDS = itertools.count(4_100_000_000_000_000_001)


def _check_value(key: str, entry: object) -> None:
    value = entry.get("value") if isinstance(entry, dict) else None
    if not isinstance(value, str) or not value:
        raise Refusal(47003, f"argument invalid! data.{key}.value is empty")
    prefix = re.fullmatch(r"([a-z_]+?)\d+", key)
    expected = FORMATS.get(prefix[1]) if prefix else None
    if expected is None or re.fullmatch(expected, value) is None:
        raise Refusal(47003, f"argument invalid! data.{key}.value invalid")


def _check_data(expected_keys: tuple[str, ...] | None, data: object) -> None:
    if not isinstance(data, dict) or not data:
        raise Refusal(47003, "argument invalid! data is empty")
    for key in expected_keys if expected_keys is not None else data:
        _check_value(key, data.get(key))


def send(world: World, request: Request, push: PushDesk) -> Reply:
    """POST /cgi-bin/message/subscribe/send."""
    body = request.json_object()
    openid, template_id = body.get("touser"), body.get("template_id")
    if openid not in world.personas:
        raise Refusal(40003, "invalid openid")
    if template_id not in world.templates:
        raise Refusal(40037, "invalid template_id")
    state = body.get("miniprogram_state", "formal")
    if state not in ("developer", "trial", "formal"):
        raise Refusal(47003, "argument invalid! miniprogram_state invalid")
    _check_page(world, body.get("page"), state)
    _check_data(world.templates[template_id], body.get("data"))
    if world.quotas[openid, template_id] < 1:
        raise Refusal(43101, "user refuse to accept the msg")
    world.quotas[openid, template_id] -= 1
    message_id = next(_MESSAGE_IDS)
    world.sent.append({**body, "miniprogram_state": state, "msgid": message_id, "at": int(world.clock.now())})
    status = {"TemplateId": template_id, "MsgID": str(message_id), "ErrorCode": "0", "ErrorStatus": "success"}
    push.send(subscribe_event(world, "subscribe_msg_sent_event", str(openid), [status]))
    return json_reply({"errcode": 0, "errmsg": "ok", "msgid": message_id})


def _check_page(world: World, page: object, state: str) -> None:
    if page is None or state != "formal" or world.released_pages is None:
        return
    if not isinstance(page, str) or page.partition("?")[0] not in world.released_pages:
        raise Refusal(41030, "invalid page")


def subscribe_event(world: World, name: str, openid: str, entries: list[dict[str, str]]) -> dict[str, Any]:
    """A ``subscribe_msg_*`` event; its ``List`` is an object for one entry and an array for several."""
    return {
        "ToUserName": world.original_id,
        "FromUserName": openid,
        "CreateTime": str(int(world.clock.now())),
        "MsgType": "event",
        "Event": name,
        "List": entries[0] if len(entries) == 1 else entries,
    }
