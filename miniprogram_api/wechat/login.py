"""Who is at the door: the code of ``wx.login`` exchanged for the person's WeChat identity."""

from __future__ import annotations

from dataclasses import dataclass

from miniprogram_api.wechat.errors import LOGIN, WeChatBusy
from miniprogram_api.wechat.transport import ask


@dataclass(frozen=True)
class WeChatIdentity:
    """A person as this mini program knows them; ``unionid`` only when it is bound to an Open Platform account."""

    openid: str
    unionid: str | None


def code_to_session(base_url: str, appid: str, secret: str, code: str) -> WeChatIdentity:
    """Exchange a one-time login code; the ``session_key`` that comes with it is neither returned nor kept.

    No access token is involved, so that signing in does not depend on the token door.

    Raises:
        LoginCodeRefused: the code is unknown, older than five minutes, or was used before.
        LoginBlocked: WeChat holds the account for a risk.
        WeChatBusy, WeChatMisconfigured: see errors.py.
    Source: WeChat server API, code2Session (IDR-01).
    """
    query = {"appid": appid, "secret": secret, "js_code": code, "grant_type": "authorization_code"}
    answer = ask("GET", base_url, LOGIN, query=query)
    openid = answer.get("openid")
    if not isinstance(openid, str) or not openid:
        raise WeChatBusy(endpoint=LOGIN, reason="answer without openid")
    return WeChatIdentity(openid, answer.get("unionid") or None)
