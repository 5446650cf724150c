"""WeChat's answers about who somebody is: login, access token, phone number."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from local.wechat_simulator.exchange import Refusal, Reply, Request, json_reply

if TYPE_CHECKING:
    from local.wechat_simulator.world import World


def _require_credentials(world: World, appid: object, secret: object) -> None:
    if not appid:
        raise Refusal(41002, "appid missing")
    if not secret:
        raise Refusal(41004, "appsecret missing")
    if appid != world.appid:
        raise Refusal(40013, "invalid appid")
    if secret != world.secret:
        raise Refusal(40125, "invalid appsecret")


def code_to_session(world: World, request: Request) -> Reply:
    """GET /sns/jscode2session: no errcode on success, sent as text/plain, a new session_key each time."""
    query = request.query
    _require_credentials(world, query.get("appid"), query.get("secret"))
    if query.get("grant_type") != "authorization_code":
        raise Refusal(40002, "invalid grant_type")
    if not query.get("js_code"):
        raise Refusal(41008, "missing code")
    persona = world.visit(world.login_codes.redeem(query["js_code"]))
    persona.session_key = base64.b64encode(secrets.token_bytes(16)).decode()
    answer = {"session_key": persona.session_key, "openid": persona.openid}
    if persona.unionid:
        answer["unionid"] = persona.unionid
    return json_reply(answer, "text/plain")


def stable_token(world: World, request: Request) -> Reply:
    """POST /cgi-bin/stable_token: the same token while it has more than five minutes left."""
    body = request.json_object()
    if body.get("grant_type") != "client_credential":
        raise Refusal(40002, "invalid grant_type")
    _require_credentials(world, body.get("appid"), body.get("secret"))
    token, expires_in = world.tokens.stable(body.get("force_refresh") is True)
    return json_reply({"access_token": token, "expires_in": expires_in})


def phone_number(world: World, request: Request) -> Reply:
    """POST /wxa/business/getuserphonenumber: its own kind of code, in the JSON body only."""
    body = request.json_object() if request.body else {}
    phone = world.phone_codes.redeem(body.get("code"))
    pure, country = phone["phone"], phone["country_code"]
    shown = pure if str(country) == "86" else f"+{country}{pure}"
    info = {
        "phoneNumber": shown,
        "purePhoneNumber": pure,
        "countryCode": country,
        "watermark": {"timestamp": int(world.clock.now()), "appid": world.appid},
    }
    return json_reply({"errcode": 0, "errmsg": "ok", "phone_info": info})
