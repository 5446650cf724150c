"""What the product asks of WeChat, one verb each. Nothing of wechatpy is loaded before the first call that needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from miniprogram_api.kernel.errors import TooLarge
from miniprogram_api.wechat import login
from miniprogram_api.wechat.errors import PHONE_NUMBER, WeChatBusy
from miniprogram_api.wechat.tokens import AccessTokens, TokenStore
from miniprogram_api.wechat.verdicts import CLEAN_LABEL, Suggestion, TextVerdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from miniprogram_api.wechat.client import StableTokenClient

OFFICIAL_BASE_URL = "https://api.weixin.qq.com"
LONGEST_CHECKED_TEXT = 2500
CHINA = "86"
_IMAGE = 2
_PICTURE_STARTS = (b"\xff\xd8\xff", b"\x89PNG")

MiniProgramState = Literal["developer", "trial", "formal"]
CodeVersion = Literal["release", "trial", "develop"]
# Where a text stands, as WeChat counts it: 1 profile, 2 comment, 3 forum, 4 social log.
ContentScene = Literal[1, 2, 3, 4]


class WeChat:
    """api.weixin.qq.com on behalf of one mini program. ``secret`` is asked for only when a call carries it.

    Every method may raise WeChatBusy or WeChatMisconfigured beside what it names.
    """

    def __init__(
        self,
        *,
        appid: str,
        secret: Callable[[], str],
        token_store: TokenStore,
        clock: Callable[[], datetime],
        base_url: str = OFFICIAL_BASE_URL,
    ) -> None:
        self._appid, self._secret, self._base_url = appid, secret, base_url.rstrip("/")
        self._tokens = AccessTokens(base_url=self._base_url, appid=appid, secret=secret, store=token_store, clock=clock)
        self._client: StableTokenClient | None = None

    def code_to_session(self, code: str) -> login.WeChatIdentity:
        """Who signs in with this code of ``wx.login``.

        Raises:
            LoginCodeRefused, LoginBlocked: see login.code_to_session.
        """
        return login.code_to_session(self._base_url, self._appid, self._secret(), code)

    def phone_number(self, code: str) -> str:
        """The phone behind a code of the phone button: 11 digits for +86, else as WeChat writes it (``+852...``).

        Raises:
            PhoneCodeRefused: the code is unknown, older than five minutes, used, or one of ``wx.login``.
            PhoneQuotaExhausted: no paid checks are left.
        Source: WeChat server API, getPhoneNumber (IDR-01); countryCode comes as a number or as text.
        """
        answer = self._call(PHONE_NUMBER, {"code": code}).get("phone_info")
        info = answer if isinstance(answer, dict) else {}
        at_home = str(info.get("countryCode", CHINA)).lstrip("+") == CHINA
        number = info.get("purePhoneNumber" if at_home else "phoneNumber")
        if not isinstance(number, str) or not number:
            raise WeChatBusy(endpoint=PHONE_NUMBER, reason="answer without number")
        return number

    def send_subscribe_message(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        page: str,
        state: MiniProgramState = "formal",
    ) -> str:
        """Send one subscribe message and return WeChat's message id; values are fitted to their keys first.

        ``page`` may carry a query and opens when the message is tapped; ``state`` says in which version.

        Raises:
            SubscriptionRefused: no permission is left for this person and template.
            TemplateArgumentInvalid: a value cannot be what its key demands; nothing was sent.
            RecipientUnknown: the openid is nobody's.
        Source: WeChat server API, subscribeMessage.send.
        """
        # Its patterns take longer to build than all else here, and signing in does not need them.
        from miniprogram_api.wechat.template_values import fit_all

        values = {key: {"value": value} for key, value in fit_all(data).items()}
        body = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "data": values,
            "miniprogram_state": state,
            "lang": "zh_CN",
        }
        return str(self._call("cgi-bin/message/subscribe/send", body).get("msgid", ""))

    def check_text(self, openid: str, text: str, scene: ContentScene) -> TextVerdict:
        """WeChat's judgement of a text of at most 2,500 characters; a blank one is clean without asking.

        Raises:
            ContentUnchecked: the person was not in the mini program within two hours; check while they are here.
            TooLarge: the text is longer than WeChat reads.
        Source: WeChat server API, msgSecCheck version 2, which answers errcode 0 also for what it objects to.
        """
        if not text.strip():
            return TextVerdict(Suggestion.PASS, CLEAN_LABEL, "")
        if len(text) > LONGEST_CHECKED_TEXT:
            raise TooLarge("文字太长，请缩短到2500字以内。")
        answer = self._call("wxa/msg_sec_check", {"version": 2, "openid": openid, "scene": scene, "content": text})
        result = answer.get("result")
        judged = result if isinstance(result, dict) else {}
        label = int(judged.get("label", 0))
        return TextVerdict(Suggestion.read(judged.get("suggest")), label, str(answer.get("trace_id", "")))

    def check_image(self, openid: str, media_url: str, scene: ContentScene) -> str:
        """Have a picture checked; returns the trace_id under which the judgement is pushed within 30 minutes.

        ``media_url`` must be fetchable by WeChat for that long (jpg, png, bmp or gif, at most 10 MB).

        Raises:
            ContentUnchecked: the person was not in the mini program within two hours.
        Source: WeChat server API, mediaCheckAsync version 2; the answer is read by push.parse_media_check.
        """
        body = {"version": 2, "media_type": _IMAGE, "media_url": media_url, "openid": openid, "scene": scene}
        trace_id = self._call("wxa/media_check_async", body).get("trace_id")
        if not isinstance(trace_id, str) or not trace_id:
            raise WeChatBusy(endpoint="wxa/media_check_async", reason="answer without trace_id")
        return trace_id

    def card_code(
        self,
        scene: str,
        page: str,
        *,
        width: int = 430,
        check_path: bool = True,
        env_version: CodeVersion = "release",
    ) -> bytes:
        """The mini-program code (picture bytes) that opens ``page`` with ``scene`` (at most 32 visible characters).

        ``page`` has no leading slash and no query; ``width`` is 280 to 1280 px.
        Source: WeChat server API, getUnlimitedQRCode; it refuses with JSON under the same HTTP 200.
        """
        endpoint = "wxa/getwxacodeunlimit"
        body = {
            "scene": scene,
            "page": page,
            "width": width,
            "check_path": check_path,
            "env_version": env_version,
        }
        picture = self._connected().call(endpoint, body)
        if not isinstance(picture, bytes) or not picture.startswith(_PICTURE_STARTS):
            raise WeChatBusy(endpoint=endpoint, reason="answer is no picture")
        return picture

    def _call(self, endpoint: str, body: Mapping[str, object]) -> dict[str, Any]:
        answer = self._connected().call(endpoint, body)
        if not isinstance(answer, dict):
            raise WeChatBusy(endpoint=endpoint, reason="unreadable answer")
        return answer

    def _connected(self) -> StableTokenClient:
        """The wechatpy client, loaded on first use: it costs more than a tenth of a second of a cold start."""
        if self._client is None:
            from miniprogram_api.wechat.client import StableTokenClient

            self._client = StableTokenClient(self._base_url, self._appid, self._tokens)
        return self._client
