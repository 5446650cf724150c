"""The outcomes WeChat can leave us with, and the table from its error codes to them.

``detail`` holds WeChat's ``errcode``, its ``rid`` (what Tencent asks for in a support case) and the endpoint; never
a token, a secret, an openid or an address, since WeChat's own errmsg and the libraries' exceptions do carry those.
"""

from __future__ import annotations

import re

from miniprogram_api.kernel.errors import Forbidden, Invalid, NotFound, Problem, Unauthenticated, Unavailable

LOGIN = "sns/jscode2session"
STABLE_TOKEN = "cgi-bin/stable_token"  # noqa: S105
PHONE_NUMBER = "wxa/business/getuserphonenumber"


class LoginCodeRefused(Unauthenticated):
    """The code of ``wx.login`` is unknown, too old, or was used before (40029 and 40163 alike)."""

    code = "login_code_refused"
    message = "登录已过期，请返回重新进入。"


class LoginBlocked(Forbidden):
    """WeChat holds this account for a risk and does not let it sign in (40226)."""

    code = "login_blocked"
    message = "微信限制了此账号登录，请电话联系物业。"


class PhoneCodeRefused(Invalid):
    """The code of the phone button is unknown, too old, used before, or of another kind (40029, 40163)."""

    code = "phone_code_refused"
    message = "手机号授权已过期，请再点一次获取手机号。"


class PhoneQuotaExhausted(Unavailable):
    """The mini program has no paid phone-number checks left; binding by the manager's code still works (1400001)."""

    code = "phone_quota_exhausted"
    message = "暂时不能自动获取手机号，请用物业给的绑定码。"


class SubscriptionRefused(Forbidden):
    """The person gave no permission for this message, or has used it up (43101)."""

    code = "subscription_refused"
    message = "对方没有订阅此类消息，请改用电话联系。"


class RecipientUnknown(NotFound):
    """The openid belongs to nobody in this mini program (40003, 43104)."""

    code = "recipient_unknown"
    message = "没有找到对方的微信账号，请改用电话联系。"


class TemplateArgumentInvalid(Invalid):
    """A value of a subscribe message does not have its key's format; ``detail["field"]`` names the key (47003)."""

    code = "template_argument_invalid"
    message = "通知内容格式有误，请联系物业人员处理。"


class ContentRisky(Invalid):
    """WeChat's content check objects to what was written or shown."""

    code = "content_risky"
    message = "内容未通过微信安全检查，请修改后重新提交。"


class ContentUnchecked(Invalid):
    """WeChat checks content only of people who were in the mini program within two hours (61010)."""

    code = "content_unchecked"
    message = "请退出小程序重新进入，再提交一次。"


class WeChatBusy(Unavailable):
    """WeChat is overloaded, limits us, or did not answer in time; the same call may be made again later."""

    code = "wechat_busy"
    message = "微信繁忙，请稍后再试。"


class WeChatMisconfigured(Unavailable):
    """WeChat refuses the call itself (appid, secret, allow-listed address, template, page): a person must look."""

    code = "wechat_misconfigured"
    message = "微信服务暂不可用，请电话联系物业。"


class AccessTokenRefused(WeChatMisconfigured):
    """WeChat does not take our access token (40001, 40014, 41001, 42001); lasting only when a fresh one fails too."""

    code = "access_token_refused"


class PushRefused(Unauthenticated):
    """A message push that is not WeChat's: bad signature, not decipherable, or for another mini program."""

    code = "push_refused"
    message = "消息来源无法确认。"


_OUTCOMES: dict[int, type[Problem]] = {
    -1: WeChatBusy,
    45009: WeChatBusy,
    45011: WeChatBusy,
    40001: AccessTokenRefused,
    40014: AccessTokenRefused,
    41001: AccessTokenRefused,
    42001: AccessTokenRefused,
    40003: RecipientUnknown,
    43104: RecipientUnknown,
    43101: SubscriptionRefused,
    47003: TemplateArgumentInvalid,
    61010: ContentUnchecked,
    87014: ContentRisky,
}
# The same number means different codes at different doors.
_OUTCOMES_AT: dict[str, dict[int, type[Problem]]] = {
    LOGIN: {
        40029: LoginCodeRefused,
        40163: LoginCodeRefused,
        41008: LoginCodeRefused,
        40226: LoginBlocked,
    },
    # 1400001 is documented as the phone button's errno; should the server door ever say it, it means the same.
    PHONE_NUMBER: {40029: PhoneCodeRefused, 40163: PhoneCodeRefused, 1400001: PhoneQuotaExhausted},
    # A secret that does not match is reported here, before any token exists.
    STABLE_TOKEN: {40001: WeChatMisconfigured},
}
_RID = re.compile(r"\brid:\s*([0-9A-Za-z-]{1,64})")
_FIELD = re.compile(r"data\.([a-z_]+[0-9]+)")


def problem_for(endpoint: str, errcode: int, errmsg: str) -> Problem:
    """The outcome for WeChat's ``errcode`` at an endpoint; a code nobody planned for is WeChatMisconfigured."""
    outcome = _OUTCOMES_AT.get(endpoint, {}).get(errcode) or _OUTCOMES.get(errcode, WeChatMisconfigured)
    rid = _RID.search(errmsg)
    problem = outcome(endpoint=endpoint, errcode=errcode, rid=rid[1] if rid else "")
    if isinstance(problem, TemplateArgumentInvalid):
        # WeChat sometimes cuts errmsg in the middle of the name: then the field stays empty.
        field = _FIELD.search(errmsg)
        problem.detail["field"] = field[1] if field else ""
    return problem


def problem_for_status(endpoint: str, status: int) -> Problem:
    """The outcome for an HTTP status other than 200: WeChat answers 200 even when it refuses."""
    outcome = WeChatBusy if status >= 500 or status == 429 else WeChatMisconfigured
    return outcome(endpoint=endpoint, status=status)
