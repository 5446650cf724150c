"""The control desk under ``/_sim/``: what a person, a test or a tour does to the simulated world.

Every act is a POST to ``/_sim/<act>`` with a JSON object whose names are the arguments of the method below; what
happened is read with GET from ``/_sim/<record>``. Only loopback is served.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.wechat_simulator.push_desk import PushTarget
from local.wechat_simulator.subscribe import subscribe_event
from local.wechat_simulator.world import Fault

if TYPE_CHECKING:
    from local.wechat_simulator.pay.desk import PayDesk
    from local.wechat_simulator.push_desk import PushDesk
    from local.wechat_simulator.world import World

SUGGESTIONS = ("pass", "review", "risky")
ACTS = (
    "clock",
    "content",
    "event",
    "fault",
    "grant",
    "login_code",
    "pay",
    "phone_code",
    "push",
    "push_check",
    "refuse",
    "released_pages",
    "revoke_tokens",
    "template",
    "visit",
)
RECORDS = ("calls", "pushes", "quotas", "sent")


class ControlDesk:
    """The acts and the records; each act returns the JSON object to answer with."""

    def __init__(self, world: World, push: PushDesk, pay_desk: PayDesk) -> None:
        self._world, self._deliveries, self._pay_desk = world, push, pay_desk

    def pay(self, act: str, **arguments: Any) -> dict[str, Any]:
        """An act at WeChat Pay, see pay/desk.py."""
        return self._pay_desk.do(act, arguments)

    def login_code(self, openid: str, unionid: str | None = None) -> dict[str, Any]:
        """What ``wx.login`` would hand this person now; a new openid becomes a new person."""
        self._world.visit(openid, unionid)
        return {"code": self._world.login_codes.issue(openid)}

    def phone_code(self, phone: str, country_code: int | str = 86) -> dict[str, Any]:
        """What the phone button would hand over; WeChat writes country_code as a number or as text."""
        return {"code": self._world.phone_codes.issue({"phone": phone, "country_code": country_code})}

    def visit(self, openid: str) -> dict[str, Any]:
        """The person opens the mini program again."""
        self._world.visit(openid)
        return {}

    def template(self, template_id: str, keys: list[str] | None = None) -> dict[str, Any]:
        """A template in the console; with ``keys``, each of them must be sent."""
        self._world.templates[template_id] = tuple(keys) if keys is not None else None
        return {}

    def grant(self, openid: str, template_ids: list[str], times: int = 1) -> dict[str, Any]:
        """The person taps "allow": one message per template and tap, and one push event."""
        self._world.visit(openid)
        entries = []
        for template_id in template_ids:
            self._world.templates.setdefault(template_id, None)
            self._world.quotas[openid, template_id] += times
            entries.append({"TemplateId": template_id, "SubscribeStatusString": "accept", "PopupScene": "0"})
        self._deliveries.send(subscribe_event(self._world, "subscribe_msg_popup_event", openid, entries))
        return {}

    def refuse(self, openid: str, template_ids: list[str]) -> dict[str, Any]:
        """The person turns messages off in WeChat's own settings; a push event says so."""
        for template_id in template_ids:
            self._world.quotas.pop((openid, template_id), None)
        entries = [{"TemplateId": one, "SubscribeStatusString": "reject"} for one in template_ids]
        self._deliveries.send(subscribe_event(self._world, "subscribe_msg_change_event", openid, entries))
        return {}

    def released_pages(self, pages: list[str] | None) -> dict[str, Any]:
        """The pages of the released version; null accepts any page."""
        self._world.released_pages = None if pages is None else set(pages)
        return {}

    def fault(self, endpoint: str, times: int = 1, **fault: Any) -> dict[str, Any]:
        """The next calls of an endpoint meet ``errcode``, ``errmsg``, ``http_status``, ``delay_seconds``, ``drop``."""
        self._world.faults.plan(endpoint, Fault(**fault), times)
        return {}

    def content(
        self,
        words: dict[str, list[Any]] | None = None,
        images: dict[str, list[Any]] | None = None,
        next_image: list[Any] | None = None,
    ) -> dict[str, Any]:
        """What the content check objects to: ``[suggest, label]`` by word, by SHA-256, or for the next picture."""
        rules = self._world.content
        rules.words.update({word: _verdict(*said) for word, said in (words or {}).items()})
        rules.images.update({digest: _verdict(*said) for digest, said in (images or {}).items()})
        if next_image is not None:
            rules.next_images.append(_verdict(*next_image))
        return {}

    def clock(self, advance_seconds: float) -> dict[str, Any]:
        """Let time pass."""
        self._world.clock.advance(float(advance_seconds))
        return {"now": int(self._world.clock.now())}

    def revoke_tokens(self) -> dict[str, Any]:
        """Every access token given out so far becomes unknown."""
        self._world.tokens.revoke()
        return {}

    def push(self, url: str | None, **target: Any) -> dict[str, Any]:
        """Where events go: the fields of PushTarget; a null ``url`` ends all pushing."""
        self._deliveries.target = None if url is None else PushTarget(url, **target)
        return {}

    def push_check(self) -> dict[str, Any]:
        """The console's check of the push address; ``ok`` says whether it would be saved."""
        return {"ok": self._deliveries.check_address()}

    def event(self, event: dict[str, Any], forge: str | None = None, times: int = 1) -> dict[str, Any]:
        """Push any event: forged (see PushDesk.send), or several times at once."""
        self._deliveries.send(event, forge, times)
        return {}

    def calls(self) -> dict[str, Any]:
        """The address of every call so far, in order."""
        return {"calls": list(self._world.calls)}

    def pushes(self) -> dict[str, Any]:
        """Every attempt to deliver an event, with what was answered."""
        return {"pushes": list(self._deliveries.attempts)}

    def quotas(self) -> dict[str, Any]:
        """What is left of each permission: openid, template, number of messages."""
        return {"quotas": [[openid, template, left] for (openid, template), left in self._world.quotas.items()]}

    def sent(self, openid: str | None = None) -> dict[str, Any]:
        """The subscribe messages delivered, all or one person's."""
        return {"sent": [one for one in self._world.sent if openid in (None, one["touser"])]}


def _verdict(suggest: str, label: int) -> tuple[str, int]:
    if suggest not in SUGGESTIONS or type(label) is not int:
        raise ValueError("a verdict is [pass | review | risky, number]")
    return suggest, label


def do(desk: ControlDesk, world: World, name: str, arguments: dict[str, Any], *, reading: bool) -> dict[str, Any]:
    """Do one act, or read one record.

    Raises:
        LookupError: there is no such act or record.
        TypeError, ValueError: the arguments do not fit it.
    """
    if name not in (RECORDS if reading else ACTS):
        raise LookupError(name)
    method = getattr(desk, name)
    if name in ("push_check", "pay"):  # they wait for the product, which may be waiting for us
        return dict(method(**arguments))
    with world.lock:
        return dict(method(**arguments))
