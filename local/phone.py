"""What a phone and WeChat do for the mini program, where it runs in a browser beside `make run`: `/local/phone/…`.

Signing in as somebody, proving a number, the cashier, the camera. Each only hands on what WeChat would hand on; the
product sees the same codes and notifications as from a phone, and has no route for any of it.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from local.card_reader import NoCode, read_card
from local.cast import openid_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.wechat_simulator import WeChatSimulator


class Phone:
    """The phones of everybody at this machine."""

    def __init__(self, simulator: WeChatSimulator) -> None:
        self._simulator = simulator
        self._does: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "login-code": self._login_code,
            "phone-code": self._phone_code,
            "payment": self._payment,
            "scan": self._scan,
        }

    def do(self, what: str, content: bytes) -> dict[str, Any] | None:
        """Do it and return what the phone would tell the mini program; None where that is nothing a phone does."""
        act = self._does.get(what)
        if act is None:
            return None
        try:
            asked = json.loads(content)
            return act(asked) if isinstance(asked, dict) else None
        except (ValueError, KeyError, LookupError):
            return None

    def _login_code(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return what ``wx.login`` gives, for the person of that name."""
        code = self._simulator.control("login_code", openid=openid_of(str(asked["name"])))["code"]
        return {"code": code}

    def _phone_code(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return what the phone button gives, for that number."""
        return {"code": self._simulator.control("phone_code", phone=str(asked["phone"]))["code"]}

    def _payment(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Pay what ``wx.requestPayment`` was called with; its signature is checked as WeChat checks it."""
        return dict(self._simulator.control("pay", act="user_pays", request_payment=asked["call"]))

    def _scan(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return what the camera reads in a picture; nothing where there is no code."""
        try:
            return {"text": read_card(base64.b64decode(asked["picture"]))}
        except (NoCode, OSError):
            return {"text": ""}
