"""What WeChat pushes to us, proved to come from WeChat and read: content-check results, subscription changes.

In safe mode the signature covers the encrypted body; in plaintext mode it covers only time and nonce, so that who has
seen one push could write others. Hence: when a key is configured, nothing unencrypted is accepted.
Source: WeChat mini program, message push (signature, encryption, the 5-second answer and its three attempts).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from miniprogram_api.wechat.errors import PushRefused
from miniprogram_api.wechat.verdicts import MediaVerdict, Suggestion

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LARGEST_BODY_BYTES = 256 * 1024
USUAL_AGE_SECONDS = 300
# The answer that ends WeChat's retrying.
ACKNOWLEDGED = "success"

MEDIA_CHECK = "wxa_media_check"
SUBSCRIBE_EVENTS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PushEvent:
    """One pushed event. ``name`` is WeChat's Event; ``fields`` are its own, as JSON or XML gave them."""

    name: str
    openid: str
    created_at: int
    fields: Mapping[str, Any]

    @property
    def identity(self) -> str:
        """The same for every delivery of the same event, so that a repeated one is recognised."""
        trace_id = self.fields.get("trace_id")
        return str(trace_id) if trace_id else f"{self.openid}/{self.created_at}/{self.name}"


@dataclass(frozen=True)
class SubscriptionChange:
    """What a subscribe event says of one template: "accept" or "reject" of the person, or the fate of a message."""

    template_id: str
    status: str
    message_id: str
    error_code: int


class MessagePush:
    """Checks and opens pushes for one mini program. With an ``encoding_aes_key`` (43 characters) it is in safe mode."""

    def __init__(
        self,
        *,
        appid: str,
        token: Callable[[], str],
        encoding_aes_key: Callable[[], str] | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._appid, self._token, self._encoding_aes_key, self._clock = appid, token, encoding_aes_key, clock

    def answer_address_check(self, query: Mapping[str, str]) -> str:
        """The echostr that proves to WeChat's console that this address is ours; answer it as plain text.

        Raises:
            PushRefused: the signature is wrong.
        """
        self._require_signature(query, "signature")
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes) -> PushEvent:
        """The event inside a push, whichever of JSON and XML the console is set to.

        Raises:
            PushRefused: it is not from WeChat, not for this mini program, or not readable.
        """
        if len(body) > LARGEST_BODY_BYTES:
            raise PushRefused(reason="too large")
        if self._encoding_aes_key is None:
            self._require_signature(query, "signature")
            fields = _read_body(body)
        else:
            encrypted = _read_body(body).get("Encrypt")
            if not isinstance(encrypted, str) or not encrypted:
                raise PushRefused(reason="not encrypted")
            self._require_signature(query, "msg_signature", encrypted)
            fields = _read_body(self._decrypt(query, encrypted, self._encoding_aes_key()).encode())
        self._note_age(query)
        return PushEvent(
            name=str(fields.get("Event", "")),
            openid=str(fields.get("FromUserName", "")),
            created_at=_number(fields.get("CreateTime")),
            fields=fields,
        )

    def _require_signature(self, query: Mapping[str, str], name: str, *signed: str) -> None:
        parts = sorted([self._token(), query.get("timestamp", ""), query.get("nonce", ""), *signed])
        # A lone surrogate, as an address can smuggle in, must end as a wrong signature, not as a crash.
        expected = hashlib.sha1("".join(parts).encode("utf-8", "replace")).hexdigest()  # noqa: S324  # WeChat's choice
        given = query.get(name, "").encode("utf-8", "replace")
        if not hmac.compare_digest(expected.encode(), given):
            raise PushRefused(reason="signature")

    def _decrypt(self, query: Mapping[str, str], encrypted: str, key: str) -> str:
        """The message inside, by wechatpy; it checks the appid that is sealed in with it."""
        from wechatpy.crypto import WeChatCrypto
        from wechatpy.exceptions import WeChatException

        sealed = {"Encrypt": encrypted}
        try:
            crypto = WeChatCrypto(self._token(), key, self._appid)
            return str(crypto.decrypt_message(sealed, query["msg_signature"], query["timestamp"], query["nonce"]))
        except WeChatException:
            reason = "another mini program"
        except (ValueError, IndexError, KeyError, struct.error, AssertionError):
            reason = "not decipherable"
        raise PushRefused(reason=reason)

    def _note_age(self, query: Mapping[str, str]) -> None:
        """Only noted: WeChat does not say whether a repeated delivery is signed anew, and losing one loses a verdict.

        A replay does no harm, since events are recognised by their identity.
        """
        age = self._clock().timestamp() - _number(query.get("timestamp"))
        if abs(age) > USUAL_AGE_SECONDS:
            _log.warning("wechat push signed %d s ago", age)


def parse_media_check(event: PushEvent) -> MediaVerdict:
    """The judgement of a picture sent to check_image, from an event ``wxa_media_check``, version 2.

    wechatpy reads the fields of version 1, which make every picture look unclean; they are not used here.

    Raises:
        ValueError: the event is another one or has no trace_id.
    """
    fields = event.fields
    if event.name != MEDIA_CHECK or not fields.get("trace_id"):
        raise ValueError("not a media check")
    result = fields.get("result")
    judged = result if isinstance(result, dict) else {}
    errcode = _number(fields.get("errcode"))
    if errcode >= 2**31:  # WeChat has been seen to write -1008 as the unsigned 4294966288
        errcode -= 2**32
    suggest = Suggestion.read(judged.get("suggest")) if errcode == 0 else Suggestion.REVIEW
    return MediaVerdict(str(fields["trace_id"]), suggest, _number(judged.get("label")), errcode)


def parse_subscription_changes(event: PushEvent) -> list[SubscriptionChange]:
    """What a ``subscribe_msg_*`` event says, template by template.

    ``List`` is an object when it has one entry and an array when it has several; XML wraps it once more.

    Raises:
        ValueError: the event is another one.
    """
    if event.name not in SUBSCRIBE_EVENTS:
        raise ValueError("not a subscribe event")
    wrapped = event.fields.get(SUBSCRIBE_EVENTS[event.name])
    found = (wrapped if isinstance(wrapped, dict) else event.fields).get("List", [])
    entries = found if isinstance(found, list) else [found]
    return [
        SubscriptionChange(
            template_id=str(entry.get("TemplateId", "")),
            status=str(entry.get("SubscribeStatusString") or entry.get("ErrorStatus") or ""),
            message_id=str(entry.get("MsgID", "")),
            error_code=_number(entry.get("ErrorCode")),
        )
        for entry in entries
        if isinstance(entry, dict)
    ]


def _number(value: object) -> int:
    """WeChat writes numbers as numbers or as text; what is neither counts as 0."""
    try:
        return int(str(value))
    except ValueError:
        return 0


def _read_body(body: bytes) -> dict[str, Any]:
    """The fields of a JSON object or of WeChat's ``<xml>`` element."""
    try:
        if body.lstrip().startswith(b"<"):
            import xmltodict  # comes with wechatpy; entity declarations are refused by it

            data = xmltodict.parse(body)["xml"]
        else:
            data = json.loads(body)
    except (ValueError, KeyError, ExpatError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise PushRefused(reason="unreadable")
    return data
